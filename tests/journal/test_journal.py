from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from station.clock import SetClock
from station.journal import Journal, ids, projections, rows
from station.journal import events as ev
from station.journal.faults import JournalError
from station.journal.verify import projections_differ, verify


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal.open(tmp_path, SetClock(datetime(2026, 2, 3, 1, 0, tzinfo=UTC)))
    yield journal
    journal.close()


def fill(journal: Journal, tickets: int = 5) -> None:
    with journal.command("operator:o1") as tx:
        tx.append(ev.VisitOpened(school="sch_1"), "vis_1")
    for number in range(1, tickets + 1):
        with journal.command("student") as tx:
            tx.append(
                ev.TicketIssued(visit="vis_1", student=f"stu_{number}", number=number, language="id"), f"tkt_{number}"
            )
    with journal.command("operator:o1") as tx:
        tx.append(ev.TicketCalled(calls=1), "tkt_1")
        tx.append(ev.TicketServed(enrolment="enr_1"), "tkt_1")
        tx.append(
            ev.EnrolmentStarted(student="stu_1", ticket="tkt_1", visit="vis_1", steps=("identity", "photo")), "enr_1"
        )
        tx.append(ev.StepEntered(step="identity"), "enr_1")
        tx.append(ev.TicketPrioritised(priority="exam"), "tkt_3")


def test_seq_has_no_gaps_and_the_chain_holds(journal: Journal) -> None:
    fill(journal)
    assert [row.seq for row in journal.since(0)] == list(range(1, 12))
    outcome = verify(journal.db)
    assert (outcome.events, outcome.finding) == (11, None)
    assert journal.head() == (11, outcome.head)


def test_a_failed_command_leaves_nothing(journal: Journal) -> None:
    fill(journal)
    before = projections.dump(journal.db)
    with pytest.raises(KeyError), journal.command("student") as tx:
        tx.append(ev.TicketCalled(calls=1), "tkt_2")
        raise KeyError
    assert projections.dump(journal.db) == before
    assert journal.head()[0] == 11


def test_rebuilding_gives_the_same_tables(journal: Journal) -> None:
    fill(journal)
    before = projections.dump(journal.db)
    assert journal.rebuild() == 11
    assert projections.dump(journal.db) == before
    assert projections_differ(journal.db) == []


def test_a_changed_projection_is_found(journal: Journal) -> None:
    fill(journal)
    journal.db.execute("UPDATE tickets SET state = 'missed' WHERE id = 'tkt_2'")
    assert projections_differ(journal.db) == ["tickets"]


@pytest.mark.parametrize("change", ["DROP TABLE tickets", "UPDATE tickets SET state = CAST(x'ff' AS TEXT)"])
def test_a_projection_that_cannot_be_read_differs_and_is_made_anew(journal: Journal, change: str) -> None:
    fill(journal)
    journal.db.execute(change)
    assert projections_differ(journal.db) == ["tickets"]
    journal.rebuild()
    assert projections_differ(journal.db) == []


COLUMNS = ("at", "boot", "actor", "kind", "subject", "data", "chain")


@pytest.mark.parametrize("seq", range(1, 12))
@pytest.mark.parametrize("column", COLUMNS)
def test_changing_any_cell_is_found_at_its_seq(journal: Journal, seq: int, column: str) -> None:
    fill(journal)
    journal.db.execute(f"UPDATE events SET {column} = {column} || 'x' WHERE seq = ?", (seq,))
    finding = verify(journal.db).finding
    assert finding is not None
    assert finding.seq == seq


@pytest.mark.parametrize("column", COLUMNS)
def test_bytes_that_are_no_text_are_found_at_their_seq(journal: Journal, column: str) -> None:
    fill(journal)
    journal.db.execute(f"UPDATE events SET {column} = CAST(x'ff80' AS TEXT) WHERE seq = 4")
    finding = verify(journal.db).finding
    assert finding is not None
    assert (finding.seq, finding.problem) == (4, "changed")


@pytest.mark.parametrize("seq", range(1, 12))
def test_deleting_any_row_is_found_at_its_seq(journal: Journal, seq: int) -> None:
    fill(journal)
    journal.db.execute("DELETE FROM events WHERE seq = ?", (seq,))
    finding = verify(journal.db).finding
    assert finding is not None
    assert finding.seq == seq


@pytest.mark.parametrize("seq", [-3, 0, 12, 40])
def test_an_inserted_row_is_found(journal: Journal, seq: int) -> None:
    fill(journal)
    journal.db.execute(
        "INSERT INTO events SELECT ?, at, boot, actor, kind, subject, data, chain FROM events WHERE seq = 5", (seq,)
    )
    finding = verify(journal.db).finding
    assert finding is not None
    assert finding.seq in (seq, 12)


def test_rows_forged_with_a_right_chain_are_found_by_the_head(journal: Journal) -> None:
    fill(journal)
    seq, chain = journal.head()
    with journal.command("thief") as tx:
        tx.append(ev.TicketMissed(), "tkt_4")
    journal.db.execute("UPDATE head SET seq = ?, chain = ?", (seq, chain))
    finding = verify(journal.db).finding
    assert finding is not None
    assert finding.seq == 12


def test_a_changed_newest_row_is_named_though_its_chain_was_made_to_fit(journal: Journal) -> None:
    fill(journal)
    *_, previous, newest = journal.since(0)
    boot, actor, kind, subject, data = newest.boot, newest.actor, newest.kind, newest.subject, newest.data
    chain = rows.link(previous.chain, newest.seq, "2026-01-01", boot, actor, kind, subject, data)
    journal.db.execute("UPDATE events SET at = '2026-01-01', chain = ? WHERE seq = ?", (chain, newest.seq))
    finding = verify(journal.db).finding
    assert finding is not None
    assert (finding.seq, finding.problem) == (newest.seq, "changed")


LOOSE_HEAD = "DROP TABLE head; CREATE TABLE head (seq, chain);"


@pytest.mark.parametrize(
    "script",
    [
        "INSERT INTO head VALUES (1, 'y')",
        "INSERT INTO head SELECT * FROM head",
        "DELETE FROM head",
        "UPDATE head SET seq = -1",
        f"{LOOSE_HEAD} INSERT INTO head VALUES (NULL, NULL)",
        f"{LOOSE_HEAD} INSERT INTO head VALUES ('x', 'y')",
        f"{LOOSE_HEAD} INSERT INTO head VALUES (11.5, 'y')",
    ],
)
def test_a_head_that_says_nothing_blames_no_event(journal: Journal, script: str) -> None:
    fill(journal)
    journal.db.executescript(script)
    finding = verify(journal.db).finding
    assert finding is not None
    assert (finding.seq, finding.problem) == (11, "head")


LOOSE = "seq, at, boot, actor, kind, subject, data, chain"


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("value", ["NULL", "5", "x'ff'"])
def test_values_that_a_table_made_anew_would_take_are_found(journal: Journal, column: str, value: str) -> None:
    fill(journal)
    loosen(journal, f"UPDATE loose SET {column} = {value} WHERE seq = 4")
    finding = verify(journal.db).finding
    assert finding is not None
    assert (finding.seq, finding.problem) == (4, "changed")


@pytest.mark.parametrize(
    ("change", "seq", "problem"),
    [
        ("UPDATE loose SET seq = NULL WHERE seq = 4", 1, "changed"),
        ("UPDATE loose SET seq = 'x' WHERE seq = 4", 4, "missing"),
        ("UPDATE loose SET seq = 4.0 WHERE seq = 4", 4, "changed"),
        ("INSERT INTO loose SELECT * FROM loose WHERE seq = 4", 4, "inserted"),
    ],
)
def test_numbers_that_are_none_are_found(journal: Journal, change: str, seq: int, problem: str) -> None:
    fill(journal)
    loosen(journal, change)
    finding = verify(journal.db).finding
    assert finding is not None
    assert (finding.seq, finding.problem) == (seq, problem)


def loosen(journal: Journal, change: str) -> None:
    """Put in place of the events a table that takes anything, with one change."""
    journal.db.executescript(
        f"CREATE TABLE loose ({LOOSE}); INSERT INTO loose SELECT * FROM events; {change};"
        " DROP TABLE events; ALTER TABLE loose RENAME TO events"
    )


def test_the_columns_order_and_others_beside_them_change_nothing(journal: Journal) -> None:
    fill(journal)
    journal.db.executescript(
        "CREATE TABLE turned (at, extra DEFAULT 'x', seq INTEGER PRIMARY KEY, boot, actor, kind, subject, data, chain);"
        f"INSERT INTO turned ({LOOSE}) SELECT {LOOSE} FROM events; DROP TABLE events;"
        "ALTER TABLE turned RENAME TO events"
    )
    assert (verify(journal.db).finding, projections_differ(journal.db)) == (None, [])
    assert journal.rebuild() == 11
    with journal.command("student") as tx:
        tx.append(ev.TicketCalled(calls=1), "tkt_2")
    assert [row.seq for row in journal.since(11)] == [12]


def test_events_that_contradict_each_other_fit_no_table(journal: Journal) -> None:
    with journal.command("thief") as tx:
        tx.append(ev.TicketIssued(visit="vis_1", student="stu_1", number=1, language="id"), "tkt_1")
        row = rows.make(tx._chain, 2, "2026", "b", "thief", ev.TicketIssued(
            visit="vis_1", student="stu_2", number=1, language="id"), "tkt_2")  # fmt: skip
        tx.db.execute(f"INSERT INTO events VALUES ({', '.join('?' * 8)})", msgspec.structs.astuple(row))
        tx.db.execute("UPDATE head SET seq = 2, chain = ?", (row.chain,))
    assert verify(journal.db).finding is None
    assert projections_differ(journal.db) == list(projections.TABLES)
    with pytest.raises(JournalError, match="event 2 does not fit"):
        journal.rebuild()


def test_a_view_in_a_tables_place_gives_way_to_the_table(journal: Journal) -> None:
    fill(journal)
    journal.db.executescript("ALTER TABLE tickets RENAME TO others; CREATE VIEW tickets AS SELECT * FROM others")
    journal.rebuild()
    found = journal.db.execute("SELECT type FROM sqlite_master WHERE name = 'tickets'").fetchall()
    assert (found, projections_differ(journal.db)) == ([("table",)], [])


def test_another_connection_is_noticed(journal: Journal, tmp_path: Path) -> None:
    before = journal.data_version()
    other = Journal.open(tmp_path)
    fill(other)
    assert journal.data_version() != before
    other.close()


def test_eight_processes_at_once_leave_no_gap(tmp_path: Path) -> None:
    Journal.open(tmp_path).close()
    program = (
        "import sys; from pathlib import Path\n"
        "from station.journal import Journal, events as ev\n"
        "j = Journal.open(Path(sys.argv[1]))\n"
        "for n in range(20):\n"
        "    with j.command('p' + sys.argv[2]) as tx: tx.append(ev.AlertRaised(code='help'), f'{sys.argv[2]}-{n}')\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path), str(n)]) for n in range(8)]
    assert [process.wait(60) for process in running] == [0] * 8
    journal = Journal.open(tmp_path)
    outcome = verify(journal.db)
    assert (outcome.events, outcome.finding) == (160, None)
    assert projections_differ(journal.db) == []
    journal.close()


def test_pragmas_hold_on_every_connection(journal: Journal) -> None:
    read = {
        name: journal.db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }
    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_vault_shows_nothing_and_finds_by_value(journal: Journal, tmp_path: Path) -> None:
    person = ids.new("stu")
    with journal.command("roster") as tx:
        tx.vault.put(person, "student", b"Siti Aminah 6311065212080001")
        tx.vault.index(person, "nik", "6311065212080001")
    assert journal.vault.find("nik", "6311065212080001") == [person]
    assert journal.vault.get(person) == b"Siti Aminah 6311065212080001"
    on_disk = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"Aminah" not in on_disk
    assert b"6311065212080001" not in on_disk
    with journal.command("roster") as tx:
        tx.vault.delete(person)
    assert journal.vault.get(person) is None
    assert journal.vault.find("nik", "6311065212080001") == []


def test_an_unreadable_file_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"not a database" * 100)
    with pytest.raises(JournalError, match="technician"):
        Journal.open(tmp_path)
    assert (tmp_path / "journal.db").read_bytes() == b"not a database" * 100


def test_inspect_changes_nothing(journal: Journal, tmp_path: Path) -> None:
    fill(journal)
    looked = Journal.inspect(tmp_path / "journal.db")
    assert verify(looked.db).events == 11
    with pytest.raises(sqlite3.OperationalError):
        looked.db.execute("DELETE FROM events")
    looked.close()
