"""468 points on the face, with depth: Google's face mesh, laid where YuNet found a face.

A point's index means the same place on every face (33 and 133 are the corners of the right eye, 152 the chin, ...).
The mesh is drawn on whatever it is given; its own score tells cloth from faces, but not a profile from a front.
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.face import models
from station.biometrics.face.detection import Colour, FoundFace

Points = NDArray[np.float64]

SIDE: Final = 192
"""Pixels of the model's input."""
REACH: Final = 1.5
"""How much wider than the face the patch is that the model is trained on."""

RIGHT_EYE: Final = (33, 133)
LEFT_EYE: Final = (263, 362)
"""Outer and inner corner; right and left are the person's."""
CHIN: Final = 152
NOSE_TIP: Final = 4
MOUTH_CORNERS: Final = (61, 291)
_LIPS: Final = ((13, 14), (82, 87), (312, 317), (81, 178), (311, 402))
"""Pairs on the inner edge of upper and lower lip."""
# The outline from temple to temple around the chin, closed over the brows: skin that hair and scarf leave free.
_JAW: Final = (127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323)
_BROWS: Final = (454, 356, 300, 293, 334, 296, 336, 107, 66, 105, 63, 70)
_SKIN: Final = (*_JAW, *_BROWS)


class Mesh(msgspec.Struct, frozen=True, eq=False):
    """The points of one face, x and y in pixels of the picture, z in the same unit with the camera below zero."""

    points: Points
    score: float
    """The model's own belief that there is a face, 0 to 1."""

    @property
    def eyes(self) -> Points:
        """Eye centres, the middle of each eye's corners: the person's right one first."""
        return np.stack([self.points[list(eye), :2].mean(0) for eye in (RIGHT_EYE, LEFT_EYE)])

    @property
    def eye_distance(self) -> float:
        right, left = self.eyes
        return float(np.hypot(*(left - right)))

    @property
    def height(self) -> float:
        """From between the eyes to the chin: what ISO/IEC 29794-5 relates other lengths to (T)."""
        return float(np.hypot(*(self.points[CHIN, :2] - self.eyes.mean(0))))

    @property
    def mouth_gap(self) -> float:
        """Widest opening between the lips, over `height`."""
        gaps = [np.hypot(*(self.points[a, :2] - self.points[b, :2])) for a, b in _LIPS]
        return float(max(gaps)) / max(self.height, 1e-6)

    @property
    def skin(self) -> Points:
        """Outline of the face from brows to chin."""
        return np.asarray(self.points[list(_SKIN), :2], np.float64)


class Square(msgspec.Struct, frozen=True):
    """A turned square of the picture: what a model looks at."""

    x: float
    y: float
    side: float
    angle: float
    """Radians, clockwise in the picture."""

    def to_patch(self, pixels: int) -> Points:
        """The affine map from the picture to a patch of that size."""
        scale = pixels / max(self.side, 1e-6)
        cos, sin = scale * np.cos(self.angle), scale * np.sin(self.angle)
        turn = np.array(((cos, sin), (-sin, cos)))
        return np.column_stack((turn, pixels / 2 - turn @ (self.x, self.y)))

    def cut(self, rgb: Colour, pixels: int) -> Colour:
        """The patch itself; what lies outside the picture is its edge drawn out."""
        return np.asarray(
            cv2.warpAffine(
                rgb, self.to_patch(pixels), (pixels, pixels), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            ),
            np.uint8,
        )

    def from_patch(self, points: Points, pixels: int) -> Points:
        """Points of the patch in the picture."""
        back = cv2.invertAffineTransform(self.to_patch(pixels))
        return np.asarray(points @ back[:, :2].T + back[:, 2], np.float64)


def around(face: FoundFace) -> Square:
    """Where the model is to look first.

    Laid by the five points, not by the box, which grows with hair and scarf: on a hundred public portraits the middle
    of the mesh's own square is half way (0.48) from the eyes to the mouth, and it is 3.85 eye distances wide.
    """
    eyes = np.array(face.points[:2])
    mouth = np.array(face.points[3:]).mean(0)
    across, down = eyes[1] - eyes[0], mouth - eyes.mean(0)
    # Turning the head to the side shortens the eyes' distance, nodding that to the mouth.
    reach = max(float(np.hypot(*across)), 0.9 * float(np.hypot(*down)))
    angle = float(np.arctan2(across[1], across[0]))
    x, y = eyes.mean(0) + 0.48 * down
    return Square(float(x), float(y), 3.85 * reach, angle)


def again(mesh: Mesh) -> Square:
    """Where to look a second time, knowing the first result."""
    right, left = mesh.eyes
    angle = float(np.arctan2(left[1] - right[1], left[0] - right[0]))
    cos, sin = np.cos(angle), np.sin(angle)
    upright = mesh.points[:, :2] @ np.array(((cos, -sin), (sin, cos)))
    low, high = upright.min(0), upright.max(0)
    x, y = np.array(((cos, -sin), (sin, cos))) @ ((low + high) / 2)
    return Square(float(x), float(y), REACH * float((high - low).max()), angle)


def lay(rgb: Colour, where: Square) -> Mesh:
    """Run the model on a square of the picture."""
    coordinates, score = models.run(models.MESH, where.cut(rgb, SIDE))[:2]
    flat = coordinates.reshape(-1, 3)
    points = np.column_stack((where.from_patch(flat[:, :2], SIDE), flat[:, 2] * where.side / SIDE))
    return Mesh(points, float(1 / (1 + np.exp(-np.clip(score[0], -30, 30)))))


def find_mesh(rgb: Colour, face: FoundFace) -> Mesh:
    """The mesh of a found face at one look: for live frames."""
    return lay(rgb, around(face))


def find_mesh_closely(rgb: Colour, face: FoundFace) -> Mesh:
    """The mesh at a second look, laid by the first: for stills."""
    first = find_mesh(rgb, face)
    return lay(rgb, again(first)) if first.score > 0.5 else first
