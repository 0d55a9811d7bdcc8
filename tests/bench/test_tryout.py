"""The station opened by hand: prepared, kept running, ended by a closed window, never over real data."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from station.bench import tryout
from station.bench.day import folder as day_folder
from station.bench.day.folder import DayFailed, Setting
from station.bench.processes import Program
from station.clock import SystemClock
from station.journal import Journal
from station.roster.register import Register


def test_it_ends_when_a_window_is_closed(tmp_path: Path) -> None:
    """A command that ends by itself stands for the window; what runs beside it is ended too."""
    programs = [
        Program("office", ("bench", "office", "--data", str(tmp_path))),
        Program("student", ("--version",), may_end=True),
    ]
    looks: list[None] = []
    assert tryout.keep_running(
        tmp_path / "logs", programs, SystemClock(), threading.Event(), print, lambda: looks.append(None)
    )
    assert (tmp_path / "logs" / "student.log").read_text().count("station 0") == 1


def test_what_cannot_run_is_given_up_and_said(tmp_path: Path) -> None:
    said: list[str] = []
    programs = [Program("student", ("screen", "nothing"), may_end=True)]
    assert not tryout.keep_running(tmp_path / "logs", programs, SystemClock(), threading.Event(), said.append)
    assert said == [f"student died again and again. See {tmp_path / 'logs' / 'student.log'}."]


def test_a_folder_of_a_real_station_is_left_alone(tmp_path: Path) -> None:
    Journal.open(tmp_path).close()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DayFailed, match="is not empty"):
        tryout.open_bench(tmp_path, SystemClock(), threading.Event(), print)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_prepared_bench_has_its_people_and_tells_how_to_begin(tmp_path: Path) -> None:
    clock = SystemClock()
    setting = day_folder.begin(tmp_path, Setting(seed=1, students=3, on=day_folder.today(clock)), resume=True)
    actors, codes = day_folder.prepare(tmp_path, setting, clock)
    journal = Journal.open(tmp_path, clock)
    known = tryout.persons(journal, actors)
    assert sorted(known.values()) == sorted(actor.person for actor in actors)
    names = {Register.of(journal).get(student).student.name for student in known}  # type: ignore[union-attr]  # known
    journal.close()
    told = "\n".join(tryout.told(tmp_path, actors, codes))
    assert all(name[:30] in told for name in names)
    for needed in (day_folder.OPERATOR, day_folder.PIN, codes[actors[0].person], "station bench fault"):
        assert needed in told
