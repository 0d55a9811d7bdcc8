"""A booth to capture in: the bench's emulated devices, met by the station's drivers through its broker, and the
real judge in a real worker process. `Booth.running` is a touchscreen without its screen.
"""

from __future__ import annotations

import hashlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from station.bench.devices import control
from station.bench.devices.rig import Rig
from station.bench.devices.subject import Colour, Grey, StrokePoint
from station.bench.people.person import Behaviour, GeneratedPeople, Standing
from station.biometrics.gates import Gates
from station.biometrics.samples import SLAPS, Position
from station.clock import Clock, SystemClock
from station.enrolment import commands
from station.enrolment.capture import CaptureRunner, Live, Phase
from station.enrolment.judge import WorkerJudge
from station.enrolment.judgement import Judgement
from station.enrolment.keeping import keep_sample
from station.enrolment.spool import SUFFIX, Spool
from station.enrolment.state import Enrolment
from station.enrolment.steps import CAPTURES, EnrolmentSettings, Step
from station.enrolment.worker import Worker
from station.hardware.broker import Broker
from station.hardware.desk import bench_broker
from station.hardware.devices import FingerCapture, Image, Kind
from station.hardware.settings import DevicesSettings
from station.journal import Journal

if TYPE_CHECKING:
    from tests.enrolment.conftest import Desk

PATIENCE = 30.0
"""Seconds until a test gives up; nothing here takes more than three on a quiet machine."""
KINDS = (Kind.CAMERA, Kind.SIGNATURE, Kind.FINGERPRINT, Kind.IRIS)
GOOD_HAND = "stu_one"
PEOPLE = GeneratedPeople()


@cache
def _standing(name: str, behaviour: str) -> Standing:
    return PEOPLE.subject(name, behaviour)


@cache
def _finger(name: str, behaviour: str, position: Position, attempt: int) -> Grey | None:
    return _standing(name, behaviour).finger(position, attempt)


class Student:
    """A generated person before the devices, whose prints are drawn once in all tests."""

    def __init__(self, name: str = GOOD_HAND, behaviour: Behaviour = Behaviour.GOOD) -> None:
        self.name = name
        self.behaviour = behaviour
        self._person = _standing(name, behaviour)

    def finger(self, position: Position, attempt: int) -> Grey | None:
        return _finger(self.name, self.behaviour, position, attempt)

    def iris(self, position: Position, attempt: int) -> Grey | None:
        return self._person.iris(position, attempt)

    def view(self, t: float) -> Colour | None:
        return self._person.view(t)

    def signature(self, attempt: int) -> Sequence[StrokePoint]:
        return self._person.signature(attempt)


def grey(pixels: Grey, ppi: int = 500) -> Image:
    """As a driver hands it over."""
    return Image(pixels.shape[1], pixels.shape[0], 1, pixels.tobytes(), ppi)


def eventually(so: Callable[[], object]) -> None:
    """Wait until something is so, looking often; fail when it never is."""
    pause = threading.Event()
    for _ in range(int(PATIENCE / 0.01)):
        if so():
            return
        pause.wait(0.01)
    pytest.fail("it never came to be")


class Booth:
    """One student's touchscreen: journal, spool, devices and the runner."""

    def __init__(self, desk: Desk, spool: Spool, rig: Rig, broker: Broker, worker: Worker) -> None:
        self.desk = desk
        self.spool = spool
        self.rig = rig
        self.broker = broker
        self.worker = worker
        self.judge = WorkerJudge(worker, Gates())
        self.settings = EnrolmentSettings(capture_seconds=5.0)
        self.runner = self.new_runner()

    def new_runner(
        self, clock: Clock | None = None, journal: Journal | None = None, broker: Broker | None = None
    ) -> CaptureRunner:
        return CaptureRunner(
            journal or self.desk.journal,
            self.spool,
            broker or self.broker,
            self.judge,
            self.settings,
            clock or SystemClock(),
        )

    def begin(self, *steps: Step) -> None:
        """Begin an enrolment of these steps only, so that the runner has nothing to do after them."""
        self.desk.settings = EnrolmentSettings(steps=(*steps, Step.SIGN_OFF))
        self.desk.start()

    @property
    def live(self) -> Live:
        return self.runner.live

    @contextmanager
    def running(self, runner: CaptureRunner | None = None) -> Iterator[threading.Event]:
        """The runner runs while the block lasts; what ends it early is the test's failure."""
        stop = threading.Event()
        with ThreadPoolExecutor(max_workers=1) as pool:
            future = pool.submit((runner or self.runner).run, stop)
            try:
                yield stop
            finally:
                stop.set()
                (runner or self.runner).look_again()
            future.result(PATIENCE)

    def until(self, phase: Phase) -> Live:
        """Wait for a phase of the capture."""
        eventually(lambda: self.live.phase is phase)
        return self.live

    def until_tries(self, step: Step, count: int) -> Enrolment:
        eventually(lambda: len(self.desk.now.tries(step)) >= count)
        assert len(self.desk.now.tries(step)) == count
        return self.desk.now

    def until_done(self, step: Step) -> Enrolment:
        eventually(lambda: self.desk.now.done(step))
        return self.desk.now

    def requests(self, kind: Kind = Kind.FINGERPRINT) -> int:
        """How many captures that scanner was asked for."""
        return len(self.rig.scanners[kind].requests)

    def enter(self, behaviour: Behaviour = Behaviour.GOOD, name: str = GOOD_HAND) -> None:
        self.rig.stage.enter(Student(name, behaviour))

    def fault(self, kind: Kind, name: str) -> None:
        assert self.rig.do(control.SetFault(kind, name)).error == ""

    def sign(self, number: int = 0, *, dot: bool = False, behaviour: Behaviour = Behaviour.GOOD) -> None:
        """Write on the pad, and wait until all of it has come."""
        already = len(self.live.ink)
        strokes = Student(behaviour=Behaviour.DOT if dot else behaviour).signature(number)
        assert self.rig.pad.wait_for_reader(PATIENCE)
        self.rig.pad.sign(strokes, pace=0)
        eventually(lambda: len(self.live.ink) >= already + len(strokes))

    def give(self, step: Step, judgement: Judgement) -> None:
        """Record an attempt with real samples, as if it had been captured before."""
        now = self.desk.now
        taken = [keep_sample(self.spool, now.id, one) for one in judgement.samples]
        score, good = judgement.score, judgement.good
        self.desk.act(
            lambda tx: commands.record_attempt(tx, now.id, step, taken, score=score, good=good, device="before"),
            "student",
        )

    def lacks(self, *positions: Position) -> None:
        """The operator records that these are not there."""
        for position in positions:
            with self.desk.journal.command("operator:ani") as tx:
                commands.except_position(tx, self.desk.enrolment, position, "bandaged")

    @contextmanager
    def halted_worker(self) -> Iterator[int]:
        """Judgements take as long as the block lasts; gives the worker's process."""
        pid = self.worker.run(os.getpid)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield pid
        finally:
            os.kill(pid, signal.SIGCONT)

    def kept_files(self) -> set[str]:
        """Samples that are in the spool now."""
        return {path.name.removesuffix(SUFFIX) for path in (self.spool.root).rglob(f"*{SUFFIX}")}

    def acknowledged(self) -> dict[str, str]:
        """Ids and SHA-256 of what the journal vouches for from a device."""
        tries = [attempt for attempt in self.desk.now.attempts if attempt.device]
        return {sample.id: sample.sha256 for attempt in tries for sample in attempt.samples}

    def check(self) -> None:
        """What is acknowledged is in the spool, bit for bit, and attempts have their own numbers."""
        now = self.desk.now
        for sample, digest in self.acknowledged().items():
            assert hashlib.sha256(self.spool.get(now.id, sample)).hexdigest() == digest
        for step in CAPTURES:
            assert [attempt.number for attempt in now.tries(step)] == list(range(1, len(now.tries(step)) + 1))


@pytest.fixture(scope="session")
def worker() -> Iterator[Worker]:
    """One worker process for all: its start costs a second."""
    worker = Worker()
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """All emulated devices, plugged in."""
    rig = Rig(tmp_path_factory.mktemp("rig"), PEOPLE)
    rig.start()
    yield rig
    rig.stop()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


@contextmanager
def _broker(rig: Rig) -> Iterator[Broker]:
    broker = bench_broker(rig.folder, DevicesSettings(rescan_seconds=0.05), SystemClock(), KINDS)
    broker.start()
    yield broker
    broker.close()


@pytest.fixture
def broker(rig: Rig) -> Iterator[Broker]:
    with _broker(rig) as broker:
        yield broker


@pytest.fixture
def other_broker(rig: Rig) -> Iterator[Broker]:
    """Another process's."""
    with _broker(rig) as broker:
        yield broker


@pytest.fixture
def booth(desk: Desk, spool: Spool, rig: Rig, broker: Broker, worker: Worker) -> Iterator[Booth]:
    """Nobody is before the devices yet. All that was acknowledged is checked at the end."""
    for scanner in rig.scanners.values():
        scanner.requests.clear()
    booth = Booth(desk, spool, rig, broker, worker)
    yield booth
    rig.stage.leave()
    for kind in KINDS:
        booth.fault(kind, "plug")
    booth.check()


@pytest.fixture(scope="session")
def hands(worker: Worker) -> dict[Step, Judgement]:
    """Both hands of the good student, judged."""
    judge = WorkerJudge(worker, Gates())
    found = {}
    for step, slap in ((Step.RIGHT_FOUR, Position.RIGHT_FOUR), (Step.LEFT_FOUR, Position.LEFT_FOUR)):
        prints = [(position, Student().finger(position, 0)) for position in SLAPS[slap]]
        capture = FingerCapture(slap, tuple((position, grey(drawn)) for position, drawn in prints if drawn is not None))
        found[step] = judge.fingers(step, [capture], (), [])
        assert found[step].good
    return found


@pytest.fixture(name="eventually")
def waiting() -> Callable[[Callable[[], object]], None]:
    return eventually
