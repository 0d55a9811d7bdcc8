"""The bench's own office: DIR/office takes in what a bench station brings to DIR/store.

It is a real office in every respect but one: it accepts packages of emulated devices, which an office
that is not of the bench refuses.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import structlog

from station import files
from station.clock import Clock
from station.disk import DiskTrouble
from station.office import intake, keys
from station.office.keys import Office
from station.packages.keys import signer_of, station_key, trust_office
from station.packages.problems import Refused
from station.packages.sealing import PACKAGE_SUFFIX
from station.packages.store import Store

OFFICE: Final = "bench-office"
LOOK_SECONDS: Final = 0.5
"""How often the store is looked at."""

log = structlog.get_logger()


def store_of(folder: Path) -> Path:
    """Where the bench station delivers to."""
    return folder / "store"


def office_of(folder: Path) -> Office:
    """The office of a bench folder."""
    return Office(folder / "office")


def prepare(folder: Path, station_keys: Path, station: str, clock: Clock) -> Office:
    """Make `folder`/office and `folder`/store, and let office and station know each other's public keys.

    `station_keys` is the station's keys folder; `station` the name it signs under. What is there already
    stays, so that a day that was cut off goes on.
    """
    office = office_of(folder)
    files.make_folder(store_of(folder))
    if not office.office_signers_file.exists():
        keys.create(office.folder, OFFICE, clock)
    keys.add_station(office, signer_of(station, station_key(station_keys, station)))
    trust_office(station_keys, office.recipients, office.itself)
    return office


def take_in(folder: Path, clock: Clock) -> Iterator[intake.Taken]:
    """Take in what the bench station has delivered so far. Raises StoreFailed, DiskTrouble, Refused."""
    return intake.take_in(office_of(folder), Store.open(str(store_of(folder))), clock, accept_bench=True)


def work(folder: Path, clock: Clock, stop: threading.Event) -> None:
    """Take in whenever the store has changed, until told to stop. What fails is logged and tried again."""
    seen: frozenset[tuple[str, int]] | None = None
    problem = ""
    while not stop.is_set():
        now = _state(store_of(folder))
        if now != seen:
            try:
                for taken in take_in(folder, clock):
                    if taken.new:
                        log.info("office.took-in", package=taken.package, verdict=taken.verdict, code=taken.code)
                seen, problem = now, ""
            except (Refused, DiskTrouble) as error:
                if str(error) != problem:
                    problem = str(error)
                    log.warning("office.waits", problem=problem)
        stop.wait(LOOK_SECONDS)


def _state(store: Path) -> frozenset[tuple[str, int]]:
    """What the store holds of packages and their signatures: a name may come to hold something else."""
    found = set()
    for path in store.glob(f"*{PACKAGE_SUFFIX}*"):
        # Stores write under another name and rename: what is gone again was such a name.
        with contextlib.suppress(FileNotFoundError):
            found.add((path.name, path.stat().st_mtime_ns))
    return frozenset(found)
