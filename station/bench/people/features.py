"""Eyes, brows, nose and mouth of a drawn face, and what is worn on the nose."""

from __future__ import annotations

import numpy as np

from station.bench.people.likeness import Expression, Face, Glasses
from station.bench.people.shapes import Canvas, Field, disc, hill, step


def paint_features(face: Face, expression: Expression, x: Field, y: Field, light: Field, canvas: Canvas) -> None:
    """All of them, on the skin that is painted already."""
    for side in (-1.0, 1.0):
        _eye(face, expression.eyes, side, x, y, light, canvas)
        across = (x - side * face.eye_gap) * side
        arc = y + 0.315 + 0.07 * np.exp(-((across - 0.06) ** 2) / 0.045) - 0.04 * np.clip(across - 0.1, 0, None)
        thick = face.brow * np.clip(1.05 - 2.2 * np.clip(across + 0.05, 0, None) - 0.5 * (across < -0.2), 0.15, 1)
        hairs = 0.8 + 0.2 * np.sin(across * 170 + arc * 110)
        brow = step(np.abs(arc) - thick, 0.045) * step(np.abs(across - 0.02) - 0.28, 0.10) * 0.85 * hairs
        canvas.paint(face.hair, brow, 1.15)
        nostril = disc((x - side * face.nose_width * 0.48) / 0.062, (y - face.nose_length - 0.075) / 0.03, 0.9)
        canvas.paint(np.asarray(face.skin) * 0.28, nostril * 0.8)
        wing = hill(x, y, side * face.nose_width * 1.12, face.nose_length + 0.02, 0.022, 0.08)
        canvas.paint(np.asarray(face.skin) * 0.55, wing * 0.45)
        crease = np.exp(-(((np.abs(x) - 0.28 - 0.30 * (y - 0.40)) / 0.02) ** 2)) * hill(
            x, y, side * 0.36, 0.55, 0.2, 0.14
        )
        canvas.paint(np.asarray(face.skin) * 0.62, np.asarray(crease * 0.22 * (x * side > 0), np.float32))
    canvas.paint(
        np.asarray(face.skin) * 0.6, 0.35 * hill(x, y, 0, face.nose_length + 0.115, face.nose_width * 0.8, 0.03)
    )
    _mouth(face, expression.mouth, x, y, light, canvas)
    if expression.glasses is not Glasses.NONE:
        _glasses(face, x, y, canvas, glare=expression.glasses is Glasses.GLARE)


def _eye(face: Face, openness: float, side: float, x: Field, y: Field, light: Field, canvas: Canvas) -> None:
    u = (x - side * face.eye_gap) * side / face.eye_size
    v = (y + 0.11 + face.eye_slant * u * face.eye_size) / face.eye_size
    open_below = 0.34 * np.clip(1 - np.abs(u) ** 2.4, 0, None)
    # The upper lid comes down to the lower one.
    open_above = openness * (0.50 * np.clip(1 - np.abs(u) ** 2.2, 0, None) ** 0.75 + open_below) - open_below
    slit = np.maximum(-v - open_above, v - open_below)
    inside = step(np.asarray(slit + (np.abs(u) > 1), np.float32), 0.10)
    shadow = 1 - 0.45 * np.exp(-np.clip(v + open_above, 0, None) / 0.16)
    canvas.paint((226, 220, 214), inside, np.asarray(light * shadow * (1 - 0.18 * np.abs(u) ** 2), np.float32))
    radius = np.hypot(u, v + 0.06)
    iris = step(np.asarray(radius - 0.44, np.float32), 0.10) * inside
    canvas.paint((58, 36, 24), iris, np.asarray(0.65 + 0.5 * np.clip(v + 0.2, 0, 0.5), np.float32))
    canvas.paint((10, 8, 8), step(np.asarray(radius - 0.20, np.float32), 0.08) * inside)
    canvas.paint((250, 250, 250), 0.9 * disc((u * side + 0.13) / 0.09, (v + 0.22) / 0.09, 0.6) * inside)
    lid = np.exp(-(((v + open_above + 0.02) / 0.075) ** 2)) * (np.abs(u) < 1.06)
    canvas.paint((24, 17, 15), np.asarray(0.92 * lid, np.float32))
    under = np.exp(-(((v - open_below - 0.02) / 0.05) ** 2)) * (np.abs(u) < 1.0)
    canvas.paint(np.asarray(face.skin) * 0.5, np.asarray(0.5 * under, np.float32))
    fold = np.exp(-(((v + open_above * 1.05 + 0.24) / 0.05) ** 2)) * (np.abs(u) < 1.05)
    canvas.paint(np.asarray(face.skin) * 0.55, np.asarray(0.4 * fold, np.float32))
    canvas.paint(np.asarray(face.skin) * 0.75, 0.5 * hill(u, v, -1.02, 0.08, 0.1, 0.1))


def _mouth(face: Face, gap: float, x: Field, y: Field, light: Field, canvas: Canvas) -> None:
    u = x / face.mouth_width
    line = 0.71 - face.smile * np.abs(u) ** 1.7 + 0.008 * np.cos(u * 6.5)
    fall = np.clip(1 - np.abs(u) ** 2.1, 0, None)
    bow = 1 - 0.28 * np.exp(-((u / 0.13) ** 2)) + 0.1 * np.exp(-(((np.abs(u) - 0.28) / 0.18) ** 2))
    parted = gap * np.clip(1 - np.abs(u) ** 2.4, 0, None)
    chin = line + 0.75 * parted
    line = line - 0.25 * parted
    upper = step(np.maximum(line - face.lips * 0.85 * fall * bow - y, y - line), 0.035) * (np.abs(u) < 1)
    lower = step(np.maximum(chin - y, y - chin - face.lips * 1.2 * fall**0.8), 0.04) * (np.abs(u) < 1)
    if gap > 0:
        canvas.paint((52, 18, 20), step(np.maximum(line - y, y - chin), 0.03) * (np.abs(u) < 1))
        teeth = step(np.maximum(line - y, y - line - 0.35 * parted), 0.03) * (np.abs(u) < 0.8)
        canvas.paint((222, 214, 200), np.asarray(0.9 * teeth, np.float32))
    red = np.asarray(face.skin) * np.array((0.80, 0.56, 0.54))
    canvas.paint(red * 0.86, np.asarray(upper * 0.85, np.float32), light)
    canvas.paint(red, np.asarray(lower * 0.8, np.float32), light)
    canvas.paint((235, 205, 200), 0.16 * hill(x, y, 0.0, 0.70 + face.lips * 0.6, face.mouth_width * 0.35, 0.03))
    between = np.exp(-(((y - line) / 0.014) ** 2)) * step(np.abs(u) - 1.0, 0.1)
    canvas.paint(np.asarray(face.skin) * 0.26, np.asarray(0.85 * between, np.float32))


def _glasses(face: Face, x: Field, y: Field, canvas: Canvas, *, glare: bool) -> None:
    """Thin dark rims; a lamp in the lenses where it mirrors."""
    for side in (-1.0, 1.0):
        u, v = (x - side * (face.eye_gap + 0.02)) / 0.34, (y + 0.07) / 0.27
        rim = np.abs((np.abs(u) ** 3 + np.abs(v) ** 3) ** (1 / 3) - 1)
        canvas.paint((36, 32, 34), step(np.asarray(rim - 0.07, np.float32), 0.06))
        if glare:
            canvas.paint((255, 255, 255), disc((u - 0.1) / 0.42, (v + 0.25) / 0.32, 0.3))
    bridge = np.abs(np.hypot(x / 0.12, (y + 0.02) / 0.12) - 1) < 0.16
    canvas.paint((36, 32, 34), np.asarray(bridge * (y < -0.02), np.float32))
    for side in (-1.0, 1.0):
        temple = step(np.abs(y + 0.12) - 0.025, 0.02) * (x * side > face.eye_gap + 0.34) * (x * side < face.width)
        canvas.paint((36, 32, 34), np.asarray(0.9 * temple, np.float32))
