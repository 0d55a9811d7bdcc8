"""One generated person, all of it from one seed: what the emulated devices see, and the papers.

`GeneratedPeople` is the `People` of the bench's devices: it finds persons by the name under which the
director of a day sends them in, and lets them behave well or badly on purpose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np

from station.bench.devices.subject import Colour, Grey, StrokePoint
from station.bench.people import documents, faces, irises, portrait, prints, signatures
from station.bench.people.documents import Bearer, Paper
from station.bench.people.faces import View
from station.bench.people.good_prints import good_impression
from station.bench.people.irises import Gaze
from station.bench.people.portrait import Face, Head, Tone
from station.bench.people.prints import Finger, Skin
from station.biometrics.samples import FINGERS, IRISES, LEFT_FOUR, RIGHT_FOUR, Position

_LENGTHS: Final = {"thumb": 1.05, "index": 1.0, "middle": 1.04, "ring": 1.0, "little": 0.88}
"""Contact area by finger, against an index finger."""


class Behaviour(StrEnum):
    """How a person behaves at the devices."""

    GOOD = ""
    DRY_ONCE = "dry-once"
    """The first print of every finger is dry, later ones are good."""
    DRY = "dry"
    """The right index finger stays dry, whatever is tried."""
    MISSING_FINGER = "missing-finger"
    """The left little finger is not there."""
    SAME_HAND = "same-hand"
    """Gives the right hand again when the left is asked for, the first time."""
    STRANGER_INDEXES = "stranger-indexes"
    """From the second impression on, the index fingers are somebody else's."""
    RESTLESS = "restless"
    """Walks about before the camera for the first two seconds."""
    FAR = "far"
    """Stays too far from the camera for the first two seconds."""
    SLEEPY = "sleepy"
    """The first picture of each eye is half shut."""
    DOT = "dot"
    """Leaves a dot on the pad first, then signs."""
    OTHER_HAND = "other-hand"
    """Signs differently from the second time on."""
    ABSENT = "absent"
    """Nobody stands there."""


RESTLESS_SECONDS: Final = 2.0


class Person(msgspec.Struct, frozen=True):
    """A generated person. The same seed, sex and backdrop always give the same person."""

    seed: int
    face: Face
    backdrop: Tone
    fingers: dict[Position, Finger]
    eyes: dict[Position, int]


def make_person(seed: int, *, sex: str = "", birth_year: int = 2009) -> Person:
    """Draw a person; `sex` (L, P) decides what is on the head, the birth year the backdrop's colour."""
    rng = np.random.default_rng((seed, 0x9E))
    female = sex == "P" if sex else bool(rng.random() < 0.5)
    head = (Head.HEAD_SCARF if rng.random() < 0.7 else Head.LONG_HAIR) if female else Head.SHORT_HAIR
    return Person(
        seed=seed,
        face=portrait.make_face(seed, head),
        backdrop=faces.backdrop_for(birth_year),
        fingers={
            position: prints.make_finger(seed * 16 + index, _LENGTHS[position.split("-")[1]])
            for index, position in enumerate(FINGERS)
        },
        eyes={position: seed * 2 + index for index, position in enumerate(IRISES)},
    )


class Standing:
    """A person before the devices: a `Subject`."""

    def __init__(self, person: Person, behaviour: Behaviour = Behaviour.GOOD) -> None:
        self.person = person
        self.behaviour = behaviour

    def finger(self, position: Position, attempt: int) -> Grey | None:
        """The print for this attempt; None for a finger that is not there."""
        behaviour = self.behaviour
        if behaviour is Behaviour.ABSENT:
            return None
        if behaviour is Behaviour.MISSING_FINGER and position is Position.LEFT_LITTLE:
            return None
        finger, skin = self.person.fingers[position], Skin.GOOD
        if behaviour is Behaviour.DRY_ONCE and attempt == 0:
            skin = Skin.DRY
        if behaviour is Behaviour.DRY and position is Position.RIGHT_INDEX:
            skin = Skin.DRY
        if behaviour is Behaviour.SAME_HAND and position in LEFT_FOUR and attempt == 0:
            return prints.impression(self.person.fingers[RIGHT_FOUR[LEFT_FOUR.index(position)]], 5, skin)
        if behaviour is Behaviour.STRANGER_INDEXES and position.endswith("index") and attempt > 0:
            finger = prints.make_finger(finger.seed + 8_000_000, finger.length)
        return good_impression(finger, attempt) if skin is Skin.GOOD else prints.impression(finger, attempt, skin)

    def iris(self, position: Position, attempt: int) -> Grey | None:
        """The eye for this attempt."""
        if self.behaviour is Behaviour.ABSENT:
            return None
        gaze = Gaze.HALF_SHUT if self.behaviour is Behaviour.SLEEPY and attempt == 0 else Gaze.GOOD
        return irises.eye(self.person.eyes[position], attempt, gaze).image

    def view(self, t: float) -> Colour | None:
        """What the camera sees `t` seconds after the person stepped up."""
        view = View.GOOD
        if self.behaviour is Behaviour.ABSENT:
            view = View.EMPTY
        elif t < RESTLESS_SECONDS and self.behaviour is Behaviour.RESTLESS:
            view = View.MOVING
        elif t < RESTLESS_SECONDS and self.behaviour is Behaviour.FAR:
            view = View.FAR
        return faces.frame(self.person.face, self.person.backdrop, t, view)

    def signature(self, attempt: int) -> Sequence[StrokePoint]:
        """The pen's reports for this attempt."""
        if self.behaviour is Behaviour.ABSENT:
            return ()
        if self.behaviour is Behaviour.DOT and attempt == 0:
            return signatures.dot(self.person.seed)
        if self.behaviour is Behaviour.OTHER_HAND and attempt > 0:
            return signatures.sign(self.person.seed + 8_000_000, attempt)
        return signatures.sign(self.person.seed, attempt)


class GeneratedPeople:
    """All people of a day: `People` for the bench. Whoever has no papers given gets invented ones."""

    def __init__(self, bearers: Mapping[str, Bearer] | None = None) -> None:
        self._bearers = dict(bearers or {})

    def subject(self, person: str, behaviour: str) -> Standing:
        """The person of that name. Raises ValueError for a behaviour that is not known."""
        bearer = self.bearer(person)
        drawn = make_person(seed_of(person), sex=bearer.sex, birth_year=bearer.birth_date.year)
        return Standing(drawn, Behaviour(behaviour))

    def document(self, person: str, name: str) -> Colour:
        """A paper of that person. Raises ValueError if there is none of that name."""
        return documents.draw(Paper(name), self.bearer(person))

    def bearer(self, person: str) -> Bearer:
        """What is written on the person's papers."""
        return self._bearers.get(person) or invent_bearer(seed_of(person))


def seed_of(person: str) -> int:
    """The seed that a name stands for: 31 bits of its SHA-256, the same on every machine.

    What follows a `#` tells two comers of one body apart: ``a`` and ``a#again`` have the same face and fingers.
    """
    return int.from_bytes(hashlib.sha256(person.partition("#")[0].encode()).digest()[:4], "big") >> 1


def invent_bearer(seed: int) -> Bearer:
    """Invented particulars; the region 99.99.99 does not exist, so the numbers are nobody's."""
    rng = np.random.default_rng((seed, 0xBE))
    sex = "LP"[int(rng.integers(2))]
    born = date(2008 + int(rng.integers(2)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))
    day = born.day + (40 if sex == "P" else 0)
    given = ("Contoh Putra", "Contoh Putri")["LP".index(sex)]
    return Bearer(
        name=f"{given} {seed % 1000}",
        nik=f"999999{day:02}{born:%m%y}{1 + seed % 9999:04}",
        no_kk=f"999999{int(rng.integers(1, 29)):02}0115{1 + seed % 9999:04}",
        sex=sex,
        birth_place="Contoh",
        birth_date=born,
        akta=f"9999-LU-{born:%d%m%Y}-{seed % 10000:04}",
        religion="Islam",
        address=f"Jl. Contoh No. {1 + seed % 200}",
        village="Desa Contoh",
        district="Kec. Contoh",
        father=f"Bapak Contoh {seed % 1000}",
        mother=f"Ibu Contoh {seed % 1000}",
    )
