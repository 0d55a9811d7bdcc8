"""Devices by kind, and the alerts that wait for the operator."""

from __future__ import annotations

import sqlite3
from typing import Final

from station.journal import events as ev
from station.journal.projections.handler import Handlers
from station.journal.rows import Row

TABLES: Final = ("devices", "alerts")

DDL: Final = (
    """CREATE TABLE devices (
        kind TEXT PRIMARY KEY, driver TEXT NOT NULL, make TEXT NOT NULL, model TEXT NOT NULL,
        serial TEXT NOT NULL, bench INTEGER NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL, at TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE alerts (
        id TEXT PRIMARY KEY, code TEXT NOT NULL, about TEXT NOT NULL, raised_at TEXT NOT NULL,
        raised_seq INTEGER NOT NULL, cleared_at TEXT
    ) STRICT""",
    "CREATE INDEX alerts_open ON alerts (code, about) WHERE cleared_at IS NULL",
)


def _appeared(db: sqlite3.Connection, row: Row, event: ev.DeviceAppeared) -> None:
    db.execute(
        "INSERT OR REPLACE INTO devices VALUES (?, ?, ?, ?, ?, ?, 'ready', '', ?)",
        (row.subject, event.driver, event.make, event.model, event.serial, int(event.bench), row.at),
    )


def _set(db: sqlite3.Connection, row: Row, state: str, code: str) -> None:
    db.execute("UPDATE devices SET state = ?, code = ?, at = ? WHERE kind = ?", (state, code, row.at, row.subject))


def _faulted(db: sqlite3.Connection, row: Row, event: ev.DeviceFaulted) -> None:
    # One that could never be opened has not appeared before.
    db.execute(
        """INSERT INTO devices VALUES (?, '', '', '', '', 0, 'fault', ?, ?)
           ON CONFLICT (kind) DO UPDATE SET state = excluded.state, code = excluded.code, at = excluded.at""",
        (row.subject, event.code, row.at),
    )


def _raised(db: sqlite3.Connection, row: Row, event: ev.AlertRaised) -> None:
    db.execute(
        "INSERT INTO alerts VALUES (?, ?, ?, ?, ?, NULL)", (row.subject, event.code, event.about, row.at, row.seq)
    )


def _cleared(db: sqlite3.Connection, row: Row, event: ev.AlertCleared) -> None:
    db.execute("UPDATE alerts SET cleared_at = ? WHERE id = ?", (row.at, row.subject))


HANDLERS: Final[Handlers] = {
    ev.DeviceAppeared: _appeared,
    ev.DeviceVanished: lambda db, row, event: _set(db, row, "gone", f"{row.subject}.gone"),
    ev.DeviceFaulted: _faulted,
    ev.DeviceRecovered: lambda db, row, event: _set(db, row, "ready", ""),
    ev.AlertRaised: _raised,
    ev.AlertCleared: _cleared,
}
