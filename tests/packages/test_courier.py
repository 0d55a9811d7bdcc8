"""From sealed to purged over a real journal, a real store and a real office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from station.bench import package
from station.clock import SetClock
from station.journal import Journal
from station.journal import events as ev
from station.office import keys
from station.office.intake import take_in
from station.office.keys import Office
from station.packages import sealing
from station.packages.courier import Courier
from station.packages.keys import signer_of, station_key
from station.packages.sealing import seal
from station.packages.signers import Signers
from station.packages.sshsig import SigningKey
from station.packages.store import Store, StoreFailed


class Way(msgspec.Struct, frozen=True):
    """A station with sealed packages, its courier, the store and the office."""

    journal: Journal
    packages: Path
    store: Path
    office: Office
    key: SigningKey
    clock: SetClock
    courier: Courier

    def seal(self, package_id: str, bench: bool = False) -> None:
        contents = package.contents(package_id=package_id, bench=bench)
        sealed = seal(contents, self.office.recipients, self.key, self.packages)
        with self.journal.command("sealer") as tx:
            about = ev.PackageSealed(enrolment=f"enr_{package_id}", sha256=sealed.sha256, size=sealed.size, bench=bench)
            tx.append(about, package_id)

    def states(self) -> dict[str, str]:
        return dict(self.journal.db.execute("SELECT id, state FROM packages").fetchall())

    def kinds(self) -> list[str]:
        return [row[0] for row in self.journal.db.execute("SELECT kind FROM events ORDER BY seq")]

    def office_works(self, accept_bench: bool = False) -> None:
        list(take_in(self.office, Store.open(str(self.store)), self.clock, accept_bench))


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
    courier = Courier(journal, packages, str(store), Signers([office.itself]), clock)
    yield Way(journal, packages, store, office, key, clock, courier)
    journal.close()


def test_a_package_goes_all_the_way(way: Way) -> None:
    way.seal("pkg_a")
    assert (way.courier.deliver_owed(), way.courier.deliver_owed()) == (1, 0)
    assert (way.courier.confirm_owed(), way.courier.purge_owed()) == (0, 0)
    way.office_works()
    assert (way.courier.confirm_owed(), way.courier.confirm_owed()) == (1, 0)
    assert sealing.find(way.packages) == ("pkg_a",)
    assert (way.courier.purge_owed(), way.courier.purge_owed()) == (1, 0)
    assert list(way.packages.iterdir()) == []
    assert way.kinds() == ["package.sealed", "package.delivered", "package.received", "package.purged"]


def test_a_store_that_is_away_is_said_once_and_tried_again(way: Way) -> None:
    way.seal("pkg_a")
    way.seal("pkg_b")
    way.store.rmdir()
    assert (way.courier.deliver_owed(), way.courier.deliver_owed()) == (0, 0)
    assert way.kinds().count("package.delivery-failed") == 1
    way.store.mkdir()
    assert way.courier.deliver_owed() == 2
    assert set(way.states().values()) == {"delivered"}
    assert way.journal.db.execute("SELECT failure FROM packages").fetchall() == [(None,), (None,)]


def test_one_package_that_cannot_go_does_not_hold_up_the_others(way: Way) -> None:
    way.seal("pkg_a")
    way.seal("pkg_b")
    (way.store / "pkg_a.bag.tar.age").write_bytes(b"another")
    assert (way.courier.deliver_owed(), way.courier.deliver_owed()) == (1, 0)
    assert way.states() == {"pkg_a": "sealed", "pkg_b": "delivered"}
    failures = way.journal.db.execute("SELECT failure FROM packages ORDER BY id").fetchall()
    assert failures == [("store-conflict",), (None,)]
    assert way.kinds().count("package.delivery-failed") == 1


def test_a_refusal_is_kept_until_it_is_mended(way: Way) -> None:
    way.seal("pkg_a", bench=True)
    way.courier.deliver_owed()
    way.office_works()
    assert (way.courier.confirm_owed(), way.courier.confirm_owed()) == (1, 0)
    assert way.states() == {"pkg_a": "refused"}
    (refusal,) = [row.event for row in way.journal.events("pkg_a") if isinstance(row.event, ev.PackageReceived)]
    assert (refusal.verdict, refusal.code) == ("refused", "bench")
    assert way.courier.purge_owed() == 0
    way.office_works(accept_bench=True)
    assert (way.courier.confirm_owed(), way.courier.purge_owed()) == (1, 1)
    assert way.kinds().count("package.received") == 2


def test_a_receipt_that_is_not_the_offices_is_not_believed(way: Way, tmp_path: Path) -> None:
    way.seal("pkg_a")
    way.courier.deliver_owed()
    way.office_works()
    other = keys.create(tmp_path / "other", "other", way.clock)
    courier = Courier(way.journal, way.packages, str(way.store), Signers([other.itself]), way.clock)
    assert courier.confirm_owed() == 0
    assert way.states() == {"pkg_a": "delivered"}
    assert way.courier.confirm_owed() == 1
    assert courier.purge_owed() == 0
    assert sealing.find(way.packages) == ("pkg_a",)


@pytest.mark.parametrize("gone", ["*.age", "*"])
def test_a_purge_that_was_cut_is_finished(way: Way, gone: str) -> None:
    way.seal("pkg_a")
    way.courier.deliver_owed()
    way.office_works()
    way.courier.confirm_owed()
    for path in way.packages.glob(gone):
        path.unlink()
    assert way.courier.purge_owed() == 1
    assert list(way.packages.iterdir()) == []


def test_reading_receipts_of_a_store_that_is_away_fails_aloud(way: Way) -> None:
    way.seal("pkg_a")
    way.courier.deliver_owed()
    way.store.rename(way.store.with_name("pulled"))
    with pytest.raises(StoreFailed):
        way.courier.confirm_owed()
    assert way.states() == {"pkg_a": "delivered"}
