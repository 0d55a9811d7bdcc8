"""Keeping what was judged: spool first, then the event, so that what the journal acknowledges is on the medium.

The capture was asked for while the enrolment stood in a certain way. When it stands otherwise by now (parked,
accepted, excepted, recorded by another process), the capture is stale, and nothing of it stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import structlog

from station.biometrics.samples import ImageFormat, Position, Sample, Verdict
from station.enrolment import commands
from station.enrolment.judgement import Judgement
from station.enrolment.spool import Spool, SpoolDamaged
from station.enrolment.state import Enrolment, Status
from station.journal import Journal, Transaction, ids
from station.journal import events as ev

log: Final[Any] = structlog.get_logger()


def stands_as(now: Enrolment, found: Enrolment) -> bool:
    """Does the step ask for the same as before, with no attempt in between?"""
    step = now.step
    return (
        found.status is Status.ACTIVE
        and (found.id, found.step) == (now.id, step)
        and found.wanted(step) == now.wanted(step)
        and len(found.tries(step)) == len(now.tries(step))
        and found.rounds.get(step, 0) == now.rounds.get(step, 0)
    )


def check(source: Transaction | Journal, now: Enrolment) -> None:
    """Raises Refused when the enrolment no longer stands as it did when the capture was asked for."""
    if not stands_as(now, commands.read(source, now.id)):
        raise commands.Refused("enrolment.capture-overtaken")


def put(spool: Spool, enrolment: str, samples: Sequence[Sample], taken: list[ev.SampleTaken]) -> None:
    """Put into the spool what is not in `taken` yet, in order. Raises DiskTrouble; `taken` says how far it came."""
    for sample in samples[len(taken) :]:
        taken.append(keep_sample(spool, enrolment, sample))


def acknowledge(
    tx: Transaction, now: Enrolment, judgement: Judgement, taken: Sequence[ev.SampleTaken], device: str
) -> None:
    """Record the attempt, whose samples are durable. Raises Refused when the capture is stale."""
    check(tx, now)
    if judgement.code:
        commands.refuse_attempt(tx, now.id, now.step, judgement.code)
        return
    if judgement.matches:
        number = len(now.tries(now.step)) + 1
        commands.record_match(tx, now.id, number, judgement.matches, passed=judgement.same)
    commands.record_attempt(
        tx,
        now.id,
        now.step,
        taken,
        score=judgement.score,
        good=judgement.good and judgement.same,
        advice=judgement.advice if judgement.same else "advice.finger.not-the-same",
        device=device,
    )


def recall(spool: Spool, enrolment: str, taken: ev.SampleTaken) -> Sample | None:
    """A sample that was kept; None where it cannot be read any more, which sealing tells the operator.

    Raises OSError where it cannot be read just now.
    """
    try:
        data = spool.get(enrolment, taken.id)
    except SpoolDamaged:
        log.error("sample.damaged", enrolment=enrolment, sample=taken.id)
        return None
    verdict = Verdict(taken.score, taken.good)
    return Sample(
        Position(taken.position), ImageFormat(taken.format), data, verdict, taken.width, taken.height, taken.ppi
    )


def sound(spool: Spool, enrolment: str, taken: ev.SampleTaken) -> bytes:
    """A kept sample's bytes.

    Raises SpoolDamaged when they are not what was acknowledged, and OSError as `Spool.get`.
    """
    data = spool.get(enrolment, taken.id)
    if hashlib.sha256(data).hexdigest() != taken.sha256:
        raise SpoolDamaged(f"Sample {taken.id} of {enrolment} is not what was captured. Repeat its step.")
    return data


def lost(spool: Spool, now: Enrolment) -> frozenset[str]:
    """Ids of the samples for the package that are not what was acknowledged any more.

    Raises OSError where one cannot be read just now: it would be recorded again for nothing.
    """
    photos = (exception.photo for exception in now.exceptions.values() if exception.photo is not None)
    kept = (sample for attempt in now.packed for sample in attempt.samples)
    gone = set()
    for taken in (*kept, *now.documents.values(), *photos):
        try:
            sound(spool, now.id, taken)
        except SpoolDamaged:
            gone.add(taken.id)
    return frozenset(gone)


def forget(journal: Journal, spool: Spool, enrolment: str, taken: Sequence[ev.SampleTaken]) -> None:
    """Take out of the spool what was put for an attempt that came to nothing.

    What an event vouches for stays: a commit that reported a fault may have been made all the same.
    """
    vouched = commands.read(journal, enrolment).spooled()
    spool.drop(enrolment, [sample.id for sample in taken if sample.id not in vouched])


def keep_sample(spool: Spool, enrolment: str, sample: Sample) -> ev.SampleTaken:
    """Put a sample into the spool, durably; returns what the event will say of it. Raises DiskTrouble."""
    name = ids.new("smp")
    digest = spool.put(enrolment, name, sample.data)
    return ev.SampleTaken(
        id=name,
        position=sample.position,
        format=sample.format,
        sha256=digest,
        size=len(sample.data),
        score=sample.verdict.score,
        good=sample.verdict.good,
        measures={measure.name: round(float(measure.value), 4) for measure in sample.verdict.measures},
        width=sample.width,
        height=sample.height,
        ppi=sample.ppi,
    )
