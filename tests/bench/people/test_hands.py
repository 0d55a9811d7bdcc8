"""Generated hands on a platen: the same from the same numbers, good prints, and a truth that fits the picture."""

from __future__ import annotations

import numpy as np
import pytest

from station.bench.measures import slaps as rates
from station.bench.measures.slaps import Outcome
from station.bench.people import hand_prints, hands
from station.bench.people.hand_prints import Prints
from station.bench.people.hands import Laying
from station.bench.people.prints import Grey
from station.biometrics import nbis
from station.biometrics.samples import LEFT_FOUR, RIGHT_FOUR, Position


@pytest.fixture(scope="module")
def person() -> Prints:
    return hand_prints.draw_prints(3, 1)


def test_prints_of_a_person_score_forty_or_more(person: Prints) -> None:
    for position in (Position.RIGHT_INDEX, Position.LEFT_LITTLE, Position.RIGHT_THUMB):
        score = nbis.read_ridges(person[position][0]).nfiq2
        assert score is not None
        assert score >= 40, position


def test_the_truth_says_where_each_finger_lies(person: Prints) -> None:
    shown = {position: person[position][0] for position in RIGHT_FOUR}
    for laying in (Laying(), Laying(tilt=20.0), Laying(spread=0.0, upside_down=True)):
        slap = hands.lay_hand(Position.RIGHT_FOUR, shown, laying, 5)
        assert np.array_equal(slap.image, hands.lay_hand(Position.RIGHT_FOUR, shown, laying, 5).image)
        for place in slap.placed:
            around = slap.image[round(place.y) - 60 : round(place.y) + 60, round(place.x) - 60 : round(place.x) + 60]
            assert around.std() > 30
        xs = [place.x for place in slap.placed]
        assert xs == sorted(xs, reverse=laying.upside_down)
        gaps = np.hypot(np.diff(xs), np.diff([place.y for place in slap.placed]))
        assert gaps.min() > 200, "fingers do not lie on each other"


def test_a_left_hand_is_laid_as_one_and_a_missing_finger_is_not(person: Prints) -> None:
    shown: dict[Position, Grey] = {p: person[p][0] for p in LEFT_FOUR if p is not Position.LEFT_RING}
    slap = hands.lay_hand(Position.LEFT_FOUR, shown, Laying())
    assert {place.position for place in slap.placed} == set(shown)
    xs = {place.position: place.x for place in slap.placed}
    assert xs[Position.LEFT_LITTLE] < xs[Position.LEFT_MIDDLE] < xs[Position.LEFT_INDEX]


def test_what_varies_varies_and_is_the_same_again() -> None:
    drawn = [hands.draw_laying(seed) for seed in range(60)]
    assert drawn == [hands.draw_laying(seed) for seed in range(60)]
    assert min(laying.tilt for laying in drawn) < -25
    assert max(laying.tilt for laying in drawn) > 25
    assert {laying.spread for laying in drawn} == {0.0, 0.3, 1.0, 1.4}


def test_rates_count_only_what_applies() -> None:
    right = Outcome(1, True, True, 2.0, False, other_hand=True, same_hand=True, upside_down=True)
    thumbs = Outcome(2, True, True, 4.0, False)
    wrong = Outcome(3, False, False, 0.0, True, same_hand=False, upside_down=True)
    found = rates.rates([right, thumbs, wrong])
    assert (found.slaps, found.count, found.false_alarms) == (3, 0.6667, 0.3333)
    assert (found.other_hand_by_shape, found.same_hand_by_prints, found.upside_down) == (1.0, 0.5, 1.0)
    assert found.failed == (3,)
