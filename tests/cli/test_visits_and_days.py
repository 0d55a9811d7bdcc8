"""`station visit close` with people who still wait, and `station day --resume` where there is no such day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from station.bench.day.folder import Setting, begin
from station.journal import Journal
from station.queue import commands
from station.queue.states import QueueSettings

if TYPE_CHECKING:
    from tests.cli.conftest import Run


@pytest.fixture
def run(tmp_path: Path, run_on: Callable[[Path], Run]) -> Run:
    return run_on(tmp_path / "data")


def visit_with(folder: Path, *students: str) -> None:
    journal = Journal.open(folder)
    with journal.command("operator:ani") as tx:
        commands.open_visit(tx, "sch_1")
        for student in students:
            commands.check_in(tx, student, QueueSettings(), language="id", via="nik")
    journal.close()


def test_a_visit_is_not_closed_by_chance_while_people_wait(run: Run, tmp_path: Path) -> None:
    visit_with(tmp_path / "data", "stu_1", "stu_2")
    kept = run("visit", "close")
    assert (kept.returncode, "numbers 001, 002 still wait" in kept.stderr) == (1, True)
    assert "--with-waiting" in kept.stderr
    assert "2 waiting" in run("visit", "show").stdout
    assert run("visit", "close", "--with-waiting").stdout == "The visit is closed\n"
    assert "closed at" in run("visit", "show").stdout


def test_a_visit_without_a_line_is_just_closed(run: Run, tmp_path: Path) -> None:
    visit_with(tmp_path / "data")
    assert run("visit", "close").stdout == "The visit is closed\n"


def test_only_a_day_that_was_begun_is_gone_on_with(run: Run, tmp_path: Path) -> None:
    absent = run("day", "--bench", "--resume", "--out", tmp_path / "nix")
    assert (absent.returncode, "holds no day to go on with" in absent.stderr) == (1, True)
    assert not (tmp_path / "nix").exists()


@pytest.mark.parametrize(("option", "was"), [("--students", 3), ("--seed", 7)])
def test_another_day_than_was_begun_is_refused(run: Run, tmp_path: Path, option: str, was: int) -> None:
    begin(tmp_path / "day", Setting(seed=7, students=3, on=date(2026, 2, 10)), resume=False)
    other = run("day", "--bench", "--resume", "--out", tmp_path / "day", option, "9")
    assert (other.returncode, f"begun with {option} {was}, not 9" in other.stderr) == (1, True)
