"""Watches the journal beside the screen thread: whenever anybody has committed, there is a new View."""

from __future__ import annotations

from typing import Final

from station.clock import Clock
from station.journal import Journal
from station.screens.operator.reading import Reader
from station.screens.operator.view import View

LOOK_SECONDS: Final = 0.1
"""From another process's commit to the console: at most this, and the time to make a view."""
STALE_SECONDS: Final = 15.0
"""Minutes pass and batteries empty without a commit, so a view is made at least this often."""


class Watch:
    """Call `next` from one thread only, never the screen's: the journal's version is counted for each connection."""

    def __init__(self, journal: Journal, reader: Reader, clock: Clock) -> None:
        self._journal = journal
        self._reader = reader
        self._clock = clock
        self._version = -1
        self._made = 0.0
        self._open_file = ""

    def next(self, open_file: str = "") -> View | None:
        """A view with this ticket's file, or None while the last one still holds; that costs microseconds."""
        version, now = self._journal.data_version(), self._clock.monotonic()
        stale = now - self._made > STALE_SECONDS
        if version == self._version and open_file == self._open_file and not stale:
            return None
        self._version, self._made, self._open_file = version, now, open_file
        return self._reader.read(open_file)
