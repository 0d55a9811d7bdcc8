"""Logs of the long-running commands: one JSON object a line on standard error.

structlog's default prints the local variables of a traceback, and those hold names and NIK here.
"""

from __future__ import annotations

import sys

import structlog


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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
