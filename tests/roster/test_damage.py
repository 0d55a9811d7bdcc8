"""NIKs cut to 15 digits and saved as text: what a list shows, and how seldom it is wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from station.roster import damage
from station.roster.students import SchoolList
from tests.roster.conftest import codes

Judge = Callable[..., SchoolList]
LOST, PERHAPS = "nik-spreadsheet-damaged", "nik-perhaps-damaged"


def niks(zeros: int, whole: int) -> list[str]:
    cut = [f"631106120508{n:03}0" for n in range(1, zeros + 1)]
    return cut + [f"631106120508{n:03}{1 + n % 9}" for n in range(1, whole + 1)]


@pytest.mark.parametrize(
    ("zeros", "whole", "said"),
    [
        (0, 30, ""),
        (1, 0, ""),
        (1, 5, ""),
        (3, 27, ""),
        (3, 0, LOST),
        (3, 1, PERHAPS),
        (7, 13, PERHAPS),
        (9, 11, LOST),
        (140, 860, PERHAPS),
        (250, 750, LOST),
        (100, 900, ""),
    ],
)
def test_many_last_zeros_are_damage(zeros: int, whole: int, said: str) -> None:
    assert damage.judge(niks(zeros, whole), others_damaged=False) == said


def test_beside_certain_damage_every_last_zero_is_doubtful() -> None:
    assert damage.judge(niks(1, 29), others_damaged=True) == PERHAPS
    assert damage.judge(niks(0, 30), others_damaged=True) == ""


@pytest.mark.parametrize(("zeros", "count", "chance"), [(1, 1, 0.1), (2, 2, 0.01), (3, 4, 0.0037), (7, 20, 0.002386)])
def test_the_chance_of_so_many(zeros: int, count: int, chance: float) -> None:
    assert damage.at_least(zeros, count) == pytest.approx(chance, rel=1e-3)
    assert damage.at_least(0, count) == 1.0


def test_whole_lists_are_seldom_doubted() -> None:
    rng = random.Random(5)
    lists = [[f"631106120508{rng.randrange(1, 10_000):04}" for _ in range(30)] for _ in range(3000)]
    said = [damage.judge(numbers, others_damaged=False) for numbers in lists]
    assert said.count(LOST) <= 3000 * damage.CERTAIN * 2
    assert 3000 - said.count("") <= 3000 * damage.DOUBTFUL * 1.5


def test_in_a_list(judge: Judge) -> None:
    header = ["Nama", "Tanggal Lahir", "L/P", "NIK", "No KK"]

    def rows(numbers: list[Any], kk: Any = "") -> list[list[Any]]:
        return [[f"Ahmad {chr(65 + n)}x", "2008-05-12", "L", nik, kk] for n, nik in enumerate(numbers)]

    many = judge([header, *rows(niks(9, 11))])
    assert codes(many.warnings).count(LOST) == 9
    assert [bool(e.student.nik) for e in many.entries] == [False] * 9 + [True] * 11
    some = judge([header, *rows(niks(7, 13))])
    assert codes(some.warnings).count(PERHAPS) == 7
    assert all(e.student.nik for e in some.entries)
    cut_kk = judge([header, *rows(niks(1, 5)), *rows(["6311061205089991"], 6311061205080001.0)])
    assert [(w.row, w.column) for w in cut_kk.warnings if w.code == PERHAPS] == [(2, "D")]
    assert codes(judge([header, *rows(niks(1, 5))]).warnings) == ["class-missing"]


@pytest.mark.parametrize(
    "nik", [6311061205080011.0, "6.31107E+15", "6,31107E+15", "6311061205080000", "6.311061205080010E15"]
)
def test_one_row_alone_is_certain_where_its_cell_says_so(judge: Judge, nik: object) -> None:
    found = judge([["Nama", "Tanggal Lahir", "L/P", "NIK"], ["Ahmad Fauzi", "2008-05-12", "L", nik]])
    assert LOST in codes(found.warnings)
    assert found.entries[0].student.nik == ""
