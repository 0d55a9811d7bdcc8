"""One student's recording: in order, each step in its own time, attempts accepted and refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from station.clock import SetClock
from station.enrolment import commands
from station.enrolment.state import Enrolment, Status, fold
from station.enrolment.steps import CAPTURES, Step
from station.journal import Journal, Transaction, projections
from station.journal import events as ev
from station.queue import commands as queue_commands
from station.queue import queries
from station.queue.states import QueueSettings, TicketState

Desk = Any
"""The class stands in conftest.py, which is not imported."""

STEPS = tuple(Step)


def test_the_whole_path_in_order(desk: Desk) -> None:
    desk.start()
    seen = []
    for step in STEPS:
        seen.append(desk.now.step)
        assert desk.now.step is step
        desk.step()
    assert tuple(seen) == STEPS
    now = desk.now
    assert (now.status, now.signed_off_by) == (Status.SIGNED_OFF, "operator:ani")
    assert desk.ticket_state is TicketState.FINISHED
    assert queries.slips_to_print(desk.journal.db)[0].id == desk.ticket
    assert commands.active(desk.journal) is None
    positions = {position for step in CAPTURES for position in CAPTURES[step]}
    assert all(now.kept_sample(position) for position in positions)
    tables = projections.dump(desk.journal.db)
    desk.journal.rebuild()
    assert projections.dump(desk.journal.db) == tables


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_left_and_resumed(step: Step, desk: Desk, tmp_path: Path) -> None:
    desk.start()
    before = desk.go_to(step)
    desk.act(lambda tx: commands.park(tx, desk.enrolment, "lunch"))
    assert (desk.now.status, desk.ticket_state) == (Status.PARKED, TicketState.PARKED)
    assert commands.active(desk.journal) is None
    again = Journal.open(tmp_path, SetClock(desk.journal.clock.now()))
    with again.command("operator:ani") as tx:
        queue_commands.give_back(tx, desk.ticket, QueueSettings())
        queue_commands.call(tx, desk.ticket)
        assert commands.start(tx, desk.ticket, desk.settings) == desk.enrolment
    again.close()
    now = desk.now
    assert (now.status, now.step, now.completed) == (Status.ACTIVE, step, before.completed)
    desk.step()
    assert desk.now.step is STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


@pytest.mark.parametrize("step", STEPS)
def test_a_step_takes_only_what_is_its_own(step: Step, desk: Desk) -> None:
    desk.start()
    desk.go_to(step)
    enrolment = desk.enrolment
    others: dict[Step, Callable[[Transaction], object]] = {
        Step.IDENTITY: lambda tx: commands.complete(tx, enrolment, Step.IDENTITY),
        Step.CONFIRM: lambda tx: commands.confirm_data(tx, enrolment),
        Step.PHOTO: lambda tx: commands.record_attempt(tx, enrolment, Step.PHOTO, [], score=1, good=True),
        Step.PHOTO_APPROVAL: lambda tx: commands.approve_photo(tx, enrolment),
        Step.IRISES: lambda tx: commands.refuse_attempt(tx, enrolment, Step.IRISES, "iris.one-eye"),
        Step.SIGN_OFF: lambda tx: commands.sign_off(tx, enrolment),
    }
    for other, command in others.items():
        if other is not step:
            assert desk.refused(command) == "enrolment.at-another-step"


@pytest.mark.parametrize("step", [Step.CONFIRM, Step.PHOTO, Step.PHOTO_APPROVAL, Step.APPROVE, Step.SIGN_OFF])
def test_only_the_operators_steps_are_completed_by_hand(step: Step, desk: Desk) -> None:
    desk.start()
    desk.go_to(step)
    assert desk.refused(lambda tx: commands.complete(tx, desk.enrolment, step)) == "enrolment.not-the-operators"


def test_one_enrolment_at_a_time_and_starting_twice_is_starting_once(desk: Desk) -> None:
    first = desk.start()
    with desk.journal.command("operator:ani") as tx:
        assert commands.start(tx, desk.ticket, desk.settings) == first
    other = desk.call("stu_2")
    assert desk.refused(lambda tx: commands.start(tx, other, desk.settings)) == "enrolment.another-active"


def test_only_a_called_student_is_recorded(desk: Desk) -> None:
    desk.call()
    desk.act(lambda tx: queue_commands.miss(tx, desk.ticket))
    assert desk.refused(lambda tx: commands.start(tx, desk.ticket, desk.settings)) == "queue.is-missed"
    assert desk.refused(lambda tx: commands.start(tx, "tkt_none", desk.settings)) == "queue.no-ticket"
    assert desk.refused(lambda tx: commands.complete(tx, "enr_none", Step.IDENTITY)) == "enrolment.none"


def test_a_rejected_photo_is_never_kept(desk: Desk) -> None:
    desk.start()
    desk.go_to(Step.PHOTO)
    desk.attempt(score=90)
    desk.act(lambda tx: commands.reject_photo(tx, desk.enrolment), "student")
    now = desk.now
    assert (now.step, now.best(Step.PHOTO), now.kept(Step.PHOTO)) == (Step.PHOTO, None, None)
    for score in (20, 30, 10):
        desk.attempt(good=False, score=score)
    desk.act(lambda tx: commands.accept(tx, desk.enrolment, "wears a veil", desk.settings))
    kept = desk.now.kept(Step.PHOTO)
    assert kept is not None
    assert (kept.number, kept.score) == (3, 30)
    assert desk.now.step is Step.PHOTO_APPROVAL


def test_a_dispute_goes_back_to_the_documents_and_a_correction_to_the_student(desk: Desk) -> None:
    desk.start()
    desk.go_to(Step.CONFIRM)
    desk.act(lambda tx: commands.dispute_data(tx, desk.enrolment), "student")
    assert (desk.now.step, desk.now.disputed) == (Step.DOCUMENTS, True)
    desk.act(lambda tx: commands.correct(tx, desk.enrolment, {"name": "Siti Aminah"}, "birth-certificate"))
    desk.act(lambda tx: commands.correct(tx, desk.enrolment, {"birth_place": "Paringin"}, "birth-certificate"))
    assert desk.now.corrected == ("name", "birth_place")
    assert commands.corrections(desk.journal, desk.enrolment) == {"name": "Siti Aminah", "birth_place": "Paringin"}
    assert b"Aminah" not in b"".join(row.data.encode() for row in desk.journal.since(0))
    desk.step()
    assert desk.now.step is Step.CONFIRM
    desk.step()
    assert (desk.now.step, desk.now.disputed) == (Step.PHOTO, False)


def test_documents_are_checked_and_pictured(desk: Desk, taken: Callable[..., ev.SampleTaken]) -> None:
    desk.start()
    desk.go_to(Step.DOCUMENTS)
    first, second = taken("document"), taken("document")
    desk.act(lambda tx: commands.keep_document(tx, desk.enrolment, "family-card", first))
    desk.act(lambda tx: commands.keep_document(tx, desk.enrolment, "family-card", second))
    desk.act(lambda tx: commands.check_document(tx, desk.enrolment, "family-card", present=True))
    desk.act(lambda tx: commands.check_document(tx, desk.enrolment, "parental-consent", present=False))
    now = desk.now
    assert now.documents_checked == {"family-card": True, "parental-consent": False}
    assert now.documents == {"family-card": second}
    assert now.spooled() == {second.id}


def test_accepted_below_the_threshold_only_after_enough_attempts_and_with_a_reason(desk: Desk) -> None:
    desk.start()
    desk.go_to(Step.RIGHT_FOUR)

    def accept(tx: Transaction) -> object:
        return commands.accept(tx, desk.enrolment, "dry hands", desk.settings)

    for score in (20, 35):
        desk.attempt(good=False, score=score)
        assert desk.refused(accept) == "enrolment.too-early-to-accept"
    desk.attempt(good=False, score=30)
    assert desk.refused(lambda tx: commands.accept(tx, desk.enrolment, "  ", desk.settings)) == (
        "enrolment.reason-missing"
    )
    desk.act(accept)
    now = desk.now
    kept = now.kept(Step.RIGHT_FOUR)
    assert kept is not None
    assert (kept.number, kept.score, now.completed[Step.RIGHT_FOUR].outcome) == (2, 35, "accepted")
    assert [accepted.reason for accepted in now.accepted] == ["dry hands"]
    assert now.step is Step.LEFT_FOUR


def test_refused_attempts_count_but_are_never_accepted(desk: Desk) -> None:
    desk.start()
    desk.go_to(Step.RIGHT_FOUR)
    for _ in range(3):
        desk.act(lambda tx: commands.refuse_attempt(tx, desk.enrolment, Step.RIGHT_FOUR, "finger.wrong-hand"))
    assert desk.refused(lambda tx: commands.accept(tx, desk.enrolment, "x", desk.settings)) == (
        "enrolment.too-early-to-accept"
    )
    desk.attempt(good=False, score=10)
    desk.act(lambda tx: commands.accept(tx, desk.enrolment, "dry hands", desk.settings))
    kept = desk.now.kept(Step.RIGHT_FOUR)
    assert kept is not None
    assert kept.number == 4


def test_a_step_without_capture_is_not_accepted(desk: Desk) -> None:
    desk.start()
    assert desk.refused(lambda tx: commands.accept(tx, desk.enrolment, "x", desk.settings)) == (
        "enrolment.too-early-to-accept"
    )


def test_signed_off_only_when_complete_whatever_the_order_says(desk: Desk) -> None:
    msgspec.structs.force_setattr(desk.settings, "steps", (Step.SIGN_OFF, Step.IDENTITY, Step.PHOTO))
    desk.start()
    assert desk.refused(lambda tx: commands.sign_off(tx, desk.enrolment)) == "enrolment.incomplete"


def test_nothing_changes_after_sign_off(desk: Desk) -> None:
    desk.start()
    desk.go_to(Step.SIGN_OFF)
    desk.step()
    for command in (
        lambda tx: commands.repeat(tx, desk.enrolment, Step.PHOTO),
        lambda tx: commands.correct(tx, desk.enrolment, {"name": "x"}, "family-card"),
        lambda tx: commands.cancel(tx, desk.enrolment, "late"),
        lambda tx: commands.sign_off(tx, desk.enrolment),
    ):
        assert desk.refused(command) == "enrolment.is-signed_off"


def test_the_match_is_recorded(desk: Desk) -> None:
    desk.start()
    desk.go_to(Step.VERIFY_INDEXES)
    scores = {"right-index": 60, "left-index": 41}
    desk.act(lambda tx: commands.record_match(tx, desk.enrolment, 1, scores, passed=True))
    assert desk.now.match_scores == scores


def test_a_sealed_package_shows_in_the_status(desk: Desk) -> None:
    desk.start()
    desk.go_to(Step.SIGN_OFF)
    desk.step()
    sealed = ev.PackageSealed(enrolment=desk.enrolment, sha256="0" * 64, size=1)
    desk.act(lambda tx: tx.append(sealed, "pkg_1"), "sealer")
    assert desk.now.status is Status.SEALED
    assert desk.refused(lambda tx: commands.start(tx, desk.ticket, desk.settings)) == "queue.is-finished"


def test_folding_needs_only_the_events_and_gives_the_same_each_time(desk: Desk) -> None:
    desk.start()
    desk.go_to(Step.PHOTO_APPROVAL)
    desk.act(lambda tx: commands.reject_photo(tx, desk.enrolment))
    rows = list(desk.journal.events(desk.enrolment))
    whole: list[Enrolment] = [fold(rows[:length]) for length in range(1, len(rows) + 1)]
    assert whole[-1] == fold(iter(rows)) == desk.now
    assert [now.step for now in whole][-1] is Step.PHOTO
    with pytest.raises(ValueError, match="no such"):
        fold([])
    with pytest.raises(ValueError, match=r"enrolment\.started"):
        fold(rows[1:])
