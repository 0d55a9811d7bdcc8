"""Operators: who may sign in, and the failures that make them wait. No name, no PIN (see the vault)."""

from __future__ import annotations

import sqlite3
from typing import Final

from station.journal import events as ev
from station.journal.projections.handler import Handlers
from station.journal.rows import Row

TABLES: Final = ("operators",)

DDL: Final = (
    """CREATE TABLE operators (
        id TEXT PRIMARY KEY, state TEXT NOT NULL, left_handed INTEGER NOT NULL, failures INTEGER NOT NULL,
        wait_seconds INTEGER NOT NULL, wait_from REAL NOT NULL, wait_boot TEXT NOT NULL,
        signed_in INTEGER NOT NULL, last_seq INTEGER NOT NULL
    ) STRICT""",
)


def _added(db: sqlite3.Connection, row: Row, event: ev.OperatorAdded) -> None:
    db.execute(
        "INSERT INTO operators VALUES (?, 'active', ?, 0, 0, 0.0, '', 0, ?)",
        (row.subject, int(event.left_handed), row.seq),
    )


def _freed(db: sqlite3.Connection, row: Row, event: ev.Event) -> None:
    db.execute(
        "UPDATE operators SET state = 'active', failures = 0, wait_seconds = 0, last_seq = ? WHERE id = ?",
        (row.seq, row.subject),
    )


def _locked(db: sqlite3.Connection, row: Row, event: ev.OperatorLocked) -> None:
    db.execute(
        "UPDATE operators SET state = 'locked', signed_in = 0, last_seq = ? WHERE id = ?", (row.seq, row.subject)
    )


def _failed(db: sqlite3.Connection, row: Row, event: ev.OperatorSignInFailed) -> None:
    db.execute(
        "UPDATE operators SET failures = failures + 1, wait_seconds = ?, wait_from = ?, wait_boot = ?, last_seq = ?"
        " WHERE id = ?",
        (event.wait_seconds, event.uptime, row.boot, row.seq, row.subject),
    )


def _signed_in(db: sqlite3.Connection, row: Row, event: ev.OperatorSignedIn) -> None:
    db.execute("UPDATE operators SET signed_in = 0")
    db.execute(
        "UPDATE operators SET signed_in = 1, failures = 0, wait_seconds = 0, last_seq = ? WHERE id = ?",
        (row.seq, row.subject),
    )


def _signed_out(db: sqlite3.Connection, row: Row, event: ev.OperatorSignedOut) -> None:
    db.execute("UPDATE operators SET signed_in = 0, last_seq = ? WHERE id = ?", (row.seq, row.subject))


HANDLERS: Final[Handlers] = {
    ev.OperatorAdded: _added,
    ev.OperatorPinChanged: _freed,
    ev.OperatorUnlocked: _freed,
    ev.OperatorLocked: _locked,
    ev.OperatorSignInFailed: _failed,
    ev.OperatorSignedIn: _signed_in,
    ev.OperatorSignedOut: _signed_out,
}
