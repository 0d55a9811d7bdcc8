"""What one student does at the screen before there is a ticket: not in the journal, and gone with a restart. Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from station.enrolment.steps import Step
from station.roster.register import Listed
from station.screens.student.view import View

IDLE_SECONDS: Final = 40.0
"""Without a touch or a code in the check-in, the student is asked whether anybody is there."""
SETTLED: Final = frozenset({"checkin.recorded", "checkin.too-young", "checkin.other-school", "checkin.no-visit"})
"""Problems that trying again cannot help."""

DONE_AGE: Final = 60.0
"""Seconds after the sign-off in which a screen that starts anew still says what happens next."""


class Stage(StrEnum):
    """How far the student is."""

    HOME = "home"
    FIND = "find"
    CODE = "code"
    NIK = "nik"
    NAME = "name"
    TICKET = "ticket"


class Found(msgspec.Struct, frozen=True):
    """A student who was found, or why there is none."""

    student: str = ""
    name: str = ""
    """As it may be shown: masked, but where the own name was typed."""
    class_name: str = ""
    via: str = ""
    problem: str = ""
    """Message id; empty: can check in."""
    on: date | None = None
    """With `checkin.too-young`: when the student can be recorded. With `checkin.recorded`: when the card can be
    printed, where that is still to come."""
    ticket: str = ""
    """The ticket that the student holds already."""
    nik: str = ""
    """As in Listed: what tells namesakes apart."""
    born: date | None = None

    @property
    def settled(self) -> bool:
        """Is there nothing more to do here?"""
        return self.problem in SETTLED


class Flow(msgspec.Struct, frozen=True):
    """Where the student is, and what was found so far."""

    stage: Stage = Stage.HOME
    class_name: str = ""
    typed: str = ""
    """Digits of the NIK, or letters of the name."""
    people: tuple[Listed, ...] = ()
    """Who fits what was typed."""
    found: Found | None = None
    ticket: str = ""
    done_seen: str = ""
    """The last enrolment whose end was told."""

    def home(self) -> Flow:
        """Back at the start."""
        return Flow(done_seen=self.done_seen)

    def to(self, stage: Stage, *, class_name: str = "", found: Found | None = None) -> Flow:
        """Go to a stage of the check-in."""
        return Flow(stage, class_name=class_name, found=found, done_seen=self.done_seen)

    def typing(self, typed: str, people: tuple[Listed, ...] = ()) -> Flow:
        """Something else is typed now, and these fit it."""
        return msgspec.structs.replace(self, typed=typed, people=people)

    def choosing(self, class_name: str) -> Flow:
        """The class is chosen."""
        return msgspec.structs.replace(self, class_name=class_name, typed="", people=())

    def answered(self, found: Found | None) -> Flow:
        """There is an answer, or it is taken back."""
        return msgspec.structs.replace(self, found=found)

    def show_ticket(self, ticket: str) -> Flow:
        """The ticket is there."""
        return Flow(Stage.TICKET, ticket=ticket, done_seen=self.done_seen)

    def told(self, enrolment: str) -> Flow:
        """The end of a recording was read."""
        return Flow(done_seen=enrolment)

    @property
    def checking_in(self) -> bool:
        return self.stage is not Stage.HOME


WITH_OPERATOR: Final = (Step.IDENTITY, Step.DOCUMENTS)
"""Steps that need no touchscreen, so a check-in that has begun may end."""


def settle(view: View, flow: Flow, *, first: bool = False) -> Flow:
    """The flow that still holds under a new view. `first`: the screen has just started."""
    if first and view.finished is not None and not 0 <= view.finished.seconds_ago <= DONE_AGE:
        return flow.told(view.finished.enrolment)
    taken = view.running is not None and view.running.step not in WITH_OPERATOR
    return flow.home() if flow.checking_in and (taken or not view.visit) else flow
