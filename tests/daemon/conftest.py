"""A data folder with an open visit, and a broker over a folder of descriptors with an emulated printer and light."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from station.bench.devices.lights import BenchLights
from station.bench.devices.printer import BenchPrinter
from station.clock import SystemClock
from station.hardware.broker import Broker
from station.hardware.devices import Kind
from station.hardware.drivers import BENCH, openers
from station.hardware.hotplug import Descriptor, DirectorySource
from station.journal import Journal
from station.queue import commands
from station.queue.states import QueueSettings, Ticket

PATIENCE = 20.0
"""Seconds until a test gives up; nothing here takes more than two on a quiet machine."""


class Bench:
    """Emulated devices, plugged in by writing their descriptors."""

    def __init__(self, folder: Path) -> None:
        self.descriptors = folder / "dev"
        self.descriptors.mkdir()
        self.printer = BenchPrinter(folder / "tickets")
        self.lights = BenchLights(folder / "lights.json")
        self.broker = Broker(
            [DirectorySource(self.descriptors)], openers(folder, SystemClock()), kinds=(Kind.PRINTER, Kind.LIGHTS)
        )
        self.plugged: set[str] = set()

    def plug(self, kind: Kind) -> None:
        device, driver = (self.printer, "escpos") if kind is Kind.PRINTER else (self.lights, "tower")
        device.plug()
        described = Descriptor(kind, driver, device.path, {BENCH: "1"})
        staged = self.descriptors / f"{kind}.new"
        staged.write_bytes(msgspec.json.encode(described))
        staged.rename(self.descriptors / f"{kind}.json")
        self.plugged.add(kind)

    def unplug(self, kind: Kind) -> None:
        (self.descriptors / f"{kind}.json").unlink()
        (self.printer if kind is Kind.PRINTER else self.lights).unplug()
        self.plugged.discard(kind)

    def close(self) -> None:
        self.broker.close()
        for kind in tuple(self.plugged):
            self.unplug(Kind(kind))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    bench.broker.start()
    yield bench
    bench.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def journal(data: Path) -> Iterator[Journal]:
    journal = Journal.open(data)
    with journal.command("operator:ani") as tx:
        commands.open_visit(tx, "sch_1")
    yield journal
    journal.close()


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Waits until something is so, looking often; fails when it never is."""

    def wait(so: Callable[[], object]) -> None:
        pause = threading.Event()
        for _ in range(int(PATIENCE / 0.01)):
            if so():
                return
            pause.wait(0.01)
        pytest.fail("it never came to be")

    return wait


@pytest.fixture
def check_in(journal: Journal) -> Callable[..., Ticket]:
    def command(student: str, language: str = "id") -> Ticket:
        with journal.command("student") as tx:
            return commands.check_in(tx, student, QueueSettings(), language=language, via="nik")

    return command


@pytest.fixture
def running() -> Callable[..., object]:
    """Runs a worker in a thread while the block lasts; its exception is the test's."""

    @contextmanager
    def block(run: Callable[[threading.Event], None]) -> Iterator[None]:
        stop = threading.Event()
        with ThreadPoolExecutor(max_workers=1) as pool:
            future = pool.submit(run, stop)
            try:
                yield
            finally:
                stop.set()
            future.result(PATIENCE)

    return block
