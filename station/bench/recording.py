"""A whole recording in a moment: the commands that both screens give, with noise for samples.

It brings a journal and a spool to where a student has just been signed off, without screens, devices or
measures. For the tests and figures of what comes after: sealing, delivery, a full disk.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from station.biometrics.samples import ImageFormat, Position, Sample, Verdict
from station.enrolment import commands, comparison
from station.enrolment.keeping import keep_sample
from station.enrolment.spool import Spool
from station.enrolment.state import Enrolment
from station.enrolment.steps import CAPTURES, SLAP_OF, EnrolmentSettings, Step
from station.journal import Journal
from station.queue import commands as queue_commands
from station.queue.states import QueueSettings

OPERATOR: Final = "operator:ani"
STUDENT: Final = "student"
DOCUMENT: Final = "birth-certificate"
_GOOD: Final = Verdict(70, True)
_CODED: Final = {
    Step.PHOTO: (ImageFormat.JPEG2000,),
    Step.SIGNATURE: (ImageFormat.PNG, ImageFormat.JSON),
    Step.APPROVE: (ImageFormat.PNG, ImageFormat.JSON),
    Step.IRISES: (ImageFormat.JPEG2000,),
}
"""Formats by step; fingers are WSQ."""


def call(journal: Journal, student: str) -> str:
    """Check a student in at the open visit and call; returns the ticket."""
    with journal.command(OPERATOR) as tx:
        ticket = queue_commands.check_in(tx, student, QueueSettings(), language="id", via="nik").id
        queue_commands.call(tx, ticket)
    return ticket


def begin(journal: Journal, spool: Spool, ticket: str, size: int = 2000) -> str:
    """Start the recording of a called ticket and compare one document, photographed; returns the enrolment."""
    with journal.command(OPERATOR) as tx:
        enrolment = commands.start(tx, ticket, EnrolmentSettings())
    picture = Sample(Position.FACE, ImageFormat.JPEG, _noise(enrolment, DOCUMENT, size), _GOOD)
    kept = keep_sample(spool, enrolment, picture)
    with journal.command(OPERATOR) as tx:
        commands.keep_document(tx, enrolment, DOCUMENT, kept)
        commands.check_document(tx, enrolment, DOCUMENT, present=True)
    return enrolment


def step(journal: Journal, spool: Spool, enrolment: str, size: int = 2000) -> Enrolment:
    """Do the step at which the enrolment stands, well; a sample has `size` bytes.

    Raises DiskTrouble, nothing recorded.
    """
    now = commands.read(journal, enrolment)
    if now.step in CAPTURES:
        taken = [keep_sample(spool, enrolment, sample) for sample in _samples(now, size)]
        with journal.command(STUDENT) as tx:
            if now.step is Step.VERIFY_INDEXES:
                commands.record_match(tx, enrolment, 1, dict.fromkeys(CAPTURES[now.step], 90), passed=True)
            return commands.record_attempt(tx, enrolment, now.step, taken, score=70, good=True)
    with journal.command(STUDENT if now.step in (Step.CONFIRM, Step.PHOTO_APPROVAL) else OPERATOR) as tx:
        match now.step:
            case Step.CONFIRM:
                return commands.confirm_data(tx, enrolment)
            case Step.PHOTO_APPROVAL:
                return commands.approve_photo(tx, enrolment)
            case Step.SIGN_OFF:
                comparison.record(tx, enrolment, [taken.id for taken in now.prints], 0, {})
                return commands.sign_off(tx, enrolment)
            case _:
                return commands.complete(tx, enrolment, now.step)


def record(journal: Journal, spool: Spool, student: str, size: int = 2000) -> str:
    """Everything from check-in to sign-off; returns the enrolment."""
    enrolment = begin(journal, spool, call(journal, student), size)
    for _ in Step:
        step(journal, spool, enrolment, size)
    return enrolment


def _samples(now: Enrolment, size: int) -> Iterator[Sample]:
    slap = SLAP_OF.get(now.step)
    for position in (*CAPTURES[now.step], *((slap,) if slap else ())):
        for coded in _CODED.get(now.step, (ImageFormat.WSQ,)):
            yield Sample(position, coded, _noise(now.id, f"{now.step} {position} {coded}", size), _GOOD)


def _noise(enrolment: str, what: str, size: int) -> bytes:
    return random.Random(f"{enrolment} {what}").randbytes(size)
