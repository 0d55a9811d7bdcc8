"""What `station` says when the journal or the machine is amiss: one clear error, never a traceback."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from station.journal import Journal
from station.journal import events as ev
from tests.cli.conftest import Run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with five events; those after the first are about tickets."""
    journal = Journal.open(tmp_path / "data")
    with journal.command("student") as tx:
        tx.append(ev.VisitOpened(school="sch_1"), "vis_1")
        for number in range(1, 5):
            tx.append(
                ev.TicketIssued(visit="vis_1", student=f"stu_{number}", number=number, language="id"), f"tkt_{number}"
            )
    journal.close()
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, run_on: Callable[[Path], Run]) -> Run:
    return run_on(data)


def change(data: Path, statement: str) -> None:
    journal = Journal.open(data)
    journal.db.execute(statement)
    journal.close()


NO_TEXT = "UPDATE events SET data = CAST(x'ff80' AS TEXT) WHERE seq = 3"


def test_bytes_that_are_no_text(run: Run, data: Path) -> None:
    change(data, NO_TEXT)
    assert "first bad event is seq 3 (changed)" in run("journal", "verify").stdout
    for command in ("show", "export"):
        done = run("journal", command)
        assert (done.returncode, "Event 3 is not what was recorded" in done.stderr) == (1, True)


@pytest.mark.parametrize("data_column", ["not json", "[1", "NaN", "{\n}", ""])
def test_export_never_writes_what_is_no_json(run: Run, data: Path, data_column: str) -> None:
    change(data, f"UPDATE events SET data = '{data_column}' WHERE seq = 3")
    done = run("journal", "export")
    assert [json.loads(line)["seq"] for line in done.stdout.splitlines()] == [1, 2]
    assert (done.returncode, "Event 3" in done.stderr) == (1, True)


@pytest.mark.parametrize("statement", [NO_TEXT, "UPDATE events SET data = '{}' WHERE seq = 3", "DROP TABLE events"])
def test_rebuild_refuses_what_does_not_verify(run: Run, data: Path, statement: str) -> None:
    change(data, statement)
    done = run("journal", "rebuild")
    assert done.returncode == 1
    assert f"first bad event is seq {1 if 'DROP' in statement else 3}" in done.stderr


def test_a_dropped_table_is_named_and_made_anew(run: Run, data: Path) -> None:
    change(data, "DROP TABLE tickets")
    assert "these tables differ from them: tickets" in run("journal", "verify").stdout
    status = run("status")
    assert (status.returncode, "station journal verify" in status.stderr) == (1, True)
    assert run("journal", "rebuild").returncode == 0
    assert run("journal", "verify").returncode == 0


def test_what_lies_beside_whole_events_is_told(run: Run, data: Path) -> None:
    change(data, "CREATE TRIGGER t AFTER INSERT ON events BEGIN DELETE FROM vault; END")
    done = run("journal", "verify")
    assert (done.returncode, "[table] The trigger t (of events) is not the station's." in done.stdout) == (1, True)
    verdict = json.loads(run("journal", "verify", "--json").stdout)
    assert (verdict["good"], verdict["finding"], verdict["troubles"][0]["code"]) == (False, None, "table")
    change(data, "DROP TRIGGER t")
    change(data, "DROP INDEX tickets_line")
    assert "station journal rebuild" in run("journal", "verify").stdout
    run("journal", "rebuild")
    assert run("journal", "verify").returncode == 0


def test_a_copy_without_its_key_is_said_to_be_half_read(run: Run, data: Path, tmp_path: Path) -> None:
    change(data, "INSERT INTO vault VALUES ('nte_1', 'note', x'00')")
    copy = tmp_path / "copy.db"
    copy.write_bytes((data / "journal.db").read_bytes())
    done = run("journal", "verify", "--db", copy)
    assert (done.returncode, "belongs to nobody" in done.stdout) == (1, True)
    assert json.loads(run("journal", "verify", "--db", copy, "--json").stdout)["looked_inside"] is False


def test_a_newer_stations_journal_is_one_error_everywhere(run: Run, data: Path) -> None:
    change(data, "UPDATE projection_version SET declared = 'future'")
    before = (data / "journal.db").read_bytes()
    for command in ("status", "visit show", "roster due", "operators list", "packages list", "journal verify"):
        done = run(*command.split(), "--json")
        assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (1, "newer-journal")
        assert "Update this one" in done.stderr
    assert (data / "journal.db").read_bytes() == before


@pytest.mark.parametrize("left", ["empty", "header", "steps"])
def test_a_journal_whose_making_was_cut_off_is_said_to_be_unfinished(run: Run, tmp_path: Path, left: str) -> None:
    folder = tmp_path / "begun"
    if left == "empty":
        folder.mkdir()
        (folder / "journal.db").touch()
    elif left == "header":
        folder.mkdir()
        db = sqlite3.connect(folder / "journal.db")
        db.executescript(
            "PRAGMA journal_mode = WAL; CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY,"
            " migration_set TEXT, name TEXT, applied_at TEXT)"
        )
        db.close()
    else:
        Journal.open(folder).close()
        (folder / "keys" / "vault.key").unlink()
        db = sqlite3.connect(folder / "journal.db")
        db.executescript("DELETE FROM projection_version; DROP TABLE tickets")
        db.close()
    done = run("journal", "verify", "--data", folder)
    assert (done.returncode, "never finished being made" in done.stdout + done.stderr) == (1, True)
    assert run("status", "--data", folder).returncode == 0
    assert run("journal", "verify", "--data", folder).returncode == 0


def test_a_missing_head_is_said(run: Run, data: Path) -> None:
    change(data, "DELETE FROM head")
    status = run("status")
    assert (status.returncode, "head is missing" in status.stderr) == (1, True)


def test_a_number_that_sqlite_does_not_take_is_a_wrong_usage(run: Run) -> None:
    assert run("journal", "show", "--last", "99999999999999999999").returncode == 2


def test_a_folder_under_a_file(run: Run, data: Path) -> None:
    done = run("operators", "add", "Budi", "--pin-stdin", "--data", data / "journal.db" / "x", entered="482913\n")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "Name another folder.")
    assert "journal.db" in done.stderr


def test_an_output_that_takes_nothing(data: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [Path(sys.executable).with_name("station"), "journal", "export", "--data", data],
            env=os.environ | {"COLUMNS": "200"}, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Error: the output: There is no space left (No space left on device).",
        "Free some space, then try again.",
    ]
