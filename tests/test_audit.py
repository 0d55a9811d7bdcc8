"""Whatever is done by hand to tables and personal data beside whole events is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from station import audit
from station.enrolment import commands as enrolments
from station.journal import Journal, projections
from station.journal import events as ev
from station.journal.faults import NewerJournal
from station.operators import ConsoleSettings, people
from station.roster import importing
from station.roster.reading import Reading
from station.roster.schools import SchoolName
from station.roster.students import Entry, SchoolList, Student

PEOPLE = (
    Student("Siti Aminah", date(2009, 1, 1), nik="6311065212080001", class_name="XI A"),
    Student("Budi Santoso", date(2009, 3, 1), class_name="XI A"),
)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal with a list of two, an operator, a note and a correction."""
    journal = Journal.open(tmp_path)
    entries = tuple(Entry("Sheet", row, "A", 0, student) for row, student in enumerate(PEOPLE, start=2))
    schools = (SchoolName("SMAN 1 Paringin", "", "", ""),)
    importing.take_in(journal, Reading("list.csv", "0" * 64, SchoolList(schools, entries, (), (), ())))
    people.add(journal, "Ani Rahmawati", "482913", ConsoleSettings(), actor="technician")
    with journal.command("operator:o1") as tx:
        tx.vault.put("nte_1", "note", b"comes later")
        tx.append(ev.TicketNoted(note="nte_1"), "tkt_1")
        tx.vault.put(enrolments.corrections_record("enr_1"), "correction", b"{}")
        tx.append(ev.CorrectionRecorded(fields=("name",), document="family-card"), "enr_1")
    yield journal
    journal.close()


def told(journal: Journal) -> list[str]:
    look = audit.look(journal, may_lack_key=False)
    return [f"{trouble.code}: {trouble.message}" for trouble in look.troubles]


def test_what_the_station_wrote_is_told_of_in_no_way(journal: Journal) -> None:
    assert audit.look(journal, may_lack_key=False) == audit.Look((), (), looked_inside=True)


def test_a_corrected_list_leaves_nothing_over(journal: Journal) -> None:
    renumbered = Student("Siti Aminah", date(2009, 1, 1), nik="6311065212080002", class_name="XI B")
    schools = (SchoolName("SMAN 1 Paringin", "", "", ""),)
    listed = SchoolList(schools, (Entry("Sheet", 2, "A", 0, renumbered),), (), (), ())
    importing.take_in(journal, Reading("list.csv", "1" * 64, listed))
    assert told(journal) == []


@pytest.mark.parametrize(
    ("statement", "code", "count"),
    [
        ("DELETE FROM vault", "record", 5),
        ("DELETE FROM vault WHERE kind = 'student'", "record", 2),
        ("DELETE FROM vault WHERE kind = 'operator'", "record", 1),
        ("DELETE FROM vault WHERE kind = 'note'", "record", 1),
        ("DELETE FROM vault WHERE kind = 'correction'", "record", 1),
        ("INSERT INTO vault VALUES ('nte_2', 'note', x'00')", "record", 2),
        ("UPDATE vault SET sealed = x'00' WHERE kind = 'student'", "record", 2),
        ("UPDATE vault SET sealed = (SELECT sealed FROM vault WHERE kind = 'note') WHERE id LIKE 'cor%'", "record", 1),
        ("DELETE FROM vault_index", "index", 2),
        ("DELETE FROM vault_index WHERE id LIKE 'opr%'", "index", 1),
        ("UPDATE vault_index SET token = x'00' WHERE id LIKE 'stu%'", "index", 1),
        ("INSERT INTO vault_index SELECT x'00', id FROM vault WHERE kind = 'student'", "index", 2),
        ("INSERT INTO vault_index VALUES (x'00', 'stu_gone')", "index", 1),
        ("DELETE FROM schools", "table", 3),
        ("DELETE FROM students", "table", 1),
        ("UPDATE students SET school = 'x'", "table", 2),
        ("UPDATE students SET class_name = 'x'", "table", 2),
        ("INSERT INTO schools (id, npsn, name) VALUES ('sch_x', '', '')", "table", 1),
        ("DROP TABLE students", "table", 3),
        ("DROP INDEX students_class", "table", 1),
        ("DROP INDEX events_subject", "table", 1),
        ("DROP INDEX tickets_line", "table-projected", 1),
        ("CREATE TABLE mine (a)", "table", 1),
        ("CREATE VIEW mine AS SELECT 1", "table", 1),
        ("ALTER TABLE events ADD COLUMN extra TEXT", "table", 1),
        ("CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM vault; END", "table", 1),
        ("CREATE TRIGGER t AFTER INSERT ON tickets BEGIN DELETE FROM vault; END", "table-projected", 1),
        ("DROP TABLE vault", "table", 2),
        ("DROP TABLE _sqlite_migrations", "table", 1),
    ],
)  # fmt: skip
def test_what_was_done_by_hand_is_told(journal: Journal, statement: str, code: str, count: int) -> None:
    journal.db.execute("PRAGMA foreign_keys = OFF")
    journal.db.execute(statement)
    found = told(journal)
    assert len([line for line in found if line.startswith(f"{code}: ")]) == count, found


def test_everybody_deleted_at_once_is_told(journal: Journal) -> None:
    journal.db.executescript(
        "DELETE FROM vault WHERE kind = 'student'; DELETE FROM vault_index WHERE id LIKE 'stu%'; DELETE FROM students"
    )
    assert told(journal) == ["table: 2 students were imported, and 0 are here."]


def test_events_without_their_types_are_told(journal: Journal) -> None:
    columns = "seq INTEGER PRIMARY KEY, at, boot, actor, kind, subject, data, chain"
    journal.db.executescript(
        f"CREATE TABLE loose ({columns}); INSERT INTO loose SELECT * FROM events; DROP TABLE events;"
        "ALTER TABLE loose RENAME TO events; CREATE INDEX events_subject ON events (subject, seq)"
    )
    assert told(journal) == ["table: The table events is not as the station declares it."]


@pytest.mark.parametrize("table", projections.TABLES)
def test_a_view_in_a_tables_place_is_told(journal: Journal, table: str) -> None:
    journal.db.executescript(f"ALTER TABLE {table} RENAME TO others; CREATE VIEW {table} AS SELECT * FROM others")
    found = told(journal)
    assert f"table-projected: The table {table} is not as the station declares it." in found
    assert "table: The table others (of others) is not the station's." in found


def test_without_a_key_what_is_sealed_is_not_looked_into(journal: Journal, tmp_path: Path) -> None:
    journal.db.execute("UPDATE vault SET sealed = x'00' WHERE kind = 'note'")
    (tmp_path / "keys" / "vault.key").unlink()
    copy = Journal.inspect(tmp_path / "journal.db")
    assert audit.look(copy, may_lack_key=True) == audit.Look((), (), looked_inside=False)
    (trouble,) = audit.look(copy, may_lack_key=False).troubles
    assert (trouble.code, "is missing" in trouble.message) == ("key", True)
    copy.close()


def test_a_rooms_newer_tables_are_not_judged(journal: Journal) -> None:
    journal.db.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('roster', 'third')")
    with pytest.raises(NewerJournal, match="the roster took the step 'third'"):
        audit.look(journal, may_lack_key=False)


def test_older_tables_are_not_held_against_the_events(journal: Journal) -> None:
    journal.db.execute("DROP TABLE tickets")
    assert audit.look(journal, may_lack_key=False).differing_tables == ("tickets",)
    journal.db.execute(f"UPDATE projection_version SET declared = '{'0' * 64}'")
    assert audit.look(journal, may_lack_key=False).differing_tables == ()
