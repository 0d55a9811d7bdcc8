"""Eyes in near infrared that belong to nobody, 640x480 grey, with known circles.

A texture of radial fibres, a ring around the pupil and dark pits is grown in polar coordinates from the
seed, so the same eye has the same iris in every picture; pupil size, gaze, lids and noise change.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

WIDTH: Final = 640
HEIGHT: Final = 480


class Gaze(StrEnum):
    """How the eye is held before the scanner."""

    GOOD = "good"
    HALF_SHUT = "half-shut"
    SHUT = "shut"
    BLURRED = "blurred"
    ASIDE = "aside"
    """The iris is cut by the picture's edge."""


class Eye(msgspec.Struct, frozen=True):
    """One picture with the truth about it: circles in pixels."""

    image: Grey
    x: float
    y: float
    pupil: float
    iris: float


def eye(seed: int, number: int = 0, gaze: Gaze = Gaze.GOOD) -> Eye:
    """The `number`-th picture of an eye."""
    own = np.random.default_rng((seed, 0x1E))
    rng = np.random.default_rng((seed, 0x1F, number, list(Gaze).index(gaze)))
    iris = float(own.uniform(112, 128))
    pupil = iris * float(rng.uniform(0.34, 0.46))
    x = WIDTH / 2 + rng.uniform(-14, 14) + (235 if gaze is Gaze.ASIDE else 0)
    y = HEIGHT / 2 + rng.uniform(-8, 8)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    radius, angle = np.hypot(columns - x, rows - y), np.arctan2(rows - y, columns - x)

    page = 176 - 26 * (np.abs(columns - x) / 320) ** 2 + 4 * _noise(rng, (HEIGHT, WIDTH), 50)
    share = np.clip((radius - pupil) / (iris - pupil), 0, 1)
    texture = _texture(own)
    fibres = cv2.remap(
        texture,
        np.asarray((angle + np.pi) / (2 * np.pi) * (texture.shape[1] - 1), np.float32),
        np.asarray(share * (texture.shape[0] - 1), np.float32),
        cv2.INTER_LINEAR,
    )
    tone = 104 + 17 * np.asarray(fibres) + 10 * np.exp(-(((share - 0.28) / 0.1) ** 2)) - 14 * share**6
    page = _over(page, tone, _inside(radius, iris, 5.0))
    page = _over(page, np.full_like(page, 22), _inside(radius, pupil, 2.5))
    for dx in (-0.35, 0.30):
        glint = np.hypot(columns - x - dx * pupil, rows - y + 0.25 * pupil)
        page = _over(page, np.full_like(page, 252), _inside(glint, 7.0, 3.0))

    shut = {Gaze.SHUT: 1.0, Gaze.HALF_SHUT: 0.62}.get(gaze, 0.0)
    page = _lids(page, (x, y, iris), shut, rng, columns, rows)
    if gaze is Gaze.BLURRED:
        page = np.asarray(cv2.GaussianBlur(page, (0, 0), 6.0))
    page = cv2.GaussianBlur(page, (0, 0), 0.8) + rng.normal(0, 1.8, page.shape)
    return Eye(np.clip(page, 0, 255).astype(np.uint8), float(x), float(y), pupil, iris)


def _noise(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> NDArray[np.float32]:
    small = rng.normal(0, 1, (int(shape[0] / scale * 2) + 3, int(shape[1] / scale * 2) + 3)).astype(np.float32)
    field = np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray((field - field.mean()) / (field.std() + 1e-6), np.float32)


def _texture(rng: np.random.Generator) -> NDArray[np.float32]:
    """Fibres in polar coordinates: rows from pupil to limbus, columns around; the ends meet."""
    field = np.zeros((96, 1024), np.float32)
    for down, along, weight in ((40, 3, 0.7), (24, 7, 0.8), (9, 9, 0.5), (30, 40, 0.6)):
        grain = rng.normal(0, 1, field.shape).astype(np.float32)
        wide = np.concatenate([grain, grain, grain], axis=1)
        smooth = np.asarray(cv2.GaussianBlur(wide, (0, 0), sigmaX=along, sigmaY=down / 2))[:, 1024:2048]
        field += weight * smooth / (smooth.std() + 1e-6)
    for _ in range(14):
        at = rng.integers((30, 10), (80, 1014))
        cv2.ellipse(field, (int(at[1]), int(at[0])), (9, 7), 0, 0, 360, -2.2, -1)
    return np.asarray(cv2.GaussianBlur(field, (0, 0), 1.0), np.float32)


def _inside(radius: NDArray[np.float32], size: float, soft: float) -> NDArray[np.float32]:
    return np.asarray(np.clip(0.5 - (radius - size) / soft, 0, 1), np.float32)


def _over(page: NDArray[np.float32], ink: NDArray[np.float32], mask: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(page + (ink - page) * mask, np.float32)


def _lids(
    page: NDArray[np.float32],
    circle: tuple[float, float, float],
    shut: float,
    rng: np.random.Generator,
    columns: NDArray[np.float32],
    rows: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Lids with lashes; `shut` from 0 (just over the limbus) to 1 (closed)."""
    x, y, iris = circle
    across = (columns - x) / (2.15 * iris)
    curve = np.clip(1 - across**2, -1.5, 1)
    upper = y - iris * (1.02 * (1 - shut) - 0.25 * shut) * curve + 0.30 * iris * (1 - curve)
    lower = y + iris * (1.12 - 0.80 * shut) * curve
    skin = np.asarray(158 + 5 * _noise(rng, page.shape[:2], 22) + 3 * _noise(rng, page.shape[:2], 5), np.float32)
    shade = 1 - 0.22 * np.exp(-np.abs(rows - upper) / 16) - 0.12 * np.exp(-np.abs(rows - lower) / 12)
    above = np.asarray(np.clip(0.5 + (upper - rows) / 4, 0, 1), np.float32)
    below = np.asarray(np.clip(0.5 + (rows - lower) / 4, 0, 1), np.float32)
    page = _over(page, np.asarray(skin * shade, np.float32), np.maximum(above, below))
    lashes = np.zeros(page.shape[:2], np.float32)
    for start in np.linspace(-0.92, 0.92, 46) + rng.normal(0, 0.015, 46):
        root_x = x + start * 2.15 * iris
        lift = 1 - start**2
        root_y = y - iris * (1.02 * (1 - shut) - 0.25 * shut) * lift + 0.30 * iris * start**2
        # Lashes rise from an open lid and hang from a shut one.
        tip = (root_x + start * 34 + rng.normal(0, 4), root_y + (24 * shut - 30 * (1 - shut)) + rng.normal(0, 4))
        cv2.line(lashes, (round(root_x), round(root_y)), (round(tip[0]), round(tip[1])), 0.85, 2, cv2.LINE_AA)
    return _over(page, np.full_like(page, 40), np.asarray(cv2.GaussianBlur(lashes, (0, 0), 0.7), np.float32))
