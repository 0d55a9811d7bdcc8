"""Who stands in front of the emulated devices: what a person, drawn by the bench, shows to each."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.samples import Position

Grey = NDArray[np.uint8]
"""Rows of 8-bit grey: (height, width). Fingers at 500 ppi, dark ridges on white; eyes in near infrared."""
Colour = NDArray[np.uint8]
"""Rows of 8-bit RGB: (height, width, 3)."""


class StrokePoint(msgspec.Struct, frozen=True):
    """One pen report: millimetres from the pad's top left, pressure 0 to 1 (0 is lifted), seconds."""

    x: float
    y: float
    pressure: float
    t: float


class Subject(Protocol):
    """A person in front of the devices. `attempt` counts from 0 at each device and position.

    None means that nothing usable is presented.
    """

    def finger(self, position: Position, attempt: int) -> Grey | None: ...

    def iris(self, position: Position, attempt: int) -> Grey | None: ...

    def view(self, t: float) -> Colour | None:
        """What the camera sees `t` seconds after the person stepped up."""
        ...

    def signature(self, attempt: int) -> Sequence[StrokePoint]: ...


class People(Protocol):
    """Who can step up, and what lies on the desk."""

    def subject(self, person: str, behaviour: str) -> Subject:
        """The person with this seed, who behaves so. Raises ValueError for a behaviour that is not known."""
        ...

    def document(self, person: str, name: str) -> Colour:
        """A paper of that person as the camera over the desk sees it; ValueError if there is none."""
        ...


class Stage:
    """Holds the current subject; devices ask it, whoever directs the day sets it. Counts attempts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subject: Subject | None = None
        self._attempts: dict[str, int] = {}
        self._entered = 0.0

    def enter(self, subject: Subject) -> None:
        """`subject` steps up; attempts count from 0 again."""
        with self._lock:
            self._subject = subject
            self._attempts = {}
            self._entered = time.monotonic()

    def view(self) -> Colour | None:
        """What the camera sees of the subject now; None in an empty room."""
        with self._lock:
            subject, entered = self._subject, self._entered
        return None if subject is None else subject.view(time.monotonic() - entered)

    def leave(self) -> None:
        with self._lock:
            self._subject = None

    @property
    def subject(self) -> Subject | None:
        with self._lock:
            return self._subject

    def upcoming(self, what: str) -> int:
        """The number that the next attempt at `what` will have."""
        with self._lock:
            return self._attempts.get(what, 0)

    def attempt(self, what: str) -> int:
        """The number of this attempt at `what`, counting it."""
        with self._lock:
            number = self._attempts.get(what, 0)
            self._attempts[what] = number + 1
            return number
