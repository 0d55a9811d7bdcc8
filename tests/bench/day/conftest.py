"""One school day for all tests here: begun, cut off by SIGKILL in the middle of a recording, and played to its end."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from station.bench.day.cast import school_list
from station.bench.day.folder import Setting
from station.bench.leaks import PRIVATE, Leaks
from station.bench.rosters import SyntheticStudent

STUDENTS, SEED = 2, 1
CUT_BY = "SELECT count(*) FROM events WHERE kind = 'step.completed' AND data LIKE '%\"signature\"%'"
"""The first student has been pictured and has signed; the prints are being taken."""


class Cut(msgspec.Struct, frozen=True):
    """How the day stood when it was cut off."""

    folder: Path
    """What lay in the day's folder then."""
    events: list[tuple[Any, ...]]
    left_alive: list[str]
    """Processes that outlived the day's own."""


class Day(msgspec.Struct, frozen=True):
    """A day that is over."""

    folder: Path
    cut: Cut
    code: int
    printed: dict[str, Any]
    students: list[SyntheticStudent]
    leaks: Leaks

    @property
    def packages(self) -> list[Path]:
        return sorted((self.folder / "store").glob("*.age"))


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """The day itself. It takes a minute and a half, so there is one for all."""
    base = tmp_path_factory.mktemp("school")
    folder = base / "day"
    command = [sys.executable, "-m", "station", "day", "--bench", "--out", str(folder), "--language", "en", "--json"]
    begun = [*command, "--students", str(STUDENTS), "--seed", str(SEED)]
    cut = _cut_off(begun, folder, base / "cut")
    done = subprocess.run([*command, "--resume"], capture_output=True, text=True, timeout=400)
    assert done.stdout, done.stderr
    setting = msgspec.json.decode((folder / "bench" / "day.json").read_bytes(), type=Setting)
    students = school_list(setting.seed, setting.students, setting.on)
    data = (folder / "office" / "packages").glob("*/data")
    samples = [
        p for d in data for p in d.rglob("*") if p.is_file() and p.name not in ("enrolment.json", "journal.jsonl")
    ]
    words = [word for student in students for word in (student.name, student.nik, student.no_kk)]
    leaks = Leaks(words, (sample.read_bytes() for sample in samples))
    return Day(folder, cut, done.returncode, json.loads(done.stdout), students, leaks)


def _cut_off(command: Sequence[str], folder: Path, copy: Path) -> Cut:
    """Play until the signature is taken, then SIGKILL the day's process and no other."""
    with (folder.parent / "begun.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    _until(lambda: _count(folder / "journal.db") > 0 or process.poll() is not None, 300)
    assert process.poll() is None, (folder.parent / "begun.log").read_text()
    children = _descendants(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    _until(lambda: not any(map(_alive, children)), 30, may_fail=True)
    for name in PRIVATE:
        shutil.copytree(folder / name, copy / name)
    for path in folder.iterdir():
        if path.is_file():
            shutil.copy(path, copy)
    # Reading would put the WAL away: the copy is searched as it was left.
    with sqlite3.connect(f"file:{folder / 'journal.db'}?mode=ro", uri=True) as db:
        events = db.execute("SELECT * FROM events ORDER BY seq").fetchall()
    db.close()
    return Cut(copy, events, [name for pid, name in children.items() if _alive(pid)])


def _until(true: Callable[[], bool], seconds: float, *, may_fail: bool = False) -> None:
    end, pause = time.monotonic() + seconds, threading.Event()
    while not true():
        if time.monotonic() > end:
            assert may_fail, f"it did not come to pass within {seconds:.0f} s"
            return
        pause.wait(0.1)


def _count(journal: Path) -> int:
    if not journal.exists():
        return 0
    db = sqlite3.connect(f"file:{journal}?mode=ro", uri=True)
    try:
        return int(db.execute(CUT_BY).fetchone()[0])
    except sqlite3.OperationalError:  # it is just being made
        return 0
    finally:
        db.close()


def _descendants(root: int) -> dict[int, str]:
    """All processes that this one and its children started, and what they are."""
    parents, names = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
                names[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ").strip()
            except OSError:  # it ended meanwhile
                continue
            parents[int(entry.name)] = int(stat.rpartition(")")[2].split()[1])
    found: set[int] = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: names[pid] for pid in found - {root}}


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # orphans are reaped by whoever is process 1; a zombie does nothing any more
