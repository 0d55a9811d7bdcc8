"""Visits, tickets and their history: one row for each period that a ticket spent in a state."""

from __future__ import annotations

import sqlite3
from typing import Final

from station.journal import events as ev
from station.journal.projections.handler import Handlers
from station.journal.rows import Row

TABLES: Final = ("visits", "tickets", "ticket_periods")

DDL: Final = (
    """CREATE TABLE visits (
        id TEXT PRIMARY KEY, school TEXT NOT NULL, bench INTEGER NOT NULL, opened_at TEXT NOT NULL,
        opened_seq INTEGER NOT NULL, closed_at TEXT, last_number INTEGER NOT NULL
    ) STRICT""",
    """CREATE TABLE tickets (
        id TEXT PRIMARY KEY, visit TEXT NOT NULL, number INTEGER NOT NULL, student TEXT NOT NULL,
        language TEXT NOT NULL, state TEXT NOT NULL, rank INTEGER NOT NULL, priority TEXT NOT NULL,
        calls INTEGER NOT NULL, ahead INTEGER NOT NULL, estimate_minutes INTEGER NOT NULL,
        enrolment TEXT, note TEXT, print_state TEXT NOT NULL, slip_state TEXT NOT NULL,
        issued_at TEXT NOT NULL, state_at TEXT NOT NULL, last_seq INTEGER NOT NULL,
        UNIQUE (visit, number)
    ) STRICT""",
    "CREATE INDEX tickets_line ON tickets (visit, state, rank, number)",
    "CREATE INDEX tickets_student ON tickets (student, visit)",
    "CREATE INDEX tickets_print ON tickets (print_state) WHERE print_state != 'printed'",
    "CREATE INDEX tickets_slip ON tickets (slip_state) WHERE slip_state NOT IN ('none', 'printed')",
    """CREATE TABLE ticket_periods (
        ticket TEXT NOT NULL, start_seq INTEGER NOT NULL, state TEXT NOT NULL, actor TEXT NOT NULL,
        started_at TEXT NOT NULL, start_boot TEXT NOT NULL, ended_at TEXT, end_boot TEXT,
        PRIMARY KEY (ticket, start_seq)
    ) STRICT, WITHOUT ROWID""",
)

RANK_STEP: Final = 1000
"""Distance between neighbours in the line, so that a returned ticket fits between two."""

PRIORITY_LEAD: Final = 1_000_000_000
"""How far priority moves a ticket forward: ahead of every ordinary one, in its own order."""


def _move(db: sqlite3.Connection, row: Row, state: str) -> None:
    db.execute(
        "UPDATE ticket_periods SET ended_at = ?, end_boot = ? WHERE ticket = ? AND ended_at IS NULL",
        (row.at, row.boot, row.subject),
    )
    db.execute(
        "UPDATE tickets SET state = ?, state_at = ?, last_seq = ? WHERE id = ?", (state, row.at, row.seq, row.subject)
    )
    db.execute(
        "INSERT INTO ticket_periods VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)",
        (row.subject, row.seq, state, row.actor, row.at, row.boot),
    )


def _touch(db: sqlite3.Connection, row: Row, column: str, value: object) -> None:
    db.execute(
        f"UPDATE tickets SET {column} = ?, last_seq = ? WHERE id = ?",  # noqa: S608 - own names
        (value, row.seq, row.subject),
    )


def _visit_opened(db: sqlite3.Connection, row: Row, event: ev.VisitOpened) -> None:
    db.execute(
        "INSERT INTO visits VALUES (?, ?, ?, ?, ?, NULL, 0)",
        (row.subject, event.school, int(event.bench), row.at, row.seq),
    )


def _visit_closed(db: sqlite3.Connection, row: Row, event: ev.VisitClosed) -> None:
    db.execute("UPDATE visits SET closed_at = ? WHERE id = ?", (row.at, row.subject))


def _issued(db: sqlite3.Connection, row: Row, event: ev.TicketIssued) -> None:
    rank = event.number * RANK_STEP - (PRIORITY_LEAD if event.priority else 0)
    db.execute(
        "INSERT INTO tickets VALUES (?, ?, ?, ?, ?, 'waiting', ?, ?, 0, ?, ?, NULL, NULL, 'wanted', 'none', ?, ?, ?)",
        (
            row.subject,
            event.visit,
            event.number,
            event.student,
            event.language,
            rank,
            event.priority,
            event.ahead,
            event.estimate_minutes,
            row.at,
            row.at,
            row.seq,
        ),
    )
    db.execute("UPDATE visits SET last_number = ? WHERE id = ?", (event.number, event.visit))
    db.execute(
        "INSERT INTO ticket_periods VALUES (?, ?, 'waiting', ?, ?, ?, NULL, NULL)",
        (row.subject, row.seq, row.actor, row.at, row.boot),
    )


def _called(db: sqlite3.Connection, row: Row, event: ev.TicketCalled) -> None:
    _move(db, row, "called")
    _touch(db, row, "calls", event.calls)


def _served(db: sqlite3.Connection, row: Row, event: ev.TicketServed) -> None:
    _move(db, row, "serving")
    _touch(db, row, "enrolment", event.enrolment)


def _returned(db: sqlite3.Connection, row: Row, event: ev.TicketReturned) -> None:
    _move(db, row, "waiting")
    _touch(db, row, "rank", event.rank)
    # The limit of calls is for this turn in the line, not for the one that was missed.
    _touch(db, row, "calls", 0)


def _prioritised(db: sqlite3.Connection, row: Row, event: ev.TicketPrioritised) -> None:
    db.execute(
        # By the rank and not by the old priority: who missed a call and came back stands among the others.
        """UPDATE tickets SET rank = rank + CASE
               WHEN rank > 0 AND ? != '' THEN -?
               WHEN rank < 0 AND ? = '' THEN ?
               ELSE 0 END,
           priority = ?, last_seq = ? WHERE id = ?""",
        (
            event.priority,
            PRIORITY_LEAD,
            event.priority,
            PRIORITY_LEAD,
            event.priority,
            row.seq,
            row.subject,
        ),
    )


def _finished(db: sqlite3.Connection, row: Row, event: ev.TicketFinished) -> None:
    _move(db, row, "finished")
    _touch(db, row, "slip_state", "wanted")


def _reverted(db: sqlite3.Connection, row: Row, event: ev.TicketReverted) -> None:
    """Back in the state before: what was taken back has made nobody's waiting shorter."""
    before, since = db.execute(
        """SELECT state, started_at FROM ticket_periods WHERE ticket = ? AND start_seq < ?
           ORDER BY start_seq DESC LIMIT 1""",
        (row.subject, event.reverts),
    ).fetchone() or ("", "")
    _move(db, row, event.state)
    db.execute(
        """UPDATE tickets SET rank = ?, calls = ?, priority = ?, slip_state = 'none', state_at = ? WHERE id = ?""",
        (event.rank, event.calls, event.priority, since if before == event.state else row.at, row.subject),
    )


HANDLERS: Final[Handlers] = {
    ev.VisitOpened: _visit_opened,
    ev.VisitClosed: _visit_closed,
    ev.TicketIssued: _issued,
    ev.TicketPrintStarted: lambda db, row, event: _touch(db, row, "print_state", "started"),
    ev.TicketPrinted: lambda db, row, event: _touch(db, row, "print_state", "printed"),
    ev.TicketPrintFailed: lambda db, row, event: _touch(db, row, "print_state", "failed"),
    ev.TicketReprintAsked: lambda db, row, event: _touch(db, row, "print_state", "again"),
    ev.TicketCalled: _called,
    ev.TicketServed: _served,
    ev.TicketMissed: lambda db, row, event: _move(db, row, "missed"),
    ev.TicketParked: lambda db, row, event: _move(db, row, "parked"),
    ev.TicketReturned: _returned,
    ev.TicketPrioritised: _prioritised,
    ev.TicketLanguageChosen: lambda db, row, event: _touch(db, row, "language", event.language),
    ev.TicketNoted: lambda db, row, event: _touch(db, row, "note", event.note),
    ev.TicketCancelled: lambda db, row, event: _move(db, row, "cancelled"),
    ev.TicketFinished: _finished,
    ev.TicketReverted: _reverted,
    ev.SlipPrintStarted: lambda db, row, event: _touch(db, row, "slip_state", "started"),
    ev.SlipPrintFailed: lambda db, row, event: _touch(db, row, "slip_state", "failed"),
    ev.SlipPrinted: lambda db, row, event: _touch(db, row, "slip_state", "printed"),
}
