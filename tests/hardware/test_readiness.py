"""What is plugged in is opened before anybody needs it, and the journal says how each kind stands now."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from station.bench.devices.lights import BenchLights
from station.clock import SystemClock
from station.hardware.broker import Broker
from station.hardware.devices import DeviceInfo, Kind
from station.hardware.drivers import BENCH, openers
from station.hardware.hotplug import Descriptor, DirectorySource
from station.hardware.readiness import Readiness
from station.hardware.watch import Reporter, Watch
from station.journal import Journal


class Desk:
    """A folder of devices, and a journal that is told of them; nobody asks the broker for any."""

    def __init__(self, folder: Path, settled_seconds: float = 60.0) -> None:
        self._plugged = folder / "dev"
        self._plugged.mkdir(exist_ok=True)
        self.journal = Journal.open(folder / "data", SystemClock())
        drivers = openers(folder, self.journal.clock)
        self._broker = Broker(
            [DirectorySource(self._plugged)], drivers, kinds=(Kind.LIGHTS, Kind.IRIS), rescan_seconds=0.02
        )
        self.watch = Watch(self.journal, "student")
        self._reporter = Reporter(self._broker, self.watch)
        self._readiness = Readiness(
            self._broker, self._reporter.tell, look_seconds=0.02, retry_seconds=0.02, settled_seconds=settled_seconds
        )

    def begin(self) -> None:
        self._reporter.start()
        self._broker.start()
        self._readiness.start()

    def plug(self, path: str) -> None:
        descriptor = Descriptor(Kind.LIGHTS, "tower", path, {BENCH: "1"})
        (self._plugged / "new").write_bytes(msgspec.json.encode(descriptor))
        (self._plugged / "new").rename(self._plugged / "lights.json")

    def unplug(self) -> None:
        (self._plugged / "lights.json").unlink()

    def becomes(self, *state: str) -> None:
        """Wait until the journal says this of the lights: state and code."""
        query = "SELECT state, code FROM devices WHERE kind = 'lights'"
        _until(lambda: self.journal.db.execute(query).fetchone() == state)

    @property
    def told(self) -> list[str]:
        return [row.kind for row in self.journal.since(0) if row.kind.startswith("device.")]

    def close(self) -> None:
        self._broker.close()
        self._readiness.close()
        self._reporter.close()
        self.journal.close()


@pytest.fixture
def lights(tmp_path: Path) -> Iterator[BenchLights]:
    lights = BenchLights(tmp_path / "lights.json")
    lights.plug()
    yield lights
    lights.unplug()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.begin()
    yield desk
    desk.close()


def test_a_device_that_nobody_needs_yet_is_ready(desk: Desk, lights: BenchLights) -> None:
    desk.plug(lights.path)
    desk.becomes("ready", "")


def test_one_that_is_plugged_in_again_is_back(desk: Desk, lights: BenchLights) -> None:
    desk.plug(lights.path)
    desk.becomes("ready", "")
    desk.unplug()
    desk.becomes("gone", "lights.gone")
    desk.plug(lights.path)
    desk.becomes("ready", "")
    assert desk.told == ["device.appeared", "device.vanished", "device.appeared"]


def test_one_that_cannot_be_opened_is_told_and_tried_again(desk: Desk, lights: BenchLights, tmp_path: Path) -> None:
    later = tmp_path / "tty"
    desk.plug(str(later))
    desk.becomes("fault", "lights.gone")
    later.symlink_to(lights.path)
    desk.becomes("ready", "")


def test_what_the_last_run_called_ready_is_away(tmp_path: Path) -> None:
    desk = Desk(tmp_path, settled_seconds=0.0)
    desk.watch.appeared(DeviceInfo(Kind.LIGHTS, "tower"))
    desk.begin()
    desk.becomes("gone", "lights.gone")
    assert desk.told == ["device.appeared", "device.vanished"]  # and nothing of scanners, which never were
    desk.close()


def test_nothing_is_away_before_all_was_looked_for(desk: Desk, lights: BenchLights) -> None:
    desk.watch.appeared(DeviceInfo(Kind.LIGHTS, "tower"))
    desk.plug(lights.path)
    _until(lambda: len(desk.told) > 1)
    assert desk.told == ["device.appeared", "device.appeared"]


def _until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < give_up
        threading.Event().wait(0.01)
