"""A journal with an open visit, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from station.clock import SetClock
from station.journal import Journal
from station.queue import commands


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 2, 3, 1, 0, tzinfo=UTC))


@pytest.fixture
def journal(tmp_path: Path, clock: SetClock) -> Iterator[Journal]:
    journal = Journal.open(tmp_path, clock)
    with journal.command("operator:ani") as tx:
        commands.open_visit(tx, "sch_1")
    yield journal
    journal.close()
