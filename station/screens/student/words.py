"""The touchscreen's words for steps, documents, fields and refusals: message ids in, sentences out."""

from __future__ import annotations

from datetime import date
from typing import Final

from station.disk import DiskFails, DiskFull, DiskReadOnly, DiskTrouble
from station.enrolment.spool import SpoolDamaged
from station.enrolment.steps import Step
from station.queue.states import Refused, TicketState
from station.roster.register import Listed
from station.screens.locale.speech import mark, tr
from station.screens.student.flow import Found
from station.screens.student.view import Finished, Running, TicketView

STAGES: Final[tuple[tuple[str, tuple[Step, ...]], ...]] = (
    (mark("Data"), (Step.IDENTITY, Step.DOCUMENTS, Step.CONFIRM)),
    (mark("Photo"), (Step.PHOTO, Step.PHOTO_APPROVAL)),
    (mark("Signature"), (Step.SIGNATURE,)),
    (mark("Fingers"), (Step.RIGHT_FOUR, Step.LEFT_FOUR, Step.THUMBS)),
    (mark("Eyes"), (Step.IRISES,)),
    (mark("Done"), (Step.VERIFY_INDEXES, Step.APPROVE, Step.SIGN_OFF)),
)
"""The steps as a student counts them."""

DOCUMENTS: Final = {
    "birth-certificate": mark("Birth certificate"),
    "family-card": mark("Family card (KK)"),
    "parental-consent": mark("Consent of the parents"),
}

FINGER_STEPS: Final = {
    Step.RIGHT_FOUR: (mark("Four fingers of your right hand"), mark("Put them on the glass, side by side")),
    Step.LEFT_FOUR: (mark("Four fingers of your left hand"), mark("Put them on the glass, side by side")),
    Step.THUMBS: (mark("Both thumbs"), mark("Put them on the glass, side by side")),
    Step.VERIFY_INDEXES: (mark("Both index fingers again"), mark("Put them on the glass one after the other")),
}
"""What to put down, and how."""

_NOT_FOUND: Final = {
    "checkin.no-visit": (mark("Recording is closed"), mark("No visit is open just now. Ask the operator.")),
    "checkin.code-unknown": (
        mark("This code is not known"),
        mark("Use the invitation that you got for this visit, or find yourself by NIK or name."),
    ),
    "checkin.nik-unknown": (
        mark("This NIK is not on the list"),
        mark("Look at your family card and type it again, or find yourself by name."),
    ),
    "checkin.other-school": (
        mark("You are on another school's list"),
        mark("Ask the operator: you may be recorded here or at your own school."),
    ),
    "checkin.recorded": (
        mark("You are recorded already"),
        mark("You need not come again. Your card can be printed now."),
    ),
    "checkin.too-young": (mark("You can be recorded from 16"), mark("You can come from {day}.")),
}
"""What is the matter, and what to do."""
_STILL_16: Final = mark("You need not come again. Your card is printed when you are 17: from {day}.")

_REFUSED: Final = {
    "queue.no-visit": mark("Recording is closed. Ask the operator."),
    "queue.already-recorded": mark("You are recorded already. You need not come again."),
}

_DISK: Final = {
    DiskFull.code: (
        mark("The disk is full"),
        mark("Nothing was lost. Call the operator; it goes on when there is space."),
    ),
    DiskReadOnly.code: (
        mark("The disk takes nothing more"),
        mark("Nothing was lost. Call the operator; it goes on when the disk takes it again."),
    ),
    DiskFails.code: (
        mark("The disk fails"),
        mark("Call the operator; it goes on when the disk takes it again."),
    ),
}
"""Why nothing can be kept: what is wrong, what to do."""

_TICKET: Final = {
    TicketState.CALLED: mark("It is your turn: step up now"),
    TicketState.SERVING: mark("It is your turn: step up now"),
    TicketState.PARKED: mark("Your recording is set aside. Go to the operator."),
    TicketState.MISSED: mark("Your number was called. Go to the operator."),
    TicketState.CANCELLED: mark("This number does not hold any more. Go to the operator."),
    TicketState.FINISHED: mark("You are recorded already. You need not come again."),
}

_PAST: Final = (TicketState.CANCELLED, TicketState.FINISHED)
_SIGNS: Final = {TicketState.FINISHED: "check", TicketState.PARKED: "pause", TicketState.CANCELLED: "warning"}


def _(text: str) -> str:
    """The text in the language of now."""
    return str(tr._(text))


def _n(one: str, many: str, number: int) -> str:
    """The form for this number in the language of now."""
    return str(tr._n(one, many, number))


def stages(running: Running | None) -> tuple[list[str], int]:
    """The names of the steps, and which is the one of now; none while nothing runs."""
    if running is None:
        return [], 0
    asked = [(name, steps) for name, steps in STAGES if any(step in running.steps for step in steps)]
    at = next((number for number, (_name, steps) in enumerate(asked) if running.step in steps), 0)
    return [_(name) for name, _steps in asked], at


def document(of: str) -> str:
    """A document's name; one that config.toml adds is shown as written there."""
    return _(DOCUMENTS[of]) if of in DOCUMENTS else of.replace("-", " ").capitalize()


def apart(person: Listed | Found) -> str:
    """What tells a namesake from the others; empty for who has none."""
    if person.nik:
        return f"NIK {person.nik}"
    return _("born on {day}").format(day=tr.birthday(person.born)) if person.born is not None else ""


def day(of: date) -> str:
    """A date in words."""
    return str(tr._date(of))


def span(minutes: tuple[int, int]) -> str:
    """How long it may take; "from 0" would say nothing."""
    low, high = minutes
    return (_("about {low} to {high} minutes") if low else _("up to {high} minutes")).format(low=low, high=high)


def ahead(number: int) -> str:
    """How many go before."""
    if not number:
        return _("You are next")
    return _n("{n} student before you", "{n} students before you", number).format(n=number)


def waiting(number: int) -> str:
    """How many wait."""
    return _n("{n} student waits", "{n} students wait", number).format(n=number) if number else _("Nobody waits")


def not_found(found: Found) -> tuple[str, str]:
    """Why a student cannot check in, and what to do."""
    title, text = _NOT_FOUND[found.problem]
    if found.problem == "checkin.recorded" and found.on is not None:
        text = _STILL_16
    return _(title), _(text).format(day=day(found.on) if found.on else "")


def answers(found: Found) -> tuple[str, str]:
    """What the student can do about an answer: the main button's words, the other's."""
    if not found.problem:
        return _("Show my number") if found.ticket else _("Take a number"), _("Not me")
    return (_("Back to the start"), _("Try again")) if found.settled else (_("Try again"), _("Another way"))


def paper(ticket: TicketView, *, late: bool) -> tuple[str, str]:
    """What the printer does: icon and words; no words for a number that needs no paper any more.

    `late`: the paper ought to have come. Whatever keeps it, nothing is promised then but that the number holds.
    """
    printed = ticket.print_state == "printed"
    if ticket.state in _PAST or (printed and ticket.state not in (TicketState.WAITING, TicketState.CALLED)):
        return "printer", ""
    if printed:
        return "check", _("Take the paper with your number")
    if late or ticket.print_state == "failed" or ticket.printer_problem:
        return "warning", _("No paper just now: remember your number, or take a picture of it. The paper comes later.")
    return "printer", _("Your number is being printed …")


def slip(finished: Finished, *, late: bool) -> tuple[str, str]:
    """What the printer does at the end: icon and words."""
    if finished.slip_state == "printed":
        return "check", _("Take the slip from the printer.")
    if late or finished.slip_state == "failed" or finished.printer_problem:
        return "printer", _("No slip just now. You need not wait for it.")
    return "printer", _("A slip is being printed …")


def turn(ticket: TicketView) -> tuple[str, str]:
    """What a ticket that does not wait any more means, as icon and words; no words while it waits."""
    if ticket.state not in _TICKET:
        return "people", ""
    return _SIGNS.get(ticket.state, "speaker"), _(_TICKET[ticket.state])


def disk(code: str) -> tuple[str, str]:
    """What is wrong with the disk, and what to do, by the code of DiskTrouble."""
    title, text = _DISK[code]
    return _(title), _(text)


def explain(error: BaseException) -> str | None:
    """What happened and what to do, for what a student can meet; None for a fault of this program."""
    match error:
        case Refused():
            known = _REFUSED.get(error.code)
            return _(known) if known else _("The operator was quicker. Look at the screen again.")
        case DiskTrouble():
            return f"{_(_DISK[error.code][0])}. {_('Call the operator.')}"
        case SpoolDamaged():
            return _("The photo cannot be read. Take a new one.")
        case _:
            return None
