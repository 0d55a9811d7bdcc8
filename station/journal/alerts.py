"""Alerts: what waits for the operator. The same alert about the same thing is raised once."""

from __future__ import annotations

import sqlite3

import msgspec

from station.journal import ids
from station.journal.events import AlertCleared, AlertRaised
from station.journal.journal import Transaction, rows_of


class Alert(msgspec.Struct, frozen=True):
    """An open alert. `code` is a message id; `about` names the ticket, enrolment or kind of device."""

    id: str
    code: str
    about: str
    raised_at: str


def raise_alert(tx: Transaction, code: str, about: str = "") -> str:
    """Raise an alert, unless the same one is open; returns its id."""
    known = find(tx.db, code, about)
    if known is not None:
        return known.id
    alert_id = ids.new("alr")
    tx.append(AlertRaised(code=code, about=about), alert_id)
    return alert_id


def clear_alert(tx: Transaction, alert: str) -> None:
    """Clear one alert by id; a cleared one stays so."""
    if any(known.id == alert for known in open_alerts(tx.db)):
        tx.append(AlertCleared(), alert)


def clear_alerts(tx: Transaction, code: str, about: str = "") -> None:
    """Clear the open alert of a code about a thing, if there is one."""
    known = find(tx.db, code, about)
    if known is not None:
        tx.append(AlertCleared(), known.id)


def find(db: sqlite3.Connection, code: str, about: str = "") -> Alert | None:
    """The open alert of a code about a thing, or None."""
    return next((alert for alert in open_alerts(db) if (alert.code, alert.about) == (code, about)), None)


def open_alerts(db: sqlite3.Connection) -> list[Alert]:
    """All open alerts, oldest first."""
    query = "SELECT id, code, about, raised_at FROM alerts WHERE cleared_at IS NULL ORDER BY raised_seq"
    return [msgspec.convert(row, Alert) for row in rows_of(db, query)]
