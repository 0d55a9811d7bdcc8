"""The student's data as it will be recorded: the school's list, with the corrections from documents on top.

The list itself is never changed by a correction: both stay, with who changed what from which document.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

import msgspec

from station.roster import names, nik
from station.roster.eligibility import age_on, back
from station.roster.nik import Sex
from station.roster.rows import OLDEST, SCHOOL_AGES
from station.roster.students import Student

CORRECTABLE: Final = (
    "name",
    "nik",
    "no_kk",
    "sex",
    "birth_place",
    "birth_date",
    "akta",
    "street",
    "rt",
    "rw",
    "hamlet",
    "village",
    "district",
)
"""Fields that the operator may correct, in the order of the form."""


_ODD_NAMES: Final = ("name-characters", "name-long")
"""What is looked at again in a name; one word alone is nothing odd on a document."""
_LOT: Final = re.compile(r"[0-9]{1,3}")
"""RT and RW: up to three digits."""


class NotAValue(ValueError):
    """A correction cannot be read; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} cannot be read")
        self.field = field


def as_text(student: Student, field: str) -> str:
    """A field as the form shows it; dates as YYYY-MM-DD, empty where not stated."""
    value = getattr(student, field)
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def corrected(student: Student, corrections: Mapping[str, str]) -> Student:
    """The student with corrections applied. Raises NotAValue for what is no date, sex, number or name."""
    changes: dict[str, object] = {}
    for field, text in corrections.items():
        if field not in CORRECTABLE:
            raise NotAValue(field)
        try:
            changes[field] = _parsed(field, text.strip())
        except ValueError as error:
            raise NotAValue(field) from error
    return msgspec.structs.replace(student, **changes)


def doubts(student: Student, fields: Collection[str], today: date) -> tuple[str, ...]:
    """What to look at again in a student of whom these fields were corrected: finding codes, none of them a bar.

    A document may be odd and right all the same. Raises NotAValue for a birth date that cannot be anybody's.
    """
    found: list[str] = []
    if "name" in fields:
        found += [code for code in names.oddities(student.name) if code in _ODD_NAMES]
    if "birth_date" in fields:
        if not back(today, OLDEST) <= student.birth_date <= today:
            raise NotAValue("birth_date")
        if age_on(student.birth_date, today) not in SCHOOL_AGES:
            found.append("birth-date-implausible")
    if student.nik and not {"nik", "birth_date", "sex"}.isdisjoint(fields):
        found += nik.check(student.nik, student.birth_date, student.sex)
    return tuple(found)


def _parsed(field: str, text: str) -> object:
    if field == "birth_date":
        return date.fromisoformat(text)
    if field == "sex":
        return Sex(text)
    if field == "name" and not any(letter.isalpha() for letter in text):
        raise ValueError
    if field in ("nik", "no_kk") and text and nik.read(text).value != text:
        raise ValueError
    if field in ("rt", "rw") and text and not _LOT.fullmatch(text):
        raise ValueError
    return text
