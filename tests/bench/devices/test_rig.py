"""The whole bench: a station's broker meets every device through its real driver, in one process and in two."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from station.bench.devices import control
from station.bench.devices.rig import Rig
from station.bench.devices.subject import Colour, Grey, StrokePoint, Subject
from station.biometrics.samples import Position
from station.clock import SystemClock
from station.hardware.broker import Broker
from station.hardware.devices import DeviceError, DeviceGone, Kind, Light
from station.hardware.drivers import openers
from station.hardware.hotplug import DirectorySource


class Somebody:
    """Shades of grey that depend on the person."""

    def __init__(self, shade: int) -> None:
        self.shade = shade

    def finger(self, position: Position, attempt: int) -> Grey | None:
        return np.full((100, 80), self.shade + attempt, np.uint8)

    def iris(self, position: Position, attempt: int) -> Grey | None:
        return np.full((480, 640), self.shade, np.uint8)

    def view(self, t: float) -> Colour | None:
        return np.full((120, 160, 3), self.shade, np.uint8)

    def signature(self, attempt: int) -> Sequence[StrokePoint]:
        return [StrokePoint(10 + step, 20, 0.5, step * 0.005) for step in range(10)] + [StrokePoint(20, 20, 0, 0.05)]


class Shades:
    """People named by their shade."""

    def subject(self, person: str, behaviour: str) -> Subject:
        if behaviour not in ("", "good"):
            raise ValueError(f"nobody behaves {behaviour!r}")
        return Somebody(int(person))

    def document(self, person: str, name: str) -> Colour:
        return np.full((100, 70, 3), int(person), np.uint8)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path / "bench", Shades())
    rig.start()
    yield rig
    rig.stop()


@pytest.fixture
def broker(rig: Rig) -> Iterator[Broker]:
    broker = Broker([DirectorySource(rig.folder / "dev")], openers(rig.trust, SystemClock()), rescan_seconds=0.02)
    broker.start()
    yield broker
    broker.close()


def test_every_device_is_met_through_its_driver(rig: Rig, broker: Broker) -> None:
    control.send(rig.folder, control.Enter("100"))
    assert abs(broker.get(Kind.CAMERA, 5).still(5).pixels[0] - 100) < 4
    fingers = broker.get(Kind.FINGERPRINT, 5).capture(Position.THUMBS, (), 5).fingers
    assert [image.pixels[0] for _, image in fingers] == [100, 100]
    assert broker.get(Kind.FINGERPRINT, 5).capture(Position.THUMBS, (), 5).fingers[0][1].pixels[0] == 101
    assert len(broker.get(Kind.IRIS, 5).capture((), 5)) == 2
    pad = broker.get(Kind.SIGNATURE, 5)
    pad.read(0)
    assert rig.pad.wait_for_reader(2)
    control.send(rig.folder, control.Sign(pace=0))
    assert len(pad.read(2)) > 0
    codes = broker.get(Kind.CODE, 5)
    assert rig.wedge.wait_for_reader(2)
    control.send(rig.folder, control.Scan("INV-1"))
    assert codes.read(2) == "INV-1"
    control.send(rig.folder, control.Lay("50", "birth-certificate"))
    documents = broker.get(Kind.DOCUMENT, 5)
    assert any(abs(documents.scan(5).pixels[0] - 50) < 4 for _ in range(4))
    broker.get(Kind.PRINTER, 5).print(b"17\n\x1dV\x00")
    assert rig.printer.wait_for_tickets(1, 2)
    broker.get(Kind.LIGHTS, 5).show(Light.CALL)
    assert rig.lights.wait_for(2, green="blink")
    assert all(status.info is None or status.info.bench for status in broker.statuses())


def test_unplugged_and_plugged_by_command(rig: Rig, broker: Broker) -> None:
    scanner = broker.get(Kind.FINGERPRINT, 5)
    control.send(rig.folder, control.Enter("10"))
    scanner.capture(Position.THUMBS, (), 5)
    control.send(rig.folder, control.SetFault("fingerprint", "unplug"))
    with pytest.raises(DeviceGone):
        scanner.capture(Position.THUMBS, (), 5)
    control.send(rig.folder, control.SetFault("fingerprint", "plug"))
    again = broker.get(Kind.FINGERPRINT, 5)
    assert len(again.capture(Position.THUMBS, (), 5).fingers) == 2


@pytest.mark.parametrize("kind", [Kind.PRINTER, Kind.LIGHTS, Kind.CAMERA, Kind.SIGNATURE, Kind.CODE, Kind.IRIS])
def test_each_comes_back(kind: Kind, rig: Rig, broker: Broker) -> None:
    first = broker.get(kind, 5)
    assert first.info.kind is kind
    control.send(rig.folder, control.SetFault(kind, "unplug"))
    control.send(rig.folder, control.SetFault(kind, "unplug"))
    give_up = time.monotonic() + 5
    while True:
        try:
            broker.get(kind, 0)
        except DeviceError:
            break
        assert time.monotonic() < give_up
    control.send(rig.folder, control.SetFault(kind, "plug"))
    assert broker.get(kind, 5).info.kind is kind


def test_faults_are_told_and_wrong_commands_refused(rig: Rig) -> None:
    control.send(rig.folder, control.SetFault("printer", "paper-end"))
    assert control.send(rig.folder, control.Ask()).devices["printer"] == ("paper-end",)
    for wrong in (
        control.SetFault("printer", "on-fire"),
        control.SetFault("toaster", "plug"),
        control.SetFault("power", "plug"),
        control.Enter("1", "rudely"),
        control.Sign(),
        control.Scan("é"),
    ):
        with pytest.raises(control.BenchError):
            control.send(rig.folder, wrong)
    control.send(rig.folder, control.SetFault("printer", "paper-ok"))
    assert control.send(rig.folder, control.Ask()).devices["printer"] == ()


def test_no_bench_says_so(tmp_path: Path) -> None:
    with pytest.raises(control.BenchError, match="No bench runs in") as refused:
        control.send(tmp_path / "bench", control.Leave())
    assert f"--data {tmp_path}" in refused.value.hint
    (tmp_path / "bench").mkdir()
    rig = control.RigFile(control=str(tmp_path / "control"), pid=1)
    (tmp_path / "bench" / control.RIG_FILE).write_bytes(msgspec.json.encode(rig))
    with pytest.raises(control.BenchError, match="does not answer") as refused:
        control.send(tmp_path / "bench", control.Leave())
    assert "station bench devices" in refused.value.hint


def test_in_a_process_of_its_own_until_told_to_end(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from station.bench.devices.rig import serve

        class Nobody:
            def subject(self, person, behaviour):
                raise ValueError("nobody")

            def document(self, person, name):
                raise ValueError("nothing")

        serve(Path(sys.argv[1]), Nobody())
        """
    )
    folder = tmp_path / "bench"
    process = subprocess.Popen([sys.executable, "-c", program, str(folder)], cwd=Path(__file__).parents[3])
    try:
        give_up = time.monotonic() + 30
        while not (folder / control.RIG_FILE).exists():
            assert process.poll() is None and time.monotonic() < give_up
            time.sleep(0.02)
        broker = Broker([DirectorySource(folder / "dev")], openers(folder / "trust", SystemClock()))
        broker.start()
        broker.get(Kind.PRINTER, 10).print(b"17\n\x1dV\x00")
        broker.close()
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert (folder / "tickets" / "001.bin").read_bytes() == b"17\n\x1dV\x00"
    assert not list((folder / "dev").glob("*.json"))


def test_what_a_killed_bench_left_is_cleared_away(tmp_path: Path) -> None:
    killed = Rig(tmp_path / "bench", Shades())
    killed.start()
    left = msgspec.json.decode((tmp_path / "bench" / control.RIG_FILE).read_bytes(), type=control.RigFile)
    sockets = Path(left.control).parent
    assert sockets.is_dir()
    following = Rig(tmp_path / "bench", Shades())
    following.start()
    assert not sockets.exists()
    assert control.send(tmp_path / "bench", control.Ask()).devices
    following.stop()
    killed.stop()
