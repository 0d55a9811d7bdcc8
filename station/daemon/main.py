"""Puts the process together: journal, workers, devices."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from station.clock import Clock
from station.config import Config
from station.daemon.carrying import Carrier, DeliverySettings
from station.daemon.health import HealthSettings, HealthWatch
from station.daemon.lights import LightsDesk
from station.daemon.papers import Papers
from station.daemon.printing import PrintingDesk, School
from station.daemon.sealing import SealingDesk, source_of
from station.daemon.supervise import Worker, supervise
from station.enrolment import biographic
from station.enrolment import commands as enrolments
from station.enrolment.steps import EnrolmentSettings
from station.errors import StationError
from station.files import hold, make_folder
from station.hardware.devices import Devices, Kind
from station.journal import Journal
from station.journal import events as ev
from station.packages.keys import OFFICE_SIGNERS
from station.packages.signers import Signers
from station.queue.states import QueueSettings, Ticket
from station.roster import eligibility, register
from station.roster.register import Register

NAME: Final = "devices"

LOCK_NAME: Final = ".devices.lock"

OWN_KINDS: Final = (Kind.PRINTER, Kind.LIGHTS)
"""The devices that this process opens; the others belong to the touchscreen's process."""


class AlreadyRuns(StationError):
    """Another process does this work on the data folder."""


def run(
    data: Path,
    config: Config,
    devices: Devices,
    clock: Clock,
    stop: threading.Event,
    *,
    more: Sequence[Worker] = (),
) -> None:
    """Do the process's work on a data folder until `stop` is set.

    Raises AlreadyRuns, ConfigError, JournalError, and WorkerFailed when a worker cannot be kept running.
    """
    with _alone(data):
        journal = Journal.open(data, clock)
        try:
            register.prepare(journal)
            everyone = [*workers(journal, data, config, devices, clock), *more]
            with journal.command(NAME) as tx:
                tx.append(ev.SystemStarted(version=version("station"), pid=os.getpid()), NAME)
            supervise(everyone, stop, clock)
        finally:
            journal.close()


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """While no other process does this. Raises AlreadyRuns.

    A second one would take the package that the first is just writing for a leftover of a crash, and delete it.
    """
    with hold(make_folder(data) / LOCK_NAME) as held:
        if not held:
            raise AlreadyRuns(
                f"The devices of {data} are driven by another process already, which also seals and prints.",
                "End that one first, or name another folder with --data.",
            )
        yield


def workers(journal: Journal, data: Path, config: Config, devices: Devices, clock: Clock) -> list[Worker]:
    """What runs in this process: paper, lights, sealer, carrier, health."""
    station = config.station
    documents = config.section("enrolment", EnrolmentSettings).documents
    papers = Papers(station.office, ZoneInfo(station.time_zone), documents)
    queue = config.section("queue", QueueSettings)
    carrier = Carrier(
        journal,
        make_folder(data / "packages"),
        lambda: Signers.load(data / "keys" / OFFICE_SIGNERS),
        config.section("delivery", DeliverySettings),
        clock,
    )
    health = HealthWatch(journal, data, config.section("health", HealthSettings))
    return [
        Worker("printing", PrintingDesk(journal, devices, papers, school_of(journal), queue, clock).run),
        Worker("lights", LightsDesk(journal, devices).run),
        Worker("sealer", SealingDesk(journal, data, source_of(journal, station), clock).run),
        Worker("carrier", carrier.run),
        Worker("health", health.run),
    ]


def school_of(journal: Journal) -> School:
    """What the papers take from the register. Each call reads on its own thread's connection."""

    def name_of(school: str) -> str:
        return next((known.name for known in Register.of(journal).schools() if known.id == school), "")

    def card_on(ticket: Ticket) -> date | None:
        record = Register.of(journal).get(ticket.student)
        if record is None:
            return None
        corrections = enrolments.corrections(journal, ticket.enrolment) if ticket.enrolment else {}
        born = biographic.corrected(record.student, corrections).birth_date
        return eligibility.birthday(born, eligibility.PRINTED_FROM)

    return School(name_of, card_on)
