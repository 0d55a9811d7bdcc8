"""What stands behind the head: one colour, and the one that is asked for?

Measured left, right and above, down to the chin, on what `station.biometrics.face.behind` finds not to be the person.
On Indonesian identity cards the backdrop is red for an odd and blue for an
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

from station.biometrics.face.aligned import LINEAR, Aligned
from station.biometrics.face.behind import measure_behind

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
    edges: float
    """Share that lies at an edge."""
    colour: Shade
    """Its middle colour."""


def measure_backdrop(face: Aligned) -> BackdropSeen | None:
    """None where the picture shows too little beside the head."""
    behind = measure_behind(face)
    if behind is None:
        return None
    # -1 is Scharr's kernel, as in OFIQ.
    across, down = (np.asarray(cv2.Sobel(face.luminance, cv2.CV_32F, *way, ksize=-1)) for way in ((1, 0), (0, 1)))
    within = behind.on_patch()
    return BackdropSeen(
        gradient=float(cv2.magnitude(across, down)[within].mean()) if within.any() else 0.0,
        clutter=behind.clutter,
        edges=behind.edges,
        colour=shade_of(np.asarray(np.median(behind.colours, axis=0), np.float64)),
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
