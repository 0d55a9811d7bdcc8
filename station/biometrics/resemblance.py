"""Do two signatures look like one hand's? Dynamic time warping of the pen's path, for the second signing of a visit.

Each signature is the path of the pen on the pad, without its place, size and tempo: resampled by length, centred, and
scaled to one spread. Points are compared by place, direction and pressure, and the cheapest way to pair them all is
the distance. It tells another signature or a scrawl from a repeated one; it is no forgery detector, and a student of
sixteen may well sign differently twice, so what comes of it is advice.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from station.hardware.devices import PenPoint

Path = NDArray[np.float64]

POINTS: Final = 96
"""A signature's path is resampled to so many points."""
BAND: Final = 16
"""How far apart in the order of points two may be that are paired."""
WEIGHTS: Final = (1.0, 1.0, 0.45, 0.45, 0.25)
"""Of x, y (in spreads), the direction's two parts, and pressure."""
HALF: Final = 0.22
"""Distance that counts as 50 of 100. Measured on 60 generated hands: a hand's own second signature 0.04 to 0.14,
another hand's 0.17 to 1.2 (99 % above 0.22). Real hands vary more than generated ones, so it stands nearer
to others."""


def resemblance(first: Sequence[PenPoint], second: Sequence[PenPoint]) -> float:
    """100 for the same path, 50 on the threshold, towards 0 for what has nothing in common."""
    return float(100 * 0.5 ** (path_distance(first, second) / HALF))


def path_distance(first: Sequence[PenPoint], second: Sequence[PenPoint]) -> float:
    """Mean cost of pairing the points of two signatures; infinite where one has no path."""
    a, b = _features(first), _features(second)
    if a is None or b is None:
        return float("inf")
    costs = np.sqrt((((a[:, None, :] - b[None, :, :]) * WEIGHTS) ** 2).sum(axis=2))
    return _warped(costs) / POINTS


def _features(ink: Sequence[PenPoint]) -> Path | None:
    """Place, direction and pressure at POINTS equal steps along the path on the pad."""
    rows = [(point.x, point.y, point.pressure) for point in ink if point.pressure > 0]
    whole = np.array(rows, np.float64).reshape(-1, 3)
    if len(whole) < 4 or not np.isfinite(whole).all():
        return None
    lifted = _lifted(ink)
    steps = np.hypot(*np.diff(whole[:, :2], axis=0).T)
    # A lift of the pen costs no length, however far the next stroke starts.
    along = np.concatenate([[0.0], np.cumsum(np.where(lifted, 1e-6, steps) + 1e-9)])
    if along[-1] < 1.0:
        return None
    at = np.linspace(0, along[-1], POINTS)
    x, y, pressure = (np.interp(at, along, whole[:, column]) for column in range(3))
    spread = float(np.sqrt(x.var() + y.var())) or 1.0
    direction = np.arctan2(np.gradient(y), np.gradient(x))
    press = pressure / (float(pressure.mean()) + 1e-6)
    return np.stack(
        [(x - x.mean()) / spread, (y - y.mean()) / spread, np.cos(direction), np.sin(direction), press], axis=1
    )


def _lifted(ink: Sequence[PenPoint]) -> NDArray[np.bool_]:
    """Between which neighbouring reports on the pad the pen was lifted."""
    down = [index for index, point in enumerate(ink) if point.pressure > 0]
    return np.array([after - before > 1 for before, after in pairwise(down)], bool)


def _warped(costs: Path) -> float:
    """The cheapest monotone pairing within the band; diagonal steps count once, others too."""
    size = costs.shape[0]
    before = np.full(size + 1, np.inf)
    before[0] = 0.0
    for row in range(size):
        now = np.full(size + 1, np.inf)
        for column in range(max(0, row - BAND), min(size, row + BAND + 1)):
            now[column + 1] = costs[row, column] + min(before[column], before[column + 1], now[column])
        before = now
    return float(before[size])
