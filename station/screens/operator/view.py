"""What the console shows, as one frozen picture of the journal at one moment.

Durations are whole minutes and never negative; None where the clock has plainly jumped (longer than LONGEST_MINUTES),
which a screen shows as a dash. Names in lists are masked; only who is being recorded, or whose file is open, is named
in full.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from station.biometrics.samples import Position
from station.enrolment.state import Status
from station.enrolment.steps import Step
from station.hardware.devices import Kind
from station.queue.states import TicketState

LONGEST_MINUTES: Final = 24 * 60
"""A school day is shorter: a longer time says that a clock was set, not that somebody waited."""

LOW_SPACE: Final = 1 << 30
"""Bytes. A full package takes about 5 MB, so the 120 students of a whole day still fit into this."""
LOW_BATTERY: Final = 20
"""Percent from which on the operator is told to plug in."""


def minutes_between(since: str, now: datetime) -> int | None:
    """Whole minutes from a journal time to now; 0 when it lies ahead of now, None when a clock has jumped."""
    passed = int((now - datetime.fromisoformat(since)).total_seconds() // 60)
    return None if passed > LONGEST_MINUTES else max(0, passed)


class OperatorView(msgspec.Struct, frozen=True):
    """One who may sign in."""

    id: str
    name: str
    locked: bool = False
    left_handed: bool = False
    wait_seconds: int = 0
    """Until a PIN is looked at again, counted when the view was made."""


class SchoolView(msgspec.Struct, frozen=True):
    """A school on this station's lists."""

    id: str
    name: str
    students: int


class VisitView(msgspec.Struct, frozen=True):
    """The visit that is open."""

    id: str
    school_id: str
    school: str
    bench: bool
    classes: tuple[str, ...] = ()


class QueueRow(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket in the list."""

    ticket: str
    number: int
    name: str
    """Masked."""
    class_name: str
    state: TicketState
    minutes: int | None
    """In this state."""
    calls: int = 0
    priority: str = ""
    language: str = "id"
    recording: Status | None = None
    """The recording behind it, where one was begun."""
    enrolment: str = ""
    has_note: bool = False
    needs_help: bool = False
    """The school's list names a special need."""
    reason: str = ""
    """Why it is parked or cancelled."""
    paper_owed: bool = False


class AttemptView(msgspec.Struct, frozen=True):
    """One attempt at the step of now."""

    number: int
    score: int
    good: bool
    message: str = ""
    """Message id: advice, or why nothing of it was kept."""


class PositionView(msgspec.Struct, frozen=True):
    """One finger or eye of the last attempt."""

    position: Position
    score: int
    good: bool


class NowView(msgspec.Struct, frozen=True, kw_only=True):
    """The recording that runs."""

    enrolment: str
    ticket: str
    number: int
    name: str
    class_name: str
    step: Step
    steps: tuple[Step, ...]
    done: tuple[Step, ...]
    minutes: int | None
    step_minutes: int | None
    captures: bool = False
    """The step takes samples."""
    attempts: tuple[AttemptView, ...] = ()
    """Of this round, oldest first."""
    positions: tuple[PositionView, ...] = ()
    missing: tuple[Position, ...] = ()
    """Recorded as exceptions."""
    wanted: tuple[Position, ...] = ()
    sign_off_waits: str = ""
    """Code of why it cannot be signed off yet although its steps are done."""
    may_accept: bool = False
    accept_after: int = 3
    accepted: int = 0
    disputed: bool = False
    documents: tuple[str, ...] = ()
    documents_seen: int = 0
    corrected: tuple[str, ...] = ()
    priority: str = ""
    note: str = ""
    language: str = "id"


class AlertView(msgspec.Struct, frozen=True):
    """Something that needs the operator."""

    code: str
    number: int = 0
    """The ticket concerned; 0 for none."""
    minutes: int | None = 0
    id: str = ""
    """Empty: it goes by itself when its cause is gone."""
    looks: str = ""
    """The ticket that is to be looked at."""


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """One of two students who are compared. The name stands in full: the operator compares it with documents."""

    enrolment: str
    number: int
    name: str
    class_name: str
    nik: str
    """Its last four digits."""


class PairView(msgspec.Struct, frozen=True):
    """Two students with the same prints, of which the operator has not said yet whether they are one."""

    ticket: str
    """Of the first."""
    visit: str
    first: PersonView
    second: PersonView


class DeviceView(msgspec.Struct, frozen=True):
    """One kind of device. `state`: `ready`, `fault`, `gone`, or `none` when none was ever there."""

    kind: Kind
    state: str
    code: str = ""
    name: str = ""
    serial: str = ""
    bench: bool = False
    minutes: int | None = None
    needed: bool = False
    """A step of the enrolment cannot be done without it."""


class PackageRow(msgspec.Struct, frozen=True):
    """One sealed package."""

    id: str
    number: int
    name: str
    state: str
    """`sealed`, `delivered`, `received` or `refused`."""
    size: int
    minutes: int | None
    problem: str = ""
    """Code of why it is not delivered, or why the office refused it."""
    earlier: bool = False
    """From an earlier visit."""
    said: str = ""
    """Why the office refused it, in its own words: for a code that is not known here."""


class PackagesView(msgspec.Struct, frozen=True):
    """How far the packages of this visit are; each figure includes those that are further."""

    sealed: int = 0
    delivered: int = 0
    received: int = 0
    refused: int = 0
    failing: int = 0
    rows: tuple[PackageRow, ...] = ()


class Ending(StrEnum):
    """What became of a ticket by the end of the day, and what stands in the way of it."""

    SEALED = "sealed"
    MISSED = "missed"
    PARKED = "parked"
    CANCELLED = "cancelled"
    SEALING = "sealing"
    """Signed off; its package is on its way."""
    SERVING = "serving"
    CALLED = "called"
    WAITING = "waiting"


ENDED: Final = (Ending.SEALED, Ending.MISSED, Ending.PARKED, Ending.CANCELLED)
OPEN: Final = (Ending.SEALING, Ending.SERVING, Ending.CALLED, Ending.WAITING)


class DayView(msgspec.Struct, frozen=True):
    """The visit's tickets by how they ended, with the people behind each figure."""

    tickets: int = 0
    groups: dict[Ending, tuple[QueueRow, ...]] = {}

    def count(self, *endings: Ending) -> int:
        """How many tickets ended so."""
        return sum(len(self.groups.get(ending, ())) for ending in endings)

    @property
    def adds_up(self) -> bool:
        """Tickets = sealed + missed + parked + cancelled."""
        return self.tickets == self.count(*ENDED)

    @property
    def busy(self) -> bool:
        """Somebody is called or being recorded: the visit cannot be closed."""
        return self.count(Ending.CALLED, Ending.SERVING) > 0


class MachineView(msgspec.Struct, frozen=True):
    """The machine under the station; None is not known."""

    free_bytes: int | None = None
    battery_percent: int | None = None
    on_mains: bool | None = None

    @property
    def low_space(self) -> bool:
        return self.free_bytes is not None and self.free_bytes < LOW_SPACE

    @property
    def low_battery(self) -> bool:
        return self.battery_percent is not None and self.battery_percent <= LOW_BATTERY and self.on_mains is not True


class DocumentView(msgspec.Struct, frozen=True):
    """One document that the student brings."""

    document: str
    present: bool | None = None
    """None: not looked at yet."""
    sample: str = ""
    """Id of its picture in the spool; empty where there is none."""


class FieldView(msgspec.Struct, frozen=True):
    """One biographic field as it will be recorded."""

    field: str
    value: str
    listed: str = ""
    """What the school's list says, where a correction differs from it."""


class FileView(msgspec.Struct, frozen=True, kw_only=True):
    """A student's file: data beside documents."""

    row: QueueRow
    name: str
    fields: tuple[FieldView, ...]
    documents: tuple[DocumentView, ...] = ()
    active: bool = False
    """The recording runs: documents and corrections can be changed."""
    step: Step | None = None
    disputed: bool = False
    note: str = ""
    special_needs: str = ""
    may_start: bool = False
    """Nobody else is being recorded, and this one can begin or go on."""
    exceptions: tuple[Position, ...] = ()
    sign_off_waits: str = ""
    """As in NowView."""
    lost: bool = False
    """Signed off, but it cannot be sealed: samples cannot be read any more."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The whole console."""

    operators: tuple[OperatorView, ...] = ()
    operator: OperatorView | None = None
    """Who is signed in."""
    schools: tuple[SchoolView, ...] = ()
    visit: VisitView | None = None
    queue: tuple[QueueRow, ...] = ()
    """All tickets of the visit, in the order of the line."""
    called: QueueRow | None = None
    may_miss: bool = False
    """Called often enough."""
    miss_after: int = 3
    now: NowView | None = None
    alerts: tuple[AlertView, ...] = ()
    pairs: tuple[PairView, ...] = ()
    devices: tuple[DeviceView, ...] = ()
    packages: PackagesView = PackagesView()
    day: DayView = DayView()
    machine: MachineView = MachineView()
    asked_file: str = ""
    """The ticket whose file was asked for."""
    file: FileView | None = None
    """Its file; None where there is none."""
    pace_minutes: int = 0
    """Minutes that a recording takes today."""

    def count(self, *states: TicketState) -> int:
        """Tickets in these states."""
        return sum(row.state in states for row in self.queue)

    def row(self, ticket: str) -> QueueRow | None:
        """The ticket's row, or None."""
        return next((row for row in self.queue if row.ticket == ticket), None)

    def pair(self, ticket: str) -> PairView | None:
        """Whom the ticket's student is to be compared with, or None."""
        return next((pair for pair in self.pairs if pair.ticket == ticket), None)
