"""What stands behind the head: one colour, and the one that is asked for?

Measured in the strips left, right and above that lie clear of hair and head scarf: more than 1.55 eye distances from
the middle of the face, down to the mouth. On Indonesian identity cards the backdrop is red for an odd and blue for an
even birth year: practice of the offices, no regulation was found, so everything about it is configurable.

The colour is judged in Oklab (Ottosson 2020), whose hues are even to the eye (HSV has pink and red, or blue and violet,
on one hue). Less light takes as much from its chroma as from its lightness, so hue and chroma over lightness, its
saturation, are those of the cloth, whether it is lit well or poorly; pink and salmon are reds of less saturation.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.face.aligned import CENTRE_X, EYE_DISTANCE, LINEAR, MOUTH_Y, WIDTH, Aligned

SPREAD: Final = 16.0
"""Distance in CIELAB (its lightness counted half) from the backdrop's middle colour that is something else: a fall of
light over cloth stays under 12."""
_TOP: Final = 40
"""Rows above the crown of a head of usual height."""
_FEWEST: Final = 1500
"""Pixels of backdrop without which nothing is said of it."""
# Oklab's two matrices: linear sRGB to cones, their cube roots to lightness, green-red, blue-yellow.
_CONES: Final = np.array(
    (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
)
_OKLAB: Final = np.array(
    (
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    )
)


class Backdrop(StrEnum):
    """A colour that an office asks for."""

    RED = "red"
    BLUE = "blue"


def backdrop_of(birth_year: int) -> Backdrop:
    """The colour that goes with a birth year: red for an odd, blue for an even one."""
    return Backdrop.RED if birth_year % 2 else Backdrop.BLUE


class Shade(msgspec.Struct, frozen=True):
    """A colour in Oklab."""

    hue: float
    """Degrees on the colour circle: pure red is at 29, orange at 57, green at 142, blue at 264, magenta at 328."""
    saturation: float
    """Chroma over lightness: 0 grey; a pure red has 0.41, a pure blue 0.69. The light's strength leaves it alone."""
    chroma: float
    """0 grey or black; a pure red has 0.26, a pure blue 0.31."""


class BackdropSeen(msgspec.Struct, frozen=True):
    """Native values of the backdrop."""

    gradient: float
    """Mean strength of luminance gradients, as OFIQ's background uniformity has it; 0 is one flat colour."""
    clutter: float
    """Share that is of another colour than the rest."""
    colour: Shade
    """Its middle colour."""


def measure_backdrop(face: Aligned) -> BackdropSeen | None:
    """None where the picture shows too little beside the head."""
    mask = _STRIPS & face.inside[:MOUTH_Y]
    if int(mask.sum()) < _FEWEST:
        return None
    luminance = face.luminance[:MOUTH_Y]
    # -1 is Scharr's kernel, as in OFIQ.
    across, down = (np.asarray(cv2.Sobel(luminance, cv2.CV_32F, *way, ksize=-1)) for way in ((1, 0), (0, 1)))
    within = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    lab = np.asarray(cv2.cvtColor(face.rgb[:MOUTH_Y], cv2.COLOR_RGB2LAB))[mask][::3].astype(np.float32)
    middle = np.median(lab, axis=0)
    # OpenCV's 8-bit lightness runs to 255, not 100.
    away = (lab - middle) * np.array((0.5 * 100 / 255, 1.0, 1.0), np.float32)
    return BackdropSeen(
        gradient=float(cv2.magnitude(across, down)[within].mean()) if within.any() else 0.0,
        clutter=float((np.sqrt((away**2).sum(1)) > SPREAD).mean()),
        colour=shade_of(np.asarray(np.median(face.rgb[:MOUTH_Y][mask][::3], axis=0), np.float64)),
    )


def shade_of(rgb: NDArray[np.float64]) -> Shade:
    """A colour of a picture (three values from 0 to 255) in Oklab."""
    linear = np.interp(rgb, np.arange(256), LINEAR)
    lightness, a, b = _OKLAB @ np.cbrt(_CONES @ linear)
    chroma = float(np.hypot(a, b))
    return Shade(float(np.degrees(np.arctan2(b, a)) % 360), chroma / max(float(lightness), 1e-6), chroma)


def hue_error(seen: float, wanted: float) -> float:
    """Degrees between two hues, the short way around."""
    return abs((seen - wanted + 180) % 360 - 180)


def _strips() -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    rows, columns = np.mgrid[0:MOUTH_Y, 0:WIDTH]
    beside = np.abs(columns - CENTRE_X) > 1.55 * EYE_DISTANCE
    above = (rows < _TOP) & (np.abs(columns - CENTRE_X) > 1.0 * EYE_DISTANCE)
    return np.asarray(beside | above)


_STRIPS: Final = _strips()
