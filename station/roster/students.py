"""What is kept of a student, and what is said about a row: the types that the room shares.

Only what an enrolment needs is kept; a school's list holds far more (parents, income, accounts).
"""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from station.errors import StationError
from station.roster.nik import Sex
from station.roster.schools import SchoolName

_NO_NEEDS: Final = frozenset(
    ("", "-", "0", "tidak", "tdk", "tidak ada", "tdk ada", "tidak punya", "tidak berkebutuhan khusus", "bukan abk",
     "non abk", "normal", "nihil", "none", "no", "n/a")
)  # fmt: skip


class Student(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One student as a list says. Empty text and None mean "not stated"."""

    name: str
    birth_date: date
    sex: Sex | None = None
    birth_place: str = ""
    nik: str = ""
    """Sixteen digits, or empty: a number that cannot be trusted is not kept."""
    nisn: str = ""
    no_kk: str = ""
    street: str = ""
    rt: str = ""
    rw: str = ""
    hamlet: str = ""
    village: str = ""
    district: str = ""
    class_name: str = ""
    akta: str = ""
    special_needs: str = ""

    @property
    def needs_help(self) -> bool:
        """Whether the list names a special need: the hint for priority and more time."""
        return self.special_needs.strip().casefold() not in _NO_NEEDS


FIELDS: Final = Student.__struct_fields__


def differ(one: Student, other: Student) -> bool:
    """Whether two students of the same name are shown to be two people: every number that both have differs."""
    both = [a == b for a, b in ((one.nik, other.nik), (one.nisn, other.nisn)) if a and b]
    return bool(both) and not any(both)


class Finding(msgspec.Struct, frozen=True, order=True, gc=False):
    """Something about one row, or about a sheet (then the row of its header): where, what, what to do."""

    sheet: str
    row: int
    """As the spreadsheet counts, from 1; 0 where a whole file is meant."""
    column: str
    """The column's letter, or empty where no single column is meant."""
    code: str
    message: str


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A row that can be imported."""

    sheet: str
    row: int
    column: str
    """The letter of the name column, for findings about the whole row."""
    school: int
    """Position among the list's `schools`."""
    student: Student


class SchoolList(msgspec.Struct, frozen=True):
    """A whole file, judged, before it is compared with what is known."""

    schools: tuple[SchoolName, ...]
    """As rows or titles name them; several spellings of one are several."""
    entries: tuple[Entry, ...]
    warnings: tuple[Finding, ...]
    rejected: tuple[Finding, ...]
    skipped: tuple[Finding, ...]
    """Rows that are no students: totals, signatures, repeated headers."""


class Answer(msgspec.Struct, frozen=True):
    """What the reading process says to the one that started it: a list, or why there is none."""

    list: SchoolList | None = None
    code: str = ""
    message: str = ""


class ListError(StationError):
    """The file cannot be read as a list; nothing of it was imported. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
