"""Is this finger print good enough? NFIQ 2 on the uncompressed picture, guarded.

NFIQ 2 alone is no gate: white noise scores 35, and a sharp tip as much as a whole finger. So three guards
stand before it: ridged area, ridge coherence, number of minutiae. Quality is judged before WSQ, since
compression moves the score (45 became 60 on one of NIST's prints).
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics import nbis
from station.biometrics.gates import FingerGate
from station.biometrics.nbis import UnusableImage
from station.biometrics.ridged import ridge_shares
from station.biometrics.samples import Measure, Verdict

NONE_MM2: Final = 25.0
"""Less ridged area than this is no finger at all."""
INVERTED: Final = 20.0
"""Grey levels by which the ground must be darker than the print for light ridges on a dark ground."""
TIP_SHAPE: Final = 0.85
"""Height over width of the contact area: a whole finger is 1.2 to 1.35, a tip 0.53 to 0.56 (measured)."""


NOISE: Final = 0.15
"""Ridge coherence below which there are no ridges: white noise 0.08, blurred noise 0.28, the poorest print 0.38."""


class FingerResult(msgspec.Struct, frozen=True):
    """The verdict on one print, with its minutiae, which cost nothing more to keep."""

    verdict: Verdict
    template: bytes
    """ISO/IEC 19794-2:2005 record, empty where no minutia was found."""


class Contact(msgspec.Struct, frozen=True):
    """Where and how the skin meets the glass, at 500 ppi."""

    area_mm2: float
    shape: float
    """Height over width of the area; 0 for none."""
    grey: float
    """Mean grey of the area, 0 black to 255 white."""
    coherence: float
    """Mean ridge coherence of the area, 0 (no direction) to 1 (parallel ridges)."""
    ridges: float = 0.0
    """Share of its contrast that is as wide as finger ridges are, 0 to 1."""
    ground: float = 0.0
    """By how many grey levels the ground around the ridges is lighter than they are; 0 where none is seen."""


def assess(image: NDArray[np.uint8], ppi: int, gate: FingerGate) -> Verdict:
    """Judge one grey finger print. Raises UnusableImage where there is nothing to judge."""
    return examine(image, ppi, gate).verdict


def examine(image: NDArray[np.uint8], ppi: int, gate: FingerGate) -> FingerResult:
    """Judge one grey finger print and keep its minutiae. Raises UnusableImage."""
    at_500 = nbis.to_500_ppi(image, ppi)
    contact = measure_contact(at_500)
    if contact.ground < -INVERTED:
        raise UnusableImage(nbis.INVERTED)
    if contact.area_mm2 < NONE_MM2:
        area = Measure("area_mm2", round(contact.area_mm2, 1), low=gate.min_area_mm2)
        return FingerResult(Verdict(score=0, good=False, measures=(area,), advice="advice.finger.none"), b"")
    touch = (
        Measure("area_mm2", round(contact.area_mm2, 1), low=gate.min_area_mm2),
        Measure("coherence", round(contact.coherence, 3), low=gate.min_coherence),
        Measure("ridges", round(contact.ridges, 3), low=gate.min_ridges),
        Measure("grey", round(contact.grey, 1)),
    )
    if contact.coherence < NOISE:
        # Not given to NFIQ 2, which would look for minutiae in noise for minutes.
        return FingerResult(Verdict(score=0, good=False, measures=touch, advice="advice.finger.again"), b"")
    ridges = nbis.read_ridges(at_500)
    measures = (
        Measure("nfiq2", ridges.nfiq2 or 0, low=gate.min_nfiq2),
        Measure("minutiae", ridges.minutiae, low=gate.min_minutiae),
        *touch,
    )
    good = all(measure.passed for measure in measures)
    verdict = Verdict(
        score=_score(ridges, contact, gate),
        good=good,
        measures=measures,
        advice=None if good else _advice(ridges, contact, gate),
    )
    return FingerResult(verdict, ridges.template)


def measure_contact(image: NDArray[np.uint8]) -> Contact:
    """Area, shape, grey and ridge coherence of the largest ridged region of a 500 ppi print."""
    grey = image.astype(np.float32)
    window = (17, 17)  # Two ridge periods: one always holds a ridge and a valley.
    mean = cv2.blur(grey, window)
    deviation = np.sqrt(np.maximum(cv2.blur(grey * grey, window) - mean * mean, 0))
    # Ten grey levels: five times the noise of a scanner's bare glass, a third of a dry finger's contrast.
    touched = ((deviation > 10) | (mean < 110)).astype(np.uint8)
    closed = cv2.morphologyEx(touched, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(closed)
    if count < 2:
        return Contact(area_mm2=0, shape=0, grey=255, coherence=0)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    region = labels == largest
    gx, gy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.GaussianBlur(part, (0, 0), 6) for part in (gx * gx, gy * gy, gx * gy))
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy * xy) / (xx + yy + 1e-3)
    return Contact(
        area_mm2=float(stats[largest, cv2.CC_STAT_AREA]) * (25.4 / nbis.PPI) ** 2,
        shape=float(stats[largest, cv2.CC_STAT_HEIGHT] / stats[largest, cv2.CC_STAT_WIDTH]),
        grey=float(grey[region].mean()),
        coherence=float(coherence[region].mean()),
        ridges=_ridges(grey, region),
        ground=_ground(grey, deviation > 10),
    )


def _ridges(grey: NDArray[np.float32], region: NDArray[np.bool_]) -> float:
    """The median over squares within the region; 0 where no square lies within."""
    shares = ridge_shares(grey, region)
    return float(np.median(shares)) if shares.size else 0.0


def _ground(grey: NDArray[np.float32], ridged: NDArray[np.bool_]) -> float:
    """How much lighter the ground around the print is than what has ridges; 0 where there is next to none."""
    mask = cv2.morphologyEx(ridged.astype(np.uint8), cv2.MORPH_OPEN, np.ones((31, 31), np.uint8))
    if not mask.any():
        return 0.0
    # The hull: what lies smooth within a print (a wet finger's pools) is no ground.
    hull = cv2.fillConvexPoly(np.zeros_like(mask), cv2.convexHull(cv2.findNonZero(mask)), 1)
    strip = cv2.dilate(hull, np.ones((71, 71), np.uint8)) - cv2.dilate(hull, np.ones((21, 21), np.uint8))
    if int(strip.sum()) < 0.02 * grey.size:
        return 0.0
    return float(np.median(grey[strip > 0])) - float(grey[mask > 0].mean())


def _score(ridges: nbis.Ridges, contact: Contact, gate: FingerGate) -> int:
    """NFIQ 2; nothing for what has no ridges; less for a part of a finger, so that a whole one is kept."""
    if ridges.nfiq2 is None or contact.coherence < gate.min_coherence:
        return 0
    return round(ridges.nfiq2 * min(1.0, contact.area_mm2 / gate.min_area_mm2))


def _advice(ridges: nbis.Ridges, contact: Contact, gate: FingerGate) -> str:
    """The most useful thing to tell the student about a print that is not good."""
    if contact.area_mm2 < gate.min_area_mm2:
        return "advice.finger.lower" if contact.shape < TIP_SHAPE else "advice.finger.press"
    if contact.grey > gate.max_grey:
        return "advice.finger.dry"
    if contact.grey < gate.min_grey:
        return "advice.finger.wet"
    return "advice.finger.again"
