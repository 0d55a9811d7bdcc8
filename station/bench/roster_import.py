"""How long the import of a large list takes, beside what reading its cells costs at least.

The whole command as a user runs it, in a process of its own with a fresh data folder, against
python-calamine's bare read of the same file, in one run on one machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from station.bench import rosters

STUDENTS: Final = 10_000
LIMIT: Final = 3.0
"""The whole import may take so many times the bare read."""
_DAY: Final = date(2025, 7, 14)
_BARE: Final = """
import sys, time
from python_calamine import CalamineWorkbook
start = time.perf_counter()
CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
sys.stdout.write(str(time.perf_counter() - start))
"""


class ImportTimes(msgspec.Struct, frozen=True):
    """The best of some rounds, in seconds."""

    students: int
    bare_read: float
    whole_import: float

    @property
    def ratio(self) -> float:
        return self.whole_import / self.bare_read


def measure(folder: Path, students: int = STUDENTS, rounds: int = 5) -> ImportTimes:
    """Write a Dapodik list into `folder`, then read and import it `rounds` times each, in turn.

    Raises subprocess.CalledProcessError when the command fails.
    """
    path = folder / "daftar_pd.xlsx"
    rosters.write_dapodik(path, rosters.generate_students(1, students, _DAY))
    bare, whole = [], []
    for number in range(rounds):
        read = subprocess.run([sys.executable, "-c", _BARE, str(path)], check=True, capture_output=True, text=True)
        bare.append(float(read.stdout))
        environment = {**os.environ, "STATION_DATA": str(folder / f"data-{number}")}
        command = [sys.executable, "-m", "station", "roster", "import", str(path), "--json"]
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, env=environment)
        whole.append(time.perf_counter() - start)
    return ImportTimes(students, min(bare), min(whole))
