"""Keeps an instruction (a message id) on the screen long enough to be read, however fast the measures change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

HOLD_SECONDS: Final = 0.7
"""Least time of one instruction: three words are read in half a second."""


class Steady:
    """The instruction that is shown now."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is a monotonic clock in seconds."""
        self._now = now
        self._shown = ""
        self._since = float("-inf")

    def offer(self, instruction: str) -> str:
        """What to show, given what the measures say now."""
        if instruction != self._shown and self._now() - self._since >= HOLD_SECONDS:
            self._shown, self._since = instruction, self._now()
        return self._shown

    def reset(self, instruction: str = "") -> None:
        """Another step: show this at once."""
        self._shown, self._since = instruction, self._now()
