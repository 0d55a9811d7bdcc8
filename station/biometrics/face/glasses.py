"""What hides the eyes: glasses that mirror a lamp or are dark, a patch, a plaster or hair over one of them;
and the mask that hides the mouth.

A mirrored lamp is spots over the eyes and next to them that are brighter than the skin elsewhere. In a bright picture
the skin is as bright: that is for the measure of over-exposure. A catch-light in the eye covers less than 0.6 % of this
area, the reflection of a lamp or a window on a lens several.
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.face.aligned import CENTRE_X, EYES_Y, HEIGHT, WIDTH, Aligned

BRIGHT: Final = 238
"""Grey from which a pixel is a reflection: the white of an eye stays under 220."""
BRIGHTEST: Final = 254
"""No reflection is asked to be brighter: the sensor goes no further."""
ABOVE_LENS: Final = 40
"""Grey by which it stands out from the middle of the lens."""
ABOVE_SKIN: Final = 12
"""And from the brightest twentieth of the skin elsewhere. Measured: of eighty portraits without glare, made brighter by
a tenth to three tenths, none reads as glasses; without this 15 to 52 did."""
PANE: Final = 0.5
"""Brightness over that of the skin from which it is no dark pane. Measured: painted panes up to 0.13; the bright tenth
of an eye 0.4 to 1.2, in the deepest side light 0.26."""
NOISE: Final = 0.05
"""Added to both eyes' contrasts before they are compared: behind two dark panes there is as little in either."""
GRAIN: Final = 0.1
"""Grey added to both eyes' fine detail before it is compared."""
_EYES: Final = (CENTRE_X - 41, CENTRE_X + 41)
_ROWS: Final = np.s_[EYES_Y - 22 : EYES_Y + 29]
_LENSES: Final = tuple((_ROWS, np.s_[x - 31 : x + 32]) for x in _EYES)
"""Around each eye; the bridge of the nose between them shines by itself."""
_OPENINGS: Final = tuple((np.s_[EYES_Y - 7 : EYES_Y + 8], np.s_[x - 17 : x + 18]) for x in _EYES)
"""Lashes, white and iris of each eye."""
_BAND: Final = np.s_[EYES_Y - 16 : EYES_Y + 17, :]
_IN_BAND: Final = tuple(np.s_[8:25, x - 17 : x + 18] for x in _EYES)
"""The same, a little higher, in a strip across the face."""


def measure_glare(face: Aligned) -> float:
    """Share of the area around both eyes that mirrors a light, less the share of other skin that is as bright.

    What lies beyond the face's outline does not count.
    """
    lenses, elsewhere = face.grey[_LENS & face.skin], face.grey[~_LENS & face.skin]
    if not lenses.size or not elsewhere.size:
        return 0.0
    wanted = max(float(np.median(lenses)) + ABOVE_LENS, float(np.percentile(elsewhere, 95)) + ABOVE_SKIN)
    limit = max(BRIGHT, min(wanted, BRIGHTEST))
    return max(0.0, float((lenses >= limit).mean() - (elsewhere >= limit).mean()))


class EyesSeen(msgspec.Struct, frozen=True):
    """How much there is to see of both eyes."""

    contrast: float
    """What tells the plainer eye from a dark pane, over the grey of the skin. That is its range of grey: an eye has
    white, iris and lashes. A shut lid has none of it, but is bright: there the brightness counts."""
    balance: float
    """The plainer eye's range over the clearer one's, or its fine detail's where that differs more; 1 where both are
    alike. What covers one eye, dark or bright, and a smear on the lens, leave the other as it was."""


def measure_eyes(face: Aligned) -> EyesSeen:
    """Both eyes. Over the skin's own grey, so that neither its colour nor the light matters; ten is added against
    division by black.
    """
    if not face.skin.any():
        return EyesSeen(0.0, 1.0)
    skin = float(np.median(face.grey[face.skin])) + 10
    eyes = [np.percentile(face.grey[opening], (10, 90)) / skin for opening in _OPENINGS]
    plainer, clearer = sorted(float(bright - dark) for dark, bright in eyes)
    return EyesSeen(
        contrast=min(float(bright if bright >= PANE else bright - dark) for dark, bright in eyes),
        balance=min((plainer + NOISE) / (clearer + NOISE), _alike(face)),
    )


def _alike(face: Aligned) -> float:
    """Finest detail in the softer eye over that in the sharper one."""
    band = face.grey[_BAND].astype(np.float32)
    fine = np.abs(cv2.GaussianBlur(band, (0, 0), 0.8) - cv2.GaussianBlur(band, (0, 0), 1.6))
    softer, sharper = sorted(float(fine[opening].mean()) for opening in _IN_BAND)
    return (softer + GRAIN) / (sharper + GRAIN)


def _lens() -> NDArray[np.bool_]:
    mask = np.zeros((HEIGHT, WIDTH), np.bool_)
    for lens in _LENSES:
        mask[lens] = True
    return mask


_LENS: Final = _lens()
