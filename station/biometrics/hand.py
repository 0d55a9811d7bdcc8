"""Which finger is which, and which hand: finger ends against the proportions of a hand.

Heights are taken along the fingers' own direction, so the tilt of the hand on the glass does not matter. A hand is
fitted with its spread, size and a small error of that direction left free; what then remains says how well an
assignment of positions explains what lies there. Proportions (mm, right hand, index first) are from NIST's and
other makers' sample slaps and the hand lengths of ISO 7250-1; their scatter from the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import combinations
from typing import Final

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from station.biometrics.nbis import PPI
from station.biometrics.samples import LEFT_FOUR, RIGHT_FOUR, THUMBS, Position
from station.biometrics.tips import Tip

Values = NDArray[np.float64]

RIGHT: Final = 1.0
"""A right hand's index lies to the left of its other fingers, palm down."""
LEFT: Final = -1.0

_ACROSS: Final = {"index": 0.0, "middle": 20.0, "ring": 40.0, "little": 60.0}
_HEIGHT: Final = {"index": 0.0, "middle": 10.5, "ring": 6.0, "little": -17.0}
_WIDTH: Final = {"index": 15.5, "middle": 16.0, "ring": 15.0, "little": 13.0, "thumb": 20.0}
_SCATTER_MM: Final = (4.0, 4.5, 1.6)
"""Deviation of place across, height and width of a finger from a fitted hand."""
_PRIOR: Final = (0.3, 0.15, 0.05)
"""Deviation of a hand's spread and size from 1, and of the fingers' direction from the hand's, in radians."""
SURE: Final = 4.0
"""By how much the second best explanation must be worse (in squared deviations) for the best to be told as sure."""


class Named(msgspec.Struct, frozen=True):
    """Positions for finger ends, and how sure that is."""

    positions: tuple[Position, ...]
    """One for each tip, in the order of the tips."""
    sure: bool
    """False where the geometry fits other positions nearly as well: then which finger is missing cannot be told."""


def order(tips: Sequence[Tip]) -> list[Tip]:
    """From left to right across the hand, whatever its tilt."""
    return sorted(tips, key=lambda tip: on_axes(tip.x, tip.y, lean_of(tips))[0])


def lean_of(tips: Sequence[Tip]) -> float:
    """Degrees clockwise in which the fingers point."""
    return float(np.mean([tip.angle for tip in tips])) if tips else 0.0


def name(tips: Sequence[Tip], slots: Sequence[Position], platen: tuple[float, float]) -> Named:
    """Positions for `tips` (ordered left to right) among `slots`; `platen` is its width and height in pixels.

    Raises ValueError for more tips than slots.
    """
    if len(tips) > len(slots):
        raise ValueError(f"{len(tips)} fingers for {len(slots)} positions.")
    laid = [slot for slot in _left_to_right() if slot in slots]
    if len(tips) == len(laid) or not tips:
        return Named(tuple(laid[: len(tips)]), sure=True)
    if set(laid) <= set(THUMBS):
        offset = (tips[0].x - platen[0] / 2) / platen[0]
        return Named((laid[0] if offset < 0 else laid[1],), sure=abs(offset) > 0.08)
    costs = sorted((misfit(tips, some), some) for some in combinations(laid, len(tips)))
    return Named(costs[0][1], sure=costs[1][0] - costs[0][0] > SURE)


def misfit(tips: Sequence[Tip], positions: Sequence[Position]) -> float:
    """Squared deviations of the tips from the best fitting hand."""
    lean = lean_of(tips)
    side = RIGHT if positions[0] in RIGHT_FOUR else LEFT
    kinds = [position.split("-")[1] for position in positions]
    right, down = on_axes([tip.x for tip in tips], [tip.y for tip in tips], lean)
    x, height = right / PPI * 25.4, -down / PPI * 25.4
    width = np.array([tip.width for tip in tips]) / PPI * 25.4
    across, tall, broad = (np.array([table[kind] for kind in kinds]) for table in (_ACROSS, _HEIGHT, _WIDTH))
    one, none = np.ones(len(tips)), np.zeros(len(tips))
    # Unknowns: shift across, shift in height, spread, size, error of direction.
    rows = [
        np.column_stack((one, none, side * across, none, none)) / _SCATTER_MM[0],
        np.column_stack((none, one, none, tall, x - x.mean())) / _SCATTER_MM[1],
        np.column_stack((none, none, none, broad, none)) / _SCATTER_MM[2],
        np.column_stack((np.zeros((3, 2)), np.diag(1 / np.array(_PRIOR)))),
    ]
    seen = [x / _SCATTER_MM[0], height / _SCATTER_MM[1], width / _SCATTER_MM[2]]
    wanted = np.concatenate([*seen, np.array([1.0, 1.0, 0.0]) / _PRIOR])
    matrix = np.concatenate(rows)
    found = np.linalg.lstsq(matrix, wanted, rcond=None)[0]
    return float(np.sum((matrix @ found - wanted) ** 2))


def misfits(across: Values, up: Values, width: Values, side: float) -> Values:
    """Squared deviations of many sets of tips from the best fitting hand of one side, with any fingers missing.

    Each row is one set, from left to right across a hand whose direction is known; millimetres.
    """
    hands, number = across.shape
    known = np.broadcast_to(np.array([1.0, 1.0]) / _PRIOR[:2], (hands, 2))
    seen = np.column_stack((across / _SCATTER_MM[0], up / _SCATTER_MM[1], width / _SCATTER_MM[2], known))
    best = np.full(hands, np.inf)
    for kinds in combinations(_ACROSS, number):
        left = seen @ _unexplained(kinds if side == RIGHT else kinds[::-1], side)
        best = np.minimum(best, (left**2).sum(1))
    return best


@cache
def _unexplained(kinds: tuple[str, ...], side: float) -> Values:
    """The matrix that leaves of places, heights and widths what shift, spread and size of a hand do not explain."""
    across, tall, broad = (np.array([table[kind] for kind in kinds]) for table in (_ACROSS, _HEIGHT, _WIDTH))
    one, none = np.ones(len(kinds)), np.zeros(len(kinds))
    matrix = np.concatenate(
        [
            np.column_stack((one, none, side * across, none)) / _SCATTER_MM[0],
            np.column_stack((none, one, none, tall)) / _SCATTER_MM[1],
            np.column_stack((none, none, none, broad)) / _SCATTER_MM[2],
            np.column_stack((np.zeros((2, 2)), np.diag(1 / np.array(_PRIOR[:2])))),
        ]
    )
    return np.asarray(np.eye(len(matrix)) - matrix @ np.linalg.pinv(matrix))


def on_axes(x: ArrayLike, y: ArrayLike, lean: float) -> tuple[Values, Values]:
    """Places across and down a hand that points to `lean` (degrees clockwise), in the units of `x` and `y`."""
    turn = float(np.deg2rad(lean))
    sine, cosine = float(np.sin(turn)), float(np.cos(turn))
    right, below = np.asarray(x, np.float64), np.asarray(y, np.float64)
    return cosine * right + sine * below, cosine * below - sine * right


def _left_to_right() -> tuple[Position, ...]:
    """All fingers as they lie before a person with both palms down."""
    return (*LEFT_FOUR[::-1], THUMBS[1], THUMBS[0], *RIGHT_FOUR)
