"""Whose numbers a lone NIK column holds that stands after a parent: decided over the column, by what they say.

People put the students' NIK last as often as the mother's behind her name, and the label is the same. But a
NIK says a birth date, and no parent was born on the student's day: of the numbers in a parent's column none says the
students' dates, and in the students' own nearly all do. So the column is the students' where more than half of its
whole numbers say the birth date of their row, the sex left aside. Where not, or where the rows have no birth dates to
compare with, none is kept: a wrong NIK is worse than a missing one, which the operator takes from the KK.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from station.roster import nik


class Evidence(msgspec.Struct, frozen=True):
    """How many NIKs of a column could be compared with a birth date, and how many say the same."""

    compared: int
    agreeing: int

    @property
    def are_own(self) -> bool:
        """Whether the column holds the students' own numbers."""
        return self.agreeing * 2 > self.compared


def weigh(pairs: Iterable[tuple[str, date]]) -> Evidence:
    """Compare the whole NIKs of a column each with the birth date of its row."""
    compared = agreeing = 0
    for number, born in pairs:
        compared += 1
        parts = nik.parse(number)
        agreeing += (parts.day, parts.month, parts.year) == (born.day, born.month, born.year % 100)
    return Evidence(compared, agreeing)
