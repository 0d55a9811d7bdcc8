"""Limits that hold from frame to frame: what stands at a limit does not flicker."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from station.biometrics.face.holding import MARGIN, hold
from station.biometrics.samples import Measure


def yaw(value: float) -> Measure:
    return Measure("yaw", value, low=-8.0, high=8.0)


def run(measures: list[Measure]) -> list[bool]:
    """How each frame came out, given how the one before did."""
    held = [measures[0]]
    for measure in measures[1:]:
        held += hold([measure], held[-1:])
    return [measure.passed for measure in held]


@pytest.mark.parametrize("side", [1, -1])
def test_an_angle_at_its_limit_does_not_flicker(side: int) -> None:
    """A head that stands at 7.9 degrees, read with a deviation of 0.35: six seconds at 15 frames a second."""
    for seed in range(10):
        read = side * np.random.default_rng(seed).normal(7.9, 0.35, 90)
        passed = run([yaw(float(value)) for value in read])
        assert sum(a != b for a, b in pairwise(passed)) <= 3
        assert sum(abs(a) <= 8 for a in read) < 80, "by the limit alone it would"


def test_what_is_wrong_must_come_well_inside_and_what_is_good_go_well_outside() -> None:
    assert run([yaw(8.1), yaw(7.9), yaw(7.3), yaw(7.1), yaw(8.1), yaw(8.7), yaw(8.9), yaw(7.9)]) == [
        *[False] * 3,
        *[True] * 3,
        *[False] * 2,
    ]


def test_a_lower_limit_moves_the_other_way() -> None:
    wide, narrow = Measure("sharpness", 0.3, low=0.29), Measure("sharpness", 0.28, low=0.29)
    assert hold([narrow], [wide])[0].low == pytest.approx(0.29 * (1 - MARGIN))
    assert hold([wide], [narrow])[0].low == pytest.approx(0.29 * (1 + MARGIN))


def test_what_is_no_question_of_degree_and_what_was_not_seen_before_keeps_its_limit() -> None:
    faces, new = Measure("faces", 1, low=1, high=1), Measure("glare", 0.0, high=0.015)
    assert hold([faces, new], [faces]) == (faces, new)
