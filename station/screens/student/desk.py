"""What a student can do at the touchscreen: one method, one command.

Every method blocks, so it is called on a background thread. Raises what the rooms raise (`Refused`, `DiskTrouble`,
`SpoolDamaged`); `words.explain` says it in the student's words.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from station.config import Config
from station.enrolment import commands as enrolments
from station.enrolment.biographic import corrected
from station.enrolment.spool import Spool
from station.journal import Journal, Transaction, alerts
from station.queue import commands as tickets
from station.queue import queries
from station.queue.states import QueueSettings
from station.roster import eligibility, names
from station.roster.register import Listed, Record, Register
from station.screens.pixels import Pixels, decoded, shrunk
from station.screens.student.flow import Found
from station.screens.student.reading import HELP

ACTOR: Final = "student"
TICKET_PREFIX: Final = "tkt_"
"""The code on a paper ticket is its id, so that who has lost the place finds it again."""


class StudentDesk:
    """The commands of one touchscreen."""

    def __init__(self, journal: Journal, spool: Spool, config: Config) -> None:
        self._journal = journal
        self._spool = spool
        self._queue = config.section("queue", QueueSettings)
        self._zone = ZoneInfo(config.station.time_zone)

    # Check-in

    def by_code(self, text: str) -> Found:
        """Who holds this invitation, or the paper ticket with this code."""
        visit = queries.current_visit(self._journal.db)
        if visit is None:
            return Found(problem="checkin.no-visit")
        if text.strip().startswith(TICKET_PREFIX):
            held = queries.find(self._journal.db, text.strip())
            if held is None or held.visit != visit.id:
                return Found(problem="checkin.code-unknown")
            return Found(held.student, via="code", ticket=held.id)
        record = Register.of(self._journal).by_code(text)
        if record is None:
            return Found(problem="checkin.code-unknown")
        return self._found(record, visit.school, "code", names.mask(record.student.name))

    def by_nik(self, nik: str) -> Found:
        """Who has this NIK; a student of the visited school first."""
        visit = queries.current_visit(self._journal.db)
        if visit is None:
            return Found(problem="checkin.no-visit")
        records = Register.of(self._journal).by_nik(nik)
        here = next((record for record in records if record.school == visit.school), None)
        chosen = here or (records[0] if records else None)
        if chosen is None:
            return Found(problem="checkin.nik-unknown")
        return self._found(chosen, visit.school, "nik", names.mask(chosen.student.name))

    def listed(self, class_name: str, typed: str) -> tuple[Listed, ...]:
        """Whose name in the class fits; masked until enough letters are typed."""
        visit = queries.current_visit(self._journal.db)
        if visit is None:
            return ()
        return tuple(Register.of(self._journal).search(visit.school, class_name, typed))

    def chosen(self, listed: Listed) -> Found:
        """The student behind a name of the list."""
        visit = queries.current_visit(self._journal.db)
        record = Register.of(self._journal).get(listed.id)
        if visit is None or record is None:
            return Found(problem="checkin.no-visit")
        found = self._found(record, visit.school, "name", listed.name)
        return msgspec.structs.replace(found, nik=listed.nik, born=listed.born)

    def check_in(self, student: str, language: str, via: str) -> str:
        """Give the student a number, or the one already held; returns the ticket's id."""
        with self._journal.command(ACTOR) as tx:
            return tickets.check_in(tx, student, self._queue, language=language, via=via).id

    def choose_language(self, ticket: str, language: str) -> None:
        """Go on in this language with the student."""
        self._do(lambda tx: tickets.choose_language(tx, ticket, language))

    # The recording

    def confirm(self, enrolment: str) -> None:
        """The data is right."""
        self._do(lambda tx: enrolments.confirm_data(tx, enrolment))

    def dispute(self, enrolment: str) -> None:
        """Something in the data is wrong: the operator is called."""
        self._do(lambda tx: enrolments.dispute_data(tx, enrolment))

    def approve_photo(self, enrolment: str) -> None:
        """The student agrees to the photo."""
        self._do(lambda tx: enrolments.approve_photo(tx, enrolment))

    def reject_photo(self, enrolment: str) -> None:
        """The student wants another photo."""
        self._do(lambda tx: enrolments.reject_photo(tx, enrolment))

    def photo(self, enrolment: str, sample: str, width: int, height: int) -> Pixels:
        """The photo from the spool, decoded and at most this large. Takes a moment. Raises SpoolDamaged."""
        return shrunk(decoded(self._spool.get(enrolment, sample)), width, height)

    def help(self, about: str) -> None:
        """Call the operator; `about` is the ticket of the recording that runs, or empty."""
        self._do(lambda tx: alerts.raise_alert(tx, HELP, about))

    def _do(self, command: Callable[[Transaction], object]) -> None:
        with self._journal.command(ACTOR) as tx:
            command(tx)

    def _found(self, record: Record, school: str, via: str, shown: str) -> Found:
        student = record.student
        if record.school != school:
            return Found(problem="checkin.other-school", via=via)
        visit = queries.current_visit(self._journal.db)
        held = queries.open_ticket_of(self._journal.db, visit.id, record.id) if visit else None
        found = Found(record.id, shown, student.class_name, via, ticket=held.id if held else "")
        today = self._journal.clock.now().astimezone(self._zone).date()
        if queries.is_recorded(self._journal.db, record.id):
            card_on = eligibility.birthday(self._born(record), eligibility.PRINTED_FROM)
            later = card_on if card_on > today else None
            return Found(record.id, shown, student.class_name, via, "checkin.recorded", later)
        if held is None and not eligibility.may_be_recorded(student.birth_date, today):
            old_enough = eligibility.birthday(student.birth_date, eligibility.RECORDED_FROM)
            return Found(record.id, shown, student.class_name, via, "checkin.too-young", old_enough)
        return found

    def _born(self, record: Record) -> date:
        """The date of birth as it was recorded: the list may have been wrong."""
        query = "SELECT id FROM enrolments WHERE student = ? AND state IN ('signed_off', 'sealed') LIMIT 1"
        recorded = self._journal.db.execute(query, (record.id,)).fetchone()
        changes = enrolments.corrections(self._journal, recorded[0]) if recorded is not None else {}
        return corrected(record.student, changes).birth_date
