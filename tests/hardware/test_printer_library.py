"""The printer library is imported without a trace, also where an import before was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from station.hardware.printers.library import PREFIX


def imported(folder: Path, program: str) -> int:
    environment = {**os.environ, "TMPDIR": str(folder)}
    return subprocess.run([sys.executable, "-c", program], env=environment, check=False, timeout=60).returncode


def test_nothing_is_left_among_the_temporary_files(tmp_path: Path) -> None:
    program = """
import tempfile
before = tempfile.gettempdir()
from station.daemon import papers
assert tempfile.gettempdir() == before
"""
    assert imported(tmp_path, program) == 0
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_import_left_is_cleaned_up_by_the_next(tmp_path: Path) -> None:
    killed = """
import os, pickle, signal
pickle.dumps = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
from station.hardware.printers import library
"""
    (tmp_path / f"{PREFIX}{os.getpid()}-of-one-that-runs").mkdir()
    assert imported(tmp_path, killed) == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 2
    assert imported(tmp_path, "from station.hardware.printers import library") == 0
    assert [path.name for path in tmp_path.iterdir()] == [f"{PREFIX}{os.getpid()}-of-one-that-runs"]
