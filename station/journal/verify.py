"""Is the journal whole? Walks the chain and names the first bad seq."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from station.journal import faults, projections, rows, wal
from station.journal.events import KINDS


class Finding(msgspec.Struct, frozen=True):
    """What is wrong, and where it begins."""

    seq: int
    problem: str
    """`changed`, `missing`, `inserted`, `cut-off`, `unreadable`, `unknown` (of a newer station), or `head`: the events
    up to `seq` fit each other, and it cannot be said whether there were more."""
    message: str


class Trouble(msgspec.Struct, frozen=True):
    """Something that lies beside the events and does not fit them, or should lie there and does not."""

    code: str
    """`table`, `table-projected` (which `station journal rebuild` makes anew), `record`, `index` or `key`."""
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
        lost = wal.lost_commits(db)
    except faults.FAULTS as error:
        if not faults.is_damage(error):
            raise
        message = f"From event {count + 1} on the file cannot be read ({faults.said(error)})."
        return Verification(count, chain, Finding(count + 1, "unreadable", message))
    finding = _at_the_head(heads, count, chain)
    if finding is None and lost:
        message = f"From event {count + 1} on the file cannot be read ({faults.broken_log(lost)})."
        finding = Finding(count + 1, "unreadable", message)
    return Verification(count, chain, finding)


def _finding(record: rows.Stored, expected: int, previous: str) -> Finding | None:
    """What is wrong with the row that should be event `expected`."""
    seq = record[0]
    if type(seq) is not int:
        return Finding(expected, "changed", f"Where event {expected} should be, the number is none.")
    if seq < expected:
        where = "stands before the first one" if seq < 1 else "is there twice"
        return Finding(seq, "inserted", f"Event {seq} {where}.")
    if seq > expected:
        return Finding(expected, "missing", f"Event {expected} is missing.")
    try:
        row = rows.decoded(record)
        right = rows.link(previous, seq, row.at, row.boot, row.actor, row.kind, row.subject, row.data) == row.chain
    except (TypeError, ValueError):  # bytes that are no text among them
        right = False
    if not right:
        return Finding(seq, "changed", f"Event {seq} is not what was recorded.")
    if row.kind not in KINDS:
        message = f"Event {seq} is of a kind that this version does not know ({row.kind!a}): a newer station wrote it."
        return Finding(seq, "unknown", message)
    try:
        row.event  # noqa: B018 - decoding is the check
    except rows.UNREADABLE as error:
        return Finding(seq, "unreadable", f"Event {seq} cannot be read: {error}.")
    return None


def _at_the_head(heads: list[tuple[Any, bytes | None]], count: int, chain: str) -> Finding | None:
    """What the head says of the `count` events that fit each other, of which the newest has this chain."""
    if len(heads) != 1:
        return _no_head(count, "is missing" if not heads else f"stands there {len(heads)} times")
    seq, kept = heads[0]
    if type(seq) is not int or seq < 0:
        return _no_head(count, "has no number")
    if seq > count:
        return Finding(count + 1, "cut-off", f"Events from {count + 1} on are missing.")
    if seq < count:
        return Finding(seq + 1, "inserted", f"Events from {seq + 1} on were not put there by the station.")
    if kept == chain.encode():
        return None
    if not count:
        return _no_head(count, "is another than that of a journal without events")
    return Finding(count, "changed", f"Event {count}, the newest, is not what was recorded, or the head is not.")


def _no_head(count: int, fault: str) -> Finding:
    return Finding(count, "head", f"The head, by which cut-off events are found, {fault}.")


def damage(db: sqlite3.Connection) -> str:
    """What SQLite finds wrong with the file itself (pages, indexes, columns), in its own words; empty if nothing."""
    try:
        found: str = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except faults.FAULTS as error:
        if not faults.is_damage(error):
            raise
        return faults.said(error)
    return "" if found == "ok" else " ".join(found.split())


def projections_differ(db: sqlite3.Connection) -> list[str]:
    """Names of projected tables that are not what the journal says; the database stays as it is.

    All of them, where the events contradict each other.
    """
    replay = sqlite3.connect(":memory:")
    try:
        projections.replay(replay, rows.select(db, "ORDER BY seq"))
        fresh = projections.dump(replay)
    except projections.NoFit:
        return list(projections.TABLES)
    finally:
        replay.close()
    return [table for table in projections.TABLES if _stored(db, table) != fresh[table]]


def _stored(db: sqlite3.Connection, table: str) -> list[tuple[Any, ...]] | None:
    """A projected table's rows, or None where it is gone or cannot be read."""
    try:
        return projections.dump_table(db, table)
    except faults.FAULTS as error:
        if not faults.is_damage(error):
            raise
        return None
