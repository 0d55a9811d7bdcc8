"""What stands behind the head: one colour, and the one that is asked for?

Measured in the strips left, right and above that lie clear of hair and head scarf: more than 1.55 eye distances from
the middle of the face, down to the mouth. On Indonesian identity cards the backdrop is red for an odd and blue for an
even birth year: practice of the offices, no regulation was found, so everything about it is configurable.
"""

from __future__ import annotations

import colorsys
from enum import StrEnum
from typing import Final

import cv2
import msgspec
import numpy as np

from station.biometrics.face.aligned import CENTRE_X, EYE_DISTANCE, MOUTH_Y, WIDTH, Aligned

SPREAD: Final = 16.0
"""Distance in CIELAB (its lightness counted half) from the backdrop's middle colour that is something else: a fall of
light over cloth stays under 12."""
_TOP: Final = 40
"""Rows above the crown of a head of usual height."""
_FEWEST: Final = 1500
"""Pixels of backdrop without which nothing is said of it."""


class Backdrop(StrEnum):
    """A colour that an office asks for."""

    RED = "red"
    BLUE = "blue"


def backdrop_of(birth_year: int) -> Backdrop:
    """The colour that goes with a birth year: red for an odd, blue for an even one."""
    return Backdrop.RED if birth_year % 2 else Backdrop.BLUE


class BackdropSeen(msgspec.Struct, frozen=True):
    """Native values of the backdrop."""

    gradient: float
    """Mean strength of luminance gradients, as OFIQ's background uniformity has it; 0 is one flat colour."""
    clutter: float
    """Share that is of another colour than the rest."""
    hue: float
    """Degrees on the colour circle: 0 red, 240 blue."""
    saturation: float
    """0 grey to 1."""
    chroma: float
    """Saturation times value: 0 black or grey to 1."""


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
    red, green, blue = np.median(face.rgb[:MOUTH_Y][mask][::3], axis=0) / 255
    hue, saturation, value = colorsys.rgb_to_hsv(float(red), float(green), float(blue))
    return BackdropSeen(
        gradient=float(cv2.magnitude(across, down)[within].mean()) if within.any() else 0.0,
        clutter=float((np.sqrt((away**2).sum(1)) > SPREAD).mean()),
        hue=360 * hue,
        saturation=saturation,
        chroma=saturation * value,
    )


def hue_error(seen: float, wanted: float) -> float:
    """Degrees between two hues, the short way around."""
    return abs((seen - wanted + 180) % 360 - 180)


def _strips() -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    rows, columns = np.mgrid[0:MOUTH_Y, 0:WIDTH]
    beside = np.abs(columns - CENTRE_X) > 1.55 * EYE_DISTANCE
    above = (rows < _TOP) & (np.abs(columns - CENTRE_X) > 1.0 * EYE_DISTANCE)
    return np.asarray(beside | above)


_STRIPS: Final = _strips()
