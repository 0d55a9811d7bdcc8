"""Makes a View from the journal: queries only, on the calling thread's connection.

Every part is read in one transaction, so that the figures agree with each other. It costs milliseconds with a long
queue (each name is unsealed anew), so it runs beside the screen thread, never on it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from station import operators
from station.clock import Clock
from station.config import Config
from station.enrolment import commands as enrolments
from station.enrolment import comparison
from station.enrolment.biographic import CORRECTABLE, as_text, corrected
from station.enrolment.capture import DEVICE_OF
from station.enrolment.state import Enrolment, Status
from station.enrolment.steps import CAPTURES, EnrolmentSettings, Step
from station.hardware.devices import Kind
from station.hardware.power import read_power
from station.journal import Journal, alerts
from station.journal.journal import rows_of
from station.queue import estimate, queries
from station.queue.states import QueueSettings, Ticket, TicketState, Visit
from station.roster import names, nik, schools
from station.roster.register import Record, Register
from station.roster.students import Student
from station.screens.operator.view import (
    AlertView,
    AttemptView,
    DayView,
    DeviceView,
    DocumentView,
    Ending,
    FieldView,
    FileView,
    MachineView,
    NowView,
    OperatorView,
    PackageRow,
    PackagesView,
    PairView,
    PersonView,
    PositionView,
    QueueRow,
    SchoolView,
    View,
    VisitView,
    minutes_between,
)

DEVICES: Final = tuple(kind for kind in Kind if kind is not Kind.POWER)
"""Kinds that the console lists; power has a place of its own."""

_KINDS: Final = frozenset(map(str, Kind))
_LOOKED_AT: Final = frozenset((comparison.RESEMBLES, enrolments.LOST))
"""Alerts that end by what is done about a student, not by a press of a button."""
_SEEN_BY_ITSELF: Final = frozenset(("power.low", "disk.low", "packages.refused"))
"""Alerts for which the view has a state of its own."""

_ENDED_AS: Final = {
    TicketState.WAITING: Ending.WAITING,
    TicketState.CALLED: Ending.CALLED,
    TicketState.SERVING: Ending.SERVING,
    TicketState.PARKED: Ending.PARKED,
    TicketState.MISSED: Ending.MISSED,
    TicketState.CANCELLED: Ending.CANCELLED,
}


class Reader:
    """Reads views for one console."""

    def __init__(self, journal: Journal, config: Config) -> None:
        self._journal = journal
        self._clock: Clock = journal.clock
        self._queue = config.section("queue", QueueSettings)
        self._enrolment = config.section("enrolment", EnrolmentSettings)

    def read(self, open_file: str = "") -> View:
        """The console now; `open_file` is the ticket whose file is open, if any."""
        db = self._journal.db
        db.execute("BEGIN")
        try:
            return self._read(open_file)
        finally:
            db.execute("COMMIT")

    def _read(self, open_file: str) -> View:
        now = self._clock.now()
        people = operators.everyone(self._journal)
        waits = (operators.wait_left(self._journal, person.id) for person in people)
        shown = tuple(
            OperatorView(p.id, p.name, p.locked, p.left_handed, w) for p, w in zip(people, waits, strict=True)
        )
        signed_in = next((s for p, s in zip(people, shown, strict=True) if p.signed_in), None)
        register = Register.of(self._journal)
        visit = queries.current_visit(self._journal.db)
        devices = tuple(self._devices(now))
        machine = self._machine()
        view = View(operators=shown, operator=signed_in, devices=devices, machine=machine, asked_file=open_file)
        if visit is None:
            packages = self._packages(self._last_visit(), register, now)
            return msgspec.structs.replace(view, schools=tuple(self._schools(register)), packages=packages)
        return self._of_visit(view, visit, register, now, open_file)

    def _last_visit(self) -> str:
        """The visit that was closed last: its packages may still be on their way. Empty before the first."""
        found = self._journal.db.execute("SELECT id FROM visits ORDER BY opened_seq DESC LIMIT 1").fetchone()
        return str(found[0]) if found else ""

    def _of_visit(self, view: View, visit: Visit, register: Register, now: datetime, open_file: str) -> View:
        db = self._journal.db
        tickets = queries.line(db, visit.id)
        people = {ticket.student: register.get(ticket.student) for ticket in tickets}
        recordings = dict(db.execute("SELECT id, state FROM enrolments WHERE visit = ?", (visit.id,)).fetchall())
        rows = tuple(self._row(ticket, people[ticket.student], recordings, now) for ticket in tickets)
        by_ticket = dict(zip((ticket.id for ticket in tickets), rows, strict=True))
        called = next((row for row in rows if row.state is TicketState.CALLED), None)
        running = self._running(by_ticket, people, now)
        packages = self._packages(visit.id, register, now)
        school = next((s for s in register.schools() if s.id == visit.school), None)
        return msgspec.structs.replace(
            view,
            visit=VisitView(
                visit.id,
                visit.school,
                school.name if school else visit.school,
                visit.bench,
                tuple(register.classes(visit.school)),
            ),
            queue=rows,
            called=called,
            may_miss=called is not None and called.calls >= self._queue.missed_after_calls,
            miss_after=self._queue.missed_after_calls,
            now=running,
            alerts=tuple(self._alerts(by_ticket, now)),
            pairs=tuple(self._pairs(rows, visit.id)),
            packages=packages,
            day=_day(rows),
            file=self._file(open_file, by_ticket, people, running),
            pace_minutes=round(estimate.pace(estimate.durations(db, visit.id, self._queue.pace_window), self._queue)),
        )

    def _schools(self, register: Register) -> list[SchoolView]:
        counted = dict(self._journal.db.execute("SELECT school, count(*) FROM students GROUP BY school").fetchall())
        known = register.schools()
        named = zip(known, schools.labels(known), strict=True)
        return [SchoolView(school.id, label, counted.get(school.id, 0)) for school, label in named]

    def _row(self, ticket: Ticket, person: Record | None, recordings: dict[str, str], now: datetime) -> QueueRow:
        state = recordings.get(ticket.enrolment or "")
        aside = ticket.state in (TicketState.PARKED, TicketState.CANCELLED)
        return QueueRow(
            ticket=ticket.id,
            number=ticket.number,
            name=names.mask(person.student.name) if person else "",
            class_name=person.student.class_name if person else "",
            state=ticket.state,
            minutes=minutes_between(ticket.state_at, now),
            calls=ticket.calls,
            priority=ticket.priority,
            language=ticket.language,
            recording=Status(state) if state else None,
            enrolment=ticket.enrolment or "",
            has_note=bool(self._text(ticket.note)),
            needs_help=person is not None and person.student.needs_help,
            reason=self._reason(ticket) if aside else "",
            paper_owed=ticket.print_state == "failed",
        )

    def _reason(self, ticket: Ticket) -> str:
        """Why it is parked or cancelled. What was cancelled last and is parked now was taken back."""
        found = self._journal.db.execute(
            """SELECT kind, json_extract(data, '$.reason') FROM events WHERE subject = ?
               AND kind IN ('ticket.parked', 'ticket.cancelled') ORDER BY seq DESC LIMIT 1""",
            (ticket.id,),
        ).fetchone()
        if found is None:
            return ""
        kind, reason = found
        return str(reason or "") if kind == f"ticket.{ticket.state}" else enrolments.REINSTATED

    def _running(self, rows: dict[str, QueueRow], people: dict[str, Record | None], now: datetime) -> NowView | None:
        active = enrolments.active(self._journal)
        if active is None:
            return None
        running = enrolments.read(self._journal, active)
        row = rows.get(running.ticket)
        student = self._student(running, people.get(running.student) or Register.of(self._journal).get(running.student))
        round_ = running.round(running.step)
        last = round_[-1] if round_ else None
        seen = sum(running.documents_checked.get(document, False) for document in self._enrolment.documents)
        return NowView(
            enrolment=running.id,
            ticket=running.ticket,
            number=row.number if row else 0,
            name=student.name if student else "",
            class_name=student.class_name if student else "",
            step=running.step,
            sign_off_waits=running.sign_off_waits,
            steps=running.steps,
            done=tuple(step for step in running.steps if step in running.completed),
            minutes=minutes_between(running.started_at, now),
            step_minutes=minutes_between(running.step_at, now) if running.step_at else None,
            captures=running.step in CAPTURES,
            attempts=tuple(AttemptView(a.number, a.score, a.good, a.code or a.advice) for a in round_),
            positions=tuple(
                PositionView(position, sample.score, sample.good)
                for sample in (last.samples if last else ())
                for position in CAPTURES.get(running.step, ())
                if position == sample.position
            ),
            missing=tuple(running.exceptions),
            wanted=running.wanted(running.step) if running.step in CAPTURES else (),
            may_accept=enrolments.may_accept(running, self._enrolment),
            accept_after=self._enrolment.attempts_before_accept,
            accepted=len(running.accepted),
            disputed=running.disputed,
            documents=self._enrolment.documents,
            documents_seen=seen,
            corrected=running.corrected,
            priority=row.priority if row else "",
            note=self._note(running.ticket),
            language=row.language if row else "id",
        )

    def _student(self, running: Enrolment, person: Record | None) -> Student | None:
        if person is None:
            return None
        return corrected(person.student, enrolments.corrections(self._journal, running.id))

    def _note(self, ticket: str) -> str:
        found = queries.find(self._journal.db, ticket)
        return self._text(found.note if found else None)

    def _text(self, note: str | None) -> str:
        """A note that was kept; empty where there is none, or it was emptied."""
        stored = self._journal.vault.get(note) if note else None
        return stored.decode() if stored else ""

    def _alerts(self, rows: dict[str, QueueRow], now: datetime) -> list[AlertView]:
        """What waits for the operator, but for what the view shows as the state of a device or of the machine."""
        query = "SELECT id, code, about, raised_at FROM alerts WHERE cleared_at IS NULL ORDER BY raised_seq DESC"
        by_recording = {row.enrolment: row for row in rows.values() if row.enrolment}
        found = []
        for alert, code, about, raised in self._journal.db.execute(query):
            if about in _KINDS or code in _SEEN_BY_ITSELF:
                continue
            row = rows.get(about) or by_recording.get(about)
            number, looks = (row.number, row.ticket if code in _LOOKED_AT else "") if row else (0, "")
            found.append(AlertView(code, number, minutes_between(raised, now), alert, looks))
        return found

    def _pairs(self, rows: Iterable[QueueRow], visit: str) -> Iterator[PairView]:
        """Whom the operator is to compare with whom."""
        by_recording = {row.enrolment: row for row in rows if row.enrolment}
        query = "SELECT about FROM alerts WHERE cleared_at IS NULL AND code = ?"
        for (enrolment,) in self._journal.db.execute(query, (comparison.RESEMBLES,)).fetchall():
            for other in enrolments.read(self._journal, enrolment).unseen:
                if {enrolment, other} <= by_recording.keys():
                    first, second = by_recording[enrolment], by_recording[other]
                    yield PairView(first.ticket, visit, self._person(first), self._person(second))

    def _person(self, row: QueueRow) -> PersonView:
        record = Register.of(self._journal).get(queries.ticket(self._journal.db, row.ticket).student)
        name, number = (record.student.name, nik.mask(record.student.nik)) if record else (row.name, "")
        return PersonView(enrolment=row.enrolment, number=row.number, name=name, class_name=row.class_name, nik=number)

    def _devices(self, now: datetime) -> list[DeviceView]:
        known = {row["kind"]: row for row in rows_of(self._journal.db, "SELECT * FROM devices")}
        needed = _needed(self._enrolment)
        return [_device(kind, known.get(str(kind)), now, needed=kind in needed) for kind in DEVICES]

    def _packages(self, visit: str, register: Register, now: datetime) -> PackagesView:
        found = rows_of(
            self._journal.db,
            """SELECT p.id, p.state, p.size, p.sealed_at, p.delivered_at, p.received_at, p.reason, p.failure,
                      t.number, t.student, t.visit,
                      CASE WHEN p.state = 'refused' THEN (
                          SELECT json_extract(data, '$.code') FROM events
                          WHERE subject = p.id AND kind = 'package.received' ORDER BY seq DESC LIMIT 1
                      ) END AS code
               FROM packages p JOIN enrolments e ON e.id = p.enrolment JOIN tickets t ON t.id = e.ticket
               WHERE t.visit = ? OR p.state != 'received' ORDER BY t.visit = ? DESC, t.number DESC""",
            (visit, visit),
        )
        rows = []
        for row in found:
            person = register.get(row["student"])
            at = row["received_at"] or row["delivered_at"] or row["sealed_at"]
            said = row["reason"] or "" if row["state"] == "refused" else ""
            problem = row["failure"] or row["code"] or said
            rows.append(
                PackageRow(
                    row["id"],
                    row["number"],
                    names.mask(person.student.name) if person else "",
                    row["state"],
                    row["size"],
                    minutes_between(at, now),
                    problem,
                    row["visit"] != visit,
                    said,
                )
            )
        here = [row for row in rows if not row.earlier]
        return PackagesView(
            sealed=len(here),
            delivered=sum(row.state != "sealed" for row in here),
            received=sum(row.state == "received" for row in here),
            refused=sum(row.state == "refused" for row in rows),
            failing=sum(row.state == "sealed" and bool(row.problem) for row in rows),
            rows=tuple(rows),
        )

    def _machine(self) -> MachineView:
        power = read_power()
        return MachineView(shutil.disk_usage(self._journal.path.parent).free, power.battery_percent, power.on_mains)

    def _file(
        self, ticket: str, rows: dict[str, QueueRow], people: dict[str, Record | None], running: NowView | None
    ) -> FileView | None:
        row = rows.get(ticket)
        found = queries.find(self._journal.db, ticket) if row else None
        person = people.get(found.student) if found else None
        if row is None or person is None:
            return None
        recording = enrolments.read(self._journal, row.enrolment) if row.enrolment else None
        student = (self._student(recording, person) if recording else None) or person.student
        active = recording is not None and recording.status is Status.ACTIVE
        parked = recording is not None and recording.status is Status.PARKED
        checked = recording.documents_checked if recording else {}
        pictures = recording.documents if recording else {}
        return FileView(
            row=row,
            name=student.name,
            sign_off_waits=recording.sign_off_waits if recording is not None else "",
            fields=tuple(_field(field, student, person.student) for field in CORRECTABLE),
            documents=tuple(
                DocumentView(d, checked.get(d), pictures[d].id if d in pictures else "")
                for d in self._enrolment.documents
            ),
            active=active,
            step=recording.step if recording and active else None,
            disputed=recording.disputed if recording else False,
            note=self._note(ticket),
            special_needs=person.student.special_needs if person.student.needs_help else "",
            may_start=running is None and (row.state is TicketState.CALLED or parked),
            exceptions=tuple(recording.exceptions) if recording else (),
            lost=alerts.find(self._journal.db, enrolments.LOST, row.enrolment) is not None,
        )


def _needed(enrolment: EnrolmentSettings) -> set[Kind]:
    """Kinds of devices without which the steps of an enrolment cannot be done."""
    kinds = {DEVICE_OF[step] for step in enrolment.steps if step in DEVICE_OF}
    return kinds | {Kind.DOCUMENT} if Step.DOCUMENTS in enrolment.steps and enrolment.documents else kinds


def _device(kind: Kind, row: dict[str, Any] | None, now: datetime, *, needed: bool) -> DeviceView:
    if row is None:
        return DeviceView(kind, "none", needed=needed)
    name = " ".join(part for part in (row["make"], row["model"]) if part) or row["driver"]
    return DeviceView(
        kind,
        row["state"],
        row["code"],
        name,
        row["serial"],
        bool(row["bench"]),
        minutes_between(row["at"], now),
        needed,
    )


def _day(rows: tuple[QueueRow, ...]) -> DayView:
    groups: dict[Ending, list[QueueRow]] = {}
    for row in sorted(rows, key=lambda row: row.number):
        ending = _ENDED_AS.get(row.state)
        if ending is None:
            ending = Ending.SEALED if row.recording is Status.SEALED else Ending.SEALING
        groups.setdefault(ending, []).append(row)
    return DayView(len(rows), {ending: tuple(found) for ending, found in groups.items()})


def _field(field: str, student: Student, listed: Student) -> FieldView:
    value, before = as_text(student, field), as_text(listed, field)
    return FieldView(field, value, before if before != value else "")
