"""Are the journal's tables declared as the station declares them, with all indices and nothing beside?

A trigger writes what no event says, a view shows what no table holds, and a table made anew without its types takes
anything: the events can be whole all the while. What should be there is made in memory, by the steps that the file
says were taken, and compared.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from station.journal import projections, schema, versions
from station.journal.faults import NewerJournal
from station.journal.migrations import Database, Migrations
from station.journal.verify import Trouble

_OURS = "name NOT LIKE 'sqlite_%' AND tbl_name != '_sqlite_migrations'"
"""SQLite makes the ones, sqlite-utils the other, each version in its own words."""

_Object = tuple[str, str, str]
"""Its type, its table, and its declaration."""


def troubles(db: sqlite3.Connection, name: str, rooms: Sequence[Migrations] = ()) -> Iterator[Trouble]:
    """What is missing, changed, or not of the station's making. `rooms` are those that have tables of their own.

    Raises NewerJournal about the file `name` where a room took steps that are not known here.
    """
    known = {room.name: room for room in (schema.migrations, *rooms)}
    taken = db.execute("SELECT migration_set, name FROM _sqlite_migrations").fetchall()
    for room_name, step in taken:
        if room_name not in known or step not in known[room_name].steps():
            raise NewerJournal(name, f"its tables of the {room_name} took the step {step!a}")
    older = not versions.declared_as_here(db)
    wanted = _wanted(known.values(), {(room_name, step) for room_name, step in taken})
    found = _objects(db)
    for one in sorted(wanted.keys() | found.keys()):
        kind, table, _ = wanted.get(one) or found[one]
        is_projected = table in projections.TABLES
        if found.get(one) == wanted.get(one) or (older and is_projected):
            continue
        code = "table-projected" if is_projected else "table"
        if one not in found:
            yield Trouble(code, f"The {kind} {one} is missing.")
        elif one not in wanted:
            yield Trouble(code, f"The {kind} {one} (of {table}) is not the station's.")
        else:
            yield Trouble(code, f"The {kind} {one} is not as the station declares it.")


def _wanted(rooms: Iterable[Migrations], taken: set[tuple[str, str]]) -> dict[str, _Object]:
    memory = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for room in rooms:
            left = [step for step in room.steps() if (room.name, step) not in taken]
            room.apply(Database(memory), stop_before=left)
        projections.create(memory)
        return _objects(memory)
    finally:
        memory.close()


def _objects(db: sqlite3.Connection) -> dict[str, _Object]:
    listed = db.execute(f"SELECT name, type, tbl_name, sql FROM sqlite_master WHERE {_OURS}")  # noqa: S608  # a constant
    return {name: (kind, table, re.sub(r"\s+", " ", sql or "")) for name, kind, table, sql in listed}
