"""When the screens themselves fail: log without personal data, tell the reader, leave so that the supervisor restarts.

State is in the journal, so a restart loses nothing that was acknowledged. The error screen asks nothing of the
state: it only offers to restart, and restarts by itself after RESTARTS_AFTER seconds. A second failure leaves at once.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Any, Final

from kivy.base import ExceptionHandler, ExceptionManager
from kivy.properties import StringProperty

from station.screens.stage import StationScreen
from station.screens.theme import load_kv
from station.screens.widgets import buttons as _buttons  # noqa: F401  (its KV rules are used in failure.kv)
from station.screens.widgets import countdown as _countdown  # noqa: F401

RESTARTS_AFTER: Final = 10.0

log = logging.getLogger(__name__)


def describe(error: BaseException) -> str:
    """Kind and place of an error. Its own message stays out: it may hold what a student typed."""
    frames = traceback.extract_tb(error.__traceback__)
    return "\n".join([type(error).__name__, *(f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames)])


class Watchman(ExceptionHandler):
    """Takes every exception of the event loop."""

    def __init__(self, failed: Callable[[str], None]) -> None:
        super().__init__()
        self._failed = failed
        self._fallen = False

    def handle_exception(self, inst: BaseException) -> int:
        """Show the first error; raise what asks to leave, and the second error."""
        if not isinstance(inst, Exception):
            return int(ExceptionManager.RAISE)
        log.critical("screen failed: %s", describe(inst))
        if self._fallen:
            return int(ExceptionManager.RAISE)
        self._fallen = True
        self._failed(type(inst).__name__)
        return int(ExceptionManager.PASS)


class Failure(StationScreen):
    """Says that the screen starts again, and dispatches `on_restart`."""

    code = StringProperty("")

    def __init__(self, **given: Any) -> None:
        self.register_event_type("on_restart")
        super().__init__(**given)

    def show(self, state: Any) -> None:
        self.code = str(state)
        self.ids.countdown.seconds = RESTARTS_AFTER
        self.ids.countdown.start()

    def on_restart(self) -> None:
        """Tapped, or the countdown is over."""


load_kv(__file__)
