"""How long will it take? From this day's own pace, and honest about what is not known.

The pace is the median of the last recordings, called to finished. Until three are done it leans on
the planned minutes. Times across a reboot or a clock jump are left out: a wrong clock must not
promise anything.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import Final

import msgspec

from station.queue.states import QueueSettings

ENOUGH: Final = 3
"""Recordings before the day's own pace stands alone."""

LONGEST_MINUTES: Final = 90.0
"""A recording longer than this is a clock jump or a forgotten screen, not a pace."""


class Estimate(msgspec.Struct, frozen=True):
    """What a student is told: how many are ahead and about how many minutes."""

    ahead: int
    minutes: int

    @property
    def rounded(self) -> tuple[int, int]:
        """The span to show, in minutes: a single figure would promise too much."""
        if self.minutes <= 0:
            return (0, 5)
        step = 5 if self.minutes <= 60 else 15
        low = max(0, math.floor(self.minutes * 0.8 / step) * step)
        return (low, max(low + step, math.ceil(self.minutes * 1.2 / step) * step))


def pace(durations: Sequence[float], settings: QueueSettings) -> float:
    """Minutes a recording takes today, from the newest `durations` in minutes."""
    sound = [minutes for minutes in durations if 0 < minutes <= LONGEST_MINUTES][: settings.pace_window]
    planned = [settings.first_minutes] * max(0, ENOUGH - len(sound))
    return median([*sound, *planned])


def durations(db: sqlite3.Connection, visit: str, count: int) -> list[float]:
    """Minutes that the visit's last recordings took of the station's time, newest first.

    One that was parked and resumed counts once, without the time it was away. Who is called while another is still
    being recorded costs nothing until that one is done: the operator calls ahead so that nobody waits for a walk.
    """
    query = """SELECT t.id, t.state, p.state, p.started_at, p.ended_at, p.start_boot = p.end_boot
               FROM (SELECT id, state, last_seq FROM tickets
                     WHERE visit = ? AND state IN ('finished', 'parked', 'cancelled') AND enrolment IS NOT NULL
                     ORDER BY last_seq DESC LIMIT ?) t JOIN ticket_periods p ON p.ticket = t.id
               WHERE p.state IN ('called', 'serving') AND p.ended_at IS NOT NULL
               ORDER BY t.last_seq DESC"""
    periods = [
        _Period(ticket, state, of, datetime.fromisoformat(started), datetime.fromisoformat(ended), bool(same_boot))
        for ticket, state, of, started, ended, same_boot in db.execute(query, (visit, 2 * count))
    ]
    served = [period for period in periods if period.of == "serving"]
    found: dict[str, float] = {}
    for period in periods:
        if period.state == "finished":
            minutes = period.minutes_after(
                max((other.ended for other in served if other.overlaps(period)), default=None)
            )
            found[period.ticket] = found.get(period.ticket, 0.0) + minutes
    return list(found.values())[:count]


class _Period(msgspec.Struct, frozen=True):
    """A ticket's time in one state."""

    ticket: str
    state: str
    """The ticket's, now."""
    of: str
    started: datetime
    ended: datetime
    same_boot: bool

    def overlaps(self, called: _Period) -> bool:
        """Was this one recorded until after the other was called?"""
        return called.of == "called" and self.ticket != called.ticket and called.started < self.ended <= called.ended

    def minutes_after(self, busy_until: datetime | None) -> float:
        """How long, not counting what was before; infinite where the clock cannot be trusted."""
        seconds = (self.ended - self.started).total_seconds()
        if not self.same_boot or seconds < 0:
            return math.inf
        return (self.ended - max(self.started, busy_until or self.started)).total_seconds() / 60


def ahead_of(db: sqlite3.Connection, visit: str, rank: int | None) -> int:
    """How many go before `rank`: those who wait, and whoever is called or being recorded."""
    limit = "" if rank is None else "AND rank < ?"
    parameters = (visit,) if rank is None else (visit, rank)
    waiting: int = db.execute(
        f"SELECT count(*) FROM tickets WHERE visit = ? AND state = 'waiting' {limit}",  # noqa: S608 - own text
        parameters,
    ).fetchone()[0]
    busy: int = db.execute(
        "SELECT count(*) FROM tickets WHERE visit = ? AND state IN ('called', 'serving')", (visit,)
    ).fetchone()[0]
    return waiting + busy


def estimate(db: sqlite3.Connection, visit: str, rank: int | None, settings: QueueSettings) -> Estimate:
    """For a ticket at `rank`, or for who would come now (None)."""
    ahead = ahead_of(db, visit, rank)
    minutes = ahead * pace(durations(db, visit, settings.pace_window), settings)
    return Estimate(ahead, round(minutes))
