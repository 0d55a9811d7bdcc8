"""The order of classes: as a school counts them, not as text sorts them. XII MIPA 2 stands before XII MIPA 10."""

from __future__ import annotations

import re
from typing import Final

_PARTS: Final = re.compile(r"\d+|[^\W\d_]+")
_GRADES: Final = {"X": 10, "XI": 11, "XII": 12, "XIII": 13}
"""As most lists write them; others write 10, 11, 12."""


def order(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key to sort classes by: numbers by what they count, a grade before all else, words by their letters."""
    parts = [part for part in _PARTS.findall(name.upper()) if part != "KELAS"]
    return tuple(_rank(part, first=at == 0) for at, part in enumerate(parts))


def _rank(part: str, *, first: bool) -> tuple[int, int, str]:
    grade = _GRADES.get(part, 0) if first else 0
    if grade or part.isdecimal():
        return 0, grade or int(part), ""
    return 1, 0, part
