"""Heavy sums in a process of their own, so that the screen thread never waits for them.

One worker, at a lower priority than the screens. When it dies (killed, out of memory) the next call
starts a new one and does the sum again: the functions given to it are pure.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

NICENESS: Final = 10
"""A screen that wants the processor gets it first; the sum takes a little longer."""

RESTARTS: Final = 3
"""How often one call survives its worker: a sum that kills it each time is a fault, not bad luck."""


class Worker:
    """A process that is there when needed."""

    def __init__(self, warm_up: Callable[[], None] | None = None) -> None:
        self._warm_up = warm_up
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do a sum in the worker and wait for it; call this from a background thread.

        Raises what the function raises, and BrokenProcessPool when no worker survives it.
        """
        for _ in range(RESTARTS):
            pool = self._open()
            try:
                return pool.submit(function, *args, **kwargs).result()
            except BrokenProcessPool:
                self._drop(pool)
        return self._open().submit(function, *args, **kwargs).result()

    def start(self) -> None:
        """Bring the worker up before it is needed."""
        self._open().submit(os.getpid)

    def close(self) -> None:
        """Stop the worker."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _open(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                # "spawn": a forked child would inherit the window's GL context and the journal's handles.
                self._pool = ProcessPoolExecutor(
                    max_workers=1,
                    mp_context=multiprocessing.get_context("spawn"),
                    initializer=_begin,
                    initargs=(os.getpid(), self._warm_up),
                )
            return self._pool

    def _drop(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is broken:
                self._pool = None
        broken.shutdown(wait=False)


def _begin(parent: int, warm_up: Callable[[], None] | None) -> None:
    os.nice(NICENESS)
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()
    if warm_up is not None:
        warm_up()


def _follow(parent: int) -> None:
    """End with the parent: one that was killed cannot tell its worker to stop."""
    watch = threading.Event()
    while os.getppid() == parent:
        watch.wait(0.5)
    os._exit(0)
