"""Which faces are in the picture, and where: YuNet's boxes and five points.

YuNet looks at a picture brought to 320 pixels: 3 to 4 ms. Its points are checked against each other, since on a profile
the mesh is sure of itself (0.99) and wrong (a yaw of 18 degrees); the points are not fooled.
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.face import models
from station.biometrics.nbis import UnusableImage

Colour = NDArray[np.uint8]

LOOK: Final = 320
"""Pixels of the longer side at which faces are looked for: YuNet's training size."""
SURE: Final = 0.8
"""YuNet's score from which it is a face without the mesh's word: logos and folds of cloth reach 0.79 (measured)."""
SMALLEST: Final = 32
"""Pixels of the shorter side: less is no portrait."""
SLIMMEST: Final = 8
"""Longer side over shorter one: what is slimmer is no portrait."""
MAX_PIXELS: Final = 60_000_000
"""No camera of a station takes more; larger pictures are refused."""


class FoundFace(msgspec.Struct, frozen=True):
    """A face in pixels of the picture it was found in."""

    x: float
    y: float
    width: float
    height: float
    confidence: float
    points: tuple[tuple[float, float], ...]
    """In the picture from left to right: eye, eye; nose tip; corner of the mouth, corner of the mouth."""

    @property
    def eye_distance(self) -> float:
        (ax, ay), (bx, by) = self.points[:2]
        return float(np.hypot(bx - ax, by - ay))

    @property
    def middle(self) -> tuple[float, float]:
        xs, ys = zip(*self.points, strict=True)
        return sum(xs) / 5, sum(ys) / 5

    @property
    def roll(self) -> float:
        """Degrees by the eyes' line, as ISO/IEC 19794-5 counts: positive towards the right shoulder."""
        (ax, ay), (bx, by) = self.points[:2]
        return float(np.degrees(np.arctan2(ay - by, bx - ax)))

    @property
    def turn(self) -> float:
        """How far the nose lies off the middle of the eyes, along their line, over their distance; 0 is frontal."""
        (ax, ay), (bx, by), (nx, ny) = self.points[:3]
        ex, ey = bx - ax, by - ay
        along = ((nx - (ax + bx) / 2) * ex + (ny - (ay + by) / 2) * ey) / (ex * ex + ey * ey + 1e-6)
        return float(abs(along))

    @property
    def sane(self) -> bool:
        """Do the points make a face that looks this way: eyes above nose above mouth, eyes as far apart as in a face?

        Judged in the face's own upright, so that a tilted head passes. A profile does not: there the nose leaves the
        span of the eyes, or the eyes fall together.
        """
        (ax, ay), (bx, by) = self.points[:2]
        distance = self.eye_distance
        if bx <= ax or distance < 1:
            return False
        along, down = (bx - ax) / distance, (by - ay) / distance
        _, (nose_x, nose_y), (left_x, left_y), (right_x, right_y) = (
            ((x - ax) * along + (y - ay) * down, (y - ay) * along - (x - ax) * down) for x, y in self.points[1:]
        )
        mouth_y = (left_y + right_y) / 2
        ordered = right_x > left_x and 0 < nose_y < mouth_y and 0 < nose_x < distance
        return ordered and 0.25 < distance / max(self.width, 1.0) < 0.75 and 0.5 < mouth_y / distance < 2.0


def find_faces(rgb: Colour, look: int = LOOK) -> tuple[FoundFace, ...]:
    """Faces in an RGB picture, largest first, looked for at `look` pixels of the longer side. Raises UnusableImage."""
    check(rgb)
    found = _detect(rgb, min(1.0, look / max(rgb.shape[:2])))
    return tuple(sorted(found, key=lambda face: -face.eye_distance))


def search_faces(rgb: Colour) -> tuple[FoundFace, ...]:
    """As `find_faces`, with more patience: for a still of unknown make. Raises UnusableImage.

    A face that fills the picture to its edges is found when there is room around it, a small one at a closer look.
    """
    found = find_faces(rgb)
    if any(face.confidence >= SURE for face in found):
        return found
    small = _shrunk(rgb, min(1.0, LOOK / max(rgb.shape[:2])))
    scale = rgb.shape[1] / small.shape[1]
    border = max(small.shape[:2]) // 2
    framed = cv2.copyMakeBorder(small, border, border, border, border, cv2.BORDER_CONSTANT, value=(127, 127, 127))
    close = (_moved(face, scale, -border * scale) for face in _detect(np.asarray(framed, np.uint8), 0.5))
    for faces in (tuple(close), find_faces(rgb, 2 * LOOK)):
        # Without a sure face these show frames and folds rather than people.
        if any(face.confidence >= SURE for face in faces):
            return tuple(sorted(faces, key=lambda face: -face.eye_distance))
    return found


def sure_upside_down(rgb: Colour) -> float:
    """YuNet's highest score of a face in the picture turned by half a turn; 0 where it sees none.

    It finds faces that hang upside down, too, and the mesh lays eyes and mouth on them, but it is surer of upright
    ones: on a hundred pictures by 0.03 and more.
    """
    small = _shrunk(rgb, min(1.0, LOOK / max(rgb.shape[:2])))
    return max((face.confidence for face in _detect(np.ascontiguousarray(small[::-1, ::-1]), 1.0)), default=0.0)


def check(rgb: Colour) -> None:
    """Raises UnusableImage for what cannot be a portrait."""
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
        raise UnusableImage(f"A portrait must be 8-bit RGB, not {rgb.dtype} of shape {rgb.shape}.")
    short, long = sorted(rgb.shape[:2])
    if short < SMALLEST or long > SLIMMEST * short or short * long > MAX_PIXELS:
        raise UnusableImage(f"A picture of {rgb.shape[1]}x{rgb.shape[0]} pixels cannot be a portrait.")


def _detect(rgb: Colour, scale: float) -> list[FoundFace]:
    """YuNet on the picture brought to `scale`."""
    small = _shrunk(rgb, scale)
    _, rows = models.yunet(small.shape[1], small.shape[0]).detect(cv2.cvtColor(small, cv2.COLOR_RGB2BGR))
    shrunk = np.array((rgb.shape[1] / small.shape[1], rgb.shape[0] / small.shape[0]))
    return [_read(np.asarray(row, np.float64), shrunk) for row in (() if rows is None else rows)]


def _shrunk(rgb: Colour, scale: float) -> Colour:
    """The picture at `scale`, never under SMALLEST pixels a side, whatever its shape."""
    if scale >= 1:
        return rgb
    size = [max(SMALLEST, round(side * scale)) for side in (rgb.shape[1], rgb.shape[0])]
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _read(row: NDArray[np.float64], scale: NDArray[np.float64]) -> FoundFace:
    # YuNet names the person's right eye and mouth corner first: those are on the left in the picture.
    x, y, width, height = (float(value) for value in row[:4] * np.tile(scale, 2))
    points = row[4:14].reshape(5, 2) * scale
    return FoundFace(x, y, width, height, float(row[14]), tuple((float(a), float(b)) for a, b in points))


def _moved(face: FoundFace, scale: float, by: float) -> FoundFace:
    return FoundFace(
        x=face.x * scale + by,
        y=face.y * scale + by,
        width=face.width * scale,
        height=face.height * scale,
        confidence=face.confidence,
        points=tuple((x * scale + by, y * scale + by) for x, y in face.points),
    )
