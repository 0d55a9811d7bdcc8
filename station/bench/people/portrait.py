"""Draws the head and shoulders of somebody who does not exist.

A face is a height field (skull, nose, brows, lips, chin as smooth hills) lit by a soft lamp, with skin,
eyes, brows and lips painted on it. That is enough for YuNet to see one face with five good points, and
for the eye to see a student; it is nobody's picture. Lengths are in units of half a face's width,
x to the right, y downwards, the origin between the cheekbones.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

Colour = NDArray[np.uint8]
Field = NDArray[np.float32]
Mask = NDArray[np.floating[Any]]
Tone = tuple[int, int, int]
Paint = Tone | Mask

SIZE: Final = 720
"""Pixels of the square canvas."""
UNIT: Final = 122.0
"""Pixels of one unit on the canvas: a head of some 245 px, eyes some 108 px apart."""
CENTRE: Final = (360.0, 322.0)


class Head(StrEnum):
    """What is on the head."""

    SHORT_HAIR = "short-hair"
    LONG_HAIR = "long-hair"
    HEAD_SCARF = "head-scarf"


class Face(msgspec.Struct, frozen=True):
    """The shape and colours of one face. The same values always give the same picture."""

    seed: int
    head: Head
    skin: Tone
    hair: Tone
    cloth: Tone
    """Colour of the head scarf."""
    width: float
    jaw: float
    eye_gap: float
    """Half the distance between the eye centres."""
    eye_size: float
    eye_slant: float
    brow: float
    nose_width: float
    nose_length: float
    mouth_width: float
    lips: float
    smile: float


def make_face(seed: int, head: Head) -> Face:
    """Draw the shape of a face from its seed."""
    rng = np.random.default_rng((seed, 0xFA))
    skin = np.array((222, 178, 142)) * rng.uniform(0.72, 1.02) + rng.uniform(-5, 5, 3)
    cloths: tuple[Tone, ...] = ((242, 242, 240), (236, 232, 222), (118, 120, 126))
    return Face(
        seed=seed,
        head=head,
        skin=_tone(skin),
        hair=_tone(np.array((30, 24, 22)) + rng.uniform(-8, 14)),
        cloth=cloths[int(rng.integers(len(cloths)))],
        width=float(rng.uniform(0.93, 1.04)),
        jaw=float(rng.uniform(0.86, 1.0)),
        eye_gap=float(rng.uniform(0.415, 0.455)),
        eye_size=float(rng.uniform(0.185, 0.215)),
        eye_slant=float(rng.uniform(-0.01, 0.10)),
        brow=float(rng.uniform(0.035, 0.06)),
        nose_width=float(rng.uniform(0.17, 0.23)),
        nose_length=float(rng.uniform(0.30, 0.37)),
        mouth_width=float(rng.uniform(0.33, 0.41)),
        lips=float(rng.uniform(0.075, 0.11)),
        smile=float(rng.uniform(0.06, 0.11)),
    )


class Canvas:
    """Layers of paint over nothing; remembers where the person is."""

    def __init__(self) -> None:
        self.colour = np.zeros((SIZE, SIZE, 3), np.float32)
        self.person = np.zeros((SIZE, SIZE), np.float32)

    def paint(self, colour: Paint, mask: Mask, light: Mask | float = 1.0) -> None:
        """Lay `colour` times `light` where `mask` is 1. Costs only the rectangle that the mask covers."""
        cover = np.asarray(mask, np.float32)
        left, top, width, height = cv2.boundingRect((cover > 0.004).view(np.uint8))
        here = np.s_[top : top + height, left : left + width]
        ink = np.asarray(colour, np.float32)
        ink = ink[here] if ink.ndim == 3 else ink
        shade = np.asarray(light, np.float32)
        shade = shade[here][..., None] if shade.ndim == 2 else shade
        part = cover[here][..., None]
        self.colour[here] += (ink * shade - self.colour[here]) * part
        np.maximum(self.person[here], cover[here], out=self.person[here])


def draw(face: Face) -> tuple[Colour, Field]:
    """The picture (SIZE x SIZE RGB) and its mask (1 where the person is, 0 where the background shows)."""
    rng = np.random.default_rng((face.seed, 0xD0))
    rows, columns = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    x, y = (columns - CENTRE[0]) / UNIT, (rows - CENTRE[1]) / UNIT
    canvas = Canvas()
    skin = np.asarray(face.skin, np.float32)
    if face.head is Head.LONG_HAIR:
        canvas.paint(face.hair, _hair_behind(face, x, y), _strands(rng, x, y))
    _dress(face, x, y, canvas)
    if face.head is not Head.HEAD_SCARF:
        for side in (-1, 1):
            ear = _disc((x - side * face.width * 1.0) / 0.13, (y - 0.02) / 0.27, 0.2)
            canvas.paint(skin * 0.86, ear, 1 - 0.25 * _hill(x, y, side * face.width, 0.02, 0.06, 0.15))
    head = _outline(face, x, y)
    if face.head is Head.HEAD_SCARF:
        canvas.paint(np.asarray(face.cloth) * 0.45, _disc(x / (face.width * 1.02), (y - 0.14) / 1.24, 0.05))
    light = _light(_relief(face, x, y))
    grain = 1 + 0.012 * cv2.GaussianBlur(rng.normal(0, 1, x.shape).astype(np.float32), (0, 0), 1.0) * 2
    canvas.paint(_complexion(face, x, y), head, light * grain)
    _features(face, x, y, light, canvas, rng)
    if face.head is Head.HEAD_SCARF:
        _scarf(face, x, y, canvas, rng)
    else:
        canvas.paint(face.hair, _hair_above(face, x, y, rng), _strands(rng, x, y))
    return np.clip(canvas.colour, 0, 255).astype(np.uint8), canvas.person


def _tone(values: NDArray[np.float64]) -> Tone:
    red, green, blue = (int(v) for v in np.clip(values, 0, 255))
    return red, green, blue


def _step(value: Mask, soft: float) -> Field:
    """1 where value is negative, 0 where it is positive, smooth over `soft`."""
    t = np.clip(0.5 - value / soft, 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _disc(u: Mask, v: Mask, soft: float) -> Field:
    return _step(np.hypot(u, v) - 1, soft)


def _hill(x: Mask, y: Mask, at_x: float, at_y: float, wide: float, high: float) -> Field:
    return np.asarray(np.exp(-(((x - at_x) / wide) ** 2) - ((y - at_y) / high) ** 2), np.float32)


def _half_width(face: Face, y: Field) -> Field:
    """Half the face's width at each height: round above, narrowing to the chin below."""
    above = np.sqrt(np.clip(1 - (np.minimum(y, 0) / 1.38) ** 2, 0, 1))
    t = np.clip(y / 1.34, 0, 1)
    below = np.clip(1 - t**2.3, 0, 1) ** 0.62 * (1 - (1 - face.jaw) * np.sin(np.pi * t))
    return np.asarray(face.width * np.where(y < 0, above, below), np.float32)


def _outline(face: Face, x: Field, y: Field) -> Field:
    return np.asarray(_step(np.abs(x) - _half_width(face, y), 0.035) * (y > -1.38) * (y < 1.34), np.float32)


def _relief(face: Face, x: Field, y: Field) -> Field:
    """The face's height field."""
    gap, length = face.eye_gap, face.nose_length
    skull = np.sqrt(np.clip(1.02 - (x / (face.width * 1.04)) ** 2 - (y / 1.46) ** 2, 0.02, None)) * 0.85
    height = skull + 0.17 * _hill(x, y, 0, length - 0.02, face.nose_width * 0.75, 0.16)
    bridge = np.exp(-((x / 0.105) ** 2)) * np.clip((y + 0.35) / (length + 0.35), 0, 1) * _step(y - length, 0.2)
    height = height + 0.15 * bridge
    for side in (-1, 1):
        height = height + 0.07 * _hill(x, y, side * face.nose_width * 0.72, length + 0.03, 0.075, 0.075)
        height = height - 0.085 * _hill(x, y, side * gap, -0.10, 0.24, 0.14)
        height = height + 0.05 * _hill(x, y, side * gap, -0.11, 0.15, 0.09)
        height = height + 0.035 * _hill(x, y, side * gap, -0.36, 0.3, 0.09)
        height = height + 0.05 * _hill(x, y, side * 0.52, 0.30, 0.26, 0.22)
    height = height + 0.055 * _hill(x, y, 0, 0.72, face.mouth_width * 0.85, 0.13)
    height = height - 0.03 * _hill(x, y, 0, 0.90, 0.22, 0.05) + 0.06 * _hill(x, y, 0, 1.10, 0.24, 0.14)
    return np.asarray(height - 0.02 * _hill(x, y, 0, 0.52, 0.05, 0.08), np.float32)


def _light(height: Field) -> Field:
    """Soft studio light from above, a little from the left, with a faint shine."""
    smooth = cv2.GaussianBlur(height, (0, 0), 2.2)
    slope_x = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=UNIT / 8)
    slope_y = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=UNIT / 8)
    length = np.sqrt(np.asarray(slope_x) ** 2 + np.asarray(slope_y) ** 2 + 1)
    lamp = np.array((-0.22, -0.42, 0.88))
    facing = (lamp[2] - lamp[0] * slope_x - lamp[1] * slope_y) / length
    diffuse = np.clip((facing + 0.35) / 1.35, 0, 1)
    return np.asarray(0.42 + 0.66 * diffuse + 0.10 * np.clip(facing, 0, 1) ** 24, np.float32)


def _complexion(face: Face, x: Field, y: Field) -> Field:
    """Skin colour: redder cheeks and nose, darker around the eyes and under the chin."""
    skin = np.broadcast_to(np.asarray(face.skin, np.float32), (*x.shape, 3)).copy()
    warm = 0.5 * sum(_hill(x, y, side * 0.55, 0.36, 0.26, 0.22) for side in (-1, 1)) + 0.5 * _hill(
        x, y, 0, 0.34, 0.2, 0.15
    )
    skin += warm[..., None] * np.array((8, -9, -9), np.float32)
    dark = sum(_hill(x, y, side * face.eye_gap, -0.06, 0.27, 0.15) for side in (-1, 1))
    return np.asarray(skin * (1 - 0.13 * np.asarray(dark)[..., None]), np.float32)


def _features(face: Face, x: Field, y: Field, light: Field, canvas: Canvas, rng: np.random.Generator) -> None:
    for side in (-1.0, 1.0):
        _eye(face, side, x, y, light, canvas)
        across = (x - side * face.eye_gap) * side
        arc = y + 0.315 + 0.07 * np.exp(-((across - 0.06) ** 2) / 0.045) - 0.04 * np.clip(across - 0.1, 0, None)
        thick = face.brow * np.clip(1.05 - 2.2 * np.clip(across + 0.05, 0, None) - 0.5 * (across < -0.2), 0.15, 1)
        hairs = 0.8 + 0.2 * np.sin(across * 170 + arc * 110)
        brow = _step(np.abs(arc) - thick, 0.045) * _step(np.abs(across - 0.02) - 0.28, 0.10) * 0.85 * hairs
        canvas.paint(face.hair, brow, 1.15)
        nostril = _disc((x - side * face.nose_width * 0.48) / 0.062, (y - face.nose_length - 0.075) / 0.03, 0.9)
        canvas.paint(np.asarray(face.skin) * 0.28, nostril * 0.8)
        wing = _hill(x, y, side * face.nose_width * 1.12, face.nose_length + 0.02, 0.022, 0.08)
        canvas.paint(np.asarray(face.skin) * 0.55, wing * 0.45)
        crease = np.exp(-(((np.abs(x) - 0.28 - 0.30 * (y - 0.40)) / 0.02) ** 2)) * _hill(
            x, y, side * 0.36, 0.55, 0.2, 0.14
        )
        canvas.paint(np.asarray(face.skin) * 0.62, np.asarray(crease * 0.22 * (x * side > 0), np.float32))
    canvas.paint(
        np.asarray(face.skin) * 0.6, 0.35 * _hill(x, y, 0, face.nose_length + 0.115, face.nose_width * 0.8, 0.03)
    )
    _mouth(face, x, y, light, canvas)


def _eye(face: Face, side: float, x: Field, y: Field, light: Field, canvas: Canvas) -> None:
    u = (x - side * face.eye_gap) * side / face.eye_size
    v = (y + 0.11 + face.eye_slant * u * face.eye_size) / face.eye_size
    open_above = 0.50 * np.clip(1 - np.abs(u) ** 2.2, 0, None) ** 0.75
    open_below = 0.34 * np.clip(1 - np.abs(u) ** 2.4, 0, None)
    slit = np.maximum(-v - open_above, v - open_below)
    inside = _step(np.asarray(slit + (np.abs(u) > 1), np.float32), 0.10)
    shadow = 1 - 0.45 * np.exp(-np.clip(v + open_above, 0, None) / 0.16)
    canvas.paint((226, 220, 214), inside, np.asarray(light * shadow * (1 - 0.18 * np.abs(u) ** 2), np.float32))
    radius = np.hypot(u, v + 0.06)
    iris = _step(np.asarray(radius - 0.44, np.float32), 0.10) * inside
    canvas.paint((58, 36, 24), iris, np.asarray(0.65 + 0.5 * np.clip(v + 0.2, 0, 0.5), np.float32))
    canvas.paint((10, 8, 8), _step(np.asarray(radius - 0.20, np.float32), 0.08) * inside)
    canvas.paint((250, 250, 250), 0.9 * _disc((u * side + 0.13) / 0.09, (v + 0.22) / 0.09, 0.6) * inside)
    lid = np.exp(-(((v + open_above + 0.02) / 0.075) ** 2)) * (np.abs(u) < 1.06)
    canvas.paint((24, 17, 15), np.asarray(0.92 * lid, np.float32))
    under = np.exp(-(((v - open_below - 0.02) / 0.05) ** 2)) * (np.abs(u) < 1.0)
    canvas.paint(np.asarray(face.skin) * 0.5, np.asarray(0.5 * under, np.float32))
    fold = np.exp(-(((v + open_above * 1.05 + 0.24) / 0.05) ** 2)) * (np.abs(u) < 1.05)
    canvas.paint(np.asarray(face.skin) * 0.55, np.asarray(0.4 * fold, np.float32))
    canvas.paint(np.asarray(face.skin) * 0.75, 0.5 * _hill(u, v, -1.02, 0.08, 0.1, 0.1))


def _mouth(face: Face, x: Field, y: Field, light: Field, canvas: Canvas) -> None:
    u = x / face.mouth_width
    line = 0.71 - face.smile * np.abs(u) ** 1.7 + 0.008 * np.cos(u * 6.5)
    fall = np.clip(1 - np.abs(u) ** 2.1, 0, None)
    bow = 1 - 0.28 * np.exp(-((u / 0.13) ** 2)) + 0.1 * np.exp(-(((np.abs(u) - 0.28) / 0.18) ** 2))
    upper = _step(np.maximum(line - face.lips * 0.85 * fall * bow - y, y - line), 0.035) * (np.abs(u) < 1)
    lower = _step(np.maximum(line - y, y - line - face.lips * 1.2 * fall**0.8), 0.04) * (np.abs(u) < 1)
    red = np.asarray(face.skin) * np.array((0.80, 0.56, 0.54))
    canvas.paint(red * 0.86, np.asarray(upper * 0.85, np.float32), light)
    canvas.paint(red, np.asarray(lower * 0.8, np.float32), light)
    canvas.paint((235, 205, 200), 0.16 * _hill(x, y, 0.0, 0.70 + face.lips * 0.6, face.mouth_width * 0.35, 0.03))
    between = np.exp(-(((y - line) / 0.014) ** 2)) * _step(np.abs(u) - 1.0, 0.1)
    canvas.paint(np.asarray(face.skin) * 0.26, np.asarray(0.85 * between, np.float32))


def _dress(face: Face, x: Field, y: Field, canvas: Canvas) -> None:
    """Neck, and the white school shirt with its collar."""
    neck = _step(np.abs(x) - 0.50 - 0.25 * np.clip(y - 1.45, 0, None) ** 2, 0.05) * (y > 0.6)
    under = 0.62 + 0.38 * np.clip((y - 1.05) / 0.75, 0, 1)
    canvas.paint(face.skin, np.asarray(neck, np.float32), np.asarray(under * (1 - 0.3 * (x / 0.6) ** 2), np.float32))
    shoulder = (
        1.72 + 0.62 * np.clip((np.abs(x) - 0.45) / 1.9, 0, 1) ** 1.3 + 1.2 * np.clip(np.abs(x) - 2.1, 0, None) ** 2
    )
    body = _step(shoulder - y, 0.05)
    opening = _step(np.abs(x) - 0.45 * np.clip(1 - (y - 1.6) / 0.75, 0, 1), 0.04) * (y < 2.4)
    folds = 0.93 + 0.05 * np.sin(x * 5 + 3 * np.sin(y * 2)) - 0.10 * np.abs(x / 2.4) ** 2
    canvas.paint((238, 240, 244), np.asarray(body * (1 - opening), np.float32), np.asarray(folds, np.float32))
    for side in (-1, 1):
        flap = _polygon([(side * a, b) for a, b in ((0.50, 1.48), (0.10, 2.06), (0.34, 2.42), (0.86, 1.80))])
        canvas.paint((176, 178, 188), np.roll(flap, 4, axis=0) * 0.7)
        canvas.paint((248, 249, 252), flap)
    for at in (2.5, 3.0):
        canvas.paint((205, 207, 214), _disc(x / 0.035, (y - at) / 0.035, 0.5))


def _polygon(corners: list[tuple[float, float]]) -> Field:
    """A filled shape with soft edges; corners in units."""
    mask = np.zeros((SIZE, SIZE), np.uint8)
    at = [(CENTRE[0] + a * UNIT, CENTRE[1] + b * UNIT) for a, b in corners]
    cv2.fillPoly(mask, [np.round(np.array(at) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return np.asarray(mask / 255, np.float32)


def _strands(rng: np.random.Generator, x: Field, y: Field) -> Field:
    """Light on hair: fine strands from the crown outwards."""
    angle = np.arctan2(x, y + 1.9)
    wave = np.interp(angle, np.linspace(-np.pi, np.pi, 900), rng.normal(0, 1, 900))
    shine = np.exp(-(((np.hypot(x * 0.9, y + 0.3) - 1.05) / 0.12) ** 2)) * (y < -0.5)
    return np.asarray(1 + 0.18 * wave + 0.9 * shine, np.float32)


def _hair_above(face: Face, x: Field, y: Field, rng: np.random.Generator) -> Field:
    """The cap of hair over the forehead, with a ragged hairline; sides reach the ears."""
    cap = _hood(face, x, y, 1.11)
    line = np.interp(x, np.linspace(-1.5, 1.5, 60), rng.normal(0, 0.03, 60))
    part = 0.10 * np.sin(2.2 * x + rng.uniform(-1, 1))
    front = y + 0.78 + line + part - 0.55 * np.clip(np.abs(x) - 0.62, 0, None) * 3.2
    sides = 0.05 if face.head is Head.SHORT_HAIR else 0.7
    return np.asarray(cap * _step(np.asarray(front, np.float32), 0.10) * _step(y - sides, 0.2), np.float32)


def _hair_behind(face: Face, x: Field, y: Field) -> Field:
    """Long hair behind neck and shoulders."""
    reach = 1.16 * face.width + 0.10 * np.clip(y, 0, 2)
    fall = _step(np.abs(x) - reach, 0.10) * (y > -0.2) * _step(y - 2.1 + 0.25 * np.abs(x), 0.25)
    return np.asarray(np.maximum(fall, _hood(face, x, y, 1.16)), np.float32)


def _hood(face: Face, x: Field, y: Field, size: float) -> Field:
    """The round of the head, `size` times as wide as the face."""
    return np.asarray(
        _step(np.hypot(x / (face.width * size), (y + 0.2) / (1.17 * size)) - 1, 0.03) * (y < 0.6), np.float32
    )


def _scarf(face: Face, x: Field, y: Field, canvas: Canvas, rng: np.random.Generator) -> None:
    """A school head scarf: it frames the face from the forehead to under the chin and falls on the shoulders."""
    window = np.hypot(x / (face.width * 0.93), (y - 0.16) / np.where(y < 0.16, 1.02, 1.17)) - 1
    fall = np.abs(x) - face.width * 1.16 - 0.62 * np.clip(y - 0.55, 0, None) ** 1.05
    drape = _step(fall, 0.04) * (y > -0.1) * _step(y - 2.95 + 0.16 * x * x, 0.06)
    cloth = np.maximum(_hood(face, x, y, 1.2), drape) * (1 - _step(window, 0.03))
    around = np.arctan2(x, -(y - 0.1))
    folds = 0.05 * np.sin(9 * around + 2 * np.sin(3 * y + rng.uniform(0, 6))) + 0.05 * np.sin(
        7 * x * np.clip(y - 0.8, 0, 2)
    )
    rim = 0.30 * np.exp(-np.clip(window, 0, None) / 0.05) + 0.14 * np.exp(-((window - 0.13) ** 2) / 0.002)
    light = 0.97 + folds - rim - 0.22 * np.clip(np.abs(x) / 1.3, 0, 1.2) ** 3
    canvas.paint(face.cloth, np.asarray(cloth, np.float32), np.asarray(light, np.float32))
    shade = np.exp(-np.clip(-window, 0, None) / 0.05) * _step(np.asarray(window, np.float32), 0.03)
    canvas.paint(np.asarray(face.skin) * 0.45, np.asarray(0.45 * shade, np.float32))
