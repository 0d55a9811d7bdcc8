"""The broker with real drivers on emulated devices: plug, unplug, plug elsewhere, wait, fault."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from station.bench.devices.lights import BenchLights
from station.bench.devices.printer import BenchPrinter
from station.clock import SystemClock
from station.hardware.broker import Broker, State, Status
from station.hardware.devices import DeviceError, DeviceGone, Kind, Light
from station.hardware.drivers import openers
from station.hardware.hotplug import DirectorySource

TICKET = b"17\n" * 20 + b"\x1dV\x00"


class Desk:
    """A folder of devices, a broker that watches it, and what the broker told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: queue.Queue[Status] = queue.Queue()
        self.broker = Broker([DirectorySource(folder)], openers(folder / "trust", SystemClock()), rescan_seconds=0.02)
        self.unsubscribe = self.broker.subscribe(self.told.put)
        self.broker.start()

    def plug(self, kind: Kind, driver: str, path: str) -> None:
        text = json.dumps({"kind": kind, "driver": driver, "path": path, "properties": {"bench": "1"}})
        temporary = self.folder / "new"
        temporary.write_text(text)
        temporary.rename(self.folder / f"{kind}.json")

    def unplug(self, kind: Kind) -> None:
        (self.folder / f"{kind}.json").unlink()

    def wait_told(self, kind: Kind, state: State) -> Status:
        while True:
            status = self.told.get(timeout=5)
            if (status.kind, status.state) == (kind, state):
                return status


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "dev").mkdir()
    desk = Desk(tmp_path / "dev")
    yield desk
    desk.broker.close()


def test_a_device_is_waited_for(desk: Desk, bench_printer: BenchPrinter) -> None:
    with pytest.raises(DeviceGone):
        desk.broker.get(Kind.PRINTER, 0.05)
    threading.Timer(0.1, desk.plug, (Kind.PRINTER, "escpos", bench_printer.path)).start()
    printer = desk.broker.get(Kind.PRINTER, 5)
    printer.print(TICKET)
    assert bench_printer.wait_for_tickets(1, 2)
    assert printer.info.bench
    assert desk.wait_told(Kind.PRINTER, State.OPEN).path == bench_printer.path
    assert {status.kind: status.state for status in desk.broker.statuses()}[Kind.PRINTER] is State.OPEN


def test_the_same_device_is_lent_again(desk: Desk, bench_printer: BenchPrinter) -> None:
    desk.plug(Kind.PRINTER, "escpos", bench_printer.path)
    desk.broker.get(Kind.PRINTER, 5).status()
    desk.broker.get(Kind.PRINTER, 5).print(TICKET)
    assert [status.state for status in _drain(desk)] == [State.PRESENT, State.OPEN]


def test_unplugged_and_plugged_elsewhere(desk: Desk, bench_printer: BenchPrinter) -> None:
    desk.plug(Kind.PRINTER, "escpos", bench_printer.path)
    printer = desk.broker.get(Kind.PRINTER, 5)
    bench_printer.unplug()
    with pytest.raises(DeviceGone):
        printer.print(TICKET)
    desk.unplug(Kind.PRINTER)
    desk.wait_told(Kind.PRINTER, State.ABSENT)
    bench_printer.plug()
    desk.plug(Kind.PRINTER, "escpos", bench_printer.path)
    desk.broker.get(Kind.PRINTER, 5).print(TICKET)
    assert bench_printer.wait_for_tickets(1, 2)


def test_the_source_says_gone_before_anybody_calls(desk: Desk, bench_printer: BenchPrinter) -> None:
    desk.plug(Kind.PRINTER, "escpos", bench_printer.path)
    printer = desk.broker.get(Kind.PRINTER, 5)
    desk.unplug(Kind.PRINTER)
    desk.wait_told(Kind.PRINTER, State.ABSENT)
    with pytest.raises(DeviceGone):
        desk.broker.get(Kind.PRINTER, 0.05)
    _until(lambda: _is_gone(printer.status))


def test_a_device_that_cannot_be_opened_is_a_fault_until_it_can(desk: Desk, tmp_path: Path) -> None:
    desk.plug(Kind.CAMERA, "mjpeg", str(tmp_path / "nothing here"))
    with pytest.raises(DeviceError) as caught:
        desk.broker.get(Kind.CAMERA, 0.4)
    assert caught.value.code == "camera.not-opened"
    assert desk.wait_told(Kind.CAMERA, State.FAULT).error == "camera.not-opened"


def test_an_unknown_driver_says_which_there_are(desk: Desk) -> None:
    desk.plug(Kind.LIGHTS, "lava-lamp", "/dev/null")
    with pytest.raises(DeviceError) as caught:
        desk.broker.get(Kind.LIGHTS, 0.4)
    assert caught.value.code == "lights.no-driver"
    assert "tower" in caught.value.detail


def test_scanners_need_somebody_to_trust(desk: Desk) -> None:
    desk.plug(Kind.FINGERPRINT, "sbi", "4599")
    with pytest.raises(DeviceError) as caught:
        desk.broker.get(Kind.FINGERPRINT, 0.4)
    assert caught.value.code == "fingerprint.no-trust"


def test_many_threads_get_one_handle(desk: Desk, tmp_path: Path) -> None:
    lights = BenchLights(tmp_path / "lights.json")
    lights.plug()
    desk.plug(Kind.LIGHTS, "tower", lights.path)
    failures: list[DeviceError] = []

    def show() -> None:
        try:
            desk.broker.get(Kind.LIGHTS, 5).show(Light.CALL)
        except DeviceError as error:
            failures.append(error)

    threads = [threading.Thread(target=show) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert lights.wait_for(2, green="blink")
    assert [status.state for status in _drain(desk) if status.kind is Kind.LIGHTS] == [State.PRESENT, State.OPEN]
    lights.unplug()


def test_closing_ends_waiting(tmp_path: Path) -> None:
    broker = Broker([DirectorySource(tmp_path)], {}, rescan_seconds=0.02)
    broker.start()
    threading.Timer(0.05, broker.close).start()
    started = time.monotonic()
    with pytest.raises(DeviceGone):
        broker.get(Kind.CAMERA, 30)
    assert time.monotonic() - started < 10


def test_a_process_is_told_only_of_its_kinds(tmp_path: Path, bench_printer: BenchPrinter) -> None:
    broker = Broker([DirectorySource(tmp_path)], openers(tmp_path, SystemClock()), kinds=[Kind.LIGHTS])
    assert [status.kind for status in broker.statuses()] == [Kind.LIGHTS]
    broker.start()
    broker.close()


def test_a_listener_that_left_is_told_nothing(desk: Desk, bench_printer: BenchPrinter) -> None:
    desk.unsubscribe()
    desk.unsubscribe()
    desk.plug(Kind.PRINTER, "escpos", bench_printer.path)
    desk.broker.get(Kind.PRINTER, 5)
    assert desk.told.empty()


def _drain(desk: Desk) -> list[Status]:
    told: list[Status] = []
    while not desk.told.empty():
        told.append(desk.told.get())
    return told


def _is_gone(call: Callable[[], object]) -> bool:
    try:
        call()
    except DeviceGone:
        return True
    return False


def _until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < give_up
        threading.Event().wait(0.01)
