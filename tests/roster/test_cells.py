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
