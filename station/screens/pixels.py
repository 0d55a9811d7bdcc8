"""Pictures as rows of pixels, made ready to be shown. Knows no window: for background threads."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""Rows of RGB, first row on top."""


def rows_of(data: bytes, width: int, height: int, channels: int) -> Pixels:
    """Rows of RGB from raw bytes of 8-bit grey (channels 1) or RGB (3)."""
    pixels = np.frombuffer(data, np.uint8).reshape(height, width, channels)
    return np.repeat(pixels, 3, axis=2) if channels == 1 else pixels


def shrunk(pixels: Pixels, width: int, height: int) -> Pixels:
    """At most this wide and high, same shape; smaller pictures come back as they are."""
    factor = min(width / pixels.shape[1], height / pixels.shape[0])
    if factor >= 1:
        return pixels
    size = (max(1, round(pixels.shape[1] * factor)), max(1, round(pixels.shape[0] * factor)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def decoded(coded: bytes) -> Pixels:
    """The rows of a coded picture (JPEG, PNG, JPEG 2000). Raises ValueError when it is none."""
    pixels = cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_COLOR_RGB)
    if pixels is None:
        raise ValueError("these bytes are no picture")
    return np.asarray(pixels, dtype=np.uint8)
