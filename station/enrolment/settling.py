"""Looks at live frames, settled: one odd frame changes nothing.

A measure at its limit falls to either side of it from frame to frame, and a blink shuts the eyes for a tenth of a
second. What a look says counts when the next one says the same; until then what was said before goes on. So the ring
over a face that stays good fills without starting anew, and the instruction stays readable.
"""

from __future__ import annotations

from typing import Final

from station.enrolment.judgement import Look

AGREEING: Final = 2
"""Looks in a row that change what is said when they say the same: an eighth of a second at 15 a second."""
DIFFERING: Final = 4
"""Looks in a row that change it though they say this and that: nothing holds of what was said."""


class Settling:
    """The looks at one capture."""

    def __init__(self) -> None:
        self._said: Look | None = None
        self._next: Look | None = None
        self._agreeing = self._differing = 0

    def settle(self, look: Look) -> Look:
        """What to go by, given what this frame says."""
        self._agreeing = self._agreeing + 1 if look == self._next else 1
        self._differing = self._differing + 1 if look != self._said else 0
        self._next = look
        if self._said is None or self._agreeing >= AGREEING or self._differing >= DIFFERING:
            self._said, self._differing = look, 0
        return self._said
