"""A lone NIK column after a parent's name: the students' own, or the parent's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from station.roster import whose
from station.roster.students import SchoolList
from tests.roster.conftest import codes

Judge = Callable[..., SchoolList]
HEADER = ["Nama", "L/P", "Tanggal Lahir", "Kelas", "Nama Ibu", "NIK"]
MOTHERS = ("6311065203750001", "6311064101800002", "6311066612780003")
ALI = "6308011508080003"
SITI, BUDI = "6311064512080001", "6311022001090002"
OWN = (SITI, BUDI, ALI)


def rows(niks: tuple[object, ...], header: list[str] = HEADER) -> list[list[Any]]:
    people = [
        ("Siti Aminah", "P", "2008-12-05"),
        ("Budi Santoso", "L", "2009-01-20"),
        ("Ali Akbar", "L", "2008-08-15"),
    ]
    return [header, *([*person, "X 1", "Ibu", nik] for person, nik in zip(people, niks, strict=True))]


def test_the_students_own_numbers_are_kept_and_it_is_said_why(judge: Judge) -> None:
    found = judge(rows(OWN))
    assert [entry.student.nik for entry in found.entries] == list(OWN)
    (note,) = found.warnings
    assert (note.row, note.column, note.code) == (1, "F", "nik-column-own")
    assert "Of its 3 NIKs 3 say" in note.message


def test_a_parents_numbers_are_not_taken_and_each_row_says_so(judge: Judge) -> None:
    found = judge(rows(MOTHERS))
    assert [entry.student.nik for entry in found.entries] == ["", "", ""]
    assert [(w.row, w.column, w.code) for w in found.warnings] == [
        (row, "F", "nik-column-of-parent") for row in (2, 3, 4)
    ]
    assert "of its 3 NIKs only 0 say" in found.warnings[0].message


def test_one_corrected_birth_date_does_not_turn_the_column(judge: Judge) -> None:
    found = judge(rows((SITI, BUDI, MOTHERS[2])))
    assert [entry.student.nik for entry in found.entries] == [SITI, BUDI, MOTHERS[2]]
    assert codes(found.warnings) == ["nik-column-own", "nik-birth-mismatch", "nik-sex-mismatch"]


def test_half_is_not_enough(judge: Judge) -> None:
    found = judge(rows((SITI, MOTHERS[1], "")))
    assert [entry.student.nik for entry in found.entries] == ["", "", ""]
    assert codes(found.warnings) == ["nik-column-of-parent", "nik-column-of-parent", "nik-missing"]


def test_damaged_numbers_are_told_as_that_and_decide_nothing(judge: Judge) -> None:
    found = judge(rows((SITI, 6311022001090002.0, "123")))
    assert [entry.student.nik for entry in found.entries] == [SITI, "", ""]
    assert codes(found.warnings) == ["nik-column-own", "nik-spreadsheet-damaged", "nik-length"]
    assert codes(judge(rows(("", "", ""))).warnings) == ["nik-missing"] * 3


def test_the_pages_of_a_printed_list_are_one_column(judge: Judge) -> None:
    page = rows((SITI, BUDI, MOTHERS[1]))
    again = [HEADER, ["Rahmat", "L", "2008-03-01", "X 1", "Ibu", "6311065203760009"]]
    found = judge([*page, *again])
    assert not any(entry.student.nik for entry in found.entries)
    found = judge([*rows(OWN), *again])
    assert [bool(entry.student.nik) for entry in found.entries] == [True] * 4


@pytest.mark.parametrize("label", ["NIK Siswa", "NIK Peserta Didik"])
def test_a_column_that_says_whose_it_is_needs_no_evidence(judge: Judge, label: str) -> None:
    found = judge(rows(MOTHERS, [*HEADER[:-1], label]))
    assert [entry.student.nik for entry in found.entries] == list(MOTHERS)
    assert "nik-column-of-parent" not in codes(found.warnings)


def test_a_nik_right_after_the_students_name_is_in_no_doubt(judge: Judge) -> None:
    header = ["Nama Ayah", "Nama", "NIK", "Tanggal Lahir"]
    found = judge([header, ["Ayah", "Siti Aminah", SITI, "2008-12-05"]])
    assert found.entries[0].student.nik == SITI
    assert "nik-column-own" not in codes(found.warnings)


def test_a_womans_day_counts_without_her_sex() -> None:
    assert whose.weigh([(SITI, date(2008, 12, 5)), (BUDI, date(2009, 1, 21))]) == whose.Evidence(2, 1)
    assert not whose.weigh([]).are_own
