"""Cells that hold more than belongs into them, or no in other words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.roster.students import SchoolList
from tests.roster.conftest import BUDI, HEADER, SITI, codes

Judge = Callable[..., SchoolList]


def test_what_is_too_long_is_not_kept(judge: Judge) -> None:
    header = [*HEADER, "Jurusan", "Nama Sekolah"]
    found = judge(
        [header, [*SITI[:3], "P" * 201, *SITI[4:8], "XII", "T" * 201, "S" * 201], [*BUDI, "IPA", "SMAN 1 Juai"]]
    )
    assert codes(found.warnings).count("text-too-long") == 3
    student = found.entries[0].student
    assert (student.birth_place, student.class_name) == ("", "")
    assert [school.name for school in found.schools] == ["", "SMAN 1 Juai"]


@pytest.mark.parametrize("written", ["Normal", "Tdk ada", "Tidak berkebutuhan khusus", "Nihil"])
def test_no_special_need_in_other_words_asks_for_no_help(judge: Judge, written: str) -> None:
    header = [*HEADER, "Kebutuhan Khusus"]
    found = judge([header, [*SITI, written], [*BUDI, "A - Tuna netra"]])
    assert [entry.student.needs_help for entry in found.entries] == [False, True]


def test_p_beside_w_is_no_woman(judge: Judge) -> None:
    header = ["Nama", "Jenis Kelamin (P/W)", "Tanggal Lahir"]
    rows = [["Budi Santoso", "P", "2009-01-20"], ["Siti Aminah", "W", "2008-12-05"]]
    found = judge([header, *rows])
    assert [entry.student.sex for entry in found.entries] == [None, "female"]
    assert [(w.row, w.column) for w in found.warnings if w.code == "sex-unreadable"] == [(2, "B")]
    with_l = judge([header, *rows, ["Ali Akbar", "L", "2009-01-21"]])
    assert [entry.student.sex for entry in with_l.entries] == ["female", "female", "male"]
