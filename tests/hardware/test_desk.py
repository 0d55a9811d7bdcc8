"""The brokers that a process opens: on this machine's real sources, and on a bench's folder."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import msgspec
import pytest

from station import config
from station.bench.devices.printer import BenchPrinter
from station.clock import SystemClock
from station.hardware.broker import State
from station.hardware.desk import bench_broker, station_broker
from station.hardware.devices import DeviceGone, Kind
from station.hardware.settings import DevicesSettings
from station.hardware.udev import suggestions


def _describe(folder: Path, printer: BenchPrinter) -> None:
    folder.mkdir(parents=True)
    text = json.dumps({"kind": "printer", "driver": "escpos", "path": printer.path, "properties": {"baud": "115200"}})
    (folder / "printer.json").write_text(text)


def test_a_station_finds_devices_that_are_described_by_hand(tmp_path: Path, bench_printer: BenchPrinter) -> None:
    _describe(tmp_path / "devices", bench_printer)
    settings = config.load().section("devices", DevicesSettings)
    broker = station_broker(tmp_path, settings, SystemClock(), [Kind.PRINTER, Kind.LIGHTS])
    broker.start()
    try:
        assert broker.get(Kind.PRINTER, 5).status().online is True
        assert not broker.get(Kind.PRINTER, 5).info.bench
        with pytest.raises(DeviceGone):
            broker.get(Kind.LIGHTS, 0.05)
    finally:
        broker.close()


def test_a_bench_is_its_folder_only(tmp_path: Path, bench_printer: BenchPrinter) -> None:
    _describe(tmp_path / "dev", bench_printer)
    broker = bench_broker(tmp_path, DevicesSettings(), SystemClock(), [Kind.PRINTER])
    broker.start()
    try:
        broker.get(Kind.PRINTER, 5)
        assert [status.state for status in broker.statuses()] == [State.OPEN]
    finally:
        broker.close()


def test_suggestions_for_this_machine_are_valid_configuration() -> None:
    for lines in suggestions():
        table = tomllib.loads(lines)["devices"]
        assert len(msgspec.convert(table, DevicesSettings).match) == 1
