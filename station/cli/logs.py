"""Logs of the long-running commands: one JSON object a line on standard error.

structlog's default prints the local variables of a traceback, and those hold names and NIK here.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TextIO, cast

import structlog


class _Patient:
    """Standard error for logging. What a full disk, or a reader that has gone, does not take is not logged.

    Whoever logs goes on: the thread that says that the disk is full must be there when it has room again.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()


def to_stderr() -> None:
    """Log as JSON lines from now on, tracebacks without local variables."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Patient(sys.stderr))),
        cache_logger_on_first_use=True,
    )
