"""Is the journal whole? Walks the chain and names the first bad seq."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from station.journal import faults, projections, rows


class Finding(msgspec.Struct, frozen=True):
    """What is wrong, and where it begins."""

    seq: int
    problem: str
    """`changed`, `missing`, `inserted`, `cut-off` or `unreadable`."""
    message: str


class Verification(msgspec.Struct, frozen=True):
    """The outcome: how many events, the head, and the first finding if there is one."""

    events: int
    head: str
    finding: Finding | None = None


def verify(db: sqlite3.Connection) -> Verification:
    """Walk all events from the first: gap, change, insertion, cut-off. Never raises on bad rows or pages."""
    count, chain = 0, rows.GENESIS
    try:
        for record in rows.stored(db):
            finding = _finding(record, count + 1, chain)
            if finding is not None:
                return Verification(count, chain, finding)
            count, chain = count + 1, record[7].decode()
        heads = db.execute("SELECT seq, CAST(chain AS BLOB) FROM head").fetchall()
    except sqlite3.DatabaseError as error:
        if not faults.is_damage(error):
            raise
        message = f"From event {count + 1} on the file cannot be read ({error})."
        return Verification(count, chain, Finding(count + 1, "unreadable", message))
    return Verification(count, chain, _at_the_head(heads, count, chain))


def _finding(record: rows.Stored, expected: int, previous: str) -> Finding | None:
    """What is wrong with the row that should be event `expected`."""
    seq = record[0]
    if seq < expected:
        return Finding(seq, "inserted", f"Event {seq} stands before the first one.")
    if seq > expected:
        return Finding(expected, "missing", f"Event {expected} is missing.")
    try:
        row = rows.decoded(record)
        right = rows.link(previous, seq, row.at, row.boot, row.actor, row.kind, row.subject, row.data) == row.chain
    except (TypeError, ValueError):  # bytes that are no text among them
        right = False
    if not right:
        return Finding(seq, "changed", f"Event {seq} is not what was recorded.")
    try:
        row.event  # noqa: B018 - decoding is the check
    except rows.UNREADABLE as error:
        return Finding(seq, "unreadable", f"Event {seq} cannot be read: {error}.")
    return None


def _at_the_head(heads: list[tuple[int, bytes]], count: int, chain: str) -> Finding | None:
    if heads == [(count, chain.encode())]:
        return None
    head = heads[0][0] if heads else 0
    if head < count:
        return Finding(head + 1, "inserted", f"Events from {head + 1} on were not put there by the station.")
    first = count + 1
    return Finding(first, "cut-off", f"Events from {first} on are missing.")


def damage(db: sqlite3.Connection) -> str:
    """What SQLite finds wrong with the file itself (pages, indexes, columns), in its own words; empty if nothing."""
    try:
        found: str = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if not faults.is_damage(error):
            raise
        return str(error)
    return "" if found == "ok" else " ".join(found.split())


def projections_differ(db: sqlite3.Connection) -> list[str]:
    """Names of projected tables that are not what the journal says; the database stays as it is."""
    replay = sqlite3.connect(":memory:")
    projections.create(replay)
    for record in db.execute("SELECT * FROM events ORDER BY seq"):
        row = rows.Row(*record)
        projections.apply(replay, row, row.event)
    fresh = projections.dump(replay)
    replay.close()
    return [table for table in projections.TABLES if _stored(db, table) != fresh[table]]


def _stored(db: sqlite3.Connection, table: str) -> list[tuple[Any, ...]] | None:
    """A projected table's rows, or None where it is gone or cannot be read."""
    try:
        return projections.dump_table(db, table)
    except sqlite3.DatabaseError as error:
        if not faults.is_damage(error):
            raise
        return None
