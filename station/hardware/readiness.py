"""Opens what is plugged in before anybody needs it, and says again and again how each kind stands.

A device that was plugged in an hour ago and refuses to be opened is to be known now, not when a student stands before
it; one that was plugged in again is to be known as back; and what the last run called ready may be away since.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from station.hardware.broker import Broker, State, Status
from station.hardware.devices import DeviceError, Kind

LOOK_SECONDS: Final = 2.0
RETRY_SECONDS: Final = 10.0
"""Before a device that could not be opened is tried again: a person sets a scanner's service right in minutes, and
each try is a line in the log."""
SETTLED_SECONDS: Final = 15.0
"""After the start until what has not been found counts as away: scanner services are searched for on many ports."""


class Readiness:
    """One thread beside a broker."""

    def __init__(
        self,
        broker: Broker,
        tell: Callable[[Status], None],
        *,
        look_seconds: float = LOOK_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
        settled_seconds: float = SETTLED_SECONDS,
    ) -> None:
        """`tell` is given every status at every look, from this thread; it must not block."""
        self._broker = broker
        self._tell = tell
        self._look_seconds = look_seconds
        self._retry_seconds = retry_seconds
        self._settled_seconds = settled_seconds
        self._news = threading.Event()
        self._closed = False
        self._retry_at: dict[Kind, float] = {}
        self._end = broker.subscribe(self._hear)
        self._thread = threading.Thread(target=self._run, name="device-readiness", daemon=True)

    def start(self) -> None:
        """Begin to look, once the broker watches."""
        self._thread.start()

    def close(self) -> None:
        """Stop. Close the broker first: a device that is just being opened is waited for."""
        self._end()
        self._closed = True
        self._news.set()
        self._thread.join()

    def _hear(self, status: Status) -> None:
        if status.state is State.PRESENT:
            self._news.set()

    def _run(self) -> None:
        settled = time.monotonic() + self._settled_seconds
        while not self._closed:
            self._news.clear()
            for status in self._broker.statuses():
                self._open(status)
            for status in self._broker.statuses():
                if status.state is not State.ABSENT or time.monotonic() >= settled:
                    self._tell(status)
            self._news.wait(self._look_seconds)

    def _open(self, status: Status) -> None:
        if self._closed or status.state not in (State.PRESENT, State.FAULT):
            return
        if status.state is State.FAULT and time.monotonic() < self._retry_at.get(status.kind, 0.0):
            return
        try:
            self._broker.get(status.kind, 0.0)
        except DeviceError:
            # The broker has told why.
            self._retry_at[status.kind] = time.monotonic() + self._retry_seconds
