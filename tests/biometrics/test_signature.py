"""Signatures: what is one, its picture, its time series."""

from __future__ import annotations

import io
import json
import math

import numpy as np
import PIL.Image
import pytest

from station.bench.people import signatures
from station.biometrics import coding, signature
from station.biometrics.gates import SignatureGate
from station.biometrics.nbis import UnusableImage
from station.hardware.devices import PenPoint

GATE = SignatureGate()


def ink(seed: int, number: int = 0) -> tuple[PenPoint, ...]:
    return tuple(PenPoint(p.x, p.y, p.pressure, p.t) for p in signatures.sign(seed, number))


def test_signatures_pass() -> None:
    for seed in range(12):
        verdict = signature.assess(ink(seed), GATE)
        assert verdict.good, (seed, verdict)


def line(length: float, seconds: float = 1.0) -> list[PenPoint]:
    return [PenPoint(20 + length * i / 50, 30, 0.5, seconds * i / 50) for i in range(51)]


def test_empty_dot_line_and_small_scrawl_do_not_pass() -> None:
    lifted = [PenPoint(10, 10, 0.0, 0.0), PenPoint(60, 40, 0.0, 1.0)]
    dot = [PenPoint(p.x, p.y, p.pressure, p.t) for p in signatures.dot(1)]
    small = [PenPoint(p.x / 8, p.y / 8, p.pressure, p.t) for p in ink(1)]
    palm = [PenPoint(p.x, p.y, p.pressure, p.t / 50) for p in ink(1)]
    assert signature.assess([], GATE).advice == "advice.signature.empty"
    assert signature.assess(lifted, GATE).advice == "advice.signature.empty"
    assert signature.assess(dot, GATE).advice == "advice.signature.dot"
    assert signature.assess(line(60), GATE).advice == "advice.signature.dot"
    assert signature.assess(line(15), GATE).advice == "advice.signature.larger"
    assert signature.assess(small, GATE).advice == "advice.signature.larger"
    assert not signature.assess(palm, GATE).good


def test_length_does_not_count_the_way_through_the_air() -> None:
    apart = [*line(10), PenPoint(30, 30, 0.0, 1.1), *(PenPoint(p.x + 60, p.y, p.pressure, p.t + 2) for p in line(10))]
    length = next(m.value for m in signature.assess(apart, GATE).measures if m.name == "length_mm")
    assert length == pytest.approx(20, abs=0.1)


def test_the_picture_is_white_trimmed_and_true_to_size() -> None:
    drawn = ink(3)
    page = signature.render(drawn)
    assert page.dtype == np.uint8
    assert signature.PPI >= 300
    margin = round(signature.MARGIN_MM * signature.PPI / 25.4)
    assert page[0].min() == page[-1].min() == page[:, 0].min() == page[:, -1].min() == 255
    rows, columns = np.nonzero(page < 128)
    assert abs(int(rows.min()) - margin) < 9
    assert abs(page.shape[1] - int(columns.max()) - margin) < 9
    down = [p for p in drawn if p.pressure > 0]
    width = (max(p.x for p in down) - min(p.x for p in down) + 2 * signature.MARGIN_MM) * signature.PPI / 25.4
    assert page.shape[1] == pytest.approx(width, abs=1)
    with PIL.Image.open(io.BytesIO(coding.to_png(page, signature.PPI))) as png:
        assert png.info["dpi"] == pytest.approx((signature.PPI, signature.PPI), abs=0.1)


def test_the_time_series_says_its_units_and_loses_nothing() -> None:
    drawn = ink(4)
    read = json.loads(signature.series(drawn, (108.0, 65.0)))
    assert read["columns"] == ["x", "y", "pressure", "t"]
    assert read["units"] == ["mm", "mm", "share of full scale", "s"]
    assert read["size_mm"] == [108.0, 65.0]
    assert len(read["points"]) == len(drawn)
    assert read["points"][0][3] == 0
    assert read["points"][40] == pytest.approx([drawn[40].x, drawn[40].y, drawn[40].pressure, drawn[40].t], abs=1e-3)


@pytest.mark.parametrize("x", [1e7, math.nan, math.inf])
def test_reports_that_no_pad_sends_are_refused(x: float) -> None:
    with pytest.raises(UnusableImage, match="calibration"):
        signature.render([PenPoint(1, 1, 0.5, 0), PenPoint(x, 1, 0.5, 0.1)])


def test_a_scribble_is_no_signature() -> None:
    for seed in range(6):
        drawn = [PenPoint(p.x, p.y, p.pressure, p.t) for p in signatures.scribble(seed)]
        verdict = signature.assess(drawn, GATE, signatures.PAD_MM)
        assert (verdict.good, verdict.advice) == (False, "advice.signature.scribble"), seed


def test_signatures_keep_clear_of_what_makes_a_scribble() -> None:
    for seed in range(12):
        assert signature.assess(ink(seed), GATE, signatures.PAD_MM).good


def test_a_pen_just_off_the_pad_s_stated_size_is_read() -> None:
    edge = [PenPoint(-0.4, 66.0, 0.5, 0.0), PenPoint(108.9, 30.0, 0.5, 0.1)]
    assert len(signature.read_series(signature.series(edge, (108.0, 65.0)))[0]) == 2


def test_the_time_series_reads_back_equal() -> None:
    drawn = ink(4)
    read, size = signature.read_series(signature.series(drawn, (108.0, 65.0)))
    assert size == (108.0, 65.0)
    assert [(p.x, p.y) for p in read] == [(round(p.x, 3), round(p.y, 3)) for p in drawn]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"size_mm": [1, 2], "points": [[1, 2, 3]]}',
        b'{"size_mm": [108, 65], "points": [[1e9, 2, 0.5, 0]]}',
        b'{"size_mm": [0, 65], "points": [[1, 2, 0.5, 0]]}',
        b'{"size_mm": [108, 65], "points": [[1, 2, 5.0, 0]]}',
        b'{"size_mm": [108, 65], "points": [[1, 2, 0.5, 1], [1, 3, 0.5, 0.9]]}',
        b'{"size_mm": [108, 65], "points": [], "units": ["in", "in", "x", "s"]}',
        b'{"size_mm": [108, 65], "points": [], "origin": "bottom left, y upwards"}',
        b'{"size_mm": [108, 65], "points": [[-50, -40, 0.1, 0]]}',
        b'{"size_mm": [108, 65], "points": [[50, 71, 0.1, 0]]}',
        b'{"size_mm": [108, 65], "points": [[50, 40, 0.1, 0], [50, 40, 0.5, 1e18]]}',
        b'{"size_mm": [108, 65], "points": [[50, 40, 0.1, -1]]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_time_series_is_refused(data: bytes) -> None:
    with pytest.raises(UnusableImage):
        signature.read_series(data)
