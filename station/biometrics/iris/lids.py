"""What covers an iris: the lids as parabolas, and lashes and glints pixel by pixel.

A lid's edge is the parabola along which grey changes most between above and below (Daugman's operator with an arc in
place of a circle); it counts only where what lies beyond it does not look like iris. Lashes are dark and glints bright
against the iris at the same distance from the pupil.
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.iris.boundaries import Circles, without_glints
from station.biometrics.iris.ellipses import Ellipse

Grey = NDArray[np.uint8]
Real = NDArray[np.float32]
Mask = NDArray[np.bool_]

SIDE: Final = 256
"""Lids are looked for in a square of this many pixels, 1.25 iris radii to each side."""
REACH: Final = 1.25
UNIT: Final = SIDE / 2 / REACH
"""Pixels of an iris radius in that square."""
FAINTEST: Final = 5.0
"""Mean change of grey along an arc below which there is no lid (measured: texture of an open iris up to 4)."""

CLEAR: Final = 13.0
"""From here on an arc is a lid even if skin and iris are of one tone (measured: texture of an open iris up to 10)."""


class Cover(msgspec.Struct, frozen=True):
    """What of the iris is hidden, in the square around it; 1.25 radii to each side."""

    ring: Mask
    """The iris: between pupil and limbus."""
    upper: Mask
    lower: Mask
    lashes: Mask
    glints: Mask

    @property
    def hidden(self) -> Mask:
        return self.upper | self.lower | self.lashes | self.glints

    @property
    def visible(self) -> Mask:
        return self.ring & ~self.hidden

    def share(self, part: Mask) -> float:
        """Per cent of the iris that a part covers."""
        return 100 * float((self.ring & part).sum()) / max(1.0, float(self.ring.sum()))


class Square(msgspec.Struct, frozen=True):
    """The eye, turned into a square in which the iris is a circle of UNIT pixels in the middle."""

    grey: Grey
    inside: Mask
    """Where the picture has pixels."""
    pupil: Ellipse
    iris: Ellipse


def square(image: Grey, circles: Circles) -> Square:
    """Cut the square around the iris out of a picture."""
    iris = circles.iris
    zoom = UNIT / iris.radius
    move = np.array([[zoom, 0, SIDE / 2 - zoom * iris.x], [0, zoom, SIDE / 2 - zoom * iris.y]], np.float32)
    # Shrinking by more than half would skip pixels and make noise of texture.
    soft = cv2.GaussianBlur(image, (0, 0), 0.4 / zoom) if zoom < 0.6 else image
    grey = cv2.warpAffine(soft, move, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    x, y = (columns - move[0, 2]) / zoom, (rows - move[1, 2]) / zoom
    inside = (x >= 0) & (x < image.shape[1]) & (y >= 0) & (y < image.shape[0])
    placed = [
        Ellipse(
            one.x * zoom + float(move[0, 2]),
            one.y * zoom + float(move[1, 2]),
            one.first * zoom,
            one.second * zoom,
            one.angle,
        )
        for one in (circles.pupil, iris)
    ]
    return Square(np.asarray(grey, np.uint8), np.asarray(inside, bool), placed[0], placed[1])


def cover(eye: Square) -> Cover:
    """Lids, lashes and glints over the iris."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    from_iris, from_pupil = eye.iris.share(columns, rows), eye.pupil.share(columns, rows)
    ring = (from_iris <= 1) & (from_pupil > 1)
    plain = np.asarray(cv2.GaussianBlur(without_glints(eye.grey, 11), (0, 0), 2.0), np.float32)
    tone, spread = _usual(plain, ring & _beside(columns, rows, eye))
    upper = _lid(plain, eye, -1, tone, spread)
    lower = _lid(plain, eye, 1, tone, spread)
    fine = np.asarray(cv2.GaussianBlur(eye.grey, (0, 0), 1.0), np.float32)
    open_ring = ring & ~upper & ~lower
    dark = open_ring & (fine < tone - max(3.2 * spread, 24)) & (from_pupil > 1.08)
    # A hair is long and starts at a lid; a pit of the iris is round and stands alone.
    grown = np.asarray(cv2.dilate((upper | lower).astype(np.uint8), np.ones((19, 19), np.uint8))) > 0
    lashes = _touching(dark, grown | (from_iris > 0.97) & ~_beside(columns, rows, eye))
    bright = np.asarray(cv2.GaussianBlur(eye.grey, (0, 0), 0.8), np.float32) > max(tone + max(4.5 * spread, 50), 120)
    glints = np.asarray(cv2.dilate((bright & (from_iris < 1.0)).astype(np.uint8), np.ones((5, 5), np.uint8))) > 0
    outside = ring & ~eye.inside
    return Cover(ring=ring, upper=upper, lower=lower, lashes=lashes & ring, glints=(glints & ring) | outside)


def _beside(columns: Real, rows: Real, eye: Square) -> Mask:
    """The sectors left and right of the pupil, which lids reach last."""
    return np.asarray(np.abs(rows - eye.iris.y) < 0.55 * np.abs(columns - eye.iris.x), bool)


def _usual(plain: Real, where: Mask) -> tuple[float, float]:
    """Median grey and robust deviation."""
    values = plain[where]
    if values.size < 50:
        return 128.0, 20.0
    middle = float(np.median(values))
    return middle, max(3.0, 1.48 * float(np.median(np.abs(values - middle))))


def _lid(plain: Real, eye: Square, sign: int, tone: float, spread: float) -> Mask:
    """What the upper (-1) or lower (1) lid covers: all beyond the best parabola, or nothing."""
    across = np.linspace(-0.95, 0.95, 49, dtype=np.float32)
    heights = np.arange(-0.1, 1.0, 0.025, dtype=np.float32)
    bows = np.arange(0.0, 0.75, 0.12, dtype=np.float32)
    shifts = np.array([-0.35, -0.15, 0.0, 0.15, 0.35], np.float32)
    # Positive distance is away from the iris's middle; towards the corners a lid comes nearer to it.
    h, b, s = (part.ravel() for part in np.meshgrid(heights, bows, shifts, indexing="ij"))
    far = h[:, None] - b[:, None] * ((across[None, :] - s[:, None]) ** 2 - s[:, None] ** 2)
    x = np.broadcast_to(eye.iris.x + UNIT * across, far.shape).astype(np.float32)
    y = np.asarray(eye.iris.y + sign * UNIT * far, np.float32)
    step = 0.045 * UNIT
    beyond = np.asarray(cv2.remap(plain, x, np.asarray(y + sign * step, np.float32), cv2.INTER_LINEAR))
    before = np.asarray(cv2.remap(plain, x, np.asarray(y - sign * step, np.float32), cv2.INTER_LINEAR))
    outwards = np.hypot(across[None, :], far)
    counts = (outwards < 0.88) & (eye.pupil.share(x, y) > 1.12)
    change = np.clip(beyond - before, -30, 30) * counts
    number = counts.sum(axis=1)
    strength = np.abs(change.sum(axis=1)) / np.maximum(number, 1) * (number >= 9)
    agree = np.abs(np.sign(change).sum(axis=1)) / np.maximum(number, 1)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    u, v = (columns - eye.iris.x) / UNIT, sign * (rows - eye.iris.y) / UNIT
    in_ring = (eye.iris.share(columns, rows) <= 0.95) & (eye.pupil.share(columns, rows) > 1.05)
    # A long edge is worth more than a short one of the same height.
    worth = strength * agree * np.sqrt(np.minimum(number, 30))
    for index in np.argsort(worth)[::-1][:60:3]:
        if strength[index] < FAINTEST:
            break
        mask = np.asarray(v > h[index] - b[index] * ((u - s[index]) ** 2 - s[index] ** 2), bool)
        part = plain[mask & in_ring]
        if part.size < 40:
            continue
        strange = float((np.abs(part - tone) > 2.2 * spread).mean())
        # Skin, hair or shadow: nothing like the iris beside the pupil. Or an edge that no iris has.
        edge = strength[index] > CLEAR and agree[index] > 0.85 and h[index] > (0.3 if sign < 0 else 0.55)
        if strange > 0.6 or (edge and strange > 0.1 and number[index] >= 14):
            return mask
    return np.zeros((SIDE, SIDE), bool)


def _touching(part: Mask, seeds: Mask) -> Mask:
    """The connected pieces of `part` that touch `seeds`."""
    _, labels = cv2.connectedComponents(part.astype(np.uint8), connectivity=8)
    kept = np.unique(labels[seeds & part])
    return np.asarray(np.isin(labels, kept[kept > 0]), bool)
