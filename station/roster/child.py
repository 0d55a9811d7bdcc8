"""The bounded process that parses a list file: ``python -m station.roster.child KIND PATH TODAY``.

It writes one msgpack `Answer` to standard output. Whatever it did not foresee ends it with the kind
of the error and the place in the code, and with nothing out of the file.
"""

from __future__ import annotations

import gc
import resource
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import date
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec

from station.roster import tables
from station.roster.students import Answer, ListError
from station.roster.tables import Table

MEMORY: Final = 1024 * 1024 * 1024
"""Bytes of address space. A list of 10,000 students takes a fifth of it."""
CPU_SECONDS: Final = 60


def main(arguments: list[str]) -> None:
    """Parse and answer."""
    kind, path, today = arguments
    sys.excepthook = _say_where
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The process lives for one file and makes no cycles; collecting would cost a tenth of its time.
    gc.disable()
    file = Path(path)
    opened = tables.open_workbook(file) if kind == "workbook" else tables.open_text(file)
    try:
        # calamine lets go of the GIL while it parses: meanwhile the modules of the rules load.
        ahead = _Ahead(opened)
        from station.roster import lists

        answer = Answer(lists.read(ahead.tables(), date.fromisoformat(today), file.name))
    except ListError as error:
        answer = Answer(None, error.code, str(error))
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))
    sys.stdout.buffer.flush()


class _Ahead:
    """Opens the first table on a thread of its own."""

    def __init__(self, opened: Iterator[Table]) -> None:
        self._opened = opened
        self._first: list[Table] = []
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._open)
        self._thread.start()

    def tables(self) -> Iterator[Table]:
        """All tables; raises what opening them raises."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return chain(self._first, self._opened)

    def _open(self) -> None:
        try:
            self._first = list(islice(self._opened, 1))
        except Exception as error:  # noqa: BLE001  # raised again on the main thread
            self._error = error


def _say_where(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    frames = traceback.extract_tb(trace)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "start"
    sys.stderr.write(f"{kind.__name__} at {where}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
