"""What the camera sees when a generated person stands before it: 1280x720 RGB frames.

The scene is drawn once (some 0.4 s); each frame then moves it a little, as a living person does, and adds a
camera's noise, in some 4 ms. Variations are the faults that a photo step must catch.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from station.bench.people.likeness import CALM, Expression, Face, Glasses
from station.bench.people.portrait import draw
from station.bench.people.shapes import CENTRE, UNIT, Colour, Field, Tone
from station.bench.people.turned import turn

WIDTH: Final = 1280
HEIGHT: Final = 720
_SPARE: Final = 96
_MEAN: Final = 8
RED: Final[Tone] = (200, 22, 30)
BLUE: Final[Tone] = (10, 104, 214)
"""Backdrops of the two colours that offices use: red for an odd, blue for an even birth year."""


class View(StrEnum):
    """How the person stands before the camera."""

    GOOD = "good"
    EMPTY = "empty"
    """Nobody: only the backdrop."""
    TWO = "two"
    """Somebody looks over the shoulder."""
    OFF_CENTRE = "off-centre"
    FAR = "far"
    NEAR = "near"
    TILTED = "tilted"
    DARK = "dark"
    BRIGHT = "bright"
    BLURRED = "blurred"
    MOVING = "moving"
    EYES_SHUT = "eyes-shut"
    MOUTH_OPEN = "mouth-open"
    GLASSES = "glasses"
    GLARE = "glare"
    """A lamp mirrors in the glasses."""
    SIDE_LIGHT = "side-light"
    TURNED_LEFT = "turned-left"
    """To the person's own left."""
    TURNED_RIGHT = "turned-right"
    CHIN_UP = "chin-up"
    CHIN_DOWN = "chin-down"
    PROFILE = "profile"
    CLUTTERED = "cluttered"
    """Before a shelf instead of a backdrop."""


_WORN: Final = {
    View.EYES_SHUT: Expression(eyes=0.0),
    View.MOUTH_OPEN: Expression(mouth=0.25),
    View.GLASSES: Expression(glasses=Glasses.CLEAR),
    View.GLARE: Expression(glasses=Glasses.GLARE),
    View.SIDE_LIGHT: Expression(side_light=0.75),
}
_TURNED: Final = {
    View.TURNED_LEFT: (24.0, 0.0),
    View.TURNED_RIGHT: (-24.0, 0.0),
    View.CHIN_UP: (0.0, -26.0),
    View.CHIN_DOWN: (0.0, 26.0),
    View.PROFILE: (80.0, 0.0),
}


def backdrop_for(birth_year: int) -> Tone:
    """Red for an odd birth year, blue for an even one."""
    return RED if birth_year % 2 else BLUE


def posed(
    face: Face,
    backdrop: Tone | Field,
    *,
    expression: Expression = CALM,
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
) -> Colour:
    """A still without noise: the head turned as ISO/IEC 19794-5 counts, roll towards the right shoulder.

    `backdrop` is one colour, or a whole scene of HEIGHT x WIDTH x 3.
    """
    page = np.empty((HEIGHT, WIDTH, 3), np.float32)
    page[:] = np.asarray(backdrop, np.float32) * _vignette()[..., None]
    _lay(page, _drawn(face, expression, yaw, pitch), 1.2, WIDTH / 2, 345, -roll)
    return np.clip(page, 0, 255).astype(np.uint8)


def frame(face: Face, backdrop: Tone, t: float = 0.0, view: View = View.GOOD) -> Colour:
    """The picture at `t` seconds: HEIGHT x WIDTH RGB. The same arguments always give the same frame."""
    sway = 90.0 if view is View.MOVING else 1.6
    phase = 2 * np.pi * t
    matrix = np.asarray(cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT), 0.25 * np.sin(0.23 * phase), 1.0), np.float64)
    matrix[:, 2] += (sway * np.sin(0.9 * phase + face.seed), 0.8 * np.sin(0.31 * phase + face.seed))
    moved = cv2.warpAffine(_still(face, backdrop, view), matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    rng = np.random.default_rng((face.seed, 0xCA, round(t * 1000)))
    down, right = rng.integers(0, _SPARE, 2)
    grain = _grain()[down : down + HEIGHT, right : right + WIDTH]
    return np.asarray(cv2.subtract(cv2.add(moved, grain), np.full_like(grain, _MEAN)), np.uint8)


@lru_cache(maxsize=8)
def _still(face: Face, backdrop: Tone, view: View) -> Colour:
    """The scene without movement and noise."""
    page = np.empty((HEIGHT, WIDTH, 3), np.float32)
    page[:] = np.asarray(backdrop, np.float32) * _vignette()[..., None]
    if view is View.CLUTTERED:
        _shelve(page, face.seed)
    if view is View.TWO:
        _lay(page, _drawn(face), 0.62, WIDTH / 2 + 330, 330, 3.0)
    if view is not View.EMPTY:
        scale = {View.FAR: 0.45, View.NEAR: 2.4}.get(view, 1.2)
        x = WIDTH / 2 + (330 if view is View.OFF_CENTRE else 0)
        drawn = _drawn(face, _WORN.get(view, CALM), *_TURNED.get(view, (0.0, 0.0)))
        _lay(page, drawn, scale, x, 380 if view is View.NEAR else 345, 17.0 if view is View.TILTED else 0.0)
    if view is View.DARK:
        page *= 0.22
    if view is View.BRIGHT:
        page = page * 1.9 + 40
    if view is View.BLURRED:
        page = np.asarray(cv2.GaussianBlur(page, (0, 0), 5.0), np.float32)
    if view is View.MOVING:
        page = np.asarray(cv2.blur(page, (19, 1)), np.float32)
    return np.clip(page, 0, 255).astype(np.uint8)


@lru_cache(maxsize=1)
def _grain() -> Colour:
    """Sensor noise of deviation 1.6 around _MEAN, a little larger than a frame: each frame takes its own part."""
    rng = np.random.default_rng(0xCA)
    field = rng.standard_normal((HEIGHT + _SPARE, WIDTH + _SPARE, 3), np.float32) * 1.6 + _MEAN
    return np.clip(np.round(field), 0, 2 * _MEAN).astype(np.uint8)


def _shelve(page: Field, seed: int) -> None:
    """Books on shelves, all over the wall."""
    rng = np.random.default_rng((seed, 0x5E))
    for top in range(0, HEIGHT, 120):
        left = 0
        while left < WIDTH:
            wide = int(rng.integers(14, 60))
            page[top : top + 108, left : left + wide] = rng.integers(20, 220, 3)
            left += wide + 2


def _lay(page: Field, drawn: tuple[Colour, Field], scale: float, x: float, y: float, roll: float) -> None:
    """Lay the person on the page with the middle of the face at (x, y)."""
    colour, mask = drawn
    matrix = np.asarray(cv2.getRotationMatrix2D(CENTRE, -roll, scale), np.float64)
    matrix[:, 2] += np.array((x - CENTRE[0], y - CENTRE[1]))
    laid = np.asarray(cv2.warpAffine(colour, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_AREA), np.float32)
    cover = np.asarray(cv2.warpAffine(mask, matrix, (WIDTH, HEIGHT)), np.float32)[..., None]
    page += (laid - page) * cover


@lru_cache(maxsize=8)
def _drawn(face: Face, expression: Expression = CALM, yaw: float = 0.0, pitch: float = 0.0) -> tuple[Colour, Field]:
    """The drawn head, its chest carried on below the canvas so that a raised head does not float."""
    colour, mask = turn(face, *draw(face, expression), yaw, pitch)
    below = int(7 * UNIT)
    colour = np.concatenate([colour, np.repeat(colour[-1:], below, axis=0)])
    mask = np.concatenate([mask, np.repeat(mask[-1:], below, axis=0)])
    return colour, mask


@lru_cache(maxsize=1)
def _vignette() -> Field:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    return np.asarray(1.04 - 0.16 * np.hypot((x - WIDTH / 2) / WIDTH, (y - 300) / HEIGHT) ** 2, np.float32)
