"""The station on the bench for a person who tries it: both windows open, devices emulated, an usher at work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from station.bench.day import folder as day_folder
from station.bench.day.cast import Actor
from station.bench.day.folder import OPERATOR, PIN, Setting
from station.bench.devices import control
from station.bench.processes import Processes, Program
from station.bench.usher import Usher
from station.clock import Clock
from station.config import load
from station.enrolment.steps import EnrolmentSettings
from station.journal import Journal
from station.roster import register
from station.roster.register import Register

STUDENTS: Final = 8
SEED: Final = 1
LOOK_SECONDS: Final = 0.3
SCREENS: Final = ("student", "operator")
"""Processes whose window a person closes to end it all."""

Tell = Callable[[str], object]


def open_bench(folder: Path, clock: Clock, stop: threading.Event, tell: Tell, window: Sequence[str] = ()) -> bool:
    """Prepare the folder as a day's, open both screens, and keep all running until a window is closed or `stop` is set.

    `window` are further options of the screens. False when a process died again and again.
    Raises DayFailed for a folder that holds something else.
    """
    setting = Setting(seed=SEED, students=STUDENTS, on=day_folder.today(clock))
    setting = day_folder.begin(folder, setting, resume=True)
    tell("Preparing the bench: school list, office, operator ...")
    actors, codes = day_folder.prepare(folder, setting, clock)
    journal = Journal.open(folder, clock)
    try:
        register.prepare(journal)
        documents = load(folder).section("enrolment", EnrolmentSettings).documents
        usher = Usher(
            journal, lambda command: control.send(folder / "bench", command), persons(journal, actors), documents
        )
        for line in told(folder, actors, codes):
            tell(line)
        data = ("--data", str(folder))
        office = Program("office", ("bench", "office", *data))
        devices = Program("bench", ("bench", "devices", *data))
        programs = [devices, *station_programs(folder, ("--bench",), window), office]
        return keep_running(folder / "logs", programs, clock, stop, tell, usher.look)
    finally:
        journal.close()


def open_station(folder: Path, clock: Clock, stop: threading.Event, tell: Tell, window: Sequence[str] = ()) -> bool:
    """The station's own three processes on a data folder and what is plugged in; otherwise as `open_bench`."""
    return keep_running(folder / "logs", station_programs(folder, (), window), clock, stop, tell)


def station_programs(folder: Path, options: Sequence[str], window: Sequence[str]) -> list[Program]:
    """The processes of a station, with options for all and for those with a window."""
    data = ("--data", str(folder), *options)
    screens = [Program(name, ("screen", name, *data, *window), may_end=True) for name in SCREENS]
    return [Program("devices", ("devices", "run", *data)), *screens]


def keep_running(
    logs: Path,
    programs: Sequence[Program],
    clock: Clock,
    stop: threading.Event,
    tell: Tell,
    look: Callable[[], object] = lambda: None,
) -> bool:
    """Keep programs running, and `look` again and again, until one ends by itself or `stop` is set."""
    processes = Processes(logs, clock)
    try:
        processes.start(programs)
        while not (stop.wait(LOOK_SECONDS) or processes.ended() or processes.given_up()):
            look()
    finally:
        processes.stop()
    for name in sorted(processes.given_up()):
        tell(f"{name} died again and again. See {logs / f'{name}.log'}.")
    return not processes.given_up()


def persons(journal: Journal, actors: Sequence[Actor]) -> dict[str, str]:
    """The bench's person for each student of the list who is in the cast."""
    cast = {(actor.name, actor.class_name, actor.nik): actor.person for actor in actors}
    known = ((r.id, (r.student.name, r.student.class_name, r.student.nik)) for r in Register.of(journal).everybody())
    return {student: cast[who] for student, who in known if who in cast}


def told(folder: Path, actors: Sequence[Actor], codes: dict[str, str]) -> list[str]:
    """What somebody who tries the station needs to know."""
    lines = [
        f"Operator's console: sign in as {OPERATOR}, PIN {PIN}, and open a visit.",
        "Student's touchscreen: check in as one of these, who do not exist:",
    ]
    for actor in actors:
        lines.append(f"  {actor.name:<30.30}  class {actor.class_name:<10} NIK {actor.nik or 'none':<16}")
    return [
        *lines,
        "Call the number on the console. The student steps up, hands over papers and signs by itself.",
        f"Hold an invitation to the reader:  station bench scan {codes[actors[0].person]} --data {folder}",
        f"Play trouble:                      station bench fault printer paper-end --data {folder}",
        f"Tickets are in {folder / 'tickets'}, logs in {folder / 'logs'}. Close a window, or press Ctrl+C, to end.",
    ]
