"""The student's data as it will be recorded: the school's list, with the corrections from documents on top.

The list itself is never changed by a correction: both stay, with who changed what from which document.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from station.roster.nik import Sex
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
    """The student with corrections applied. Raises NotAValue for a date or sex that is none."""
    changes: dict[str, object] = {}
    for field, text in corrections.items():
        if field not in CORRECTABLE:
            raise NotAValue(field)
        try:
            changes[field] = _parsed(field, text.strip())
        except ValueError as error:
            raise NotAValue(field) from error
    return msgspec.structs.replace(student, **changes)


def _parsed(field: str, text: str) -> object:
    if field == "birth_date":
        return date.fromisoformat(text)
    if field == "sex":
        return Sex(text)
    if field == "name" and not text:
        raise ValueError
    if field in ("nik", "no_kk") and text and not (len(text) == 16 and text.isdigit()):
        raise ValueError
    return text
