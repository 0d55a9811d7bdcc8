"""Is the journal whole? Walks the chain and names the first bad seq."""

from __future__ import annotations

import sqlite3

import msgspec

from station.journal import projections, rows


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
    """Walk all events from the first: gap, change, insertion, cut-off. Never raises on bad rows."""
    expected, chain, count = 1, rows.GENESIS, 0
    for record in db.execute("SELECT seq, at, boot, actor, kind, subject, data, chain FROM events ORDER BY seq"):
        seq = record[0]
        if seq < expected:
            return Verification(count, chain, Finding(seq, "inserted", f"Event {seq} stands before the first one."))
        if seq > expected:
            return Verification(count, chain, Finding(expected, "missing", f"Event {expected} is missing."))
        try:
            right = rows.link(chain, *record[:7]) == record[7]
        except (TypeError, ValueError):
            right = False
        if not right:
            return Verification(count, chain, Finding(seq, "changed", f"Event {seq} is not what was recorded."))
        try:
            rows.Row(*record).event  # noqa: B018 - decoding is the check
        except (msgspec.ValidationError, msgspec.DecodeError, KeyError) as error:
            return Verification(count, chain, Finding(seq, "unreadable", f"Event {seq} cannot be read: {error}."))
        chain, expected, count = record[7], seq + 1, count + 1
    heads = db.execute("SELECT seq, chain FROM head").fetchall()
    if heads != [(count, chain)]:
        head = heads[0][0] if heads else 0
        first = min(count + 1, head) if head < count else count + 1
        if head < count:
            return Verification(
                count,
                chain,
                Finding(head + 1, "inserted", f"Events from {head + 1} on were not put there by the station."),
            )
        return Verification(count, chain, Finding(first, "cut-off", f"Events from {first} on are missing."))
    return Verification(count, chain)


def projections_differ(db: sqlite3.Connection) -> list[str]:
    """Names of projected tables that are not what the journal says; the database stays as it is."""
    stored = projections.dump(db)
    replay = sqlite3.connect(":memory:")
    projections.create(replay)
    for record in db.execute("SELECT * FROM events ORDER BY seq"):
        row = rows.Row(*record)
        projections.apply(replay, row, row.event)
    fresh = projections.dump(replay)
    replay.close()
    return [table for table in projections.TABLES if stored[table] != fresh[table]]
