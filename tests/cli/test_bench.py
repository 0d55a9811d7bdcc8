"""`station bench`: devices and office in processes of their own, directed from the command line."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from station.bench import office, package
from station.bench.devices.control import BenchError
from station.cli.bench import app
from station.clock import SystemClock
from station.hardware.broker import Broker
from station.hardware.devices import Kind
from station.hardware.drivers import openers
from station.hardware.hotplug import DirectorySource
from station.packages.age import Recipients
from station.packages.delivery import deliver
from station.packages.keys import RECIPIENTS, STATION_KEY
from station.packages.sealing import seal
from station.packages.sshsig import SigningKey
from station.packages.store import Store

PATIENCE = 60.0


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`station ARGUMENTS` until it is asked to end, which it does well."""
    command = [sys.executable, "-m", "station", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0


@contextmanager
def devices(data: Path) -> Iterator[None]:
    """`station bench devices`, once all is plugged in."""
    with started("bench", "devices", "--data", str(data)) as process:
        assert process.stderr is not None
        assert any("plugged in" in line for line in process.stderr), "it ended at once"
        yield


def station(data: Path, *arguments: str) -> str:
    """What `station bench ARGUMENTS` prints; raises what the command raises."""
    result = CliRunner().invoke(app, [*arguments, "--data", str(data)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_devices_are_directed_from_the_command_line(tmp_path: Path) -> None:
    with devices(tmp_path):
        broker = Broker(
            [DirectorySource(tmp_path / "bench" / "dev")], openers(tmp_path / "bench" / "trust", SystemClock())
        )
        broker.start()
        broker.get(Kind.PRINTER, PATIENCE).print(b"17\n\x1dV\x00")
        station(tmp_path, "fault", "printer", "paper-end")
        shown = station(tmp_path, "faults")
        assert "printer      paper-end" in shown
        assert "iris         well" in shown
        assert broker.get(Kind.PRINTER, PATIENCE).status().problem == "printer.paper-end"
        station(tmp_path, "enter", "budi", "--behaviour", "poor:right_four")
        pad = broker.get(Kind.SIGNATURE, PATIENCE)
        pad.read(0)
        station(tmp_path, "sign", "--pace", "0")
        assert len(pad.read(PATIENCE)) > 0
        for command in (("lay", "budi", "family-card"), ("scan", "4F0A"), ("leave",)):
            station(tmp_path, *command)
        broker.close()
    assert [path.name for path in sorted((tmp_path / "tickets").iterdir())] == ["001.bin", "001.png"]


def test_what_the_bench_cannot_do_is_said(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="No bench runs"):
        station(tmp_path, "leave")
    with devices(tmp_path):
        with pytest.raises(BenchError, match="hovering"):
            station(tmp_path, "enter", "budi", "--behaviour", "hovering")
        with pytest.raises(BenchError, match="toaster"):
            station(tmp_path, "fault", "toaster", "slow")


def test_the_office_takes_in_what_comes(tmp_path: Path) -> None:
    clock = SystemClock()
    made = office.prepare(tmp_path, tmp_path / "keys", package.STATION, clock)
    store = Store.open(str(office.store_of(tmp_path)))
    packages = tmp_path / "packages"
    packages.mkdir()
    recipients, key = Recipients.load(tmp_path / "keys" / RECIPIENTS), SigningKey.load(tmp_path / "keys" / STATION_KEY)
    with started("bench", "office", "--data", str(tmp_path)) as process:
        assert process.stderr is not None
        for package_id in ("pkg_a", "pkg_b"):
            deliver(store, packages, seal(package.contents(package_id=package_id), recipients, key, packages).id)
            assert package_id in process.stderr.readline()
            assert (made.packages / package_id / "bagit.txt").exists()


def test_an_office_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    with started("bench", "office", "--data", str(tmp_path)) as process:
        assert process.stderr is not None
        assert "office.waits" in process.stderr.readline()
        office.prepare(tmp_path, tmp_path / "keys", package.STATION, SystemClock())
        store = office.store_of(tmp_path)
        (store / "no package.bag.tar.age").write_bytes(b"")
        assert "ignored" in process.stderr.readline()
