"""The usher: who stands before the devices follows from the journal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.bench import recording
from station.bench.devices.control import BenchError, Command, Enter, Lay, Leave, Sign
from station.bench.usher import Usher
from station.enrolment import commands
from station.enrolment.spool import Spool
from station.enrolment.steps import Step
from station.journal import Journal
from station.queue import commands as queue_commands


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(tmp_path)
    with journal.command(recording.OPERATOR) as tx:
        queue_commands.open_visit(tx, "sch_1", bench=True)
    yield journal
    journal.close()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def test_the_student_steps_up_hands_over_papers_signs_and_leaves(journal: Journal, spool: Spool) -> None:
    directed: list[Command] = []
    usher = Usher(journal, directed.append, {"stu_1": "1-4"}, (recording.DOCUMENT, "family-card"))

    def look() -> list[Command]:
        directed.clear()
        for _ in range(3):
            usher.look()
        return list(directed)

    assert look() == []
    enrolment = recording.begin(journal, spool, recording.call(journal, "stu_1"))
    assert look() == [Enter("1-4")]
    seen = {}
    for _ in Step:
        recording.step(journal, spool, enrolment)
        seen[commands.read(journal, enrolment).step] = look()
    assert seen.pop(Step.DOCUMENTS) == [Lay("1-4", "family-card")]
    assert (seen.pop(Step.SIGNATURE), seen.pop(Step.APPROVE)) == ([Sign()], [Sign()])
    assert seen.pop(Step.SIGN_OFF) == [Leave()]
    assert not any(seen.values())


def test_a_second_signature_is_given_when_the_first_was_not_good(journal: Journal, spool: Spool) -> None:
    directed: list[Command] = []
    usher = Usher(journal, directed.append, {}, ())
    enrolment = recording.begin(journal, spool, recording.call(journal, "stu_1"))
    while commands.read(journal, enrolment).step is not Step.SIGNATURE:
        recording.step(journal, spool, enrolment)
    for _ in range(2):
        usher.look()
    with journal.command(recording.STUDENT) as tx:
        commands.refuse_attempt(tx, enrolment, Step.SIGNATURE, "signature.too-short")
    usher.look()
    assert directed == [Enter("stu_1"), Sign(), Sign()]


def test_what_the_bench_could_not_do_is_done_later(journal: Journal, spool: Spool) -> None:
    directed: list[Command] = []

    def direct(command: Command) -> None:
        directed.append(command)
        if len(directed) == 1:
            raise BenchError("No bench answers")

    usher = Usher(journal, direct, {}, ())
    recording.begin(journal, spool, recording.call(journal, "stu_1"))
    for _ in range(3):
        usher.look()
    assert directed == [Enter("stu_1")] * 2
