"""The face brought to a fixed place and size, on which light, sharpness, backdrop and glasses are measured.

The geometry is that of OFIQ's aligned image (eyes, nose tip and mouth corners at given places), at the 0.72 of it at
which OFIQ measures the background: eyes 81 pixels apart. So a measure means the same whatever the camera's size, and
its cost is known: the patch is 354x384 pixels.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from station.biometrics.face.detection import Colour
from station.biometrics.face.mesh import MOUTH_CORNERS, NOSE_TIP, Mesh, Points

Grey = NDArray[np.uint8]
Light = NDArray[np.float32]

WIDTH: Final = 354
HEIGHT: Final = 384
EYES_Y: Final = 196
EYE_DISTANCE: Final = 81.0
CENTRE_X: Final = 177
MOUTH_Y: Final = 289
FEATURES: Final = np.s_[EYES_Y - 36 : MOUTH_Y + 41, CENTRE_X - 72 : CENTRE_X + 73]
"""Eyes, nose and mouth: where a face has its edges."""
# Eye centres, nose tip, mouth corners.
_PLACES: Final = (np.array(((251, 272), (364, 272), (308, 336), (262, 402), (355, 402))) - (62, 0)) * 0.72


def _linear() -> NDArray[np.float32]:
    value = np.arange(256) / 255
    return np.asarray(np.where(value > 0.04045, ((value + 0.055) / 1.055) ** 2.4, value / 12.92), np.float32)


LINEAR: Final = _linear()
"""sRGB's 8-bit values as linear light, 0 to 1."""


class Aligned:
    """A face's patch and what is derived from it, each once."""

    def __init__(self, rgb: Colour, mesh: Mesh) -> None:
        marks = np.vstack((mesh.eyes, mesh.points[[NOSE_TIP, *MOUTH_CORNERS], :2]))
        self.matrix = _similarity(marks)
        self.rgb = _brought(rgb, self.matrix)
        self._size = rgb.shape[1], rgb.shape[0]
        self._mesh = mesh

    @cached_property
    def grey(self) -> Grey:
        return np.asarray(cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY), np.uint8)

    @cached_property
    def luminance(self) -> Grey:
        """Relative luminance (linear light, Rec. 709) from 0 to 255, as ISO/IEC 29794-5 measures on it."""
        light = cv2.LUT(self.rgb, LINEAR * 255)
        return np.asarray(np.round(light @ np.array((0.2126, 0.7152, 0.0722), np.float32)), np.uint8)

    @cached_property
    def skin(self) -> NDArray[np.bool_]:
        """Where the face is, from the brows to the chin, a little inside its outline."""
        outline = self.place(self._mesh.skin)
        inside = outline.mean(0) + 0.92 * (outline - outline.mean(0))
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.fillPoly(mask, [np.round(inside).astype(np.int32)], 1)
        return mask.astype(bool)

    @cached_property
    def inside(self) -> NDArray[np.bool_]:
        """Where the patch shows the picture and not what was drawn out beyond its edge."""
        width, height = self._size
        corners = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float64)
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.fillPoly(mask, [np.round(self.place(corners)).clip(-30_000, 30_000).astype(np.int32)], 1)
        return mask.astype(bool)

    def place(self, points: Points) -> Points:
        """Points of the picture on the patch."""
        return np.asarray(points @ self.matrix[:, :2].T + self.matrix[:, 2], np.float64)


def _similarity(marks: Points) -> Points:
    """Turn, scale and shift that bring the five marks to their places, in the sense of least squares."""
    seen, wanted = ((points - points.mean(0)) @ (1, 1j) for points in (marks, _PLACES))
    turn = (seen.conj() @ wanted) / max(abs(seen.conj() @ seen), 1e-9)
    matrix = np.array(((turn.real, -turn.imag), (turn.imag, turn.real)))
    return np.column_stack((matrix, _PLACES.mean(0) - matrix @ marks.mean(0)))


def _brought(rgb: Colour, matrix: Points) -> Colour:
    """The patch. A much larger picture is averaged down first, as far as the patch needs of it."""
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if scale < 0.6:
        back = cv2.invertAffineTransform(matrix)
        corners = np.array(((0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT))) @ back[:, :2].T + back[:, 2]
        left, top = (max(0, int(v)) for v in corners.min(0))
        right, bottom = (int(v) + 2 for v in corners.max(0))
        part = rgb[top : max(bottom, top + 2), left : max(right, left + 2)]
        if part.size:
            shrink = max(scale / 0.9, 2 / min(part.shape[:2]))
            small = cv2.resize(part, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
            shift = matrix[:, :2] @ (left, top) + matrix[:, 2]
            rgb, matrix = np.asarray(small, np.uint8), np.column_stack((matrix[:, :2] / shrink, shift))
    return np.asarray(
        cv2.warpAffine(rgb, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
