"""A called student, and the short ways through the steps that the tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from station.clock import SetClock
from station.enrolment import commands, comparison
from station.enrolment.commands import Refused
from station.enrolment.state import Enrolment
from station.enrolment.steps import CAPTURES, EnrolmentSettings, Step
from station.journal import Journal, Transaction, ids
from station.journal import events as ev
from station.queue import commands as queue_commands
from station.queue import queries
from station.queue.states import QueueSettings, TicketState

ANI = "operator:ani"


class Desk:
    """One station's enrolment desk: a journal, and the student whose turn it is."""

    def __init__(self, journal: Journal, settings: EnrolmentSettings) -> None:
        self.journal = journal
        self.settings = settings
        self.ticket = ""
        self.enrolment = ""

    def act(self, command: Callable[[Transaction], object], actor: str = ANI) -> None:
        with self.journal.command(actor) as tx:
            command(tx)

    def refused(self, command: Callable[[Transaction], object]) -> str:
        """The code with which the command is refused; the journal is as it was."""
        head = self.journal.head()
        with pytest.raises(Refused) as caught, self.journal.command(ANI) as tx:
            command(tx)
        assert self.journal.head() == head
        return caught.value.code

    @property
    def ticket_state(self) -> TicketState:
        return queries.ticket(self.journal.db, self.ticket).state

    def call(self, student: str = "stu_1") -> str:
        """Check a student in and call."""
        with self.journal.command(ANI) as tx:
            self.ticket = queue_commands.check_in(tx, student, QueueSettings(), language="id", via="nik").id
            queue_commands.call(tx, self.ticket)
        return self.ticket

    def start(self, student: str = "stu_1") -> str:
        """Check in, call and begin."""
        self.call(student)
        with self.journal.command(ANI) as tx:
            self.enrolment = commands.start(tx, self.ticket, self.settings)
        return self.enrolment

    @property
    def now(self) -> Enrolment:
        return commands.read(self.journal, self.enrolment)

    def attempt(self, *, good: bool = True, score: int = 50) -> Enrolment:
        """One attempt at the current step, with a sample for each wanted position."""
        now = self.now
        taken = [sample(position, score, good) for position in now.wanted(now.step)]
        self.act(lambda tx: commands.record_attempt(tx, now.id, now.step, taken, score=score, good=good), "student")
        return self.now

    def step(self) -> Enrolment:
        """Do the current step well."""
        now = self.now
        match now.step:
            case Step.IDENTITY | Step.DOCUMENTS:
                self.act(lambda tx: commands.complete(tx, now.id, now.step))
            case Step.CONFIRM:
                self.act(lambda tx: commands.confirm_data(tx, now.id), "student")
            case Step.PHOTO_APPROVAL:
                self.act(lambda tx: commands.approve_photo(tx, now.id), "student")
            case Step.SIGN_OFF:
                self.compare()
                self.act(lambda tx: commands.sign_off(tx, now.id))
            case _:
                assert now.step in CAPTURES
                self.attempt()
        return self.now

    def compare(self) -> None:
        """The prints were searched for, and nobody has the like."""
        now = self.now
        samples = [taken.id for taken in now.prints]
        self.act(lambda tx: comparison.record(tx, now.id, samples, 0, {}), "student")

    def go_to(self, step: Step) -> Enrolment:
        """Do every step before `step` well."""
        for _ in range(len(Step)):
            if self.now.step is step:
                break
            self.step()
        assert self.now.step is step
        return self.now


def sample(position: str, score: int = 50, good: bool = True) -> ev.SampleTaken:
    return ev.SampleTaken(
        id=ids.new("smp"), position=position, format="png", sha256="0" * 64, size=1, score=score, good=good
    )


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(tmp_path, SetClock(datetime(2026, 2, 3, 1, 0, tzinfo=UTC)))
    with journal.command(ANI) as tx:
        queue_commands.open_visit(tx, "sch_1")
    yield journal
    journal.close()


@pytest.fixture
def desk(journal: Journal) -> Desk:
    return Desk(journal, EnrolmentSettings())


@pytest.fixture
def taken() -> Callable[..., ev.SampleTaken]:
    return sample
