"""Packages carried to a real store and receipts back from a real office, with alerts that end by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from station.bench import package
from station.clock import SetClock
from station.daemon.carrying import Carrier, DeliverySettings
from station.journal import Journal, alerts
from station.journal import events as ev
from station.office import keys
from station.office.intake import take_in
from station.office.keys import Office
from station.packages.keys import signer_of, station_key
from station.packages.sealing import seal
from station.packages.signers import Signers
from station.packages.sshsig import SigningKey
from station.packages.store import Store


class Way(msgspec.Struct, frozen=True):
    """A station, its store and its office."""

    journal: Journal
    packages: Path
    store: Path
    office: Office
    key: SigningKey
    clock: SetClock

    def carrier(self) -> Carrier:
        settings = DeliverySettings(store=str(self.store))
        return Carrier(self.journal, self.packages, lambda: Signers([self.office.itself]), settings, self.clock)

    def seal(self, package_id: str, *, bench: bool = False) -> None:
        contents = package.contents(package_id=package_id, bench=bench)
        sealed = seal(contents, self.office.recipients, self.key, self.packages)
        about = ev.PackageSealed(enrolment=f"enr_{package_id}", sha256=sealed.sha256, size=sealed.size, bench=bench)
        with self.journal.command("sealer") as tx:
            tx.append(about, package_id)

    def states(self) -> dict[str, str]:
        return dict(self.journal.db.execute("SELECT id, state FROM packages").fetchall())

    def told(self) -> list[tuple[str, str]]:
        return [(alert.code, alert.about) for alert in alerts.open_alerts(self.journal.db)]


@pytest.fixture
def way(tmp_path: Path) -> Iterator[Way]:
    clock = SetClock(package.AT)
    office = keys.create(tmp_path / "office", "office", clock)
    key = station_key(tmp_path / "data" / "keys", package.STATION)
    keys.add_station(office, signer_of(package.STATION, key))
    packages, store = tmp_path / "data" / "packages", tmp_path / "store"
    packages.mkdir()
    store.mkdir()
    journal = Journal.open(tmp_path / "data", clock)
    yield Way(journal, packages, store, office, key, clock)
    journal.close()


def test_carried_received_and_gone(way: Way) -> None:
    way.seal("pkg_a")
    carrier = way.carrier()
    assert carrier.round()
    assert way.states() == {"pkg_a": "delivered"}
    list(take_in(way.office, Store.open(str(way.store)), way.clock, False))
    assert carrier.round()
    assert way.states() == {"pkg_a": "delivered"}
    way.clock.advance(DeliverySettings().receipts_seconds)
    assert carrier.round()
    assert way.states() == {"pkg_a": "received"}
    assert list(way.packages.iterdir()) == []
    assert way.told() == []


def test_a_store_that_is_away_is_told_once_and_left_alone_for_longer_each_time(way: Way) -> None:
    way.seal("pkg_a")
    way.store.rmdir()
    carrier = way.carrier()
    pauses = []
    for _ in range(9):
        assert not carrier.round()
        pauses.append(carrier._not_before - way.clock.monotonic())
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert way.told() == [("packages.store-away", "store")]
    assert [row.kind for row in way.journal.since(0)].count("alert.raised") == 1
    way.store.mkdir()
    assert carrier.round()
    assert way.told() == []
    assert way.states() == {"pkg_a": "delivered"}


def test_one_that_cannot_go_is_told_by_name_and_the_others_go(way: Way) -> None:
    way.seal("pkg_a")
    way.seal("pkg_b")
    (way.store / "pkg_a.bag.tar.age").write_bytes(b"another")
    carrier = way.carrier()
    assert not carrier.round()
    assert way.states() == {"pkg_a": "sealed", "pkg_b": "delivered"}
    assert way.told() == [("packages.store-conflict", "pkg_a")]


def test_a_refusal_is_told_until_the_office_accepts(way: Way) -> None:
    way.seal("pkg_a", bench=True)
    carrier = way.carrier()
    carrier.round()
    list(take_in(way.office, Store.open(str(way.store)), way.clock, False))
    way.clock.advance(60)
    carrier.round()
    assert way.told() == [("packages.refused", "pkg_a")]
    list(take_in(way.office, Store.open(str(way.store)), way.clock, True))
    way.clock.advance(60)
    carrier.round()
    assert way.told() == []
    assert way.states() == {"pkg_a": "received"}


def test_without_a_store_there_is_nothing_to_do(way: Way, running: Any) -> None:
    settings = DeliverySettings()
    carrier = Carrier(way.journal, way.packages, lambda: Signers([way.office.itself]), settings, way.clock)
    with running(carrier.run):
        pass


def test_it_runs_by_itself(way: Way, running: Any, eventually: Callable[..., None]) -> None:
    with running(way.carrier().run):
        way.seal("pkg_a")
        eventually(lambda: way.states() == {"pkg_a": "delivered"})
