"""What an export of single records holds, and what it does not: `manifest.json` beside the records.

A record of ISO/IEC 19794 tells of itself alone. That a finger is missing because it was amputated, and not because a
file was lost, has to stand somewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from station.biometrics.samples import FINGERS, IRISES, Position
from station.packages.exchange import Exchanged
from station.packages.record import Record

NAME: Final = "manifest.json"
FORMAT: Final = "iso19794-export/1"
_STANDARDS: Final = {
    "fir": "ISO/IEC 19794-4:2011",
    "fac": "ISO/IEC 19794-5:2011",
    "iir": "ISO/IEC 19794-6:2011",
    "sdi": "ISO/IEC 19794-7:2007",
}


class Held(msgspec.Struct, frozen=True):
    """One record of the folder."""

    file: str
    position: Position
    standard: str
    sha256: str


class Absent(msgspec.Struct, frozen=True):
    """One finger or eye of which there is no record."""

    position: Position
    reason: str
    """As the operator recorded it (amputated, bandaged, ...); `not recorded` where nobody said why."""
    at: datetime | None = None
    """When that was recorded, in UTC."""


class Manifest(msgspec.Struct, frozen=True):
    """All of `manifest.json`."""

    package: str
    bench: bool
    """True: an emulated device took part, and this is no real enrolment."""
    station: str
    sealed_at: datetime
    records: tuple[Held, ...]
    missing: tuple[Absent, ...]
    """Every finger and eye without a record of its own; a slap that shows it may be there."""
    format: str = FORMAT


def manifest(about: Record, made: Sequence[Exchanged]) -> bytes:
    """The manifest as indented JSON, for a reader without tools."""
    records = tuple(
        Held(
            one.name,
            one.sample.position,
            _STANDARDS[one.name.rpartition(".")[2]],
            hashlib.sha256(one.record).hexdigest(),
        )
        for one in made
    )
    there = {one.sample.position for one in made}
    why = {gone.position: gone for gone in about.exceptions}
    missing = tuple(
        Absent(position, why[position].reason, why[position].at.astimezone(UTC))
        if position in why
        else Absent(position, "not recorded")
        for position in (*FINGERS, *IRISES)
        if position not in there
    )
    whole = Manifest(about.id, about.bench, about.station.id, about.sealed_at.astimezone(UTC), records, missing)
    return msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
