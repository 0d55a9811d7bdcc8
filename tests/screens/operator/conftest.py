"""A school, an operator and a visit; the console on them in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import pytest

from station import config
from station.bench.devices.camera import BenchCamera
from station.bench.puppeteer import Puppeteer, Sight
from station.clock import Clock, SetClock, SystemClock
from station.enrolment import commands as enrolments
from station.enrolment import comparison
from station.enrolment.gallery import Gallery
from station.enrolment.spool import Spool
from station.enrolment.state import Enrolment
from station.enrolment.steps import CAPTURES, EnrolmentSettings, Step
from station.hardware.devices import Device, DeviceGone, Kind
from station.hardware.hotplug import Descriptor
from station.journal import Journal, Transaction
from station.journal import events as ev
from station.operators import ConsoleSettings, people
from station.queue import commands as tickets
from station.queue.states import QueueSettings
from station.roster import register
from station.roster.nik import Sex
from station.roster.register import Record, Register
from station.roster.students import Student
from station.screens.operator.desk import Desk
from station.screens.operator.reading import Reader
from station.screens.operator.view import View

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 2, 3, 1, 0, tzinfo=UTC)
PIN = "493817"
LONG_NAME = "RADEN AJENG MAHARANI KUSUMANINGTYAS PUTRI WULANDARI SETIAWAN"
TOUCH = "student"

T = TypeVar("T")


class NoDevices:
    """A desk without any device."""

    def get(self, kind: Kind, deadline: float) -> Device:
        raise DeviceGone(kind)


class School:
    """A data folder with one school, one operator and an open visit."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.journal = Journal.open(folder, clock)
        register.prepare(self.journal)
        self.spool = Spool(folder / "spool")
        self.settings = EnrolmentSettings()
        self.operator = people.add(self.journal, "Rahmat Hidayat", PIN, ConsoleSettings(), actor="test")
        own = [
            _student("SITI AMINAH", "6311055708090002", "XI IPA 1"),
            _student("BUDI", "6311050101090003", "XI IPA 1"),
            _student(LONG_NAME, "6311050202090004", "XI IPA 2"),
            _student("SITI NURHALIZA", "", "XI IPA 2"),
        ]
        with self.journal.command("test") as tx:
            known = Register(tx.db, tx.vault)
            self.school = known.add_school("SMAN 1 PARINGIN", "30304040").id
            known.add(self.school, own)
            self.visit = tickets.open_visit(tx, self.school)

    def person(self, name: str) -> Record:
        return next(r for r in Register.of(self.journal).everybody() if r.student.name == name)

    def act(self, command: Callable[[Transaction], T], actor: str = TOUCH) -> T:
        with self.journal.command(actor) as tx:
            return command(tx)

    def check_in(self, name: str) -> str:
        student = self.person(name).id
        return self.act(lambda tx: tickets.check_in(tx, student, QueueSettings(), language="id", via="name")).id

    def start(self, name: str) -> str:
        """Check in, call and begin the recording."""
        ticket = self.check_in(name)
        self.act(lambda tx: tickets.call(tx, ticket), self.operator.actor)
        return self.act(lambda tx: enrolments.start(tx, ticket, self.settings), self.operator.actor)

    def attempt(self, enrolment: str, score: int, *, good: bool) -> Enrolment:
        """One attempt at the step of now, as the touchscreen records it."""

        def command(tx: Transaction) -> Enrolment:
            now = enrolments.read(tx, enrolment)
            samples = [
                ev.SampleTaken(
                    id=f"smp_{position}", position=position, format="png", sha256="", size=1, score=score, good=good
                )
                for position in now.wanted(now.step)
            ]
            advice = "" if good else "advice.finger.dry"
            return enrolments.record_attempt(tx, enrolment, now.step, samples, score=score, good=good, advice=advice)

        return self.act(command)

    def bring_to(self, enrolment: str, step: Step) -> Enrolment:
        """Go on until the enrolment stands at a step, everything at the first try."""
        now = enrolments.read(self.journal, enrolment)
        while now.step is not step:
            if now.step in (Step.IDENTITY, Step.DOCUMENTS):
                now = self.act(partial(enrolments.complete, enrolment=enrolment, step=now.step), self.operator.actor)
            elif now.step is Step.CONFIRM:
                now = self.act(lambda tx: enrolments.confirm_data(tx, enrolment))
            elif now.step is Step.PHOTO_APPROVAL:
                now = self.act(lambda tx: enrolments.approve_photo(tx, enrolment))
            else:
                assert now.step in CAPTURES
                now = self.attempt(enrolment, 80, good=True)
        return now

    def finish(self, name: str) -> str:
        """Record a student whole; returns the enrolment, signed off."""
        enrolment = self.start(name)
        self.bring_to(enrolment, Step.SIGN_OFF)
        self.compare(enrolment)
        self.act(lambda tx: enrolments.sign_off(tx, enrolment), self.operator.actor)
        return enrolment

    def compare(self, enrolment: str, **found: int) -> None:
        """The prints were searched for; `found` are enrolments that they resemble."""
        samples = [taken.id for taken in enrolments.read(self.journal, enrolment).prints]
        self.act(lambda tx: comparison.record(tx, enrolment, samples, len(found), found), "student")

    def seal(self, enrolment: str, package: str) -> None:
        """The package is made."""
        sealed = ev.PackageSealed(enrolment=enrolment, sha256="00", size=5_000_000)
        self.act(lambda tx: tx.append(sealed, package), "sealer")

    def desk(self) -> Desk:
        """The operator's, who is signed in."""
        if people.signed_in(self.journal) is None:
            self.act(lambda tx: tx.append(ev.OperatorSignedIn(), self.operator.id), self.operator.actor)
        gallery, settings = Gallery(self.folder), config.load(self.folder)
        return Desk(self.journal, self.spool, gallery, NoDevices(), settings, self.operator.id)

    def view(self, open_file: str = "") -> View:
        return Reader(self.journal, config.load(self.folder)).read(open_file)

    def close(self) -> None:
        self.journal.close()


def _student(name: str, nik: str, class_name: str) -> Student:
    return Student(
        name=name,
        birth_date=date(2009, 8, 17),
        sex=Sex.FEMALE,
        nik=nik,
        class_name=class_name,
        birth_place="PARINGIN",
        village="PARINGIN KOTA",
    )


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def school(tmp_path: Path, clock: SetClock) -> Iterator[School]:
    """At a set time."""
    opened = School(tmp_path, clock)
    yield opened
    opened.close()


class Console:
    """The real console in an offscreen window, with a robot's finger and a document camera."""

    def __init__(self, folder: Path, sockets: Path) -> None:
        self._folder = folder
        self.log = folder / "console.log"
        sheet = np.full((480, 640, 3), 240, np.uint8)
        self.camera = BenchCamera(sockets / "desk", lambda: sheet, fps=8)
        self.camera.plug()
        described = Descriptor(Kind.DOCUMENT, "mjpeg", self.camera.path, {"bench": "1"})
        devices = folder / "bench" / "dev"
        devices.mkdir(parents=True)
        (devices / "desk.json").write_bytes(msgspec.json.encode(described))
        self._socket = sockets / "console.sock"
        self.begin()

    def begin(self) -> None:
        """Start the app."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "station", "screen", "operator", "--bench", "--offscreen",
                    "--data", str(self._folder), "--bench-puppet", str(self._socket),
                ],
                stderr=log,
                cwd=ROOT,
                env={**os.environ, "PYTHONWARNINGS": "error"},
            )  # fmt: skip
        self.robot = Puppeteer(self._socket)

    def sign_in(self, pin: str = PIN) -> None:
        """With the fingers on the keypad."""
        self.robot.wait_for_screen("sign-in")
        self.robot.tap("Rahmat Hidayat")
        self.robot.type_on_keys(pin)
        self.robot.tap("Masuk")

    def shows(self, text: str) -> Sight:
        """Wait until a text is on the screen."""
        return self.robot.wait_until(lambda sight: sight if sight.find(text) else None, what=text)

    def kill(self) -> None:
        """Power cut."""
        self.robot.close()
        self.process.kill()
        self.process.wait(10)

    def close(self) -> None:
        self.robot.close()
        if self.process.poll() is None:
            self.process.terminate()
        ended = self.process.wait(20)
        self.camera.unplug()
        assert ended == 0, self.log.read_text()


@pytest.fixture
def live_school(tmp_path: Path) -> Iterator[School]:
    """At the time of now, as the app's process sees it."""
    opened = School(tmp_path, SystemClock())
    yield opened
    opened.close()


@pytest.fixture
def console(live_school: School, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    running = Console(live_school.folder, tmp_path_factory.mktemp("s"))
    yield running
    running.close()
