"""A school with a few students and an open visit, and the touchscreen on it in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from station.bench.devices.wedge import BenchWedge
from station.bench.puppeteer import Puppeteer
from station.clock import Clock, SetClock, SystemClock
from station.config import load
from station.enrolment import commands as enrolments
from station.enrolment.spool import Spool
from station.enrolment.steps import EnrolmentSettings
from station.hardware.devices import Kind
from station.hardware.hotplug import Descriptor
from station.journal import Journal, Transaction
from station.queue import commands as tickets
from station.roster import register
from station.roster.nik import Sex
from station.roster.register import Record, Register
from station.roster.students import Student
from station.screens.student.desk import StudentDesk
from station.screens.student.flow import IDLE_SECONDS
from station.screens.student.reading import Reader
from station.screens.student.view import View

ROOT = Path(__file__).parents[3]
ANI = "operator:ani"
NOW = datetime(2026, 2, 3, 1, 0, tzinfo=UTC)
LONG_NAME = "Muhammad Abdurrahman Nurhidayatullah Syarifuddin Al-Banjari M"


class School:
    """Journal and register of one visit."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.journal = Journal.open(folder, clock)
        register.prepare(self.journal)
        self.settings = EnrolmentSettings()
        own = (
            _student("Siti Aminah", "6311055708090002", "XI IPA 1"),
            _student("Siti Aminah", "", "XI IPA 2"),
            _student("Budi", "6311050101090003", "XI IPA 1"),
            _student(LONG_NAME, "6311050202090004", "XI IPA 2"),
            _student("Anak Muda", "6311050303110005", "X-1", born=date(2011, 3, 3)),
        )
        with self.journal.command(ANI) as tx:
            people = Register(tx.db, tx.vault)
            self.school = people.add_school("SMAN 1 PARINGIN", "30304040").id
            people.add(self.school, own)
            other = people.add_school("SMAN 2 LAMPIHONG", "30304041").id
            people.add(other, [_student("Orang Lain", "6311050404090006", "XI")])
            tickets.open_visit(tx, self.school)

    def person(self, name: str, class_name: str = "") -> Record:
        """A student by name."""
        records = Register.of(self.journal).everybody()
        return next(r for r in records if r.student.name == name and class_name in r.student.class_name)

    def act(self, command: Callable[[Transaction], object], actor: str = ANI) -> None:
        with self.journal.command(actor) as tx:
            command(tx)

    def desk(self) -> StudentDesk:
        return StudentDesk(self.journal, Spool(self.folder / "spool"), load(self.folder))

    def read(self, ticket: str = "") -> View:
        return Reader(self.journal, load(self.folder)).read(ticket)

    def call(self, name: str, language: str = "id") -> str:
        """Check in and call."""
        ticket = self.desk().check_in(self.person(name).id, language, "nik")
        self.act(lambda tx: tickets.call(tx, ticket))
        return ticket

    def start(self, name: str, language: str = "id") -> str:
        """Check in, call and begin the recording."""
        ticket = self.call(name, language)
        self.act(lambda tx: enrolments.start(tx, ticket, self.settings))
        return enrolments.active(self.journal) or ""

    def close(self) -> None:
        self.journal.close()


def _student(name: str, nik: str, class_name: str, born: date = date(2009, 8, 17)) -> Student:
    return Student(name=name, birth_date=born, sex=Sex.FEMALE, nik=nik, class_name=class_name, birth_place="Paringin")


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    """At a set time."""
    opened = School(tmp_path, SetClock(NOW))
    yield opened
    opened.close()


RUN = """
import sys
from station.screens.student import flow
flow.IDLE_SECONDS = {idle}
from station.cli import main
sys.argv[0] = "station"
main()
"""
"""The command `station`, with students who are asked sooner whether they are still there."""


class Screen:
    """The real app in an offscreen window, with a robot's finger."""

    def __init__(self, folder: Path, idle: float = IDLE_SECONDS) -> None:
        self._folder = folder
        self._program = RUN.format(idle=idle)
        self._socket = folder / "student.sock"
        self.log = folder / "app.log"
        self.begin()

    def begin(self) -> None:
        """Start the app."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-c", self._program, "screen", "student", "--bench", "--offscreen",
                    "--data", str(self._folder), "--bench-puppet", str(self._socket),
                ],
                stderr=log,
                cwd=ROOT,
                env={**os.environ, "PYTHONWARNINGS": "error"},
            )  # fmt: skip
        self.robot = Puppeteer(self._socket)

    def kill(self) -> None:
        """Power cut."""
        self.robot.close()
        self.process.kill()
        self.process.wait(10)
        self._socket.unlink(missing_ok=True)

    def close(self) -> None:
        self.robot.close()
        if self.process.poll() is None:
            self.process.terminate()
        assert self.process.wait(20) == 0, self.log.read_text()


class Invitations:
    """A code reader on the station's desk, and a hand that holds papers under it."""

    def __init__(self, folder: Path) -> None:
        self._reader = BenchWedge(folder / "reader")
        self._reader.plug()
        devices = folder / "bench" / "dev"
        devices.mkdir(parents=True)
        plugged = Descriptor(Kind.CODE, "wedge-records", self._reader.path, {"bench": "1"})
        (devices / "wedge.json").write_bytes(msgspec.json.encode(plugged))

    def scan(self, text: str) -> None:
        """Hold this code under the reader."""
        assert self._reader.wait_for_reader(20)
        self._reader.scan(text)

    def close(self) -> None:
        self._reader.unplug()


@pytest.fixture
def live_school(tmp_path: Path) -> Iterator[School]:
    """At the time of now, as the app's process sees it."""
    opened = School(tmp_path, SystemClock())
    yield opened
    opened.close()


@pytest.fixture
def screen(live_school: School) -> Iterator[Screen]:
    running = Screen(live_school.folder)
    yield running
    running.close()


@pytest.fixture
def invitations(live_school: School) -> Iterator[Invitations]:
    """Before the screen, which looks for devices when it begins."""
    reader = Invitations(live_school.folder)
    yield reader
    reader.close()


@pytest.fixture
def hasty_screen(live_school: School) -> Iterator[Screen]:
    """One that soon asks whether anybody is there."""
    running = Screen(live_school.folder, idle=3.0)
    yield running
    running.close()
