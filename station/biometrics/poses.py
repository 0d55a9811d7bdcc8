"""Which finger ends are one hand, and how that hand lies on the glass.

Every direction in which a hand may point is tried. For each, the clearest finger ends of about that direction are put
together in all ways that one hand can have, and the way that explains the platen best is kept: its ends are clear,
lie as a hand's do (`station.biometrics.hand`), have the arched ridges of an end rather than the level ones of a
phalanx, and little skin is left that belongs to none of its fingers. Direction and fingers are found together because
each decides the other: taken one after the other, a hand of 20 degrees whose second phalanges show was read as an
upright one with a phalanx for a fingertip, in 3 of 100 generated slaps (this way 5 of 1,000 are misread).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from math import hypot
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics import hand
from station.biometrics.arching import Arches
from station.biometrics.nbis import PPI
from station.biometrics.samples import THUMBS
from station.biometrics.tips import STEEPEST, Field, Places, RidgeMap, Tip, in_hand, refine, same_finger

Cells = NDArray[np.bool_]
Values = NDArray[np.float64]

LEAN_STEP: Final = 5
"""Degrees between the directions that are tried."""
LEANING: Final = 22
"""Degrees by which an end may point away from the direction that is tried: a spread finger's, and half a step."""
ENDS: Final = 10
"""Ends put together a direction: the fingers of a hand, and as many things that look like some."""
WEIGHED: Final = 12
"""Ways of putting them together whose left-over skin is looked at."""
SPREAD: Final = 35
"""Degrees by which an end that belongs to nobody may lean from the hand, to be told of."""
EXTRA: Final = 2
"""Finger ends looked for beyond those that belong on the platen, so that one too many is seen."""
APART_MM: Final = 8.0
"""Deviation of the height of one thumb over the other."""

# What each part of an explanation is worth. One clear end (score 0.9) is worth 5; a phalanx in its place, or a fifth of
# the skin unexplained, costs 3; fingers out of place by what people's hands differ cost 0.5 each.
_CLEAR: Final = 12.0
_CLEAR_FROM: Final = 0.5
_LEVEL: Final = 3.0
_LEVEL_BELOW: Final = 0.06
"""Arching of ridges under which an end is a phalanx: 98 of 100 generated ends are above, 99 phalanges below."""
_MISFIT: Final = 0.5
_LEFT_OVER: Final = 14.0
_UNASKED: Final = 2.5
"""What each finger costs that is missing by exception: a phalanx beside its own finger gains 1 to 2, a finger 6."""
_STRIP: Final = (0.65, 0.8)
"""Half the breadth of a finger's strip of skin, and its height above the end's middle, in the end's widths."""
_BESIDE: Final = (0.6, 0.12)
"""How near two axes lie for one finger, in widths; and by how much that grows with the distance along them."""
_TWO: Final = 2
_PHALANX: Final = (1.1, 2.6, 0.6)
"""From where to where below a finger's end its second phalanx lies, and how far aside, in widths: 1.3 to 2.2 and up to
0.6 on fingers that lay alone, their own directions being known to 15 degrees; a neighbour in touch lies 1 aside."""
_SAME_PLACE: Final = 0.3
"""Widths between two readings of one finger's end."""


class Pose(msgspec.Struct, frozen=True):
    """A hand on the glass."""

    tips: tuple[Tip, ...]
    """The clearest first: the fingers of the hand, then ends beyond them."""
    fingers: int
    """How many of them are the hand's."""
    worth: float
    """How well it explains the platen: 15 to 25 for four fingers, 4 to 10 for two."""
    right_hand: float
    """By how much the best right hand explains the platen better than the best left one: -15 to 15, 0 for thumbs."""


class _Way(msgspec.Struct, frozen=True):
    """One explanation."""

    worth: float
    lean: float
    tips: tuple[Tip, ...]


_NONE: Final = _Way(-np.inf, 0.0, ())


def find_pose(ridges: RidgeMap, places: Places, fingers: int, asked: int) -> Pose:
    """The best explanation of a platen by up to `fingers` finger ends: two are thumbs, four a hand.

    The hand has no more than `asked` of them, as far as is known.
    """
    arches = Arches(ridges)
    free = _freely(places.tips)
    leans = range(-STEEPEST + LEAN_STEP, STEEPEST, LEAN_STEP)
    explained = [_explain(places, arches, free, float(lean), (fingers, asked)) for lean in leans]
    right, left = (max(ways, key=lambda way: way.worth) for ways in zip(*explained, strict=True))
    best = max(right, left, key=lambda way: way.worth)
    if not best.tips:
        return Pose((), 0, 0.0, 0.0)
    tips = sorted(best.tips, key=lambda tip: -in_hand(tip, best.lean))
    alike = [tip for tip in places.tips if abs(tip.angle - best.lean) <= SPREAD]
    for tip in sorted(alike, key=lambda tip: -in_hand(tip, best.lean)):
        if len(tips) == fingers + EXTRA:
            break
        if not any(same_finger(tip, other) for other in tips):
            tips.append(tip)
    refined = tuple(refine(places.field, tip, best.lean) for tip in tips)
    return Pose(refined, len(best.tips), best.worth, right.worth - left.worth)


def _explain(
    places: Places, arches: Arches, free: Mapping[Tip, Tip], lean: float, counts: tuple[int, int]
) -> tuple[_Way, _Way]:
    """The best right and the best left hand that point to `lean`; for thumbs both are the same.

    `counts`: how many fingers such a hand has, and how many of them this one is known to have.
    """
    fingers, asked = counts
    tips = _clearest(places.tips, lean)
    across, down = hand.on_axes([tip.x for tip in tips], [tip.y for tip in tips], lean)
    width = np.array([tip.width for tip in tips])
    clear = np.array([in_hand(tip, lean) for tip in tips])
    level = np.array([arches.of(tip) for tip in tips])
    worth = _CLEAR * (clear - _CLEAR_FROM) - _LEVEL * np.clip(1 - level / _LEVEL_BELOW, 0, 1)
    strips = _strips(places.field, lean, across, down, width)
    apart = _apart(across, down, width)
    loose = apart & ~_strung(tips, free)
    best = [_NONE, _NONE]
    for number in range(1, min(fingers, len(tips)) + 1):
        ways = _sets(len(tips), number)
        # Three ends show the hand's direction, two do not.
        fit = loose if number == _TWO else apart
        pairs = np.array([fit[ways[:, i], ways[:, j]] for i, j in combinations(range(number), 2)])
        ways = ways[pairs.reshape(-1, len(ways)).all(0)]
        if not ways.size:
            continue
        laid = np.take_along_axis(ways, np.argsort(across[ways], axis=1, kind="stable"), axis=1)
        shape = [part[laid] / PPI * 25.4 for part in (across, -down, width)]
        for index, side in enumerate((hand.RIGHT, hand.LEFT)):
            value = worth[laid].sum(1) - _MISFIT * _misfits(shape[0], shape[1], shape[2], fingers, side)
            value -= _UNASKED * max(number - asked, 0)
            for at in np.argsort(-value, kind="stable")[:WEIGHED]:
                if value[at] <= best[index].worth:
                    break
                whole = float(value[at]) - _LEFT_OVER * _left_over(places.field, strips[laid[at]])
                if whole > best[index].worth:
                    best[index] = _Way(whole, lean, tuple(tips[end] for end in laid[at]))
    return best[0], best[1]


@lru_cache
def _sets(ends: int, number: int) -> NDArray[np.int64]:
    """All sets of so many of the ends, one a row."""
    return np.array(list(combinations(range(ends), number)))


def _clearest(tips: Sequence[Tip], lean: float) -> list[Tip]:
    """The best ends of about this direction, one a place."""
    kept: list[Tip] = []
    alike = [tip for tip in tips if abs(tip.angle - lean) <= LEANING]
    for tip in sorted(alike, key=lambda tip: -in_hand(tip, lean)):
        if len(kept) == ENDS:
            break
        if all(hypot(tip.x - other.x, tip.y - other.y) > 0.45 * max(tip.width, other.width) for other in kept):
            kept.append(tip)
    return kept


def _strips(field: Field, lean: float, across: Values, down: Values, width: Values) -> Cells:
    """For each end, every other cell of the field that its finger would cover: the end, and what lies below it."""
    rows, columns = np.mgrid[: field.shape[0] : 2, : field.shape[1] : 2]
    cell = Places.CELL
    over, along = hand.on_axes((columns + 0.5) * cell, (rows + 0.5) * cell, lean)
    beside = np.abs(over - across[:, None, None]) < _STRIP[0] * width[:, None, None]
    return np.asarray(beside & (along > (down - _STRIP[1] * width)[:, None, None]))


def _left_over(field: Field, strips: Cells) -> float:
    """Share of the skin that no strip covers."""
    skin = field[::2, ::2]
    return float(skin[~strips.any(0)].sum() / (skin.sum() + 1e-6))


def _apart(across: Values, down: Values, width: Values) -> Cells:
    """Which ends lie on different fingers."""
    reach = (width[:, None] + width[None]) / 2
    along = np.abs(down[:, None] - down[None])
    aside = np.abs(across[:, None] - across[None])
    return np.asarray(aside >= _BESIDE[0] * reach + _BESIDE[1] * np.maximum(along - reach, 0))


def _freely(tips: Sequence[Tip]) -> dict[Tip, Tip]:
    """For each reading of a place (the clearest first) the best one, whatever direction it gives the finger."""
    x, y, width = (np.array([getattr(tip, part) for tip in tips]) for part in ("x", "y", "width"))
    same = np.hypot(x[:, None] - x, y[:, None] - y) < _SAME_PLACE * width[:, None]
    return {tip: tips[int(first)] for tip, first in zip(tips, same.argmax(1), strict=True)} if tips else {}


def _strung(tips: Sequence[Tip], free: Mapping[Tip, Tip]) -> Cells:
    """Which ends lie on one finger by the direction that it has whatever the hand's is, one below the other.

    A finger that lies alone could else be read askew, with its own phalanx beside it for a second finger.
    """
    own = [free[tip] for tip in tips]
    lean = np.deg2rad([tip.angle for tip in own])
    right = np.array([tip.x for tip in tips])[:, None] - np.array([tip.x for tip in own])
    down = np.array([tip.y for tip in tips])[:, None] - np.array([tip.y for tip in own])
    reach = (np.array([tip.width for tip in tips])[:, None] + np.array([tip.width for tip in own])) / 2
    along = (np.cos(lean) * down - np.sin(lean) * right) / reach
    aside = np.abs(np.cos(lean) * right + np.sin(lean) * down) / reach
    below = (along > _PHALANX[0]) & (along < _PHALANX[1]) & (aside < _PHALANX[2])
    return np.asarray(below | below.T)


def _misfits(across: Values, up: Values, width: Values, fingers: int, side: float) -> Values:
    if across.shape[1] == 1:
        return np.zeros(len(across))
    if fingers == len(THUMBS):
        return np.asarray(((up[:, 0] - up[:, 1]) / APART_MM) ** 2)
    return hand.misfits(across, up, width, side)
