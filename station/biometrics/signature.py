"""A signature from the pad: is it one, its picture, and its time series, written and read.

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

from station.biometrics import scribble
from station.biometrics.gates import SignatureGate
from station.biometrics.measures import scaled
from station.biometrics.nbis import UnusableImage
from station.biometrics.resemblance import resemblance
from station.biometrics.samples import Measure, Verdict
from station.hardware.devices import PenPoint

PPI: Final = 400
"""Pixels per inch of the picture; 300 is the least that is asked for."""
MARGIN_MM: Final = 2.0
PEN_MM: Final = (0.35, 0.75)
"""Width of the line at the lightest and at full pressure: a ball pen's."""
MAX_MM: Final = 400.0
"""No pad is larger; reports beyond are a fault of the device."""
MAX_POINTS: Final = 200_000
"""More than ten minutes of the fastest pad."""
DOT_MM: Final = 3.0
"""Ink that is smaller than this both ways is a dot."""
CELL_MM: Final = 2.5
"""Squares in which scribbling is counted: a letter's width."""


MOST_SECONDS: Final = 3600.0
"""Nobody signs for an hour; such times are another clock's."""
OFF_PAD_MM: Final = 5.0
"""How far beyond its stated size a pad's calibration may put the pen."""
ORIGIN: Final = "top left of the pad, y downwards"
COLUMNS: Final = ("x", "y", "pressure", "t")
UNITS: Final = ("mm", "mm", "share of full scale", "s")


class TimeSeries(msgspec.Struct, frozen=True):
    """What stands in signature.json."""

    size_mm: tuple[float, float]
    points: tuple[tuple[float, float, float, float], ...]
    """x, y, pressure, t of each report, in the units named beside."""
    columns: tuple[str, ...] = COLUMNS
    units: tuple[str, ...] = UNITS
    origin: str = ORIGIN


def strokes(ink: Sequence[PenPoint]) -> list[list[PenPoint]]:
    """The runs of reports with the pen on the pad."""
    runs: list[list[PenPoint]] = [[]]
    for point in ink:
        if point.pressure > 0:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def assess(
    ink: Sequence[PenPoint],
    gate: SignatureGate,
    size_mm: tuple[float, float] | None = None,
    earlier: Sequence[PenPoint] | None = None,
) -> Verdict:
    """Is this a signature: not empty, no dot, no line, no scribble, large enough, and like the `earlier` one?

    Where the pad's size is not given, nothing is said of its edges and of how much of it is written on.
    """
    check(ink)
    drawn = strokes(ink)
    points = [point for run in drawn for point in run]
    if not points:
        return Verdict(0, False, (Measure("length_mm", 0.0, low=gate.min_length_mm),), "advice.signature.empty")
    xs, ys = [point.x for point in points], [point.y for point in points]
    paths = scribble.paths(drawn)
    extent = scribble.extent(paths)
    length = sum(float(np.hypot(b.x - a.x, b.y - a.y)) for run in drawn for a, b in pairwise(run))
    measures: tuple[Measure, ...] = (
        Measure("length_mm", round(length, 1), low=gate.min_length_mm, high=gate.max_length_mm),
        Measure("width_mm", round(max(xs) - min(xs), 1), low=gate.min_width_mm),
        Measure("height_mm", round(max(ys) - min(ys), 1), low=gate.min_height_mm),
        Measure("seconds", round(points[-1].t - points[0].t, 2), low=gate.min_seconds),
        Measure("strokes", len(drawn)),
        Measure("overlap", round(_overlap(drawn, length), 2), high=gate.max_overlap),
        Measure("straightness", round(extent / max(length, extent, 1e-6), 2), high=gate.max_straightness),
        Measure("breadth_mm", round(scribble.breadth(paths), 1), low=gate.min_breadth_mm),
        Measure("sweeps_mm", round(scribble.sweeps(paths), 1), high=gate.max_sweeps_mm),
    )
    if size_mm is not None:
        measures += (Measure("at_edge", round(_at_edge(points, size_mm), 1), high=gate.max_at_edge),)
        measures += (Measure("fill", round(_fill(drawn, size_mm), 1), high=gate.max_fill),)
        measures += (Measure("around", round(scribble.around(paths, size_mm), 1), high=gate.max_around),)
        sprawl = scribble.covered(paths, size_mm) * length / max(extent, 1e-6)
        measures += (Measure("sprawl", round(sprawl, 2), high=gate.max_sprawl),)
    if earlier is not None:
        measures += (Measure("resemblance", round(resemblance(earlier, ink), 1), low=gate.min_resemblance),)
    return Verdict(
        score=min(scaled(measure) for measure in measures),
        good=all(measure.passed for measure in measures),
        measures=measures,
        advice=advice_of(measures, gate),
    )


def advice_of(measures: Sequence[Measure], gate: SignatureGate) -> str | None:
    """The most useful thing to say of a signature's measures."""
    failed = {measure.name for measure in measures if not measure.passed}
    size = {measure.name: measure.value for measure in measures}
    if not failed:
        return None
    if size["width_mm"] < DOT_MM and size["height_mm"] < DOT_MM:
        return "advice.signature.dot"
    if (
        failed & {"straightness", "breadth_mm"}
        and size["width_mm"] ** 2 + size["height_mm"] ** 2 > gate.min_length_mm**2
    ):
        return "advice.signature.dot"
    if failed & {"width_mm", "height_mm"}:
        return "advice.signature.larger"
    if (
        failed & {"overlap", "at_edge", "fill", "density", "sweeps_mm", "around", "sprawl"}
        or size["length_mm"] > gate.max_length_mm
    ):
        return "advice.signature.scribble"
    if failed == {"resemblance"}:
        return "advice.signature.not-alike"
    if failed == {"ppi"}:
        return "advice.signature.resolution"
    return "advice.signature.larger"


def _cells(drawn: Sequence[Sequence[PenPoint]]) -> set[tuple[int, int]]:
    """The squares of CELL_MM that ink goes through."""
    found = set()
    for run in drawn:
        for a, b in pairwise([run[0], *run]):
            steps = min(int(np.hypot(b.x - a.x, b.y - a.y) / (CELL_MM / 4)) + 1, 4000)
            for part in range(steps + 1):
                x, y = a.x + (b.x - a.x) * part / steps, a.y + (b.y - a.y) * part / steps
                found.add((int(x // CELL_MM), int(y // CELL_MM)))
    return found


def _overlap(drawn: Sequence[Sequence[PenPoint]], length: float) -> float:
    """How often, on average, ink goes through a place that it goes through at all."""
    return length / (CELL_MM * max(1, len(_cells(drawn))))


def _fill(drawn: Sequence[Sequence[PenPoint]], size_mm: tuple[float, float]) -> float:
    """Per cent of the pad's squares that hold ink."""
    squares = max(1.0, size_mm[0] * size_mm[1] / CELL_MM**2)
    return min(100.0, 100 * len(_cells(drawn)) / squares)


def _at_edge(points: Sequence[PenPoint], size_mm: tuple[float, float]) -> float:
    """Per cent of the reports within a millimetre of the pad's edge."""
    near = [min(p.x, p.y, size_mm[0] - p.x, size_mm[1] - p.y) < 1.0 for p in points]
    return 100 * sum(near) / len(near)


def check(ink: Sequence[PenPoint]) -> None:
    """Raises UnusableImage for reports that no pad can send."""
    if len(ink) > MAX_POINTS:
        raise UnusableImage(f"{len(ink):,} reports are more than anybody signs.")
    values = np.array([(point.x, point.y, point.pressure, point.t) for point in ink] or [(0.0, 0.0, 0.0, 0.0)])
    if not np.isfinite(values).all() or np.abs(values[:, :2]).max() > MAX_MM:
        raise UnusableImage("The signature pad reports positions outside any pad. Check its calibration.")


def render(ink: Sequence[PenPoint], ppi: int = PPI) -> NDArray[np.uint8]:
    """Dark ink on white, trimmed to the ink and a margin of 2 mm, as grey pixels at `ppi`.

    Raises UnusableImage for reports that no pad can send.
    """
    drawn = strokes(ink)
    points = [point for run in drawn for point in run]
    check(ink)
    at = np.array([(point.x, point.y) for point in points] or [(0.0, 0.0)])
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


def read_series(data: bytes) -> tuple[tuple[PenPoint, ...], tuple[float, float]]:
    """The reports and the pad's size from a time series. Raises UnusableImage."""
    try:
        read = msgspec.json.decode(data, type=TimeSeries)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnusableImage(f"This JSON is no time series of a signature: {error}.") from error
    check_meaning(read)
    if not all(0 < side <= MAX_MM for side in read.size_mm):
        raise UnusableImage(f"No pad is {read.size_mm[0]:g} by {read.size_mm[1]:g} mm.")
    ink = tuple(PenPoint(x, y, pressure, t) for x, y, pressure, t in read.points)
    check(ink)
    for number, (before, point) in enumerate(zip((None, *ink), ink, strict=False), start=1):
        if not 0 <= point.pressure <= 1:
            raise UnusableImage(f"Point {number} has a pressure of {point.pressure:g}; it is a share, 0 to 1.")
        if before is not None and point.t < before.t:
            raise UnusableImage(f"Time runs backwards at point {number}: {before.t:g} s, then {point.t:g} s.")
        if not 0 <= point.t <= MOST_SECONDS:
            raise UnusableImage(
                f"Point {number} is at {point.t:g} s; times count from the first report, up to {MOST_SECONDS:g} s."
            )
        if not all(
            -OFF_PAD_MM <= at <= side + OFF_PAD_MM for at, side in zip((point.x, point.y), read.size_mm, strict=True)
        ):
            raise UnusableImage(
                f"Point {number} is at {point.x:g}, {point.y:g} mm, "
                f"off a pad of {read.size_mm[0]:g} by {read.size_mm[1]:g} mm."
            )
    return ink, read.size_mm


def check_meaning(series: TimeSeries) -> None:
    """Raises UnusableImage for a time series whose numbers mean something else than those written here."""
    if (series.columns, series.units) != (COLUMNS, UNITS):
        raise UnusableImage(
            f"The time series is in {', '.join(series.columns)} ({', '.join(series.units)}); "
            f"read are {', '.join(COLUMNS)} ({', '.join(UNITS)})."
        )
    if series.origin != ORIGIN:
        raise UnusableImage(f"The time series counts from {series.origin!a}; read is {ORIGIN!a}.")
