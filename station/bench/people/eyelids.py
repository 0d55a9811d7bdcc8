"""Lids, lashes and eye corners around a generated eye.

The opening is no mirror image of itself: towards the nose it runs out into the narrow corner of the tear duct and has
few lashes, towards the temple it is rounder, hangs a little, and the lashes are longest and sweep outwards.
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float32]
Mask = NDArray[np.bool_]

TEMPLE: Final = 2.25
"""Half-width of the opening towards the temple, in iris radii."""
NOSE: Final = 2.0
DUCT: Final = 0.55
"""Length of the tear duct's corner beyond it."""


class Aperture(msgspec.Struct, frozen=True):
    """The opening of the lids around an iris."""

    x: float
    y: float
    iris: float
    upper: float
    lower: float
    right: bool

    def along(self, columns: Real) -> Real:
        """-1 at the temple's corner, 1 at the nose's."""
        towards = (columns - self.x) * (1 if self.right else -1) / self.iris
        return np.asarray(np.where(towards > 0, towards / NOSE, towards / TEMPLE), np.float32)

    def edges(self, columns: Real) -> tuple[Real, Real]:
        """Rows of the upper and the lower lid's edge in each column."""
        u = self.along(columns)
        bow = np.clip(1 - np.abs(u) ** 2, -1.5, 1)
        # The corner by the nose lies lower than the one by the temple.
        tilt = 0.10 * self.iris * u
        duct = 0.07 * self.iris * ((u > 0.9) & (u < 1 + DUCT / NOSE))
        upper = self.y - self.iris * self.upper * bow + 0.30 * self.iris * (1 - bow) + tilt - duct
        lower = self.y + self.iris * self.lower * bow + 0.22 * self.iris * (1 - bow) + tilt + duct
        return np.asarray(upper, np.float32), np.asarray(lower, np.float32)


def lids(page: Real, aperture: Aperture, tone: float, rng: np.random.Generator) -> tuple[Real, Mask]:
    """Skin over what the lids cover; also where that is."""
    columns = np.arange(page.shape[1], dtype=np.float32)[None, :]
    rows = np.arange(page.shape[0], dtype=np.float32)[:, None]
    upper, lower = aperture.edges(columns)
    unit = aperture.iris / 120
    skin = (
        tone
        + 9 * _field(rng, page.shape, 60 * unit)
        + 5 * _field(rng, page.shape, 22 * unit)
        + 3 * _field(rng, page.shape, 5 * unit)
    )
    shade = 1 - 0.22 * np.exp(-np.abs(rows - upper) / (16 * unit)) - 0.12 * np.exp(-np.abs(rows - lower) / (12 * unit))
    crease = 1 - 0.25 * np.exp(-(((rows - upper + 0.35 * aperture.iris) / (5 * unit)) ** 2))
    above = np.clip(0.5 + (upper - rows) / (4 * unit), 0, 1)
    below = np.clip(0.5 + (rows - lower) / (4 * unit), 0, 1)
    mask = np.maximum(above, below)
    covered = np.asarray(mask > 0.5)
    return np.asarray(page + (skin * shade * crease - page) * mask, np.float32), covered


def lashes(page: Real, aperture: Aperture, length: float, fall: float, rng: np.random.Generator) -> tuple[Real, Mask]:
    """Dark hairs on both lids; also where they are. `fall` from 0 (rising) to 1 (hanging)."""
    drawn = np.zeros(page.shape, np.float32)
    unit = aperture.iris / 120
    sign = 1 if aperture.right else -1
    for upper in (True, False):
        for u in np.linspace(-0.97, 0.78, 52 if upper else 26) + rng.normal(0, 0.015, 52 if upper else 26):
            x = aperture.x + sign * u * aperture.iris * (NOSE if u > 0 else TEMPLE)
            edges = aperture.edges(np.array([x], np.float32))
            y = float(edges[0 if upper else 1][0])
            long = length * (1.15 - 0.5 * u) * (1.0 if upper else 0.45)
            rise = (fall - 0.9 * (1 - fall)) if upper else 0.8
            tip_x = x + sign * (u - 0.25) * 0.9 * long + rng.normal(0, 4 * unit)
            tip_y = y + rise * long + rng.normal(0, 4 * unit)
            bend = (0.5 * (x + tip_x) + rng.normal(0, 2 * unit), 0.5 * (y + tip_y) + 0.15 * long * (1 if upper else -1))
            path = np.array([(x, y), bend, (tip_x, tip_y)])
            cv2.polylines(
                drawn, [np.round(path * 16).astype(np.int32)], False, 0.85, max(1, round(2 * unit)), cv2.LINE_AA, 4
            )
    soft = np.asarray(cv2.GaussianBlur(drawn, (0, 0), 0.7), np.float32)
    return np.asarray(page + (40 - page) * soft, np.float32), np.asarray(soft > 0.4)


def _field(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Real:
    small = rng.normal(0, 1, (int(shape[0] / scale * 2) + 3, int(shape[1] / scale * 2) + 3)).astype(np.float32)
    field = np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray((field - field.mean()) / (field.std() + 1e-6), np.float32)
