"""What goes wrong in a way that a person can put right.

Whoever raises one of these has already said what is wrong, where, and what to do; the command line
prints exactly that, without a traceback. Every other exception is a fault of this program.
"""

from __future__ import annotations

from typing import ClassVar


class StationError(Exception):
    """Base of the errors that are meant for the user's eyes. The message never holds a whole NIK or a name."""

    exit_code: ClassVar[int] = 1
    """What the process ends with; a class of errors that scripts must tell apart sets its own."""

    def __init__(self, message: str, hint: str = "") -> None:
        """`message` says what is wrong and where; `hint` what to do, where the message does not say it yet."""
        super().__init__(message)
        self.hint = hint
