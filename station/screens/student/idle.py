"""Asks whether anybody is still there; nobody answers: back to the start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kivy.clock import Clock

from station.screens.student import words
from station.screens.widgets.badge import Tone
from station.screens.widgets.buttons import PrimaryButton, SecondaryButton
from station.screens.widgets.notices import Alert

SECONDS: Final = 15
"""Time to answer."""


class StillThere(Alert):
    """Counts down in its text; closes itself at the end."""

    def __init__(self, stay: Callable[[], None], leave: Callable[[], None]) -> None:
        super().__init__(title=words._("Are you still there?"), tone=Tone.CALL)
        self._left = SECONDS
        self._leaves = leave
        self.offer(PrimaryButton(text=words._("Yes, go on"), icon="check"), stay)
        self.offer(SecondaryButton(text=words._("Back to the start"), icon="back"), leave)
        self._ticking: Any = Clock.schedule_interval(self._tick, 1.0)
        self._tell()

    def close(self) -> None:
        self._ticking.cancel()
        super().close()

    def _tick(self, _passed: float) -> None:
        self._left -= 1
        if self._left <= 0:
            self.close()
            self._leaves()
        else:
            self._tell()

    def _tell(self) -> None:
        said = words._n("Back to the start in {n} second.", "Back to the start in {n} seconds.", self._left)
        self.text = said.format(n=self._left)
