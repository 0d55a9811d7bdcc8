"""Watches the journal beside the screen thread: whenever anybody has committed, there is a new view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from station.journal import Journal

V = TypeVar("V")

STALE_SECONDS: Final = 15.0
"""Minutes pass and batteries empty without a commit, so a view is made at least this often."""


class Watch(Generic[V]):
    """Call `next` from one thread only, never the screen's: the journal's version is counted for each connection."""

    def __init__(self, journal: Journal, read: Callable[[str], V]) -> None:
        """`read` makes a view about one subject (a ticket's id, or empty)."""
        self._journal = journal
        self._read = read
        self._version = -1
        self._made = 0.0
        self._about = ""

    def next(self, about: str = "") -> V | None:
        """A view about this subject, or None while the last one still holds; that costs microseconds."""
        version, now = self._journal.data_version(), self._journal.clock.monotonic()
        stale = now - self._made > STALE_SECONDS
        if version == self._version and about == self._about and not stale:
            return None
        self._version, self._made, self._about = version, now, about
        return self._read(about)
