"""Heavy sums in a process of their own, so that the screen thread never waits for them.

One worker, at a lower priority than the screens, and one pipe to it: a sum goes in, its result comes out. When the
worker dies (killed, out of memory) the pipe breaks, and the sum is done again by a new one: the functions given to it
are pure. The standard library's process pool is not used, because up to Python 3.12 it can hang for ever when a
worker is killed while a large argument is on its way (python/cpython#94777).
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

NICENESS: Final = 10
"""A screen that wants the processor gets it first; the sum takes a little longer."""

RESTARTS: Final = 3
"""How often one call survives its worker: a sum that kills it each time is a fault, not bad luck."""

END_SECONDS: Final = 5.0


class WorkerDied(Exception):
    """No worker survives this sum, or the worker was closed meanwhile."""


class Worker:
    """A process that is there when needed. Sums of several threads are done one after the other."""

    def __init__(self, warm_up: Callable[[], None] | None = None) -> None:
        self._warm_up = warm_up
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._closed = False
        self._lock = threading.Lock()

    def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do a sum in the worker and wait for it; call this from a background thread.

        Raises what the function raises, and WorkerDied when no worker survives it.
        """
        with self._lock:
            for _ in range(RESTARTS + 1):
                try:
                    pipe = self._open()
                    pipe.send((function, args, kwargs))
                    succeeded, value = pipe.recv()
                except (EOFError, ConnectionError):
                    self._drop()
                    continue
                if succeeded:
                    result: R = value
                    return result
                raise value
        raise WorkerDied(f"{getattr(function, '__name__', function)} ended its worker {RESTARTS + 1} times.")

    def start(self) -> None:
        """Bring the worker up before it is needed."""
        with self._lock:
            self._open()

    def close(self) -> None:
        """End the worker, and with it the sum that is under way."""
        self._closed = True
        process = self._process
        if process is not None:
            process.terminate()
        with self._lock:
            self._drop()

    def _open(self) -> Connection:
        if self._closed:
            raise WorkerDied("The worker was closed.")
        if self._pipe is None:
            # "spawn": a forked child would inherit the window's GL context and the journal's handles.
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(
                target=_serve, args=(theirs, os.getpid(), self._warm_up), name="worker", daemon=True
            )
            self._process.start()
            # Theirs alone is open there, so that their end breaks the pipe here.
            theirs.close()
        return self._pipe

    def _drop(self) -> None:
        pipe, process = self._pipe, self._process
        self._pipe = self._process = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.kill()
            process.join(END_SECONDS)


def _serve(pipe: Connection, parent: int, warm_up: Callable[[], None] | None) -> None:
    """The worker's life: sums, until the pipe ends."""
    os.nice(NICENESS)
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    if warm_up is not None:
        warm_up()
    while True:
        try:
            function, args, kwargs = pipe.recv()
        except EOFError:
            return
        pipe.send(_done(function, args, kwargs))


def _done(function: Callable[..., Any], args: Any, kwargs: Any) -> tuple[bool, Any]:
    try:
        return True, function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - it is raised again on the other side
        return False, error


def _follow(parent: int) -> None:
    """End with the parent: one that was killed cannot tell its worker to stop."""
    watch = threading.Event()
    while os.getppid() == parent:
        watch.wait(0.5)
    os._exit(0)
