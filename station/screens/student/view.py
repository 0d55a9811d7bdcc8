"""What the touchscreen shows, as one frozen picture of the journal at one moment.

The queue looks on, so it holds names only of the student at the screen, and those only at the step that confirms them.
"""

from __future__ import annotations

from datetime import date

import msgspec

from station.biometrics.samples import Position
from station.enrolment.steps import Step
from station.queue.states import TicketState
from station.roster.students import Student


class Board(msgspec.Struct, frozen=True):
    """The queue as all may see it: numbers only."""

    called: int = 0
    """Number that is to come now; 0 for none."""
    calls: int = 0
    """How often it was called."""
    serving: int = 0
    following: tuple[int, ...] = ()
    """The next three who wait."""
    before: int = 0
    """Called last, before the one that is called or served; 0 for none."""
    waiting: int = 0
    ahead: int = 0
    """How many go before somebody who would check in now."""
    minutes: tuple[int, int] = (0, 0)
    """How long such a one would wait, as a span."""


class TicketView(msgspec.Struct, frozen=True):
    """The ticket of the student who has just checked in."""

    id: str
    number: int
    state: TicketState
    ahead: int
    minutes: tuple[int, int]
    print_state: str
    """`wanted`, `started`, `printed`, `failed` or `again`."""
    printer_problem: str = ""
    """Message id of what keeps the printer from printing; empty where nothing is known to."""


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """The recording that runs at this station."""

    enrolment: str
    ticket: str
    number: int
    language: str
    step: Step
    steps: tuple[Step, ...]
    wanted: tuple[Position, ...] = ()
    missing: tuple[Position, ...] = ()
    """Recorded as exceptions."""
    attempts: int = 0
    """At this step, in this round."""
    photo: str = ""
    """Sample id of the photo that is to be approved."""
    disputed: bool = False
    corrected: tuple[str, ...] = ()
    student: Student | None = None
    """Only while the student confirms the data."""


class Finished(msgspec.Struct, frozen=True):
    """The recording that was signed off last in this visit."""

    enrolment: str
    number: int
    language: str
    seconds_ago: float
    card_on: date | None = None
    """The 17th birthday."""
    card_now: bool = False
    slip_state: str = "none"
    printer_problem: str = ""
    """As for a ticket."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The whole touchscreen."""

    visit: str = ""
    """Id of the open visit; empty: none is open."""
    school: str = ""
    bench: bool = False
    board: Board = Board()
    running: Running | None = None
    finished: Finished | None = None
    ticket: TicketView | None = None
    helped: tuple[str, ...] = ()
    """For whom help was called and nobody has come yet: tickets; empty for somebody without a number."""
    classes: tuple[str, ...] = ()
    """Of the visited school."""
    documents: tuple[str, ...] = ()
    """What a student brings."""
