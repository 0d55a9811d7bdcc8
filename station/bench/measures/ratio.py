"""Ratios that hold on a noisy machine: measured and baseline in turn, A B A B, the median of each."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import msgspec


class Ratio(msgspec.Struct, frozen=True):
    """One measure: seconds for both sides, and the highest ratio allowed."""

    name: str
    measured: str
    baseline: str
    measured_seconds: float
    baseline_seconds: float
    limit: float
    runs: int

    @property
    def ratio(self) -> float:
        return self.measured_seconds / self.baseline_seconds

    @property
    def held(self) -> bool:
        return self.ratio <= self.limit


def compare(
    name: str,
    measured: tuple[str, Callable[[], object]],
    baseline: tuple[str, Callable[[], object]],
    *,
    limit: float,
    runs: int,
) -> Ratio:
    """Run both sides `runs` times in turn, after one warm-up of each."""
    sides = (measured[1], baseline[1])
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(runs + 1):
        for side, kept in zip(sides, seconds, strict=True):
            began = time.perf_counter()
            side()
            if turn:
                kept.append(time.perf_counter() - began)
    return Ratio(name, measured[0], baseline[0], median(seconds[0]), median(seconds[1]), limit, runs)
