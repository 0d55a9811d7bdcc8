"""The day's own pace, and clocks that lie about it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from station.clock import SetClock
from station.journal import Journal
from station.queue import commands, estimate, queries
from station.queue.estimate import Estimate, pace
from station.queue.states import QueueSettings, Visit

SETTINGS = QueueSettings(first_minutes=6.0, pace_window=4)


def visit(journal: Journal) -> Visit:
    found = queries.current_visit(journal.db)
    assert found is not None
    return found


def record(journal: Journal, clock: SetClock, number: int, minutes: float, reboot: bool = False) -> None:
    with journal.command("operator:ani") as tx:
        ticket = commands.check_in(tx, f"stu_{number}", SETTINGS, language="id", via="nik").id
        commands.call(tx, ticket)
        commands.serve(tx, ticket, f"enr_{number}")
    clock.advance(minutes * 60)
    boot = journal.boot
    journal.boot = "another-boot" if reboot else boot
    with journal.command("operator:ani") as tx:
        commands.finish(tx, ticket)
    journal.boot = boot


def durations(journal: Journal) -> list[float]:
    return estimate.durations(journal.db, visit(journal).id, SETTINGS.pace_window)


def now(journal: Journal) -> Estimate:
    return estimate.estimate(journal.db, visit(journal).id, None, SETTINGS)


def wait(journal: Journal, *students: str) -> None:
    with journal.command("student") as tx:
        for student in students:
            commands.check_in(tx, student, SETTINGS, language="id", via="nik")


def test_an_empty_line_means_now(journal: Journal) -> None:
    assert now(journal) == Estimate(0, 0)
    assert now(journal).rounded == (0, 5)


def test_before_the_day_has_a_pace_the_plan_counts(journal: Journal) -> None:
    wait(journal, "a", "b", "c")
    assert now(journal) == Estimate(3, 18)


def test_the_ticket_says_what_stood_before_it(journal: Journal) -> None:
    wait(journal, "a", "b")
    with journal.command("student") as tx:
        third = commands.check_in(tx, "c", SETTINGS, language="id", via="nik")
        first = commands.check_in(tx, "d", SETTINGS, language="id", via="nik", priority="exam")
    assert (third.ahead, third.estimate_minutes) == (2, 12)
    assert (first.ahead, first.estimate_minutes) == (0, 0)


def test_who_is_being_recorded_counts_as_ahead(journal: Journal) -> None:
    wait(journal, "a", "b")
    with journal.command("operator:ani") as tx:
        ticket = commands.call_next(tx)
        commands.serve(tx, ticket.id, "enr_1")
    assert now(journal).ahead == 2


def test_the_days_own_pace_takes_over(journal: Journal, clock: SetClock) -> None:
    record(journal, clock, 1, 12)
    assert pace(durations(journal), SETTINGS) == 6.0
    record(journal, clock, 2, 12)
    assert pace(durations(journal), SETTINGS) == 12.0
    for number in range(3, 9):
        record(journal, clock, number, 4)
    assert durations(journal) == [4, 4, 4, 4]
    wait(journal, "a", "b")
    assert now(journal) == Estimate(2, 8)


def test_a_reboot_within_a_recording_is_left_out(journal: Journal, clock: SetClock) -> None:
    for number in range(3):
        record(journal, clock, number, 5)
    record(journal, clock, 9, 30, reboot=True)
    assert pace(durations(journal), SETTINGS) == 5


def test_calling_ahead_does_not_slow_the_pace(journal: Journal, clock: SetClock) -> None:
    wait(journal, *(f"stu_{number}" for number in range(6)))
    with journal.command("operator:ani") as tx:
        first = commands.call_next(tx).id
        commands.serve(tx, first, "enr_0")
    for number in range(1, 6):
        with journal.command("operator:ani") as tx:
            following = commands.call_next(tx).id
        clock.advance(300)
        with journal.command("operator:ani") as tx:
            commands.finish(tx, first)
        clock.advance(60)
        with journal.command("operator:ani") as tx:
            commands.serve(tx, following, f"enr_{number}")
        first = following
    assert durations(journal) == [6, 6, 6, 6]


@pytest.mark.parametrize("jump_to", [datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 2, 4, 1, 0, tzinfo=UTC)])
def test_a_clock_that_jumps_promises_nothing(jump_to: datetime, journal: Journal, clock: SetClock) -> None:
    for number in range(3):
        record(journal, clock, number, 5)
    with journal.command("operator:ani") as tx:
        ticket = commands.check_in(tx, "stu_9", SETTINGS, language="id", via="nik").id
        commands.call(tx, ticket)
        commands.serve(tx, ticket, "enr_9")
    journal.clock = SetClock(jump_to)
    with journal.command("operator:ani") as tx:
        commands.finish(tx, ticket)
    assert pace(durations(journal), SETTINGS) == 5


def test_a_parked_recording_counts_once_and_without_its_absence(journal: Journal, clock: SetClock) -> None:
    for number in range(2):
        record(journal, clock, number, 8)
    with journal.command("operator:ani") as tx:
        ticket = commands.check_in(tx, "stu_9", SETTINGS, language="id", via="nik").id
        commands.call(tx, ticket)
        commands.serve(tx, ticket, "enr_9")
    clock.advance(3 * 60)
    with journal.command("operator:ani") as tx:
        commands.park(tx, ticket)
    clock.advance(40 * 60)
    with journal.command("operator:ani") as tx:
        commands.give_back(tx, ticket, SETTINGS)
        commands.call(tx, ticket)
        commands.serve(tx, ticket, "enr_9")
    clock.advance(6 * 60)
    with journal.command("operator:ani") as tx:
        commands.finish(tx, ticket)
    assert durations(journal) == [9, 8, 8]


@pytest.mark.parametrize(
    ("minutes", "span"),
    [(0, (0, 5)), (4, (0, 5)), (6, (0, 10)), (12, (5, 15)), (24, (15, 30)), (60, (45, 75)), (100, (75, 120))],
)
def test_spans_are_honest(minutes: int, span: tuple[int, int]) -> None:
    assert Estimate(3, minutes).rounded == span
