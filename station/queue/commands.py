"""What can be done with tickets. Each command checks the state inside the transaction it appends to."""

from __future__ import annotations

import sqlite3
from typing import Final

import msgspec

from station.journal import Transaction, ids
from station.journal import events as ev
from station.journal.projections import tickets as projection
from station.journal.projections.tickets import PRIORITY_LEAD, RANK_STEP
from station.queue import estimate, queries
from station.queue.states import (
    CANCELLABLE,
    PRIORITIES,
    RETURNABLE,
    QueueSettings,
    Refused,
    Ticket,
    TicketState,
    Visit,
)

LANGUAGES: Final = ("id", "en")


def open_visit(tx: Transaction, school: str, *, bench: bool = False) -> str:
    """Begin a visit; numbers start at 1. Raises Refused when another one is open."""
    if queries.current_visit(tx.db) is not None:
        raise Refused("queue.visit-open")
    visit = ids.new("vis")
    tx.append(ev.VisitOpened(school=school, bench=bench), visit)
    return visit


def close_visit(tx: Transaction) -> None:
    """End the visit. Raises Refused while anybody is called or being recorded."""
    visit = _visit(tx)
    busy = tx.db.execute(
        "SELECT count(*) FROM tickets WHERE visit = ? AND state IN ('called', 'serving')", (visit.id,)
    ).fetchone()[0]
    if busy:
        raise Refused("queue.visit-busy")
    tx.append(ev.VisitClosed(), visit.id)


def check_in(
    tx: Transaction, student: str, settings: QueueSettings, *, language: str, via: str, priority: str = ""
) -> Ticket:
    """Give the student a number, or the one already held: two taps are one check-in.

    Raises Refused when no visit is open or the student is already recorded.
    """
    visit = _visit(tx)
    _must_be_spoken(language)
    if priority and priority not in PRIORITIES:
        raise ValueError(f"priority {priority!r} is not one of {PRIORITIES}")
    held = queries.open_ticket_of(tx.db, visit.id, student)
    if held is not None:
        return held
    if queries.is_recorded(tx.db, student):
        raise Refused("queue.already-recorded")
    number = visit.last_number + 1
    rank = number * RANK_STEP - (PRIORITY_LEAD if priority else 0)
    told = estimate.estimate(tx.db, visit.id, rank, settings)
    ticket = ids.new("tkt")
    tx.append(
        ev.TicketIssued(
            visit=visit.id,
            student=student,
            number=number,
            language=language,
            priority=priority,
            via=via,
            ahead=told.ahead,
            estimate_minutes=told.minutes,
        ),
        ticket,
    )
    return queries.ticket(tx.db, ticket)


def call_next(tx: Transaction) -> Ticket:
    """Call whoever is next. Raises Refused when somebody is called already, or nobody waits."""
    visit = _visit(tx)
    if queries.first_in(tx.db, visit.id, TicketState.CALLED) is not None:
        raise Refused("queue.one-called")
    following = queries.first_in(tx.db, visit.id, TicketState.WAITING)
    if following is None:
        raise Refused("queue.nobody-waits")
    return call(tx, following.id)


def call(tx: Transaction, ticket: str) -> Ticket:
    """Call this number, or call it again. Raises Refused when another one is called."""
    found = _in(tx, ticket, TicketState.WAITING, TicketState.CALLED)
    other = queries.first_in(tx.db, found.visit, TicketState.CALLED)
    if other is not None and other.id != ticket:
        raise Refused("queue.one-called")
    tx.append(ev.TicketCalled(calls=found.calls + 1), ticket)
    return queries.ticket(tx.db, ticket)


def serve(tx: Transaction, ticket: str, enrolment: str) -> None:
    """The student stepped up and the enrolment runs."""
    _in(tx, ticket, TicketState.CALLED, TicketState.WAITING, TicketState.PARKED)
    tx.append(ev.TicketServed(enrolment=enrolment), ticket)


def miss(tx: Transaction, ticket: str) -> None:
    """The student did not come."""
    _in(tx, ticket, TicketState.CALLED)
    tx.append(ev.TicketMissed(), ticket)


def park(tx: Transaction, ticket: str, reason: str = "") -> None:
    """Set aside; the place in the line is kept for the return.

    Raises Refused while the enrolment behind it runs: park that, and the ticket goes with it.
    """
    found = _in(tx, ticket, TicketState.WAITING, TicketState.CALLED, TicketState.SERVING)
    _refuse_running(tx, found, "active")
    tx.append(ev.TicketParked(reason=reason), ticket)


def give_back(tx: Transaction, ticket: str, settings: QueueSettings) -> None:
    """Put a parked or missed student back in the line.

    A parked one keeps the old place, having done nothing wrong; a missed one waits behind the next
    few, so that nobody who was there is pushed back by more than one.
    """
    found = _in(tx, ticket, *RETURNABLE)
    rank = found.rank
    if found.state == TicketState.MISSED:
        line = [
            r[0]
            for r in tx.db.execute(
                "SELECT rank FROM tickets WHERE visit = ? AND state = 'waiting' ORDER BY rank, number LIMIT ?",
                (found.visit, settings.returned_behind),
            )
        ]
        rank = max([found.rank, *(place + 1 for place in line)])
    tx.append(ev.TicketReturned(rank=rank), ticket)


def prioritise(tx: Transaction, ticket: str, priority: str) -> None:
    """Let the student go first (or no longer, with an empty reason)."""
    _in(tx, ticket, TicketState.WAITING, *RETURNABLE)
    if priority and priority not in PRIORITIES:
        raise ValueError(f"priority {priority!r} is not one of {PRIORITIES}")
    tx.append(ev.TicketPrioritised(priority=priority), ticket)


def choose_language(tx: Transaction, ticket: str, language: str) -> None:
    """Go on in this language with the student, after a restart too; the same again changes nothing."""
    _must_be_spoken(language)
    if _of_today(tx, ticket).language != language:
        tx.append(ev.TicketLanguageChosen(language=language), ticket)


def note(tx: Transaction, ticket: str, text: str) -> None:
    """Keep the operator's note: its text in the vault, its id in the journal."""
    _of_today(tx, ticket)
    record = ids.new("nte")
    tx.vault.put(record, "note", text.encode())
    tx.append(ev.TicketNoted(note=record), ticket)


def cancel(tx: Transaction, ticket: str, reason: str = "") -> None:
    """The student will not be served.

    Raises Refused while an enrolment behind it can go on: cancel that, and the ticket goes with it.
    """
    found = _in(tx, ticket, *CANCELLABLE)
    _refuse_running(tx, found, "active", "parked")
    tx.append(ev.TicketCancelled(reason=reason), ticket)


def reinstate(tx: Transaction, ticket: str) -> None:
    """Take a cancellation back: set aside, with the old place kept for the return.

    Raises Refused when the visit is closed, when a recording is behind it (reinstate that, and the ticket comes with
    it), and when the student has another number by now or is recorded.
    """
    found = _in(tx, ticket, TicketState.CANCELLED)
    if found.enrolment is not None:
        raise Refused("queue.has-enrolment", f"ticket {found.number}")
    held = queries.open_ticket_of(tx.db, found.visit, found.student)
    if held is not None:
        raise Refused("queue.checked-in-anew", f"ticket {held.number}")
    if queries.is_recorded(tx.db, found.student):
        raise Refused("queue.already-recorded")
    seq = max(row.seq for row in tx.events(ticket) if isinstance(row.event, ev.TicketCancelled))
    tx.append(
        ev.TicketReverted(
            reverts=seq, state=TicketState.PARKED, rank=found.rank, calls=found.calls, priority=found.priority
        ),
        ticket,
    )


def finish(tx: Transaction, ticket: str) -> None:
    """The enrolment was signed off."""
    _in(tx, ticket, TicketState.SERVING)
    tx.append(ev.TicketFinished(), ticket)


def reprint(tx: Transaction, ticket: str) -> None:
    """Ask for another paper ticket."""
    _of_today(tx, ticket)
    tx.append(ev.TicketReprintAsked(), ticket)


_UNDOABLE: Final = (
    ev.TicketCalled,
    ev.TicketMissed,
    ev.TicketParked,
    ev.TicketReturned,
    ev.TicketPrioritised,
    ev.TicketCancelled,
)


def undo(tx: Transaction) -> Ticket:
    """Take back the operator's last action on a ticket.

    Raises Refused when there is none; when something followed on the same ticket that stands on it (a recording
    was begun, for one); when it concerns a recording (that is resumed or reinstated instead); and when
    the ticket's old place is taken (another one was called, the student checked in anew).
    """
    visit = _visit(tx)
    kinds = [str(cls.__struct_config__.tag) for cls in _UNDOABLE]
    marks = ",".join("?" * len(kinds))
    found = tx.db.execute(
        f"""SELECT seq, subject FROM events WHERE actor = ? AND seq > ? AND kind IN ({marks}, 'ticket.reverted')
            ORDER BY seq DESC LIMIT 1""",  # noqa: S608 - own marks
        (tx.actor, visit.opened_seq, *kinds),
    ).fetchone()
    if found is None:
        raise Refused("queue.nothing-to-undo")
    seq, subject = found
    before, after = _around(tx, subject, seq)
    undone = _event(tx, seq)
    if before is None or isinstance(undone, ev.TicketReverted) or _followed(tx, subject, seq):
        raise Refused("queue.nothing-to-undo")
    if before.state is TicketState.SERVING or (isinstance(undone, ev.TicketCancelled) and after.enrolment is not None):
        raise Refused("queue.undo-in-enrolment", f"ticket {after.number}")
    called = queries.first_in(tx.db, after.visit, TicketState.CALLED)
    if before.state is TicketState.CALLED and called is not None and called.id != subject:
        raise Refused("queue.one-called")
    held = queries.open_ticket_of(tx.db, after.visit, after.student)
    if held is not None and held.id != subject:
        raise Refused("queue.checked-in-anew", f"ticket {held.number}")
    tx.append(
        ev.TicketReverted(
            reverts=seq, state=before.state, rank=before.rank, calls=before.calls, priority=before.priority
        ),
        subject,
    )
    return queries.ticket(tx.db, subject)


def _around(tx: Transaction, subject: str, seq: int) -> tuple[Ticket | None, Ticket]:
    """The ticket as it was just before event `seq`, and as it is."""
    replay = sqlite3.connect(":memory:")
    try:
        for statement in projection.DDL:
            replay.execute(statement)
        for row in tx.events(subject):
            if row.seq >= seq:
                break
            handler = projection.HANDLERS.get(type(row.event))
            if handler is not None:
                handler(replay, row, row.event)
        return queries.find(replay, subject), queries.ticket(tx.db, subject)
    finally:
        replay.close()


_ASIDE: Final = (
    ev.TicketLanguageChosen,
    ev.TicketNoted,
    ev.TicketReprintAsked,
    ev.TicketPrintStarted,
    ev.TicketPrinted,
    ev.TicketPrintFailed,
)
"""Events that change nothing about a ticket's place."""


def _followed(tx: Transaction, subject: str, seq: int) -> bool:
    """Did anything happen to the ticket after `seq` that stands on it?"""
    return any(row.seq > seq and not isinstance(row.event, _ASIDE) for row in tx.events(subject))


def _refuse_running(tx: Transaction, ticket: Ticket, *states: str) -> None:
    """Raise Refused while the ticket's enrolment is in one of the states."""
    found = tx.db.execute("SELECT state FROM enrolments WHERE id = ?", (ticket.enrolment,)).fetchone()
    if found is not None and found[0] in states:
        raise Refused("queue.has-enrolment", f"ticket {ticket.number}")


def _must_be_spoken(language: str) -> None:
    if language not in LANGUAGES:
        raise ValueError(f"language {language!r} is not one of {LANGUAGES}")


def _event(tx: Transaction, seq: int) -> ev.Event:
    kind, data = tx.db.execute("SELECT kind, data FROM events WHERE seq = ?", (seq,)).fetchone()
    event: ev.Event = msgspec.json.decode(data, type=ev.KINDS[kind])
    return event


def _visit(tx: Transaction) -> Visit:
    visit = queries.current_visit(tx.db)
    if visit is None:
        raise Refused("queue.no-visit")
    return visit


def _of_today(tx: Transaction, ticket: str) -> Ticket:
    """The ticket, for a command that changes it. Raises Refused when its visit is closed: a screen was stale."""
    found = queries.ticket(tx.db, ticket)
    visit = queries.visit(tx.db, found.visit)
    if visit is None or visit.closed_at is not None:
        raise Refused("queue.no-ticket", f"ticket {found.number}, of a visit that is closed")
    return found


def _in(tx: Transaction, ticket: str, *states: TicketState) -> Ticket:
    found = _of_today(tx, ticket)
    if found.state not in states:
        raise Refused(f"queue.is-{found.state}", f"ticket {found.number}")
    return found
