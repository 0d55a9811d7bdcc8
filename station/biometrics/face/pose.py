"""Which way the head looks: yaw, pitch and roll in degrees.

Signs are those of ISO/IEC 19794-5: yaw is positive when the face looks to its own left (to the right in the picture),
pitch when it looks down, roll when the head leans to its own right shoulder (anticlockwise in the picture).

The mesh's points, with their depth, are laid on a rigid face of sixteen places that neither mouth nor lids move, in the
sense of least squares; the rotation between them is the pose. That rigid face was measured: the mean of the meshes of a
hundred public portraits, made symmetrical (so that yaw and roll have their zero by construction), its pitch set so that
the median portrait looks straight ahead. An independent face model, laid on the same pictures by the points' places
alone (perspective, no depth), agrees: slopes of 0.97 to 1.00, differences of 0.1 to 0.9 degrees, pitch 0.9 higher.
"""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.face.mesh import Mesh

# Right and left point, then x, y, z of the left one: in eye distances, y upwards, z to the camera.
_PAIRS: Final = (
    (33, 263, 0.72, 0.01, -0.04),
    (133, 362, 0.28, -0.01, 0.04),
    (127, 356, 1.12, -0.06, -0.84),
    (93, 323, 1.10, -0.51, -0.94),
    (50, 280, 0.80, -0.48, 0.04),
    (49, 279, 0.32, -0.50, 0.36),
    (105, 334, 0.65, 0.37, 0.20),
    (103, 332, 0.80, 0.70, -0.05),
)
# Points of the middle: y, z.
_MIDDLE: Final = (
    (168, 0.08, 0.32),
    (6, -0.04, 0.39),
    (195, -0.25, 0.55),
    (4, -0.50, 0.68),
    (2, -0.70, 0.38),
    (164, -0.77, 0.35),
    (9, 0.33, 0.35),
    (10, 0.85, 0.27),
)
_PLACES: Final = [right for right, *_ in _PAIRS] + [left for _, left, *_ in _PAIRS] + [place for place, *_ in _MIDDLE]
_RIGID: Final = np.array(
    [(-x, y, z) for _, _, x, y, z in _PAIRS]
    + [(x, y, z) for _, _, x, y, z in _PAIRS]
    + [(0.0, y, z) for _, y, z in _MIDDLE]
)
_CENTRED: Final = _RIGID - _RIGID.mean(0)


class Pose(msgspec.Struct, frozen=True):
    """Degrees; see the module for the signs."""

    yaw: float
    pitch: float
    roll: float
    misfit: float
    """How far the points lie off the rigid face, root mean square in eye distances: 0.02 to 0.05 on a real face."""


def pose_of(mesh: Mesh) -> Pose:
    """The rotation that lays the rigid face on the mesh (Umeyama's closed form)."""
    seen = mesh.points[_PLACES] * (1.0, -1.0, -1.0)
    centred = seen - seen.mean(0)
    turn, scale = _rotation(_CENTRED, centred)
    misfit = np.sqrt(((scale * _CENTRED @ turn.T - centred) ** 2).sum(1).mean()) / max(scale, 1e-6)
    forward, across = turn[:, 2], turn[:, 0]
    return Pose(
        yaw=float(np.degrees(np.arctan2(forward[0], forward[2]))),
        pitch=float(np.degrees(np.arcsin(np.clip(-forward[1], -1, 1)))),
        roll=float(np.degrees(np.arctan2(across[1], across[0]))),
        misfit=float(misfit),
    )


def _rotation(model: NDArray[np.float64], seen: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Rotation and scale that bring the centred `model` to the centred `seen` points."""
    left, strength, right = np.linalg.svd(seen.T @ model)
    sign = np.array((1.0, 1.0, np.sign(np.linalg.det(left @ right))))
    return (left * sign) @ right, float((strength * sign).sum() / (model**2).sum())
