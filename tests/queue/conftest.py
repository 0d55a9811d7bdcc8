"""A journal with an open visit, on a clock that the test moves, and what is done with its tickets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from station.clock import SetClock
from station.journal import Journal, Transaction
from station.queue import Refused, Ticket, TicketState, commands, queries
from station.queue.states import QueueSettings

SETTINGS = QueueSettings(returned_behind=2)
ANI = "operator:ani"


def check_in(journal: Journal, student: str, priority: str = "") -> Ticket:
    with journal.command("student") as tx:
        return commands.check_in(tx, student, SETTINGS, language="id", via="nik", priority=priority)


def act(journal: Journal, command: Callable[[Transaction], object], actor: str = ANI) -> None:
    with journal.command(actor) as tx:
        command(tx)


def state(journal: Journal, ticket: Ticket) -> TicketState:
    return queries.ticket(journal.db, ticket.id).state


def numbers(journal: Journal, *states: TicketState) -> list[int]:
    visit = queries.current_visit(journal.db)
    assert visit is not None
    return [ticket.number for ticket in queries.line(journal.db, visit.id, *(states or (TicketState.WAITING,)))]


def refused(journal: Journal, command: Callable[[Transaction], object], actor: str = ANI) -> str:
    head = journal.head()
    with pytest.raises(Refused) as caught, journal.command(actor) as tx:
        command(tx)
    assert journal.head() == head
    return caught.value.code


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 2, 3, 1, 0, tzinfo=UTC))


@pytest.fixture
def journal(tmp_path: Path, clock: SetClock) -> Iterator[Journal]:
    journal = Journal.open(tmp_path, clock)
    with journal.command("operator:ani") as tx:
        commands.open_visit(tx, "sch_1")
    yield journal
    journal.close()


@pytest.fixture
def three(journal: Journal) -> tuple[Ticket, Ticket, Ticket]:
    return check_in(journal, "stu_1"), check_in(journal, "stu_2"), check_in(journal, "stu_3")
