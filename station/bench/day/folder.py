"""Prepares a day's folder with the station's own commands, as a technician and an operator would.

    DIR/journal.db, keys/, spool/, packages/, config.toml      the station's data folder
    DIR/store/, DIR/office/                                    where packages go, and who opens them
    DIR/bench/                                                 emulated devices, the school's list, the cast
    DIR/screens/, DIR/tickets/, DIR/logs/, report.json, index.html

Everything may be prepared again over a day that was cut off: what is there stays.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import msgspec

from station.bench import office as bench_office
from station.bench.day.cast import SCHOOL, Actor, cast, school_list
from station.bench.processes import Program
from station.bench.rosters import write_dapodik
from station.clock import Clock
from station.config import load
from station.errors import StationError
from station.files import TEMPORARY_PREFIX, sweep, write_durably
from station.journal import Journal
from station.roster import register
from station.roster.register import Register

OPERATOR: Final = "Ani Rahmawati"
PIN: Final = "482913"
SIZE: Final = "1280x800"
KEPT: Final = Path("bench", "day.json")


class Setting(msgspec.Struct, frozen=True):
    """What the day was begun with; a resumed day must be the same."""

    seed: int
    students: Annotated[int, msgspec.Meta(ge=1)]
    on: date


class DayFailed(StationError):
    """The day could not be prepared or played; the message says what and where to look."""


def today(clock: Clock) -> date:
    """The date in the station's time zone."""
    return clock.now().astimezone(ZoneInfo(load().station.time_zone)).date()


def begin(folder: Path, setting: Setting, *, resume: bool) -> Setting:
    """Claim the folder for a day, or find the day that it holds. Raises DayFailed.

    A claim that was cut off before it was kept is made anew.
    """
    kept = folder / KEPT
    if kept.exists():
        if not resume:
            raise DayFailed(
                f"{folder} holds a day already.",
                hint="Go on with it by --resume, or name another folder with --out.",
            )
        return begun(folder)
    if folder.exists() and any(folder.iterdir()) and not _was_cut_off(folder):
        raise DayFailed(f"{folder} is not empty.", hint="Name a new folder with --out.")
    kept.parent.mkdir(parents=True, exist_ok=True)
    sweep(kept.parent)
    write_durably(kept, msgspec.json.encode(setting))
    return setting


def _was_cut_off(folder: Path) -> bool:
    """Did a `begin` here end before it had said which day this is? Then there is nothing but its own folder."""
    own = folder / KEPT.parent
    return (
        [path.name for path in folder.iterdir()] == [own.name]
        and own.is_dir()
        and not own.is_symlink()
        and all(path.name.startswith(TEMPORARY_PREFIX) and path.is_file() for path in own.iterdir())
    )


def begun(folder: Path) -> Setting:
    """What the day in the folder was begun with. Raises DayFailed when there is none that can be read."""
    kept = folder / KEPT
    if not kept.is_file():
        raise DayFailed(f"{folder} holds no day to go on with.", hint="Begin one without --resume, or name its folder.")
    try:
        return msgspec.json.decode(kept.read_bytes(), type=Setting)
    except msgspec.DecodeError as error:
        raise DayFailed(
            f"{kept} does not say any more how the day was begun: {error}.", hint="Begin another day in a new folder."
        ) from error


def prepare(folder: Path, setting: Setting, clock: Clock) -> tuple[list[Actor], dict[str, str]]:
    """Configuration, office, school list, operator; returns the cast and each actor's invitation code.

    Raises DayFailed when a command of the station fails.
    """
    for name in ("screens", "tickets", "logs", "store"):
        (folder / name).mkdir(exist_ok=True)
    write_durably(folder / "config.toml", _configuration(folder).encode())
    config = load(folder)
    bench_office.prepare(folder, folder / "keys", config.station.id, clock)
    students = school_list(setting.seed, setting.students, setting.on)
    workbook = folder / "bench" / "daftar-peserta-didik.xlsx"
    write_dapodik(workbook, students, SCHOOL, on=setting.on)
    _station(folder, "roster", "import", str(workbook))
    if OPERATOR not in _station(folder, "operators", "list"):
        _station(folder, "operators", "add", OPERATOR, "--pin-stdin", entered=f"{PIN}\n")
    actors = cast(students, setting.seed, setting.students, setting.on)
    return actors, _invitations(folder, actors, clock)


def programs(folder: Path, sockets: Path) -> list[Program]:
    """The day's processes, in the order in which they start."""
    data = ("--data", str(folder))
    screen = ("--bench", "--offscreen", "--size", SIZE)
    return [
        Program("bench", ("bench", "devices", *data), nice=5),
        Program("devices", ("devices", "run", "--bench", *data)),
        Program("student", ("screen", "student", *screen, "--bench-puppet", str(sockets / "student"), *data)),
        Program("operator", ("screen", "operator", *screen, "--bench-puppet", str(sockets / "operator"), *data)),
        Program("office", ("bench", "office", *data), nice=10),
    ]


def _configuration(folder: Path) -> str:
    return "\n".join(
        (
            "# Settings of a bench day; all others are those that the station ships with.",
            "[station]",
            'id = "bench-station"',
            "",
            "[delivery]",
            f"store = {str(bench_office.store_of(folder.resolve()))!r}",
            "receipts_seconds = 1.0",
            "",
        )
    )


def _invitations(folder: Path, actors: Sequence[Actor], clock: Clock) -> dict[str, str]:
    """What the office would have printed and sent: each student's code."""
    journal = Journal.open(folder, clock)
    try:
        register.prepare(journal)
        book = Register.of(journal)
        known = {(r.student.name, r.student.class_name, r.student.nik): r.code for r in book.everybody()}
        return {actor.person: known[(actor.name, actor.class_name, actor.nik)] for actor in actors}
    finally:
        journal.close()


def _station(folder: Path, *arguments: str, entered: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "station", *arguments, "--data", str(folder)],
        input=entered,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DayFailed(
            f"station {' '.join(arguments[:2])} ended with {done.returncode}: {done.stderr.strip()[-400:]}",
            hint=f"See {folder / 'logs'}.",
        )
    return done.stdout
