"""Journal and queue stay flat: call-next with 100,000 events behind it against 1,000."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from station.bench.measures.ratio import Ratio, compare
from station.journal import Journal
from station.journal import events as ev
from station.queue import commands
from station.queue.states import QueueSettings

LIMIT: Final = 1.5
FEW, MANY = 1_000, 100_000
EVENTS_A_TICKET: Final = 5
BATCH: Final = 5_000
WAITING: Final = 60
RUNS: Final = 40


def measure(folder: Path, progress: Callable[[str], None]) -> Ratio:
    """Two journals that differ only in their past; one call, missed and returned, in each in turn."""
    journals = []
    for count in (FEW, MANY):
        progress(f"journal of {count} events")
        journals.append(_with_past(folder / str(count), count))
    few, many = journals
    ratio = compare(
        "call-next, long journal",
        (f"call next with {MANY} events behind", lambda: _call_next(many)),
        (f"call next with {FEW} events behind", lambda: _call_next(few)),
        limit=LIMIT,
        runs=RUNS,
    )
    for journal in journals:
        journal.close()
    return ratio


def _call_next(journal: Journal) -> None:
    with journal.command("operator:bench") as tx:
        called = commands.call_next(tx)
    with journal.command("operator:bench") as tx:
        commands.miss(tx, called.id)
        commands.give_back(tx, called.id, QueueSettings())


def _with_past(folder: Path, count: int) -> Journal:
    """A journal with `count` events of earlier visits, and a visit with a line of students waiting."""
    journal = Journal.open(folder)
    made = number = 0
    while made < count:
        with journal.command("operator:bench") as tx:
            visit = commands.open_visit(tx, "sch_past", bench=True)
            for number in range(1, min(BATCH, count - made) // EVENTS_A_TICKET + 1):
                ticket = f"tkt_{made}_{number}"
                tx.append(
                    ev.TicketIssued(visit=visit, student=f"stu_{made}_{number}", number=number, language="id"), ticket
                )
                tx.append(ev.TicketPrinted(), ticket)
                tx.append(ev.TicketCalled(calls=1), ticket)
                tx.append(ev.TicketServed(enrolment=f"enr_{made}_{number}"), ticket)
                tx.append(ev.TicketFinished(), ticket)
            tx.append(ev.VisitClosed(), visit)
        made += number * EVENTS_A_TICKET
    settings = QueueSettings()
    with journal.command("operator:bench") as tx:
        commands.open_visit(tx, "sch_now", bench=True)
        for student in range(WAITING):
            commands.check_in(tx, f"stu_now_{student}", settings, language="id", via="operator")
    return journal
