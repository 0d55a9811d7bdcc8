"""Turns a drawn head: yaw and pitch in space, by the depth that the head was drawn with.

Signs are those of ISO/IEC 19794-5: yaw is positive towards the person's own left, pitch downwards. Chest and shoulders
stay; between chin and collar the turn fades out. Every point of the drawing is carried to where it is seen after the
turn, nearer ones hide those behind them, and the little holes that stretching leaves are filled from around them.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from station.bench.people.likeness import Face
from station.bench.people.portrait import head_depth
from station.bench.people.shapes import CENTRE, SIZE, UNIT, Colour, Field

_FINER: Final = 2
"""Points for every pixel of the drawing, each way."""
_SKIN_DEEP: Final = 0.06
"""Points so close behind the nearest one (in units) are of the same surface."""
_NECK: Final = (1.05, 1.75)
"""Heights between which the turn fades out."""
_AXIS: Final = -0.35
"""Depth of the axis that a head turns about."""


def turn(face: Face, colour: Colour, mask: Field, yaw: float, pitch: float) -> tuple[Colour, Field]:
    """The drawing and its mask with the head turned by so many degrees."""
    if not yaw and not pitch:
        return colour, mask
    size = SIZE * _FINER
    large = np.asarray(cv2.resize(colour, (size, size), interpolation=cv2.INTER_LINEAR), np.uint8)
    cover = np.asarray(cv2.resize(mask, (size, size), interpolation=cv2.INTER_LINEAR), np.float32)
    rows, columns = (np.mgrid[0:size, 0:size].astype(np.float32) + 0.5) / _FINER
    x, y = (columns - CENTRE[0]) / UNIT, (rows - CENTRE[1]) / UNIT
    here = cover > 0.02
    x, y, samples, weight = x[here], y[here], large[here], cover[here]
    z = np.asarray(cv2.resize(head_depth(face), (size, size), interpolation=cv2.INTER_LINEAR))[here] - _AXIS
    share = np.clip((_NECK[1] - y) / (_NECK[1] - _NECK[0]), 0, 1)
    share = share * share * (3 - 2 * share)
    about, down = np.radians(yaw) * share, np.radians(pitch) * share
    x, z = x * np.cos(about) + z * np.sin(about), z * np.cos(about) - x * np.sin(about)
    y, z = (y - 0.6) * np.cos(down) + z * np.sin(down) + 0.6, z * np.cos(down) - (y - 0.6) * np.sin(down)
    return _seen(x * UNIT + CENTRE[0], y * UNIT + CENTRE[1], z, samples, weight)


def _seen(x: Field, y: Field, z: Field, samples: Colour, weight: Field) -> tuple[Colour, Field]:
    """Points in space as a picture: in each pixel the mean of what is nearest."""
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    inside = (column >= 0) & (column < SIZE) & (row >= 0) & (row < SIZE)
    place, z, samples, weight = (row * SIZE + column)[inside], z[inside], samples[inside], weight[inside]
    nearest = np.full(SIZE * SIZE, -np.inf, np.float32)
    order = np.argsort(z, kind="stable")
    nearest[place[order]] = z[order]
    front = z > nearest[place] - _SKIN_DEEP
    place, samples, weight = place[front], samples[front], weight[front]
    count = np.bincount(place, minlength=SIZE * SIZE)
    total = np.maximum(count, 1)
    colour = np.stack([np.bincount(place, samples[:, c], SIZE * SIZE) / total for c in range(3)], axis=-1)
    mask = (np.bincount(place, weight, SIZE * SIZE) / total).reshape(SIZE, SIZE)
    filled = (count > 0).reshape(SIZE, SIZE).astype(np.uint8)
    holes = cv2.morphologyEx(filled, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)) - filled
    picture = np.clip(colour, 0, 255).astype(np.uint8).reshape(SIZE, SIZE, 3)
    whole = cv2.inpaint(picture, holes, 3, cv2.INPAINT_TELEA)
    return np.asarray(whole, np.uint8), np.asarray(np.maximum(mask, holes), np.float32)
