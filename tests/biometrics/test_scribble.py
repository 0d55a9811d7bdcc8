"""Signatures of many people, small and large, plain and with a flourish, pass; lines, frames and scribbles do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

from station.bench.people import signatures
from station.biometrics import signature
from station.biometrics.gates import SignatureGate
from station.biometrics.samples import Verdict
from station.hardware.devices import PenPoint

GATE = SignatureGate()
PAD = signatures.PAD_MM
W, H = PAD
Drawn = list[NDArray[np.float64]]
SCRIBBLE = "advice.signature.scribble"
WHOLE = "advice.signature.dot"
"""Sign with your whole signature."""


def judged(drawn: Sequence[ArrayLike], speed: float = 120.0) -> Verdict:
    """What is said of strokes that a pen draws at so many millimetres a second."""
    ink: list[PenPoint] = []
    t = 0.0
    for stroke in drawn:
        corners = np.asarray(stroke, float)
        along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
        at = np.linspace(0, along[-1], max(3, int(along[-1] / speed * signatures.RATE)))
        for x, y in zip(*(np.interp(at, along, corners[:, axis]) for axis in (0, 1)), strict=True):
            t += 1 / signatures.RATE
            ink.append(PenPoint(float(np.clip(x, 0, W)), float(np.clip(y, 0, H)), 0.5, t))
        ink.append(PenPoint(ink[-1].x, ink[-1].y, 0.0, t))
        t += 0.15
    return signature.assess(ink, GATE, PAD)


def written(seed: int, fill: float | None = None) -> list[PenPoint]:
    """A generated signature, as it is or made to fill so much of the pad."""
    points = signatures.sign(seed)
    at = np.array([(p.x, p.y) for p in points])
    low, high = at.min(axis=0), at.max(axis=0)
    grow = 1.0 if fill is None else fill * float((PAD / (high - low)).min())
    moved = (at - (low + high) / 2) * grow + np.array(PAD) / 2
    return [PenPoint(x, y, p.pressure, p.t) for (x, y), p in zip(moved.tolist(), points, strict=True)]


@pytest.mark.parametrize(("people", "fill"), [(600, None), (150, 0.3), (150, 0.9)])
def test_nobody_s_signature_is_refused(people: int, fill: float | None) -> None:
    for seed in range(people):
        verdict = signature.assess(written(seed, fill), GATE, PAD)
        assert verdict.good, (seed, verdict)


S = np.linspace(0, 1, 400)
WAVE = np.stack([25 + 50 * S, 30 + 3 * np.sin(10 * np.pi * S)], axis=1)
LOOP = np.clip((S - 0.4) / 0.15, 0, 1) * 2 * np.pi
M = [(0, 0), (0, -1), (0.4, -0.3), (0.8, -1), (0.8, 0)]
N = [(0, 0), (0, -1), (0.6, 0), (0.6, -1)]
A: list[list[tuple[float, float]]] = [[(0, 0), (0.4, -1), (0.8, 0)], [(0.2, -0.4), (0.65, -0.4)]]
T: list[list[tuple[float, float]]] = [[(0, -1), (0.8, -1)], [(0.4, -1), (0.4, 0)]]
H_: list[list[tuple[float, float]]] = [[(0, 0), (0, -1)], [(0.6, 0), (0.6, -1)], [(0, -0.5), (0.6, -0.5)]]
ANI = [
    (0.6, -0.5), (0.2, -0.6), (0, -0.3), (0.2, 0), (0.5, -0.2), (0.6, -0.55), (0.65, -0.05), (0.9, -0.1), (1, -0.5),
    (1.05, 0), (1.2, -0.45), (1.4, -0.45), (1.45, 0), (1.65, -0.1), (1.8, -0.5), (1.85, -0.05), (2.1, -0.15),
]  # fmt: skip


def letters(*strokes: Sequence[tuple[float, float]], height: float, apart: float = 0.0, x: float = 30.0) -> Drawn:
    """Strokes of a letter's unit height as millimetres, each further to the right by `apart` letters."""
    return [np.array(stroke) * height + (x + apart * height * number, 42) for number, stroke in enumerate(strokes)]


SIMPLE: dict[str, Sequence[ArrayLike]] = {
    "initials AH": [*letters(*A, height=12), *letters(*H_, height=12, x=43)],
    "small initials MM": letters(M, M, height=8, apart=1.1),
    "large initials MM": letters(M, M, height=30, apart=1.1),
    "initials NT": [*letters(N, height=20), *letters(*T, height=20, x=46)],
    "a name of three letters": letters(ANI, height=14),
    "the same, small": letters(ANI, height=9),
    "a wave with a loop": [
        np.stack([20 + 60 * S + 7 * np.sin(LOOP), 32 + 3 * np.sin(8 * np.pi * S) - 6 * (1 - np.cos(LOOP))], axis=1)
    ],
    "a slanted wave": [np.stack([20 + 60 * S, 45 - 25 * S + 2.5 * np.sin(10 * np.pi * S)], axis=1)],
    "a wave and a long underline": [WAVE, [(15, 40), (98, 38)]],
    "a name and two underlines": [*letters(ANI, height=14), [(15, 48), (100, 46)], [(98, 51), (30, 52)]],
    "a row of loops": [np.stack([20 + 55 * S + 6 * np.cos(14 * np.pi * S), 32 + 11 * np.sin(14 * np.pi * S)], axis=1)],
    "large loops that fade": [
        np.stack([18 + 70 * S + 9 * np.cos(12 * np.pi * S), 32 + 20 * np.sin(12 * np.pi * S) * (1 - 0.6 * S)], axis=1)
    ],
    "a small name of close loops": [
        np.stack([40 + 13 * S + 1.2 * np.sin(72 * S), 32 - 1.8 * np.cos(72 * S)], axis=1)
    ],
    "a large wave that fades": [np.stack([15 + 75 * S, 32 + 18 * np.sin(10 * np.pi * S) * (1 - 0.7 * S)], axis=1)],
    "a circle with a stroke": [
        np.stack([54 + 20 * np.cos(6.3 * S), 32 + 16 * np.sin(6.3 * S)], axis=1), [(20, 45), (95, 20)],
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", SIMPLE)
def test_a_simple_signature_passes(name: str) -> None:
    verdict = judged(SIMPLE[name])
    assert verdict.good, verdict


def turned(path: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    """Around the pad's middle."""
    c, s = np.cos(angle), np.sin(angle)
    return np.asarray(path @ np.array(((c, s), (-s, c))) + np.array(PAD) / 2)


def to_and_fro(rng: np.random.Generator) -> Drawn:
    count = int(rng.integers(8, 14))
    ends = np.where(np.arange(count) % 2, rng.uniform(3, 30, count), rng.uniform(78, 105, count))
    return [np.stack([ends, np.linspace(5, 60, count) + rng.normal(0, 3, count)], axis=1)]


def up_and_down(rng: np.random.Generator) -> Drawn:
    count = int(rng.integers(10, 18))
    ends = np.where(np.arange(count) % 2, rng.uniform(3, 12, count), rng.uniform(52, 62, count))
    return [np.stack([np.linspace(6, 102, count) + rng.normal(0, 3, count), ends], axis=1)]


def waves(rng: np.random.Generator) -> Drawn:
    s = np.linspace(0, 1, 1500)
    x, y = (np.sin(2 * np.pi * rng.uniform(4, 12) * s + rng.uniform(0, 6)) for _ in range(2))
    return [np.stack([54 + rng.uniform(38, 52) * x, 32 + rng.uniform(22, 31) * y], axis=1)]


def anywhere(rng: np.random.Generator) -> Drawn:
    return [rng.uniform((3, 3), (W - 3, H - 3), (int(rng.integers(12, 40)), 2))]


def hatching(rng: np.random.Generator) -> Drawn:
    count = int(rng.integers(9, 16))
    return [
        np.array([(rng.uniform(3, 15), y + rng.normal(0, 3)), (rng.uniform(90, 105), y + rng.normal(0, 3))])
        for y in np.linspace(6, 58, count)
    ]


def spiral(rng: np.random.Generator) -> Drawn:
    s = np.linspace(0, 1, 1500)
    turns = 2 * np.pi * rng.uniform(5, 12) * s
    return [np.stack([54 + rng.uniform(40, 50) * s * np.cos(turns), 32 + 29 * s * np.sin(turns)], axis=1)]


def frame(rng: np.random.Generator) -> Drawn:
    m = rng.uniform(0.5, 8)
    corners = np.array([(m, m), (W - m, m), (W - m, H - m), (m, H - m), (m, m)])
    return [corners + rng.normal(0, 0.7, (5, 2))]


def one_line(rng: np.random.Generator) -> Drawn:
    s = np.linspace(-1, 1, 30)
    path = np.stack([rng.uniform(15, 31) * s, rng.uniform(-3, 3) * (1 - s**2)], axis=1)
    return [turned(path, rng.uniform(0, 2 * np.pi))]


def line_twice(rng: np.random.Generator) -> Drawn:
    apart, angle = rng.uniform(0.3, 2), rng.uniform(0, np.pi)
    return [turned(np.array([(-28, off), (28, off)]), angle) for off in (0.0, apart)]


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        (to_and_fro, SCRIBBLE), (up_and_down, SCRIBBLE), (waves, SCRIBBLE), (anywhere, SCRIBBLE), (hatching, SCRIBBLE),
        (spiral, SCRIBBLE), (frame, SCRIBBLE), (one_line, WHOLE), (line_twice, WHOLE),
    ],
)  # fmt: skip
def test_scribbles_frames_and_lines_are_refused(kind: Callable[[np.random.Generator], Drawn], advice: str) -> None:
    said = Counter(judged(kind(np.random.default_rng(seed)), speed=200).advice for seed in range(100))
    assert said[None] <= 1, said
    assert said.most_common(1)[0][0] == advice


def test_what_makes_a_scribble_does_not_depend_on_the_pen_s_rate_or_on_trifles() -> None:
    assert not judged([[(10, 10), (90, 50)]], speed=4000).good
    assert signature.assess([PenPoint(50, 30, 0.5, 0.0)], GATE, PAD).advice == WHOLE
    far = [PenPoint(400.0 * (i % 2), 400.0 * (i % 3 == 0), 0.5, i / 100) for i in range(3000)]
    assert signature.assess(far, GATE, PAD).advice == SCRIBBLE
