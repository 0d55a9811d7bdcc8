"""Does the personal data beside the events fit them? The events name no one, so their chain does not tell.

Records lie sealed in the vault, one for each student, operator, note and corrected enrolment; each is named by a row or
an event, and found through index entries. Nothing deletes one while the journal that names it is kept, so whatever is
missing, and whatever is too much, was not the station's doing.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import cast

import msgspec

from station import operators
from station.enrolment import commands as enrolments
from station.journal import Journal, faults, rows, shape, versions
from station.journal.events import RosterImported, TicketNoted
from station.journal.faults import JournalError
from station.journal.verify import Trouble, projections_differ
from station.operators import people
from station.roster import register
from station.roster.students import Student

ROOMS = (register.migrations,)
"""Rooms with tables that are no projections."""

_Named = dict[str, set[str]]
"""Ids of records by their kind."""


class Look(msgspec.Struct, frozen=True):
    """What was found beside events that are whole."""

    differing_tables: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    looked_inside: bool = False


def look(journal: Journal, *, may_lack_key: bool) -> Look:
    """Hold everything in a journal whose events are whole against them. `may_lack_key`: a copy may lie there alone.

    Raises NewerJournal where a room's tables are those of a newer station.
    """
    found: list[Trouble] = []
    _collect(found, shape.troubles(journal.db, str(journal.path), ROOMS))
    # Those of an older station that declared others are made anew at the next start, before anybody reads them.
    differing = tuple(projections_differ(journal.db)) if versions.declared_as_here(journal.db) else ()
    _collect(found, _unlock(journal, may_lack_key=may_lack_key))
    _collect(found, beside(journal))
    return Look(differing, tuple(dict.fromkeys(found)), bool(journal.vault_key))


def _collect(found: list[Trouble], looked: Iterator[Trouble]) -> None:
    """All that comes, until tables turn out to be such that one cannot look on: that is said then."""
    try:
        for trouble in looked:
            found.append(trouble)
    except faults.FAULTS as error:
        if not faults.is_damage(error):
            raise
        found.append(Trouble("table", f"What lies beside the events cannot be read ({faults.said(error)})."))


def _unlock(journal: Journal, *, may_lack_key: bool) -> Iterator[Trouble]:
    try:
        journal.unlock()
    except JournalError as error:
        if not may_lack_key:
            yield Trouble("key", f"{error} {error.hint}")


def beside(journal: Journal) -> Iterator[Trouble]:
    """What is missing, damaged or too much. Without the vault's key what is sealed is not looked into."""
    db = journal.db
    named, there = _named(db), _there(db)
    for kind in sorted(named.keys() | there.keys()):
        should, found = named.get(kind, set()), there.get(kind, set())
        yield from (
            Trouble("record", f"The {kind} {one} has no record in the vault.") for one in sorted(should - found)
        )
        yield from (
            Trouble("record", f"The record of {kind} {one} belongs to nobody.") for one in sorted(found - should)
        )
    yield from _rows(db)
    yield from _strays(db)
    if journal.vault_key:
        damaged = journal.vault.damaged()
        yield from (Trouble("record", f"The record {one} cannot be opened: it was changed.") for one in damaged)
        if not damaged:
            yield from _inside(journal)


def _named(db: sqlite3.Connection) -> _Named:
    """The records that rows and events speak of."""
    noted = rows.select(db, "WHERE kind = 'ticket.noted'")
    corrected = db.execute("SELECT DISTINCT subject FROM events WHERE kind = 'correction.recorded'")
    return {
        register.KIND: _ids(db, "students"),
        "operator": {subject for (subject,) in db.execute("SELECT subject FROM events WHERE kind = 'operator.added'")},
        "note": {cast(TicketNoted, row.event).note for row in noted},
        "correction": {enrolments.corrections_record(enrolment) for (enrolment,) in corrected},
    }


def _there(db: sqlite3.Connection) -> _Named:
    found: _Named = {}
    for record, kind in db.execute("SELECT id, kind FROM vault"):
        found.setdefault(kind, set()).add(record)
    return found


def _rows(db: sqlite3.Connection) -> Iterator[Trouble]:
    """Schools and students against the lists that were imported."""
    schools = _ids(db, "schools")
    imported = {subject for (subject,) in db.execute("SELECT subject FROM events WHERE kind = 'roster.imported'")}
    yield from (Trouble("table", f"The school {one} has no row.") for one in sorted(imported - schools))
    yield from (Trouble("table", f"No list of the school {one} was imported.") for one in sorted(schools - imported))
    students = db.execute("SELECT id, school FROM students").fetchall() if _has(db, "students") else []
    yield from (
        Trouble("table", f"The student {one} is of the school {school!a}, which is none.")
        for one, school in students
        if school not in schools
    )
    lists = (cast(RosterImported, row.event) for row in rows.select(db, "WHERE kind = 'roster.imported'"))
    count = sum(one.imported for one in lists)
    if count != len(students):
        yield Trouble("table", f"{count} students were imported, and {len(students)} are here.")


def _strays(db: sqlite3.Connection) -> Iterator[Trouble]:
    query = "SELECT DISTINCT id FROM vault_index WHERE id NOT IN (SELECT id FROM vault) ORDER BY id"
    yield from (
        Trouble("index", f"The index leads to {one}, of which there is no record.") for (one,) in db.execute(query)
    )


def _inside(journal: Journal) -> Iterator[Trouble]:
    """What is sealed against the rows and the index entries that stand in the clear."""
    wanted: dict[str, list[tuple[str, str]]] = {}
    has_list = _has(journal.db, "students")
    classes = dict(journal.db.execute("SELECT id, class_name FROM students")) if has_list else {}
    for record, sealed in journal.vault.all(register.KIND):
        try:
            student = msgspec.msgpack.decode(sealed, type=Student)
        except msgspec.MsgspecError:
            yield Trouble("record", f"The record {record} is of no student.")
            continue
        wanted[record] = [(register.NIK_INDEX, student.nik)] if student.nik else []
        if classes.get(record, student.class_name) != student.class_name:
            yield Trouble("table", f"The student {record} is in another class than the record says.")
    for operator in operators.everyone(journal):
        wanted[operator.id] = [people.entry(operator.name)]
    entries = Counter(one for (one,) in journal.db.execute("SELECT id FROM vault_index"))
    for record, index in wanted.items():
        if entries[record] != len(index) or any(record not in journal.vault.find(*entry) for entry in index):
            yield Trouble("index", f"The index does not lead to {record} as it should.")


def _ids(db: sqlite3.Connection, table: str) -> set[str]:
    if not _has(db, table):
        return set()
    return {one for (one,) in db.execute(f"SELECT id FROM {table}")}  # noqa: S608  # own names


def _has(db: sqlite3.Connection, table: str) -> bool:
    """Is there such a table? The register's are made when the first list is imported."""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None
