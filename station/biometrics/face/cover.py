"""What covers mouth and nose: a mask without a pattern by its plainness, a printed one by its colours.

Skin of one face has one hue and saturation in light and shade. A mask lies over the nose's wings, mouth, chin and the
cheeks beside it, so all of them differ from the skin under the eyes and between the brows; a beard leaves the nose, a
hand or a shine leaves more. At least two of six places must therefore be like skin.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from station.biometrics.face.aligned import CENTRE_X, EYES_Y, MOUTH_Y, Aligned

_MOUTH: Final = np.s_[MOUTH_Y - 14 : MOUTH_Y + 15, CENTRE_X - 30 : CENTRE_X + 31]
_Place = tuple[int, int, int, int]
_FREE: Final[tuple[_Place, ...]] = (
    (EYES_Y - 30, EYES_Y - 6, -10, 10),
    (EYES_Y + 16, EYES_Y + 28, -58, -26),
    (EYES_Y + 16, EYES_Y + 28, 26, 58),
)
"""Between the brows and under each eye: rows from and to, columns from the middle."""
_COVERED: Final[tuple[_Place, ...]] = (
    (MOUTH_Y - 42, MOUTH_Y - 20, -56, -28),
    (MOUTH_Y - 42, MOUTH_Y - 20, 28, 56),
    (MOUTH_Y - 44, MOUTH_Y - 28, -14, 14),
    (MOUTH_Y + 24, MOUTH_Y + 42, -20, 20),
    (MOUTH_Y - 8, MOUTH_Y + 8, -62, -44),
    (MOUTH_Y - 8, MOUTH_Y + 8, 44, 62),
)
"""Beside the nose's wings, its tip, the chin, beside the mouth."""
_LIGHT: Final = 0.2
"""How much a difference counts that light alone makes: a shadow, a shine on dark skin."""
_BRIGHTENED: Final = 3.0
"""The most by which a dark place's colour is brought to the light of the skin."""
_BLACK: Final = 16.0
"""CIELAB's colours shrink with the light towards L* = -16."""


def measure_mouth(face: Aligned) -> float:
    """Range of grey at the mouth over the grey of the skin: lips and the line between them, which no mask shows."""
    if not face.skin.any():
        return 0.0
    dark, bright = np.percentile(face.grey[_MOUTH], (5, 95))
    return float(bright - dark) / (float(np.median(face.grey[face.skin])) + 10)


def measure_cover(face: Aligned) -> float:
    """Distance in CIELAB of the lower face's second likest place from the colour of the skin, in the same light."""
    lab = _colours(face, (*_FREE, *_COVERED))
    lab[:, 0] += _BLACK
    skin = np.median(lab[: len(_FREE)], axis=0)
    light = float(np.linalg.norm(skin))
    way = skin / max(light, 1.0)
    below = lab[len(_FREE) :]
    along = below @ way
    across = np.linalg.norm(below - along[:, None] * way, axis=1)
    across *= np.clip(light / np.maximum(along, 5.0), 0.0, _BRIGHTENED)
    return float(np.sort(np.hypot(_LIGHT * (along - light), across))[1])


def _colours(face: Aligned, places: tuple[_Place, ...]) -> NDArray[np.float64]:
    """The middle colour of each place, in CIELAB."""
    middles = [
        np.median(face.rgb[top:bottom, CENTRE_X + left : CENTRE_X + right : 2].reshape(-1, 3), axis=0)
        for top, bottom, left, right in places
    ]
    lab = cv2.cvtColor(np.asarray([middles], np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.asarray(lab[0], np.float64)
