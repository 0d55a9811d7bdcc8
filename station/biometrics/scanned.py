"""A signature as a picture only: dark ink on white paper, scanned or drawn. What there is to say without a pen's path.

Ink is what is clearly darker than the paper around it, so a shaded scan is read, too. The picture's own resolution
gives millimetres; where it says none, 300 pixels per inch are taken, the least that is asked for, and the verdict says
that they are not known.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from station.biometrics.gates import SignatureGate
from station.biometrics.measures import scaled
from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import Measure, Verdict
from station.biometrics.signature import CELL_MM, advice_of

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

DARKER: Final = 40
"""Grey levels that ink is darker than the paper; a pencil's line is 60."""
LEAST_GROUND: Final = 180
"""Paper darker than this is not white."""
SPECK_MM: Final = 0.35
"""Spots smaller than this both ways are dust."""
WORK_PPI: Final = 300


def assess_picture(picture: Grey, ppi: int, gate: SignatureGate) -> Verdict:
    """Is this a picture of a signature? `ppi` is 0 where the file does not say. Raises UnusableImage."""
    per_mm = (ppi or gate.min_ppi) / 25.4
    page, per_mm = _at_work_size(picture, per_mm)
    rim = np.concatenate([page[:2].ravel(), page[-2:].ravel(), page[:, :2].ravel(), page[:, -2:].ravel()])
    # A trimmed scribble is mostly ink, a scanner leaves a dark rim: paper shows in one of the two.
    ground = max(float(np.median(page)), float(np.median(rim)))
    known = Measure("ppi", ppi, low=gate.min_ppi)
    white = Measure("ground", ground, low=LEAST_GROUND)
    if ground < 128:
        raise UnusableImage("The picture's ground is dark. A signature is dark ink on white paper.")
    ink = _ink(page, per_mm)
    if not ink.any():
        return Verdict(0, False, (Measure("length_mm", 0.0, low=gate.min_length_mm), known), "advice.signature.empty")
    rows, columns = np.nonzero(ink)
    box = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = (side / per_mm for side in box.shape)
    measures = (
        Measure("length_mm", round(_length(box) / per_mm, 1), low=gate.min_length_mm, high=gate.max_length_mm),
        Measure("width_mm", round(width, 1), low=gate.min_width_mm),
        Measure("height_mm", round(height, 1), low=gate.min_height_mm),
        Measure("density", round(100 * float(box.mean()), 1), high=gate.max_density),
        Measure("overlap", round(_length(box) / per_mm / _room(box, per_mm), 2), high=gate.max_overlap),
        white,
        known,
    )
    return Verdict(
        score=min(scaled(measure) for measure in measures),
        good=all(measure.passed for measure in measures),
        measures=measures,
        advice=advice_of(measures, gate),
    )


def _at_work_size(picture: Grey, per_mm: float) -> tuple[Grey, float]:
    """At most 300 ppi and 6 million pixels: finer ones say nothing more of a line."""
    zoom = min(1.0, WORK_PPI / 25.4 / per_mm, (6e6 / picture.size) ** 0.5)
    if zoom >= 1:
        return picture, per_mm
    return np.asarray(cv2.resize(picture, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)), per_mm * zoom


def _ink(page: Grey, per_mm: float) -> Mask:
    """What is darker than the paper around it, without dust and without the scanner's dark rim."""
    around = max(31, 2 * int(4 * per_mm) + 1)
    small = cv2.resize(page, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA) if min(page.shape) > 160 else page
    size = max(9, around // (4 if small is not page else 1)) | 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    paper = cv2.resize(paper, (page.shape[1], page.shape[0]), interpolation=cv2.INTER_LINEAR)
    # A scribble leaves no paper within reach: the page's own white counts as well.
    white = np.maximum(np.asarray(paper, np.int16), int(np.percentile(page, 90)) - 30)
    dark = ((white - page.astype(np.int16)) > DARKER).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    speck = SPECK_MM * per_mm
    keep = (stats[:, cv2.CC_STAT_WIDTH] > speck) | (stats[:, cv2.CC_STAT_HEIGHT] > speck)
    keep[0] = False
    return np.asarray(keep[labels] if count > 1 else np.zeros(page.shape, bool))


def _length(ink: Mask) -> float:
    """Length of the line in pixels: its area over its width, where width is twice the distance to the edge inside."""
    padded = np.pad(ink.astype(np.uint8), 1)
    inside = np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 5))
    ridge = (inside >= np.asarray(cv2.dilate(inside, np.ones((3, 3))))) & (padded > 0)
    return float(ink.sum()) / max(1.0, 2 * float(np.median(inside[ridge])) - 0.5)


def _room(ink: Mask, per_mm: float) -> float:
    """Millimetres that a line would have that goes once through every square with ink in it."""
    size = max(1, round(CELL_MM * per_mm))
    rows, columns = (-(-side // size) for side in ink.shape)
    padded = np.zeros((rows * size, columns * size), bool)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    squares = padded.reshape(rows, size, columns, size).any(axis=(1, 3))
    return CELL_MM * max(1, int(squares.sum()))
