"""`data/journal.jsonl`: this enrolment's events, each with the chain values that tie it to the journal.

One JSON object a line: the row as recorded, and `previous`, the chain value before it, so that each
line can be recomputed by itself (station.journal.rows says how) and lines that follow each other in
the journal follow each other here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from station.journal import rows
from station.journal.rows import Row
from station.packages.problems import Code, Refused
from station.packages.record import Record

_STARTED: Final = "enrolment.started"


class _Started(msgspec.Struct):
    """What is read of that event here; its other fields are left alone."""

    bench: bool = False


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line: the columns of the journal's row, in their order, after the chain value before it."""

    previous: str
    seq: int
    at: str
    boot: str
    actor: str
    kind: str
    subject: str
    data: str
    chain: str


def write(recorded: Iterable[tuple[str, Row]]) -> bytes:
    """The lines of (previous chain, row) pairs, in the order of seq."""
    return msgspec.json.Encoder().encode_lines(
        [
            Line(previous, row.seq, row.at, row.boot, row.actor, row.kind, row.subject, row.data, row.chain)
            for previous, row in recorded
        ]
    )


def check(data: bytes, about: Record, where: str) -> tuple[Line, ...]:
    """The lines, after recomputing every chain value and comparing with the record's head and bench mark.

    Raises Refused, naming the first bad seq.
    """
    head = about.journal
    try:
        lines = msgspec.json.Decoder(Line).decode_lines(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _refused(f"The journal's lines cannot be read: {error}.", where) from error
    if not lines:
        raise _refused("The package holds no line of the journal.", where)
    before: Line | None = None
    for line in lines:
        if before is not None and line.seq <= before.seq:
            raise _refused(f"Seq {line.seq} comes after seq {before.seq}.", where)
        if before is not None and line.seq == before.seq + 1 and line.previous != before.chain:
            raise _refused(f"Seq {line.seq} does not follow seq {before.seq}.", where)
        if not _links(line):
            raise _refused(f"Seq {line.seq} does not have the chain value of what it says.", where)
        before = line
    last = lines[-1]
    if last.seq > head.seq or (last.seq == head.seq and last.chain != head.chain):
        raise _refused(f"Seq {last.seq} does not lead to the journal's head at {head.seq}.", where)
    if _bench_said(lines) and not about.bench:
        raise _refused("Emulated devices took part by the journal, but the record does not say so.", where)
    return tuple(lines)


def _bench_said(lines: Iterable[Line]) -> bool:
    started = (line for line in lines if line.kind == _STARTED)
    try:
        return any(msgspec.json.decode(line.data, type=_Started).bench for line in started)
    except msgspec.DecodeError:
        return True


def _links(line: Line) -> bool:
    try:
        chain = rows.link(line.previous, line.seq, line.at, line.boot, line.actor, line.kind, line.subject, line.data)
    except ValueError:
        return False
    return chain == line.chain


def _refused(what: str, where: str) -> Refused:
    return Refused(
        Code.JOURNAL,
        what,
        where,
        "Keep the package and compare it with the station's journal (station journal verify).",
    )
