"""A journal that a newer station made is left alone; one that an older made is brought up to date."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from station.journal import Journal, projections, rows, versions
from station.journal import events as ev
from station.journal.events import KINDS
from station.journal.faults import NewerJournal
from station.journal.migrations import Migrations
from station.journal.verify import projections_differ, verify
from station.journal.versions import GENERATION, Tables

GENERATIONS = {1: "ba000e08"}
"""What each generation's kinds of events and tables are, as a hash. Older ones read past a field more of an event."""

STEP = "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('journal', 'second', '2027-01-01')"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    journal = Journal.open(tmp_path)
    with journal.command("student") as tx:
        tx.append(ev.VisitOpened(school="sch_1"), "vis_1")
    journal.close()
    return tmp_path


def write(folder: Path, statement: str) -> None:
    journal = Journal.open(folder)
    journal.db.execute(statement)
    journal.close()


def test_what_a_journal_may_hold_has_a_generation_of_its_own() -> None:
    tables = [module.DDL for module in projections.MODULES]
    found = hashlib.sha256(repr((sorted(KINDS), tables)).encode()).hexdigest()[:8]
    assert GENERATIONS.get(GENERATION) == found, f"raise versions.GENERATION, and put it here with {found}"
    assert list(GENERATIONS) == list(range(1, GENERATION + 1))


@pytest.mark.parametrize(
    "statement",
    [
        STEP,
        "UPDATE projection_version SET declared = 'future'",
        f"UPDATE projection_version SET declared = '{GENERATION + 1} {'0' * 64}'",
    ],
)
@pytest.mark.parametrize("use", [Journal.open, Journal.existing, lambda folder: Journal.inspect(folder / "journal.db")])
def test_a_newer_stations_journal_is_left_as_it_is(
    folder: Path, statement: str, use: Callable[[Path], Journal]
) -> None:
    write(folder, statement)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(NewerJournal, match="newer station") as caught:
        use(folder)
    assert "Update this one" in caught.value.hint
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_another_rooms_newer_tables_are_left_as_they_are(folder: Path) -> None:
    def steps(*names: str) -> Migrations:
        room = Migrations("room")
        for name in names:
            room(name=name)(lambda database, table=name: database.conn.execute(f"CREATE TABLE {table} (a)"))
        return room

    journal = Journal.open(folder)
    journal.migrate(steps("one"))
    journal.migrate(steps("one", "two"))
    with pytest.raises(NewerJournal, match="the room took the step 'two'"):
        journal.migrate(steps("one"))
    journal.close()


@pytest.mark.parametrize(
    "declared", ["'" + "0" * 64 + "'", f"'{GENERATION} {'0' * 64}'", f"'{GENERATION - 1} {'0' * 64}'"]
)
def test_an_older_stations_tables_are_made_anew(folder: Path, declared: str) -> None:
    write(folder, f"UPDATE projection_version SET declared = {declared}")
    looked = Journal.inspect(folder / "journal.db")
    looked.db.execute("SELECT 1")
    assert versions.made_by(looked.db) is Tables.OLDER
    looked.close()
    journal = Journal.open(folder)
    assert versions.made_by(journal.db) is Tables.MINE
    assert projections_differ(journal.db) == []
    journal.close()


def test_an_event_of_an_unknown_kind_is_no_tampering(folder: Path) -> None:
    journal = Journal.open(folder)
    known = journal.head()
    chain = rows.link(known[1], 2, "2027", "b", "student", "visit.renamed", "vis_1", "{}")
    journal.db.execute(
        "INSERT INTO events VALUES (2, '2027', 'b', 'student', 'visit.renamed', 'vis_1', '{}', ?)", (chain,)
    )
    journal.db.execute("UPDATE head SET seq = 2, chain = ?", (chain,))
    finding = verify(journal.db).finding
    assert finding is not None
    assert (finding.seq, finding.problem, "newer station" in finding.message) == (2, "unknown", True)
    before = projections.dump(journal.db)
    with pytest.raises(NewerJournal, match=r"visit\.renamed"):
        journal.rebuild()
    assert projections.dump(journal.db) == before
    journal.close()
