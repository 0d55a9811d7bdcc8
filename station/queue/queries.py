"""Reading the queue: what the screens, the printer and the commands look at."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from station.journal.journal import rows_of
from station.queue.states import OPEN, Refused, Ticket, TicketState, Visit


def ticket(db: sqlite3.Connection, ticket_id: str) -> Ticket:
    """One ticket. Raises Refused when there is none of that id."""
    found = find(db, ticket_id)
    if found is None:
        raise Refused("queue.no-ticket", ticket_id)
    return found


def find(db: sqlite3.Connection, ticket_id: str) -> Ticket | None:
    """One ticket, or None."""
    return _first(rows_of(db, "SELECT * FROM tickets WHERE id = ?", (ticket_id,)))


def current_visit(db: sqlite3.Connection) -> Visit | None:
    """The open visit; the newest, should there ever be two."""
    found = rows_of(db, "SELECT * FROM visits WHERE closed_at IS NULL ORDER BY opened_seq DESC LIMIT 1")
    return msgspec.convert(found[0], Visit, strict=False) if found else None


def visit(db: sqlite3.Connection, visit_id: str) -> Visit | None:
    """One visit, or None."""
    found = rows_of(db, "SELECT * FROM visits WHERE id = ?", (visit_id,))
    return msgspec.convert(found[0], Visit, strict=False) if found else None


def last_visit(db: sqlite3.Connection) -> Visit | None:
    """The newest visit, open or closed."""
    found = rows_of(db, "SELECT * FROM visits ORDER BY opened_seq DESC LIMIT 1")
    return msgspec.convert(found[0], Visit, strict=False) if found else None


def first_in(db: sqlite3.Connection, visit: str, state: TicketState) -> Ticket | None:
    """Who is first among the visit's tickets in a state."""
    query = "SELECT * FROM tickets WHERE visit = ? AND state = ? ORDER BY rank, number LIMIT 1"
    return _first(rows_of(db, query, (visit, state)))


def line(db: sqlite3.Connection, visit: str, *states: TicketState) -> list[Ticket]:
    """The visit's tickets in the given states (all, when none is named), in the order of the line."""
    chosen = states or tuple(TicketState)
    marks = ",".join("?" * len(chosen))
    query = f"SELECT * FROM tickets WHERE visit = ? AND state IN ({marks}) ORDER BY rank, number"  # noqa: S608
    return [msgspec.convert(row, Ticket) for row in rows_of(db, query, (visit, *chosen))]


def open_ticket_of(db: sqlite3.Connection, visit: str, student: str) -> Ticket | None:
    """The ticket that the student holds in this visit, if it can still be served or was just finished."""
    chosen = (*OPEN, TicketState.FINISHED)
    marks = ",".join("?" * len(chosen))
    query = f"SELECT * FROM tickets WHERE student = ? AND visit = ? AND state IN ({marks}) ORDER BY number LIMIT 1"  # noqa: S608
    return _first(rows_of(db, query, (student, visit, *chosen)))


def is_recorded(db: sqlite3.Connection, student: str) -> bool:
    """Has this student been recorded on this station (signed off or sealed)?"""
    query = "SELECT 1 FROM enrolments WHERE student = ? AND state IN ('signed_off', 'sealed') LIMIT 1"
    return db.execute(query, (student,)).fetchone() is not None


def last_called(db: sqlite3.Connection, visit: str, count: int) -> list[int]:
    """Numbers called last, newest first."""
    query = """SELECT t.number FROM ticket_periods p JOIN tickets t ON t.id = p.ticket
               WHERE t.visit = ? AND p.state = 'called' ORDER BY p.start_seq DESC LIMIT ?"""
    numbers = [row[0] for row in db.execute(query, (visit, count * 4))]
    return list(dict.fromkeys(numbers))[:count]


def counts(db: sqlite3.Connection, visit: str) -> dict[TicketState, int]:
    """How many tickets of the visit stand in each state."""
    found = dict(db.execute("SELECT state, count(*) FROM tickets WHERE visit = ? GROUP BY state", (visit,)).fetchall())
    return {state: found.get(state.value, 0) for state in TicketState}


def history(db: sqlite3.Connection, ticket_id: str) -> list[dict[str, Any]]:
    """The ticket's periods: state, who, from when to when."""
    return rows_of(db, "SELECT * FROM ticket_periods WHERE ticket = ? ORDER BY start_seq", (ticket_id,))


def to_print(db: sqlite3.Connection) -> list[Ticket]:
    """Tickets of the open visit whose paper is owed, oldest first; who is done needs none any more."""
    query = """SELECT t.* FROM tickets t JOIN visits v ON v.id = t.visit
               WHERE t.print_state != 'printed' AND t.state NOT IN ('cancelled', 'finished') AND v.closed_at IS NULL
               ORDER BY t.number"""
    return [msgspec.convert(row, Ticket) for row in rows_of(db, query)]


def slips_to_print(db: sqlite3.Connection) -> list[Ticket]:
    """Finished tickets whose closing slip is owed, oldest first."""
    query = "SELECT * FROM tickets WHERE slip_state NOT IN ('none', 'printed') ORDER BY last_seq"
    return [msgspec.convert(row, Ticket) for row in rows_of(db, query)]


def _first(found: list[dict[str, Any]]) -> Ticket | None:
    return msgspec.convert(found[0], Ticket) if found else None
