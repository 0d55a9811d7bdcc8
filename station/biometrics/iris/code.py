"""Is it the same eye? An iris code after Daugman: phase bits of a band-pass filter around the iris, with a mask.

For the step, not for a search of many: one eye given twice as left and right is found, and a second picture of an eye
is known again. Masek's one-dimensional log-Gabor filter on rows around the pupil gives two bits a place; codes are
compared by the share of bits that differ (Hamming distance), over turns of the head.
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.iris.boundaries import Grey
from station.biometrics.iris.lids import Cover, Square

ROWS: Final = 20
"""From pupil to limbus."""
PLACES: Final = 256
"""Around."""
WAVES: Final = (14.0, 26.0)
"""Wavelengths of the filters, in places around."""
BANDWIDTH: Final = 0.5
MOST_TURN: Final = 14
"""Places by which a head may be turned: 20 degrees."""
LEAST_BITS: Final = 2500
"""Fewer comparable bits say nothing."""
SAME_EYE: Final = 0.36
"""Hamming distance below which two pictures are of one eye. Daugman's own decision line is 0.33 for searches of
millions. Measured on generated eyes: another picture of the same eye 0.02 to 0.31, other eyes 0.42 to 0.49."""


class Code(msgspec.Struct, frozen=True):
    """Bits and which of them count: (filters, ROWS, PLACES, 2) and (ROWS, PLACES)."""

    bits: NDArray[np.bool_]
    valid: NDArray[np.bool_]


def encode(eye: Square, cover: Cover) -> Code:
    """The code of an eye in its square."""
    band, valid = _unrolled(eye, cover)
    band = np.where(valid, band, float(np.median(band[valid])) if valid.any() else 0.0)
    spectrum = np.fft.fft(band - band.mean(axis=1, keepdims=True), axis=1)
    frequencies = np.fft.fftfreq(PLACES)
    parts = []
    for wave in WAVES:
        with np.errstate(divide="ignore"):
            shape = np.exp(-(np.log(np.maximum(frequencies, 1e-9) * wave) ** 2) / (2 * np.log(BANDWIDTH) ** 2))
        answer = np.fft.ifft(spectrum * np.where(frequencies > 0, shape, 0), axis=1)
        parts.append(np.stack([answer.real > 0, answer.imag > 0], axis=-1))
    return Code(np.stack(parts), valid)


def distance(first: Code, second: Code) -> float | None:
    """Share of differing bits at the best turn, 0 to about 0.5; None where too little of both is visible."""
    best: float | None = None
    for turn in range(-MOST_TURN, MOST_TURN + 1):
        both = first.valid & np.roll(second.valid, turn, axis=1)
        bits = int(both.sum()) * 2 * len(WAVES)
        if bits < LEAST_BITS:
            continue
        differ = (first.bits ^ np.roll(second.bits, turn, axis=2)) & both[None, :, :, None]
        share = float(differ.sum()) / bits
        best = share if best is None else min(best, share)
    return best


def _unrolled(eye: Square, cover: Cover) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The ring between pupil and limbus as a band, and where it is seen."""
    angles = np.linspace(0, 2 * np.pi, PLACES, endpoint=False).astype(np.float32)
    inner, outer = eye.pupil.points(angles), eye.iris.points(angles)
    shares = np.linspace(0.06, 0.92, ROWS, dtype=np.float32)[:, None]
    x = np.asarray(inner[0] + (outer[0] - inner[0]) * shares, np.float32)
    y = np.asarray(inner[1] + (outer[1] - inner[1]) * shares, np.float32)
    soft: Grey = np.asarray(cv2.GaussianBlur(eye.grey, (0, 0), 1.2), np.uint8)
    band = np.asarray(cv2.remap(soft, x, y, cv2.INTER_LINEAR), np.float64)
    hidden = np.asarray(cv2.remap(cover.hidden.astype(np.uint8), x, y, cv2.INTER_NEAREST)) > 0
    return band, np.asarray(~hidden, bool)
