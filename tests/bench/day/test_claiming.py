"""Claiming a folder for a day: one that was cut off while it was claimed is claimed again, and nobody's files are."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from station.bench.day.folder import KEPT, DayFailed, Setting, begin, begun
from station.files import TEMPORARY_PREFIX

SETTING = Setting(seed=7, students=3, on=date(2026, 2, 10))
KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from station.bench.day.folder import Setting, begin

def end(event, arguments):
    if event == sys.argv[2] and (event == "os.rename" or ".writing-" in str(arguments[0])):
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(end)
begin(Path(sys.argv[1]), Setting(seed=1, students=1, on=date(2026, 2, 9)), resume=False)
"""


@pytest.mark.parametrize(("event", "left"), [("open", 0), ("os.rename", 1)])
@pytest.mark.parametrize("resume", [False, True])
def test_a_claim_that_was_killed_is_made_anew(tmp_path: Path, event: str, left: int, *, resume: bool) -> None:
    """Before the file that says which day it is was begun, and before it had its name."""
    folder = tmp_path / "day"
    done = subprocess.run([sys.executable, "-c", KILLED, folder, event], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert len(list((folder / "bench").iterdir())) == left
    assert begin(folder, SETTING, resume=resume) == SETTING
    assert begun(folder) == SETTING
    assert [path.name for path in (folder / "bench").iterdir()] == [KEPT.name]
    with pytest.raises(DayFailed, match="holds a day already"):
        begin(folder, SETTING, resume=False)


@pytest.mark.parametrize("there", ["notes.txt", "bench/list.xlsx", f"bench/{TEMPORARY_PREFIX}x/y", "bench"])
def test_what_is_somebody_elses_is_left_alone(tmp_path: Path, there: str) -> None:
    path = tmp_path / there
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    with pytest.raises(DayFailed, match="is not empty"):
        begin(tmp_path, SETTING, resume=False)
    assert path.read_text() == "mine"
    assert not (tmp_path / KEPT).exists()
