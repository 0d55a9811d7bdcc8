"""A journal row as it stands in the table, and the chain that ties each row to the one before.

chain = SHA-256(previous chain ‖ row), where row is the RFC 8785 form of the JSON array
[seq, at, boot, actor, kind, subject, data] and data is itself the RFC 8785 text of the event.
The first row's previous chain is 32 zero bytes.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import rfc8785

from station.journal.events import KINDS, Event, kind_of

GENESIS: Final = "00" * 32

COLUMNS: Final = "seq, at, boot, actor, kind, subject, data, chain"
"""By name: a newer station may have added others."""

STORED: Final = (
    "SELECT seq, CAST(at AS BLOB), CAST(boot AS BLOB), CAST(actor AS BLOB), CAST(kind AS BLOB),"
    " CAST(subject AS BLOB), CAST(data AS BLOB), CAST(chain AS BLOB) FROM events"
)
"""Reads rows without trusting them: SQLite keeps any bytes as text, and its Python module fails on those it cannot
decode without saying in which row."""

_BEFORE_ALL: Final = -(2**63)
"""The smallest number that SQLite keeps."""

Stored = tuple[Any, ...]
"""What `STORED` gives: a number and seven columns of bytes, from tables that are what they should be."""

UNREADABLE: Final = (msgspec.MsgspecError, KeyError, RecursionError)
"""What `Row.event` raises for a row whose data is no event of its kind."""


class NoRow(ValueError):
    """What lies in the table is no event: a column is no text, or the number is none."""


class Row(msgspec.Struct, frozen=True):
    """One event as recorded. `at` is ISO 8601 UTC; order is by `seq`, because clocks lie."""

    seq: int
    at: str
    boot: str
    actor: str
    kind: str
    subject: str
    data: str
    chain: str

    @property
    def event(self) -> Event:
        """The typed event. Raises msgspec.ValidationError when the data does not fit its kind."""
        return msgspec.json.decode(self.data, type=KINDS[self.kind])


def stored(db: sqlite3.Connection) -> Iterator[Stored]:
    """All rows as they lie, oldest first. Raises sqlite3.DatabaseError where the file cannot be read further."""
    last = _BEFORE_ALL
    try:
        for record in db.execute(f"{STORED} ORDER BY seq"):
            last = record[0]
            yield record
    except sqlite3.DatabaseError:
        # Python's cursor reads one row ahead, and drops the one it holds when that fails.
        yield from db.execute(f"{STORED} WHERE seq > ? ORDER BY seq LIMIT 1", (last,))
        raise


def decoded(record: Stored) -> Row:
    """The row that `STORED` gave. Raises NoRow."""
    seq, *columns = record
    if type(seq) is not int or None in columns:
        raise NoRow(seq)
    try:
        return Row(seq, *(column.decode() for column in columns))
    except UnicodeDecodeError as error:
        raise NoRow(seq) from error


def select(db: sqlite3.Connection, chosen: str, parameters: tuple[Any, ...] = ()) -> Iterator[Row]:
    """The rows that the clause `chosen` picks, from tables that were verified or that this station writes."""
    for record in db.execute(f"SELECT {COLUMNS} FROM events {chosen}", parameters):  # noqa: S608  # constants
        yield Row(*record)


def encode(event: Event) -> str:
    """The event's fields as RFC 8785 text, without the kind (it has a column of its own)."""
    fields: dict[str, Any] = msgspec.to_builtins(event)
    fields.pop("kind")
    return rfc8785.dumps(fields).decode()


def link(previous: str, seq: int, at: str, boot: str, actor: str, kind: str, subject: str, data: str) -> str:
    """The chain value of a row, as hexadecimal."""
    row = rfc8785.dumps([seq, at, boot, actor, kind, subject, data])
    return hashlib.sha256(bytes.fromhex(previous) + row).hexdigest()


def make(previous: str, seq: int, at: str, boot: str, actor: str, event: Event, subject: str) -> Row:
    """The row that records `event` after the row whose chain is `previous`."""
    kind, data = kind_of(event), encode(event)
    return Row(seq, at, boot, actor, kind, subject, data, link(previous, seq, at, boot, actor, kind, subject, data))
