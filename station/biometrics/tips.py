"""Where finger tips lie on a platen: a map of ridges, and shapes of a finger's end laid over it.

What tells a finger's end from the other things that a hand leaves on glass is what lies around it: ridges
inside, nothing above the tip, little on either side. A second phalanx has the first one above it, a palm has skin
on all sides, a smear or handwriting has no ridges over an area. So a template of a rounded end, in several
sizes and turns, is laid over the map, and its best places are kept; `station.biometrics.poses` makes hands of them.
The widths are those of people: 9 mm (a child's little finger) to 25 mm (a man's thumb).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar, Final

import cv2
import msgspec
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from station.biometrics.nbis import PPI

Field = NDArray[np.float32]

CELL: Final = 8
"""Pixels at 500 ppi of one cell of the ridge map: 0.4 mm, a little under a ridge period."""
COARSE: Final = 2
"""Cells of the map to one of the search: 0.8 mm."""
MM: Final = PPI / 25.4 / CELL / COARSE
"""Search cells a millimetre."""
MM_A_PIXEL: Final = 25.4 / PPI
SHALLOW: Final = 0.72
"""Height over breadth under which a piece of skin is the tip of a finger only."""
SHALLOW_MM: Final = (6.5, 25.0)
"""Its breadth."""
SHALLOW_LEAN: Final = 45
"""Degrees by which it may lean."""
SHALLOW_FILLED: Final = 0.6
"""Share of its box that it fills."""
WIDTHS: Final = (10.0, 12.5, 15.5, 19.0, 23.0)
"""Millimetres across a finger that are searched: steps of a quarter, each template bears an eighth either way."""
THUMB_WIDTHS: Final = (12.5, 15.5, 19.0, 23.0, 28.0, 33.0)
"""The same for thumbs: 27 to 32 mm in NIST's sample of thumbs pressed flat."""
LENGTH: Final = 1.3
"""Height over width of a flat finger's end, tip to crease: 1.2 to 1.5 in NIST's sample slaps."""
STEP: Final = 10
"""Degrees between the turns that are searched."""
STEEPEST: Final = 50
"""Degrees: a hand of 30 degrees, with a thumb or little finger spread by another 20."""
REACH: Final = 1.8
"""Half the side of a template over the finger's width."""
STRAY: Final = 0.0006
"""Score lost for each squared degree from the hand's direction: 0.06 at 10 degrees, 0.24 at 20."""
FULL: Final = 0.33
"""Share of the strongest contrast that skin reaches somewhere near, dry skin too; traces of 10 to 20 percent ink do
nowhere. At this share no finger of 60 dry hands is lost that is not without it."""
FULL_WITHIN: Final = 9
"""Cells across of that neighbourhood: 3.7 mm."""
DARK: Final = 50.0
"""Grey levels under the glass's: traces are 10 to 30 darker, moisture around fingers 25, wet fingers 90 to 150."""
GROUND_WITHIN: Final = 61
"""Cells across which bare glass is sought: 25 mm, the broadest finger."""
ABOVE: Final = 1.3
"""Widths over a finger's end from where on there is nothing of that finger any more: half its length, and half that of
what lies there."""
BELOW: Final = 14.0
"""Millimetres by which the picture is continued below."""
MIN_SCORE: Final = 0.33
"""Least score of a finger's end: whole ones reach 0.7 to 0.95, one in touch with both neighbours 0.5."""


class Tip(msgspec.Struct, frozen=True):
    """One finger's end, in pixels at 500 ppi: the middle, the width across, the turn clockwise from upright."""

    x: float
    y: float
    width: float
    angle: float
    score: float


class RidgeMap(msgspec.Struct, frozen=True):
    """What each cell of `CELL` pixels holds."""

    contrast: Field
    """Deviation of grey within the band of ridge periods."""
    coherence: Field
    """0 (no direction) to 1 (parallel ridges)."""
    turn: NDArray[np.complex64]
    """Ridge direction doubled, as a complex number whose length is the gradient's energy."""
    skin: NDArray[np.uint8]
    """1 where there are ridges."""
    dark: NDArray[np.uint8]
    """1 where it is darker than a trace of an earlier hand is, ridges or not."""


class Places(msgspec.Struct, frozen=True):
    """Where finger ends may lie."""

    CELL: ClassVar[int] = CELL * COARSE
    """Pixels of one cell of the field."""
    field: Field
    """Share of skin in each cell, continued below the picture."""
    tips: tuple[Tip, ...]
    """The clearest first."""


def map_ridges(image: NDArray[np.uint8]) -> RidgeMap:
    """Contrast, direction and a mask of ridged skin. Light and shade of the ground do not matter."""
    height, width = image.shape
    half = cv2.resize(image, (width // 2, height // 2), interpolation=cv2.INTER_AREA).astype(np.float32)
    cells = (max(width // CELL, 1), max(height // CELL, 1))
    band = cv2.GaussianBlur(half, (0, 0), 0.8) - cv2.GaussianBlur(half, (0, 0), 3.5)
    power = cv2.resize(cv2.GaussianBlur(band * band, (0, 0), 3.5), cells, interpolation=cv2.INTER_AREA)
    gx, gy = cv2.Sobel(band, cv2.CV_32F, 1, 0), cv2.Sobel(band, cv2.CV_32F, 0, 1)
    xx, yy, xy = (
        cv2.GaussianBlur(cv2.resize(part, cells, interpolation=cv2.INTER_AREA), (0, 0), 1.2)
        for part in (gx * gx, gy * gy, gx * gy)
    )
    contrast = np.sqrt(np.maximum(power, 0))
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy * xy) / (xx + yy + 1e-3)
    # The gradient stands across the ridge: half a turn of the doubled angle.
    turn = -((xx - yy) + 2j * xy)
    dark = _dark(image, cells)
    return RidgeMap(
        contrast=np.asarray(contrast, np.float32),
        coherence=np.asarray(coherence, np.float32),
        turn=np.asarray(turn, np.complex64),
        skin=_skin(np.asarray(contrast, np.float32), np.asarray(coherence, np.float32), dark),
        dark=dark,
    )


def _dark(image: NDArray[np.uint8], cells: tuple[int, int]) -> NDArray[np.uint8]:
    """Where it is darker than the lightest place near."""
    grey = cv2.GaussianBlur(cv2.resize(image, cells, interpolation=cv2.INTER_AREA).astype(np.float32), (0, 0), 1.2)
    ground = cv2.dilate(grey, np.ones((GROUND_WITHIN, GROUND_WITHIN), np.uint8))
    return np.asarray(ground - grey > DARK, np.uint8)


def _skin(contrast: Field, coherence: Field, dark: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Cells with contrast over an area: thin things (writing, hairs, an edge of the glass) are opened away.

    So are traces of earlier hands: pale, and faint wherever one looks, as neither a wet nor a dry finger is.
    """
    ground = float(np.percentile(contrast, 15))
    strong = float(np.percentile(contrast, 97))
    limit = max(2.5 * ground, 0.2 * strong, 3.0)
    limit = min(limit, 0.5 * strong) if strong > 6 else limit
    ridged = ((contrast > limit) & (coherence > 0.2)).astype(np.uint8)
    near = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (FULL_WITHIN, FULL_WITHIN))
    ridged &= (cv2.dilate(contrast * ridged, near) > FULL * strong) | (dark > 0)
    closed = cv2.morphologyEx(ridged, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    return np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, disc), np.uint8)


def count_shallow(skin: NDArray[np.uint8]) -> int:
    """How many fingers touch the glass with nothing but their tip: pieces of skin that are broader than high.

    A finger's end is higher than broad; so is a phalanx, unless the picture's edge cuts it. Of 42 generated slaps, as
    they are and turned by half, none has as many such pieces as half its fingers.
    """
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(skin, connectivity=4)
    found = 0
    for label, (_left, top, _width, height, area) in enumerate(boxes):
        if label == 0 or top <= 0 or top + height >= skin.shape[0]:
            continue
        cells = np.argwhere(labels == label)[:, ::-1].astype(np.float32)
        _, (first, second), turn = cv2.minAreaRect(cells)
        broad, high = (first + 1, second + 1) if first >= second else (second + 1, first + 1)
        lean = (turn if first >= second else turn - 90) % 180
        level = min(lean, 180 - lean) < SHALLOW_LEAN
        is_piece = SHALLOW_MM[0] < broad * CELL * MM_A_PIXEL < SHALLOW_MM[1] and area > SHALLOW_FILLED * broad * high
        found += level and is_piece and high < SHALLOW * broad
    return found


def find_places(skin: NDArray[np.uint8], widths: Sequence[float] = WIDTHS) -> Places:
    """Everything that looks like a finger's end, whatever its direction."""
    size = (max(skin.shape[1] // COARSE, 1), max(skin.shape[0] // COARSE, 1))
    plain = cv2.resize(skin.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    # A finger that reaches over the lower edge goes on there; above and beside the picture nothing is known.
    field = np.asarray(cv2.copyMakeBorder(plain, 0, round(BELOW * MM), 0, 0, cv2.BORDER_REPLICATE), np.float32)
    return Places(field, tuple(tip for tip in _search(field, widths) if tip.y < size[1] * Places.CELL))


def frame(tip: Tip, cells: tuple[slice, slice]) -> tuple[Field, Field]:
    """Each cell's place across and down the finger, in the finger's widths from its middle."""
    rows, columns = np.mgrid[cells].astype(np.float32)
    dx, dy = (columns + 0.5) * CELL - tip.x, (rows + 0.5) * CELL - tip.y
    turn = float(np.deg2rad(tip.angle))
    sine, cosine = float(np.sin(turn)), float(np.cos(turn))
    return (cosine * dx + sine * dy) / tip.width, (-sine * dx + cosine * dy) / tip.width


def in_hand(tip: Tip, hand: float) -> float:
    """The score, less for a finger that leans away from the hand's direction."""
    return tip.score - STRAY * (tip.angle - hand) ** 2


def _search(field: Field, widths: Sequence[float]) -> list[Tip]:
    """Peaks of the score of every template, best first."""
    rows, columns = field.shape
    reach = int(np.ceil(max(widths) * MM * REACH))
    whole = (cv2.getOptimalDFTSize(rows + 2 * reach), cv2.getOptimalDFTSize(columns + 2 * reach))
    spectrum = cv2.dft(_padded(field, whole))
    found = []
    for width in widths:
        near = max(int(width * MM * 0.5), 2)
        for angle in range(-STEEPEST, STEEPEST + 1, STEP):
            kernel = _template(width * MM, float(angle))
            half = kernel.shape[0] // 2
            product = cv2.mulSpectrums(spectrum, cv2.dft(_padded(kernel, whole)), 0, conjB=True)
            moved = cv2.dft(product, flags=cv2.DFT_INVERSE | cv2.DFT_REAL_OUTPUT | cv2.DFT_SCALE)
            score = np.roll(moved, (half, half), (0, 1))[:rows, :columns]
            highest = cv2.dilate(score, np.ones((near, near), np.uint8))
            for row, column in np.argwhere((score >= highest) & (score > MIN_SCORE)):
                found.append(_tip(float(row), float(column), width * MM, float(angle), float(score[row, column])))
    return sorted(found, key=lambda tip: -tip.score)


def _padded(field: Field, shape: tuple[int, int]) -> Field:
    out = np.zeros(shape, np.float32)
    out[: field.shape[0], : field.shape[1]] = field
    return out


def _tip(row: float, column: float, width: float, angle: float, score: float) -> Tip:
    """From search cells to pixels."""
    cell = CELL * COARSE
    return Tip(x=(column + 0.5) * cell, y=(row + 0.5) * cell, width=width * cell, angle=angle, score=score)


def refine(field: Field, tip: Tip, hand: float) -> Tip:
    """The best of finer turns, widths and places around a peak: a turn, then a width, then a finer turn."""
    best = tip
    for turns, growths in (((-5.0, 5.0), (1.0,)), ((0.0,), (0.88, 1.13)), ((-2.5, 2.5), (1.0,))):
        start = best
        for turn in turns:
            for growth in growths:
                finer = _nearby(field, start, start.angle + turn, start.width * growth)
                best = max(best, finer, key=lambda found: in_hand(found, hand))
    return best


def _nearby(field: Field, tip: Tip, angle: float, width: float) -> Tip:
    """The best place within two cells for this turn and width."""
    cell = CELL * COARSE
    kernel = _template(width / cell, angle)
    half = kernel.shape[0] // 2
    row, column = int(tip.y / cell), int(tip.x / cell)
    patch = np.zeros((2 * half + 5, 2 * half + 5), np.float32)
    top, left = row - half - 2, column - half - 2
    inside = field[max(top, 0) : max(top + patch.shape[0], 0), max(left, 0) : max(left + patch.shape[1], 0)]
    at_row, at_column = max(-top, 0), max(-left, 0)
    patch[at_row : at_row + inside.shape[0], at_column : at_column + inside.shape[1]] = inside
    places = sliding_window_view(patch, kernel.shape).reshape(-1, kernel.size) @ kernel.ravel()
    down, right = divmod(int(places.argmax()), patch.shape[1] - kernel.shape[1] + 1)
    return _tip(row + down - 2.0, column + right - 2.0, width / cell, angle, float(places.max()))


@lru_cache(maxsize=512)
def _template(width: float, angle: float) -> Field:
    """A rounded end with its surroundings: what is inside counts for it, above and beside against it."""
    reach = int(np.ceil(width * REACH))
    down, right = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    lean = np.deg2rad(angle)
    x, y = np.cos(lean) * right + np.sin(lean) * down, -np.sin(lean) * right + np.cos(lean) * down
    half, tall = width / 2, width * LENGTH / 2
    arc = np.hypot(x, y + tall - half)
    distance = np.where(y + tall < half, arc - half, np.abs(x) - half)
    inside = (distance <= 0) & (y <= tall)
    beside = (distance > 0.1 * width) & (distance <= 0.34 * width) & (np.abs(x) > 0.75 * half) & (y <= tall)
    above = (distance > 0.07 * width) & (distance <= 0.45 * width) & (np.abs(x) <= 0.75 * half) & (y < 0)
    further = (distance > 0.45 * width) & (distance <= 1.1 * width) & (np.abs(x) <= 0.8 * half) & (y < 0)
    kernel = np.zeros(x.shape, np.float32)
    kernel[inside] = 1 / inside.sum()
    kernel[beside] = -0.5 / beside.sum()
    kernel[above] = -0.45 / above.sum()
    kernel[further] = -0.4 / further.sum()
    return kernel


def _on_axis(tip: Tip, other: Tip) -> tuple[float, float]:
    """Where `tip` lies from `other` along its finger (down is positive) and across, in pixels."""
    lean = np.deg2rad(other.angle)
    dx, dy = tip.x - other.x, tip.y - other.y
    return float(-np.sin(lean) * dx + np.cos(lean) * dy), float(np.cos(lean) * dx + np.sin(lean) * dy)


def same_finger(tip: Tip, other: Tip) -> bool:
    """Is `tip` on the finger of `other`: on its end, or on the strip below it?"""
    along, across = _on_axis(tip, other)
    reach = (tip.width + other.width) / 2
    if along < -ABOVE * reach:
        return False
    # Further down the strip the axes part by what their angles are wrong.
    return abs(across) < 0.6 * reach + 0.2 * max(abs(along) - reach, 0)
