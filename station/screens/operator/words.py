"""The console's words for states, steps, reasons, devices and errors: message ids in, sentences out.

Everything here is marked for translation and translated where it is shown. A message id that is not listed is shown as
it stands, small, for the technician, with a general sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from babel.numbers import format_decimal

from station.biometrics.samples import IRISES, Position
from station.disk import DiskFails, DiskFull, DiskReadOnly, DiskTrouble
from station.enrolment.biographic import NotAValue
from station.enrolment.commands import REINSTATED
from station.enrolment.spool import SpoolDamaged
from station.enrolment.steps import Step
from station.hardware.devices import CaptureTimeout, DeviceError, DeviceGone, Kind
from station.operators import OperatorRefused, WeakPin
from station.queue import Refused, TicketState
from station.screens.advice import device
from station.screens.locale.speech import mark, tr
from station.screens.operator.desk import SignedOut
from station.screens.operator.view import Ending
from station.screens.widgets.badge import Tone
from station.screens.widgets.hands import FINGER_NAMES

STATES: Final[dict[TicketState, tuple[str, Tone, str]]] = {
    TicketState.WAITING: (mark("waiting"), Tone.PLAIN, "clock"),
    TicketState.CALLED: (mark("called"), Tone.CALL, "speaker"),
    TicketState.SERVING: (mark("being recorded"), Tone.NOW, "dot"),
    TicketState.PARKED: (mark("parked"), Tone.WARN, "pause"),
    TicketState.MISSED: (mark("missed"), Tone.WARN, "minus"),
    TicketState.CANCELLED: (mark("cancelled"), Tone.BAD, "cross"),
    TicketState.FINISHED: (mark("finished"), Tone.GOOD, "check"),
}
"""Word, tone and icon of each ticket state."""

STEPS: Final[dict[Step, str]] = {
    Step.IDENTITY: mark("Check the identity"),
    Step.DOCUMENTS: mark("Check the documents"),
    Step.CONFIRM: mark("Student confirms the data"),
    Step.PHOTO: mark("Portrait"),
    Step.PHOTO_APPROVAL: mark("Student approves the portrait"),
    Step.SIGNATURE: mark("Signature"),
    Step.RIGHT_FOUR: mark("Four fingers, right hand"),
    Step.LEFT_FOUR: mark("Four fingers, left hand"),
    Step.THUMBS: mark("Both thumbs"),
    Step.IRISES: mark("Irises"),
    Step.VERIFY_INDEXES: mark("Index fingers again"),
    Step.APPROVE: mark("Student approves by signature"),
    Step.SIGN_OFF: mark("Sign off"),
}

PRIORITIES: Final = {
    "": mark("No priority"),
    "disability": mark("Disability"),
    "exam": mark("Exam today"),
    "other": mark("Another reason"),
}

ACCEPT_REASONS: Final = {
    "worn-skin": mark("Skin worn or dry"),
    "small-injury": mark("Small injury"),
    "cannot-hold-still": mark("Cannot hold still"),
    "eyes-sensitive": mark("Eyes sensitive or half closed"),
    "device-limit": mark("The device cannot do better"),
}
"""Why a sample below the threshold is kept: code in the record, words on the button."""

PARK_REASONS: Final = {
    "document-missing": mark("A document is missing"),
    "back-to-class": mark("Has to go back to class"),
    "device-away": mark("A device does not work"),
    "unwell": mark("Does not feel well"),
}

CANCEL_REASONS: Final = {
    "wants-not": mark("Does not want to be recorded"),
    "consent-missing": mark("No consent of the parents"),
    "wrong-person": mark("Wrong person"),
    "recorded-before": mark("Was recorded elsewhere"),
    "went-home": mark("Went home"),
}

EXCEPTION_REASONS: Final = {
    "amputated": mark("Missing"),
    "bandaged": mark("Bandaged"),
    "damaged": mark("Damaged"),
    "other": mark("Another reason"),
}

_REASONS: Final = {**PARK_REASONS, **CANCEL_REASONS, **ACCEPT_REASONS, REINSTATED: mark("Cancellation taken back")}

DOCUMENTS: Final = {
    "birth-certificate": mark("Birth certificate"),
    "family-card": mark("Family card (KK)"),
    "parental-consent": mark("Consent of the parents"),
}

FIELDS: Final = {
    "name": mark("Name"),
    "nik": mark("NIK"),
    "no_kk": mark("Family card number"),
    "sex": mark("Sex"),
    "birth_place": mark("Place of birth"),
    "birth_date": mark("Date of birth"),
    "akta": mark("Birth certificate number"),
    "street": mark("Street"),
    "rt": mark("RT"),
    "rw": mark("RW"),
    "hamlet": mark("Hamlet"),
    "village": mark("Village"),
    "district": mark("District"),
}

DEVICE_STATES: Final[dict[str, tuple[str, Tone]]] = {
    "ready": (mark("ready"), Tone.GOOD),
    "fault": (mark("does not work"), Tone.BAD),
    "gone": (mark("unplugged"), Tone.BAD),
    "none": (mark("never plugged in"), Tone.PLAIN),
}

PROBLEMS: Final[dict[str, tuple[str, str]]] = {
    "printer.paper-end": (
        mark("no paper"),
        mark("Open the cover, put in a roll, close it. What waits is printed then."),
    ),
    "printer.paper-near-end": (mark("paper nearly used up"), mark("Have a new roll at hand.")),
    "printer.cover-open": (mark("cover open"), mark("Close the cover until it clicks.")),
    "printer.offline": (mark("offline"), mark("Press the feed button once; if it stays so, switch it off and on.")),
    "printer.blocked": (mark("blocked"), mark("Open the cover, take out jammed paper, close it.")),
}
"""Fault codes: what is wrong, what to do."""

PACKAGE_STATES: Final[dict[str, tuple[str, Tone]]] = {
    "sealed": (mark("sealed"), Tone.NOW),
    "delivered": (mark("delivered"), Tone.NOW),
    "received": (mark("received"), Tone.GOOD),
    "refused": (mark("refused by the office"), Tone.BAD),
}

PACKAGE_PROBLEMS: Final = {
    "store-away": mark("The store cannot be reached. It is tried again by itself."),
    "store-conflict": mark("The store holds another package of this name. Ask the office."),
    "store-damaged": mark("The store gives back something else. Ask the office."),
    "signature-missing": mark("The signature is missing beside it. Copy the .sig file to the office as well."),
    "signature-form": mark("The signature beside it is none. Have the package copied to the office again."),
    "signature-wrong": mark("It was changed after it was signed. Have the package copied to the office again."),
    "signer-unknown": mark("The office does not know this station's key. The technician has it entered there."),
    "too-large": mark("It is larger than a package can be. Call the technician."),
    "name": mark("It is another package than its name says. Call the technician."),
    "unreadable": mark("The office cannot read the file. Have the package copied to the office again."),
    "not-age": mark("It is not encrypted as it should be. Have the package copied to the office again."),
    "wrong-identity": mark("It is encrypted for another office. The technician puts the right keys on the station."),
    "tar": mark("What is inside it cannot be read. Call the technician."),
    "bag": mark("What is inside it is not whole. Call the technician."),
    "record": mark("The record inside it cannot be right. Call the technician."),
    "journal": mark("The history inside it cannot be right. Call the technician."),
    "station": mark("It is of another station than the one that signed it. Call the technician."),
    "bench": mark("It was made with emulated devices and is no enrolment. Record the student with real devices."),
}

ENDINGS: Final[dict[Ending, tuple[str, Tone, str]]] = {
    Ending.SEALED: (mark("Sealed"), Tone.GOOD, "box"),
    Ending.MISSED: (mark("Missed"), Tone.WARN, "minus"),
    Ending.PARKED: (mark("Parked"), Tone.WARN, "pause"),
    Ending.CANCELLED: (mark("Cancelled"), Tone.PLAIN, "cross"),
    Ending.SEALING: (mark("Being sealed"), Tone.NOW, "redo"),
    Ending.SERVING: (mark("Being recorded"), Tone.NOW, "dot"),
    Ending.CALLED: (mark("Called"), Tone.CALL, "speaker"),
    Ending.WAITING: (mark("Waiting"), Tone.PLAIN, "clock"),
}

ALERTS: Final[dict[str, tuple[str, str]]] = {
    "help": (mark("A student asks for help"), mark("Go to the touchscreen and see what is the matter.")),
    "disputed": (mark("The student says that something is wrong"), mark("Compare the data with the documents again.")),
    "resembles": (
        mark("This student may have been recorded already"),
        mark("The prints are like another student's of today. Compare the two faces."),
    ),
    "uncompared": (
        mark("The prints could not be compared with the others'"),
        mark("Make sure yourself that this student was not recorded today."),
    ),
    "duplicate": (mark("The same finger was shown twice"), mark("Help the student to put down the right fingers.")),
    DiskFull.code: (mark("The disk is full"), mark("Nothing more is recorded. Free space, then go on.")),
    DiskReadOnly.code: (
        mark("The disk takes nothing more"),
        mark("Nothing more is recorded. Restart the station; if this stays, call the technician."),
    ),
    DiskFails.code: (mark("The disk fails"), mark("Leave the station on and call the technician.")),
    "package": (mark("A package could not be sealed"), mark("Leave the station on and call the technician.")),
    "package.damaged": (
        mark("What was recorded cannot be read any more"),
        mark("Open the student's file and let the lost part be recorded again."),
    ),
    "package.unread": (
        mark("A recording cannot be read just now"),
        mark("Nothing is lost: it is tried again by itself. If this stays, restart the station."),
    ),
    "packages": (
        mark("Packages are not delivered"),
        mark("They are safe here. Ask the office, or call the technician."),
    ),
    "packages.store-away": (
        mark("The store cannot be reached"),
        mark("Nothing is lost: it is tried again by itself. Plug the disk in, or check the network."),
    ),
}
"""By the code, or by its first part: what happened, what to do."""

_DISK: Final = {
    DiskFull.code: mark("The disk is full: nothing was changed. Free some space, then try again."),
    DiskReadOnly.code: mark(
        "The disk takes nothing more: nothing was changed. Restart the station; if this stays, call the technician."
    ),
    DiskFails.code: mark("The disk fails: look whether that was kept, and call the technician."),
}

_SIGN_OFF_WAITS: Final = {
    "enrolment.being-compared": mark("the prints are being compared"),
    "enrolment.resemblance-unseen": mark("compare the two faces first"),
}
"""On the button that cannot be pressed yet."""

_DOUBTS: Final = {
    "name-characters": mark("The name has digits or signs in it."),
    "name-long": mark("The name has more than 60 characters."),
    "birth-date-implausible": mark("The date of birth is unusual for a student."),
    "nik-region-unknown": mark("The NIK begins with no province that there is."),
    "nik-implausible": mark("The NIK holds no date that there is."),
    "nik-birth-mismatch": mark("The NIK says another date of birth."),
    "nik-sex-mismatch": mark("The NIK says another sex."),
    "nik-of-another": mark("Another student of the list has this NIK."),
}
"""What is odd about corrected data and may be right all the same."""

_REFUSED: Final = {
    "queue.visit-open": mark("A visit is open already. Close it first."),
    "queue.visit-busy": mark("Somebody is called or being recorded. Finish or park that first."),
    "queue.already-recorded": mark("This student is recorded already. Nothing more is to be done."),
    "queue.one-called": mark("Another number is called already. Start or miss that one first."),
    "queue.nobody-waits": mark("Nobody waits. Call again when a student has checked in."),
    "queue.no-ticket": mark("There is no such number in this visit."),
    "queue.no-visit": mark("No visit is open. Open one first."),
    "queue.nothing-to-undo": mark("There is nothing left to take back."),
    "queue.undo-in-enrolment": mark("This belongs to a recording. Open the student's file to take it back there."),
    "queue.checked-in-anew": mark("The student has checked in again. Go on with the new number."),
    "queue.has-enrolment": mark("A recording runs behind this number. Park or cancel that."),
    "queue.is-waiting": mark("This number waits. Call it first."),
    "queue.is-called": mark("This number is called already."),
    "queue.is-serving": mark("This student is being recorded just now."),
    "queue.is-parked": mark("This number is parked. Bring it back first."),
    "queue.is-missed": mark("This number was missed. Bring it back first."),
    "queue.is-cancelled": mark("This number is cancelled."),
    "queue.is-finished": mark("This student is finished."),
    "enrolment.another-active": mark("Another recording runs. Finish or park it first."),
    "enrolment.documents-unseen": mark("Look at each document first, and say whether it is there."),
    "enrolment.nothing-lost": mark("All that was recorded can be read. Nothing has to be done again."),
    "enrolment.begun-anew": mark("The student has begun anew with another number. Go on with that one."),
    "enrolment.reason-missing": mark("A reason is needed. Choose one or write it."),
    "enrolment.too-early-to-accept": mark("Try a few more times before accepting."),
    "enrolment.step-is-done": mark("That step is done already. Repeat it first, then record the exception."),
    "enrolment.at-another-step": mark("The recording stands at another step by now. Look again."),
    "enrolment.incomplete": mark("A step is still open. Finish it before signing off."),
    "enrolment.being-compared": mark("The prints are still being compared. Try again in a moment."),
    "enrolment.resemblance-unseen": mark("Compare the two faces first: the prints are like another student's."),
    "enrolment.no-such-resemblance": mark("That was answered already."),
    "enrolment.is-parked": mark("This recording is parked. Go on with it first."),
    "enrolment.is-cancelled": mark("This recording is cancelled."),
    "enrolment.is-signed_off": mark("This recording is signed off already."),
    "enrolment.is-sealed": mark("This recording is sealed already."),
    "pin.not-digits": mark("A PIN has digits only."),
    "pin.too-short": mark("This PIN is too short. Use at least six digits."),
    "pin.too-long": mark("This PIN is too long."),
    "pin.too-simple": mark("This PIN is easy to guess. Use no runs and no repeats."),
}


def _(text: str) -> str:
    """The text in the language of now."""
    return str(tr._(text))


def _n(one: str, many: str, number: int) -> str:
    """The form for this number in the language of now."""
    return str(tr._n(one, many, number))


def state(of: TicketState) -> str:
    """A ticket state in words."""
    return _(STATES[of][0])


def step(of: Step) -> str:
    """A step's name."""
    return _(STEPS[of])


def position(of: Position) -> str:
    """A finger or eye by name."""
    if of in IRISES:
        return _("right eye") if of is Position.RIGHT_IRIS else _("left eye")
    return _(FINGER_NAMES[of])


def reason(code: str) -> str:
    """A reason: one of the buttons, or what the operator wrote."""
    return _(_REASONS[code]) if code in _REASONS else code


def document(of: str) -> str:
    """A document's name; one that config.toml adds is shown as written there."""
    return _(DOCUMENTS[of]) if of in DOCUMENTS else of.replace("-", " ").capitalize()


def minutes(number: int | None) -> str:
    """A duration; a dash where the clock has jumped."""
    return "–" if number is None else _n("{n} min", "{n} min", number).format(n=number)


def ago(number: int | None) -> str:
    """How long something is past; a dash where the clock has jumped."""
    return "–" if number is None else _n("{n} min ago", "{n} min ago", number).format(n=number)


def decimal(number: float, digits: int = 1) -> str:
    """A number with so many digits after the comma, as the language of now writes it."""
    return str(format_decimal(number, format="0." + "0" * digits if digits else "0", locale=tr.language))


def problem(kind: Kind, state: str, code: str, *, needed: bool = False) -> tuple[str, str]:
    """What is wrong with a device, and what to do."""
    if code in PROBLEMS:
        return _(PROBLEMS[code][0]), _(PROBLEMS[code][1])
    if state == "gone":
        return _("unplugged"), _("Plug it in again, at any socket. The recording waits and goes on by itself.")
    if state == "none" and needed:
        return _("not plugged in, needed"), _("Plug it in, at any socket. A step of the recording needs it.")
    if state == "none":
        return _("never plugged in"), _("Plug it in if it is needed today.")
    if state == "fault":
        return _("does not work"), _("Unplug it and plug it in again. If that does not help, call the technician.")
    return "", ""


def alert(code: str) -> tuple[str, str]:
    """What happened, and what to do."""
    known = ALERTS.get(code) or ALERTS.get(code.partition(".")[0])
    if known is None:
        return code, _("Note this code for the technician.")
    return _(known[0]), _(known[1])


def sign_off_waits(code: str) -> str:
    """Why signing off has to wait; empty where it has not."""
    return _(_SIGN_OFF_WAITS[code]) if code else ""


def doubts(codes: Sequence[str]) -> str:
    """What is odd about corrected data, a sentence each."""
    return " ".join(_(_DOUBTS[code]) for code in codes)


def documents_wait(seen: int, total: int) -> str:
    """Why the documents cannot be called right yet; empty where they can."""
    return "" if seen >= total else _("{n} of {total} looked at").format(n=seen, total=total)


def package_problem(code: str, said: str = "") -> str:
    """Why a package is not where it should be; what the office said where its code has no words here."""
    return _(PACKAGE_PROBLEMS[code]) if code in PACKAGE_PROBLEMS else said or code


def explain(error: BaseException) -> str | None:
    """What happened and what to do, for an error that the operator can act on; None for a fault of this program."""
    match error:
        case Refused() | OperatorRefused() | WeakPin():
            known = _REFUSED.get(error.code)
            return _(known) if known else _("That cannot be done now ({code}).").format(code=error.code)
        case SignedOut():
            return _("The console was locked before that was done. Sign in and do it again.")
        case DeviceGone():
            what = _("{device}: unplugged. Plug it in, then try again.")
            return what.format(device=device(error.kind))
        case CaptureTimeout():
            return _("Nothing was put before the device in time. Try again.")
        case DeviceError():
            what = _("The device does not work ({code}). Unplug it and plug it in again, then try again.")
            return what.format(code=error.code)
        case DiskTrouble():
            return _(_DISK[error.code])
        case SpoolDamaged():
            return _("This picture cannot be read any more. Take it again.")
        case NotAValue():
            what = _("{field}: this cannot be right. Look at the document again.")
            return what.format(field=_(FIELDS.get(error.field, error.field)))
        case _:
            return None
