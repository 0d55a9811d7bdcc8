"""Shapes drawn once, smoothly, into textures: for icons, the hand and the eyes.

Kivy draws lines without antialiasing unless the window is multisampled, which software rendering pays for in every
frame. Here a shape is drawn at several times its size with OpenCV, shrunk to a mask, and kept: a frame costs one
textured quad.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt
from kivy.graphics.texture import Texture

Mask = npt.NDArray[np.uint8]
Point = tuple[float, float]

Ink = int | tuple[int, int, int, int]
"""Cover from 0 to 255 on a mask; red, green, blue, opacity on a sheet."""

OVERSAMPLING: Final = 4
"""Four times each way: 16 steps of cover at an edge."""


class Pencil:
    """Draws in units of the caller's choosing (y down), centred, into a mask of cover or, given a `ground`, in
    colours."""

    def __init__(self, width: int, height: int, units: tuple[float, float], ground: Ink = 0) -> None:
        self._size = (max(1, width), max(1, height))
        self._factor = min(self._size[0] / units[0], self._size[1] / units[1]) * OVERSAMPLING
        self._left = (self._size[0] * OVERSAMPLING - units[0] * self._factor) / 2
        self._top = (self._size[1] * OVERSAMPLING - units[1] * self._factor) / 2
        rows, columns = self._size[1] * OVERSAMPLING, self._size[0] * OVERSAMPLING
        if isinstance(ground, int):
            self._mask: Mask = np.full((rows, columns), ground, np.uint8)
        else:
            # Four bytes as one number: filled byte by byte, a sheet of 620x600 costs 95 ms instead of 5 (measured).
            (pixel,) = np.array([ground], np.uint8).view(np.uint32).reshape(-1)
            self._mask = np.full((rows, columns), pixel, np.uint32).view(np.uint8).reshape(rows, columns, 4)

    def _at(self, point: Point) -> tuple[int, int]:
        return round(point[0] * self._factor + self._left), round(point[1] * self._factor + self._top)

    def _wide(self, width: float) -> int:
        return max(1, round(width * self._factor))

    def line(self, points: Sequence[Point], width: float, *, closed: bool = False, cover: Ink = 255) -> None:
        """A stroke with round ends and corners."""
        corners = np.array([self._at(p) for p in points], np.int32)
        cv2.polylines(self._mask, [corners], closed, cover, self._wide(width), cv2.LINE_8)

    def area(self, points: Sequence[Point], *, cover: Ink = 255) -> None:
        """A filled polygon."""
        cv2.fillPoly(self._mask, [np.array([self._at(p) for p in points], np.int32)], cover)

    def disc(self, centre: Point, radius: float, *, cover: Ink = 255) -> None:
        """A filled circle; cover 0 cuts a hole."""
        cv2.circle(self._mask, self._at(centre), self._wide(radius), cover, -1)

    def arc(self, centre: Point, radius: float, start: float, end: float, width: float, *, cover: Ink = 255) -> None:
        """A part of a circle, in degrees clockwise from 3 o'clock."""
        steps = max(8, int(abs(end - start) / 4))
        angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
        self.line(
            [(centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a)) for a in angles], width, cover=cover
        )

    def box(self, left: float, top: float, right: float, bottom: float, width: float, radius: float = 0.0) -> None:
        """The outline of a rectangle with round corners."""
        self.line(rounded(left, top, right, bottom, radius), width, closed=True)

    def drawn(self) -> Mask:
        """What was drawn, at the size asked for: rows of cover, or rows of RGBA."""
        return np.asarray(cv2.resize(self._mask, self._size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> list[Point]:
    """The corners of a rectangle with round corners, as a polygon."""
    if radius <= 0:
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    points: list[Point] = []
    for x, y, first in (
        (right - radius, top + radius, -90),
        (right - radius, bottom - radius, 0),
        (left + radius, bottom - radius, 90),
        (left + radius, top + radius, 180),
    ):
        for step in range(9):
            angle = math.radians(first + step * 90 / 8)
            points.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
    return points


def smooth(points: Sequence[Point], steps: int = 8) -> list[Point]:
    """A closed curve through the points (Catmull-Rom), for outlines that are not made of straight lines."""
    ring = [np.array(p, np.float64) for p in points]
    curve: list[Point] = []
    for at in range(len(ring)):
        a, b, c, d = (ring[(at + k) % len(ring)] for k in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            x, y = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - 3 * c + d - a) * t**3)
            curve.append((float(x), float(y)))
    return curve


def ink(colour: tuple[float, float, float, float], opacity: int = 255) -> Ink:
    """A colour of the theme as a pencil takes it."""
    red, green, blue = (round(part * 255) for part in colour[:3])
    return (red, green, blue, opacity)


def tintable(mask: Mask) -> Any:
    """A white texture with the mask as opacity: the Color before it gives its colour."""
    pixels = np.full((*mask.shape, 4), 255, np.uint8)
    pixels[:, :, 3] = mask
    return textured(pixels)


def textured(pixels: npt.NDArray[np.uint8]) -> Any:
    """A texture of RGB or RGBA rows, first row on top."""
    height, width, channels = pixels.shape
    colours = "rgba" if channels == 4 else "rgb"
    texture = Texture.create((width, height), colorfmt=colours)
    texture.blit_buffer(np.ascontiguousarray(pixels).reshape(-1), colorfmt=colours, bufferfmt="ubyte")
    texture.flip_vertical()
    return texture
