"""The bounded process that parses a list file: ``python -m station.roster.child KIND PATH TODAY``.

It writes one msgpack `Answer` to standard output. Whatever it did not foresee ends it with the kind
of the error and the place in the code, and with nothing out of the file.
"""

from __future__ import annotations

import gc
import sys
import traceback
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec

from station import bounded, files
from station.roster import lists, tables
from station.roster.students import Answer, ListError

MEMORY: Final = 1024 * 1024 * 1024
"""Bytes of address space. A list of 10,000 students takes a fifth of it."""
CPU_SECONDS: Final = 60


def main(arguments: list[str]) -> None:
    """Parse and answer."""
    kind, path, today = arguments
    sys.excepthook = _say_where
    bounded.limit(MEMORY, CPU_SECONDS)
    # The process lives for one file and makes no cycles; collecting would cost a tenth of its time.
    gc.disable()
    file = Path(path)
    opened = tables.open_workbook(file) if kind == "workbook" else tables.open_text(file)
    try:
        answer = Answer(lists.read(opened, date.fromisoformat(today), file.name))
    except ListError as error:
        answer = Answer(None, error.code, str(error))
    sys.stdout.buffer.write(_encoded(answer))
    sys.stdout.buffer.flush()


def _encoded(answer: Answer) -> bytes:
    """The answer, also where the file's name, which lists are called by, is no text."""
    try:
        return msgspec.msgpack.encode(answer)
    except UnicodeEncodeError:
        return msgspec.msgpack.encode(files.printable(msgspec.to_builtins(answer)))


def _say_where(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    frames = traceback.extract_tb(trace)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "start"
    sys.stderr.write(f"{kind.__name__} at {where}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
