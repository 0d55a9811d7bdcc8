"""What is enough to know a student again: the minutiae of the prints, and a face as small as a passport's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2

from station.biometrics import assess, coding
from station.biometrics.match import Template
from station.biometrics.samples import Sample

FACE_HEIGHT: Final = 480
"""Pixels: enough to tell two people apart on the console, where it stands 300 pixels high."""
JPEG_QUALITY: Final = 85


def draw(prints: Sequence[Sample], face: Sample | None) -> tuple[tuple[Template, ...], bytes]:
    """Templates of the prints, and the face as a small JPEG (empty without one). Raises UnusableImage."""
    return assess.templates_of(prints), b"" if face is None else _small(face)


def _small(face: Sample) -> bytes:
    pixels = coding.decode(face.data, face.format)
    height, width = pixels.shape[:2]
    scale = min(1.0, FACE_HEIGHT / height)
    shrunk = cv2.resize(pixels, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    done, data = cv2.imencode(".jpg", shrunk[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise ValueError(f"A face of {width}x{height} pixels could not be coded.")
    return data.tobytes()
