"""What a killed day leaves in the folder for temporary files is taken away by the next one, and nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.bench.day.sockets import FORGOTTEN_SECONDS, Sockets, sweep

HOLD = """
import tempfile, sys
tempfile.tempdir = sys.argv[1]
from station.bench.day.sockets import Sockets
sockets = Sockets()
print(sockets.folder, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def another_day(temporary: Path) -> Iterator[subprocess.Popen[str]]:
    hold = [sys.executable, "-c", HOLD, str(temporary)]
    with subprocess.Popen(hold, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def test_a_day_that_is_over_leaves_nothing(temporary: Path) -> None:
    sockets = Sockets()
    (sockets.folder / "student").touch()
    sockets.close()
    assert list(temporary.iterdir()) == []


def test_a_day_that_is_played_keeps_its_folder_and_loses_it_after_a_kill(another_day: subprocess.Popen[str]) -> None:
    assert another_day.stdout is not None
    folder = Path(another_day.stdout.readline().strip())
    sweep()
    assert folder.is_dir()
    another_day.kill()
    another_day.wait()
    Sockets().close()
    assert not folder.exists()


def test_what_nobody_may_be_sure_of_stays(temporary: Path) -> None:
    begun, old, others, file = (
        temporary / name for name in ("station-day-a", "station-day-b", "other", "station-day-c")
    )
    for folder in (begun, old, others):
        folder.mkdir()
    (temporary / "station-day-link").symlink_to(others)
    file.touch()
    long_ago = time.time() - FORGOTTEN_SECONDS - 60
    for path in (old, others):
        os.utime(path, (long_ago, long_ago))
    sweep()
    assert {path.name for path in temporary.iterdir()} == {
        "station-day-a",
        "other",
        "station-day-c",
        "station-day-link",
    }
