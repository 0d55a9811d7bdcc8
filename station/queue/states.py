"""The states of a ticket, and what the operator may do in each."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import msgspec

from station.config import Lasting, Positive, Settings


class TicketState(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    MISSED = "missed"
    CANCELLED = "cancelled"
    FINISHED = "finished"


OPEN: Final = (TicketState.WAITING, TicketState.CALLED, TicketState.SERVING, TicketState.PARKED, TicketState.MISSED)
"""States from which the student can still be recorded."""

RETURNABLE: Final = (TicketState.PARKED, TicketState.MISSED)
CANCELLABLE: Final = (
    TicketState.WAITING,
    TicketState.CALLED,
    TicketState.SERVING,
    TicketState.PARKED,
    TicketState.MISSED,
)

PRIORITIES: Final = ("disability", "exam", "other")
"""Why a student goes first."""


class QueueSettings(Settings, frozen=True, kw_only=True):
    """[queue] of config.toml."""

    missed_after_calls: Positive = 3
    first_minutes: Lasting = 6.0
    pace_window: Positive = 10
    returned_behind: Annotated[int, msgspec.Meta(ge=0)] = 2


class Refused(Exception):
    """A queue command does not fit the state it met. `code` is a message id for the screen."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


class Ticket(msgspec.Struct, frozen=True):
    """One ticket as the tables have it."""

    id: str
    visit: str
    number: int
    student: str
    language: str
    state: TicketState
    rank: int
    priority: str
    calls: int
    ahead: int
    estimate_minutes: int
    enrolment: str | None
    note: str | None
    print_state: str
    slip_state: str
    issued_at: str
    state_at: str
    last_seq: int


class Visit(msgspec.Struct, frozen=True):
    """One school visit."""

    id: str
    school: str
    bench: bool
    opened_at: str
    opened_seq: int
    closed_at: str | None
    last_number: int


def number_text(number: int) -> str:
    """A queue number as it is printed, called and shown everywhere: three digits."""
    return f"{number:03d}"
