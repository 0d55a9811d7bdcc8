"""The NIK: what its sixteen digits say, and what can be wrong with one.

Six digits of the region of first registration, six of the birth date as DDMMYY (a woman's day plus
40), four of a serial from 0001 (PP 37/2007 art. 37, carried on by PP 40/2019). There is no check
digit, and a NIK is never changed, not even when birth date or sex are corrected later: so a
mismatch is something to verify, and nothing here ever changes a NIK.
"""

from __future__ import annotations

import math
import re
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from station.roster import names

LENGTH: Final = 16
EXACT_DIGITS: Final = 15
"""Significant digits that a spreadsheet keeps of a number; the sixteenth becomes 0."""

PROVINCES: Final = re.compile(r"1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-6]")
"""First two digits in use (Kepmendagri 300.2.2-2430/2025)."""

_EMPTY: Final = frozenset(
    ("", "-", "--", ".", "0", "na", "n/a", "nihil", "kosong", "none", "null", "tidak ada", "belum ada", "belum", "#n/a")
)
_SCIENTIFIC: Final = re.compile(r"\d([.,]\d+)?e\+?\d{1,2}", re.IGNORECASE)
_GROUPED: Final = re.compile(r"\d[\d .\-]*\d")
_INTEGRAL: Final = re.compile(r"(\d+)[.,]0+")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:([., ])\d{3})(?:\1\d{3}){4}(?:[.,]0+)?")
"""How a spreadsheet shows a number with its thousands apart; people divide a NIK into its parts or into fours."""


class Sex(StrEnum):
    """As documents say it: laki-laki, perempuan."""

    MALE = "male"
    FEMALE = "female"


class Damage(StrEnum):
    """Why a cell gave no number that can be used. Values are the endings of finding codes."""

    MISSING = "missing"
    LENGTH = "length"
    NOT_NUMERIC = "not-numeric"
    SPREADSHEET = "spreadsheet-damaged"


class Tidied(StrEnum):
    """What was taken off a number that is otherwise whole. Values are the endings of finding codes."""

    APOSTROPHE = "apostrophe"
    SEPARATORS = "separators"


class Mismatch(StrEnum):
    """What a whole NIK says otherwise than the list. Values are finding codes."""

    REGION = "nik-region-unknown"
    IMPLAUSIBLE = "nik-implausible"
    BIRTH = "nik-birth-mismatch"
    SEX = "nik-sex-mismatch"


class Number(msgspec.Struct, frozen=True):
    """What a cell meant for sixteen digits (NIK or No KK) holds: `value` is empty unless it can be used."""

    value: str
    damage: Damage | None = None
    tidied: Tidied | None = None
    digits: int = 0
    """How many digits stood there, for the message."""


class Nik(msgspec.Struct, frozen=True):
    """The parts of a sixteen-digit NIK."""

    region: str
    day: int
    month: int
    year: int
    """Two digits; the century is not in a NIK."""
    sex: Sex
    serial: str


def read(cell: object) -> Number:
    """Read a cell that should hold sixteen digits.

    A numeric cell is damaged whatever it shows: nobody can tell afterwards whether its last digit
    was one. So are scientific notation, thousands set apart, and a serial 0000, which is never issued and is just what
    is left of 0001 to 0009.
    """
    if isinstance(cell, str) and len(cell) == LENGTH and cell.isascii() and cell.isdigit():
        return _whole(cell, None)
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        if not math.isfinite(cell) or cell == 0:
            return Number("", Damage.MISSING)
        digits = len(str(abs(int(cell))))
        return Number("", Damage.SPREADSHEET if digits >= EXACT_DIGITS else Damage.LENGTH, digits=digits)
    text = cell if isinstance(cell, str) else ""
    text = text if text.isascii() else names.tidy(text)
    text = text.strip()
    tidied = None
    if text[:1] in ("'", "`", "’", "‘"):
        text, tidied = text[1:].strip(), Tidied.APOSTROPHE
    if text.casefold() in _EMPTY or set(text) <= {"0", "-", " "}:
        return Number("", Damage.MISSING)
    if _SCIENTIFIC.fullmatch(text) or _THOUSANDS.fullmatch(text):
        return Number("", Damage.SPREADSHEET)
    if found := _INTEGRAL.fullmatch(text):
        return Number("", Damage.SPREADSHEET if len(found[1]) >= EXACT_DIGITS else Damage.LENGTH, digits=len(found[1]))
    if not text.isascii() or not _GROUPED.fullmatch(text):
        return Number("", Damage.NOT_NUMERIC, tidied, sum(c.isdigit() for c in text))
    digits_only = re.sub(r"\D", "", text)
    if digits_only != text:
        tidied = Tidied.SEPARATORS
    if len(digits_only) != LENGTH:
        return Number("", Damage.LENGTH, tidied, len(digits_only))
    return _whole(digits_only, tidied)


def _whole(digits: str, tidied: Tidied | None) -> Number:
    if digits.count("0") == LENGTH:
        return Number("", Damage.MISSING)
    if digits.endswith("0000"):
        return Number("", Damage.SPREADSHEET, tidied, LENGTH)
    return Number(digits, None, tidied, LENGTH)


def parse(nik: str) -> Nik:
    """Take sixteen digits apart. Raises ValueError for anything else."""
    if len(nik) != LENGTH or not (nik.isascii() and nik.isdigit()):
        raise ValueError("a NIK has 16 digits")
    day = int(nik[6:8])
    female = day > 40
    sex = Sex.FEMALE if female else Sex.MALE
    return Nik(nik[:6], day - 40 if female else day, int(nik[8:10]), int(nik[10:12]), sex, nik[12:])


def check(nik: str, birth_date: date | None, sex: Sex | None) -> list[Mismatch]:
    """What a whole NIK says otherwise than the list; all of it is to be verified, none of it rejects.

    The region is only held against the provinces in use: it is where the person was first
    registered, which may be anywhere and may since have been renumbered.
    """
    if birth_date and sex and nik[6:12] == encoded(birth_date, sex) and PROVINCES.fullmatch(nik[:2]):
        return []
    parts = parse(nik)
    found = []
    if not PROVINCES.fullmatch(nik[:2]):
        found.append(Mismatch.REGION)
    if not _is_day(parts):
        found.append(Mismatch.IMPLAUSIBLE)
    elif birth_date and (parts.day, parts.month, parts.year) != (
        birth_date.day,
        birth_date.month,
        birth_date.year % 100,
    ):
        found.append(Mismatch.BIRTH)
    if sex and sex is not parts.sex:
        found.append(Mismatch.SEX)
    return found


def encoded(birth_date: date, sex: Sex) -> str:
    """The six digits with which a NIK says birth date and sex."""
    day = birth_date.day + 40 if sex is Sex.FEMALE else birth_date.day
    return f"{day:02}{birth_date.month:02}{birth_date.year % 100:02}"


def mask(nik: str) -> str:
    """The last four digits, as a NIK is shown wherever others may look on; empty for no NIK."""
    return f"…{nik[-4:]}" if nik else ""


def _is_day(parts: Nik) -> bool:
    if not (1 <= parts.month <= 12 and 1 <= parts.day <= 31):
        return False
    # 29 February passes when any century has it: 1900 lacks it, 2000 does not.
    longest = (31, 28 if parts.year % 4 else 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return parts.day <= longest[parts.month - 1]
