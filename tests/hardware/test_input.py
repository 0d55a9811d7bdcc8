"""Signature pad and code reader on raw input events, whole, dropped, cut off, unplugged."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.bench.devices.pad import AXES, BenchPad
from station.bench.devices.subject import StrokePoint
from station.bench.devices.wedge import BenchWedge
from station.hardware.codes.wedge import KeyParser, WedgeReader
from station.hardware.devices import DeviceError, DeviceGone, DeviceInfo, Kind, PenPoint
from station.hardware.input_events import (
    EV_ABS,
    EV_KEY,
    EV_SYN,
    SYN_DROPPED,
    SYN_REPORT,
    Axis,
    InputEvent,
    InputGone,
    RecordSource,
)
from station.hardware.pads.evdev_pen import ABS_PRESSURE, ABS_X, ABS_Y, BTN_TOUCH, EvdevPad, PenParser

PAD = DeviceInfo(Kind.SIGNATURE, "pen-records", bench=True)
CODE = DeviceInfo(Kind.CODE, "wedge-records", bench=True)
STROKES = (
    StrokePoint(10, 20, 0.5, 0.0),
    StrokePoint(11, 21, 0.6, 0.005),
    StrokePoint(12, 22, 0.0, 0.010),
    StrokePoint(50, 20, 0.0, 0.015),
    StrokePoint(50, 30, 1.0, 0.020),
    StrokePoint(51, 31, 0.0, 0.025),
)


@pytest.fixture
def bench_pad(tmp_path: Path) -> Iterator[BenchPad]:
    pad = BenchPad(tmp_path / "pad")
    pad.plug()
    yield pad
    pad.unplug()


@pytest.fixture
def pad(bench_pad: BenchPad) -> Iterator[EvdevPad]:
    pad = EvdevPad(RecordSource(bench_pad.path, AXES), PAD)
    assert bench_pad.wait_for_reader(2)
    yield pad
    pad.close()


@pytest.fixture
def bench_wedge(tmp_path: Path) -> Iterator[BenchWedge]:
    wedge = BenchWedge(tmp_path / "wedge")
    wedge.plug()
    yield wedge
    wedge.unplug()


@pytest.fixture
def wedge(bench_wedge: BenchWedge) -> Iterator[WedgeReader]:
    reader = WedgeReader(RecordSource(bench_wedge.path, {}), CODE)
    assert bench_wedge.wait_for_reader(2)
    yield reader
    reader.close()


def _all(pad: EvdevPad) -> list[PenPoint]:
    points: list[PenPoint] = []
    while got := pad.read(0.2):
        points.extend(got)
    return points


def test_strokes_come_in_millimetres(bench_pad: BenchPad, pad: EvdevPad) -> None:
    assert pad.size_mm == (108.0, 65.0)
    bench_pad.sign(STROKES, pace=0)
    points = _all(pad)
    assert [(point.x, point.y) for point in points] == [(10, 20), (11, 21), (12, 22), (50, 30), (51, 31)]
    assert [point.pressure for point in points] == pytest.approx([0.5, 0.6, 0, 1, 0], abs=0.001)
    assert points[1].t - points[0].t == pytest.approx(0.005, abs=0.0001)


def test_a_hovering_pen_leaves_no_ink(bench_pad: BenchPad, pad: EvdevPad) -> None:
    bench_pad.sign([StrokePoint(x, x, 0.0, 0.0) for x in range(10)], pace=0)
    assert _all(pad) == []


def test_dropped_events_lift_the_pen(bench_pad: BenchPad, pad: EvdevPad) -> None:
    bench_pad.sign(STROKES[:2], pace=0)
    bench_pad.drop()
    bench_pad.sign([StrokePoint(60, 40, 0.7, 0.0)], pace=0)
    points = _all(pad)
    assert [point.pressure > 0 for point in points] == [True, True, False, True]
    assert (points[2].x, points[2].y) == (11, 21)


def test_all_between_a_drop_and_the_next_report_is_void() -> None:
    parser = PenParser(Axis(0, 1000, 10), Axis(0, 1000, 10), None)

    def feed(*events: tuple[int, int, int]) -> list[PenPoint]:
        return [point for event in events if (point := parser.feed(InputEvent(0.0, *event))[0]) is not None]

    report = (EV_SYN, SYN_REPORT, 0)
    down = feed((EV_ABS, ABS_X, 100), (EV_ABS, ABS_Y, 50), (EV_KEY, BTN_TOUCH, 1), report)
    assert down == [PenPoint(10.0, 5.0, 1.0, 0.0)]
    lifted = feed((EV_ABS, ABS_X, 200), (EV_SYN, SYN_DROPPED, 0), (EV_ABS, ABS_Y, 900), report)
    assert lifted == [PenPoint(20.0, 5.0, 0.0, 0.0)]
    assert feed((EV_ABS, ABS_X, 300), report) == []
    assert feed((EV_KEY, BTN_TOUCH, 1), report) == [PenPoint(30.0, 5.0, 1.0, 0.0)]


def test_a_pad_without_touch_button_is_touched_by_force() -> None:
    parser = PenParser(Axis(100, 1100, 10), Axis(0, 1000, 10), Axis(0, 200))
    events = [(EV_ABS, ABS_X, 100), (EV_ABS, ABS_PRESSURE, 50), (EV_SYN, SYN_REPORT, 0)]
    points = [parser.feed(InputEvent(1.5, *event))[0] for event in events]
    assert points == [None, None, PenPoint(0.0, 0.0, 0.25, 1.5)]


def test_a_pad_without_a_scale_is_refused(bench_pad: BenchPad) -> None:
    with pytest.raises(DeviceError) as caught:
        EvdevPad(RecordSource(bench_pad.path, {ABS_X: Axis(0, 100), ABS_Y: Axis(0, 100)}), PAD)
    assert caught.value.code == "signature.no-size"


def test_no_pen_is_no_points(pad: EvdevPad) -> None:
    assert pad.read(0.05) == ()


def test_the_pad_unplugged_while_signing(bench_pad: BenchPad, pad: EvdevPad) -> None:
    bench_pad.sign(STROKES[:2], pace=0)
    threading.Timer(0.1, bench_pad.unplug).start()
    points: list[PenPoint] = []
    with pytest.raises(DeviceGone):
        while True:
            points.extend(pad.read(5))
    assert len(points) == 2


def test_records_cut_anywhere_are_put_together(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    source = RecordSource(str(fifo), {})
    assert source.read(0) == []
    data = InputEvent(1.25, EV_KEY, 30, 1).pack() + InputEvent(2.5, EV_KEY, 30, 0).pack()
    with fifo.open("wb", buffering=0) as writer:
        writer.write(data[:10])
        assert source.read(0.05) == []
        writer.write(data[10:30])
        assert source.read(1) == [InputEvent(1.25, EV_KEY, 30, 1)]
        writer.write(data[30:])
        assert source.read(1) == [InputEvent(2.5, EV_KEY, 30, 0)]
    with pytest.raises(InputGone):
        source.read(1)
    source.close()
    with pytest.raises(InputGone):
        source.read(1)


def test_codes_with_every_character(bench_wedge: BenchWedge, wedge: WedgeReader) -> None:
    text = "INV-7qk2:/?#[]@!$&'()*+,;=%~|\\<>{}\"^`_. 0"
    bench_wedge.scan(text)
    bench_wedge.scan("6371012203090001")
    assert wedge.read(2) == text
    assert wedge.read(2) == "6371012203090001"
    assert wedge.read(0.05) is None


def test_a_code_cut_off_does_not_run_into_the_next(bench_wedge: BenchWedge, wedge: WedgeReader) -> None:
    bench_wedge.scan("INV-HALF", enter=False, at=100.0)
    bench_wedge.scan("INV-WHOLE", at=101.0)
    assert wedge.read(2) == "INV-WHOLE"


def test_a_code_with_dropped_keys_is_void() -> None:
    parser = KeyParser()
    keys = [(EV_KEY, 30, 1), (EV_SYN, SYN_DROPPED, 0), (EV_KEY, 31, 1), (EV_KEY, 28, 1)]
    assert [parser.feed(InputEvent(5.0, *key)) for key in keys] == [None] * 4
    again = [(EV_KEY, 30, 1), (EV_KEY, 28, 1)]
    assert [parser.feed(InputEvent(5.1, *key)) for key in again] == [None, "a"]


def test_the_code_reader_unplugged(bench_wedge: BenchWedge, wedge: WedgeReader) -> None:
    threading.Timer(0.1, bench_wedge.unplug).start()
    with pytest.raises(DeviceGone):
        wedge.read(5)
