"""What can be done with an enrolment. Each command folds its events inside the transaction it appends to.

A step that is done sends the enrolment to the first step that is not. Nothing here waits, captures
or asks: screens and `capture` call these with what happened.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec

from station import queue
from station.biometrics.samples import Position
from station.enrolment.state import Attempt, Enrolment, Status, fold
from station.enrolment.steps import (
    CAPTURES,
    EXCEPTABLE,
    EXCEPTION_REASONS,
    OPERATOR_STEPS,
    STANDS_ON,
    EnrolmentSettings,
    Step,
)
from station.journal import Journal, Transaction, alerts, ids
from station.journal import events as ev
from station.queue import commands as queue_commands
from station.queue import queries
from station.queue.states import CANCELLABLE, Ticket, TicketState

Refused = queue.Refused

HELP: Final = "help"
"""Alert: the student asks the operator to come."""
DISPUTED: Final = "disputed"
"""Alert: the student says that the data is not right."""
LOST: Final = "package.damaged"
"""Alert: what was signed off cannot be sealed, because samples cannot be read any more. `reopen` mends it."""
REINSTATED: Final = "reinstated"
"""Reason of being parked: a cancellation was taken back."""


def read(source: Transaction | Journal, enrolment: str) -> Enrolment:
    """The enrolment as it stands. Raises Refused when there is none of that id."""
    try:
        now = fold(source.events(enrolment))
    except ValueError as error:
        raise Refused("enrolment.none", enrolment) from error
    sealed = source.db.execute("SELECT 1 FROM packages WHERE enrolment = ?", (enrolment,)).fetchone()
    return now if sealed is None else msgspec.structs.replace(now, status=Status.SEALED)


def active(source: Transaction | Journal) -> str | None:
    """Id of the enrolment that runs at this station now."""
    found = source.db.execute("SELECT id FROM enrolments WHERE state = 'active' ORDER BY last_seq LIMIT 1").fetchone()
    return None if found is None else str(found[0])


def start(tx: Transaction, ticket: str, settings: EnrolmentSettings) -> str:
    """Begin the recording of the student behind a called ticket, or go on with the one begun before.

    Raises Refused when another enrolment is active, or the student was recorded already.
    """
    running = active(tx)
    found = queries.ticket(tx.db, ticket)
    if running is not None:
        if found.enrolment == running:
            return running
        raise Refused("enrolment.another-active")
    if found.enrolment is not None and read(tx, found.enrolment).status is Status.PARKED:
        queue_commands.serve(tx, ticket, found.enrolment)
        tx.append(ev.EnrolmentResumed(), found.enrolment)
        return found.enrolment
    if found.state is not TicketState.CALLED:
        raise Refused(f"queue.is-{found.state}", f"ticket {found.number}")
    if queries.is_recorded(tx.db, found.student):
        raise Refused("queue.already-recorded")
    visit = queries.current_visit(tx.db)
    enrolment = ids.new("enr")
    queue_commands.serve(tx, ticket, enrolment)
    steps = tuple(str(step) for step in settings.steps)
    tx.append(
        ev.EnrolmentStarted(
            student=found.student,
            ticket=ticket,
            visit=found.visit,
            steps=steps,
            bench=visit is not None and visit.bench,
        ),
        enrolment,
    )
    tx.append(ev.StepEntered(step=steps[0]), enrolment)
    return enrolment


def complete(tx: Transaction, enrolment: str, step: Step, documents: Collection[str] = ()) -> Enrolment:
    """The operator is done with a step of the console (identity, documents).

    Raises Refused while one of these `documents` was neither compared nor said to be absent.
    """
    now = _at(tx, enrolment, step)
    if step not in OPERATOR_STEPS or step is Step.SIGN_OFF:
        raise Refused("enrolment.not-the-operators", step)
    if step is Step.DOCUMENTS and not set(documents) <= now.documents_checked.keys():
        raise Refused("enrolment.documents-unseen")
    return _complete(tx, now, step)


def check_document(tx: Transaction, enrolment: str, document: str, *, present: bool) -> None:
    """The operator compared a document with the population data, or says it is not there."""
    require(tx, enrolment)
    tx.append(ev.DocumentChecked(document=document, present=present), enrolment)


def keep_document(tx: Transaction, enrolment: str, document: str, sample: ev.SampleTaken) -> None:
    """A document's picture is in the spool."""
    require(tx, enrolment)
    tx.append(ev.DocumentCaptured(document=document, sample=sample), enrolment)


def correct(tx: Transaction, enrolment: str, values: Mapping[str, str], document: str) -> None:
    """Record corrected biographic fields: the values in the vault, the field names in the journal.

    The data goes back to the student for confirmation.
    """
    now = require(tx, enrolment)
    merged = {**corrections(tx, enrolment), **values}
    tx.vault.put(corrections_record(enrolment), "correction", json.dumps(merged, ensure_ascii=False).encode())
    tx.append(ev.CorrectionRecorded(fields=tuple(sorted(values)), document=document), enrolment)
    if now.done(Step.CONFIRM):
        _reopen(tx, read(tx, enrolment), Step.CONFIRM, "correction")
        _go_on(tx, read(tx, enrolment))


def corrections(source: Transaction | Journal, enrolment: str) -> dict[str, str]:
    """Corrected fields and their values; empty when nothing was corrected."""
    stored = source.vault.get(corrections_record(enrolment))
    return {} if stored is None else {str(k): str(v) for k, v in json.loads(stored).items()}


def confirm_data(tx: Transaction, enrolment: str) -> Enrolment:
    """The student says that the data is right."""
    now = _at(tx, enrolment, Step.CONFIRM)
    tx.append(ev.DataConfirmed(), enrolment)
    alerts.clear_alerts(tx, DISPUTED, enrolment)
    return _complete(tx, now, Step.CONFIRM)


def dispute_data(tx: Transaction, enrolment: str) -> Enrolment:
    """The student says that something is wrong: back to the documents, and the operator is called."""
    now = _at(tx, enrolment, Step.CONFIRM)
    tx.append(ev.DataDisputed(), enrolment)
    alerts.raise_alert(tx, DISPUTED, enrolment)
    _reopen(tx, now, Step.DOCUMENTS, "disputed")
    return _go_on(tx, read(tx, enrolment))


def record_attempt(
    tx: Transaction,
    enrolment: str,
    step: Step,
    samples: Sequence[ev.SampleTaken],
    *,
    score: int,
    good: bool,
    advice: str = "",
    device: str = "",
) -> Enrolment:
    """Samples are durable in the spool: acknowledge them. A good attempt completes the step."""
    now = _at(tx, enrolment, step)
    number = len(now.tries(step)) + 1
    tx.append(
        ev.AttemptRecorded(
            step=step, attempt=number, score=score, good=good, samples=tuple(samples), advice=advice, device=device
        ),
        enrolment,
    )
    return _complete(tx, read(tx, enrolment), step, attempt=number) if good else read(tx, enrolment)


def refuse_attempt(tx: Transaction, enrolment: str, step: Step, code: str) -> Enrolment:
    """A capture came to nothing that could be kept."""
    now = _at(tx, enrolment, step)
    tx.append(ev.AttemptRefused(step=step, attempt=len(now.tries(step)) + 1, code=code), enrolment)
    return read(tx, enrolment)


def may_accept(now: Enrolment, settings: EnrolmentSettings) -> bool:
    """May the operator accept the current step's best attempt below the threshold?"""
    return (
        now.step in CAPTURES
        and len(now.round(now.step)) >= settings.attempts_before_accept
        and now.best(now.step) is not None
    )


def accept(tx: Transaction, enrolment: str, reason: str, settings: EnrolmentSettings) -> Enrolment:
    """The operator accepts the best attempt of the current step, with a reason."""
    now = require(tx, enrolment)
    if not reason.strip():
        raise Refused("enrolment.reason-missing")
    best = now.best(now.step)
    if best is None or not may_accept(now, settings):
        raise Refused("enrolment.too-early-to-accept")
    tx.append(ev.AttemptAccepted(step=now.step, attempt=best.number, reason=reason), enrolment)
    return _complete(tx, now, now.step, outcome="accepted", attempt=best.number)


def except_position(
    tx: Transaction, enrolment: str, position: Position, reason: str, photo: ev.SampleTaken | None = None
) -> Enrolment:
    """A finger or eye cannot be taken. A step that has nothing left to take is done.

    What the step captured so far no longer fits what it asks for: its attempts begin anew.
    """
    now = require(tx, enrolment)
    if position not in EXCEPTABLE or reason not in EXCEPTION_REASONS:
        raise Refused("enrolment.no-such-exception", f"{position} {reason}")
    taken = [s for s in CAPTURES if position in CAPTURES[s] and s in now.completed]
    if taken:
        raise Refused("enrolment.step-is-done", taken[0])
    tx.append(ev.ExceptionRecorded(position=position, reason=reason, photo=photo), enrolment)
    _begin_anew(tx, now, position, "exception")
    return _go_on(tx, read(tx, enrolment))


def withdraw_exception(tx: Transaction, enrolment: str, position: Position) -> Enrolment:
    """The finger or eye can be taken after all: the steps that left it out are done again."""
    now = require(tx, enrolment)
    if position not in now.exceptions:
        raise Refused("enrolment.no-such-exception", position)
    tx.append(ev.ExceptionWithdrawn(position=position), enrolment)
    _begin_anew(tx, now, position, "exception withdrawn")
    return _go_on(tx, read(tx, enrolment))


def approve_photo(tx: Transaction, enrolment: str) -> Enrolment:
    """The student agrees to the photo."""
    now = _at(tx, enrolment, Step.PHOTO_APPROVAL)
    tx.append(ev.PhotoApproved(attempt=_photo(now).number), enrolment)
    return _complete(tx, now, Step.PHOTO_APPROVAL)


def reject_photo(tx: Transaction, enrolment: str) -> Enrolment:
    """The student asks for a new photo."""
    now = _at(tx, enrolment, Step.PHOTO_APPROVAL)
    tx.append(ev.PhotoRejected(attempt=_photo(now).number), enrolment)
    return repeat(tx, enrolment, Step.PHOTO, "student")


def record_match(tx: Transaction, enrolment: str, attempt: int, scores: Mapping[str, int], *, passed: bool) -> None:
    """The second index prints were compared with the first."""
    require(tx, enrolment)
    tx.append(ev.IndexesMatched(attempt=attempt, scores=dict(scores), passed=passed), enrolment)


def repeat(tx: Transaction, enrolment: str, step: Step, reason: str = "") -> Enrolment:
    """Do a step again, with all that stand on it. What was captured before stays in the record."""
    now = require(tx, enrolment)
    if step not in now.steps:
        raise Refused("enrolment.no-such-step", step)
    _reopen(tx, now, step, reason)
    return _go_on(tx, read(tx, enrolment))


def park(tx: Transaction, enrolment: str, reason: str = "") -> None:
    """Leave the enrolment at its step; the ticket is parked with it."""
    now = require(tx, enrolment)
    tx.append(ev.EnrolmentParked(reason=reason), enrolment)
    _clear_calls(tx, now)
    if queries.ticket(tx.db, now.ticket).state is TicketState.SERVING:
        queue_commands.park(tx, now.ticket, reason)


def cancel(tx: Transaction, enrolment: str, reason: str) -> None:
    """Give the enrolment up. It can be taken back until the visit is closed: nothing is destroyed before."""
    now = require(tx, enrolment, Status.ACTIVE, Status.PARKED)
    if not reason.strip():
        raise Refused("enrolment.reason-missing")
    tx.append(ev.EnrolmentCancelled(reason=reason), enrolment)
    _clear_calls(tx, now)
    if queries.ticket(tx.db, now.ticket).state in CANCELLABLE:
        queue_commands.cancel(tx, now.ticket, reason)


def reinstate(tx: Transaction, enrolment: str) -> None:
    """Take a cancellation back: parked again, at the step where it stood.

    Raises Refused when the visit is closed, or the student has another ticket by now or is recorded.
    """
    now = require(tx, enrolment, Status.CANCELLED)
    ticket = _of_open_visit(tx, now)
    if queries.open_ticket_of(tx.db, now.visit, now.student) or queries.is_recorded(tx.db, now.student):
        raise Refused("enrolment.begun-anew")
    tx.append(ev.EnrolmentParked(reason=REINSTATED), enrolment)
    _park_again(tx, ticket)


def reopen(tx: Transaction, enrolment: str, lost: Collection[str]) -> None:
    """Park what was signed off and cannot be sealed, because these samples cannot be read: their steps are done again.

    Raises Refused when none is lost, or the visit is closed.
    """
    now = require(tx, enrolment, Status.SIGNED_OFF)
    if not lost:
        raise Refused("enrolment.nothing-lost")
    ticket = _of_open_visit(tx, now)
    tx.append(ev.EnrolmentReopened(lost=tuple(sorted(lost))), enrolment)
    _park_again(tx, ticket)
    steps = {attempt.step for attempt in now.packed if any(sample.id in lost for sample in attempt.samples)}
    if any(sample.id in lost for sample in now.documents.values()):
        steps.add(Step.DOCUMENTS)
    for step in (*(step for step in now.steps if step in steps), Step.SIGN_OFF):
        _reopen(tx, read(tx, enrolment), step, "lost")
    for position, exception in now.exceptions.items():
        if exception.photo is not None and exception.photo.id in lost:
            tx.append(ev.ExceptionWithdrawn(position=position), enrolment)
            _begin_anew(tx, read(tx, enrolment), position, "lost")
    alerts.clear_alerts(tx, LOST, enrolment)
    _go_on(tx, read(tx, enrolment))


def discard(tx: Transaction, enrolment: str) -> None:
    """Say that a cancelled enrolment's samples and key are gone for good."""
    require(tx, enrolment, Status.CANCELLED)
    tx.append(ev.EnrolmentDiscarded(), enrolment)


def sign_off(tx: Transaction, enrolment: str) -> Enrolment:
    """The operator answers for the data. Raises Refused while a step is open, or while it is not known, or not seen,
    whether the student was recorded already.
    """
    now = _at(tx, enrolment, Step.SIGN_OFF)
    if not all(now.done(step) for step in now.steps if step is not Step.SIGN_OFF):
        raise Refused("enrolment.incomplete")
    if now.sign_off_waits:
        raise Refused(now.sign_off_waits)
    tx.append(ev.StepCompleted(step=Step.SIGN_OFF), enrolment)
    tx.append(ev.EnrolmentSignedOff(), enrolment)
    _clear_calls(tx, now)
    queue_commands.finish(tx, now.ticket)
    return read(tx, enrolment)


def _clear_calls(tx: Transaction, now: Enrolment) -> None:
    """The student is not at the touchscreen any more: nobody has to go there for this one."""
    for code in (HELP, DISPUTED):
        for about in (now.id, now.ticket):
            alerts.clear_alerts(tx, code, about)


def corrections_record(enrolment: str) -> str:
    """The id under which an enrolment's corrections lie in the vault."""
    return f"cor_{enrolment}"


def _photo(now: Enrolment) -> Attempt:
    kept = now.kept(Step.PHOTO)
    if kept is None:
        raise Refused("enrolment.no-photo")
    return kept


def _of_open_visit(tx: Transaction, now: Enrolment) -> Ticket:
    visit = queries.current_visit(tx.db)
    if visit is None or visit.id != now.visit:
        raise Refused("queue.no-visit")
    return queries.ticket(tx.db, now.ticket)


def _park_again(tx: Transaction, ticket: Ticket) -> None:
    """Set a ticket that was over aside: the student's recording goes on after all."""
    tx.append(
        ev.TicketReverted(
            reverts=ticket.last_seq,
            state=TicketState.PARKED,
            rank=ticket.rank,
            calls=ticket.calls,
            priority=ticket.priority,
        ),
        ticket.id,
    )


def require(tx: Transaction, enrolment: str, *statuses: Status) -> Enrolment:
    """The enrolment, which must be in one of these states; active where none is named. Raises Refused."""
    now = read(tx, enrolment)
    if now.status not in (statuses or (Status.ACTIVE,)):
        raise Refused(f"enrolment.is-{now.status}")
    return now


def _at(tx: Transaction, enrolment: str, step: Step) -> Enrolment:
    now = require(tx, enrolment)
    if now.step is not step:
        raise Refused("enrolment.at-another-step", f"at {now.step}, not {step}")
    return now


def _complete(tx: Transaction, now: Enrolment, step: Step, *, outcome: str = "done", attempt: int = 0) -> Enrolment:
    tx.append(ev.StepCompleted(step=step, outcome=outcome, attempt=attempt), now.id)
    return _go_on(tx, read(tx, now.id))


def _reopen(tx: Transaction, now: Enrolment, step: Step, reason: str) -> None:
    for candidate in now.steps:
        redone = candidate is step or (candidate in now.completed and step in STANDS_ON.get(candidate, ()))
        if redone:
            tx.append(ev.StepReopened(step=candidate, reason=reason), now.id)


def _begin_anew(tx: Transaction, now: Enrolment, position: Position, reason: str) -> None:
    """Reopen the steps that have captured, or left out, `position`."""
    for step in now.steps:
        if position in CAPTURES.get(step, ()) and (step in now.completed or now.round(step)):
            _reopen(tx, read(tx, now.id), step, reason)


def _go_on(tx: Transaction, now: Enrolment) -> Enrolment:
    for step in now.steps:
        if step in CAPTURES and not now.wanted(step) and not now.done(step):
            tx.append(ev.StepCompleted(step=step, outcome="excepted"), now.id)
    now = read(tx, now.id)
    following = next((step for step in now.steps if step not in now.completed), Step.SIGN_OFF)
    if following is not now.step:
        tx.append(ev.StepEntered(step=following), now.id)
    return read(tx, now.id)
