"""`station roster`: when it ends with 1, and what it says of a clock that has lost the time."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from station.cli import roster
from station.clock import SetClock

if TYPE_CHECKING:
    from tests.cli.conftest import Run

GOOD = "Siti Aminah,P,6311015203090001,Paringin,12-03-2009,XI IPA 1\n"
BAD = "Budi,L,6311011203090001,Paringin,tidak tahu,XI IPA 1\n"
HEADER = "Nama,JK,NIK,Tempat Lahir,Tanggal Lahir,Rombel\n"


@pytest.fixture
def run(tmp_path: Path, run_on: Callable[[Path], Run]) -> Run:
    return run_on(tmp_path / "data")


@pytest.mark.parametrize(("rows", "code"), [(GOOD, 0), (GOOD + BAD, 0), (BAD, 1)])
def test_a_list_of_which_nobody_could_be_imported_ends_with_1(rows: str, code: int, run: Run, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(HEADER + rows)
    done = run("roster", "import", tmp_path / "list.csv", "--school", "SMAN 1 Paringin")
    assert done.returncode == code, done.stdout + done.stderr
    assert f"{rows.count('tidak')} rejected" in done.stdout


def test_a_list_that_may_not_be_read_is_a_refusal_and_no_mistyped_command(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEADER + GOOD)
    path.chmod(0)
    # Root may read it all the same, and is told so by access() too.
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    done = run("roster", "import", path, "--json")
    if os.geteuid():
        assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (1, "list-unreadable")
    else:
        assert (done.returncode, json.loads(done.stdout)["imported"]) == (0, 1)


def test_a_clock_that_has_lost_the_time_is_told_as_that(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.csv").write_text(HEADER + GOOD)
    monkeypatch.setattr(roster, "SystemClock", lambda: SetClock(datetime(1999, 1, 1, tzinfo=UTC)))
    for arguments in (("import", tmp_path / "list.csv"), ("due",)):
        done = run("roster", *arguments)
        assert (done.returncode, "clock says 1999-01-01" in done.stderr) == (1, True), done.stderr
    assert not (tmp_path / "data").exists()
