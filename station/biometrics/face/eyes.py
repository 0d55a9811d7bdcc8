"""Are the eyes open? The gap between the lids, from Google's iris model, laid on each eye by the mesh.

The mesh's own lids are no measure: it reads the same ratio (0.25 to 0.36) on shut eyes as on open ones. The iris model
draws the lids' edges from a closer picture of each eye: gap over the eye's width is 0.03 to 0.07 on shut eyes and 0.2
to 0.45 on open ones.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import cv2
import msgspec
import numpy as np

from station.biometrics.face import models
from station.biometrics.face.detection import Colour
from station.biometrics.face.mesh import LEFT_EYE, RIGHT_EYE, Mesh, Points, Square

SIDE: Final = 64
"""Pixels of the model's input."""
REACH: Final = 2.3
"""How much wider than the eye the patch is that the model is trained on."""
LOWER: Final = slice(1, 8)
UPPER: Final = slice(9, 16)
"""The lids in the model's contour, which begins with the lower one at the outer corner; 8 is the inner corner."""


class Eye(IntEnum):
    """The person's own right and left."""

    RIGHT = 0
    LEFT = 1


class Lids(msgspec.Struct, frozen=True):
    """One eye as the iris model sees it, in pixels of the picture."""

    gap: float
    """Widest opening between the lids."""
    width: float
    """From corner to corner."""
    iris: tuple[float, float]
    """Middle of the iris."""

    @property
    def ratio(self) -> float:
        return self.gap / max(self.width, 1e-6)


def look_at_eye(rgb: Colour, mesh: Mesh, eye: Eye) -> Lids:
    """Run the iris model on one eye. It knows one side only; the other eye is shown to it mirrored."""
    outer, inner = (mesh.points[place, :2] for place in (RIGHT_EYE, LEFT_EYE)[eye])
    x, y = (outer + inner) / 2
    across = inner - outer if eye is Eye.RIGHT else outer - inner
    where = Square(float(x), float(y), REACH * float(np.hypot(*across)), float(np.arctan2(across[1], across[0])))
    patch = where.cut(rgb, SIDE)
    if eye is Eye.LEFT:
        patch = np.asarray(cv2.flip(patch, 1), np.uint8)
    contour, iris = (output.reshape(-1, 3)[:, :2] for output in models.run(models.IRIS, patch)[:2])
    lids, pupil = _unflipped(contour[:16], eye), _unflipped(iris[:1], eye)
    scale = where.side / SIDE
    return Lids(
        gap=scale * float(np.hypot(*(lids[LOWER] - lids[UPPER]).T).max()),
        width=scale * float(np.hypot(*(lids[0] - lids[8]))),
        iris=tuple(float(v) for v in where.from_patch(pupil, SIDE)[0]),  # type: ignore[arg-type]  # two values
    )


def _unflipped(points: Points, eye: Eye) -> Points:
    return points if eye is Eye.RIGHT else np.column_stack((SIDE - 1 - points[:, 0], points[:, 1]))
