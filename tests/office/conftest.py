"""An office, a store, and a station that delivers to it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from station.bench import package
from station.bench.package import STATION
from station.clock import SetClock
from station.office import keys
from station.office.intake import Taken, take_in
from station.office.keys import Office
from station.packages.delivery import deliver
from station.packages.keys import signer_of, station_key
from station.packages.record import Contents
from station.packages.sealing import Sealed, seal
from station.packages.sshsig import SigningKey
from station.packages.store import Store


class Line(msgspec.Struct, frozen=True):
    """Both ends of the line between station and office."""

    office: Office
    store_folder: Path
    packages: Path
    key: SigningKey
    clock: SetClock

    @property
    def store(self) -> Store:
        return Store.open(str(self.store_folder))

    def send(self, contents: Contents, key: SigningKey | None = None) -> Sealed:
        sealed = seal(contents, self.office.recipients, key or self.key, self.packages)
        deliver(self.store, self.packages, sealed.id)
        return sealed

    def take_in(self, accept_bench: bool = False) -> list[Taken]:
        return list(take_in(self.office, self.store, self.clock, accept_bench))


def make_line(folder: Path, now: datetime = package.AT) -> Line:
    clock = SetClock(now)
    office = keys.create(folder / "office", "disdukcapil", clock)
    key = station_key(folder / "keys", STATION)
    keys.add_station(office, signer_of(STATION, key))
    for name in ("store", "packages"):
        (folder / name).mkdir()
    return Line(office, folder / "store", folder / "packages", key, clock)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return make_line(tmp_path)
