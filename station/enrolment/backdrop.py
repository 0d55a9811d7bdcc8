"""Which backdrop a student is to stand before: all that the photo step needs to know of a birth date."""

from __future__ import annotations

from station.biometrics.face import Backdrop, backdrop_of
from station.enrolment import commands
from station.enrolment.biographic import corrected
from station.enrolment.state import Enrolment
from station.journal import Journal
from station.roster.register import Register


def wanted_backdrop(journal: Journal, now: Enrolment) -> Backdrop | None:
    """The colour that goes with the birth year, corrections included; None for who is on no list."""
    record = Register.of(journal).get(now.student)
    if record is None:
        return None
    student = corrected(record.student, commands.corrections(journal, now.id))
    return backdrop_of(student.birth_date.year)
