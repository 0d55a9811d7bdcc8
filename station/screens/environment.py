"""Everything that Kivy must be told before it is first imported.

Kivy reads its environment and configuration while it is imported, and writes into the home folder if it is let. So this
module imports nothing of Kivy at the top, and `prepare` is called once, before any other module of this room is
imported.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import msgspec

EXIT_FAILED: Final = 70
"""Exit code of an app whose screens failed (EX_SOFTWARE of sysexits.h): the supervisor restarts it, with a limit."""

FRAMES_A_SECOND: Final = 40
"""Most event-loop turns a second. Measured on 2 cores with llvmpipe (Kivy 2.3.1, idle screen of 4 widgets): asked
for 60 it turns every 12.5 ms for 8 % of a core, asked for 30 every 24.7 ms for 3 %. 40 keeps a touch below one 50 ms
step with room to spare; nothing is drawn in a turn in which nothing changed."""


class Display(msgspec.Struct, frozen=True):
    """The window that one process opens; sizes in pixels."""

    home: Path
    """Folder that Kivy may write into; made when absent."""
    width: int = 1280
    height: int = 800
    corner: tuple[int, int] | None = None
    """Where the window's upper left corner stands on the desktop; None: wherever it is put."""
    fullscreen: bool = False
    offscreen: bool = False
    """Draw into memory: same rendering, no display needed (SDL's own `offscreen` driver)."""


def parse_size(text: str) -> tuple[int, int]:
    """Width and height from `1280x800`; ValueError says what is expected."""
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isascii() and width.isdigit() and height.isascii() and height.isdigit()):
        raise ValueError(f"a window size is written like 1280x800, not {text!r}")
    size = int(width), int(height)
    if not (640 <= size[0] <= 7680 and 480 <= size[1] <= 4320):
        raise ValueError(f"a window is between 640x480 and 7680x4320 pixels, not {text!r}")
    return size


def prepare(display: Display) -> None:
    """Set Kivy up for a kiosk. Raises RuntimeError when Kivy is already imported: it would not listen any more."""
    if "kivy" in sys.modules:
        raise RuntimeError("Kivy is already imported: call environment.prepare before importing any screen")
    display.home.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        KIVY_HOME=str(display.home),
        KIVY_NO_CONFIG="1",
        KIVY_NO_ENV_CONFIG="1",
        KIVY_NO_ARGS="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONSOLELOG="1",
        KIVY_LOG_MODE="PYTHON",
    )
    if display.offscreen:
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
    _configure(display)


def _configure(display: Display) -> None:
    from kivy.config import Config

    for section, key, value in (
        ("graphics", "width", str(display.width)),
        ("graphics", "height", str(display.height)),
        ("graphics", "fullscreen", "auto" if display.fullscreen else "0"),
        ("graphics", "resizable", "0"),
        ("graphics", "position", "custom" if display.corner else "auto"),
        ("graphics", "left", str(display.corner[0] if display.corner else 0)),
        ("graphics", "top", str(display.corner[1] if display.corner else 0)),
        # Shapes are antialiased as they are drawn (Smooth* instructions, supersampled icons), so the picture is the
        # same with and without a GPU, and llvmpipe does not pay for samples.
        ("graphics", "multisamples", "0"),
        ("graphics", "maxfps", str(FRAMES_A_SECOND)),
        ("kivy", "exit_on_escape", "0"),
        ("kivy", "log_level", "warning"),
        # The on-screen keyboard is the house's own; Kivy's would open over the screen.
        ("kivy", "keyboard_mode", "system"),
        ("kivy", "desktop", "0"),
    ):
        Config.set(section, key, value)
    # One provider only, or a press arrives twice (Kivy issue 8494): SDL hands touches on as the mouse.
    Config.remove_section("input")
    Config.add_section("input")
    Config.set("input", "pointer", "mouse,disable_multitouch")
