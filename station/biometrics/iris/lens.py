"""Is a contact lens worn? A clear one shows its edge on the sclera, a printed one its raster on the iris.

A suspicion to be told, never by itself a refusal: lenses are common, and a clear one does the recognition little harm.
The edge is a thin line round the limbus, at the same distance on both sides; what an edge, a vein or a lid leaves there
does not keep its distance. A raster repeats around the iris in equal steps, which nature does not.
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.iris.lids import UNIT, Cover, Square

Real = NDArray[np.float32]

NEAREST: Final = 1.07
FARTHEST: Final = 1.235
"""In iris radii. Soft lenses are 13.8 to 14.5 mm wide, irises 11 to 12.5: 1.1 to 1.3 radii."""
EDGE: Final = 6.0
"""Clearness of an edge on the weaker side, in standard errors, from which a lens is suspected."""
RASTER: Final = 12.0
"""Power of the strongest frequency around the iris over that of its neighbours, from which it is a print."""


class LensSigns(msgspec.Struct, frozen=True):
    """How much speaks for a lens."""

    edge: float
    raster: float

    @property
    def suspected(self) -> bool:
        return self.edge >= EDGE or self.raster >= RASTER


def look_for_lens(eye: Square, cover: Cover) -> LensSigns:
    """Both signs, measured in the square around the iris."""
    return LensSigns(_edge(eye), _raster(eye, cover))


def _edge(eye: Square) -> float:
    grey = np.asarray(cv2.GaussianBlur(eye.grey, (0, 0), 0.8), np.float32)
    shares = np.arange(NEAREST, FARTHEST, 0.5 / UNIT, dtype=np.float32)[:, None]
    clear = []
    for middle in (0.0, np.pi):
        angles = (middle + np.deg2rad(np.arange(-24, 25, 1.5)))[None, :].astype(np.float32)
        x = np.asarray(eye.iris.x + eye.iris.radius * shares * np.cos(angles), np.float32)
        y = np.asarray(eye.iris.y + eye.iris.radius * shares * np.sin(angles), np.float32)
        band = np.asarray(cv2.remap(grey, x, y, cv2.INTER_LINEAR))
        # A line is darker or brighter than both its sides.
        lines = band - 0.5 * (np.roll(band, 6, axis=0) + np.roll(band, -6, axis=0))
        lines = np.clip(lines[6:-6], -25, 25)
        # Neighbouring angles are not independent: every third one counts.
        error = lines.std(axis=1) / np.sqrt(lines.shape[1] / 3) + 0.35
        clear.append(np.abs(lines.mean(axis=1)) / error)
    left, right = (np.asarray(cv2.dilate(part.astype(np.float32)[:, None], np.ones((5, 1)))).ravel() for part in clear)
    return float(np.minimum(left, right).max()) if left.size else 0.0


def _raster(eye: Square, cover: Cover) -> float:
    angles = np.linspace(0, 2 * np.pi, 512, endpoint=False).astype(np.float32)[None, :]
    shares = np.linspace(0.6, 0.94, 24, dtype=np.float32)[:, None]
    x = np.asarray(eye.iris.x + eye.iris.radius * shares * np.cos(angles), np.float32)
    y = np.asarray(eye.iris.y + eye.iris.radius * shares * np.sin(angles), np.float32)
    band = np.asarray(cv2.remap(eye.grey.astype(np.float32), x, y, cv2.INTER_LINEAR))
    hidden = np.asarray(cv2.remap(cover.hidden.astype(np.uint8), x, y, cv2.INTER_NEAREST)) > 0
    slow = np.asarray(cv2.blur(np.concatenate([band, band, band], axis=1), (41, 1)))[:, 512:1024]
    fine = np.where(hidden, 0, np.clip(band - slow, -40, 40))
    power = (np.abs(np.fft.rfft(fine, axis=1)) ** 2).mean(axis=0)[:180]
    around = np.array([np.median(power[max(0, k - 14) : k + 15]) for k in range(power.size)])
    return float((power[24:] / (around[24:] + 1e-6)).max())
