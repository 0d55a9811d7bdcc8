"""The bench's office: prepared beside a day, accepts what bench devices made."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from station.bench import office, package
from station.clock import SetClock
from station.packages.age import Recipients
from station.packages.delivery import deliver
from station.packages.keys import OFFICE_SIGNERS, RECIPIENTS, STATION_KEY
from station.packages.problems import Refused
from station.packages.receipts import confirm
from station.packages.sealing import seal
from station.packages.signers import Signers
from station.packages.sshsig import SigningKey
from station.packages.store import Store


def test_a_bench_day_reaches_the_bench_office(tmp_path: Path) -> None:
    clock = SetClock(package.AT)
    day, keys, packages = tmp_path / "day", tmp_path / "data" / "keys", tmp_path / "packages"
    packages.mkdir()
    made = office.prepare(day, keys, package.STATION, clock)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    office.prepare(day, keys, package.STATION, clock)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    sealed = seal(
        package.contents(bench=True), Recipients.load(keys / RECIPIENTS), SigningKey.load(keys / STATION_KEY), packages
    )
    store = Store.open(str(office.store_of(day)))
    deliver(store, packages, sealed.id)
    assert [taken.verdict for taken in office.take_in(day, clock)] == ["accepted"]
    assert (made.packages / sealed.id / "bagit.txt").exists()
    assert confirm(store, packages, sealed.id, Signers.load(keys / OFFICE_SIGNERS), clock.now())
    delivered = office.store_of(day) / sealed.path.name
    verify = ["ssh-keygen", "-Y", "verify", "-n", "capture-package", "-f", str(day / "office" / "allowed_signers")]
    subprocess.run(
        [*verify, "-I", package.STATION, "-s", f"{delivered}.sig"],
        input=delivered.read_bytes(),
        check=True,
        capture_output=True,
        timeout=30,
    )
    with pytest.raises(Refused):
        office.prepare(tmp_path / "another-day", keys, package.STATION, clock)


def test_sealing_costs_are_measured(tmp_path: Path) -> None:
    cost = package.sealing_cost(tmp_path / "cost", rounds=1)
    assert 4_500_000 < cost.size < 5_500_000
    assert cost.seal > 0
    assert cost.ratio > 0
    assert not (tmp_path / "cost").exists()
