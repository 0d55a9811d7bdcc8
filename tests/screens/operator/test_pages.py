"""Which page can be shown: the one asked for, or where its subject's end leads."""

from __future__ import annotations

import msgspec
import pytest

from station.enrolment.steps import Step
from station.queue.states import TicketState
from station.screens.operator.pages import TABLE, TODAY, Name, Page, file_of, opened_from, ready, settle
from station.screens.operator.view import NowView, OperatorView, QueueRow, View, VisitView

ROW = QueueRow(ticket="tkt_1", number=1, name="", class_name="", state=TicketState.SERVING, minutes=0)
NOW = NowView(
    enrolment="enr_1",
    ticket="tkt_1",
    number=1,
    name="",
    class_name="",
    step=Step.IDENTITY,
    steps=tuple(Step),
    done=(),
    minutes=0,
    step_minutes=0,
)
SIGNED_IN = View(operator=OperatorView("opr_1", "A"), visit=VisitView("vis_1", "sch_1", "S", False), queue=(ROW,))
RUNNING = msgspec.structs.replace(SIGNED_IN, now=NOW)


def test_every_name_has_a_screen() -> None:
    assert set(TABLE) == set(Name)


@pytest.mark.parametrize("name", Name)
def test_nothing_is_shown_before_somebody_signs_in(name: Name) -> None:
    assert settle(View(), Page(name, "tkt_1")).name is Name.SIGN_IN


ALWAYS = {Name.PACKAGES, Name.DEVICES, Name.SETTINGS, Name.PIN}


@pytest.mark.parametrize("name", sorted(set(Name) - {Name.SIGN_IN, Name.VISIT, *ALWAYS}))
def test_without_a_visit_one_is_to_be_opened(name: Name) -> None:
    assert settle(View(operator=SIGNED_IN.operator), Page(name)).name is Name.VISIT


@pytest.mark.parametrize("name", sorted(ALWAYS))
def test_what_has_no_need_of_a_visit_is_there_before_and_after_it(name: Name) -> None:
    assert settle(View(operator=SIGNED_IN.operator), Page(name)) == Page(name)


@pytest.mark.parametrize("name", [Name.ACCEPT, Name.EXCEPTION, Name.REPEAT, Name.CORRECT])
def test_a_question_about_a_recording_ends_with_it(name: Name) -> None:
    page = Page(name, "tkt_1")
    assert settle(RUNNING, page) == page
    assert settle(SIGNED_IN, page) == TODAY


def test_a_file_is_shown_once_it_is_read_and_left_when_there_is_none() -> None:
    page = Page(Name.FILE, "tkt_1")
    assert file_of(page) == "tkt_1"
    assert not ready(RUNNING, settle(RUNNING, page))
    assert settle(msgspec.structs.replace(RUNNING, asked_file="tkt_1"), page) == TODAY
    assert settle(RUNNING, Page(Name.FILE, "tkt_9")) == TODAY


def test_a_way_back_leads_through_every_page_once() -> None:
    file = opened_from(TODAY, Name.FILE, "tkt_1")
    correct = opened_from(file, Name.CORRECT, "tkt_1")
    search = opened_from(correct, Name.CHECK_IN)
    assert search.back == correct
    assert correct.back == file
    assert opened_from(search, Name.CHECK_IN) == search
    other = opened_from(search, Name.FILE, "tkt_2")
    assert opened_from(other, Name.CHECK_IN) == search
    assert opened_from(other, Name.TODAY) == TODAY


def test_who_has_signed_in_or_opened_a_visit_is_at_today() -> None:
    assert settle(SIGNED_IN, Page(Name.SIGN_IN)) == TODAY
    assert settle(SIGNED_IN, Page(Name.VISIT)) == TODAY
