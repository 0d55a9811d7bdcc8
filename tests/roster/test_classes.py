"""Classes in the order in which a school counts them."""

from __future__ import annotations

import random

import pytest

from station.roster import classes

LISTS = (
    ["X MIPA 1", "X MIPA 2", "X MIPA 10", "XI MIPA 1", "XII MIPA 1", "XII MIPA 2", "XII MIPA 10", "XII MIPA 11"],
    ["X-1", "X-2", "X-10", "XI IPA 1", "XI IPS 1", "XII-1"],
    ["10 A", "10 B", "11 A", "12 A"],
    ["9 A", "Kelas X A", "X B", "XI.1", "XIII TKJ 1", "Pagi", "Sore"],
    ["X TKJ 2", "XI-F2", "XI F 10", "XII²"],
)


@pytest.mark.parametrize("ordered", LISTS)
def test_grades_count_up_and_so_do_numbers(ordered: list[str]) -> None:
    shuffled = list(ordered)
    random.Random(1).shuffle(shuffled)
    assert sorted(shuffled, key=classes.order) == ordered


def test_spelling_does_not_change_the_place() -> None:
    assert classes.order("xii mipa 02") == classes.order("XII-MIPA-2") == classes.order("XII  MIPA 2")
