"""Matching, plug sources and the watcher: kernel devices of this machine, a folder, SBI services."""

from __future__ import annotations

import json
import os
import queue
import threading
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest
import pyudev

from station import config
from station.bench.devices.pki import Authority, ScannerKeys
from station.bench.devices.sbi import BenchScanner
from station.bench.devices.subject import Stage
from station.hardware import hotplug
from station.hardware.devices import Kind
from station.hardware.hotplug import Appeared, DirectorySource, PlugEvent, Vanished, Watcher
from station.hardware.matching import Seen, first_match, holds, suggest
from station.hardware.sbi.source import SbiSource
from station.hardware.settings import DevicesSettings, Match
from station.hardware.udev import UdevSource, look

CAMERA = Seen(
    {
        "SUBSYSTEM": "video4linux",
        "DEVNAME": "/dev/video0",
        "ID_V4L_CAPABILITIES": ":capture:",
        "ID_MODEL": "HD_Webcam",
        "ID_VENDOR_ID": "046d",
        "ID_MODEL_ID": "0825",
    },
    ({"SUBSYSTEM": "usb", "DRIVER": "uvcvideo"}, {"SUBSYSTEM": "usb", "DEVTYPE": "usb_device"}),
)
PRINTER = Seen(
    {"SUBSYSTEM": "usbmisc", "DEVNAME": "/dev/usb/lp0"},
    ({"DRIVER": "usblp"}, {"ID_VENDOR_ID": "04b8", "ID_MODEL_ID": "0e15", "ID_MODEL": "TM-T88V"}),
)


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({"SUBSYSTEM": "video4linux"}, True),
        ({"SUBSYSTEM": "video4linux", "ID_MODEL": "HD_*"}, True),
        ({"SUBSYSTEM": "video4linux", "ID_MODEL": "Other"}, False),
        ({"@DRIVER": "uvcvideo"}, True),
        ({"DRIVER": "uvcvideo"}, False),
        ({"@ID_MODEL": "HD_Webcam"}, False),
        ({"ABSENT": "*"}, False),
        ({}, False),
    ],
)
def test_matching(match: dict[str, str], expected: bool) -> None:
    assert holds(match, CAMERA) is expected


def test_the_first_entry_wins() -> None:
    entries = [
        Match(kind=Kind.DOCUMENT, driver="v4l2", match={"ID_MODEL_ID": "9999"}),
        Match(kind=Kind.CAMERA, driver="v4l2", match={"SUBSYSTEM": "video4linux"}),
        Match(kind=Kind.CODE, driver="v4l2", match={"SUBSYSTEM": "video4linux"}),
    ]
    assert first_match(entries, CAMERA) is entries[1]
    assert first_match(entries, PRINTER) is None


@pytest.mark.parametrize(("seen", "kind"), [(CAMERA, Kind.CAMERA), (PRINTER, Kind.PRINTER)])
def test_what_is_suggested_is_configuration_that_matches(seen: Seen, kind: Kind) -> None:
    table = tomllib.loads(suggest(seen))["devices"]
    entry = msgspec.convert(table, DevicesSettings).match[0]
    assert entry.kind is kind
    assert holds(entry.match, seen)
    assert any("ID_MODEL_ID" in name for name in entry.match)


def test_nothing_is_suggested_for_what_no_driver_fits() -> None:
    assert suggest(Seen({"SUBSYSTEM": "block", "DEVNAME": "/dev/sda"})) == ""


def test_the_shipped_configuration_knows_common_devices() -> None:
    settings = config.load().section("devices", DevicesSettings)
    assert {entry.kind for entry in settings.match} >= {Kind.CAMERA, Kind.PRINTER, Kind.SIGNATURE}
    camera = first_match(settings.match, CAMERA)
    printer = first_match(settings.match, PRINTER)
    assert camera is not None and camera.driver == "v4l2"
    assert printer is not None and printer.driver == "escpos"


def test_udev_enumerates_this_machine() -> None:
    null = pyudev.Devices.from_name(pyudev.Context(), "mem", "null")
    assert look(null).properties["DEVNAME"] == "/dev/null"
    source = UdevSource([Match(kind=Kind.LIGHTS, driver="tower", match={"SUBSYSTEM": "mem", "DEVNAME": "/dev/null"})])
    found = list(source.scan().values())
    assert [(device.kind, device.driver, device.path) for device in found] == [(Kind.LIGHTS, "tower", "/dev/null")]
    started = time.monotonic()
    source.wait(0.05)
    assert time.monotonic() - started < 2
    assert source.scan().keys() == {found[0].key}


def test_udev_finds_nothing_where_nothing_matches() -> None:
    assert UdevSource([Match(kind=Kind.CAMERA, driver="v4l2", match={"ID_MODEL": "none such"})]).scan() == {}


@pytest.fixture
def told() -> queue.Queue[PlugEvent]:
    return queue.Queue()


def _describe(file: Path, **fields: object) -> None:
    temporary = file.with_suffix(".new")
    temporary.write_text(json.dumps(fields))
    temporary.rename(file)


@pytest.fixture
def watched(tmp_path: Path, told: queue.Queue[PlugEvent]) -> Iterator[Path]:
    watcher = Watcher(DirectorySource(tmp_path), told.put, 0.02)
    watcher.start()
    yield tmp_path
    watcher.close()


def test_files_appear_and_vanish(watched: Path, told: queue.Queue[PlugEvent]) -> None:
    _describe(watched / "printer.json", kind="printer", driver="escpos", path="/dev/pts/9")
    appeared = told.get(timeout=2)
    assert isinstance(appeared, Appeared)
    assert (appeared.kind, appeared.driver, appeared.path) == (Kind.PRINTER, "escpos", "/dev/pts/9")
    (watched / "printer.json").unlink()
    assert told.get(timeout=2) == Vanished(appeared.key)


def test_plugged_again_is_another_device(watched: Path, told: queue.Queue[PlugEvent]) -> None:
    path = watched / "printer.json"
    _describe(path, kind="printer", driver="escpos", path="/dev/pts/9")
    first = told.get(timeout=2)
    assert isinstance(first, Appeared)
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))
    assert told.get(timeout=2) == Vanished(first.key)
    second = told.get(timeout=2)
    assert isinstance(second, Appeared) and second.key != first.key


def test_a_broken_file_hides_no_other(watched: Path, told: queue.Queue[PlugEvent]) -> None:
    (watched / "a.json").write_text('{"kind": "toaster"}')
    _describe(watched / "b.json", kind="camera", driver="mjpeg", path="/run/camera")
    appeared = told.get(timeout=2)
    assert isinstance(appeared, Appeared) and appeared.kind is Kind.CAMERA
    assert told.empty()


class Failing:
    """Fails now and then, as a netlink socket whose buffer ran over does."""

    def __init__(self) -> None:
        self.scans = 0
        self.device = Appeared("x", Kind.CAMERA, "v4l2", "/dev/video0")
        self.failed = threading.Event()
        self.recovered = threading.Event()

    def scan(self) -> Mapping[str, Appeared]:
        self.scans += 1
        if self.scans == 2:
            self.failed.set()
            raise OSError("no buffer space")
        if self.scans >= 3:
            self.recovered.set()
            return {}
        return {"x": self.device}

    def wait(self, seconds: float) -> None:
        pass

    def close(self) -> None:
        pass


def test_a_failing_source_is_asked_again(told: queue.Queue[PlugEvent], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hotplug, "BACK_OFF_SECONDS", 0.01)
    source = Failing()
    watcher = Watcher(source, told.put, 1.0)
    watcher.start()
    assert source.failed.wait(2)
    assert source.recovered.wait(2)
    watcher.close()
    assert told.get(timeout=1) == source.device
    assert told.get(timeout=1) == Vanished("x")


def test_scanners_are_found_on_their_ports() -> None:
    scanner = BenchScanner(Kind.IRIS, Stage(), ScannerKeys(Authority("root"), "iris"))
    source = SbiSource(options={"bench": "1"})
    scanner.plug()
    try:
        found = [device for device in source.scan().values() if device.path == str(scanner.port)]
        assert [(device.kind, device.driver, device.properties["bench"]) for device in found] == [
            (Kind.IRIS, "sbi", "1")
        ]
    finally:
        scanner.unplug()
    assert [device for device in source.scan().values() if device.path == str(scanner.port)] == []
