"""Where an enrolment stands, folded from its events. Pure: no clock, no database, no device."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

from station.biometrics.samples import FINGERS, Position
from station.enrolment.steps import CAPTURES, Step
from station.journal import events as ev
from station.journal.rows import Row


class Status(StrEnum):
    """An enrolment as a whole."""

    ACTIVE = "active"
    PARKED = "parked"
    CANCELLED = "cancelled"
    DISCARDED = "discarded"
    SIGNED_OFF = "signed_off"
    SEALED = "sealed"


class Attempt(msgspec.Struct, frozen=True):
    """One recorded attempt; `code` says why it came to nothing, where it did."""

    step: Step
    number: int
    score: int
    good: bool
    samples: tuple[ev.SampleTaken, ...] = ()
    advice: str = ""
    code: str = ""
    device: str = ""
    at: str = ""


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """One student's recording, as it stands."""

    id: str
    student: str
    ticket: str
    visit: str
    steps: tuple[Step, ...]
    bench: bool
    started_at: str
    status: Status = Status.ACTIVE
    step: Step
    """The first step that is not done; SIGN_OFF when only that is left."""
    step_at: str = ""
    completed: dict[Step, ev.StepCompleted] = {}
    attempts: tuple[Attempt, ...] = ()
    rounds: dict[Step, int] = {}
    """How many attempts a step had when it was last reopened."""
    accepted: tuple[ev.AttemptAccepted, ...] = ()
    exceptions: dict[Position, ev.ExceptionRecorded] = {}
    documents: dict[str, ev.SampleTaken] = {}
    documents_checked: dict[str, bool] = {}
    corrected: tuple[str, ...] = ()
    disputed: bool = False
    match_scores: dict[str, int] = {}
    compared: tuple[str, ...] = ()
    """Ids of the prints that were last searched for among the others of the visit."""
    resembles: dict[str, int] = {}
    """Enrolments of other students that look like the same person's, with their scores."""
    resemblances_seen: dict[str, bool] = {}
    """What the operator said of them: is it the same person?"""
    signed_off_by: str = ""
    signed_off_at: str = ""

    def done(self, step: Step) -> bool:
        """Is the step complete (or not asked for)?"""
        return step in self.completed or step not in self.steps

    def wanted(self, step: Step) -> tuple[Position, ...]:
        """The positions that the step asks of this person."""
        return tuple(position for position in CAPTURES[step] if position not in self.exceptions)

    def tries(self, step: Step) -> tuple[Attempt, ...]:
        """Attempts at a step, oldest first."""
        return tuple(attempt for attempt in self.attempts if attempt.step == step)

    def round(self, step: Step) -> tuple[Attempt, ...]:
        """Attempts at a step since it was last to be done anew: what came before is not to be kept."""
        return self.tries(step)[self.rounds.get(step, 0) :]

    def best(self, step: Step) -> Attempt | None:
        """The round's best attempt: a good one first, then the higher score, then the newer."""
        usable = [attempt for attempt in self.round(step) if not attempt.code]
        return max(usable, key=lambda a: (a.good, a.score, a.number), default=None)

    def kept(self, step: Step) -> Attempt | None:
        """The attempt that goes into the package, once the step is done."""
        done = self.completed.get(step)
        if done is None:
            return None
        return next((a for a in self.attempts if a.step == step and a.number == done.attempt and not a.code), None)

    @property
    def packed(self) -> tuple[Attempt, ...]:
        """Attempts that go into the package; the second index prints prove a match and are not kept twice."""
        kept = (self.kept(step) for step in self.steps if step in CAPTURES and step is not Step.VERIFY_INDEXES)
        return tuple(attempt for attempt in kept if attempt is not None)

    def kept_sample(self, position: Position, *, step: Step | None = None) -> ev.SampleTaken | None:
        """The kept sample of a position, from the first (or the named) step that took it."""
        for candidate in (step,) if step else self.steps:
            attempt = self.kept(candidate) if candidate in CAPTURES else None
            for sample in attempt.samples if attempt else ():
                if sample.position == position:
                    return sample
        return None

    @property
    def prints(self) -> tuple[ev.SampleTaken, ...]:
        """The kept first prints, once every step that takes fingers is done; empty before."""
        steps = [step for step in self.steps if set(CAPTURES.get(step, ())) & set(FINGERS)]
        if not all(self.done(step) for step in steps):
            return ()
        return tuple(taken for position in FINGERS if (taken := self.kept_sample(position)) is not None)

    @property
    def to_compare(self) -> bool:
        """Are there prints that were not searched for among the others yet?"""
        return bool(self.prints) and tuple(taken.id for taken in self.prints) != self.compared

    @property
    def sign_off_waits(self) -> str:
        """Why the recording cannot be signed off although its steps are done: the code of a refusal, or empty."""
        if self.to_compare:
            return "enrolment.being-compared"
        return "enrolment.resemblance-unseen" if self.unseen else ""

    @property
    def unseen(self) -> tuple[str, ...]:
        """Resemblances that the operator has not looked at yet."""
        return tuple(other for other in self.resembles if other not in self.resemblances_seen)

    def spooled(self) -> frozenset[str]:
        """Ids of every sample that the events vouch for."""
        return frozenset(
            sample.id
            for samples in (
                *(attempt.samples for attempt in self.attempts),
                tuple(self.documents.values()),
                tuple(e.photo for e in self.exceptions.values() if e.photo),
            )
            for sample in samples
        )


def fold(rows: Iterable[Row]) -> Enrolment:
    """An enrolment from all its events, oldest first. Raises ValueError when they do not begin one."""
    current: Enrolment | None = None
    for row in rows:
        event = row.event
        if isinstance(event, ev.EnrolmentStarted):
            steps = tuple(Step(step) for step in event.steps)
            current = Enrolment(
                id=row.subject,
                student=event.student,
                ticket=event.ticket,
                visit=event.visit,
                steps=steps,
                bench=event.bench,
                started_at=row.at,
                step=steps[0],
                step_at=row.at,
            )
        elif current is None:
            raise ValueError(f"{row.subject} has no enrolment.started")
        else:
            current = _apply(current, row, event)
    if current is None:
        raise ValueError("no such enrolment")
    return current


def _apply(now: Enrolment, row: Row, event: ev.Event) -> Enrolment:
    replace = msgspec.structs.replace
    if isinstance(event, ev.StepEntered):
        return replace(now, step=Step(event.step), step_at=row.at)
    if isinstance(event, ev.StepCompleted):
        return replace(now, completed={**now.completed, Step(event.step): event})
    if isinstance(event, ev.StepReopened):
        step = Step(event.step)
        return replace(
            now,
            completed={s: c for s, c in now.completed.items() if s != step},
            rounds={**now.rounds, step: len(now.tries(step))},
        )
    if isinstance(event, ev.AttemptRecorded):
        attempt = Attempt(
            step=Step(event.step),
            number=event.attempt,
            score=event.score,
            good=event.good,
            samples=event.samples,
            advice=event.advice,
            device=event.device,
            at=row.at,
        )
        return replace(now, attempts=(*now.attempts, attempt))
    if isinstance(event, ev.AttemptRefused):
        attempt = Attempt(step=Step(event.step), number=event.attempt, score=0, good=False, code=event.code, at=row.at)
        return replace(now, attempts=(*now.attempts, attempt))
    if isinstance(event, ev.AttemptAccepted):
        return replace(now, accepted=(*now.accepted, event))
    if isinstance(event, ev.ExceptionRecorded):
        return replace(now, exceptions={**now.exceptions, Position(event.position): event})
    if isinstance(event, ev.ExceptionWithdrawn):
        position = Position(event.position)
        return replace(now, exceptions={p: e for p, e in now.exceptions.items() if p != position})
    if isinstance(event, ev.DocumentCaptured):
        return replace(now, documents={**now.documents, event.document: event.sample})
    if isinstance(event, ev.DocumentChecked):
        return replace(now, documents_checked={**now.documents_checked, event.document: event.present})
    if isinstance(event, ev.CorrectionRecorded):
        return replace(now, corrected=tuple(dict.fromkeys((*now.corrected, *event.fields))))
    if isinstance(event, ev.DataDisputed):
        return replace(now, disputed=True)
    if isinstance(event, ev.DataConfirmed):
        return replace(now, disputed=False)
    if isinstance(event, ev.IndexesMatched):
        return replace(now, match_scores=dict(event.scores))
    if isinstance(event, ev.EnrolmentCompared):
        return replace(now, compared=event.samples, resembles={**now.resembles, **event.found})
    if isinstance(event, ev.ResemblanceSeen):
        return replace(now, resemblances_seen={**now.resemblances_seen, event.other: event.same})
    if isinstance(event, ev.EnrolmentReopened):
        there = {document: sample for document, sample in now.documents.items() if sample.id not in event.lost}
        return replace(now, status=Status.PARKED, documents=there, signed_off_by="", signed_off_at="")
    if isinstance(event, ev.EnrolmentSignedOff):
        return replace(now, status=Status.SIGNED_OFF, signed_off_by=row.actor, signed_off_at=row.at)
    status = _STATUS.get(type(event))
    return now if status is None else replace(now, status=status)


_STATUS: Final[dict[type[ev.Event], Status]] = {
    ev.EnrolmentParked: Status.PARKED,
    ev.EnrolmentResumed: Status.ACTIVE,
    ev.EnrolmentCancelled: Status.CANCELLED,
    ev.EnrolmentDiscarded: Status.DISCARDED,
}
