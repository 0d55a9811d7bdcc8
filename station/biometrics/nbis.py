"""The one door to NBIS and NFIQ 2 (nbis-py): images in, plain values out.

nbis-py lets go of the GIL while it works, so a thread pool serves as well as processes, and the screen thread keeps
running.
It raises subclasses of NbisError; `Nfiq2ComputeFailed` is how it says "this is not a finger print"
(a blank image, hardly any ridges), and is told apart from real failures here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import cv2
import msgspec
import nbis
import numpy as np
from numpy.typing import NDArray

THREADS: Final = 6
"""Threads that judge prints at once: more than the station's two cores, so that none idles while a thread waits or the
prints that are left are uneven. Ten prints take 0.54 times one thread's time, with two threads 0.56 on a quiet machine
and 0.61 on a busy one. The screen does not feel it (days of five: longest gap 190 to 240 ms either way)."""
PPI: Final = 500
"""NFIQ 2 and MINDTCT are defined at 500 ppi only."""
MAX_PIXELS: Final = 4_000_000
"""More than any platen of 500 ppi holds (FAP 60: 2.4 million); larger images are refused unread."""


LARGEST: Final = (1000, 800)
"""Height and width above which NFIQ 2 fails on a print (its minutiae extractor's limit; found by trial: 800 wide is
read, 801 not). Rolled prints on cards are larger with their box's text; the print itself is not."""


INVERTED: Final = (
    "The picture has light ridges on a dark ground. Set the scanner to dark ridges on a light ground, "
    "as ISO/IEC 19794-4 has them, or invert the picture."
)


class UnusableImage(ValueError):
    """The picture cannot be judged at all; the text says what is wrong with it."""


class Ridges(msgspec.Struct, frozen=True):
    """What NFIQ 2 and MINDTCT say of one print."""

    nfiq2: int | None
    """0 to 100, or None where NFIQ 2 found no finger print to score."""
    minutiae: int
    template: bytes
    """ISO/IEC 19794-2:2005 record of the minutiae; empty without any."""
    features: dict[str, float] = {}
    """NFIQ 2's native measures by NIST's names."""


def to_500_ppi(image: NDArray[np.uint8], ppi: int) -> NDArray[np.uint8]:
    """A grey picture at 500 ppi. Raises UnusableImage for wrong pixels, absurd sizes, or an unknown ppi."""
    if image.ndim != 2 or image.dtype != np.uint8:
        raise UnusableImage(f"A finger print must be 8-bit grey, not {image.dtype} with {image.ndim} axes.")
    if ppi <= 0:
        raise UnusableImage("The scanner does not say how many pixels an inch has. Set its resolution.")
    if not 100 <= ppi <= 2000:
        raise UnusableImage(f"{ppi} pixels per inch is no finger print resolution (100 to 2000).")
    scale = PPI / ppi
    if image.size * scale * scale > MAX_PIXELS or image.size > 4 * MAX_PIXELS:
        raise UnusableImage(
            f"A picture of {image.shape[1]}x{image.shape[0]} pixels at {ppi} ppi is larger than a platen."
        )
    if ppi != PPI:
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        image = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=method), dtype=np.uint8)
    if min(image.shape) < 32:
        raise UnusableImage(f"A picture of {image.shape[1]}x{image.shape[0]} pixels is too small for a finger print.")
    return np.ascontiguousarray(image)


def read_ridges(image: NDArray[np.uint8]) -> Ridges:
    """NFIQ 2 and minutiae of a 500 ppi grey print: some 0.2 s."""
    try:
        found = _extractor(quality=True).extract_minutiae(_file(_readable(image)))
    except nbis.NbisError.Nfiq2ComputeFailed:
        return Ridges(nfiq2=None, minutiae=0, template=b"")
    quality = found.quality()
    features = {value.name: float(value.value) for value in (*quality.actionable, *quality.features)}
    return Ridges(
        nfiq2=int(quality.score),
        minutiae=len(found.get()),
        template=found.to_iso_19794_2_2005() if found.get() else b"",
        features=features,
    )


def _readable(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture that is too large for NFIQ 2 cut to the window that holds most of the ridges."""
    rows, columns = min(image.shape[0], LARGEST[0]), min(image.shape[1], LARGEST[1])
    if (rows, columns) == image.shape:
        return image
    edges = np.abs(cv2.Laplacian(cv2.GaussianBlur(image, (0, 0), 1.5), cv2.CV_32F))
    held = cv2.integral(edges)
    sums = held[rows:, columns:] - held[:-rows, columns:] - held[rows:, :-columns] + held[:-rows, :-columns]
    top, left = divmod(int(np.argmax(sums)), sums.shape[1])
    return np.ascontiguousarray(image[top : top + rows, left : left + columns])


def read_minutiae(image: NDArray[np.uint8]) -> bytes:
    """The minutiae record alone (MINDTCT, some 0.08 s); empty where there are none."""
    found = _extractor(quality=False).extract_minutiae(_file(image))
    return bytes(found.to_iso_19794_2_2005()) if found.get() else b""


def compare(probe: bytes, reference: bytes) -> int:
    """Bozorth3 score of two minutiae records; 0 where one is empty."""
    if not probe or not reference:
        return 0
    return int(_loaded(probe).compare(_loaded(reference)))


@lru_cache(maxsize=1024)
def _loaded(template: bytes) -> Any:
    return _extractor(quality=False).load_iso_19794_2_2005(template)


@lru_cache(maxsize=2)
def _extractor(*, quality: bool) -> Any:
    settings = nbis.NbisExtractorSettings(
        min_quality=0.0, get_center=False, check_fingerprint=False, compute_nfiq2=quality, ppi=float(PPI)
    )
    return nbis.new_nbis_extractor(settings)


def _file(image: NDArray[np.uint8]) -> bytes:
    """nbis-py takes a file's bytes. It copies each with the interpreter's lock held, so the smaller file lets the
    other fingers go on sooner: ten on two cores take 0.52 of the time of one after another, against 0.58 with BMP."""
    done, data = cv2.imencode(".png", image, (cv2.IMWRITE_PNG_COMPRESSION, 1))
    if not done:
        raise UnusableImage("The picture could not be handed to NBIS.")
    return data.tobytes()
