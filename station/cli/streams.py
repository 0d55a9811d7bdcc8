"""The standard streams that commands read and print to."""

from __future__ import annotations

import io
import os
import sys
from typing import Final

_STREAMS: Final = ((0, "stdin", "r", os.O_RDONLY), (1, "stdout", "w", os.O_RDONLY), (2, "stderr", "w", os.O_WRONLY))
"""Number, name, and how a stand-in is opened. To that of standard output nothing can be written: what a command says
there is lost and must not look as if it had been said."""


def prepare_streams() -> None:
    """Before anything is opened: no file may get the number of a standard stream that was closed (`>&-`).

    Names of files that are no text are printed with the bytes they have.
    """
    for number, name, mode, flags in _STREAMS:
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, flags)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, os.fdopen(number, mode, closefd=False))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="surrogateescape")


def give_up_output() -> None:
    """Drop what standard output did not take: Python would try again at its end, and complain a second time."""
    try:
        sys.stdout.flush()
    except OSError:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, sys.stdout.fileno())
        os.close(sink)
