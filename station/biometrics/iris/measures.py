"""The measures of ISO/IEC 29794-6:2015 for one eye, on the standard's scales.

Formulas and recommended values as MITRE's BIQT-Iris publishes them (README and feature list); where its code and the
standard's text differ (the ring of iris beside the pupil), the text is followed. Circularity has the standard's Fourier
form, but radii in per cent of their mean, so that it does not depend on resolution. Lids, lashes and glints are left
out of every median.
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.iris.boundaries import Circles, edge
from station.biometrics.iris.ellipses import ANGLES
from station.biometrics.iris.lids import SIDE, Cover, Square

Grey = NDArray[np.uint8]
Real = NDArray[np.float32]
Mask = NDArray[np.bool_]

KERNEL: Final = np.array(
    [
        [0, 1, 1, 2, 2, 2, 1, 1, 0],
        [1, 2, 4, 5, 5, 5, 4, 2, 1],
        [1, 4, 5, 3, 0, 3, 5, 4, 1],
        [2, 5, 3, -12, -24, -12, 3, 5, 2],
        [2, 5, 0, -24, -40, -24, 0, 5, 2],
        [2, 5, 3, -12, -24, -12, 3, 5, 2],
        [1, 4, 5, 3, 0, 3, 5, 4, 1],
        [1, 2, 4, 5, 5, 5, 4, 2, 1],
        [0, 1, 1, 2, 2, 2, 1, 1, 0],
    ],
    np.float32,
)
"""The standard's band-pass filter for sharpness (6.2.10)."""
HALF_POWER: Final = 180_000.0
"""Power of the filtered picture that scores 50 (6.2.10)."""
USUAL_RADIUS: Final = 160.0
"""Larger irises are brought down to it before sharpness: pixels finer than the optics would always look blurred."""
MASKED: Final = 0.15
"""A single grey level on more of the picture than this is paint (masked lids, an empty border), no measurement."""
HARMONICS: Final = 16


class Figures(msgspec.Struct, frozen=True):
    """The standard's measures, by its own names."""

    usable_area: float
    sclera_contrast: float
    pupil_contrast: float
    circularity: float
    grey_utilisation: float
    pupil_ratio: float
    concentricity: float
    margin: float
    sharpness: float


def measure(image: Grey, circles: Circles, eye: Square, cover: Cover) -> Figures:
    """All measures of one eye."""
    rows, columns = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    from_iris, from_pupil = eye.iris.share(columns, rows), eye.pupil.share(columns, rows)
    smooth = np.asarray(cv2.GaussianBlur(eye.grey, (0, 0), 1.0), np.float32)
    free = eye.inside & ~cover.upper & ~cover.lower & ~cover.lashes
    # Beyond the limbus the lids are not known; at the sides there is sclera, if anywhere.
    beside = np.abs(rows - eye.iris.y) < 0.6 * np.abs(columns - eye.iris.x)
    middle_ring = (1 + eye.pupil.radius / eye.iris.radius) / 2
    iris = _median(smooth, (from_iris > middle_ring) & (from_iris < 0.9) & free & ~cover.glints)
    by_pupil = _median(smooth, (from_pupil > 1.1) & (from_pupil < 1.2) & free & ~cover.glints)
    within = (from_pupil < 0.8) & eye.inside
    # A ring of lamps may mirror in most of a small pupil.
    pupil = _median(smooth, within & (smooth < by_pupil)) or _median(smooth, within)
    sclera = _median(smooth, (from_iris > 1.1) & (from_iris < 1.2) & beside & eye.inside)
    weber = max(by_pupil - pupil, 0.0) / (20 + pupil)
    span = sclera + iris - 2 * pupil
    apart = np.hypot(circles.pupil.x - circles.iris.x, circles.pupil.y - circles.iris.y) / circles.iris.radius
    return Figures(
        usable_area=cover.share(cover.visible),
        sclera_contrast=100 * min(max(sclera - iris, 0.0) / span, 1.0) if span > 0 else 0.0,
        pupil_contrast=100 * weber / (0.75 + weber),
        circularity=_circularity(image, circles),
        grey_utilisation=_utilisation(image),
        pupil_ratio=100 * circles.pupil.radius / circles.iris.radius,
        concentricity=100 * max(0.0, 1 - float(apart)),
        margin=_margin(image, circles),
        sharpness=_sharpness(image, circles),
    )


def _median(smooth: Real, where: Mask) -> float:
    return float(np.median(smooth[where])) if where.any() else 0.0


def _circularity(image: Grey, circles: Circles) -> float:
    """100 less the power of the harmonics of the pupil's radius; a glint on the edge is no dent."""
    pupil = circles.pupil
    radii = np.arange(0.8 * pupil.radius, 1.2 * pupil.radius, max(0.5, pupil.radius / 100), dtype=np.float32)
    smooth = np.asarray(cv2.GaussianBlur(image, (0, 0), max(1.0, pupil.radius / 40)), np.float32)
    rises = edge(smooth, pupil.x, pupil.y, radii, ANGLES, half=max(1.5, pupil.radius / 25))
    found = radii[rises.argmax(axis=0)]
    usual = np.array([np.median(np.roll(found, shift)[:9]) for shift in range(4, 4 - found.size, -1)])
    per_cent = 100 * usual / max(float(usual.mean()), 1.0)
    power = np.abs(np.fft.rfft(per_cent) / per_cent.size) ** 2
    return float(max(0.0, 100 - 2 * power[1 : HARMONICS + 1].sum()))


def _utilisation(image: Grey) -> float:
    """Entropy of the grey levels in bits; levels that are paint are left out."""
    counts = np.bincount(image.ravel(), minlength=256).astype(np.float64)
    counts[counts > MASKED * image.size] = 0
    if not counts.sum():
        return 0.0
    shares = counts[counts > 0] / counts.sum()
    return float(-np.sum(shares * np.log2(shares)))


def _margin(image: Grey, circles: Circles) -> float:
    """100 where the iris keeps 0.6 radii from the sides and 0.2 from top and bottom, less where it does not."""
    height, width = image.shape
    x, y, radius = circles.iris.x, circles.iris.y, circles.iris.radius
    across = min(x - radius, width - x - radius) / (0.6 * radius)
    down = min(y - radius, height - y - radius) / (0.2 * radius)
    return 100 * float(min(max(min(across, down), 0.0), 1.0))


def _sharpness(image: Grey, circles: Circles) -> float:
    """The standard's filter over the square around the iris, at every fourth pixel."""
    iris = circles.iris
    half = 1.25 * iris.radius
    top, left = max(0, round(iris.y - half)), max(0, round(iris.x - half))
    part = image[top : round(iris.y + half), left : round(iris.x + half)]
    zoom = min(1.0, USUAL_RADIUS / iris.radius)
    if zoom < 1:
        part = np.asarray(cv2.resize(part, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA))
    filtered = np.asarray(cv2.filter2D(part.astype(np.float32), cv2.CV_32F, KERNEL))[4:-4:4, 4:-4:4]
    if not filtered.size:
        return 0.0
    power = float((filtered.astype(np.float64) ** 2).sum()) / part.size
    return 100 * power**2 / (power**2 + HALF_POWER**2)
