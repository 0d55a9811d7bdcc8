"""Looks that settle: one odd frame is not believed, what goes on is."""

from __future__ import annotations

from station.enrolment.judgement import Look
from station.enrolment.settling import AGREEING, DIFFERING, Settling

GOOD = Look(good=True, present=True)
BLINK = Look(good=False, advice="advice.face.eyes", present=True)
FAR = Look(good=False, advice="advice.face.closer", present=True)
DARK = Look(good=False, advice="advice.face.dark", present=True)


def test_the_first_look_is_believed() -> None:
    assert Settling().settle(FAR) == FAR


def test_one_odd_frame_changes_nothing() -> None:
    settling = Settling()
    assert [settling.settle(look) for look in (GOOD, BLINK, GOOD, GOOD, FAR, GOOD)] == [GOOD] * 6


def test_what_goes_on_is_believed() -> None:
    settling = Settling()
    settling.settle(GOOD)
    said = [settling.settle(FAR) for _ in range(AGREEING)]
    assert said == [*[GOOD] * (AGREEING - 1), FAR]
    assert settling.settle(GOOD) == FAR
    assert settling.settle(GOOD) == GOOD


def test_what_is_never_good_again_is_not_called_good_for_long() -> None:
    settling = Settling()
    settling.settle(GOOD)
    said = [settling.settle((FAR, DARK)[number % 2]) for number in range(DIFFERING)]
    assert GOOD not in said[DIFFERING - 1 :]
