"""Finds a birth date that a list spreads over three columns: Tgl, Bln and Thn beside each other.

Such columns follow each other in any order, under a heading of their own (Tanggal Lahir) or with the word in one of
them (Tanggal, Bulan, Tahun Lahir). Without that word they are the birth date only where the list has no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

FIELDS: Final = ("birth_date", "birth_month", "birth_year")
"""The columns of day, month and year: the day's is where a whole date would stand."""

_WORDS: Final = {
    "birth_date": "tgl tanggal tg hari day date",
    "birth_month": "bln bulan bl month",
    "birth_year": "thn tahun th year",
}
_PARTS: Final = {word: field for field, words in _WORDS.items() for word in words.split()}
_MONTH: Final = re.compile(r"bln|bulan|\bbl\b|month", re.IGNORECASE)
_LONGEST: Final = 40
"""Characters of a label that can name a month's column."""
_BIRTH: Final = re.compile(r"\b(?:lahir|lhr|kelahiran|ttl|(?:of )?birth)\b")


class Trio(msgspec.Struct, frozen=True):
    """Three columns that follow each other and hold one date."""

    first: int
    """Index of the leftmost column."""
    fields: tuple[str, str, str]
    """What the three hold, from the left."""
    says_birth: bool
    """Whether a word in or above them says that the date is one of birth."""


def may_stand_in(cells: Sequence[object]) -> bool:
    """A quick no for rows without a column of months."""
    return any(isinstance(cell, str) and len(cell) <= _LONGEST and _MONTH.search(cell) for cell in cells)


def part_of(label: str) -> str | None:
    """The part of a date that a normalised label names, with or without the word birth; or None."""
    return _PARTS.get(_BIRTH.sub("", label).strip())


def trios(groups: Sequence[str], labels: Sequence[str]) -> Iterator[Trio]:
    """The columns that hold one date together.

    `labels` are the normalised names of the columns and `groups` what stands above each, empty where nothing does.
    Under the heading of another date (Tanggal Masuk) no birth date is looked for.
    """
    for first in range(len(labels) - 2):
        span = slice(first, first + 3)
        first_part, second, third = (part_of(label) for label in labels[span])
        if not (first_part and second and third) or {first_part, second, third} != set(FIELDS):
            continue
        above = set(groups[span])
        says_birth = any(_BIRTH.search(text) for text in (*above, *labels[span]))
        if len(above) == 1 and (says_birth or above == {""}):
            yield Trio(first, (first_part, second, third), says_birth)


def mark(fields: list[str | None], groups: Sequence[str], labels: Sequence[str]) -> None:
    """Enter the trios into the fields of the columns, unless another column holds whole birth dates."""
    found = list(trios(groups, labels))
    within = {index for trio in found for index in range(trio.first, trio.first + 3)}
    others = {field for index, field in enumerate(fields) if index not in within}
    for trio in found:
        rivals = {"birth_date"} if trio.says_birth else {"birth_date", "birth"}
        if others.isdisjoint(rivals):
            fields[trio.first : trio.first + 3] = trio.fields
