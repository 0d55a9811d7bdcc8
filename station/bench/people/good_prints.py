"""Impressions that are good by NIST's own measure, whatever the dice of `prints` say.

Of fingers with a small contact area one impression in thirty scores under NFIQ 2 of 40 although the skin is in good
condition. Ground truth for "good" must be good: such an impression is laid down anew. That costs a score each, 0.1 s.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from station.bench.people import prints
from station.bench.people.prints import Finger, Grey
from station.biometrics import nbis

GOOD: Final = 40
"""NFIQ 2 of every impression here, at least."""
TRIES: Final = 8
_ANEW: Final = 1000
"""Between the numbers of one impression's tries: nobody lays a finger down so often."""


def good_impression(finger: Finger, number: int = 0) -> Grey:
    """The `number`-th good impression of a finger in good condition, see `prints.impression`."""
    return prints.impression(finger, _good_number(finger, number))


@lru_cache(maxsize=4096)
def _good_number(finger: Finger, number: int) -> int:
    tries = range(number, number + TRIES * _ANEW, _ANEW)
    scores: dict[int, int] = {}
    for again in tries:
        scores[again] = nbis.read_ridges(prints.impression(finger, again)).nfiq2 or 0
        if scores[again] >= GOOD:
            return again
    return max(tries, key=scores.__getitem__)
