"""Which eye is it, where the device does not say? From the picture alone, and often not to be known.

The pupil lies a little towards the nose in nearly every iris. Upper lashes are longest and densest towards the temple
and few by the tear duct. Each sign alone errs, so a side is named only when they add up clearly; else the answer is
that it is unknown. Two eyes in one picture are told by place: the right eye is at the picture's left, unmirrored.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Final

import cv2
import msgspec
import numpy as np

from station.biometrics.iris.boundaries import Circles, Grey, find_circles
from station.biometrics.samples import Position

SURE: Final = 0.85
"""Weight of evidence from which a side is named."""
OFFSET_WEIGHT: Final = 16.0
"""Evidence a share of the iris radius by which the pupil is off; a person's is 0.02 to 0.06."""
MOST_OFFSET: Final = 0.8
LASH_WEIGHT: Final = 0.9
MOST_LASH: Final = 1.2
PAIR_SHAPE: Final = 1.9
"""A picture this many times as wide as high may hold both eyes."""


class SideSigns(msgspec.Struct, frozen=True):
    """Evidence for a right eye (positive) or a left one (negative)."""

    pupil: float
    lashes: float

    @property
    def evidence(self) -> float:
        return self.pupil + self.lashes

    @property
    def position(self) -> Position | None:
        """The side, or None where the signs do not say it clearly."""
        if abs(self.evidence) < SURE or self.pupil * self.lashes < 0:
            return None
        return Position.RIGHT_IRIS if self.evidence > 0 else Position.LEFT_IRIS


def signs_of_side(image: Grey, circles: Circles) -> SideSigns:
    """What an eye's picture says of its side."""
    iris, pupil = circles.iris, circles.pupil
    # A right eye has the nose, and with it the pupil's offset, at the picture's right.
    offset = float(np.clip(OFFSET_WEIGHT * (pupil.x - iris.x) / iris.radius, -MOST_OFFSET, MOST_OFFSET))
    left, right = (_hairs(image, circles, direction) for direction in (-1, 1))
    ratio = float(np.log((left + 1.0) / (right + 1.0)))
    return SideSigns(offset, float(np.clip(LASH_WEIGHT * ratio, -MOST_LASH, MOST_LASH)))


def _hairs(image: Grey, circles: Circles, direction: int) -> float:
    """Mean strength of thin dark lines above and beside the iris, at one side."""
    iris = circles.iris
    radius = iris.radius
    near, far = sorted((iris.x + direction * 0.75 * radius, iris.x + direction * 2.1 * radius))
    top, bottom = max(0, round(iris.y - 1.5 * radius)), round(iris.y + 0.3 * radius)
    part = image[top:bottom, max(0, round(near)) : max(0, round(far))]
    if min(part.shape, default=0) < 0.4 * radius:
        return 0.0
    size = max(5, 2 * round(0.05 * radius) + 1)
    hairs = cv2.morphologyEx(part, cv2.MORPH_BLACKHAT, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    return float((np.asarray(hairs) > 25).mean() * 100)


def name_eyes(
    stated: Sequence[Position | None], evidence: Sequence[float], wanted: Sequence[Position]
) -> tuple[Position, ...]:
    """Which of the `wanted` eyes each picture is of, where the device says it of none or some of them.

    Pictures are taken to come in the order of `wanted`, as the device was asked, unless what they show speaks clearly
    against it (`SURE`); of two pictures each tells of the other too. Raises ValueError when there are not as many
    pictures as free positions.
    """
    free = [position for position in wanted if position not in stated]
    unknown = [at for at, position in enumerate(stated) if position is None]
    if len(free) != len(unknown):
        raise ValueError(f"{len(unknown)} pictures for {len(free)} eyes")

    def agrees(order: Sequence[Position]) -> float:
        signs = zip(unknown, order, strict=True)
        return sum(evidence[at] if position is Position.RIGHT_IRIS else -evidence[at] for at, position in signs)

    best = max(permutations(free), key=agrees)
    order = best if agrees(best) - agrees(free) >= 2 * SURE else tuple(free)
    named = dict(zip(unknown, order, strict=True))
    return tuple(position or named[at] for at, position in enumerate(stated))


def split_pair(image: Grey) -> tuple[tuple[Position, Grey], ...]:
    """Both eyes of a wide picture, right first; nothing where it does not hold two."""
    height, width = image.shape
    if width < PAIR_SHAPE * height:
        return ()
    middle = width // 2
    halves = (np.ascontiguousarray(image[:, :middle]), np.ascontiguousarray(image[:, middle:]))
    if min(halves[0].shape) < 64 or any(find_circles(half) is None for half in halves):
        return ()
    return ((Position.RIGHT_IRIS, halves[0]), (Position.LEFT_IRIS, halves[1]))
