"""What a signed-in operator can do at the console: one method, one command.

Every method blocks until the command is durable, so it is called on a background thread. Raises what the rooms raise
(`Refused`, `DeviceError`, `DiskTrouble`, ...); `words.explain` says it in the operator's words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import cv2
import msgspec
import numpy as np

from station.biometrics.samples import ImageFormat, Position
from station.config import Config, StationSettings
from station.enrolment import biographic, comparison
from station.enrolment import commands as enrolments
from station.enrolment.biographic import corrected
from station.enrolment.capture import Devices
from station.enrolment.gallery import Gallery
from station.enrolment.keeping import lost
from station.enrolment.spool import Spool
from station.enrolment.state import Status
from station.enrolment.steps import EnrolmentSettings, Step
from station.hardware.devices import DocumentScanner, Image, Kind
from station.journal import Journal, Transaction, alerts, ids
from station.journal import events as ev
from station.operators import signed_in
from station.queue import Refused, TicketState, queries
from station.queue import commands as tickets
from station.queue.states import QueueSettings
from station.roster import names, nik
from station.roster.register import Record, Register
from station.screens.pixels import Pixels, decoded, rows_of, shrunk

T = TypeVar("T")

JPEG_QUALITY: Final = 88
"""Of document pictures: small print stays readable, and three documents of 2 megapixels stay below 2 MB."""
DEVICE_SECONDS: Final = 3.0
"""How long a press of the button waits for the document camera to be there."""
NIK_OF_ANOTHER: Final = "nik-of-another"
FOUND_AT_MOST: Final = 60
"""Students that one search returns: more is no result but the list."""


class Found(msgspec.Struct, frozen=True):
    """A student in the result of a search."""

    student: str
    name: str
    """Masked, until two letters of the name were typed."""
    class_name: str
    ticket: str = ""
    number: int = 0
    state: TicketState | None = None
    recorded: bool = False
    born: date | None = None
    """Only where another in the result is called the same."""
    nik: str = ""
    """Its last four digits, likewise."""


class SignedOut(Exception):
    """Whose command this is is not signed in any more: the console was locked between the tap and the command."""


class Desk:
    """One operator's commands; each raises SignedOut when the operator has gone."""

    def __init__(
        self,
        journal: Journal,
        spool: Spool,
        gallery: Gallery,
        devices: Devices,
        config: Config,
        operator: str,
        *,
        bench: bool = False,
    ) -> None:
        """`operator` is the id of who is signed in; `bench` marks the visits that are opened as trials."""
        self._journal = journal
        self._spool = spool
        self._gallery = gallery
        self._devices = devices
        self._queue = config.section("queue", QueueSettings)
        self._enrolment = config.section("enrolment", EnrolmentSettings)
        self._zone = ZoneInfo(config.section("station", StationSettings).time_zone)
        self._bench = bench
        self._operator = operator
        self._actor = f"operator:{operator}"

    # The visit

    def open_visit(self, school: str) -> None:
        """Begin a visit of a school."""
        self._do(lambda tx: tickets.open_visit(tx, school, bench=self._bench))

    def close_visit(self) -> None:
        """End the visit."""
        self._do(tickets.close_visit)

    # The queue

    def call_next(self) -> None:
        """Call whoever is next."""
        self._do(tickets.call_next)

    def call(self, ticket: str) -> None:
        """Call this number, or call it again."""
        self._do(lambda tx: tickets.call(tx, ticket))

    def miss(self, ticket: str) -> None:
        """The student did not come."""
        self._do(lambda tx: tickets.miss(tx, ticket))

    def start(self, ticket: str) -> None:
        """The student stepped up: begin the recording, or go on with it."""
        self._do(lambda tx: enrolments.start(tx, ticket, self._enrolment))

    def give_back(self, ticket: str) -> None:
        """Back into the line."""
        self._do(lambda tx: tickets.give_back(tx, ticket, self._queue))

    def prioritise(self, ticket: str, priority: str) -> None:
        """Let the student go first, or no longer (empty)."""
        self._do(lambda tx: tickets.prioritise(tx, ticket, priority))

    def note(self, ticket: str, text: str) -> None:
        """Keep a note about the student."""
        self._do(lambda tx: tickets.note(tx, ticket, text.strip()))

    def print_again(self, ticket: str) -> None:
        """Another paper ticket."""
        self._do(lambda tx: tickets.reprint(tx, ticket))

    def park(self, ticket: str, reason: str) -> None:
        """Set aside: the recording where one runs, else the ticket."""

        def command(tx: Transaction) -> None:
            enrolment = self._enrolment_in(tx, ticket, Status.ACTIVE)
            if enrolment:
                enrolments.park(tx, enrolment, reason)
            else:
                tickets.park(tx, ticket, reason)

        self._do(command)

    def cancel(self, ticket: str, reason: str) -> None:
        """Give up: the recording where one was begun, and the ticket with it."""

        def command(tx: Transaction) -> None:
            enrolment = self._enrolment_in(tx, ticket, Status.ACTIVE, Status.PARKED)
            if enrolment:
                enrolments.cancel(tx, enrolment, reason)
            else:
                tickets.cancel(tx, ticket, reason)

        self._do(command)

    def reinstate(self, ticket: str) -> None:
        """Take a cancellation back: of the recording where one was begun, else of the ticket."""

        def command(tx: Transaction) -> None:
            found = queries.ticket(tx.db, ticket)
            if found.enrolment is None:
                tickets.reinstate(tx, ticket)
            else:
                enrolments.reinstate(tx, found.enrolment)

        self._do(command)

    def record_lost(self, ticket: str) -> None:
        """Park a recording that cannot be sealed, so that what cannot be read any more is captured again."""

        def command(tx: Transaction) -> None:
            enrolment = self._enrolment_in(tx, ticket, Status.SIGNED_OFF)
            if not enrolment or alerts.find(tx.db, enrolments.LOST, enrolment) is None:
                raise Refused("enrolment.nothing-lost")
            enrolments.reopen(tx, enrolment, lost(self._spool, enrolments.read(tx, enrolment)))

        self._do(command)

    def undo(self) -> int:
        """Take back the last action on a ticket; returns its number."""
        return self._do(tickets.undo).number

    def find(self, typed: str, class_name: str = "") -> tuple[Found, ...]:
        """Students of the visit's school: by NIK, invitation code, queue number, or class and name."""
        self._require_operator(self._journal)
        visit = queries.current_visit(self._journal.db)
        if visit is None:
            return ()
        register = Register.of(self._journal)
        word = "".join(typed.split())
        invited = register.by_code(word)
        exact: list[Record] = [*register.by_nik(word), *([invited] if invited else [])]
        if not exact and word.isascii() and word.isdigit():
            held = [t for t in queries.line(self._journal.db, visit.id) if t.number == int(word)]
            exact = [found for t in held if (found := register.get(t.student))]
        if exact:
            masked = [(r.id, names.mask(r.student.name), r.student.class_name) for r in exact]
            return self._tell_apart([self._found(*each, visit.id) for each in masked], register)
        classes = [class_name] if class_name else register.classes(visit.school)
        shows_names = len(names.key(typed)) >= names.LETTERS_TO_SHOW
        if not class_name and not shows_names:
            return ()
        listed = [(person, each) for each in classes for person in register.search(visit.school, each, typed)]
        shown = [self._found(p.id, p.name, each, visit.id) for p, each in listed[:FOUND_AT_MOST]]
        return self._tell_apart(shown, register)

    @staticmethod
    def _tell_apart(found: Sequence[Found], register: Register) -> tuple[Found, ...]:
        """With birthday and end of the NIK where two of the names read the same."""
        twice = {name for name, number in Counter(each.name for each in found).items() if number > 1}

        def told(each: Found) -> Found:
            record = register.get(each.student) if each.name in twice else None
            if record is None:
                return each
            student = record.student
            return msgspec.structs.replace(each, born=student.birth_date, nik=nik.mask(student.nik))

        return tuple(map(told, found))

    def check_in(self, student: str, language: str) -> int:
        """Give the student a number, or the one already held; returns it."""
        ticket = self._do(lambda tx: tickets.check_in(tx, student, self._queue, language=language, via="operator"))
        return ticket.number

    # The recording

    def complete(self, enrolment: str, step: Step) -> None:
        """The operator is done with identity or documents."""
        self._do(lambda tx: enrolments.complete(tx, enrolment, step, self._enrolment.documents))

    def accept(self, enrolment: str, reason: str) -> None:
        """Keep the best attempt below the threshold."""
        self._do(lambda tx: enrolments.accept(tx, enrolment, reason, self._enrolment))

    def repeat(self, enrolment: str, step: Step) -> None:
        """Do a step again."""
        self._do(lambda tx: enrolments.repeat(tx, enrolment, step, "operator"))

    def except_position(
        self, enrolment: str, position: Position, reason: str, photo: ev.SampleTaken | None = None
    ) -> None:
        """A finger or eye cannot be taken."""
        self._do(lambda tx: enrolments.except_position(tx, enrolment, position, reason, photo))

    def withdraw_exception(self, enrolment: str, position: Position) -> None:
        """It can be taken after all."""
        self._do(lambda tx: enrolments.withdraw_exception(tx, enrolment, position))

    def sign_off(self, enrolment: str) -> None:
        """Answer for the data."""
        self._do(lambda tx: enrolments.sign_off(tx, enrolment))

    # Documents and data

    def check_document(self, enrolment: str, document: str, *, present: bool) -> None:
        """The document was compared with the data, or is not there."""
        self._do(lambda tx: enrolments.check_document(tx, enrolment, document, present=present))

    def take_document(self, enrolment: str, document: str) -> None:
        """Take a picture of the document on the desk, keep it in the spool, then say so. Takes seconds."""
        taken = self.take_picture(enrolment, document)
        self._do(lambda tx: enrolments.keep_document(tx, enrolment, document, taken))

    def take_picture(self, enrolment: str, of: str) -> ev.SampleTaken:
        """A picture by the document camera, durable in the spool; nothing in the journal says so yet."""
        self._require_operator(self._journal)
        scanner: DocumentScanner = self._devices.get(Kind.DOCUMENT, DEVICE_SECONDS)  # type: ignore[assignment]  # lent by kind
        image = scanner.scan(self._enrolment.capture_seconds)
        data = _jpeg(image)
        sample = ids.new("smp")
        digest = self._spool.put(enrolment, sample, data)
        return ev.SampleTaken(
            id=sample,
            position=of,
            format=ImageFormat.JPEG,
            sha256=digest,
            size=len(data),
            score=100,
            good=True,
            width=image.width,
            height=image.height,
            ppi=image.ppi,
        )

    def picture(self, enrolment: str, sample: str, width: int, height: int) -> Pixels:
        """A picture from the spool, decoded and at most this large. Raises SpoolDamaged."""
        self._require_operator(self._journal)
        coded = np.frombuffer(self._spool.get(enrolment, sample), np.uint8)
        return shrunk(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR_RGB), dtype=np.uint8), width, height)

    def doubts(self, ticket: str, values: Mapping[str, str]) -> tuple[str, ...]:
        """What is odd about corrected fields, before they are recorded: codes. Raises NotAValue as `correct` does."""
        self._require_operator(self._journal)
        found = queries.ticket(self._journal.db, ticket)
        register = Register.of(self._journal)
        record = register.get(found.student)
        if found.enrolment is None or record is None:
            raise Refused("enrolment.none")
        earlier = enrolments.corrections(self._journal, found.enrolment)
        student = corrected(record.student, {**earlier, **values})
        today = self._journal.clock.now().astimezone(self._zone).date()
        said = biographic.doubts(student, values.keys(), today)
        shared = "nik" in values and any(other.id != record.id for other in register.by_nik(student.nik))
        return (*said, NIK_OF_ANOTHER) if shared else said

    def correct(self, ticket: str, values: Mapping[str, str], document: str) -> None:
        """Record corrected fields. Raises NotAValue for a value that cannot be one."""

        def command(tx: Transaction) -> None:
            found = queries.ticket(tx.db, ticket)
            record = Register(tx.db, tx.vault).get(found.student)
            if found.enrolment is None or record is None:
                raise Refused("enrolment.none")
            corrected(record.student, values)
            enrolments.correct(tx, found.enrolment, values, document)

        self._do(command)

    def faces(self, visit: str, enrolments_of: tuple[str, str], width: int, height: int) -> tuple[Pixels | None, ...]:
        """The small faces of two students, at most this large; None where there is none."""
        self._require_operator(self._journal)
        kept = (self._gallery.get(visit, enrolment) for enrolment in enrolments_of)
        return tuple(shrunk(decoded(one.face), width, height) if one is not None and one.face else None for one in kept)

    def say_same(self, enrolment: str, other: str) -> None:
        """Both are one person."""
        self._do(lambda tx: comparison.see(tx, enrolment, other, same=True))

    def say_different(self, enrolment: str, other: str) -> None:
        """They are two people whose prints look alike."""
        self._do(lambda tx: comparison.see(tx, enrolment, other, same=False))

    # The station

    def clear_alert(self, alert: str) -> None:
        """The operator has seen to it."""

        def command(tx: Transaction) -> None:
            open_now = tx.db.execute("SELECT 1 FROM alerts WHERE id = ? AND cleared_at IS NULL", (alert,)).fetchone()
            if open_now:
                tx.append(ev.AlertCleared(), alert)

        self._do(command)

    def _do(self, command: Callable[[Transaction], T]) -> T:
        with self._journal.command(self._actor) as tx:
            self._require_operator(tx)
            return command(tx)

    def _require_operator(self, source: Transaction | Journal) -> None:
        here = signed_in(source)
        if here is None or here.id != self._operator:
            raise SignedOut

    @staticmethod
    def _enrolment_in(tx: Transaction, ticket: str, *statuses: Status) -> str:
        """The ticket's recording when it is in one of these states, else empty."""
        found = queries.ticket(tx.db, ticket).enrolment
        return found if found and enrolments.read(tx, found).status in statuses else ""

    def _found(self, student: str, name: str, class_name: str, visit: str) -> Found:
        held = queries.open_ticket_of(self._journal.db, visit, student)
        return Found(
            student,
            name,
            class_name,
            held.id if held else "",
            held.number if held else 0,
            held.state if held else None,
            queries.is_recorded(self._journal.db, student),
        )


def _jpeg(image: Image) -> bytes:
    pixels = rows_of(image.pixels, image.width, image.height, image.channels)
    coded, data = cv2.imencode(
        ".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    )
    if not coded:
        raise ValueError(f"a picture of {image.width}x{image.height} cannot be coded")
    return bytes(data)
