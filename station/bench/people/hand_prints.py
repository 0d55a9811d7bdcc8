"""The prints of whole people, for hands on a platen: each finger with the size that it has against the others."""

from __future__ import annotations

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
    """All ten fingers of one person, `impressions` times each: some 3 s for two."""
    found: Prints = {}
    for index, position in enumerate(FINGERS):
        rng = np.random.default_rng((seed, index, 0x10))
        length = LENGTHS[position.split("-")[1]] * float(rng.uniform(0.9, 1.08))
        finger = prints.make_finger(500_000 + seed * 16 + index, length)
        found[position] = tuple(good_impression(finger, number) for number in range(impressions))
    return found
