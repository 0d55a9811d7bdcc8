"""A lamp or a window that mirrors in the eye or in glasses before it: a large bright spot with darker all around.

A scanner's own lamps make small spots, which the search fills. What is larger covers pupil or limbus, and then circles,
roundness and usable area say nothing but that something is in the way.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

WIDTH: Final = 640
"""Pixels to which a picture is brought, as for the search of the circles."""
BRIGHT: Final = 238
"""Grey of a mirrored light: the sensor is at its end."""
SMALLEST: Final = 16
"""Pixels across, a tenth of an iris of usual size. Scanners' own lamps: up to 14 in seven real pictures."""
LARGEST: Final = 0.35
"""Share of the picture's width: what is larger is skin or sclera in too much light."""
DARKER: Final = 30
"""Grey by which what is around it is darker."""
AROUND: Final = 0.85
"""Share of what is around it that is; an over-exposed sclera has its like beside it."""
FULL: Final = 0.6
"""Share of its box's ellipse that a spot fills at least."""


def is_mirrored(image: Grey) -> bool:
    """Is there such a spot in a grey picture?"""
    scale = WIDTH / image.shape[1]
    page = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    bright = np.asarray(cv2.morphologyEx((page >= BRIGHT).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bright)
    return any(_is_spot(page, np.asarray(labels), label, stats[label]) for label in range(1, count))


def _is_spot(page: Grey, labels: NDArray[np.int32], label: int, box: NDArray[np.int32]) -> bool:
    x, y, width, height, area = (int(value) for value in box)
    if min(width, height) < SMALLEST or max(width, height) > LARGEST * WIDTH:
        return False
    if x == 0 or y == 0 or x + width >= page.shape[1] or y + height >= page.shape[0]:
        return False
    if area < FULL * np.pi / 4 * width * height:
        return False
    top, left = max(0, y - 12), max(0, x - 12)
    part = np.s_[top : y + height + 12, left : x + width + 12]
    spot = (labels[part] == label).astype(np.uint8)
    near, far = (np.asarray(cv2.dilate(spot, np.ones((size, size), np.uint8))) > 0 for size in (11, 21))
    ring = page[part][far & ~near]
    return bool(ring.size) and float((ring < BRIGHT - DARKER).mean()) >= AROUND
