"""Tables that follow from events, kept in the transaction that appends them.

A projection module declares its tables (DDL) and, for each event it cares about, a handler. A
handler reads nothing but its own tables and the row it is given, so that dropping the tables and
replaying the journal gives the same bytes.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from typing import Any

from station.journal.events import Event
from station.journal.projections import devices, enrolments, operators, packages, tickets
from station.journal.projections.handler import Handler
from station.journal.rows import UNREADABLE, Row

MODULES = (tickets, enrolments, packages, devices, operators)
TABLES: tuple[str, ...] = tuple(table for module in MODULES for table in module.TABLES)
_INDICES = tuple(
    found[1] for module in MODULES for ddl in module.DDL if (found := re.match(r"CREATE (?:UNIQUE )?INDEX (\w+)", ddl))
)

_HANDLERS: dict[type[Event], list[Handler]] = {}
for _module in MODULES:
    for _kind, _handler in _module.HANDLERS.items():
        _HANDLERS.setdefault(_kind, []).append(_handler)


class NoFit(Exception):
    """The tables cannot follow from the events: `row` is no event, or contradicts those before it."""

    def __init__(self, row: Row) -> None:
        super().__init__(f"event {row.seq}")
        self.row = row


def create(db: sqlite3.Connection) -> None:
    """Create all projected tables, empty."""
    for module in MODULES:
        for statement in module.DDL:
            db.execute(statement)


def drop(db: sqlite3.Connection) -> None:
    """Drop all projected tables, also where a view has taken a table's place and another table its indices."""
    views = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'view'")}
    for table in reversed(TABLES):
        db.execute(f"DROP {'VIEW' if table in views else 'TABLE'} IF EXISTS {table}")
    for index in _INDICES:
        db.execute(f"DROP INDEX IF EXISTS {index}")


def apply(db: sqlite3.Connection, row: Row, event: Event) -> None:
    """Bring the tables up to date with one event."""
    for handler in _HANDLERS.get(type(event), ()):
        handler(db, row, event)


def replay(db: sqlite3.Connection, rows: Iterable[Row]) -> int:
    """Create the tables and fill them from all events; returns how many. Raises NoFit."""
    create(db)
    count = 0
    for row in rows:
        try:
            apply(db, row, row.event)
        except (*UNREADABLE, sqlite3.IntegrityError, TypeError) as error:
            raise NoFit(row) from error
        count += 1
    return count


def dump(db: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every projected table's rows in primary-key order, for comparing."""
    return {table: dump_table(db, table) for table in TABLES}


def dump_table(db: sqlite3.Connection, table: str) -> list[tuple[Any, ...]]:
    """One projected table's rows in primary-key order."""
    return [tuple(r) for r in db.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]  # noqa: S608 - own names
