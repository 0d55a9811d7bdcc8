"""Birth dates as people and spreadsheets write them.

ISO, day first with any separator, month names of Indonesian and English in full or short, serials
of the 1900 and 1904 date systems, and place and date in one cell. Day comes before month, as Indonesia
writes it; where only month-first gives a date, that is read and said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

EPOCH: Final = date(1899, 12, 30)
"""Day 0 of the 1900 date system (ECMA-376 part 1, 18.17.4.1), counted as from March 1900 on."""
EPOCH_1904: Final = date(1904, 1, 1)
"""Day 0 of the 1904 date system, which old Excel on the Mac writes and keeps."""
SERIALS: Final = range(10_000, 60_000)
"""1927 to 2064: what may be a birth date; a smaller number is something else."""

_NAMES: Final = (
    "januari january jan",
    "februari february pebruari feb peb",
    "maret march mar mrt",
    "april apr",
    "mei may",
    "juni june jun",
    "juli july jul",
    "agustus august agust agst ags agt agu aug",
    "september sept sep",
    "oktober october okt oct",
    "november nopember nov nop",
    "desember december des dec",
)
_MONTHS: Final = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_MONTH: Final = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?![a-z])\.?"
_TIME: Final = r"(?:[T ]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?: ?[ap]m)?z?)?"
_YEAR: Final = r"(\d{4}|'?\d{2})"
_BETWEEN: Final = r"[\s\-/.,]*"

_ISO: Final = re.compile(r"(\d{4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,2})" + _TIME, re.IGNORECASE)
_NUMERIC: Final = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*" + _YEAR + _TIME, re.IGNORECASE)
_NAMED: Final = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?{_BETWEEN}{_MONTH}{_BETWEEN}{_YEAR}{_TIME}", re.IGNORECASE)
_NAMED_FIRST: Final = re.compile(rf"{_MONTH}{_BETWEEN}(\d{{1,2}})(?:st|nd|rd|th)?[\s\-/.,]+(\d{{4}})", re.IGNORECASE)
_WEEKDAY: Final = (
    r"(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b[\s,]*"
)
_LEAD: Final = re.compile(rf"(?:{_WEEKDAY})?(?:(?:tgl|tanggal)\b[\s.,:]*)?", re.IGNORECASE)
"""What people write before a date and is no part of it."""
_LEAD_AFTER_PLACE: Final = re.compile(
    rf"(?:(?:^|,)\s*{_WEEKDAY})?(?:(?:^|[\s,])(?:tgl|tanggal)[\s.,:]*)?$", re.IGNORECASE
)
"""The same at a place's end. A weekday only after a comma: Pasar Minggu and Pasar Rabu are places."""
_SHORTENED: Final = re.compile(rf"\d{{1,2}}[- ]{_MONTH}|{_MONTH}[- ]\d{{2}}", re.IGNORECASE)
_COMPACT: Final = re.compile(r"\d{8}")
_DASHES: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
"""What word processors make of a hyphen between digits."""
_MISTYPED: Final = re.compile(r"(?:^|[\W_])[^\W\d_]{1,2}$")
"""A letter or two right before the date: in l2 Mei a digit was mistyped, and 2 Mei is another day."""
_PLACED: Final = re.compile(r"(?P<place>[^\d]*?)[\s,;/.\-(]*(?P<date>\d.*|" + _MONTH + r"\s*\d.*)", re.IGNORECASE)

_LONGEST: Final = 200
"""Characters of a cell with a birth date and what stands beside it."""
_AFTER_COMMA: Final = re.compile(r"(?P<place>.*\w.*),\s*(?P<date>[^,]*)")


class Note(StrEnum):
    """What had to be assumed in reading a date. Values are finding codes."""

    TWO_DIGIT_YEAR = "birth-date-two-digit-year"
    MONTH_FIRST = "birth-date-month-first"
    EITHER_WAY = "birth-date-either-way"
    """Day and month could be swapped; worth saying only where the column has month-first dates too."""


class BirthDate(msgspec.Struct, frozen=True):
    """A date that was read, and what was assumed."""

    value: date
    notes: tuple[Note, ...] = ()


Epoch = Callable[[], date]


def since_1900() -> date:
    """Day 0 of nearly all workbooks."""
    return EPOCH


def read(cell: object, today: date, epoch: Epoch = since_1900) -> BirthDate | None:
    """The date in a cell, or None where there is no reading of it as one.

    `today` decides the century of a two-digit year: the latest that is not in the future. `epoch` finds
    day 0 of the workbook's serials.
    """
    if isinstance(cell, str):
        # The form that Dapodik writes, first and fast: 10,000 rows wait.
        if len(cell) == 10 and cell[4] == "-":
            try:
                return BirthDate(date.fromisoformat(cell))
            except ValueError:
                pass
        return _read_text(cell, today, epoch)
    if isinstance(cell, datetime):
        return BirthDate(cell.date())
    if isinstance(cell, date):
        return BirthDate(cell)
    if isinstance(cell, float | int) and not isinstance(cell, bool) and math.isfinite(cell):
        return _read_number(cell, epoch)
    return None


def read_with_place(cell: object, today: date, epoch: Epoch = since_1900) -> tuple[str, BirthDate | None]:
    """Place and date from one cell such as ``Paringin, 12 Desember 2008``; the place may be empty."""
    whole = read(cell, today, epoch)
    if whole is not None or not isinstance(cell, str) or len(cell) > _LONGEST:
        return "", whole
    text = " ".join(cell.translate(_DASHES).split()).rstrip(")")
    found = _PLACED.fullmatch(text)
    if found is not None and _MISTYPED.search(text[: found.start("date")]):
        found = None
    if found is None or read(found["date"], today, epoch) is None:
        # A place with a digit in it: Desa Lamida RT 3, 12 Mei 2008.
        found = _AFTER_COMMA.fullmatch(text) or found
    if found is None:
        return " ".join(cell.split()).strip(" ,;/.-"), None
    place = _LEAD_AFTER_PLACE.sub("", found["place"]).strip(" ,;:/.-_(")
    return place, read(found["date"], today, epoch)


def month_named(text: str) -> int | None:
    """The number of a month by its name in Indonesian or English, in full or short; None for anything else."""
    return _MONTHS.get(text.casefold().strip(" ."))


def is_shortened(text: str) -> bool:
    """Whether this is what a spreadsheet shows of a class 10-1 that it took for a day: 10-Jan."""
    return _SHORTENED.fullmatch(text.strip()) is not None


def _read_text(cell: str, today: date, epoch: Epoch) -> BirthDate | None:
    if len(cell) > _LONGEST:
        return None
    text = _LEAD.sub("", " ".join(cell.translate(_DASHES).split()).lstrip("'’`"), count=1).strip(" ,.;")
    if found := _ISO.fullmatch(text):
        return _make(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.fullmatch(text):
        return _read_numeric(int(found[1]), int(found[2]), found[3], today)
    if found := _NAMED.fullmatch(text):
        year, notes = year_written(found[3], today)
        return _make(year, _MONTHS[found[2].lower()], int(found[1]), notes)
    if found := _NAMED_FIRST.fullmatch(text):
        return _make(int(found[3]), _MONTHS[found[1].lower()], int(found[2]))
    if _COMPACT.fullmatch(text):
        iso = _make(int(text[:4]), int(text[4:6]), int(text[6:]))
        return iso or _make(int(text[4:]), int(text[2:4]), int(text[:2]))
    if re.fullmatch(r"\d{5}(?:[.,]0+)?", text):
        return _read_number(float(text.replace(",", ".")), epoch)
    return None


def _read_number(number: float, epoch: Epoch) -> BirthDate | None:
    if int(number) in SERIALS:
        return BirthDate(epoch() + timedelta(days=int(number)))
    if number == int(number) and 1_000_000 < number < 100_000_000:
        text = f"{int(number):08}"
        return _make(int(text[:4]), int(text[4:6]), int(text[6:])) or _make(
            int(text[4:]), int(text[2:4]), int(text[:2])
        )
    return None


def _read_numeric(first: int, second: int, written_year: str, today: date) -> BirthDate | None:
    year, notes = year_written(written_year, today)
    either = (Note.EITHER_WAY,) if first <= 12 and second <= 12 and first != second else ()
    day_first = _make(year, second, first, (*notes, *either))
    return day_first or _make(year, first, second, (*notes, Note.MONTH_FIRST))


def year_written(written: str, today: date) -> tuple[int, tuple[Note, ...]]:
    """A year of four digits, or the latest that two digits can mean, and that this had to be assumed."""
    if len(written) == 4:
        return int(written), ()
    year = today.year - today.year % 100 + int(written.lstrip("'"))
    return (year if year <= today.year else year - 100), (Note.TWO_DIGIT_YEAR,)


def _make(year: int, month: int, day: int, notes: tuple[Note, ...] = ()) -> BirthDate | None:
    if not 1900 <= year <= 2100:
        return None
    try:
        return BirthDate(date(year, month, day), notes)
    except ValueError:
        return None
