"""A birth date in three columns: day, month and year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from station.roster.students import SchoolList
from station.roster.tables import Span
from tests.roster.conftest import SITI, codes

Judge = Callable[..., SchoolList]
ReadFile = Callable[[Path], SchoolList]
BORN = date(2008, 12, 5)


@pytest.mark.parametrize(
    "labels",
    [
        ("Tgl", "Bln", "Thn"),
        ("TGL.", "BLN.", "TH."),
        ("Tanggal Lahir", "Bulan Lahir", "Tahun Lahir"),
        ("Tgl Lahir", "Bln Lahir", "Thn Lahir"),
        ("Tanggal", "Bulan", "Tahun Lahir"),
        ("Day", "Month", "Year of Birth"),
    ],
)
@pytest.mark.parametrize("month", [12, 12.0, "12", "Desember", "DES", "des."])
def test_one_row_of_labels(judge: Judge, labels: tuple[str, ...], month: object) -> None:
    found = judge([["No", "Nama", "L/P", *labels, "NIK Siswa"], [1, "Siti Aminah", "P", 5.0, month, 2008.0, SITI[5]]])
    assert found.rejected == ()
    assert [entry.student.birth_date for entry in found.entries] == [BORN]
    assert codes(found.warnings) == ["class-missing"]


def test_the_year_may_come_first(judge: Judge) -> None:
    found = judge([["Nama", "Thn", "Bln", "Tgl"], ["Siti Aminah", "2008", "Des", "05"]])
    assert [entry.student.birth_date for entry in found.entries] == [BORN]


@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("group", ["Tanggal Lahir", "Lahir", "Kelahiran"])
def test_under_one_heading(judge: Judge, group: str, *, merged: bool) -> None:
    rows = [
        ["Nama", group, None, None, "NIK Siswa", "Kelas"],
        [None, "Tgl", "Bln", "Thn", None, None],
        ["Siti Aminah", "5", "Desember", "2008", SITI[5], "X 1"],
    ]
    spans = [Span(0, 1, 0, 3), *(Span(0, n, 1, n) for n in (0, 4, 5))] if merged else []
    found = judge(rows, merged=spans)
    assert [(e.row, e.student.birth_date, e.student.nik) for e in found.entries] == [(3, BORN, SITI[5])]
    assert codes(found.warnings) == ["sex-column-missing"]


def test_beside_the_place_under_one_heading(judge: Judge) -> None:
    rows = [
        ["Nama", "Tempat, Tanggal Lahir", None, None, None, "Kelas"],
        [None, "Tempat", "Tanggal", "Bulan", "Tahun", None],
        ["Siti Aminah", "Paringin", 5, "Desember", 2008, "X 1"],
    ]
    student = judge(rows, merged=[Span(0, 1, 0, 4)]).entries[0].student
    assert (student.birth_place, student.birth_date, student.class_name) == ("Paringin", BORN, "X 1")


def test_in_a_workbook_with_merged_cells(tmp_path: Path, read_file: ReadFile) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["DAFTAR SISWA SMAN 1 JUAI"])
    sheet.append(["No", "Nama", "Tanggal Lahir", None, None, "Kelas"])
    sheet.append([None, None, "Tgl", "Bln", "Thn", None])
    sheet.append([1, "Siti Aminah", 5, "Des", 2008, "X 1"])
    sheet.append([2, "Budi Santoso", 31, "Nop", 2008, "X 1"])
    for span in ("A2:A3", "B2:B3", "C2:E2", "F2:F3"):
        sheet.merge_cells(span)
    book.save(tmp_path / "list.xlsx")
    found = read_file(tmp_path / "list.xlsx")
    assert [(e.row, e.student.birth_date) for e in found.entries] == [(4, BORN)]
    assert [(r.row, r.column, r.code) for r in found.rejected] == [(5, "C", "birth-date-no-such-day")]


def test_in_a_text_file(tmp_path: Path, read_file: ReadFile) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Nama;Tgl;Bln;Thn;Kelas\nSiti Aminah;05;12;2008;X 1\n")
    assert [entry.student.birth_date for entry in read_file(path).entries] == [BORN]


@pytest.mark.parametrize(
    ("parts", "column", "code"),
    [
        (("", "12", "2008"), "B", "birth-date-part-missing"),
        (("5", None, "2008"), "C", "birth-date-part-missing"),
        (("5", "12", "-"), "D", "birth-date-part-missing"),
        (("", "", ""), "B", "birth-date-missing"),
        (("0", "12", "2008"), "B", "birth-date-part-impossible"),
        (("32", "12", "2008"), "B", "birth-date-part-impossible"),
        (("5.5", "12", "2008"), "B", "birth-date-part-impossible"),
        (("5", "13", "2008"), "C", "birth-date-part-impossible"),
        (("5", "Dest", "2008"), "C", "birth-date-part-impossible"),
        ((5, True, 2008), "C", "birth-date-part-impossible"),
        (("5", "12", "208"), "D", "birth-date-part-impossible"),
        (("5", "12", datetime(2008, 12, 5)), "D", "birth-date-part-impossible"),
        (("29", "2", "2009"), "B", "birth-date-no-such-day"),
        (("5", "12", "2035"), "B", "birth-date-impossible"),
        (("2008-12-05", "11", "2008"), "B", "birth-date-parts-differ"),
    ],
)
def test_a_part_that_is_missing_or_impossible(judge: Judge, parts: tuple[object, ...], column: str, code: str) -> None:
    found = judge([["Nama", "Tgl", "Bln", "Thn", "Kelas"], ["Siti Aminah", *parts, "X 1"]])
    assert found.entries == ()
    assert [(r.row, r.column, r.code) for r in found.rejected] == [(2, column, code)]


def test_two_digits_of_a_year_are_said(judge: Judge) -> None:
    rows: list[list[Any]] = [["Nama", "Tgl", "Bln", "Thn"], ["Siti Aminah", 5, 12, 8], ["Budi Santoso", 5, 12, "09"]]
    found = judge(rows)
    assert [entry.student.birth_date.year for entry in found.entries] == [2008, 2009]
    assert codes(found.warnings).count("birth-date-two-digit-year") == 2


def test_whole_dates_under_the_label_of_a_day_are_still_read(judge: Judge) -> None:
    header = ["Nama", "Tanggal Lahir", "Bulan Lahir", "Tahun Lahir"]
    for parts in (("2008-12-05", 12, 2008), (datetime(2008, 12, 5), None, None)):
        assert judge([header, ["Siti Aminah", *parts]]).entries[0].student.birth_date == BORN


@pytest.mark.parametrize(
    "header",
    [
        ["Nama", "Tanggal Lahir", "Kelas", "Tgl", "Bln", "Thn"],
        ["Nama", "TTL", "Kelas", "Tgl", "Bln", "Thn"],
        ["Nama", "Tanggal Lahir", "Kelas", "Tgl Lahir Ayah", "Bln Lahir Ayah", "Thn Lahir Ayah"],
    ],
)
def test_another_date_in_three_columns_is_not_the_birth(judge: Judge, header: list[str]) -> None:
    found = judge([header, ["Siti Aminah", "2008-12-05", "X 1", "1", "7", "2024"]])
    assert [entry.student.birth_date for entry in found.entries] == [BORN]


def test_the_day_of_entry_under_its_own_heading_is_not_the_birth(judge: Judge) -> None:
    rows = [
        ["Nama", "Tanggal Masuk", None, None, "Tanggal Lahir", None, None],
        [None, "Tgl", "Bln", "Thn", "Tgl", "Bln", "Thn"],
        ["Siti Aminah", 1, 7, 2024, 5, 12, 2008],
    ]
    assert [e.student.birth_date for e in judge(rows, merged=[Span(0, 1, 0, 3), Span(0, 4, 0, 6)]).entries] == [BORN]


def test_tables_side_by_side(judge: Judge) -> None:
    header = ["Nama", "Tgl", "Bln", "Thn"]
    found = judge([[*header, *header], ["Siti Aminah", 5, 12, 2008, "Budi Santoso", 20, "Jan", 2009]])
    assert [e.student.birth_date for e in found.entries] == [BORN, date(2009, 1, 20)]


def test_a_footer_below_is_left_out(judge: Judge) -> None:
    rows = [["Nama", "Tgl", "Bln", "Thn"], ["Sumber Rejeki", 5, 12, 2008], ["Jumlah siswa", None, None, None]]
    found = judge(rows)
    assert [e.student.name for e in found.entries] == ["Sumber Rejeki"]
    assert [(s.row, s.code) for s in found.skipped] == [(3, "row-not-a-student")]
