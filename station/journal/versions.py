"""Which station made this journal: one of this version, an older one, or a newer one, whose journal is left alone.

Two marks in the file tell. The recorded migrations say how its own tables were made; the generation of the
projections says with which events and projected tables a station has written. Both are asked for before
anything is written: an older station would drop and make anew what it does not understand.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from enum import Enum
from typing import Any, Final

from station.journal import faults, projections, schema
from station.journal.faults import NewerJournal
from station.journal.migrations import Migrations

GENERATION: Final = 1
"""Raised with every change of a projected table or its handlers, and with every new kind of event; a test holds it."""

_BEFORE_GENERATIONS: Final = re.compile(r"[0-9a-f]{64}")
_DECLARED: Final = re.compile(r"(\d{1,9}) [0-9a-f]{64}")


class Tables(Enum):
    """By which station the projected tables were made."""

    MINE = "mine"
    OLDER = "older"
    NEWER = "newer"


def declared() -> str:
    """What is written into `projection_version`: the generation, and a hash that tells branches of one apart."""
    return f"{GENERATION} {_declarations()}"


def _declarations() -> str:
    return hashlib.sha256(repr([module.DDL for module in projections.MODULES]).encode()).hexdigest()


def made_by(db: sqlite3.Connection) -> Tables:
    """Who made the projected tables; `OLDER` also where that is not written, as before they are first made."""
    found = _read(db, "SELECT declared FROM projection_version")
    stored = found[0][0] if found else None
    if stored == declared():
        return Tables.MINE
    if not isinstance(stored, str) or _BEFORE_GENERATIONS.fullmatch(stored):
        return Tables.OLDER
    known = _DECLARED.fullmatch(stored)
    return Tables.OLDER if known and int(known[1]) <= GENERATION else Tables.NEWER


def declared_as_here(db: sqlite3.Connection) -> bool:
    """Are the projected tables declared as this version declares them, whoever filled them?"""
    found = _read(db, "SELECT declared FROM projection_version")
    return bool(found) and str(found[0][0]).endswith(_declarations())


def is_unfinished(db: sqlite3.Connection) -> bool:
    """Was its first making cut off, as by a full disk? Then nothing was recorded yet."""
    return not _read(db, "SELECT 1 FROM projection_version") and not _read(db, "SELECT 1 FROM events LIMIT 1")


def require_known(db: sqlite3.Connection, name: str, migrations: Migrations = schema.migrations) -> None:
    """Raises NewerJournal where a step of `migrations` was taken that is not known here, or the tables are newer.

    What cannot be read is no answer: whoever goes on meets it, and says so.
    """
    taken = _read(db, "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY id", migrations.name)
    known = migrations.steps()
    unknown = [str(step) for (step,) in taken if step not in known]
    if unknown:
        raise NewerJournal(name, f"its tables of the {migrations.name} took the step {unknown[0]!a}")
    if made_by(db) is Tables.NEWER:
        raise NewerJournal(name, "its tables are of a later generation")


def _read(db: sqlite3.Connection, query: str, *parameters: str) -> list[tuple[Any, ...]]:
    try:
        return db.execute(query, parameters).fetchall()
    except faults.FAULTS as error:
        if not faults.is_damage(error):
            raise
        return []
