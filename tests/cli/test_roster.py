"""`station roster`, as a process: what it prints, what it leaves, how it ends."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from station.bench import rosters

DAY = date(2025, 7, 14)


def station(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "station", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "STATION_DATA": str(data), "TERM": "dumb", "COLUMNS": "120"},
    )


def answer(data: Path, *arguments: str) -> dict[str, Any]:
    done = station(data, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def dapodik(tmp_path: Path) -> Path:
    path = tmp_path / "daftar_pd.xlsx"
    rosters.write_dapodik(path, rosters.generate_students(11, 40, DAY))
    return path


def test_import_twice_then_due(dapodik: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    dry = answer(data, "roster", "import", str(dapodik), "--dry-run")
    assert (dry["imported"], dry["dry_run"]) == (40, True)
    assert not data.exists()
    first = answer(data, "roster", "import", str(dapodik))
    assert first["file"] == "daftar_pd.xlsx"
    assert first["school"] == "SMAN 1 PARINGIN"
    assert (first["imported"], first["updated"], first["unchanged"], first["rejected"]) == (40, 0, 0, [])
    assert {"row", "column", "code", "message"} <= first["warnings"][0].keys()
    again = answer(data, "roster", "import", str(dapodik))
    assert (again["imported"], again["updated"], again["unchanged"]) == (0, 0, 40)
    due = answer(data, "roster", "due", "--on", "2025-07-14")
    born = [student.birth_date for student in rosters.generate_students(11, 40, DAY)]
    assert due["on"] == "2025-07-14"
    assert len(due["due"]) == sum(b <= date(2009, 7, 14) for b in born)
    assert len(due["printable"]) == sum(b <= date(2008, 7, 14) for b in born)
    assert len(due["turning_17"]) == sum(date(2008, 7, 14) < b <= date(2009, 7, 14) for b in born)


def test_for_people_it_prints_the_counts_and_what_to_do(dapodik: Path, tmp_path: Path) -> None:
    done = station(tmp_path / "data", "roster", "import", str(dapodik))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("SMAN 1 PARINGIN: 40 imported, 0 updated, 0 unchanged, 0 rejected.\n")
    assert "Daftar Peserta Didik H8 [nik-missing] There is no NIK." in done.stdout
    assert done.stderr == ""
    due = station(tmp_path / "data", "roster", "due", "--on", "2025-07-14")
    assert due.stdout.startswith("2025-07-14: ")
    assert "turns 17 on" in due.stdout


def test_what_is_no_list_ends_with_one_line_and_exit_code_1(tmp_path: Path) -> None:
    pdf = tmp_path / "daftar.xlsx"
    pdf.write_bytes(b"%PDF-1.4\n\x00\x01")
    done = station(tmp_path / "data", "roster", "import", str(pdf), "--json")
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (1, "not-a-list")
    assert len(done.stderr.strip().splitlines()) == 1
    assert "daftar.xlsx is a PDF and no list." in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_path_that_cannot_be_used_is_one_line_and_exit_code_1(dapodik: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    answer(data, "roster", "import", str(dapodik))
    for arguments in (
        ("import", str(dapodik), "--data", "/proc/nope"),
        ("invitations", str(tmp_path / "nowhere" / "undangan.html")),
        ("due", "--on", "9999-12-31"),
    ):
        done = station(data, "roster", *arguments)
        assert (done.returncode, done.stdout) == (1, ""), arguments
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert done.stderr.startswith("Error: ")


def test_a_school_without_a_name_is_named_by_its_id(dapodik: Path, tmp_path: Path) -> None:
    data, nameless = tmp_path / "data", tmp_path / "siswa.csv"
    nameless.write_text("Nama,Tanggal Lahir,Kelas\nSiti Aminah,2008-12-05,XI\n")
    for path in (dapodik, nameless):
        answer(data, "roster", "import", str(path))
    page = str(tmp_path / "undangan.html")
    asked = station(data, "roster", "invitations", page)
    offered = re.search(r"sch_\w+", asked.stderr)
    assert asked.returncode == 1
    assert offered
    done = station(data, "roster", "invitations", page, "--school", offered[0])
    assert (done.returncode, done.stdout) == (0, f"1 invitations in {page}\n"), done.stderr


def test_help_shows_an_example(tmp_path: Path) -> None:
    for command in ("import", "due"):
        done = station(tmp_path, "roster", command, "--help")
        assert done.returncode == 0
        assert f"station roster {command}" in done.stdout
        assert "Example:" in done.stdout
