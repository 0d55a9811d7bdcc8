"""Lists of every kind, written where the tests need them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from station.clock import SetClock
from station.journal.journal import Journal
from station.roster import lists, tables
from station.roster.reading import Reading
from station.roster.students import Finding, SchoolList
from station.roster.tables import Span, Table

TODAY = date(2025, 7, 14)

Judge = Callable[..., SchoolList]
ReadFile = Callable[[Path], SchoolList]
AsReading = Callable[..., Reading]

HEADER = ["No", "Nama Siswa", "L/P", "Tempat Lahir", "Tanggal Lahir", "NIK Siswa", "NISN", "No KK", "Kelas"]
SITI = [
    1,
    "Siti Aminah",
    "P",
    "Paringin",
    "2008-12-05",
    "6311064512080001",
    "0081234567",
    "6311061203150002",
    "XII IPA 1",
]
BUDI = [
    2,
    "Budi Santoso",
    "L",
    "Halong",
    "2009-01-20",
    "6311022001090002",
    "0091234567",
    "6311021203150003",
    "XII IPA 1",
]


def codes(found: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in found]


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def judge() -> Judge:
    """Judge rows as one sheet: ``judge([header, row, ...], name=..., merged=...)``."""

    def judge_rows(rows: Sequence[Sequence[Any]], name: str = "Sheet1", merged: Sequence[Span] = ()) -> SchoolList:
        width = max(len(row) for row in rows)
        cells = [["" if c is None else c for c in row] + [""] * (width - len(row)) for row in rows]
        return lists.read([Table(name, cells, merged=tuple(merged))], TODAY, "list.xlsx")

    return judge_rows


@pytest.fixture
def as_reading(judge: Judge) -> AsReading:
    """The same rows as a reading that can be imported."""

    def wrap(rows: Sequence[Sequence[Any]], **options: Any) -> Reading:
        return Reading("list.xlsx", "0" * 64, judge(rows, **options))

    return wrap


@pytest.fixture
def read_file() -> ReadFile:
    """Read a file in this process, as the child does."""

    def read(path: Path) -> SchoolList:
        workbook = path.read_bytes()[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
        opened = tables.open_workbook(path) if workbook else tables.open_text(path)
        return lists.read(opened, TODAY, path.name)

    return read


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path / "data", SetClock(datetime(2025, 7, 14, 1, 0, tzinfo=UTC)))
    yield opened
    opened.close()
