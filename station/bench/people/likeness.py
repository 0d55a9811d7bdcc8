"""Whose face it is: the shape and colours of somebody who does not exist, and how that face is worn at the moment."""

from __future__ import annotations

from enum import StrEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from station.bench.people.shapes import Tone


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


class Glasses(StrEnum):
    """What is on the nose."""

    NONE = "none"
    CLEAR = "clear"
    GLARE = "glare"
    """A lamp mirrors in the lenses."""


class Expression(msgspec.Struct, frozen=True):
    """What a person does with the face, and what the room does to it."""

    eyes: float = 1.0
    """1 open, 0 shut."""
    mouth: float = 0.0
    """Gap between the lips, in half face widths: 0.25 is speaking."""
    glasses: Glasses = Glasses.NONE
    side_light: float = 0.0
    """0 a soft lamp in front, 1 a hard one to the person's right."""


CALM = Expression()


def _tone(values: NDArray[np.float64]) -> Tone:
    red, green, blue = (int(v) for v in np.clip(values, 0, 255))
    return red, green, blue
