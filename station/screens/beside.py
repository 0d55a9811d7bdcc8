"""A loop beside the screen thread, whose failure reaches it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait


class Beside:
    """Runs `loop(stop)` in a thread of its own until `stop` is set."""

    def __init__(self, name: str, loop: Callable[[threading.Event], None], failed: Callable[[BaseException], None]):
        """`failed` is told, in the loop's thread, of the error that ended it."""
        self._name = name
        self._loop = loop
        self._failed = failed
        self._stop = threading.Event()
        self._thread: ThreadPoolExecutor | None = None
        self._runs: list[Future[None]] = []

    def start(self) -> None:
        """Begin, unless it runs."""
        if self._thread is not None:
            return
        self._stop = threading.Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self._name)
        run = self._thread.submit(self._loop, self._stop)
        self._runs = [*(earlier for earlier in self._runs if not earlier.done()), run]
        run.add_done_callback(self._ended)

    def stop(self) -> None:
        """Ask the loop to end; it may take as long as its longest call."""
        self._stop.set()
        if self._thread is not None:
            self._thread.shutdown(wait=False)
            self._thread = None

    def close(self) -> None:
        """Ask the loop to end and wait until every run of it has."""
        self.stop()
        wait(self._runs)

    def _ended(self, future: Future[None]) -> None:
        error = None if future.cancelled() else future.exception()
        if error is not None:
            self._failed(error)
