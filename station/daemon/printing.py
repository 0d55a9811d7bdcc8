"""The printing desk: every ticket and slip that is owed gets its paper, once.

"Started" is recorded before the first byte and the outcome after the last, so that whoever restarts
after a crash knows that a paper may exist and prints a copy that says so. While the printer is unwell
nothing is started; it is asked until it is well again. The number on the screen waits for none of this.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Final, cast

import msgspec
import structlog

from station.clock import Clock
from station.daemon.papers import Papers, Slip, Ticket
from station.disk import DiskTrouble
from station.hardware.devices import DeviceError, DeviceGone, DeviceInfo, Devices, Kind, TicketPrinter
from station.hardware.watch import Watch
from station.journal import Journal, alerts
from station.journal import events as ev
from station.journal.rows import Row
from station.queue import estimate, queries
from station.queue.states import QueueSettings, TicketState
from station.queue.states import Ticket as QueueTicket

ACTOR: Final = "devices"

POLL_SECONDS: Final = 0.02
"""Looking at the journal's version costs microseconds; the ticket may take 0.3 s from touch to paper."""

RECHECK_SECONDS: Final = 0.5
"""How soon an unwell printer is asked again: before the hand that closed the cover is gone."""

IDLE_SECONDS: Final = 2.0
"""How often an idle printer is asked, so that the operator knows of an empty roll before a student does."""

BLIND_SECONDS: Final = 10.0
"""How long a printer that answers nothing is left alone after it failed: the next ticket is the only question."""

STALE: Final = timedelta(minutes=1)
"""Figures older than this are counted anew before they go on paper."""

log = structlog.get_logger()


class Job(msgspec.Struct, frozen=True):
    """One paper that is owed, and the events that tell of it."""

    ticket: QueueTicket
    slip: bool

    def started(self, copy: bool) -> ev.Event:
        return ev.SlipPrintStarted() if self.slip else ev.TicketPrintStarted(copy=copy)

    def printed(self) -> ev.Event:
        return ev.SlipPrinted() if self.slip else ev.TicketPrinted()

    def failed(self, code: str) -> ev.Event:
        return ev.SlipPrintFailed(code=code) if self.slip else ev.TicketPrintFailed(code=code)


class School(msgspec.Struct, frozen=True):
    """Look-ups in the register, handed in."""

    name_of: Callable[[str], str]
    """A school's name by its id; empty where it is not known."""
    card_on: Callable[[QueueTicket], date | None]
    """The day the ticket's student turns 17; None where it is not known."""


class PrintingDesk:
    """Prints what is owed; one thread, `run`."""

    def __init__(
        self,
        journal: Journal,
        devices: Devices,
        papers: Papers,
        school: School,
        settings: QueueSettings,
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._devices = devices
        self._papers = papers
        self._school = school
        self._settings = settings
        self._clock = clock
        self._watch = Watch(journal, ACTOR)
        self._known: DeviceInfo | None = None
        self._fault = ""
        self._ask_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Print until told to stop."""
        seen = -1
        while not stop.is_set():
            try:
                version = self._journal.data_version()
                if version != seen or self._clock.monotonic() >= self._ask_at:
                    self._look()
                    self._print_owed(stop)
                    seen = version
            except DiskTrouble as trouble:
                log.warning("printing.waits", code=trouble.code)
                stop.wait(RECHECK_SECONDS)
                seen = -1
            stop.wait(POLL_SECONDS)

    def _print_owed(self, stop: threading.Event) -> None:
        while (job := self._next()) is not None and not stop.is_set():
            printer = self._printer()
            if printer is None:
                self._alert_absence()
                return
            self._print(printer, job, stop)
            if self._fault or self._known is None:
                return

    def _next(self) -> Job | None:
        for ticket in queries.to_print(self._journal.db):
            return Job(ticket, slip=False)
        for ticket in queries.slips_to_print(self._journal.db):
            return Job(ticket, slip=True)
        return None

    def _print(self, printer: TicketPrinter, job: Job, stop: threading.Event) -> None:
        ticket = job.ticket.id
        copy = may_be_about(self._journal.events(ticket), slip=job.slip)
        data = self._compose(job, copy)
        with self._journal.command(ACTOR) as tx:
            if queries.ticket(tx.db, ticket).last_seq != job.ticket.last_seq:
                return  # something happened meanwhile (cancelled, called): look again
            tx.append(job.started(copy), ticket)
        try:
            printer.print(data)
        except DeviceError as error:
            log.warning("printing.failed", ticket=ticket, code=error.code, detail=error.detail)
            self._record(job.failed(error.code), ticket, stop)
            self._failed(error)
        else:
            self._record(job.printed(), ticket, stop)
            log.info("printing.done", ticket=ticket, slip=job.slip, copy=copy)

    def _record(self, outcome: ev.Event, ticket: str, stop: threading.Event) -> None:
        """Record what became of a paper, however long the disk takes nothing: else it would be printed again."""
        while True:
            try:
                with self._journal.command(ACTOR) as tx:
                    tx.append(outcome, ticket)
                return
            except DiskTrouble as trouble:
                log.warning("printing.waits", code=trouble.code, ticket=ticket)
                if stop.wait(RECHECK_SECONDS):
                    raise

    def _compose(self, job: Job, copy: bool) -> bytes:
        ticket = job.ticket
        visit = queries.visit(self._journal.db, ticket.visit)
        school = self._school.name_of(visit.school) if visit is not None else ""
        now = self._clock.now()
        if job.slip:
            return self._papers.slip(
                Slip(
                    number=ticket.number,
                    language=ticket.language,
                    school=school,
                    at=now,
                    card_on=self._school.card_on(ticket),
                    copy=copy,
                )
            )
        issued = datetime.fromisoformat(ticket.issued_at)
        told: estimate.Estimate | None = estimate.Estimate(ticket.ahead, ticket.estimate_minutes)
        if copy or not timedelta(0) <= now - issued <= STALE:
            waits = ticket.state is TicketState.WAITING
            told = estimate.estimate(self._journal.db, ticket.visit, ticket.rank, self._settings) if waits else None
            issued = now
        return self._papers.ticket(
            Ticket(
                id=ticket.id,
                number=ticket.number,
                language=ticket.language,
                school=school,
                at=issued,
                told=told,
                copy=copy,
            )
        )

    def _look(self) -> None:
        """See to the printer itself when it is time: is it there, does it say that it is unwell?"""
        if self._clock.monotonic() < self._ask_at:
            return
        printer = self._lend()
        if printer is None:
            return
        try:
            status = printer.status()
        except DeviceError as error:
            self._failed(error)
            return
        if status.problem:
            self._failed(DeviceError(status.problem))
            return
        self._fault = ""
        self._watch.recovered(Kind.PRINTER)
        # One that answers nothing is not asked while idle: each question costs a quarter of a second of silence.
        self._ask_at = self._clock.monotonic() + (BLIND_SECONDS if status.online is None else IDLE_SECONDS)

    def _printer(self) -> TicketPrinter | None:
        """The printer, if it is there and as far as known well."""
        if self._fault:
            return None
        return self._lend()

    def _lend(self) -> TicketPrinter | None:
        try:
            printer = cast(TicketPrinter, self._devices.get(Kind.PRINTER, 0.0))
            info = printer.info
        except DeviceError as error:
            self._failed(error)
            return None
        if info != self._known:
            self._known, self._fault = info, ""
            self._watch.appeared(info)
        return printer

    def _failed(self, error: DeviceError) -> None:
        gone = isinstance(error, DeviceGone)
        if gone:
            self._known = None
        self._fault = "" if gone else error.code
        self._watch.failed(Kind.PRINTER, error)
        blind = error.code == "printer.blocked"
        self._ask_at = self._clock.monotonic() + (BLIND_SECONDS if blind else RECHECK_SECONDS)

    def _alert_absence(self) -> None:
        """Paper is owed and no printer was ever there: say so once."""
        if self._known is None and not any(
            alert.about == Kind.PRINTER for alert in alerts.open_alerts(self._journal.db)
        ):
            with self._journal.command(ACTOR) as tx:
                alerts.raise_alert(tx, f"{Kind.PRINTER}.gone", Kind.PRINTER)


def may_be_about(rows: Iterable[Row], *, slip: bool) -> bool:
    """May a paper of this ticket exist already? After "printed", and after "started" without a clean refusal.

    A printer that vanished may have finished the paper first.
    """
    about = pending = False
    for row in rows:
        match row.event:
            case ev.SlipPrintStarted() if slip:
                about, pending = about or pending, True
            case ev.TicketPrintStarted() if not slip:
                about, pending = about or pending, True
            case ev.SlipPrintFailed(code=code) if slip:
                pending = code.endswith(".gone")
            case ev.TicketPrintFailed(code=code) if not slip:
                pending = code.endswith(".gone")
            case ev.SlipPrinted() if slip:
                about, pending = True, False
            case ev.TicketPrinted() if not slip:
                about, pending = True, False
    return about or pending
