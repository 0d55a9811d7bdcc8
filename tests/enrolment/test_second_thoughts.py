"""One student's recording when it goes otherwise: exceptions, repeats, corrections, given up and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from station.biometrics.samples import IRISES, RIGHT_FOUR, THUMBS, Position
from station.enrolment import commands
from station.enrolment.state import Status
from station.enrolment.steps import CAPTURES, EnrolmentSettings, Step
from station.queue import commands as queue_commands
from station.queue.states import QueueSettings, TicketState

Desk = Any
"""The class stands in conftest.py, which is not imported."""

STEPS = tuple(Step)


def except_all(desk: Desk, *positions: Position, reason: str = "amputated") -> None:
    for position in positions:
        desk.act(lambda tx, p=position: commands.except_position(tx, desk.enrolment, p, reason))


def test_a_late_correction_is_confirmed_and_approved_again(desk: Desk) -> None:
    desk.start()
    desk.go_to(Step.SIGN_OFF)
    desk.act(lambda tx: commands.correct(tx, desk.enrolment, {"name": "Siti"}, "family-card"))
    again = [desk.now.step, desk.step().step, desk.step().step]
    assert again == [Step.CONFIRM, Step.APPROVE, Step.SIGN_OFF]


def test_a_missing_finger_is_left_out_everywhere(desk: Desk) -> None:
    desk.start()
    except_all(desk, Position.RIGHT_INDEX)
    assert desk.now.step is Step.IDENTITY
    desk.go_to(Step.RIGHT_FOUR)
    assert desk.now.wanted(Step.RIGHT_FOUR) == tuple(p for p in RIGHT_FOUR if p is not Position.RIGHT_INDEX)
    desk.go_to(Step.VERIFY_INDEXES)
    assert desk.now.wanted(Step.VERIFY_INDEXES) == (Position.LEFT_INDEX,)
    desk.go_to(Step.SIGN_OFF)
    assert desk.now.kept_sample(Position.RIGHT_INDEX) is None


@pytest.mark.parametrize(
    ("step", "positions"), [(Step.RIGHT_FOUR, RIGHT_FOUR), (Step.THUMBS, THUMBS), (Step.IRISES, IRISES)]
)
def test_a_step_with_nothing_to_take_is_done(step: Step, positions: tuple[Position, ...], desk: Desk) -> None:
    desk.start()
    desk.go_to(step)
    except_all(desk, *positions)
    now = desk.now
    assert now.completed[step].outcome == "excepted"
    assert now.step is STEPS[STEPS.index(step) + 1]
    desk.act(lambda tx: commands.repeat(tx, desk.enrolment, step))
    assert desk.now.completed[step].outcome == "excepted"


def test_no_finger_at_all_is_a_recording_all_the_same(desk: Desk) -> None:
    desk.start()
    fingers = [p for step in (Step.RIGHT_FOUR, Step.LEFT_FOUR, Step.THUMBS) for p in CAPTURES[step]]
    except_all(desk, *fingers, reason="bandaged")
    desk.go_to(Step.IRISES)
    desk.step()
    assert desk.now.step is Step.APPROVE
    desk.go_to(Step.SIGN_OFF)
    desk.step()
    assert desk.now.status is Status.SIGNED_OFF


def test_an_exception_voids_what_was_captured_with_that_finger(desk: Desk) -> None:
    desk.start()
    desk.go_to(Step.RIGHT_FOUR)
    for _ in range(3):
        desk.attempt(good=False, score=30)
    except_all(desk, Position.RIGHT_RING, reason="bandaged")
    assert desk.now.best(Step.RIGHT_FOUR) is None
    for _ in range(3):
        desk.attempt(good=False, score=20)
    desk.act(lambda tx: commands.withdraw_exception(tx, desk.enrolment, Position.RIGHT_RING))
    assert desk.now.best(Step.RIGHT_FOUR) is None
    assert desk.now.step is Step.RIGHT_FOUR
    desk.attempt()
    assert desk.now.kept_sample(Position.RIGHT_RING) is not None


def test_a_withdrawn_exception_reopens_what_left_it_out(desk: Desk) -> None:
    desk.start()
    except_all(desk, Position.RIGHT_INDEX, Position.LEFT_INDEX)
    desk.go_to(Step.SIGN_OFF)
    assert desk.now.completed[Step.VERIFY_INDEXES].outcome == "excepted"
    desk.act(lambda tx: commands.withdraw_exception(tx, desk.enrolment, Position.LEFT_INDEX))
    now = desk.now
    assert now.step is Step.LEFT_FOUR
    assert not {Step.LEFT_FOUR, Step.VERIFY_INDEXES, Step.APPROVE} & now.completed.keys()
    assert Step.RIGHT_FOUR in now.completed
    assert now.wanted(Step.VERIFY_INDEXES) == (Position.LEFT_INDEX,)


def test_impossible_exceptions_are_refused(desk: Desk) -> None:
    desk.start()
    desk.go_to(Step.LEFT_FOUR)
    assert (
        desk.refused(lambda tx: commands.except_position(tx, desk.enrolment, Position.RIGHT_RING, "bandaged"))
        == "enrolment.step-is-done"
    )
    assert (
        desk.refused(lambda tx: commands.except_position(tx, desk.enrolment, Position.FACE, "bandaged"))
        == "enrolment.no-such-exception"
    )
    assert (
        desk.refused(lambda tx: commands.except_position(tx, desk.enrolment, Position.LEFT_RING, "lazy"))
        == "enrolment.no-such-exception"
    )
    assert (
        desk.refused(lambda tx: commands.withdraw_exception(tx, desk.enrolment, Position.LEFT_RING))
        == "enrolment.no-such-exception"
    )


@pytest.mark.parametrize(
    ("step", "reopened"),
    [
        (Step.DOCUMENTS, {Step.DOCUMENTS, Step.CONFIRM, Step.APPROVE}),
        (Step.PHOTO, {Step.PHOTO, Step.PHOTO_APPROVAL, Step.APPROVE}),
        (Step.SIGNATURE, {Step.SIGNATURE, Step.APPROVE}),
        (Step.RIGHT_FOUR, {Step.RIGHT_FOUR, Step.VERIFY_INDEXES, Step.APPROVE}),
        (Step.THUMBS, {Step.THUMBS, Step.APPROVE}),
        (Step.APPROVE, {Step.APPROVE}),
    ],
)
def test_repeating_a_step_reopens_what_stands_on_it(step: Step, reopened: set[Step], desk: Desk) -> None:
    desk.start()
    before = desk.go_to(Step.SIGN_OFF)
    desk.act(lambda tx: commands.repeat(tx, desk.enrolment, step, "operator"))
    now = desk.now
    assert before.completed.keys() - now.completed.keys() == reopened
    assert now.step is step
    if step in CAPTURES:
        assert now.best(step) is None
        assert before.spooled() == now.spooled()
    desk.go_to(Step.SIGN_OFF)


def test_steps_that_are_not_asked_for_are_not_repeated(desk: Desk) -> None:
    desk.settings = EnrolmentSettings(steps=(Step.IDENTITY, Step.PHOTO, Step.SIGN_OFF))
    desk.start()
    assert desk.refused(lambda tx: commands.repeat(tx, desk.enrolment, Step.IRISES)) == "enrolment.no-such-step"
    desk.act(lambda tx: commands.correct(tx, desk.enrolment, {"name": "Siti"}, "family-card"))
    for step in (Step.IDENTITY, Step.PHOTO, Step.SIGN_OFF):
        assert desk.now.step is step
        desk.step()
    assert desk.now.status is Status.SIGNED_OFF


@pytest.mark.parametrize("step", [Step.IDENTITY, Step.RIGHT_FOUR, Step.SIGN_OFF])
def test_cancelled_and_taken_back_without_loss(step: Step, desk: Desk) -> None:
    desk.start()
    before = desk.go_to(step)
    assert desk.refused(lambda tx: commands.cancel(tx, desk.enrolment, " ")) == "enrolment.reason-missing"
    desk.act(lambda tx: commands.cancel(tx, desk.enrolment, "went home"))
    assert (desk.now.status, desk.ticket_state) == (Status.CANCELLED, TicketState.CANCELLED)
    assert desk.refused(queue_commands.undo) == "queue.undo-in-enrolment"
    desk.act(lambda tx: commands.reinstate(tx, desk.enrolment))
    assert (desk.now.status, desk.ticket_state) == (Status.PARKED, TicketState.PARKED)
    desk.act(lambda tx: commands.start(tx, desk.ticket, desk.settings))
    assert (desk.now.step, desk.now.completed) == (before.step, before.completed)
    assert desk.now.spooled() == before.spooled()
    desk.go_to(Step.SIGN_OFF)
    desk.step()
    assert desk.now.status is Status.SIGNED_OFF


@pytest.mark.parametrize("called", [False, True])
def test_cancelling_a_parked_enrolment_takes_its_ticket_along(called: bool, desk: Desk) -> None:
    desk.start()
    desk.act(lambda tx: commands.park(tx, desk.enrolment))
    if called:
        desk.act(lambda tx: queue_commands.give_back(tx, desk.ticket, QueueSettings()))
        desk.act(queue_commands.call_next)
    desk.act(lambda tx: commands.cancel(tx, desk.enrolment, "went home"))
    assert desk.ticket_state is TicketState.CANCELLED


def test_the_queue_does_not_pull_the_ticket_from_under_an_enrolment(desk: Desk) -> None:
    desk.start()
    assert desk.refused(lambda tx: queue_commands.park(tx, desk.ticket)) == "queue.has-enrolment"
    assert desk.refused(lambda tx: queue_commands.cancel(tx, desk.ticket)) == "queue.has-enrolment"
    desk.act(lambda tx: commands.park(tx, desk.enrolment))
    assert desk.refused(lambda tx: queue_commands.cancel(tx, desk.ticket)) == "queue.has-enrolment"
    assert desk.refused(queue_commands.undo) == "queue.undo-in-enrolment"


def test_what_was_begun_anew_is_not_reinstated_beside_it(desk: Desk) -> None:
    old = desk.start()
    desk.act(lambda tx: commands.cancel(tx, old, "went home"))
    desk.start()
    assert desk.enrolment != old
    assert desk.refused(lambda tx: commands.reinstate(tx, old)) == "enrolment.begun-anew"


def test_a_closed_visit_is_final(desk: Desk) -> None:
    desk.start()
    desk.act(lambda tx: commands.cancel(tx, desk.enrolment, "went home"))
    desk.act(queue_commands.close_visit)
    assert desk.refused(lambda tx: commands.reinstate(tx, desk.enrolment)) == "queue.no-visit"
    desk.act(lambda tx: commands.discard(tx, desk.enrolment))
    assert desk.now.status is Status.DISCARDED
    assert desk.refused(lambda tx: commands.discard(tx, desk.enrolment)) == "enrolment.is-discarded"


def test_only_the_cancelled_are_discarded(desk: Desk) -> None:
    desk.start()
    assert desk.refused(lambda tx: commands.discard(tx, desk.enrolment)) == "enrolment.is-active"


def sealable(desk: Desk) -> None:
    desk.go_to(Step.SIGN_OFF)
    desk.step()
    assert desk.now.status is Status.SIGNED_OFF


def test_what_was_signed_off_and_is_lost_is_captured_again_and_nothing_else(desk: Desk) -> None:
    desk.start()
    sealable(desk)
    before = desk.now
    photo = before.kept_sample(Position.FACE)
    desk.act(lambda tx: commands.reopen(tx, desk.enrolment, {photo.id}))
    assert (desk.now.status, desk.ticket_state) == (Status.PARKED, TicketState.PARKED)
    desk.act(lambda tx: commands.start(tx, desk.ticket, desk.settings))
    again = []
    while desk.now.status is Status.ACTIVE:
        again.append(desk.now.step)
        desk.step()
    assert again == [Step.PHOTO, Step.PHOTO_APPROVAL, Step.APPROVE, Step.SIGN_OFF]
    assert desk.now.status is Status.SIGNED_OFF
    assert desk.now.kept_sample(Position.FACE) not in (photo, None)
    assert desk.now.kept_sample(Position.RIGHT_THUMB) == before.kept_sample(Position.RIGHT_THUMB)


def test_a_lost_document_and_a_lost_exception_are_asked_for_again(desk: Desk, taken: Any) -> None:
    desk.start()
    desk.act(lambda tx: commands.keep_document(tx, desk.enrolment, "family-card", taken("face")))
    desk.act(
        lambda tx: commands.except_position(tx, desk.enrolment, Position.LEFT_IRIS, "bandaged", taken(Position.FACE))
    )
    sealable(desk)
    lost = {desk.now.documents["family-card"].id, desk.now.exceptions[Position.LEFT_IRIS].photo.id}
    desk.act(lambda tx: commands.reopen(tx, desk.enrolment, lost))
    desk.act(lambda tx: commands.start(tx, desk.ticket, desk.settings))
    assert desk.now.step is Step.DOCUMENTS
    assert "family-card" not in desk.now.documents
    assert desk.now.wanted(Step.IRISES) == IRISES
    desk.go_to(Step.IRISES)
    sealable(desk)


def test_nothing_is_reopened_that_is_whole_or_of_a_closed_visit(desk: Desk) -> None:
    desk.start()
    assert desk.refused(lambda tx: commands.reopen(tx, desk.enrolment, {"smp_1"})) == "enrolment.is-active"
    sealable(desk)
    assert desk.refused(lambda tx: commands.reopen(tx, desk.enrolment, ())) == "enrolment.nothing-lost"
    desk.act(queue_commands.close_visit)
    assert desk.refused(lambda tx: commands.reopen(tx, desk.enrolment, {"smp_1"})) == "queue.no-visit"
