"""Every event of the station, declared once: who, when, what it means.

The docstrings are the public catalogue (`station journal catalogue`). An event is a past fact and is
never changed or taken back; what undoes it is another event. No personal data: students, tickets,
enrolments and samples are ids. A field may be added with a default; none may be renamed or removed,
because journals are read for as long as packages are.
"""

from __future__ import annotations

from typing import Final

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """Base of all events; the tag is the `kind` column."""


class SystemStarted(Event, frozen=True, kw_only=True, tag="system.started"):
    """A station process came up. Subject: the process's name."""

    version: str
    pid: int


class SystemRecovered(Event, frozen=True, kw_only=True, tag="system.recovered"):
    """Start-up found and mended what a crash had left (temporary files, unsealed sign-offs)."""

    swept_files: int
    orphan_samples: int


class VisitOpened(Event, frozen=True, kw_only=True, tag="visit.opened"):
    """A school visit began: ticket numbers start at 1. Subject: the visit."""

    school: str
    bench: bool = False


class VisitClosed(Event, frozen=True, kw_only=True, tag="visit.closed"):
    """The operator ended the visit after the day's figures agreed. Subject: the visit."""


class RosterImported(Event, frozen=True, kw_only=True, tag="roster.imported"):
    """A school's list was read in. Subject: the school."""

    file_sha256: str
    imported: int
    updated: int
    unchanged: int
    rejected: int
    warnings: int


class OperatorAdded(Event, frozen=True, kw_only=True, tag="operator.added"):
    """Someone may sign in with a PIN from now on. Subject: the operator."""

    left_handed: bool = False


class OperatorPinChanged(Event, frozen=True, kw_only=True, tag="operator.pin-changed"):
    """The operator has a new PIN; failures are forgotten. Subject: the operator."""


class OperatorLocked(Event, frozen=True, kw_only=True, tag="operator.locked"):
    """The operator cannot sign in until unlocked or given a new PIN. Subject: the operator."""

    reason: str


class OperatorUnlocked(Event, frozen=True, kw_only=True, tag="operator.unlocked"):
    """The operator may sign in again. Subject: the operator."""


class OperatorSignedIn(Event, frozen=True, kw_only=True, tag="operator.signed-in"):
    """The right PIN was given. Subject: the operator."""


class OperatorSignInFailed(Event, frozen=True, kw_only=True, tag="operator.sign-in-failed"):
    """A wrong PIN was given. Subject: the operator."""

    wait_seconds: int
    """How long further tries are refused from now on."""
    uptime: float = 0.0
    """Reading of the monotonic clock of this boot: the wait is measured by it, because wall time can be set."""


class OperatorSignedOut(Event, frozen=True, kw_only=True, tag="operator.signed-out"):
    """The console was locked, by the operator or after idle time. Subject: the operator."""

    reason: str = "asked"


class TicketIssued(Event, frozen=True, kw_only=True, tag="ticket.issued"):
    """A student checked in and has a number; the paper ticket is wanted. Subject: the ticket."""

    visit: str
    student: str
    number: int
    language: str
    priority: str = ""
    """Empty, or why this student goes first: `disability`, `exam`."""
    via: str = ""
    """How the student was found: `code`, `nik`, `name`, `operator`."""
    ahead: int = 0
    estimate_minutes: int = 0


class TicketPrintStarted(Event, frozen=True, kw_only=True, tag="ticket.print-started"):
    """Bytes are about to go to the printer; without an outcome, paper may exist all the same. Subject: the ticket."""

    copy: bool = False


class TicketPrinted(Event, frozen=True, kw_only=True, tag="ticket.printed"):
    """The printer took the last byte and was well afterwards. Subject: the ticket."""


class TicketPrintFailed(Event, frozen=True, kw_only=True, tag="ticket.print-failed"):
    """The printer refused or vanished; the ticket is printed when it is back. Subject: the ticket."""

    code: str


class TicketReprintAsked(Event, frozen=True, kw_only=True, tag="ticket.reprint-asked"):
    """Another paper ticket is wanted. Subject: the ticket."""


class TicketCalled(Event, frozen=True, kw_only=True, tag="ticket.called"):
    """The number was called to the station. Subject: the ticket."""

    calls: int
    """How often in all, this call included."""


class TicketServed(Event, frozen=True, kw_only=True, tag="ticket.served"):
    """The student stepped up; the enrolment runs. Subject: the ticket."""

    enrolment: str


class TicketMissed(Event, frozen=True, kw_only=True, tag="ticket.missed"):
    """The student did not come when called. Subject: the ticket."""


class TicketParked(Event, frozen=True, kw_only=True, tag="ticket.parked"):
    """Set aside by the operator, to be returned later. Subject: the ticket."""

    reason: str = ""


class TicketReturned(Event, frozen=True, kw_only=True, tag="ticket.returned"):
    """Waiting again after parked or missed. Subject: the ticket."""

    rank: int
    """Where in the line: lower is sooner."""


class TicketPrioritised(Event, frozen=True, kw_only=True, tag="ticket.prioritised"):
    """Goes first from now on, or no longer. Subject: the ticket."""

    priority: str


class TicketLanguageChosen(Event, frozen=True, kw_only=True, tag="ticket.language-chosen"):
    """The student goes on in another language, on screens and paper. Subject: the ticket."""

    language: str


class TicketNoted(Event, frozen=True, kw_only=True, tag="ticket.noted"):
    """The operator wrote a note (its text is in the vault). Subject: the ticket."""

    note: str


class TicketCancelled(Event, frozen=True, kw_only=True, tag="ticket.cancelled"):
    """Will not be served; the student was told why. Subject: the ticket."""

    reason: str = ""


class TicketFinished(Event, frozen=True, kw_only=True, tag="ticket.finished"):
    """The enrolment behind it was signed off. Subject: the ticket."""


class TicketReverted(Event, frozen=True, kw_only=True, tag="ticket.reverted"):
    """The operator took the last action on the ticket back. Subject: the ticket."""

    reverts: int
    """Seq of the event taken back."""
    state: str
    rank: int
    calls: int
    priority: str


class EnrolmentStarted(Event, frozen=True, kw_only=True, tag="enrolment.started"):
    """One student's recording began. Subject: the enrolment."""

    student: str
    ticket: str
    visit: str
    steps: tuple[str, ...]
    bench: bool = False


class StepEntered(Event, frozen=True, kw_only=True, tag="step.entered"):
    """The enrolment stands at this step now. Subject: the enrolment."""

    step: str


class StepCompleted(Event, frozen=True, kw_only=True, tag="step.completed"):
    """The step is done. Subject: the enrolment."""

    step: str
    outcome: str = "done"
    """`done`, `accepted` (below the threshold, with a reason) or `excepted` (nothing there to take)."""
    attempt: int = 0
    """The attempt that is kept, where the step captures."""


class StepReopened(Event, frozen=True, kw_only=True, tag="step.reopened"):
    """A step is to be done again; its kept attempt is kept no longer. Subject: the enrolment."""

    step: str
    reason: str = ""


class SampleTaken(msgspec.Struct, frozen=True, kw_only=True):
    """One sample of an attempt, as the spool holds it."""

    id: str
    position: str
    format: str
    sha256: str
    size: int
    score: int
    good: bool
    measures: dict[str, float] = {}
    width: int = 0
    height: int = 0
    ppi: int = 0


class AttemptRecorded(Event, frozen=True, kw_only=True, tag="attempt.recorded"):
    """An attempt was captured, judged and made durable in the spool. Subject: the enrolment."""

    step: str
    attempt: int
    score: int
    good: bool
    samples: tuple[SampleTaken, ...]
    advice: str = ""
    device: str = ""


class AttemptRefused(Event, frozen=True, kw_only=True, tag="attempt.refused"):
    """Nothing of this capture can be kept (fingers missing, a duplicate, a mismatch). Subject: the enrolment."""

    step: str
    attempt: int
    code: str


class AttemptAccepted(Event, frozen=True, kw_only=True, tag="attempt.accepted"):
    """The operator accepts an attempt below the threshold. Subject: the enrolment."""

    step: str
    attempt: int
    reason: str


class ExceptionRecorded(Event, frozen=True, kw_only=True, tag="exception.recorded"):
    """A finger or eye cannot be taken. Subject: the enrolment."""

    position: str
    reason: str
    """`amputated`, `bandaged`, `damaged` or `other`."""
    photo: SampleTaken | None = None


class ExceptionWithdrawn(Event, frozen=True, kw_only=True, tag="exception.withdrawn"):
    """The finger or eye can be taken after all. Subject: the enrolment."""

    position: str


class DocumentCaptured(Event, frozen=True, kw_only=True, tag="document.captured"):
    """A picture of a document is in the spool. Subject: the enrolment."""

    document: str
    sample: SampleTaken


class DocumentChecked(Event, frozen=True, kw_only=True, tag="document.checked"):
    """The operator compared a document with the population data. Subject: the enrolment."""

    document: str
    present: bool


class CorrectionRecorded(Event, frozen=True, kw_only=True, tag="correction.recorded"):
    """Biographic fields were corrected from a document (the values are in the vault). Subject: the enrolment."""

    fields: tuple[str, ...]
    document: str = ""


class DataConfirmed(Event, frozen=True, kw_only=True, tag="data.confirmed"):
    """The student says that the data is right. Subject: the enrolment."""


class DataDisputed(Event, frozen=True, kw_only=True, tag="data.disputed"):
    """The student says that something is wrong; the operator looks at the documents again. Subject: the enrolment."""

    fields: tuple[str, ...] = ()


class PhotoApproved(Event, frozen=True, kw_only=True, tag="photo.approved"):
    """The student agreed to the photo before fingers and irises are taken. Subject: the enrolment."""

    attempt: int


class PhotoRejected(Event, frozen=True, kw_only=True, tag="photo.rejected"):
    """The student asked for a new photo. Subject: the enrolment."""

    attempt: int


class IndexesMatched(Event, frozen=True, kw_only=True, tag="indexes.matched"):
    """The second index prints were compared 1:1 with the first. Subject: the enrolment."""

    attempt: int
    scores: dict[str, int]
    """Bozorth3 score for each position compared."""
    passed: bool


class EnrolmentParked(Event, frozen=True, kw_only=True, tag="enrolment.parked"):
    """Left at its step; nothing is lost. Subject: the enrolment."""

    reason: str = ""


class EnrolmentResumed(Event, frozen=True, kw_only=True, tag="enrolment.resumed"):
    """Goes on at the step where it stood. Subject: the enrolment."""


class EnrolmentCancelled(Event, frozen=True, kw_only=True, tag="enrolment.cancelled"):
    """Given up by the operator. Samples stay, sealed, until the visit is closed. Subject: the enrolment."""

    reason: str


class EnrolmentDiscarded(Event, frozen=True, kw_only=True, tag="enrolment.discarded"):
    """The samples of a cancelled enrolment were destroyed with their key. Subject: the enrolment."""


class EnrolmentReopened(Event, frozen=True, kw_only=True, tag="enrolment.reopened"):
    """Signed off, but samples cannot be read any more: parked, to capture them again. Subject: the enrolment."""

    lost: tuple[str, ...]
    """Ids of the samples that cannot be read."""


class EnrolmentCompared(Event, frozen=True, kw_only=True, tag="enrolment.compared"):
    """The prints were searched for among the others of this visit. Subject: the enrolment."""

    samples: tuple[str, ...]
    """Ids of the prints that were searched for."""
    students: int
    """How many other students' prints they were compared with."""
    found: dict[str, int] = {}
    """Enrolments whose prints look like the same person's, each with its score."""
    failed: bool = False
    """The search could not be made; the operator is told."""


class ResemblanceSeen(Event, frozen=True, kw_only=True, tag="enrolment.resemblance-seen"):
    """The operator looked at two students with the same prints. Subject: the enrolment; actor: who looked."""

    other: str
    """The enrolment that resembles it."""
    same: bool
    """Does the operator hold them for one person?"""


class EnrolmentSignedOff(Event, frozen=True, kw_only=True, tag="enrolment.signed-off"):
    """The operator answers for the data; the package is to be sealed. Subject: the enrolment."""


class PackageSealed(Event, frozen=True, kw_only=True, tag="package.sealed"):
    """The package and its signature are durable; the spool key is destroyed. Subject: the package."""

    enrolment: str
    sha256: str
    size: int
    bench: bool = False


class PackageDelivered(Event, frozen=True, kw_only=True, tag="package.delivered"):
    """The store has the package and its signature, read back equal. Subject: the package."""

    store: str


class PackageDeliveryFailed(Event, frozen=True, kw_only=True, tag="package.delivery-failed"):
    """The store could not be reached or refused; it is tried again. Subject: the package."""

    code: str


class PackageReceived(Event, frozen=True, kw_only=True, tag="package.received"):
    """A receipt signed by the office was verified. Subject: the package."""

    verdict: str
    """`accepted` or `refused`."""
    reason: str = ""
    """Why it was refused, in the office's words."""
    code: str = ""
    """Why it was refused, for programs (station.packages.problems.Code)."""


class PackagePurged(Event, frozen=True, kw_only=True, tag="package.purged"):
    """The station's copy was deleted after the receipt. Subject: the package."""


class SlipPrinted(Event, frozen=True, kw_only=True, tag="slip.printed"):
    """The slip with what happens next was printed. Subject: the ticket."""


class SlipPrintFailed(Event, frozen=True, kw_only=True, tag="slip.print-failed"):
    """The printer refused or vanished; the slip is printed when it is back. Subject: the ticket."""

    code: str


class SlipPrintStarted(Event, frozen=True, kw_only=True, tag="slip.print-started"):
    """The slip's bytes are about to go to the printer. Subject: the ticket."""


class DeviceAppeared(Event, frozen=True, kw_only=True, tag="device.appeared"):
    """A device is there and answers. Subject: the kind of device."""

    driver: str
    make: str = ""
    model: str = ""
    serial: str = ""
    bench: bool = False


class DeviceVanished(Event, frozen=True, kw_only=True, tag="device.vanished"):
    """A device is gone. Subject: the kind of device."""

    detail: str = ""


class DeviceFaulted(Event, frozen=True, kw_only=True, tag="device.faulted"):
    """A device is there but cannot work. Subject: the kind of device."""

    code: str


class DeviceRecovered(Event, frozen=True, kw_only=True, tag="device.recovered"):
    """The fault is over. Subject: the kind of device."""


class AlertRaised(Event, frozen=True, kw_only=True, tag="alert.raised"):
    """Something needs the operator. Subject: the alert's id."""

    code: str
    about: str = ""
    """The ticket, enrolment or device concerned."""


class AlertCleared(Event, frozen=True, kw_only=True, tag="alert.cleared"):
    """The operator has seen to it, or its cause is gone. Subject: the alert's id."""


def _concrete(cls: type[Event]) -> list[type[Event]]:
    return [found for sub in cls.__subclasses__() for found in (sub, *_concrete(sub))]


KINDS: Final[dict[str, type[Event]]] = {str(cls.__struct_config__.tag): cls for cls in _concrete(Event)}
"""Kind column -> event class."""


def kind_of(event: Event) -> str:
    """The `kind` under which the event is recorded."""
    return str(type(event).__struct_config__.tag)
