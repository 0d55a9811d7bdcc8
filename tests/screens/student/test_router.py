"""Which screen is shown, for every state that journal, student and capture can be in."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from station.biometrics.samples import RIGHT_FOUR, Position
from station.enrolment.capture import Live, Phase
from station.enrolment.steps import CAPTURES, EnrolmentSettings, Step
from station.screens.student.find_nik import hidden
from station.screens.student.flow import Flow, Found, Stage, settle
from station.screens.student.marks import marks
from station.screens.student.router import Name, Shown, route, speaks_to
from station.screens.student.steady import Steady
from station.screens.student.view import Board, Finished, Running, View
from station.screens.widgets.hands import Mark

OPEN = View(visit="vis_1")


def running(step: Step, language: str = "en") -> View:
    now = Running(
        enrolment="enr_1", ticket="tkt_1", number=14, language=language, step=step, steps=EnrolmentSettings().steps
    )
    return msgspec.structs.replace(OPEN, running=now)


@pytest.mark.parametrize(
    ("step", "name"),
    [
        (Step.IDENTITY, Name.WITH_OPERATOR),
        (Step.DOCUMENTS, Name.WITH_OPERATOR),
        (Step.CONFIRM, Name.CONFIRM),
        (Step.PHOTO, Name.PHOTO),
        (Step.PHOTO_APPROVAL, Name.PHOTO_APPROVAL),
        (Step.SIGNATURE, Name.SIGNATURE),
        (Step.RIGHT_FOUR, Name.FINGERS),
        (Step.LEFT_FOUR, Name.FINGERS),
        (Step.THUMBS, Name.FINGERS),
        (Step.IRISES, Name.IRISES),
        (Step.VERIFY_INDEXES, Name.VERIFY),
        (Step.APPROVE, Name.APPROVE),
        (Step.SIGN_OFF, Name.FINISHING),
    ],
)
def test_a_recording_shows_its_step_whatever_was_on_the_screen(step: Step, name: Name) -> None:
    assert route(Shown(running(step))) is name


def test_without_a_visit_it_is_closed_and_with_one_welcome() -> None:
    assert route(Shown(View())) is Name.CLOSED
    assert route(Shown(OPEN)) is Name.WELCOME
    assert route(Shown(msgspec.structs.replace(OPEN, board=Board(called=14)))) is Name.CALLED


@pytest.mark.parametrize("step", list(CAPTURES))
@pytest.mark.parametrize("phase", [Phase.NO_DEVICE, Phase.NO_DISK])
def test_a_missing_device_is_shown_at_the_step_that_needs_it(step: Step, phase: Phase) -> None:
    live = Live(enrolment="enr_1", step=step, phase=phase)
    assert route(Shown(running(step), live=live)) is Name.WAIT_DEVICE
    assert route(Shown(running(Step.CONFIRM), live=live)) is Name.CONFIRM
    other = msgspec.structs.replace(live, enrolment="enr_0")
    assert route(Shown(running(step), live=other)) is not Name.WAIT_DEVICE


def test_a_check_in_may_end_while_the_operator_looks_at_documents() -> None:
    flow = Flow().to(Stage.NIK).typing("6311")
    assert settle(running(Step.DOCUMENTS), flow) == flow
    assert route(Shown(running(Step.DOCUMENTS), flow)) is Name.FIND_NIK
    taken = settle(running(Step.CONFIRM), flow)
    assert not taken.checking_in
    assert route(Shown(running(Step.CONFIRM), taken)) is Name.CONFIRM


def test_a_closed_visit_ends_the_check_in() -> None:
    assert not settle(View(), Flow().to(Stage.FIND)).checking_in


def test_the_end_is_told_once_and_by_a_restart_only_when_it_was_just_now() -> None:
    done = Finished("enr_1", 14, "en", 3.0, date(2026, 8, 17))
    view = msgspec.structs.replace(OPEN, finished=done, board=Board(called=15))
    assert route(Shown(view, settle(view, Flow(), first=True))) is Name.DONE
    assert route(Shown(view, Flow().told("enr_1"))) is Name.CALLED
    for seconds in (3600.0, -50.0):
        old = msgspec.structs.replace(view, finished=msgspec.structs.replace(done, seconds_ago=seconds))
        assert route(Shown(old, settle(old, Flow(), first=True))) is Name.CALLED


def test_the_ticket_s_language_speaks_in_the_recording() -> None:
    assert speaks_to(Shown(running(Step.PHOTO)), "id") == ("enr_1", "en")
    assert speaks_to(Shown(OPEN), "id") == ("", "id")
    assert speaks_to(Shown(OPEN, Flow().to(Stage.FIND)), "id") == ("check-in", "")


def test_an_answer_keeps_class_and_letters_so_that_not_me_goes_back_there() -> None:
    flow = Flow().to(Stage.NAME).choosing("XI IPA 1").typing("SI").answered(Found("stu_1"))
    assert (flow.class_name, flow.typed) == ("XI IPA 1", "SI")
    assert flow.answered(None).found is None


def test_only_the_last_four_digits_can_be_read() -> None:
    assert [hidden("6311055708090002"[:n]) for n in (0, 3, 4, 5, 16)] == ["", "631", "6311", "•3110", "•" * 12 + "0002"]


def test_marks_follow_the_verdicts_and_start_anew_while_judging() -> None:
    scores = {RIGHT_FOUR[0]: (61, True), RIGHT_FOUR[1]: (20, False)}
    live = Live(enrolment="enr_1", step=Step.RIGHT_FOUR, phase=Phase.PRESENT, scores=scores)
    missing = (Position.RIGHT_RING,)
    wanted = [Mark.GOOD, Mark.POOR, Mark.MISSING, Mark.ASKED]
    assert list(marks(Step.RIGHT_FOUR, missing, live).values()) == wanted
    judging = msgspec.structs.replace(live, phase=Phase.JUDGING)
    assert list(marks(Step.RIGHT_FOUR, missing, judging).values()) == [Mark.ASKED, Mark.ASKED, Mark.MISSING, Mark.ASKED]
    assert set(marks(Step.LEFT_FOUR, (), live).values()) == {Mark.ASKED}


def test_an_instruction_stays_long_enough_to_be_read() -> None:
    now = 100.0
    steady = Steady(lambda: now)
    assert steady.offer("advice.face.dark") == "advice.face.dark"
    now += 0.3
    assert steady.offer("advice.face.still") == "advice.face.dark"
    now += 0.5
    assert steady.offer("advice.face.still") == "advice.face.still"
