"""A platen's picture cut into fingers: each with its box, its turn, and an upright picture of its own.

`station.biometrics.tips` finds the finger ends; here it is decided which way up the hand lies, how far each
finger's end reaches (to its crease, its neighbours and the platen's edge), and each is cut out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics import tips as ends
from station.biometrics.arching import Arches
from station.biometrics.hand import lean_of, order
from station.biometrics.nbis import INVERTED, UnusableImage
from station.biometrics.poses import find_pose
from station.biometrics.samples import RIGHT_FOUR, THUMBS
from station.biometrics.tips import CELL, RidgeMap, Tip
from station.biometrics.writing import find_written, without

Grey = NDArray[np.uint8]

MIN_SCORE: Final = 0.55
"""A finger's end that was asked for; see `tips.MIN_SCORE`."""
EXTRA_SCORE: Final = 0.7
"""One that was not asked for must be as clear as this."""
TRACE: Final = 0.45
"""Strength, against the other fingers', under which a print may be what an earlier hand left on the glass. Of traces of
10 to 26 percent ink those that are taken for fingers have 0.31 to 0.38, an only dry finger of a hand 0.42 or more, and
more than this in 111 of 114: those few are to be put down again, too, on clean glass."""
STRONGEST: Final = 95
"""Percentile of the contrast over a finger's end that is its strength."""
SOAKED_MM: Final = (8.0, 40.0)
"""How broad the dark patch of a wet finger is at least, and how long at most."""
SMOOTH: Final = 0.5
"""Share of it that shows no ridges."""
MIN_COHERENCE: Final = 0.3
"""Mean coherence of a finger's end: prints are 0.5 to 0.9 here, noise 0.1 to 0.25."""
CREASE: Final = 1.0
"""Height over width from where on a gap in the ridges is the crease; nearer to the tip it is dry skin."""
LONGEST: Final = 1.6
"""Height over width beyond which an end is cut: the crease was not seen."""
WHOLE_HAND: Final = 6.5
"""Worth by which four fingers must explain a picture better than two thumbs: those lead by 12, thumbs by 5 at most."""
MARGIN: Final = 20
"""Pixels of ground left around a finger that is cut out: 1 mm."""
ARCHING: Final = 20.0
"""What arched ridges add to the worth of a pose, times their mean arching: 3 to 5 for finger ends."""
UPSIDE_DOWN: Final = 1.5
"""Value by which a hand must be explained better when turned by half to be called upside down: of 392 generated ones
the upright way was ahead by 4.5 or more in 391, and behind by 0.03 in one."""
UPSIDE_DOWN_THUMBS: Final = 4.5
"""The same for thumbs: of 200 slaps of them the upright way was behind by 3.6 at most."""
THUMB_ARCHING: Final = 0.06
"""How much more the ridges of thumbs must arch the other way round."""
WRITTEN: Final = 3
"""How often ends that are writing are taken away, for what lay behind them."""
TIED: Final = 2.0
"""Worth by which two thumbs differ at most where their outline says nothing, since no phalanx is seen: real ones turned
by half differ by 1.7. Then ridges alone decide."""
TIED_ARCHING: Final = 0.03
"""How much more they must arch then: 0.04 or more the right way round in 60 pairs, composed of few real prints and
NIST's generated ones; it was set by these same pairs."""
THUMB_WORTH: Final = 4.0
"""Least worth of one clear thumb; less is writing or print around it."""


class Finger(msgspec.Struct, frozen=True):
    """One finger's end on the platen, in pixels at 500 ppi."""

    tip: Tip
    x: float
    y: float
    """The box's middle."""
    width: float
    height: float
    angle: float
    """Degrees clockwise from upright."""
    cut_off: bool
    """Does it reach over the picture's edge?"""
    faint: bool
    """Is it so faint beside the others that it may be a trace of an earlier hand?"""
    image: Grey
    """Upright, on the platen's ground, without its neighbours."""


class Platen(msgspec.Struct, frozen=True):
    """What lies on the glass."""

    fingers: tuple[Finger, ...]
    """From left to right across the hand."""
    right_hand: float
    """By how much a right hand explains the fingers better than a left one, see `Pose`."""
    upside_down: bool
    soaked: int
    """How many dark patches of a finger's size without ridges lie beside the fingers."""
    shallow: int
    """How many fingers touch the glass with their tip only, see `tips.count_shallow`."""


class _Reading(msgspec.Struct, frozen=True):
    """What is seen on a picture one way up."""

    tips: list[Tip]
    worth: float
    """How well the best hand explains the picture, see `Pose`."""
    right_hand: float
    arching: float

    @property
    def value(self) -> float:
        """For comparing with the other way up."""
        return self.worth + ARCHING * self.arching


def segment(image: Grey, expected: int, asked: int, widths: Sequence[float] = ends.WIDTHS) -> Platen:
    """Find up to `expected` fingers (and clear ones beyond) on a grey picture at 500 ppi, dark ridges on light.

    All but `asked` of them are known to be missing: only what is clear is taken for them all the same.
    Raises UnusableImage where the ridges are light on a dark ground.
    """
    ridges = ends.map_ridges(image)
    _refuse_inverted(image, ridges)
    read = _read(ridges, expected, asked, widths)
    for _ in range(WRITTEN):
        written = find_written(image, ridges, read.tips)
        if not written:
            break
        ridges = without(ridges, written)
        read = _read(ridges, expected, asked, widths)
    turned = _read(_turned(ridges), expected, asked, widths)
    soaked = _soaked(ridges, read.tips)
    # Below an end that is soaked lies its phalanx.
    laid = order([tip for tip in read.tips if not any(_is_below(tip, patch) for patch in soaked)])
    ground = _ground(image, ridges.skin)
    fingers = []
    for tip, strength in zip(laid, _strengths(ridges, laid), strict=True):
        others = [other for other in laid if other is not tip]
        faint = bool(strength < TRACE) and not _is_dark(ridges.dark, tip)
        fingers.append(_finger(image, ridges, tip, others, ground, faint=faint))
    return Platen(
        fingers=tuple(fingers),
        right_hand=read.right_hand,
        upside_down=_is_better(turned, read) if expected > len(THUMBS) else _is_clearly_better(turned, read),
        soaked=len(soaked),
        shallow=ends.count_shallow(ridges.skin),
    )


def _read(ridges: RidgeMap, expected: int, asked: int, widths: Sequence[float]) -> _Reading:
    places = ends.find_places(ridges.skin, widths)
    pose = find_pose(ridges, places, expected, asked)
    if expected == len(THUMBS):
        hand = find_pose(ridges, places, len(RIGHT_FOUR), len(RIGHT_FOUR))
        if hand.worth - pose.worth > WHOLE_HAND:
            pose, expected = hand, len(RIGHT_FOUR)
    tips = _clear(pose.tips, ridges, pose.fingers, expected)
    return _Reading(tips, pose.worth, pose.right_hand, Arches(ridges).mean(tips[:expected]))


def _is_better(turned: _Reading, read: _Reading) -> bool:
    """Does a hand explain the picture better when it is turned by half?"""
    return bool(read.tips) and turned.value - read.value > UPSIDE_DOWN


def _is_clearly_better(turned: _Reading, read: _Reading) -> bool:
    """The same for thumbs, whose shape says less, and which cards show among writing."""
    arching = turned.arching - read.arching
    pair = len(turned.tips) == len(read.tips) == len(THUMBS)
    if pair and abs(turned.worth - read.worth) < TIED:
        clearly = arching > TIED_ARCHING
    else:
        clearly = turned.value - read.value > UPSIDE_DOWN_THUMBS and arching > THUMB_ARCHING
    return _is_better(turned, read) and clearly and turned.worth > THUMB_WORTH


def _clear(tips: Sequence[Tip], ridges: RidgeMap, fingers: int, expected: int) -> list[Tip]:
    """Those that are clear enough to be fingers.

    What the hand's own `fingers` leave of the `expected` ones may be an end that touches another, and no phalanx: that
    would stand for a finger that is missing. Beyond those an end must be clearer.
    """
    skin = ridges.skin
    kept: list[Tip] = []
    for at, (tip, strength) in enumerate(zip(tips, _strengths(ridges, tips, fingers), strict=True)):
        extra = len(kept) >= expected
        if tip.score < (EXTRA_SCORE if extra else MIN_SCORE) or (extra and strength < TRACE):
            continue
        if at >= fingers and any(_is_below(tip, other) for other in kept):
            continue
        if extra and any(_joined(skin, tip, other) for other in kept):
            continue
        if _mean_within(ridges.coherence, skin, tip) >= MIN_COHERENCE:
            kept.append(tip)
    return kept


def _joined(skin: Grey, tip: Tip, other: Tip) -> bool:
    """Does one piece of skin hold both ends? Then they are two corners of one broad thumb."""
    _, labels = cv2.connectedComponents(skin, connectivity=4)
    height, width = skin.shape
    at = [labels[min(int(t.y / CELL), height - 1), min(int(t.x / CELL), width - 1)] for t in (tip, other)]
    return bool(at[0] == at[1] and at[0] > 0)


def _is_below(tip: Tip, other: Tip) -> bool:
    """Does it lie where the other's second phalanx may be, the direction being known to 20 degrees or so?"""
    turn = float(np.deg2rad(other.angle))
    dx, dy = (tip.x - other.x) / other.width, (tip.y - other.y) / other.width
    along, across = np.cos(turn) * dy - np.sin(turn) * dx, np.cos(turn) * dx + np.sin(turn) * dy
    return bool(0.7 < along < 3.5 and abs(across) < 1.1)


def _frame(shape: tuple[int, ...], tip: Tip) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return ends.frame(tip, (slice(0, shape[0]), slice(0, shape[1])))


def _strengths(ridges: RidgeMap, tips: Sequence[Tip], fingers: int | None = None) -> NDArray[np.float64]:
    """How strong each end's clearest ridges are, against the usual one of the first `fingers`."""
    found = np.array([_strength(ridges.contrast, tip) for tip in tips])
    return found / (float(np.median(found[:fingers])) or 1.0) if tips else found


def _strength(contrast: NDArray[np.float32], tip: Tip) -> float:
    across, down = _frame(contrast.shape, tip)
    inside = contrast[(np.abs(across) < 0.45) & (np.abs(down) < 0.55)]
    return float(np.percentile(inside, STRONGEST)) if inside.size else 0.0


def _is_dark(dark: Grey, tip: Tip) -> bool:
    across, down = _frame(dark.shape, tip)
    inside = dark[(np.abs(across) < 0.45) & (np.abs(down) < 0.55)]
    return bool(inside.size and inside.mean() > SMOOTH)


def _mean_within(values: NDArray[np.float32], skin: Grey, tip: Tip) -> float:
    across, down = _frame(skin.shape, tip)
    inside = (np.abs(across) < 0.5) & (np.abs(down) < 0.6) & (skin > 0)
    return float(values[inside].mean()) if inside.any() else 0.0


def _turned(ridges: RidgeMap) -> RidgeMap:
    """The map of the picture turned by half: directions stay what they are."""
    return RidgeMap(*(np.ascontiguousarray(part[::-1, ::-1]) for part in msgspec.structs.astuple(ridges)))


def _refuse_inverted(image: Grey, ridges: RidgeMap) -> None:
    """Ground around the skin that is darker than the skin means that light ridges stand on a dark ground."""
    size = (ridges.skin.shape[1], ridges.skin.shape[0])
    grey = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    around = cv2.dilate(ridges.skin, np.ones((9, 9), np.uint8)) - cv2.dilate(ridges.skin, np.ones((5, 5), np.uint8))
    if ridges.skin.sum() < 50 or around.sum() < 50:
        return
    if float(np.median(grey[around > 0])) < float(np.median(grey[ridges.skin > 0])) - 10:
        raise UnusableImage(INVERTED)


def _ground(image: Grey, skin: Grey) -> float:
    """Grey of the bare glass."""
    size = (skin.shape[1], skin.shape[0])
    grey = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    bare = cv2.dilate(skin, np.ones((7, 7), np.uint8)) == 0
    return float(np.median(grey[bare])) if bare.sum() > 20 else 255.0


def _soaked(ridges: RidgeMap, tips: Sequence[Tip]) -> list[Tip]:
    """Dark ends without ridges: water between the ridges hides them, but not that there is a finger."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    count, labels = cv2.connectedComponents(cv2.morphologyEx(ridges.dark, cv2.MORPH_OPEN, disc), connectivity=4)
    found = []
    for label in range(1, count):
        patch = labels == label
        (x, y), sides, _ = cv2.minAreaRect(np.argwhere(patch)[:, ::-1].astype(np.float32))
        short, long = sorted(side * CELL for side in sides)
        smooth = float((ridges.skin[patch] == 0).mean()) > SMOOTH
        if smooth and short * ends.MM_A_PIXEL > SOAKED_MM[0] and long * ends.MM_A_PIXEL < SOAKED_MM[1]:
            found.append(Tip(x=x * CELL, y=y * CELL, width=short, angle=lean_of(tips), score=0.0))
    return [patch for patch in found if not any(_is_on(patch, tip) or _is_below(patch, tip) for tip in tips)]


def _is_on(tip: Tip, other: Tip) -> bool:
    return bool(np.hypot(tip.x - other.x, tip.y - other.y) < other.width * 0.7)


def _finger(image: Grey, ridges: RidgeMap, tip: Tip, others: Sequence[Tip], ground: float, *, faint: bool) -> Finger:
    """Grow a tip to the whole of its finger's end, and cut it out."""
    own = _own(ridges.skin, tip, others)
    angle = tip.angle
    left, top, right, bottom = _extent(own, tip)
    x, y = (left + right) / 2 * tip.width, (top + bottom) / 2 * tip.width
    turn = float(np.deg2rad(angle))
    middle = (
        tip.x + float(np.cos(turn)) * x - float(np.sin(turn)) * y,
        tip.y + float(np.sin(turn)) * x + float(np.cos(turn)) * y,
    )
    width, height = (right - left) * tip.width, (bottom - top) * tip.width
    size = (round(width) + 2 * MARGIN, round(height) + 2 * MARGIN)
    corners = cv2.boxPoints((middle, (width, height), angle))
    edge = CELL
    outside = (corners < edge).any() or (corners[:, 0] > image.shape[1] - edge).any()
    outside = outside or (corners[:, 1] > image.shape[0] - edge).any()
    return Finger(
        tip=tip,
        x=middle[0],
        y=middle[1],
        width=width,
        height=height,
        angle=angle,
        cut_off=bool(outside) and _touches_edge(own),
        faint=faint,
        image=_cut(image, own, middle, size, angle, ground),
    )


def _own(skin: Grey, tip: Tip, others: Sequence[Tip]) -> Grey:
    """The cells of skin nearer to this finger's axis than to any other's, that hang together with its middle."""
    across, down = _frame(skin.shape, tip)
    mine = np.abs(across)
    near = (mine < 1.1) & (down > -1.4) & (down < 1.5) & (skin > 0)
    for other in others:
        theirs, along = _frame(skin.shape, other)
        # Above a neighbour's tip there is nothing of it: then the distance is to the tip.
        reach = np.hypot(theirs, np.minimum(along + 0.3, 0))
        near &= mine * tip.width <= reach * other.width
    _, labels = cv2.connectedComponents(near.astype(np.uint8), connectivity=4)
    inside = labels[(np.abs(across) < 0.4) & (np.abs(down) < 0.5) & near]
    if inside.size == 0:
        return np.zeros_like(skin)
    return np.asarray(labels == np.bincount(inside.astype(np.intp)).argmax(), np.uint8)


def _extent(own: Grey, tip: Tip) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a finger's end in its own frame, in widths; its bottom is the crease."""
    across, down = _frame(own.shape, tip)
    cells = own > 0
    if not cells.any():
        return -0.5, -0.65, 0.5, 0.65
    step = CELL / tip.width
    upper = cells & (down < 0.6)
    left, right = np.percentile(across[upper], (1.5, 98.5)) if upper.any() else (-0.5, 0.5)
    top = (
        float(np.percentile(down[cells & (np.abs(across) < 0.4)], 0.5))
        if (cells & (np.abs(across) < 0.4)).any()
        else -0.65
    )
    width = float(right - left)
    edges = np.arange(top, top + LONGEST * width, step)
    filled = np.array([(cells & (down >= edge) & (down < edge + step)).sum() for edge in edges])
    usual = float(np.median(filled[: max(len(filled) // 2, 1)])) or 1.0
    start = int(CREASE * width / step)
    pairs = (filled[start:-1] + filled[start + 1 :]) / 2
    thin = np.nonzero(pairs < 0.4 * usual)[0]
    bottom = top + (start + int(thin[0])) * step if thin.size else top + LONGEST * width
    bottom = min(bottom, float(down[cells].max()))
    return float(left) - step / 2, top - step / 2, float(right) + step / 2, bottom + step / 2


def _touches_edge(own: Grey) -> bool:
    rim = np.concatenate((own[0], own[-1], own[:, 0], own[:, -1]))
    return bool(rim.sum() >= 3)


def _cut(
    image: Grey, own: Grey, middle: tuple[float, float], size: tuple[int, int], angle: float, ground: float
) -> Grey:
    """Turned upright; neighbours and what lies beyond the platen become ground."""
    upright = np.asarray(cv2.getRotationMatrix2D(middle, angle, 1.0), np.float64)
    upright[:, 2] += (size[0] / 2 - middle[0], size[1] / 2 - middle[1])
    picture = cv2.warpAffine(image, upright, size, flags=cv2.INTER_CUBIC, borderValue=ground)
    wide = cv2.dilate(own, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))).astype(np.float32)
    to_cells = upright.copy()
    to_cells[:, :2] *= CELL
    to_cells[:, 2] += upright[:, :2] @ (CELL / 2 - 0.5, CELL / 2 - 0.5)
    share = cv2.warpAffine(wide, to_cells, size, flags=cv2.INTER_LINEAR)
    share = np.clip(cv2.GaussianBlur(share, (0, 0), 3) * 2 - 0.5, 0, 1)
    return np.asarray(np.clip(picture * share + ground * (1 - share), 0, 255), np.uint8)
