"""Workbooks that a library wrote: their formulas have no results until somebody opens and saves them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from station.roster import formulas
from station.roster.students import SchoolList
from tests.roster.conftest import codes

ReadFile = Callable[[Path], SchoolList]
HEADER = ["No", "Nama Siswa", "L/P", "Tanggal Lahir", "NIK Siswa", "Kelas"]
BUDI = [1, "Budi Santoso", "L", "2009-01-20", "6311022001090002", "X 1"]


def write(path: Path, rows: Sequence[Any], *, zeros: bool = False) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Siswa & Siswi"
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    if zeros:
        _put_zeros(path)
    return path


def _put_zeros(path: Path) -> None:
    """As other libraries write them: with the result 0, and without a dimension."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"<v />", b"<v>0</v>")
    start, _, rest = sheet.partition(b"<dimension")
    parts["xl/worksheets/sheet1.xml"] = start + rest.partition(b"/>")[2]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


@pytest.mark.parametrize("zeros", [False, True])
def test_a_name_by_formula_is_rejected_with_its_place(tmp_path: Path, read_file: ReadFile, *, zeros: bool) -> None:
    rows = [
        ["SMAN 1 JUAI"],
        HEADER,
        BUDI,
        [2, "=Data!B2", "P", "2008-12-05", "6311064512080001", "X 1"],
        [3, "=Data!B3", "P", "2008-12-06", None, None],
        [4, "=Data!B4", None, None, None, None],
        [None, "=Data!B5", "P", None, None, None],
        ["=A7+1", "=Data!B6", "=Data!C6", "=Data!D6", "=Data!E6", "=Data!F6"],
    ]
    found = read_file(write(tmp_path / "list.xlsx", rows, zeros=zeros))
    assert [(e.row, e.student.name) for e in found.entries] == [(3, "Budi Santoso")]
    named = [(r.sheet, r.row, r.column) for r in found.rejected if r.column == "B"]
    assert named == [("Siswa & Siswi", row, "B") for row in range(4, 9)]
    assert {r.code for r in found.rejected if r.column == "B"} == {"formula-without-result"}
    assert all("save it and import that" in r.message for r in found.rejected if r.column == "B")
    assert found.skipped == ()


def test_a_birth_date_and_a_nik_by_formula_are_told_as_that(tmp_path: Path, read_file: ReadFile) -> None:
    rows = [HEADER, [*BUDI[:3], "=Data!D2", *BUDI[4:]], [2, "Siti Aminah", "P", "2008-12-05", "=Data!E3", "X 1"]]
    found = read_file(write(tmp_path / "list.xlsx", rows))
    assert [(r.row, r.column, r.code) for r in found.rejected] == [(2, "D", "formula-without-result")]
    assert [(e.row, e.student.nik) for e in found.entries] == [(3, "")]
    assert [(w.row, w.column, w.code) for w in found.warnings] == [(3, "E", "formula-without-result")]


def test_a_total_by_formula_is_still_no_student(tmp_path: Path, read_file: ReadFile) -> None:
    rows = [HEADER, BUDI, ["Jumlah", "=COUNTA(B2:B2)", None, None, None, None]]
    found = read_file(write(tmp_path / "list.xlsx", rows))
    assert (found.rejected, codes(found.skipped)) == ((), ["row-not-a-student"])


def test_results_that_are_there_are_read(tmp_path: Path, read_file: ReadFile) -> None:
    path = write(tmp_path / "list.xlsx", [HEADER, [1, "=Data!B2", *BUDI[2:]], [2, "=Data!B3", None, None, None, None]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    for cell, text in ((b"B2", b"Budi Santoso"), (b"B3", b"")):
        parts[part] = parts[part].replace(b'<c r="%s">' % cell, b'<c r="%s" t="str">' % cell)
        parts[part] = parts[part].replace(b"%s</f><v />" % cell, b"%s</f><v>%s</v>" % (cell, text))
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    found = read_file(path)
    assert [e.student.name for e in found.entries] == ["Budi Santoso"]
    assert found.rejected == ()


def test_files_of_other_kinds_have_none(tmp_path: Path) -> None:
    (tmp_path / "list.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with zipfile.ZipFile(tmp_path / "list.ods", "w") as archive:
        archive.writestr("content.xml", "<f/>")
    for name in ("list.xls", "list.ods"):
        assert formulas.last_row(tmp_path / name, "Sheet1") == 0
        assert formulas.without_result(tmp_path / name, "Sheet1") == frozenset()
