"""The people of a whole day, ready before they are asked for.

`GeneratedPeople` draws whoever is asked for, in some 0.2 s a finger. A `Crowd` draws ahead: when a person steps
up, prints and eyes are drawn in the order of the steps, in one thread that gives way to all others, and kept
as PNG files, so that a bench that was killed shows the same person again at once.

Behaviours are those of `person.Behaviour`, at most one of them, and any number of these two, after commas:

    poor:STEP          the fingers or eyes of this step are poor at every attempt, so that only the operator can
                       accept them; index fingers stay good, because they are needed once more to be compared
    missing:POSITION   that finger or eye is never presented
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import cv2
import msgspec
import numpy as np

from station.bench.devices.subject import Colour, Grey, StrokePoint
from station.bench.people import irises, prints
from station.bench.people.documents import Bearer
from station.bench.people.irises import Gaze
from station.bench.people.person import Behaviour, GeneratedPeople, Standing
from station.bench.people.prints import Skin
from station.biometrics.samples import IRISES, Position
from station.enrolment.steps import CAPTURES, EXCEPTABLE, Step
from station.files import make_folder

NICE: Final = 10
"""How far the drawing thread steps back behind the devices of the same process."""

_FIRST: Final = (Step.RIGHT_FOUR, Step.LEFT_FOUR, Step.THUMBS, Step.IRISES)
AHEAD: Final = (
    *((position, 0) for step in _FIRST for position in CAPTURES[step]),
    *((position, 1) for position in CAPTURES[Step.VERIFY_INDEXES]),
)
"""What a student who needs one attempt a step presents, in that order."""

_POOR: Final = "poor"


class Manner(msgspec.Struct, frozen=True):
    """How one person behaves."""

    behaviour: Behaviour = Behaviour.GOOD
    poor: frozenset[Position] = frozenset()
    missing: frozenset[Position] = frozenset()

    @classmethod
    def parse(cls, text: str) -> Manner:
        """From `poor:right_four,missing:left-ring`. Raises ValueError for a word that is not known."""
        plain = Behaviour.GOOD
        poor: set[Position] = set()
        missing: set[Position] = set()
        for word in filter(None, text.split(",")):
            kind, _, of = word.partition(":")
            if kind == "poor":
                poor.update(_captured(Step(of)))
            elif kind == "missing":
                missing.add(_exceptable(Position(of)))
            elif plain is not Behaviour.GOOD:
                raise ValueError(f"{plain!s} and {word}: only one of them at a time")
            else:
                plain = Behaviour(word)
        return cls(plain, frozenset(poor), frozenset(missing))


class _Picture(msgspec.Struct, frozen=True):
    """One picture that can be drawn: whose, of what, which, and how."""

    seed: int
    position: Position
    attempt: int
    how: str
    """A plain behaviour, or that it is poor."""

    @property
    def name(self) -> str:
        return f"{self.seed}-{self.position}-{self.attempt}-{self.how or 'good'}.png"


class Crowd:
    """People for the bench's devices: the same person for the same word. `close` when done."""

    def __init__(self, cache: Path, bearers: Mapping[str, Bearer] | None = None) -> None:
        """`cache` is a folder for drawn pictures; `bearers` are the papers of those who have given ones."""
        self._cache = make_folder(cache)
        self._people = GeneratedPeople(bearers)
        self._pool = ThreadPoolExecutor(1, "bench-drawing", _give_way)
        self._lock = threading.Lock()
        self._drawn: dict[_Picture, Future[Grey | None]] = {}

    def subject(self, person: str, behaviour: str) -> Member:
        """The person steps up: from now on only this one is drawn. Raises ValueError for an unknown behaviour."""
        manner = Manner.parse(behaviour)
        standing = Standing(self._people.subject(person, "").person, manner.behaviour)
        member = Member(self, standing, manner)
        self._forget()
        for position, attempt in AHEAD:
            member.prepare(position, attempt)
        self._pool.submit(member.view, 0.0)  # the scene is what takes long, and is kept by whoever draws it
        return member

    def document(self, person: str, name: str) -> Colour:
        """A paper of that person. Raises ValueError if there is none of that name."""
        return self._people.document(person, name)

    def picture(self, picture: _Picture, standing: Standing) -> Grey | None:
        """A picture, from memory or the cache, or drawn: here and now where its turn has not come yet."""
        future = self.enqueue(picture, standing)
        if not future.cancel():
            return future.result()
        here: Future[Grey | None] = Future()
        here.set_result(self._kept_or_drawn(picture, standing))
        with self._lock:
            self._drawn[picture] = here
        return here.result()

    def enqueue(self, picture: _Picture, standing: Standing) -> Future[Grey | None]:
        """Have a picture drawn when there is time."""
        with self._lock:
            future = self._drawn.get(picture)
            if future is None or future.cancelled():
                future = self._pool.submit(self._kept_or_drawn, picture, standing)
                self._drawn[picture] = future
            return future

    def close(self) -> None:
        """Stop drawing."""
        self._forget()
        self._pool.shutdown()

    def _forget(self) -> None:
        with self._lock:
            for future in self._drawn.values():
                future.cancel()
            self._drawn.clear()

    def _kept_or_drawn(self, picture: _Picture, standing: Standing) -> Grey | None:
        path = self._cache / picture.name
        kept = _read(path)
        if kept is not None:
            return kept
        drawn = _draw(picture, standing)
        if drawn is not None:
            _write(path, drawn)
        return drawn


class Member:
    """One of the crowd before the devices: a `Subject`."""

    def __init__(self, crowd: Crowd, standing: Standing, manner: Manner) -> None:
        self._crowd = crowd
        self._standing = standing
        self._manner = manner

    def finger(self, position: Position, attempt: int) -> Grey | None:
        """The print for this attempt; None for a finger that is not there."""
        picture = self._picture(position, attempt)
        return None if picture is None else self._crowd.picture(picture, self._standing)

    def iris(self, position: Position, attempt: int) -> Grey | None:
        """The eye for this attempt; None for one that is not there."""
        return self.finger(position, attempt)

    def view(self, t: float) -> Colour | None:
        """What the camera sees `t` seconds after the person stepped up."""
        return self._standing.view(t)

    def signature(self, attempt: int) -> Sequence[StrokePoint]:
        """The pen's reports for this attempt."""
        return self._standing.signature(attempt)

    def prepare(self, position: Position, attempt: int) -> None:
        """Have this presentation drawn when there is time."""
        picture = self._picture(position, attempt)
        if picture is not None:
            self._crowd.enqueue(picture, self._standing)

    def _picture(self, position: Position, attempt: int) -> _Picture | None:
        if position in self._manner.missing:
            return None
        how = _POOR if position in self._manner.poor else self._manner.behaviour.value
        return _Picture(self._standing.person.seed, position, attempt, how)


def _draw(picture: _Picture, standing: Standing) -> Grey | None:
    position, attempt = picture.position, picture.attempt
    if position in IRISES:
        if picture.how == _POOR:
            return irises.eye(standing.person.eyes[position], attempt, Gaze.HALF_SHUT).image
        return standing.iris(position, attempt)
    if picture.how == _POOR:
        return prints.impression(standing.person.fingers[position], attempt, Skin.DRY)
    return standing.finger(position, attempt)


def _read(path: Path) -> Grey | None:
    """The kept picture; None where there is none, or none that can be read."""
    try:
        data = np.fromfile(path, np.uint8)
    except FileNotFoundError:
        return None
    if not data.size:
        return None
    image = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    return None if image is None else np.asarray(image, np.uint8)


def _write(path: Path, image: Grey) -> None:
    """Keep a picture, whole or not at all. It need not outlive a power cut: it can be drawn again."""
    _, coded = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    staged = path.with_name(f".{threading.get_native_id()}-{path.name}")
    coded.tofile(staged)
    staged.replace(path)


def _give_way() -> None:
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def _captured(step: Step) -> tuple[Position, ...]:
    """The fingers but the index, or the eyes, of a step. Raises ValueError for a step that takes none."""
    positions = CAPTURES.get(step, ())
    if not EXCEPTABLE.issuperset(positions) or not positions:
        raise ValueError(f"{step} takes no fingers or eyes")
    return tuple(position for position in positions if position not in CAPTURES[Step.VERIFY_INDEXES])


def _exceptable(position: Position) -> Position:
    if position not in EXCEPTABLE:
        raise ValueError(f"{position} is no finger or eye")
    return position
