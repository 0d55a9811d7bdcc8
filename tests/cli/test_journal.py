"""What `station` says when the journal or the machine is amiss: one clear error, never a traceback."""

from __future__ import annotations

import json
import os
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
