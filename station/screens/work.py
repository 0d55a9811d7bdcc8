"""Work off the screen thread: commands run one after another on one thread, their results come back through one queue.

A screen never waits: `submit` returns at once, and `done` or `failed` is called later on the screen thread, when the
Clock drains the queue. Device threads hand results over with `post`. A drain stops after BUDGET so that a burst of
results never holds up a frame; what is left is drained in the next turn.

The loop turns once more after an app has closed its rooms, so a closed `Work` takes no command and delivers no result:
what a result would show has no window any more, and what it would ask has no journal.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Final, Generic, Protocol, TypeVar

T = TypeVar("T")

BUDGET: Final = 0.008
"""Seconds of one turn (25 ms) that results may take."""


class Waiting(Protocol):
    """What shows that a command is under way: a button."""

    busy: bool


class Work:
    """The background thread and the queue of one app."""

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        """`failed` is told, on the screen thread, of errors that a command's own handler does not take."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="command")
        self._results: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._failed = failed
        self._closed = False

    def submit(
        self,
        command: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None] | None = None,
        button: Waiting | None = None,
    ) -> None:
        """Run `command` in the background; nothing happens once this is closed.

        `button.busy` is set until its result is here, so that it takes no taps.
        """
        if self._closed:
            return
        if button is not None:
            button.busy = True

        def finish(future: Future[T]) -> None:
            self._results.put(functools.partial(self._deliver, future, done, failed or self._failed, button))

        self._thread.submit(command).add_done_callback(finish)

    @staticmethod
    def _deliver(
        future: Future[T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None],
        button: Waiting | None,
    ) -> None:
        if button is not None:
            button.busy = False
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            done(future.result())
        else:
            failed(error)

    def post(self, callback: Callable[[], None]) -> None:
        """From any thread: have the screen thread call this."""
        self._results.put(callback)

    def drain(self, _passed: float = 0.0) -> int:
        """On the screen thread: call what has come in, for at most BUDGET seconds. Returns how many were called."""
        until = time.monotonic() + BUDGET
        called = 0
        while not self._closed and (called == 0 or time.monotonic() < until):
            try:
                callback = self._results.get_nowait()
            except Empty:
                break
            callback()
            called += 1
        return called

    def close(self) -> None:
        """On the screen thread: let the command under way end; those not begun, and all results, are dropped."""
        self._closed = True
        self._thread.shutdown(wait=True, cancel_futures=True)


class Latest(Generic[T]):
    """Holds the newest value only: a live picture that comes faster than it can be shown is skipped, never queued."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._value: T | None = None

    def put(self, value: T) -> None:
        """From any thread: this is the newest."""
        with self._lock:
            self._value = value

    def take(self) -> T | None:
        """The newest value since the last call, or None."""
        with self._lock:
            value, self._value = self._value, None
        return value
