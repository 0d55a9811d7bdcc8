"""What the robots know of each other, as people in one room do: who holds which number, who has stepped up.

Nothing of it comes from the app's code: numbers are read off the ticket screen. A day that goes on reads them off
the paper tickets' register, the journal.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

from station.bench.day.cast import Actor, Turn

FIRST_IN_LINE: Final = 3
"""So many have a number before the operator begins to call: a day begins with a line."""


class Director:
    """Shared by both robots; thread-safe."""

    def __init__(self, actors: Sequence[Actor], codes: dict[str, str]) -> None:
        self.actors = tuple(actors)
        self.codes = codes
        self._lock = threading.Lock()
        self._by_number: dict[int, Actor] = {}
        self._present: int | None = None
        self._turned: set[tuple[str, Turn]] = set()

    def holds(self, actor: Actor, number: int) -> None:
        """The actor has this number."""
        with self._lock:
            self._by_number[number] = actor

    def actor(self, number: int | None) -> Actor | None:
        """Who holds a number."""
        with self._lock:
            return self._by_number.get(number) if number is not None else None

    def without_number(self) -> list[Actor]:
        """Who has not checked in yet, in the order of coming."""
        with self._lock:
            held = {actor.person for actor in self._by_number.values()}
        return [actor for actor in self.actors if actor.person not in held]

    @property
    def line_stands(self) -> bool:
        """Have enough students checked in for the day to begin?"""
        with self._lock:
            return len(self._by_number) >= min(FIRST_IN_LINE, len(self.actors))

    def step_up(self, number: int | None) -> None:
        """The student with this number stands at the touchscreen; None when nobody does."""
        with self._lock:
            self._present = number

    @property
    def present(self) -> int | None:
        with self._lock:
            return self._present

    def turned(self, actor: Actor, turn: Turn) -> None:
        """That has happened to the actor; it does not happen again."""
        with self._lock:
            self._turned.add((actor.person, turn))

    def due(self, actor: Actor | None, turn: Turn) -> bool:
        """Is this still to happen to the actor?"""
        with self._lock:
            return actor is not None and actor.has(turn) and (actor.person, turn) not in self._turned
