"""A good impression is good by NFIQ 2, also of the small fingers where the dice fall badly."""

from __future__ import annotations

import numpy as np
import pytest

from station.bench.people import prints
from station.bench.people.good_prints import GOOD, good_impression
from station.bench.people.prints import Finger, Pattern
from station.biometrics import nbis

BAD_LUCK = Finger(seed=580040, pattern=Pattern.RIGHT_LOOP, period=8.603778958078726, length=0.7607525932209214)
"""Its second impression, as the dice fall, scores 31."""


def score(print_: prints.Grey) -> int:
    return nbis.read_ridges(print_).nfiq2 or 0


@pytest.mark.parametrize("number", [0, 1])
def test_every_good_impression_scores_40_or_more(number: int) -> None:
    assert score(good_impression(BAD_LUCK, number)) >= GOOD
    assert np.array_equal(good_impression(BAD_LUCK, number), good_impression(BAD_LUCK, number))


def test_only_what_is_not_good_is_laid_down_anew() -> None:
    assert score(prints.impression(BAD_LUCK, 1)) < GOOD
    assert np.array_equal(good_impression(BAD_LUCK, 0), prints.impression(BAD_LUCK, 0))
