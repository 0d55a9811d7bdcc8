"""Runs workers in threads and starts one again that failed, but not without end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

import msgspec
import structlog

from station.clock import Clock

RESTARTS: Final = 5
"""Failures of one worker within WINDOW_SECONDS that are borne; one more ends the process, and its keeper decides."""

WINDOW_SECONDS: Final = 60.0
PAUSE_SECONDS: Final = 0.5
"""Between a failure and the new start, so that a broken worker does not eat a core."""

LOOK_SECONDS: Final = 0.2
"""How soon a stop or a failure is noticed."""

log = structlog.get_logger()


class Worker(msgspec.Struct, frozen=True):
    """Something that runs until its stop event is set; returning earlier means that it has nothing to do."""

    name: str
    run: Callable[[threading.Event], None]


class WorkerFailed(Exception):
    """A worker failed again and again; its last exception is the cause."""


def supervise(workers: Sequence[Worker], stop: threading.Event, clock: Clock) -> None:
    """Run all workers until `stop` is set. Raises WorkerFailed; then all are stopped too."""
    failures: dict[str, list[float]] = {worker.name: [] for worker in workers}
    with ThreadPoolExecutor(max_workers=max(1, len(workers)), thread_name_prefix="station") as pool:
        running: dict[Future[None], Worker] = {pool.submit(worker.run, stop): worker for worker in workers}
        try:
            while not stop.is_set():
                done, _ = wait(running, LOOK_SECONDS, FIRST_COMPLETED) if running else (set(), None)
                for future in done:
                    worker = running.pop(future)
                    error = future.exception()
                    if error is None:
                        continue
                    _count(worker, error, failures[worker.name], clock)
                    stop.wait(PAUSE_SECONDS)
                    running[pool.submit(worker.run, stop)] = worker
                if not running:
                    stop.wait(LOOK_SECONDS)
        finally:
            stop.set()


def _count(worker: Worker, error: BaseException, failures: list[float], clock: Clock) -> None:
    now = clock.monotonic()
    failures[:] = [*(at for at in failures if now - at < WINDOW_SECONDS), now]
    log.error("worker.failed", worker=worker.name, failures=len(failures), exc_info=error)
    if len(failures) > RESTARTS:
        raise WorkerFailed(f"{worker.name} failed {len(failures)} times within {WINDOW_SECONDS:g} s") from error
