"""How long a paper is promised: a printer that works needs half a second; for another nobody is to wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kivy.clock import Clock

SECONDS: Final = 4.0


class Patience:
    """Runs out once, SECONDS after it began."""

    def __init__(self, over: Callable[[], None]) -> None:
        """`over` is called on the screen thread when the paper ought to have come."""
        self.over = False
        self._tell = over
        self._waiting: Any = Clock.create_trigger(self._runs_out, SECONDS)

    def begin(self) -> None:
        """Another paper is waited for."""
        self.end()
        self._waiting()

    def end(self) -> None:
        """Nobody waits any more."""
        self.over = False
        self._waiting.cancel()

    def _runs_out(self, _passed: float) -> None:
        self.over = True
        self._tell()
