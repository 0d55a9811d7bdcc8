"""The upright portrait: the picture turned so that the eyes are level, and cut by ISO/IEC 19794-5.

The default is the standard's token geometry: 3 wide to 4 high, the eyes a quarter of the width apart, their line at
0.45 of the height (0.6 of the width) from the top. That keeps the head between the limits of a full frontal image (head
width 0.5 to 0.75 of the picture's width, eyes at 0.5 to 0.7 of the height from below).
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np

from station.biometrics.face.detection import Colour
from station.biometrics.face.mesh import Mesh, Points

LARGEST: Final = 4000
"""Pixels of a side that may be configured."""


_BOUNDS: Final = (("width", 120, LARGEST), ("ratio", 1.0, 2.0), ("eye_line", 0.3, 0.5), ("eye_distance", 0.15, 0.35))


class PortraitSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[portrait] of config.toml."""

    width: int = 480
    """Pixels. 480 puts the eyes 120 pixels apart, the best practice of ISO/IEC 19794-5."""
    ratio: float = 4 / 3
    """Height over width."""
    eye_line: float = 0.45
    """How far down the eyes' line is, over the height."""
    eye_distance: float = 0.25
    """Between the eyes' centres, over the width."""

    def __post_init__(self) -> None:
        for name, least, most in _BOUNDS:
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name}: {getattr(self, name):g} is not between {least:g} and {most:g}")

    @property
    def height(self) -> int:
        return round(self.width * self.ratio)


def cut_portrait(rgb: Colour, mesh: Mesh, settings: PortraitSettings) -> Colour:
    """The portrait. Where it reaches beyond the picture, the picture's edge (the backdrop) is drawn out."""
    right, left = mesh.eyes
    across = left - right
    distance = max(float(np.hypot(*across)), 1.0)
    scale = settings.eye_distance * settings.width / distance
    cos, sin = scale * across / distance
    turn = np.array(((cos, sin), (-sin, cos)))
    place = np.array((settings.width / 2, settings.eye_line * settings.height))
    matrix = np.column_stack((turn, place - turn @ ((right + left) / 2)))
    size = settings.width, settings.height
    if scale >= 0.75:
        return _warped(rgb, matrix, size, cv2.INTER_CUBIC)
    # Much larger pictures: cut at a whole multiple of the size, then averaged down.
    times = min(4, max(2, round(1 / scale)))
    large = _warped(rgb, matrix * times, (size[0] * times, size[1] * times), cv2.INTER_LINEAR)
    return np.asarray(cv2.resize(large, size, interpolation=cv2.INTER_AREA), np.uint8)


def _warped(rgb: Colour, matrix: Points, size: tuple[int, int], how: int) -> Colour:
    return np.asarray(cv2.warpAffine(rgb, matrix, size, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8)
