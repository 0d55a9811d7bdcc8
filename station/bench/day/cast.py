"""Who comes on the day, and what happens to each: decided by the seed alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from station.bench.rosters import SyntheticStudent, generate_students
from station.roster.eligibility import may_be_recorded

SCHOOL: Final = "SMAN 1 PARINGIN"
SPARE: Final = 12
"""Students on the list who do not come: a class is never complete."""


class Turn(StrEnum):
    """Something that happens to a student on the day."""

    NEW_PHOTO = "new-photo"
    WRONG_DATA = "wrong-data"
    POOR_SAMPLE = "poor-sample"
    MISSING_FINGER = "missing-finger"
    PARKED = "parked"
    RECALLED = "recalled"
    UNPLUGGED = "unplugged"
    """The iris scanner's cable comes off while the student stands there."""
    ALIKE = "alike"
    """The same hands as the first one's, under another name; the operator looks at both faces and says: two people."""
    MISSED = "missed"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """One robot student."""

    index: int
    person: str
    """Seed of the generated person in front of the devices."""
    name: str
    nik: str
    class_name: str
    language: str
    via: str
    """How this one checks in: `code`, `nik` or `name`."""
    turns: tuple[Turn, ...] = ()

    def has(self, turn: Turn) -> bool:
        return turn in self.turns


def school_list(seed: int, count: int, on: date) -> list[SyntheticStudent]:
    """The school's list: enough students for `count` to be old enough, and some who do not come."""
    for size in range(count + SPARE, 20 * (count + SPARE), count + SPARE):
        students = generate_students(seed, size, on)
        if sum(may_be_recorded(student.birth_date, on) for student in students) >= count:
            return students
    raise ValueError(f"no list for {count} students")


def cast(students: Sequence[SyntheticStudent], seed: int, count: int, on: date) -> list[Actor]:
    """The `count` students who come, in the order in which they come."""
    due = [student for student in students if may_be_recorded(student.birth_date, on)][:count]
    order = list(range(len(due)))
    random.Random(seed).shuffle(order)
    turns = _turns(len(due))
    ways = ("code", "nik", "name")
    return [
        Actor(
            index=place,
            person=f"{seed}-{order[0]}#again" if Turn.ALIKE in turns[place] else f"{seed}-{who}",
            name=due[who].name,
            nik=due[who].nik,
            class_name=due[who].class_name,
            language="en" if place % 4 == 3 else "id",
            via="name" if not due[who].nik and ways[place % 3] == "nik" else ways[place % 3],
            turns=turns[place],
        )
        for place, who in enumerate(order)
    ]


def _turns(count: int) -> list[tuple[Turn, ...]]:
    """Every turn happens once; in a small day one student has several. The last of several is missed.

    Being alike takes somebody who was recorded before.
    """
    finishing = count - 1 if count > 1 else count
    shared: list[list[Turn]] = [[] for _ in range(count)]
    for place, turn in enumerate(turn for turn in Turn if turn not in (Turn.ALIKE, Turn.MISSED)):
        shared[place % finishing].append(turn)
    if finishing > 1:
        shared[finishing - 1].append(Turn.ALIKE)
    if count > 1:
        shared[-1].append(Turn.MISSED)
    return [tuple(turns) for turns in shared]
