"""Device states in the journal: each change once, with the alert that belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from station.clock import SetClock
from station.hardware.broker import Broker, State, Status
from station.hardware.devices import DeviceError, DeviceGone, DeviceInfo, Kind
from station.hardware.drivers import openers
from station.hardware.hotplug import Descriptor, DirectorySource
from station.hardware.watch import Reporter, Watch
from station.journal import Journal, alerts, projections

INFO = DeviceInfo(Kind.CAMERA, "v4l2", make="ACME", model="C1", serial="1")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(tmp_path / "data", SetClock(datetime(2026, 2, 3, tzinfo=UTC)))
    yield journal
    journal.close()


def told(journal: Journal) -> list[str]:
    return [row.kind for row in journal.since(0) if row.kind.startswith("device.")]


def codes(journal: Journal) -> list[str]:
    return [alert.code for alert in alerts.open_alerts(journal.db)]


def test_each_change_is_told_once(journal: Journal) -> None:
    watch = Watch(journal, "student-screen")
    gone = DeviceGone(Kind.CAMERA, "unplugged")
    after = []
    steps: list[Callable[[], None]] = [
        lambda: watch.vanished(Kind.CAMERA),
        lambda: watch.appeared(INFO),
        lambda: watch.failed(Kind.CAMERA, DeviceError("camera.busy")),
        lambda: watch.recovered(Kind.CAMERA),
        lambda: watch.failed(Kind.CAMERA, gone),
        lambda: watch.recovered(Kind.CAMERA),
        lambda: watch.appeared(INFO),
        lambda: watch.appeared(msgspec.structs.replace(INFO, serial="2")),
    ]
    for tell in steps:
        tell()
        tell()
        after.append((len(told(journal)), codes(journal)))
    assert after == [
        (0, []),
        (1, []),
        (2, ["camera.busy"]),
        (3, []),
        (4, ["camera.gone"]),
        (4, ["camera.gone"]),
        (5, []),
        (6, []),
    ]
    tables = projections.dump(journal.db)
    journal.rebuild()
    assert projections.dump(journal.db) == tables


def test_one_that_could_never_be_opened_is_told_too(journal: Journal) -> None:
    watch = Watch(journal, "student-screen")
    for _ in range(2):
        watch.told(Status(Kind.IRIS, State.FAULT, error="iris.untrusted"))
    watch.told(Status(Kind.IRIS, State.PRESENT))
    assert told(journal) == ["device.faulted"]
    assert codes(journal) == ["iris.untrusted"]


def test_alerts_of_other_kinds_stay(journal: Journal) -> None:
    watch = Watch(journal, "student-screen")
    watch.faulted(Kind.IRIS, "iris.untrusted")
    watch.appeared(INFO)
    watch.vanished(Kind.CAMERA)
    assert sorted(codes(journal)) == ["camera.gone", "iris.untrusted"]


def test_a_reporter_tells_what_the_broker_says(journal: Journal, tmp_path: Path) -> None:
    descriptors = tmp_path / "dev"
    descriptors.mkdir()
    broker = Broker([DirectorySource(descriptors)], openers(tmp_path, journal.clock), kinds=(Kind.LIGHTS,))
    reporter = Reporter(broker, Watch(journal, "student-screen"))
    reporter.start()
    described = Descriptor(Kind.LIGHTS, "none-such", "/dev/null")
    (descriptors / "lights.json").write_bytes(msgspec.json.encode(described))
    broker.start()
    with pytest.raises(DeviceError, match="no-driver"):
        broker.get(Kind.LIGHTS, 1)
    broker.close()
    reporter.close()
    assert told(journal) == ["device.faulted"]
    assert codes(journal) == ["lights.no-driver"]
