"""Sealing a full package against the age program encrypting, and flushing, the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from station.bench import package
from station.bench.measures.ratio import Ratio

LIMIT: Final = 3.0
RUNS: Final = 15


def measure(folder: Path, progress: Callable[[str], None]) -> Ratio:
    """Both write to `folder`, in turn. Needs `age` on the PATH."""
    progress(f"sealing a full package {RUNS} times")
    cost = package.sealing_cost(folder, RUNS)
    return Ratio(
        name="sealing a package",
        measured=f"seal a full package of {cost.size / 1e6:.1f} MB",
        baseline="age encrypts the same bytes, fsync",
        measured_seconds=cost.seal,
        baseline_seconds=cost.age,
        limit=LIMIT,
        runs=RUNS,
    )
