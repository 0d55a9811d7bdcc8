"""A signature from the pad: is it one, its picture, and its time series.

The time series is JSON with its units in it, so that it can be read in thirty years without this program:
x and y in millimetres from the pad's top left, pressure from 0 (lifted) to 1, t in seconds from the first report.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.gates import SignatureGate
from station.biometrics.measures import scaled
from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import Measure, Verdict
from station.hardware.devices import PenPoint

PPI: Final = 400
"""Pixels per inch of the picture; 300 is the least that is asked for."""
MARGIN_MM: Final = 2.0
PEN_MM: Final = (0.35, 0.75)
"""Width of the line at the lightest and at full pressure: a ball pen's."""
MAX_MM: Final = 400.0
"""No pad is larger; reports beyond are a fault of the device."""


class TimeSeries(msgspec.Struct, frozen=True):
    """What stands in signature.json."""

    size_mm: tuple[float, float]
    points: tuple[tuple[float, float, float, float], ...]
    """x, y, pressure, t of each report, in the units named beside."""
    columns: tuple[str, ...] = ("x", "y", "pressure", "t")
    units: tuple[str, ...] = ("mm", "mm", "share of full scale", "s")
    origin: str = "top left of the pad, y downwards"


def strokes(ink: Sequence[PenPoint]) -> list[list[PenPoint]]:
    """The runs of reports with the pen on the pad."""
    runs: list[list[PenPoint]] = [[]]
    for point in ink:
        if point.pressure > 0:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def assess(ink: Sequence[PenPoint], gate: SignatureGate) -> Verdict:
    """Is this a signature: not empty, no dot, no tick, large enough?"""
    drawn = strokes(ink)
    points = [point for run in drawn for point in run]
    if not points:
        return Verdict(0, False, (Measure("length_mm", 0.0, low=gate.min_length_mm),), "advice.signature.empty")
    xs, ys = [point.x for point in points], [point.y for point in points]
    length = sum(float(np.hypot(b.x - a.x, b.y - a.y)) for run in drawn for a, b in pairwise(run))
    measures = (
        Measure("length_mm", round(length, 1), low=gate.min_length_mm),
        Measure("width_mm", round(max(xs) - min(xs), 1), low=gate.min_width_mm),
        Measure("height_mm", round(max(ys) - min(ys), 1), low=gate.min_height_mm),
        Measure("seconds", round(points[-1].t - points[0].t, 2), low=gate.min_seconds),
        Measure("strokes", len(drawn)),
    )
    failed = {measure.name for measure in measures if not measure.passed}
    advice = None
    if failed:
        dot = measures[1].value < 3 and measures[2].value < 3
        advice = "advice.signature.dot" if dot else "advice.signature.larger"
    return Verdict(min(scaled(measure) for measure in measures), not failed, measures, advice)


def render(ink: Sequence[PenPoint], ppi: int = PPI) -> NDArray[np.uint8]:
    """Dark ink on white, trimmed to the ink and a margin of 2 mm, as grey pixels at `ppi`.

    Raises UnusableImage for reports that no pad can send.
    """
    drawn = strokes(ink)
    points = [point for run in drawn for point in run]
    at = np.array([(point.x, point.y) for point in points] or [(0.0, 0.0)])
    if not np.isfinite(at).all() or np.abs(at).max() > MAX_MM:
        raise UnusableImage("The signature pad reports positions outside any pad. Check its calibration.")
    scale = ppi / 25.4
    left, top = at.min(axis=0) - MARGIN_MM
    width, height = np.ceil((at.max(axis=0) - at.min(axis=0) + 2 * MARGIN_MM) * scale).astype(int)
    page = np.full((int(height), int(width)), 255, np.uint8)
    for run in drawn:
        pixels = [((point.x - left) * scale, (point.y - top) * scale) for point in run]
        for index, point in enumerate(run):
            thick = max(1, round((PEN_MM[0] + (PEN_MM[1] - PEN_MM[0]) * point.pressure) * scale))
            start, end = pixels[max(index - 1, 0)], pixels[index]
            # Sixteenths of a pixel: the line keeps the pen's own smoothness.
            a, b = ((round(x * 16), round(y * 16)) for x, y in (start, end))
            cv2.line(page, a, b, 20, thick, cv2.LINE_AA, 4)
    return page


def series(ink: Sequence[PenPoint], size_mm: tuple[float, float]) -> bytes:
    """The time series as JSON, lifted reports included; time counts from the first report."""
    start = ink[0].t if ink else 0.0
    points = tuple((round(p.x, 3), round(p.y, 3), round(p.pressure, 4), round(p.t - start, 4)) for p in ink)
    return msgspec.json.encode(TimeSeries(size_mm=size_mm, points=points))
