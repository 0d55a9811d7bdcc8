"""Signatures of nobody: a hand's habits from a seed, a little different each time.

How different is a habit, too: some hands repeat themselves closely, others vary in size, slant, tempo and the length of
a flourish. A signature is a few letters' worth of loops (sums of three waves along a line), a flourish, and for some a
stroke below. The pen reports 120 times a second, slower in the bends, lighter at the ends.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from station.bench.devices.subject import StrokePoint

RATE: Final = 120
"""Reports a second."""
PAD_MM: Final = (108.0, 65.0)


def sign(seed: int, number: int = 0) -> tuple[StrokePoint, ...]:
    """The `number`-th signature of a person, in the middle of the pad."""
    own = np.random.default_rng((seed, 0x51))
    rng = np.random.default_rng((seed, 0x52, number))
    shapes = [_letters(own, rng)]
    if own.random() < 0.8:
        shapes.insert(0, _capital(own, rng))
    if own.random() < 0.6:
        shapes.append(_underline(own, rng))
    loose = own.uniform(0.6, 2.2)
    grow = 1 + loose * rng.normal(0, 0.03)
    turn = own.uniform(-0.10, 0.02) + loose * rng.normal(0, 0.015)
    rotate = grow * np.array(((np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))))
    # Slant and width change together with the space that a hand takes.
    rotate = np.array(((1 + loose * rng.normal(0, 0.03), 0.0), (loose * rng.normal(0, 0.04), 1.0))) @ rotate
    tempo = float(np.exp(loose * rng.normal(0, 0.06)))
    middle = np.array(PAD_MM) / 2 + rng.normal(0, 2, 2)
    every = np.concatenate([shape @ rotate for shape in shapes])
    centre = (every.min(axis=0) + every.max(axis=0)) / 2
    points: list[StrokePoint] = []
    t = 0.0
    for shape in shapes:
        path = shape @ rotate - centre + middle
        press = _pressure(path, rng)
        for (x, y), pressure in zip(path, press, strict=True):
            points.append(StrokePoint(float(x), float(y), float(pressure), round(t, 4)))
            t += tempo / RATE
        last = points[-1]
        points.append(StrokePoint(last.x, last.y, 0.0, round(t, 4)))
        t += float(rng.uniform(0.12, 0.25))
    return tuple(points)


def dot(seed: int) -> tuple[StrokePoint, ...]:
    """What a student leaves who only tries the pen."""
    x, y = np.random.default_rng((seed, 0x53)).uniform(20, 45, 2)
    return tuple(StrokePoint(float(x) + 0.05 * i, float(y), 0.5 if i < 6 else 0.0, i / RATE) for i in range(7))


def scribble(seed: int) -> tuple[StrokePoint, ...]:
    """What a student leaves who plays with the pen: to and fro over the whole box, or over one spot."""
    rng = np.random.default_rng((seed, 0x54))
    whole = seed % 2 == 0
    size = np.array(PAD_MM) * (1.0 if whole else rng.uniform(0.15, 0.3))
    middle = np.array(PAD_MM) / 2 if whole else rng.uniform(0.35, 0.65, 2) * PAD_MM
    s = np.linspace(0, 1, RATE * 6)
    x = np.sin(2 * np.pi * rng.uniform(17, 29) * s + rng.uniform(0, 6)) * 0.49 * size[0]
    y = np.sin(2 * np.pi * rng.uniform(1.5, 4.5) * s + rng.uniform(0, 6)) * 0.49 * size[1]
    path = np.stack([x, y], axis=1) + middle + rng.normal(0, 0.3, (s.size, 2))
    path = np.clip(path, 0, PAD_MM)
    return tuple(StrokePoint(float(a), float(b), 0.7, index / RATE) for index, (a, b) in enumerate(path))


def _letters(own: np.random.Generator, rng: np.random.Generator) -> NDArray[np.float64]:
    count = own.uniform(3.5, 6.0)
    s = np.linspace(0, 1, int(RATE * count * 0.26))
    size = own.uniform(3.5, 6.0)
    y, x = np.zeros_like(s), own.uniform(32, 46) * s
    for wave, weight in ((1.0, 1.0), (2.0, 0.35), (0.5, 0.6)):
        phase = own.uniform(0, 2 * np.pi) + rng.normal(0, 0.10)
        tall = weight * size * own.uniform(0.7, 1.2) * (1 + rng.normal(0, 0.07))
        turns = 2 * np.pi * wave * count * s + phase
        y += tall * np.sin(turns)
        x += 0.55 * tall * np.cos(turns)
    fade = np.interp(s, (0, 0.1, 0.75, 1), (0.7, 1, 0.9, 0.25))
    x -= own.uniform(0.25, 0.5) * y * fade
    return np.stack([x, y * fade], axis=1)


def _capital(own: np.random.Generator, rng: np.random.Generator) -> NDArray[np.float64]:
    s = np.linspace(0, 1, int(RATE * 0.45))
    tall, wide = own.uniform(9, 13), own.uniform(5, 9)
    turns = np.pi * own.uniform(2.2, 3.2) * s + own.uniform(-0.8, 0.8) + rng.normal(0, 0.05)
    x = -wide * np.sin(turns) * (1 - 0.3 * s) - own.uniform(3, 7) + 4 * s
    y = -tall * np.cos(turns) * (0.6 + 0.4 * s) * 0.7
    return np.stack([x, y], axis=1)


def _underline(own: np.random.Generator, rng: np.random.Generator) -> NDArray[np.float64]:
    s = np.linspace(0, 1, int(RATE * 0.35))
    x = own.uniform(34, 46) * (1 - s) + rng.normal(0, 1)
    y = 12 + own.uniform(-2, 1) - 5 * np.sin(np.pi * s) * own.uniform(0.2, 0.6) + rng.normal(0, 0.4)
    return np.stack([x, y], axis=1)


def _pressure(path: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Firm in slow parts, light in fast ones and at both ends; never zero on the pad."""
    speed = np.hypot(*np.gradient(path, axis=0).T)
    firm = 0.75 - 0.35 * speed / (speed.max() + 1e-6) + 0.03 * rng.standard_normal(len(path))
    ends = np.clip(np.minimum(np.arange(len(path)), np.arange(len(path))[::-1]) / 6, 0.2, 1)
    return np.asarray(np.clip(firm * ends, 0.05, 1.0))
