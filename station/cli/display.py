"""Is there a display to open a window on? Without one it would run on unseen, as if it had not started."""

from __future__ import annotations

import os

from station.errors import StationError


def require_display(hint: str) -> None:
    """Raises StationError where there is no display; `SDL_VIDEODRIVER` says that another way of drawing is wanted."""
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")):
        raise StationError("There is no display to open windows on.", hint)
