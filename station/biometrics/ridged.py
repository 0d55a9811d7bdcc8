"""How far what is dark and light on a picture is as wide as finger ridges are: by spectra of small squares."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

PATCH: Final = 64
"""Pixels of a square whose spectrum is looked at: six ridges."""
MOST_PATCHES: Final = 600
FILLED: Final = 0.9
"""Share of a square that must lie within the region."""
_WINDOW: Final = np.outer(np.hanning(PATCH), np.hanning(PATCH)).astype(np.float32)
_FREQUENCY: Final = np.hypot(np.fft.fftfreq(PATCH)[:, None], np.fft.rfftfreq(PATCH)[None, :])
_RIDGED: Final = (_FREQUENCY > 1 / 16) & (_FREQUENCY < 1 / 5)
"""Periods of 5 to 16 pixels: 0.25 to 0.8 mm, what fingers of children and men have."""
_TOLD: Final = (_FREQUENCY > 1 / 45) & (_FREQUENCY < 0.45)
"""Without uneven pressure and without the sensor's noise."""


def ridge_shares(grey: NDArray[np.float32], region: NDArray[np.bool_], filled: float = FILLED) -> NDArray[np.float64]:
    """For each square within a region of a 500 ppi picture, the share of its contrast that is as wide as ridges."""
    half = PATCH // 2
    inside = cv2.blur(region.astype(np.float32), (PATCH, PATCH))
    corners = [
        (y, x)
        for y in range(0, grey.shape[0] - PATCH + 1, half)
        for x in range(0, grey.shape[1] - PATCH + 1, half)
        if inside[y + half, x + half] > filled
    ][:MOST_PATCHES]
    if not corners:
        return np.zeros(0)
    patches = np.stack([grey[y : y + PATCH, x : x + PATCH] for y, x in corners])
    patches -= patches.mean(axis=(1, 2), keepdims=True)
    power = np.abs(np.fft.rfft2(patches * _WINDOW)) ** 2
    share = power[:, _RIDGED].sum(axis=1) / np.maximum(power[:, _TOLD].sum(axis=1), 1e-6)
    return np.asarray(share, np.float64)
