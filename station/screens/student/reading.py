"""Makes a View from the journal: queries only, on the calling thread's connection, in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from station.config import Config
from station.enrolment import commands as enrolments
from station.enrolment.biographic import corrected
from station.enrolment.steps import CAPTURES, EnrolmentSettings, Step
from station.hardware.devices import Kind
from station.journal import Journal, alerts
from station.queue import estimate, queries
from station.queue.states import QueueSettings, TicketState, Visit
from station.roster import eligibility
from station.roster.register import Register
from station.roster.students import Student
from station.screens.student.view import Board, Finished, Running, TicketView, View

HELP: Final = "help"
"""Code of the alert that a student raises."""
FOLLOWING: Final = 3
"""Numbers that the board shows as next."""


class Reader:
    """Reads views for one touchscreen."""

    def __init__(self, journal: Journal, config: Config) -> None:
        self._journal = journal
        self._queue = config.section("queue", QueueSettings)
        self._documents = config.section("enrolment", EnrolmentSettings).documents
        self._zone = ZoneInfo(config.station.time_zone)

    def read(self, ticket: str = "") -> View:
        """The touchscreen now; `ticket` is the one that a student has just taken, if any."""
        db = self._journal.db
        db.execute("BEGIN")
        try:
            return self._read(ticket)
        finally:
            db.execute("COMMIT")

    def _read(self, ticket: str) -> View:
        db = self._journal.db
        helped = tuple(alert.about for alert in alerts.open_alerts(db) if alert.code == HELP)
        running = self._running()
        visit = queries.current_visit(db)
        if visit is None:
            return View(running=running, helped=helped, documents=self._documents)
        register = Register.of(self._journal)
        school = next((s.name for s in register.schools() if s.id == visit.school), "")
        return View(
            visit=visit.id,
            school=school,
            bench=visit.bench,
            board=self._board(visit),
            running=running,
            finished=self._finished(visit),
            ticket=self._ticket(ticket) if ticket else None,
            helped=helped,
            classes=tuple(register.classes(visit.school)),
            documents=self._documents,
        )

    def _board(self, visit: Visit) -> Board:
        db = self._journal.db
        called = queries.first_in(db, visit.id, TicketState.CALLED)
        serving = queries.first_in(db, visit.id, TicketState.SERVING)
        now = {ticket.number for ticket in (called, serving) if ticket is not None}
        told = estimate.estimate(db, visit.id, None, self._queue)
        following = db.execute(
            "SELECT number FROM tickets WHERE visit = ? AND state = 'waiting' ORDER BY rank, number LIMIT ?",
            (visit.id, FOLLOWING),
        )
        return Board(
            called=called.number if called else 0,
            calls=called.calls if called else 0,
            serving=serving.number if serving else 0,
            following=tuple(row[0] for row in following),
            before=next((n for n in queries.last_called(db, visit.id, 3) if n not in now), 0),
            waiting=queries.counts(db, visit.id)[TicketState.WAITING],
            ahead=told.ahead,
            minutes=told.rounded,
        )

    def _ticket(self, ticket_id: str) -> TicketView | None:
        db = self._journal.db
        found = queries.find(db, ticket_id)
        if found is None:
            return None
        told = estimate.estimate(db, found.visit, found.rank, self._queue)
        return TicketView(
            found.id, found.number, found.state, told.ahead, told.rounded, found.print_state, self._printer_problem()
        )

    def _printer_problem(self) -> str:
        query = "SELECT state, code FROM devices WHERE kind = ?"
        printer = self._journal.db.execute(query, (Kind.PRINTER,)).fetchone()
        if printer is None:
            return f"{Kind.PRINTER}.gone"  # there never was one
        state, code = printer
        return "" if state == "ready" else str(code) or f"{Kind.PRINTER}.gone"

    def _running(self) -> Running | None:
        active = enrolments.active(self._journal)
        if active is None:
            return None
        now = enrolments.read(self._journal, active)
        ticket = queries.ticket(self._journal.db, now.ticket)
        photo = now.kept(Step.PHOTO) if now.step is Step.PHOTO_APPROVAL else None
        return Running(
            enrolment=now.id,
            ticket=now.ticket,
            number=ticket.number,
            language=ticket.language,
            step=now.step,
            steps=now.steps,
            wanted=now.wanted(now.step) if now.step in CAPTURES else (),
            missing=tuple(now.exceptions),
            attempts=len(now.round(now.step)),
            photo=photo.samples[0].id if photo is not None and photo.samples else "",
            disputed=now.disputed,
            corrected=now.corrected,
            student=self._student(now.student, now.id) if now.step is Step.CONFIRM else None,
        )

    def _finished(self, visit: Visit) -> Finished | None:
        found = self._journal.db.execute(
            """SELECT e.id, t.number, t.language, t.state_at, t.student, t.slip_state FROM tickets t
               JOIN enrolments e ON e.id = t.enrolment
               WHERE t.visit = ? AND t.state = 'finished' ORDER BY t.state_at DESC LIMIT 1""",
            (visit.id,),
        ).fetchone()
        if found is None:
            return None
        enrolment, number, language, at, student_id, slip = found
        student = self._student(student_id, enrolment)
        now = self._journal.clock.now()
        card_on = eligibility.birthday(student.birth_date, eligibility.PRINTED_FROM) if student else None
        today = now.astimezone(self._zone).date()
        ago = (now - datetime.fromisoformat(at)).total_seconds()
        card_now = card_on is not None and card_on <= today
        return Finished(enrolment, number, language, ago, card_on, card_now, slip, self._printer_problem())

    def _student(self, student: str, enrolment: str) -> Student | None:
        record = Register.of(self._journal).get(student)
        if record is None:
            return None
        return corrected(record.student, enrolments.corrections(self._journal, enrolment))
