"""Whole platens: the prints of one hand, or of both thumbs, laid on the glass together.

The picture is built from the very impressions that stand for the segmented fingers, and says where each
one lies and how it is turned, so that a segmentation can be measured against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import cv2
import msgspec
import numpy as np

from station.bench.people.prints import HEIGHT, PPI, WIDTH, Grey
from station.biometrics.samples import SLAPS, Position

PLATEN: Final = (1600, 1500)
"""Width and height in pixels at 500 ppi: 81 x 76 mm, the platen of FAP 60 ten-print scanners."""
GROUND: Final = 238
"""Grey value of bare glass."""

# Where finger centres lie relative to the middle of the platen, in mm at 500 ppi, and how each is turned
# (degrees, clockwise); for a right hand, index first. A left hand is its mirror image.
_HAND: Final = ((-29.0, 1.0, -7.0), (-9.8, -10.0, -2.0), (9.8, -6.0, 3.0), (28.6, 15.0, 9.0))
_THUMBS: Final = ((14.0, 0.0, -4.0), (-14.0, 0.0, 4.0))


class Placed(msgspec.Struct, frozen=True):
    """One finger on the platen: its middle in pixels, and its turn in degrees clockwise."""

    position: Position
    x: float
    y: float
    angle: float


class Slap(msgspec.Struct, frozen=True):
    """A platen's picture with the truth about it."""

    image: Grey
    placed: tuple[Placed, ...]
    ppi: int = PPI


def lay(
    slap: Position,
    impressions: Mapping[Position, Grey],
    tilt: float = 0.0,
    shift: tuple[float, float] = (0.0, 0.0),
    seed: int = 0,
) -> Slap:
    """Lay the impressions that are there on a platen, as `slap` asks for them.

    `tilt` turns the whole hand (degrees clockwise), `shift` moves it (pixels right, down). Fingers that
    are not in `impressions` are missing. Parts outside the platen are cut off. Raises KeyError when
    `slap` is no slap.
    """
    rng = np.random.default_rng((seed, 0x51))
    width, height = PLATEN
    page = np.full((height, width), GROUND, np.uint8)
    places = _THUMBS if slap is Position.THUMBS else _HAND
    mirror = -1.0 if slap is Position.LEFT_FOUR else 1.0
    turn = np.deg2rad(tilt)
    placed = []
    for position, (right, down, angle) in zip(SLAPS[slap], places, strict=True):
        if position not in impressions:
            continue
        x, y = (mirror * right * PPI / 25.4, down * PPI / 25.4)
        where = Placed(
            position=position,
            x=float(width / 2 + np.cos(turn) * x - np.sin(turn) * y + shift[0] + rng.uniform(-6, 6)),
            y=float(height / 2 + np.sin(turn) * x + np.cos(turn) * y + shift[1] + rng.uniform(-20, 20)),
            angle=mirror * angle + tilt + rng.uniform(-1.5, 1.5),
        )
        placed.append(where)
        matrix = np.asarray(cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), -where.angle, 1.0), np.float64)
        matrix[:, 2] += (where.x - WIDTH / 2, where.y - HEIGHT / 2)
        laid = cv2.warpAffine(impressions[position], matrix, PLATEN, flags=cv2.INTER_CUBIC, borderValue=GROUND)
        np.minimum(page, laid, out=page)
    return Slap(image=page, placed=tuple(placed))
