"""Which screen is shown: a pure function of the journal's view, the flow at the screen, and the capture's phase."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from station.enrolment.capture import Live, Phase
from station.enrolment.steps import CAPTURES, Step
from station.screens.pixels import Pixels
from station.screens.student.flow import WITH_OPERATOR, Flow, Stage
from station.screens.student.view import Running, View


class Name(StrEnum):
    """The student's screens."""

    CLOSED = "closed"
    WELCOME = "welcome"
    CALLED = "called"
    FIND = "find"
    FIND_CODE = "find_code"
    FIND_NIK = "find_nik"
    FIND_NAME = "find_name"
    TICKET = "ticket"
    WITH_OPERATOR = "with_operator"
    CONFIRM = "confirm"
    PHOTO = "photo"
    PHOTO_APPROVAL = "photo_approval"
    SIGNATURE = "signature"
    FINGERS = "fingers"
    IRISES = "irises"
    VERIFY = "verify"
    APPROVE = "approve"
    FINISHING = "finishing"
    DONE = "done"
    WAIT_DEVICE = "wait_device"


_ROOM: Final = "station.screens.student"
TABLE: Final[dict[str, str]] = {
    Name.CLOSED: f"{_ROOM}.board:Closed",
    Name.WELCOME: f"{_ROOM}.board:Welcome",
    Name.CALLED: f"{_ROOM}.board:Called",
    Name.FIND: f"{_ROOM}.find:Find",
    Name.FIND_CODE: f"{_ROOM}.find_code:FindCode",
    Name.FIND_NIK: f"{_ROOM}.find_nik:FindNik",
    Name.FIND_NAME: f"{_ROOM}.find_name:FindName",
    Name.TICKET: f"{_ROOM}.ticket:Ticket",
    Name.WITH_OPERATOR: f"{_ROOM}.operator:WithOperator",
    Name.CONFIRM: f"{_ROOM}.confirm:Confirm",
    Name.PHOTO: f"{_ROOM}.photo:Photo",
    Name.PHOTO_APPROVAL: f"{_ROOM}.photo:PhotoApproval",
    Name.SIGNATURE: f"{_ROOM}.signing:Signature",
    Name.FINGERS: f"{_ROOM}.scanning:Fingers",
    Name.IRISES: f"{_ROOM}.scanning:Irises",
    Name.VERIFY: f"{_ROOM}.scanning:Verify",
    Name.APPROVE: f"{_ROOM}.signing:Approve",
    Name.FINISHING: f"{_ROOM}.operator:Finishing",
    Name.DONE: f"{_ROOM}.done:Done",
    Name.WAIT_DEVICE: f"{_ROOM}.wait_device:WaitDevice",
}
"""Screens by name, built when first shown."""

_OF_STEP: Final[dict[Step, Name]] = {
    Step.IDENTITY: Name.WITH_OPERATOR,
    Step.DOCUMENTS: Name.WITH_OPERATOR,
    Step.CONFIRM: Name.CONFIRM,
    Step.PHOTO: Name.PHOTO,
    Step.PHOTO_APPROVAL: Name.PHOTO_APPROVAL,
    Step.SIGNATURE: Name.SIGNATURE,
    Step.RIGHT_FOUR: Name.FINGERS,
    Step.LEFT_FOUR: Name.FINGERS,
    Step.THUMBS: Name.FINGERS,
    Step.IRISES: Name.IRISES,
    Step.VERIFY_INDEXES: Name.VERIFY,
    Step.APPROVE: Name.APPROVE,
    Step.SIGN_OFF: Name.FINISHING,
}
_OF_STAGE: Final[dict[Stage, Name]] = {
    Stage.FIND: Name.FIND,
    Stage.CODE: Name.FIND_CODE,
    Stage.NIK: Name.FIND_NIK,
    Stage.NAME: Name.FIND_NAME,
    Stage.TICKET: Name.TICKET,
}


class Shown(msgspec.Struct, frozen=True):
    """What a screen is told."""

    view: View
    flow: Flow = Flow()
    live: Live = Live()
    """The capture under way."""
    photo: Pixels | None = None
    """The photo that is to be approved, once it is read."""

    @property
    def recording(self) -> Running | None:
        """The recording that the screen is about; a check-in that ends while the operator looks at papers is not."""
        return None if self.flow.checking_in else self.view.running


def speaks_to(shown: Shown, default: str) -> tuple[str, str]:
    """Whom the screen speaks to, and in which language first; empty for one who has chosen already.

    The choice lasts as long as it is the same person: from welcome through the check-in, or through a recording.
    """
    view, flow = shown.view, shown.flow
    name = route(shown)
    if flow.checking_in and name in _OF_STAGE.values():
        return "check-in", ""
    if view.running is not None:
        return view.running.enrolment, view.running.language
    if name is Name.DONE and view.finished is not None:
        return view.finished.enrolment, view.finished.language
    return "", default


def route(shown: Shown) -> Name:
    """The screen for this state."""
    view, flow = shown.view, shown.flow
    if flow.checking_in and view.visit and (view.running is None or view.running.step in WITH_OPERATOR):
        return _OF_STAGE[flow.stage]
    if view.running is not None:
        waits = shown.live.phase in (Phase.NO_DEVICE, Phase.NO_DISK)
        here = (shown.live.enrolment, shown.live.step) == (view.running.enrolment, view.running.step)
        if waits and here and view.running.step in CAPTURES:
            return Name.WAIT_DEVICE
        return _OF_STEP[view.running.step]
    if not view.visit:
        return Name.CLOSED
    if view.finished is not None and view.finished.enrolment != flow.done_seen:
        return Name.DONE
    return Name.CALLED if view.board.called else Name.WELCOME
