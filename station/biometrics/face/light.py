"""Light on the face, measured between brows and chin: what hair and scarf leave free."""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np

from station.biometrics.face.aligned import CENTRE_X, EYE_DISTANCE, EYES_Y, FEATURES, LINEAR, MOUTH_Y, Aligned, Grey

DARKEST: Final = 25
BRIGHTEST: Final = 247
"""Luminance up to which a pixel is under-exposed, from which it is over-exposed (ISO/IEC 29794-5)."""
# The square below each eye that ISO/IEC 29794-5 compares: a third of the eyes' distance wide, half way to the mouth.
_ZONE: Final = int(0.3 * EYE_DISTANCE)
_ZONE_ROWS: Final = np.s_[(EYES_Y + MOUTH_Y) // 2 : (EYES_Y + MOUTH_Y) // 2 + _ZONE]
_RIGHT: Final = (_ZONE_ROWS, np.s_[CENTRE_X - 40 - _ZONE : CENTRE_X - 40])
_LEFT: Final = (_ZONE_ROWS, np.s_[CENTRE_X + 40 : CENTRE_X + 40 + _ZONE])


def _beside(near: int, far: int) -> tuple[slice, slice]:
    """Columns as far to either side of the face's middle."""
    return slice(CENTRE_X - far, CENTRE_X - near), slice(CENTRE_X + near + 1, CENTRE_X + far + 1)


# Skin above the nose's tip (under each eye; between the brows) and below it (beside the nose's wings; the chin). Of two
# places the brighter one counts, so that a fringe, a rim of glasses or a beard is no shadow.
_UNDER_EYES: Final = tuple((np.s_[EYES_Y + 17 : EYES_Y + 29], columns) for columns in _beside(26, 58))
_BETWEEN_BROWS: Final = ((np.s_[EYES_Y - 30 : EYES_Y - 6], np.s_[CENTRE_X - 9 : CENTRE_X + 10]),)
_BESIDE_NOSE: Final = tuple((np.s_[MOUTH_Y - 44 : MOUTH_Y - 22], columns) for columns in _beside(27, 52))
_CHIN: Final = ((np.s_[MOUTH_Y + 23 : MOUTH_Y + 43], np.s_[CENTRE_X - 20 : CENTRE_X + 21]),)


class FaceLight(msgspec.Struct, frozen=True):
    """Native values; names as in ISO/IEC 29794-5 where it has the measure."""

    grey: float
    """Mean grey of the skin, 0 to 255, as a picture shows it."""
    highlights: float
    """Grey that one hundredth of eyes, nose and mouth exceed: bright in good light whatever the skin."""
    shadows: float
    """Grey that one hundredth of them stays under: pupils, nostrils and lashes are dark whatever the skin."""
    luminance_mean: float
    luminance_variance: float
    under_exposed: float
    over_exposed: float
    dynamic_range: float
    """Entropy of the luminance in bits."""
    uniformity: float
    """How far the luminance histograms of both cheeks overlap, 0 to 1."""
    side_light: float
    """The brighter cheek over the darker one, in linear light: 1 is even."""
    vertical_light: float
    """Upper over lower face, or the other way where that is brighter."""
    natural_colour: float
    """Distance of the cheeks' colour from that of skin, in CIELAB."""


def measure_light(face: Aligned) -> FaceLight:
    """All of it, on the aligned face."""
    skin = face.luminance[face.skin]
    shares = _shares(skin)
    levels = np.arange(256) / 255
    mean = float(shares @ levels)
    present = shares[shares > 0]
    right, left = face.luminance[_RIGHT], face.luminance[_LEFT]
    cheeks = sorted((float(right.mean()) + 1.0, float(left.mean()) + 1.0))
    darkest, brightest = np.percentile(face.grey[FEATURES], (1, 99))
    return FaceLight(
        grey=float(face.grey[face.skin].mean()) if skin.size else 0.0,
        highlights=float(brightest),
        shadows=float(darkest),
        luminance_mean=mean,
        luminance_variance=float(shares @ (levels - mean) ** 2),
        under_exposed=float(shares[: DARKEST + 1].sum()),
        over_exposed=float(shares[BRIGHTEST:].sum()),
        dynamic_range=float(-(present * np.log2(present)).sum()),
        uniformity=float(np.minimum(_shares(right), _shares(left)).sum()),
        side_light=cheeks[1] / cheeks[0],
        vertical_light=_vertical_light(face.luminance),
        natural_colour=_unnatural(face),
    )


def _vertical_light(luminance: Grey) -> float:
    upper = max(_middle(luminance, _UNDER_EYES), _middle(luminance, _BETWEEN_BROWS))
    lower = max(_middle(luminance, _BESIDE_NOSE), _middle(luminance, _CHIN))
    return max(upper / lower, lower / upper)


def _middle(luminance: Grey, places: tuple[tuple[slice, slice], ...]) -> float:
    """The median of some places; one more than it is, so that black divides."""
    return float(np.median(np.concatenate([luminance[place].ravel() for place in places]))) + 1.0


def _shares(values: Grey) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The histogram, as shares."""
    return np.bincount(values.ravel(), minlength=256) / max(values.size, 1)


def _unnatural(face: Aligned) -> float:
    """ISO/IEC 29794-5's natural colour: a* within 5 to 25 and b* within 5 to 35 are skin; grey is none."""
    means = np.concatenate([face.rgb[zone].reshape(-1, 3) for zone in (_RIGHT, _LEFT)]).mean(0)
    if float(np.ptp(means)) == 0:
        return 100.0
    linear = np.interp(means, np.arange(256), LINEAR)
    to_xyz = np.array(((0.43605, 0.38508, 0.14309), (0.22249, 0.71689, 0.06062), (0.01393, 0.09710, 0.71419)))
    xyz = to_xyz @ linear / (0.964221, 1.0, 0.825211)
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    a, b = 500 * (x - y), 200 * (y - z)
    if a < 0 or b < 0:
        return 100.0
    return float(np.hypot(max(0, 5 - a, a - 25), max(0, 5 - b, b - 35)))
