"""Draws the head and shoulders of somebody who does not exist.

A face is a height field (skull, nose, brows, lips, chin as smooth hills) lit by a soft lamp, with skin,
eyes, brows and lips painted on it. That is enough for detector, mesh and iris model to see a face as they see a
student's; it is nobody's picture.
"""

from __future__ import annotations

import cv2
import numpy as np

from station.bench.people.features import paint_features
from station.bench.people.likeness import CALM, Expression, Face, Head, make_face
from station.bench.people.shapes import (
    CENTRE,
    SIZE,
    UNIT,
    Canvas,
    Colour,
    Field,
    Tone,
    disc,
    hill,
    polygon,
    step,
)

__all__ = ["CENTRE", "SIZE", "UNIT", "Colour", "Expression", "Face", "Field", "Head", "Tone", "draw", "make_face"]


def draw(face: Face, expression: Expression = CALM) -> tuple[Colour, Field]:
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
            ear = disc((x - side * face.width * 1.0) / 0.13, (y - 0.02) / 0.27, 0.2)
            canvas.paint(skin * 0.86, ear, 1 - 0.25 * hill(x, y, side * face.width, 0.02, 0.06, 0.15))
    head = _outline(face, x, y)
    if face.head is Head.HEAD_SCARF:
        canvas.paint(np.asarray(face.cloth) * 0.45, disc(x / (face.width * 1.02), (y - 0.14) / 1.24, 0.05))
    light = _light(_relief(face, x, y), expression.side_light)
    grain = 1 + 0.012 * cv2.GaussianBlur(rng.normal(0, 1, x.shape).astype(np.float32), (0, 0), 1.0) * 2
    canvas.paint(_complexion(face, x, y), head, light * grain)
    paint_features(face, expression, x, y, light, canvas)
    if face.head is Head.HEAD_SCARF:
        _scarf(face, x, y, canvas, rng)
    else:
        canvas.paint(face.hair, _hair_above(face, x, y, rng), _strands(rng, x, y))
    return np.clip(canvas.colour, 0, 255).astype(np.uint8), canvas.person


def _half_width(face: Face, y: Field) -> Field:
    """Half the face's width at each height: round above, narrowing to the chin below."""
    above = np.sqrt(np.clip(1 - (np.minimum(y, 0) / 1.38) ** 2, 0, 1))
    t = np.clip(y / 1.34, 0, 1)
    below = np.clip(1 - t**2.3, 0, 1) ** 0.62 * (1 - (1 - face.jaw) * np.sin(np.pi * t))
    return np.asarray(face.width * np.where(y < 0, above, below), np.float32)


def _outline(face: Face, x: Field, y: Field) -> Field:
    return np.asarray(step(np.abs(x) - _half_width(face, y), 0.035) * (y > -1.38) * (y < 1.34), np.float32)


def _relief(face: Face, x: Field, y: Field) -> Field:
    """The face's height field."""
    gap, length = face.eye_gap, face.nose_length
    skull = np.sqrt(np.clip(1.02 - (x / (face.width * 1.04)) ** 2 - (y / 1.46) ** 2, 0.02, None)) * 0.85
    height = skull + 0.17 * hill(x, y, 0, length - 0.02, face.nose_width * 0.75, 0.16)
    bridge = np.exp(-((x / 0.105) ** 2)) * np.clip((y + 0.35) / (length + 0.35), 0, 1) * step(y - length, 0.2)
    height = height + 0.15 * bridge
    for side in (-1, 1):
        height = height + 0.07 * hill(x, y, side * face.nose_width * 0.72, length + 0.03, 0.075, 0.075)
        height = height - 0.085 * hill(x, y, side * gap, -0.10, 0.24, 0.14)
        height = height + 0.05 * hill(x, y, side * gap, -0.11, 0.15, 0.09)
        height = height + 0.035 * hill(x, y, side * gap, -0.36, 0.3, 0.09)
        height = height + 0.05 * hill(x, y, side * 0.52, 0.30, 0.26, 0.22)
    height = height + 0.055 * hill(x, y, 0, 0.72, face.mouth_width * 0.85, 0.13)
    height = height - 0.03 * hill(x, y, 0, 0.90, 0.22, 0.05) + 0.06 * hill(x, y, 0, 1.10, 0.24, 0.14)
    return np.asarray(height - 0.02 * hill(x, y, 0, 0.52, 0.05, 0.08), np.float32)


def _light(height: Field, side: float) -> Field:
    """Soft studio light from above, a little from the left, with a faint shine; or a hard lamp to one side."""
    smooth = cv2.GaussianBlur(height, (0, 0), 2.2)
    slope_x = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=UNIT / 8)
    slope_y = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=UNIT / 8)
    length = np.sqrt(np.asarray(slope_x) ** 2 + np.asarray(slope_y) ** 2 + 1)
    lamp = (1 - side) * np.array((-0.22, -0.42, 0.88)) + side * np.array((-0.90, -0.20, 0.38))
    facing = (lamp[2] - lamp[0] * slope_x - lamp[1] * slope_y) / length
    diffuse = np.clip((facing + 0.35) / 1.35, 0, 1)
    ambient, spread = 0.42 - 0.30 * side, 0.66 + 0.30 * side
    return np.asarray(ambient + spread * diffuse ** (1 + 2 * side) + 0.10 * np.clip(facing, 0, 1) ** 24, np.float32)


def _complexion(face: Face, x: Field, y: Field) -> Field:
    """Skin colour: redder cheeks and nose, darker around the eyes and under the chin."""
    skin = np.broadcast_to(np.asarray(face.skin, np.float32), (*x.shape, 3)).copy()
    warm = 0.5 * sum(hill(x, y, side * 0.55, 0.36, 0.26, 0.22) for side in (-1, 1)) + 0.5 * hill(
        x, y, 0, 0.34, 0.2, 0.15
    )
    skin += warm[..., None] * np.array((8, -9, -9), np.float32)
    dark = sum(hill(x, y, side * face.eye_gap, -0.06, 0.27, 0.15) for side in (-1, 1))
    return np.asarray(skin * (1 - 0.13 * np.asarray(dark)[..., None]), np.float32)


def _dress(face: Face, x: Field, y: Field, canvas: Canvas) -> None:
    """Neck, and the white school shirt with its collar."""
    neck = step(np.abs(x) - 0.50 - 0.25 * np.clip(y - 1.45, 0, None) ** 2, 0.05) * (y > 0.6)
    under = 0.62 + 0.38 * np.clip((y - 1.05) / 0.75, 0, 1)
    canvas.paint(face.skin, np.asarray(neck, np.float32), np.asarray(under * (1 - 0.3 * (x / 0.6) ** 2), np.float32))
    shoulder = (
        1.72 + 0.62 * np.clip((np.abs(x) - 0.45) / 1.9, 0, 1) ** 1.3 + 1.2 * np.clip(np.abs(x) - 2.1, 0, None) ** 2
    )
    body = step(shoulder - y, 0.05)
    opening = step(np.abs(x) - 0.45 * np.clip(1 - (y - 1.6) / 0.75, 0, 1), 0.04) * (y < 2.4)
    folds = 0.93 + 0.05 * np.sin(x * 5 + 3 * np.sin(y * 2)) - 0.10 * np.abs(x / 2.4) ** 2
    canvas.paint((238, 240, 244), np.asarray(body * (1 - opening), np.float32), np.asarray(folds, np.float32))
    for side in (-1, 1):
        flap = polygon([(side * a, b) for a, b in ((0.50, 1.48), (0.10, 2.06), (0.34, 2.42), (0.86, 1.80))])
        canvas.paint((176, 178, 188), np.roll(flap, 4, axis=0) * 0.7)
        canvas.paint((248, 249, 252), flap)
    for at in (2.5, 3.0):
        canvas.paint((205, 207, 214), disc(x / 0.035, (y - at) / 0.035, 0.5))


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
    return np.asarray(cap * step(np.asarray(front, np.float32), 0.10) * step(y - sides, 0.2), np.float32)


def _hair_behind(face: Face, x: Field, y: Field) -> Field:
    """Long hair behind neck and shoulders."""
    reach = 1.16 * face.width + 0.10 * np.clip(y, 0, 2)
    fall = step(np.abs(x) - reach, 0.10) * (y > -0.2) * step(y - 2.1 + 0.25 * np.abs(x), 0.25)
    return np.asarray(np.maximum(fall, _hood(face, x, y, 1.16)), np.float32)


def _hood(face: Face, x: Field, y: Field, size: float) -> Field:
    """The round of the head, `size` times as wide as the face."""
    return np.asarray(
        step(np.hypot(x / (face.width * size), (y + 0.2) / (1.17 * size)) - 1, 0.03) * (y < 0.6), np.float32
    )


def _scarf(face: Face, x: Field, y: Field, canvas: Canvas, rng: np.random.Generator) -> None:
    """A school head scarf: it frames the face from the forehead to under the chin and falls on the shoulders."""
    window = np.hypot(x / (face.width * 0.93), (y - 0.16) / np.where(y < 0.16, 1.02, 1.17)) - 1
    fall = np.abs(x) - face.width * 1.16 - 0.62 * np.clip(y - 0.55, 0, None) ** 1.05
    drape = step(fall, 0.04) * (y > -0.1) * step(y - 2.95 + 0.16 * x * x, 0.06)
    cloth = np.maximum(_hood(face, x, y, 1.2), drape) * (1 - step(window, 0.03))
    around = np.arctan2(x, -(y - 0.1))
    folds = 0.05 * np.sin(9 * around + 2 * np.sin(3 * y + rng.uniform(0, 6))) + 0.05 * np.sin(
        7 * x * np.clip(y - 0.8, 0, 2)
    )
    rim = 0.30 * np.exp(-np.clip(window, 0, None) / 0.05) + 0.14 * np.exp(-((window - 0.13) ** 2) / 0.002)
    light = 0.97 + folds - rim - 0.22 * np.clip(np.abs(x) / 1.3, 0, 1.2) ** 3
    canvas.paint(face.cloth, np.asarray(cloth, np.float32), np.asarray(light, np.float32))
    shade = np.exp(-np.clip(-window, 0, None) / 0.05) * step(np.asarray(window, np.float32), 0.03)
    canvas.paint(np.asarray(face.skin) * 0.45, np.asarray(0.45 * shade, np.float32))


def head_depth(face: Face) -> Field:
    """How far each place of the canvas stands out to the viewer, in units: the face's relief on the round of a head.

    The relief is drawn for light and is too flat for turning: a head is 1.4 times as deep, from ear to nose, as half a
    face is wide.
    """
    rows, columns = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    x, y = (columns - CENTRE[0]) / UNIT, (rows - CENTRE[1]) / UNIT
    skull = np.sqrt(np.clip(1 - (x / (face.width * 1.2)) ** 2 - ((y + 0.05) / 1.5) ** 2, 0, None))
    inside = np.asarray(cv2.GaussianBlur(_outline(face, x, y), (0, 0), 3.0))
    return np.asarray(skull * (0.45 + 0.72 * (1 - inside)) + _relief(face, x, y) * inside, np.float32)
