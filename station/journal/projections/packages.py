"""Packages on their way: sealed, delivered, received, purged."""

from __future__ import annotations

import sqlite3
from typing import Final

from station.journal import events as ev
from station.journal.projections.handler import Handlers
from station.journal.rows import Row

TABLES: Final = ("packages",)

DDL: Final = (
    """CREATE TABLE packages (
        id TEXT PRIMARY KEY, enrolment TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
        bench INTEGER NOT NULL, state TEXT NOT NULL, sealed_at TEXT NOT NULL, delivered_at TEXT,
        store TEXT, received_at TEXT, verdict TEXT, reason TEXT, purged_at TEXT, failure TEXT
    ) STRICT""",
    "CREATE INDEX packages_state ON packages (state)",
    "CREATE UNIQUE INDEX packages_enrolment ON packages (enrolment)",
)


def _sealed(db: sqlite3.Connection, row: Row, event: ev.PackageSealed) -> None:
    db.execute(
        "INSERT INTO packages VALUES (?, ?, ?, ?, ?, 'sealed', ?, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
        (row.subject, event.enrolment, event.sha256, event.size, int(event.bench), row.at),
    )


def _delivered(db: sqlite3.Connection, row: Row, event: ev.PackageDelivered) -> None:
    db.execute(
        "UPDATE packages SET state = 'delivered', delivered_at = ?, store = ?, failure = NULL WHERE id = ?",
        (row.at, event.store, row.subject),
    )


def _failed(db: sqlite3.Connection, row: Row, event: ev.PackageDeliveryFailed) -> None:
    db.execute("UPDATE packages SET failure = ? WHERE id = ?", (event.code, row.subject))


def _received(db: sqlite3.Connection, row: Row, event: ev.PackageReceived) -> None:
    db.execute(
        "UPDATE packages SET state = ?, received_at = ?, verdict = ?, reason = ? WHERE id = ?",
        ("received" if event.verdict == "accepted" else "refused", row.at, event.verdict, event.reason, row.subject),
    )


def _purged(db: sqlite3.Connection, row: Row, event: ev.PackagePurged) -> None:
    db.execute("UPDATE packages SET purged_at = ? WHERE id = ?", (row.at, row.subject))


HANDLERS: Final[Handlers] = {
    ev.PackageSealed: _sealed,
    ev.PackageDelivered: _delivered,
    ev.PackageDeliveryFailed: _failed,
    ev.PackageReceived: _received,
    ev.PackagePurged: _purged,
}
