"""Whole hands on a platen, laid well or badly: the ground truth of segmentation.

A hand is built as bones are: four knuckles on an arc, a finger of its own length and direction from each, three
phalanges along it. What meets the glass is drawn from there (the first phalanx as a print of
`station.bench.people.prints`, the others and the palm as coarse ridges), then the hand is tilted and shifted, and
the platen adds what platens add: uneven ground, halos of moisture, dust, smears, traces of the one before, noise,
its own contrast. Lengths and breadths are those of people of 10 to 60 years (ISO 7250-1, DIN 33402-2), with
their scatter; nothing here is taken from the segmentation that is measured against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.bench.people.prints import HEIGHT, PPI, Field, Grey
from station.bench.people.slaps import PLATEN, Placed, Slap
from station.biometrics.samples import LEFT_FOUR, SLAPS, Position

MM: Final = PPI / 25.4

_KNUCKLES: Final = (3.0, 0.0, 3.0, 12.0)
"""How far each knuckle lies below the middle one's, index first, mm."""
_LENGTHS: Final = (72.0, 79.5, 74.0, 58.5)
"""Index to little, mm."""
_FAN: Final = (-4.0, -0.5, 2.5, 7.0)
"""Degrees clockwise to which the fingers spread when a hand lies at ease."""
_END: Final = 12.0
"""From a finger's tip to the middle of its print, mm."""


class Laying(msgspec.Struct, frozen=True):
    """How a hand meets the glass. The defaults are a calm adult."""

    tilt: float = 0.0
    """Degrees clockwise of the whole hand."""
    shift: tuple[float, float] = (0.0, 0.0)
    """Pixels right and down."""
    size: float = 1.0
    """Of the hand: 0.82 a child's, 1.1 a large man's."""
    spread: float = 1.0
    """0: fingers parallel and in touch; 1: at ease; 1.6: spread wide."""
    press: float = 0.6
    """How much of the second phalanges is seen, 0 to 1; above 0.9 also the third ones and the palm."""
    contrast: float = 1.0
    ground: int = 238
    uneven: float = 4.0
    """Grey levels by which the ground changes over the platen."""
    halo: float = 0.0
    """Grey levels of moisture around the fingers."""
    noise: float = 1.5
    """Deviation of the sensor's noise, grey levels."""
    dirt: int = 0
    """Specks, hairs and smears."""
    ghost: float = 0.0
    """Share of contrast of the traces that the one before left behind."""
    inverted: bool = False
    """Light ridges on a dark ground."""
    upside_down: bool = False


def draw_laying(seed: int) -> Laying:
    """One of the ways in which people lay down a hand: all of it varies at once, within what a scanner would take."""
    rng = np.random.default_rng((seed, 0x1A7))
    return Laying(
        tilt=float(rng.uniform(-30, 30)),
        shift=(float(rng.uniform(-110, 110)), float(rng.uniform(-90, 120))),
        size=float(rng.uniform(0.84, 1.08)),
        spread=float(rng.choice([0.0, 0.3, 1.0, 1.0, 1.4])),
        press=float(rng.uniform(0, 1)),
        contrast=float(rng.uniform(0.5, 1.0)),
        ground=int(rng.integers(195, 254)),
        uneven=float(rng.uniform(0, 14)),
        halo=float(rng.choice([0.0, 0.0, 12.0, 25.0])),
        noise=float(rng.uniform(0.5, 4.0)),
        dirt=int(rng.choice([0, 0, 6, 15])),
        ghost=float(rng.choice([0.0, 0.0, 0.0, 0.08])),
    )


def lay_hand(slap: Position, impressions: Mapping[Position, Grey], laying: Laying, seed: int = 0) -> Slap:
    """The platen's picture of the fingers in `impressions`; those that are not there are missing.

    The positions need not belong to `slap`: what is laid down is the hand of `impressions`, or both thumbs.
    """
    rng = np.random.default_rng((seed, 0x4A))
    placed = _thumbs(impressions, laying, rng) if slap is Position.THUMBS else _four(impressions, laying, rng)
    width, height = PLATEN
    ink = np.zeros((height, width), np.float32)
    for place, phalanges in placed:
        for number, (x, y) in enumerate(phalanges):
            _lay_phalanx(ink, (x, y), place.angle, number, laying, rng)
    if slap is not Position.THUMBS and laying.press > 0.93:
        _lay_palm(ink, placed, laying, rng)
    for place, _ in placed:
        _lay_print(ink, impressions[place.position], place)
    page = _platen(ink, laying, rng)
    truth = tuple(place for place, _ in placed)
    if laying.upside_down:
        page = np.ascontiguousarray(page[::-1, ::-1])
        truth = tuple(Placed(p.position, width - p.x, height - p.y, p.angle + 180) for p in truth)
    return Slap(image=page, placed=truth)


_Laid = tuple[Placed, list[tuple[float, float]]]


def _four(impressions: Mapping[Position, Grey], laying: Laying, rng: np.random.Generator) -> list[_Laid]:
    """The fingers of one hand, with the middles of their second and third phalanges."""
    left = any(position in LEFT_FOUR for position in impressions)
    side = -1.0 if left else 1.0
    hand = SLAPS[Position.LEFT_FOUR if left else Position.RIGHT_FOUR]
    found = []
    broad = [breadth(impressions[position]) if position in impressions else 300.0 for position in hand]
    gaps = [0.5 * (a + b) + (3.5 * laying.spread + rng.uniform(-0.3, 0.5)) * MM for a, b in pairwise(broad)]
    rights = np.cumsum([0.0, *gaps]) / MM
    rights -= rights.mean()
    for position, right, down, length, fan in zip(hand, rights, _KNUCKLES, _LENGTHS, _FAN, strict=True):
        length = length * rng.normal(1, 0.025)
        lean = np.deg2rad(fan * laying.spread + rng.normal(0, 1.2))
        # The middle of the four prints lies in the middle of the platen.
        knuckle = np.array((right, (down + 58) * laying.size))
        reach = length * laying.size

        along = [knuckle + np.array((np.sin(lean), -np.cos(lean))) * (reach * share) for share in (1.0, 0.55, 0.2)]
        along[0] -= np.array((np.sin(lean), -np.cos(lean))) * _END
        points = [_on_platen(side * x * MM, y * MM, laying) for x, y in along]
        if position in impressions:
            angle = float(np.rad2deg(side * lean) + laying.tilt)
            found.append((Placed(position, *points[0], angle), points[1:]))
    return found


def _on_platen(x: float, y: float, laying: Laying) -> tuple[float, float]:
    """From the hand's own pixels, whose middle is the platen's, to those of the picture."""
    turn = np.deg2rad(laying.tilt)
    return (
        float(PLATEN[0] / 2 + np.cos(turn) * x - np.sin(turn) * y + laying.shift[0]),
        float(PLATEN[1] / 2 + np.sin(turn) * x + np.cos(turn) * y + laying.shift[1]),
    )


def _thumbs(impressions: Mapping[Position, Grey], laying: Laying, rng: np.random.Generator) -> list[_Laid]:
    """Both thumbs side by side, each leaning a little inwards or outwards by itself."""
    found = []
    gap = (9.5 + 6 * laying.spread) * MM
    for position in SLAPS[Position.THUMBS]:
        if position not in impressions:
            continue
        side = -1.0 if position is Position.LEFT_THUMB else 1.0
        x, y = side * gap, rng.uniform(-5, 5) * MM
        lean = laying.tilt + rng.normal(-4 * side, 5)
        middle = _on_platen(x, y, laying)
        below = np.array((-np.sin(np.deg2rad(lean)), np.cos(np.deg2rad(lean)))) * 31 * laying.size * MM
        found.append((Placed(position, *middle, float(lean)), [(middle[0] + below[0], middle[1] + below[1])]))
    return found


def _lay_print(ink: Field, impression: Grey, place: Placed) -> None:
    dark = np.clip((238.0 - impression.astype(np.float32)) / 238.0, 0, 1)
    _stamp(ink, dark, (place.x, place.y), place.angle)


def _lay_phalanx(
    ink: Field, middle: tuple[float, float], angle: float, number: int, laying: Laying, rng: np.random.Generator
) -> None:
    """A second or third phalanx: ridges across, broken and faint, squarer than a tip; seen as far as it is pressed."""
    seen = laying.press - 0.15 - 0.75 * number + rng.normal(0, 0.12)
    if seen <= 0.05:
        return
    width = (13.5 - number) * laying.size * MM * min(0.75 + seen, 1.05)
    height = 17.0 * laying.size * MM * min(0.5 + seen, 1.0)
    size = (round(height) + 60, round(width) + 60)
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    across, down = np.abs(x - size[1] / 2) / (width / 2), np.abs(y - size[0] / 2) / (height / 2)
    edge = across**4 + down**4 + 0.12 * _noise(rng, size, 25)
    shape = np.clip((1 - edge) / 0.15, 0, 1)
    _stamp(ink, _ridges(rng, size, 0.0, min(0.35 + seen, 0.9)) * shape, middle, angle + float(rng.normal(0, 2)))


def _lay_palm(ink: Field, placed: list[_Laid], laying: Laying, rng: np.random.Generator) -> None:
    """The upper edge of the palm, below all fingers."""
    size = (round(45 * MM), round(80 * laying.size * MM))
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    edge = ((x - size[1] / 2) / (size[1] / 2)) ** 4 + ((y - size[0] / 2) / (size[0] / 2)) ** 6
    shape = np.clip((1 - edge + 0.2 * _noise(rng, size, 60)) / 0.1, 0, 1)
    middles = np.array([phalanges[-1] for _, phalanges in placed])
    turn = np.deg2rad(laying.tilt)
    middle = middles.mean(0) + np.array((-np.sin(turn), np.cos(turn))) * 38 * laying.size * MM
    _stamp(ink, _ridges(rng, size, 0.6, 0.85) * shape, (float(middle[0]), float(middle[1])), laying.tilt)


def _ridges(rng: np.random.Generator, size: tuple[int, int], lean: float, strength: float) -> Field:
    """Coarse ridges across, with creases and bare patches."""
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    period = rng.uniform(8.5, 11)
    phase = 2 * np.pi / period * (y + lean * x) + 2.5 * _noise(rng, size, 28) + 0.8 * _noise(rng, size, 9)
    ridge = 0.5 + 0.5 * np.tanh(2 * np.sin(phase))
    bare = np.clip(0.9 + 0.55 * _noise(rng, size, 22) + 0.35 * _noise(rng, size, 3), 0, 1)
    return np.asarray(ridge * bare * strength * 0.85, np.float32)


def _stamp(ink: Field, patch: Field, middle: tuple[float, float], angle: float) -> None:
    """Lay a patch down turned: where two meet, the darker one is seen."""
    rows, columns = patch.shape
    reach = int(np.hypot(rows, columns) / 2) + 2
    left, top = max(int(middle[0]) - reach, 0), max(int(middle[1]) - reach, 0)
    here = ink[top : max(int(middle[1]) + reach, 0), left : max(int(middle[0]) + reach, 0)]
    if here.size == 0:
        return
    matrix = np.asarray(cv2.getRotationMatrix2D((columns / 2, rows / 2), -angle, 1.0), np.float64)
    matrix[:, 2] += (middle[0] - columns / 2 - left, middle[1] - rows / 2 - top)
    size = (here.shape[1], here.shape[0])
    np.maximum(here, cv2.warpAffine(patch.astype(np.float32), matrix, size, flags=cv2.INTER_LINEAR), out=here)


def _platen(ink: Field, laying: Laying, rng: np.random.Generator) -> Grey:
    """The picture that the scanner makes of the ink."""
    height, width = ink.shape
    ground = laying.ground + laying.uneven * _noise(rng, ink.shape, 500)
    if laying.halo:
        wet = cv2.GaussianBlur((ink > 0.1).astype(np.float32), (0, 0), 18)
        ground = ground - laying.halo * np.clip(2 * wet, 0, 1) * (1 + 0.2 * _noise(rng, ink.shape, 40))
    if laying.ghost:
        other = np.roll(ink[:, ::-1], (int(rng.integers(-150, 150)), int(rng.integers(-150, 150))), (0, 1))
        ink = np.maximum(ink, laying.ghost * cv2.GaussianBlur(other, (0, 0), 1.2))
    page = ground * (1 - 0.92 * laying.contrast * ink)
    for _ in range(laying.dirt):
        _soil(page, rng)
    page = page + rng.standard_normal((height, width), np.float32) * laying.noise
    grey = np.asarray(np.clip(page, 0, 255), np.uint8)
    return np.asarray(255 - grey, np.uint8) if laying.inverted else grey


def _soil(page: NDArray[np.float32], rng: np.random.Generator) -> None:
    """A speck, a hair or a smear, anywhere."""
    height, width = page.shape
    x, y = int(rng.integers(width)), int(rng.integers(height))
    dark = float(page[y, x] * rng.uniform(0.3, 0.9))
    kind = rng.integers(3)
    if kind == 0:
        cv2.circle(page, (x, y), int(rng.integers(1, 12)), dark, -1, cv2.LINE_AA)
    elif kind == 1:
        points = np.cumsum(rng.normal(0, 14, (12, 2)) + rng.normal(0, 8, 2), 0) + np.array((x, y))
        cv2.polylines(page, [points.astype(np.int32)], False, dark, int(rng.integers(1, 3)), cv2.LINE_AA)
    else:
        smear = np.zeros_like(page)
        cv2.ellipse(
            smear,
            (x, y),
            (int(rng.integers(20, 120)), int(rng.integers(8, 30))),
            float(rng.uniform(0, 180)),
            0,
            360,
            1.0,
            -1,
        )
        page -= cv2.GaussianBlur(smear, (0, 0), 9) * float(rng.uniform(5, 40))


def _noise(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Field:
    """Smooth noise of mean 0 and deviation 1 with features of about `scale` pixels."""
    rows, columns = shape
    small = rng.normal(0, 1, (int(rows / scale * 2) + 4, int(columns / scale * 2) + 4)).astype(np.float32)
    field = cv2.resize(cv2.GaussianBlur(small, (0, 0), 1.0), (columns, rows), interpolation=cv2.INTER_CUBIC)
    return np.asarray((field - field.mean()) / (field.std() + 1e-6), np.float32)


def breadth(impression: Grey) -> float:
    """Pixels across the contact area of a print."""
    rows = impression[HEIGHT // 2 - 40 : HEIGHT // 2 + 40].mean(0)
    return float((rows < 205).sum())


def visible_share(place: Placed, length: float = 1.0) -> float:
    """The share of a print's area that is on the platen."""
    y, x = np.mgrid[-1:1:21j, -1:1:21j]
    inside = x * x + y * y <= 1
    turn = np.deg2rad(place.angle)
    a, d = x[inside] * 178 * length, y[inside] * 238 * length
    at_x = place.x + np.cos(turn) * a - np.sin(turn) * d
    at_y = place.y + np.sin(turn) * a + np.cos(turn) * d
    on = (at_x >= 0) & (at_x < PLATEN[0]) & (at_y >= 0) & (at_y < PLATEN[1])
    return float(on.mean())
