"""The import of a large school list against what reading its cells costs at least."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from station.bench import roster_import
from station.bench.measures.ratio import Ratio

STUDENTS: Final = roster_import.STUDENTS
RUNS: Final = 5


def measure(folder: Path, progress: Callable[[str], None]) -> Ratio:
    """The whole command, its start included; the best of the runs on both sides."""
    progress(f"importing a list of {STUDENTS} students {RUNS} times")
    folder.mkdir(parents=True, exist_ok=True)
    times = roster_import.measure(folder, STUDENTS, RUNS)
    return Ratio(
        name="import of a list",
        measured=f"station roster import, {times.students} students",
        baseline="python-calamine reads the cells",
        measured_seconds=times.whole_import,
        baseline_seconds=times.bare_read,
        limit=roster_import.LIMIT,
        runs=RUNS,
    )
