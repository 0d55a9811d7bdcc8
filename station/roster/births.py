"""A row's birth date out of its cells: one with the date, one with place and date, or three with its parts.

Three cells are taken only as they stand: a part that is missing or impossible is said with its column, because
nobody can tell afterwards which of day, month and year was the mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from station.roster import dates, names
from station.roster.date_columns import FIELDS
from station.roster.dates import BirthDate, Epoch

_NUMBER: Final = re.compile(r"['’`]?(\d{1,2}|\d{4})(?:[.,]0+)?")


class Birth(msgspec.Struct, frozen=True):
    """What a row says of a birth: the date, or the code of what is wrong with it and the field where."""

    date: BirthDate | None
    code: str = ""
    field: str = "birth_date"
    place: str = ""
    """Empty where no place stands beside the date."""
    beside_place: bool = False
    """A place or more stood in a column of dates alone."""


def read(cells: Sequence[Any], columns: Mapping[str, int], today: date, epoch: Epoch = dates.since_1900) -> Birth:
    """Read the birth of a row whose `columns` hold birth dates in one of the three ways."""
    if "birth_month" in columns:
        return _from_parts([cells[columns[field]] for field in FIELDS], today, epoch)
    if "birth_date" not in columns:
        cell = cells[columns["birth"]]
        place, found = dates.read_with_place(cell, today, epoch)
        return Birth(found, _lack(cell) if found is None else "", place=place)
    cell = cells[columns["birth_date"]]
    found = dates.read(cell, today, epoch)
    if found is None and isinstance(cell, str):
        place, found = dates.read_with_place(cell, today, epoch)
        if found is not None:
            return Birth(found, place=place, beside_place=True)
    return Birth(found, _lack(cell) if found is None else "")


def _lack(cell: object) -> str:
    return "birth-date-unreadable" if _is_filled(cell) else "birth-date-missing"


def _is_filled(cell: object) -> bool:
    return bool(names.tidy(cell).strip("-–— ")) if isinstance(cell, str) else cell is not None


def _from_parts(parts: Sequence[Any], today: date, epoch: Epoch) -> Birth:
    filled = [_is_filled(part) for part in parts]
    if not any(filled):
        return Birth(None, "birth-date-missing")
    whole = dates.read(parts[0], today, epoch)
    if not all(filled):
        if whole is not None and not any(filled[1:]):
            return Birth(whole)
        return Birth(None, "birth-date-part-missing", FIELDS[filled.index(False)])
    month, year = _month(parts[1]), _year(parts[2], today)
    day = whole.value.day if whole is not None else _number(parts[0], 31)
    for field, part in zip(FIELDS, (day, month, year), strict=True):
        if part is None:
            return Birth(None, "birth-date-part-impossible", field)
    assert day is not None and month is not None and year is not None
    if whole is not None:
        agrees = (whole.value.month, whole.value.year) == (month, year[0])
        return Birth(whole) if agrees else Birth(None, "birth-date-parts-differ")
    try:
        return Birth(BirthDate(date(year[0], month, day), year[1]))
    except ValueError:
        return Birth(None, "birth-date-no-such-day")


def _number(cell: object, most: int) -> int | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, str):
        found = _NUMBER.fullmatch(names.tidy(cell))
        number = int(found[1]) if found else 0
    else:
        number = int(cell) if isinstance(cell, float | int) and cell == cell // 1 else 0
    return number if 1 <= number <= most else None


def _month(cell: object) -> int | None:
    return (isinstance(cell, str) and dates.month_named(names.tidy(cell))) or _number(cell, 12)


def _year(cell: object, today: date) -> tuple[int, tuple[dates.Note, ...]] | None:
    """The year, and that it was written with two digits; 08 may be a number to the spreadsheet, which shows 8."""
    number = _number(cell, 2100)
    if number is None:
        written = names.tidy(cell).lstrip("'’`") if isinstance(cell, str) else str(cell)
        return dates.year_written("00", today) if written in ("0", "00", "0.0") else None
    if number < 100:
        return dates.year_written(f"{number:02}", today)
    return (number, ()) if number >= 1900 else None
