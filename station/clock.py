"""Time, as a thing that is handed in, so that tests set it.

Wall time on a station lies (dead battery, no network); it is recorded, never trusted for order.
Durations come from the monotonic clock.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

NOT_BEFORE: Final = datetime(2025, 1, 1, tzinfo=UTC)
"""This software is younger: a clock that shows an earlier time has lost it, as with a dead battery."""


class Clock(Protocol):
    """What a room asks for when it needs the time."""

    def now(self) -> datetime:
        """Wall time, timezone-aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only go forward, from an arbitrary zero."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class SetClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("SetClock needs an aware datetime")
        self._now = now.astimezone(UTC)
        self._monotonic = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move both clocks forward."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds
