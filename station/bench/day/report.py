"""What the day came to: counted from the journal, the office, the paper and the screens' own meters."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from station.journal import Journal
from station.journal import events as ev
from station.journal.verify import projections_differ, verify


class Spread(msgspec.Struct, frozen=True):
    """How a measure is spread, in its unit."""

    p50: float
    p95: float
    p99: float
    max: float


class Counts(msgspec.Struct, frozen=True):
    """Tickets and packages of the day."""

    students: int
    tickets: int
    finished: int
    missed: int
    parked: int
    cancelled: int
    waiting: int
    packages: int
    delivered: int
    received: int
    opened: int
    """Packages that the office opened."""
    tickets_printed: int
    slips_printed: int
    attempts: int
    accepted_below_threshold: int
    exceptions: int
    photos_rejected: int
    data_disputed: int
    recalled: int


class Report(msgspec.Struct, frozen=True):
    """report.json."""

    counts: Counts
    seconds_a_step: dict[str, Spread]
    ui_frame_gap_ms: Spread
    touch_to_frame_ms: Spread
    check_in_to_ticket_ms: Spread | None
    journal_events: int
    journal_whole: bool
    projections_equal: bool
    unopened: tuple[str, ...]
    """Enrolments that finished without a package that the office opened."""
    problems: tuple[str, ...]
    not_pictured: tuple[str, ...]
    """Screens that the day had no occasion to show, as `<language>/<app>-<screen>`; no fault of the station's."""
    frame_gap_by_screen: dict[str, Any]

    @property
    def well(self) -> bool:
        """Every student who finished has a package that the office opened, and the record is whole."""
        return not self.unopened and not self.problems and self.journal_whole and self.projections_equal


def spread(values: Sequence[float]) -> Spread:
    """Percentiles of a measure; zeros where nothing was measured."""
    ordered = sorted(values)
    if not ordered:
        return Spread(0.0, 0.0, 0.0, 0.0)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)

    return Spread(round(median(ordered), 2), at(0.95), at(0.99), round(ordered[-1], 2))


def step_seconds(journal: Journal) -> dict[str, Spread]:
    """Seconds that each step took, from entering to completing, over all enrolments."""
    entered: dict[str, tuple[str, datetime]] = {}
    took: dict[str, list[float]] = defaultdict(list)
    for row in journal.since(0):
        event = row.event
        if isinstance(event, ev.StepEntered):
            entered[row.subject] = (event.step, datetime.fromisoformat(row.at))
        elif isinstance(event, ev.StepCompleted) and entered.get(row.subject, ("",))[0] == event.step:
            took[event.step].append((datetime.fromisoformat(row.at) - entered[row.subject][1]).total_seconds())
    return {step: spread(seconds) for step, seconds in took.items()}


def opened_by_office(folder: Path) -> set[str]:
    """Enrolments whose package the office opened, verified against the record inside."""
    found = set()
    for path in sorted((folder / "office").glob("packages/*/**/data/enrolment.json")):
        found.add(json.loads(path.read_bytes())["enrolment"])
    return found


def make(
    folder: Path,
    journal: Journal,
    students: int,
    pulses: Mapping[str, Any],
    ticket_ms: Sequence[float],
    problems: Sequence[str],
    not_pictured: Sequence[str],
) -> Report:
    """Everything counted and judged."""
    db = journal.db

    def count(query: str) -> int:
        number: int = db.execute(query).fetchone()[0]
        return number

    def events(kind: str) -> int:
        number: int = db.execute("SELECT count(*) FROM events WHERE kind = ?", (kind,)).fetchone()[0]
        return number

    states = dict(db.execute("SELECT state, count(*) FROM tickets GROUP BY state").fetchall())
    opened = opened_by_office(folder)
    finished = [row[0] for row in db.execute("SELECT enrolment FROM tickets WHERE state = 'finished'")]
    outcome = verify(db)
    gaps = {name: pulse["ui_frame_gap_ms"] for name, pulse in pulses.items() if pulse}
    touches = {name: pulse["touch_to_frame_ms"] for name, pulse in pulses.items() if pulse}
    return Report(
        counts=Counts(
            students=students,
            tickets=sum(states.values()),
            finished=states.get("finished", 0),
            missed=states.get("missed", 0),
            parked=states.get("parked", 0),
            cancelled=states.get("cancelled", 0),
            waiting=states.get("waiting", 0) + states.get("called", 0) + states.get("serving", 0),
            packages=count("SELECT count(*) FROM packages"),
            delivered=count("SELECT count(*) FROM packages WHERE delivered_at IS NOT NULL"),
            received=count("SELECT count(*) FROM packages WHERE verdict = 'accepted'"),
            opened=len(opened),
            tickets_printed=count("SELECT count(*) FROM tickets WHERE print_state = 'printed'"),
            slips_printed=count("SELECT count(*) FROM tickets WHERE slip_state = 'printed'"),
            attempts=events("attempt.recorded") + events("attempt.refused"),
            accepted_below_threshold=events("attempt.accepted"),
            exceptions=events("exception.recorded"),
            photos_rejected=events("photo.rejected"),
            data_disputed=events("data.disputed"),
            recalled=count("SELECT count(*) FROM tickets WHERE calls > 1"),
        ),
        seconds_a_step=step_seconds(journal),
        ui_frame_gap_ms=worst(gaps),
        touch_to_frame_ms=worst(touches),
        check_in_to_ticket_ms=spread(ticket_ms) if ticket_ms else None,
        journal_events=outcome.events,
        journal_whole=outcome.finding is None,
        projections_equal=not projections_differ(db),
        unopened=tuple(sorted(set(finished) - opened)),
        problems=tuple(problems),
        not_pictured=tuple(not_pictured),
        frame_gap_by_screen=gaps,
    )


def worst(spreads: Mapping[str, Mapping[str, float]]) -> Spread:
    """The worse of both screens in each figure: a limit has to hold on each."""

    def at(figure: str) -> float:
        return round(max((found[figure] for found in spreads.values()), default=0.0), 2)

    return Spread(at("p50"), at("p95"), at("p99"), at("max"))
