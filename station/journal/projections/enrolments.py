"""Enrolments as the console and the packages need them: where each stands, and its attempts."""

from __future__ import annotations

import sqlite3
from typing import Final

from station.journal import events as ev
from station.journal.projections.handler import Handler, Handlers
from station.journal.rows import Row

TABLES: Final = ("enrolments", "attempts")

DDL: Final = (
    """CREATE TABLE enrolments (
        id TEXT PRIMARY KEY, student TEXT NOT NULL, ticket TEXT NOT NULL, visit TEXT NOT NULL,
        state TEXT NOT NULL, step TEXT NOT NULL, started_at TEXT NOT NULL, step_at TEXT NOT NULL,
        bench INTEGER NOT NULL, last_seq INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX enrolments_state ON enrolments (state)",
    "CREATE INDEX enrolments_student ON enrolments (student)",
    """CREATE TABLE attempts (
        enrolment TEXT NOT NULL, seq INTEGER NOT NULL, step TEXT NOT NULL, attempt INTEGER NOT NULL,
        score INTEGER NOT NULL, good INTEGER NOT NULL, code TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (enrolment, seq)
    ) STRICT, WITHOUT ROWID""",
)


def _started(db: sqlite3.Connection, row: Row, event: ev.EnrolmentStarted) -> None:
    db.execute(
        "INSERT INTO enrolments VALUES (?, ?, ?, ?, 'active', ?, ?, ?, ?, ?)",
        (
            row.subject,
            event.student,
            event.ticket,
            event.visit,
            event.steps[0],
            row.at,
            row.at,
            int(event.bench),
            row.seq,
        ),
    )


def _state(state: str) -> Handler:
    def handler(db: sqlite3.Connection, row: Row, event: ev.Event) -> None:
        db.execute("UPDATE enrolments SET state = ?, last_seq = ? WHERE id = ?", (state, row.seq, row.subject))

    return handler


def _entered(db: sqlite3.Connection, row: Row, event: ev.StepEntered) -> None:
    db.execute(
        "UPDATE enrolments SET step = ?, step_at = ?, last_seq = ? WHERE id = ?",
        (event.step, row.at, row.seq, row.subject),
    )


def _attempt(db: sqlite3.Connection, row: Row, event: ev.AttemptRecorded) -> None:
    db.execute(
        "INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (row.subject, row.seq, event.step, event.attempt, event.score, int(event.good), event.advice, row.at),
    )


def _refused(db: sqlite3.Connection, row: Row, event: ev.AttemptRefused) -> None:
    db.execute(
        "INSERT INTO attempts VALUES (?, ?, ?, ?, 0, 0, ?, ?)",
        (row.subject, row.seq, event.step, event.attempt, event.code, row.at),
    )


def _sealed(db: sqlite3.Connection, row: Row, event: ev.PackageSealed) -> None:
    db.execute("UPDATE enrolments SET state = 'sealed', last_seq = ? WHERE id = ?", (row.seq, event.enrolment))


HANDLERS: Final[Handlers] = {
    ev.EnrolmentStarted: _started,
    ev.StepEntered: _entered,
    ev.AttemptRecorded: _attempt,
    ev.AttemptRefused: _refused,
    ev.EnrolmentParked: _state("parked"),
    ev.EnrolmentResumed: _state("active"),
    ev.EnrolmentCancelled: _state("cancelled"),
    ev.EnrolmentDiscarded: _state("discarded"),
    ev.EnrolmentSignedOff: _state("signed_off"),
    ev.EnrolmentReopened: _state("parked"),
    ev.PackageSealed: _sealed,
}
