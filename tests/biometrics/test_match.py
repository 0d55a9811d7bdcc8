"""Same finger or not: generated fingers with several impressions each."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from numpy.typing import NDArray

from station.biometrics import match
from station.biometrics.match import THRESHOLD, Template
from station.biometrics.samples import FINGERS, Position

Grey = NDArray[np.uint8]


@pytest.fixture(scope="session")
def templates(impressions: dict[tuple[int, int], Grey]) -> dict[tuple[int, int], Template]:
    return {key: match.extract(FINGERS[key[0]], image, 500) for key, image in impressions.items()}


def test_two_impressions_of_one_finger_match(templates: dict[tuple[int, int], Template]) -> None:
    for number in range(6):
        assert match.match(templates[number, 0], templates[number, 1]) >= THRESHOLD


def test_prints_of_two_fingers_do_not_match(templates: dict[tuple[int, int], Template]) -> None:
    scores = [match.match(templates[i, 0], templates[j, 1]) for i in range(6) for j in range(6) if i != j]
    assert max(scores) < THRESHOLD


def test_a_template_is_plain_bytes_that_go_to_another_process(templates: dict[tuple[int, int], Template]) -> None:
    there = pickle.loads(pickle.dumps(templates[0, 0]))
    assert there == templates[0, 0]
    assert there.record.startswith(b"FMR\x00 20\x00")
    assert match.match(there, templates[0, 1]) >= THRESHOLD


def test_a_print_without_minutiae_matches_nothing(templates: dict[tuple[int, int], Template]) -> None:
    empty = match.extract(Position.LEFT_INDEX, np.full((400, 400), 240, np.uint8), 500)
    assert match.match(empty, templates[0, 0]) == 0
    assert match.match(empty, empty) == 0


def test_a_finger_laid_down_twice_is_found_within_a_step(templates: dict[tuple[int, int], Template]) -> None:
    twice = [
        Template(Position.RIGHT_INDEX, templates[0, 0].record),
        Template(Position.RIGHT_MIDDLE, templates[1, 0].record),
        Template(Position.RIGHT_RING, templates[0, 1].record),
    ]
    found = match.find_duplicates(twice)
    assert [(d.first, d.second) for d in found] == [(Position.RIGHT_INDEX, Position.RIGHT_RING)]
    assert found[0].score >= THRESHOLD


def test_the_same_hand_again_is_found_and_a_repeat_is_none(templates: dict[tuple[int, int], Template]) -> None:
    right = [
        Template(Position.RIGHT_INDEX, templates[0, 0].record),
        Template(Position.RIGHT_RING, templates[1, 0].record),
    ]
    as_left = [
        Template(Position.LEFT_INDEX, templates[0, 1].record),
        Template(Position.LEFT_RING, templates[1, 1].record),
    ]
    found = match.find_duplicates(as_left, right)
    assert {(d.first, d.second) for d in found} == {
        (Position.LEFT_INDEX, Position.RIGHT_INDEX),
        (Position.LEFT_RING, Position.RIGHT_RING),
    }
    repeat = [Template(Position.RIGHT_INDEX, templates[0, 1].record)]
    assert match.find_duplicates(repeat, right) == ()
