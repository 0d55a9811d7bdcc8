"""Emulated devices for the driver tests; each is unplugged when its test ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from station.bench.devices.printer import BenchPrinter


@pytest.fixture
def bench_printer(tmp_path: Path) -> Iterator[BenchPrinter]:
    """A plugged-in printer."""
    printer = BenchPrinter(tmp_path / "tickets")
    printer.plug()
    yield printer
    printer.unplug()
