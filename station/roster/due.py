"""Who is due on a day: to be recorded, to have the card printed, to turn 17 and when."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from datetime import MAXYEAR, date

import msgspec

from station.errors import StationError
from station.roster import classes, eligibility
from station.roster.eligibility import PRINTED_FROM, RECORDED_FROM
from station.roster.register import Record, School
from station.roster.schools import labels


class DueStudent(msgspec.Struct, frozen=True):
    """One student on the day asked about."""

    id: str
    name: str
    school: str
    class_name: str
    birth_date: date
    age: int
    turns_17: date
    recorded: bool
    has_nik: bool
    needs_help: bool


class DueList(msgspec.Struct, frozen=True):
    """Who is due on the day `on`."""

    on: date
    due: tuple[DueStudent, ...]
    """16 or older and not yet recorded."""
    printable: tuple[DueStudent, ...]
    """17 or older: the card can be printed once the recording is found unique."""
    turning_17: tuple[DueStudent, ...]
    """Turn 17 within the twelve months after that day, the soonest first."""


def due(records: Iterable[Record], schools: Iterable[School], on: date, recorded: Collection[str]) -> DueList:
    """Sort the register by who is due on the day `on`; `recorded` are the ids of students already recorded.

    Raises StationError for a day of the calendar's last year, after which no year can be named.
    """
    if on.year == MAXYEAR:
        raise StationError(f"Nobody can say who turns 17 after {on}. Name an earlier day.")
    listed = list(schools)
    by_id = dict(zip((school.id for school in listed), labels(listed), strict=True))
    people = [_judge(record, by_id.get(record.school, ""), on, recorded) for record in records]
    people.sort(key=lambda p: (p.school, classes.order(p.class_name), p.class_name, p.name, p.id))
    last = eligibility.birthday(on, 1)
    return DueList(
        on,
        tuple(p for p in people if p.age >= RECORDED_FROM and not p.recorded),
        tuple(p for p in people if p.age >= PRINTED_FROM),
        tuple(sorted((p for p in people if on < p.turns_17 <= last), key=lambda p: p.turns_17)),
    )


def recorded(db: sqlite3.Connection) -> set[str]:
    """Ids of the students whose recording was signed off on this station."""
    query = "SELECT DISTINCT student FROM enrolments WHERE state IN ('signed_off', 'sealed')"
    return {row[0] for row in db.execute(query)}


def _judge(record: Record, school: str, on: date, recorded: Collection[str]) -> DueStudent:
    student = record.student
    return DueStudent(
        id=record.id,
        name=student.name,
        school=school,
        class_name=student.class_name,
        birth_date=student.birth_date,
        age=eligibility.age_on(student.birth_date, on),
        turns_17=eligibility.birthday(student.birth_date, PRINTED_FROM),
        recorded=record.id in recorded,
        has_nik=bool(student.nik),
        needs_help=student.needs_help,
    )
