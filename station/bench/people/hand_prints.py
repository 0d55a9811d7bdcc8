"""The prints of whole people, for hands on a platen: each finger with the size that it has against the others."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np

from station.bench.people import prints
from station.bench.people.good_prints import good_impression
from station.bench.people.prints import Grey
from station.biometrics.samples import FINGERS, Position

LENGTHS: Final = {"thumb": 0.98, "index": 0.86, "middle": 0.88, "ring": 0.84, "little": 0.72}
"""Contact area of a flat finger against the impression's own (18 by 24 mm)."""

Prints = dict[Position, tuple[Grey, ...]]


def draw_prints(seed: int, impressions: int = 2) -> Prints:
    """All ten fingers of one person, `impressions` times each. The first time it takes some 6 s an impression, most of
    them to see that each scores 40 or more; what was drawn is kept, 2 MB an impression."""
    return {
        position: tuple(_impression(seed, index, number) for number in range(impressions))
        for index, position in enumerate(FINGERS)
    }


@cache
def _impression(seed: int, index: int, number: int) -> Grey:
    impression = good_impression(_finger(seed, index), number)
    impression.flags.writeable = False
    return impression


@cache
def _finger(seed: int, index: int) -> prints.Finger:
    rng = np.random.default_rng((seed, index, 0x10))
    length = LENGTHS[FINGERS[index].split("-")[1]] * float(rng.uniform(0.9, 1.08))
    return prints.make_finger(500_000 + seed * 16 + index, length)
