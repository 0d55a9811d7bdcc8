"""Soft shapes on a square canvas, of which generated people are painted.

Lengths are in units of half a face's width, x to the right, y downwards, the origin between the cheekbones.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
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


def step(value: Mask, soft: float) -> Field:
    """1 where value is negative, 0 where it is positive, smooth over `soft`."""
    t = np.clip(0.5 - value / soft, 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def disc(u: Mask, v: Mask, soft: float) -> Field:
    return step(np.hypot(u, v) - 1, soft)


def hill(x: Mask, y: Mask, at_x: float, at_y: float, wide: float, high: float) -> Field:
    return np.asarray(np.exp(-(((x - at_x) / wide) ** 2) - ((y - at_y) / high) ** 2), np.float32)


def polygon(corners: list[tuple[float, float]]) -> Field:
    """A filled shape with soft edges; corners in units."""
    mask = np.zeros((SIZE, SIZE), np.uint8)
    at = [(CENTRE[0] + a * UNIT, CENTRE[1] + b * UNIT) for a, b in corners]
    cv2.fillPoly(mask, [np.round(np.array(at) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return np.asarray(mask / 255, np.float32)
