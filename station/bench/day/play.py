"""Plays the day: processes, robots, the office, until everybody has gone and every package is answered for."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog

from station.bench.day import folder as day_folder
from station.bench.day import page, report, timing
from station.bench.day.album import LANGUAGES, missing
from station.bench.day.console import ConsoleRobot
from station.bench.day.crowd import CrowdRobot
from station.bench.day.director import Director
from station.bench.day.folder import Setting
from station.bench.day.report import Report
from station.bench.day.robot import Robot
from station.bench.day.sockets import Sockets
from station.bench.processes import Processes
from station.bench.puppeteer import Puppeteer, PuppetError
from station.clock import Clock
from station.files import hold, write_durably
from station.journal import Journal
from station.roster import register
from station.roster.register import Register

log = structlog.get_logger()

LOOK_SECONDS: Final = 0.5
LAST_LOOK_SECONDS: Final = 20.0
"""How long the operator may look at the closed day before everybody leaves."""
STUCK_SECONDS: Final = 240.0
"""Without a new event for so long, nobody is going to move any more."""
ROOM_BYTES: Final = 2 << 20
"""With less free than this, the largest of what is kept at once (a photo, a picture of the screen) may not fit."""
DISK_FULL: Final = "the disk is full"
LOCK: Final = Path("bench", ".played")
"""Held by whoever plays the day: a second one would seat its robots before the same screens."""

Progress = Callable[[int, int, str], None]
"""Told how many of how many students have gone, and what is going on."""

Meddle = Callable[[Processes, threading.Event], None]
"""Runs beside the day until the event is set: the crash tests kill processes with it."""


def play(
    folder: Path,
    setting: Setting,
    clock: Clock,
    progress: Progress,
    meddle: Meddle | None = None,
    languages: Sequence[str] = LANGUAGES,
) -> Report:
    """Play the day in `folder` to its end, or as far as it gets; writes report.json and index.html.

    The album shows every screen in `languages`; with none the robots do not stop for pictures.
    Raises DayFailed when it cannot begin.
    """
    with hold(folder / LOCK) as held:
        if not held:
            raise day_folder.DayFailed(
                f"The day in {folder} is being played already.", hint="Wait for its end, or stop it first."
            )
        return _play(folder, setting, clock, progress, meddle, languages)


def _play(
    folder: Path,
    setting: Setting,
    clock: Clock,
    progress: Progress,
    meddle: Meddle | None,
    languages: Sequence[str],
) -> Report:
    actors, codes = day_folder.prepare(folder, setting, clock)
    director = Director(actors, codes)
    journal = Journal.open(folder, clock)
    meeting = Sockets()
    sockets = meeting.folder
    processes = Processes(folder / "logs", clock)
    stop = threading.Event()
    robots: list[Robot] = []
    problems: list[str] = []
    try:
        register.prepare(journal)
        _remember(journal, director)
        processes.start(day_folder.programs(folder, sockets))
        console = ConsoleRobot(sockets / "operator", folder, stop, director, languages)
        crowd = CrowdRobot(sockets / "student", folder, stop, director, languages)
        robots = [console, crowd]
        threads = [threading.Thread(target=robot.run, name=robot.app, daemon=True) for robot in robots]
        if meddle is not None:
            threads.append(threading.Thread(target=meddle, args=(processes, stop), name="meddle", daemon=True))
        for thread in threads:
            thread.start()
        problems = _watch(folder, journal, director, console, processes, clock, progress)
        stop.set()
        for thread in threads:
            thread.join(30)
        pulses = {robot.app: _pulse(sockets / robot.app) for robot in robots}
    finally:
        stop.set()
        processes.stop()
        meeting.close()
    unseen = missing(folder / "screens", languages)
    made = report.make(folder, journal, len(actors), pulses, timing.ticket_milliseconds(folder), problems, unseen)
    journal.close()
    write_durably(folder / "report.json", msgspec.json.format(msgspec.json.encode(made)), mode=0o644)
    page.write(folder, made, f"A school day on the bench: {len(actors)} students")
    return made


def _remember(journal: Journal, director: Director) -> None:
    """Who holds which number already, when a day goes on."""
    book = Register.of(journal)
    by_name = {(actor.name, actor.class_name): actor for actor in director.actors}
    for number, student in journal.db.execute("SELECT number, student FROM tickets"):
        known = book.get(student)
        actor = by_name.get((known.student.name, known.student.class_name)) if known else None
        if actor is not None:
            director.holds(actor, number)


def _watch(
    folder: Path,
    journal: Journal,
    director: Director,
    console: ConsoleRobot,
    processes: Processes,
    clock: Clock,
    progress: Progress,
) -> list[str]:
    """Wait until the day is over; returns what went wrong."""
    pause = threading.Event()
    seen, moved, was_full = -1, clock.monotonic(), False
    total = len(director.actors)
    while True:
        seq, _ = journal.head()
        now = clock.monotonic()
        full = shutil.disk_usage(folder).free < ROOM_BYTES
        if seq != seen or full != was_full:
            moved = now if seq != seen else moved
            seen, was_full = seq, full
            gone, doing = _standing(journal)
            progress(gone, total, f"{DISK_FULL}: free some space in {folder}" if full else doing)
            if gone >= total and not director.without_number() and _answered(journal):
                console.close_visit.set()
                if journal.db.execute("SELECT 1 FROM visits WHERE closed_at IS NULL").fetchone() is None:
                    console.finished.wait(LAST_LOOK_SECONDS)
                    return []
        failed = processes.given_up()
        if failed:
            return [f"{name} died again and again; see logs/{name}.log." for name in sorted(failed)]
        if now - moved > STUCK_SECONDS:
            stuck = f"Nothing happened for {STUCK_SECONDS:.0f} s after event {seq}: {_standing(journal)[1]}."
            remedy = f"The disk is full: free some space in {folder}, then go on with the day by --resume."
            return [stuck, remedy] if full else [stuck]
        pause.wait(LOOK_SECONDS)


def _standing(journal: Journal) -> tuple[int, str]:
    """How many have gone (finished or missed), and where the one being recorded stands."""
    db = journal.db
    gone = db.execute("SELECT count(*) FROM tickets WHERE state IN ('finished', 'missed', 'cancelled')").fetchone()[0]
    now = db.execute(
        "SELECT t.number, e.step FROM enrolments e JOIN tickets t ON t.id = e.ticket WHERE e.state = 'active' LIMIT 1"
    ).fetchone()
    return gone, f"number {now[0]}: {now[1]}" if now else "nobody is being recorded"


def _answered(journal: Journal) -> bool:
    """Is every finished enrolment sealed, delivered and received, and all paper printed?"""
    owed = journal.db.execute(
        """SELECT (SELECT count(*) FROM enrolments WHERE state = 'signed_off')
                + (SELECT count(*) FROM packages WHERE verdict IS NULL)
                + (SELECT count(*) FROM tickets WHERE print_state != 'printed' AND state != 'cancelled')
                + (SELECT count(*) FROM tickets WHERE slip_state NOT IN ('none', 'printed'))"""
    ).fetchone()[0]
    return not owed


def _pulse(socket: Path) -> dict[str, Any]:
    try:
        with Puppeteer(socket, 5.0) as puppet:
            return puppet.pulse()
    except PuppetError as error:
        log.warning("day.no-pulse", error=str(error))
        return {}
