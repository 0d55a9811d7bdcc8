"""What tells a signature from a line, a frame or a scribble: four measures of the pen's path.

A signature is made of many small movements and a few long ones; a scribble over the pad is made of long ones, a line
of a single one. Distances in millimetres are the hand's, not the pad's: nobody writes letters as long as a hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from station.hardware.devices import PenPoint

Stroke = NDArray[np.float32]

SWEEP_MM: Final = 26.0
"""A movement this long in one direction is no letter's: capitals are up to 25 mm tall (generated ones, and the tallest
that people put on a pad)."""
BEND_MM: Final = 6.5
"""How far a movement may bend to either side and still count as one: half a capital's height."""
STEP_MM: Final = 0.5
MOST_STEPS: Final = 20_000
"""Ten metres in one stroke are a scribble in any case."""
RIM: Final = 0.15
"""How near to an edge is along it, over the pad's shorter side: 10 mm of 65."""
FIELDS: Final = (8, 5)
"""Fields across and down in which the written part of the pad is counted: 13 mm each, a capital's height."""


def paths(drawn: Sequence[Sequence[PenPoint]]) -> list[Stroke]:
    """The strokes as (reports, 2) millimetres."""
    return [np.array([(point.x, point.y) for point in run], np.float32) for run in drawn]


def extent(strokes: Sequence[Stroke]) -> float:
    """The longest distance between two places with ink."""
    hull = cv2.convexHull(np.concatenate(strokes))[:, 0].astype(float)
    # A hand that trembles for minutes leaves no hull of more points than fit here.
    hull = hull[:: max(1, len(hull) // 500)]
    return float(np.hypot(*(hull[:, None] - hull[None]).reshape(-1, 2).T).max())


def breadth(strokes: Sequence[Stroke]) -> float:
    """The narrower side of the smallest box around the ink, however it is turned."""
    (_, (width, height), _) = cv2.minAreaRect(np.concatenate(strokes))
    return float(min(width, height))


def sweeps(strokes: Sequence[Stroke]) -> float:
    """Millimetres of ink in movements of SWEEP_MM and more."""
    total = 0.0
    for stroke in strokes:
        corners = cv2.approxPolyDP(stroke[:, None], BEND_MM, closed=False)[:, 0]
        total += sum(length for a, b in pairwise(corners) if (length := float(np.hypot(*(b - a)))) >= SWEEP_MM)
    return total


def around(strokes: Sequence[Stroke], size_mm: tuple[float, float]) -> float:
    """Per cent of the ink that lies along an edge of the pad: along that of the four that has least."""
    x, y = _inked(strokes).T
    rim = RIM * min(size_mm)
    shares = [(x < rim).mean(), (x > size_mm[0] - rim).mean(), (y < rim).mean(), (y > size_mm[1] - rim).mean()]
    return 100 * float(min(shares))


def covered(strokes: Sequence[Stroke], size_mm: tuple[float, float]) -> float:
    """Share of the pad's fields with ink in them."""
    at = np.floor(_inked(strokes) / size_mm * FIELDS).astype(int)
    inside = np.clip(at, 0, np.array(FIELDS) - 1)
    return len(np.unique(inside, axis=0)) / (FIELDS[0] * FIELDS[1])


def _inked(strokes: Sequence[Stroke]) -> NDArray[np.float64]:
    """Places along the ink, STEP_MM apart, however fast the pen was."""
    found = []
    for stroke in strokes:
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
        at = np.linspace(0.0, along[-1], min(int(along[-1] / STEP_MM) + 2, MOST_STEPS))
        found.append(np.stack([np.interp(at, along, stroke[:, axis]) for axis in (0, 1)], axis=1))
    return np.concatenate(found)
