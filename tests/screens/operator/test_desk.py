"""The desk: one method, one command, whatever stands behind the ticket; and the door."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from station.clock import SetClock
from station.enrolment import commands as enrolments
from station.enrolment.biographic import NotAValue
from station.enrolment.state import Status
from station.enrolment.steps import Step
from station.hardware.devices import DeviceGone, Kind
from station.journal import alerts
from station.operators import ConsoleSettings, Outcome, WeakPin, signed_in
from station.queue import Refused, TicketState, queries
from station.roster.register import Register
from station.roster.students import Student
from station.screens.operator import door, words
from station.screens.operator.desk import SignedOut

if TYPE_CHECKING:
    from tests.screens.operator.conftest import School

PIN = "493817"


def state(school: School, ticket: str) -> TicketState:
    return queries.ticket(school.journal.db, ticket).state


def test_park_and_cancel_take_the_recording_with_them(school: School) -> None:
    enrolment = school.start("BUDI")
    ticket = school.view().queue[0].ticket
    desk = school.desk()
    desk.park(ticket, "unwell")
    assert enrolments.read(school.journal, enrolment).status is Status.PARKED
    assert state(school, ticket) is TicketState.PARKED
    desk.start(ticket)
    assert enrolments.read(school.journal, enrolment).status is Status.ACTIVE
    desk.cancel(ticket, "wants-not")
    assert enrolments.read(school.journal, enrolment).status is Status.CANCELLED
    desk.reinstate(ticket)
    assert state(school, ticket) is TicketState.PARKED


def test_what_cannot_be_sealed_is_offered_to_be_recorded_again(school: School) -> None:
    enrolment = school.finish("BUDI")
    ticket = school.view().queue[0].ticket
    desk = school.desk()
    with pytest.raises(Refused, match=r"enrolment\.nothing-lost"):
        desk.record_lost(ticket)
    school.act(lambda tx: alerts.raise_alert(tx, enrolments.LOST, enrolment), "sealer")
    file = school.view(ticket).file
    assert file is not None
    assert (file.lost, [alert.number for alert in school.view().alerts]) == (True, [1])
    desk.record_lost(ticket)
    view = school.view(ticket)
    assert view.file is not None
    assert (view.file.lost, view.file.may_start, view.alerts) == (False, True, ())
    assert state(school, ticket) is TicketState.PARKED


def test_a_ticket_without_a_recording_is_parked_by_itself(school: School) -> None:
    ticket = school.check_in("BUDI")
    desk = school.desk()
    desk.park(ticket, "back-to-class")
    assert state(school, ticket) is TicketState.PARKED
    assert desk.undo() == 1
    assert state(school, ticket) is TicketState.WAITING
    with pytest.raises(Refused, match=r"queue\.nothing-to-undo"):
        desk.undo()
    with pytest.raises(Refused, match=r"queue\.is-waiting"):
        desk.reinstate(ticket)


def test_a_ticket_without_a_recording_is_taken_back_too(school: School) -> None:
    """As the question before the cancellation promises; and the list says why the number stands aside now."""
    ticket = school.check_in("BUDI")
    desk = school.desk()
    desk.cancel(ticket, "went-home")
    assert school.view().queue[0].reason == "went-home"
    desk.note(ticket, "back again")
    desk.reinstate(ticket)
    row = school.view().queue[0]
    assert (row.state, words.reason(row.reason)) == (TicketState.PARKED, "Pembatalan ditarik")
    desk.give_back(ticket)
    desk.park(ticket, "unwell")
    assert school.view().queue[0].reason == "unwell"


def test_students_are_found_by_name_nik_code_and_number(school: School) -> None:
    desk = school.desk()
    ticket = school.check_in("BUDI")
    assert [found.name for found in desk.find("siti")] == ["SITI AMINAH", "SITI NURHALIZA"]
    assert [found.name for found in desk.find("siti", "XI IPA 2")] == ["SITI NURHALIZA"]
    assert [(found.name, found.number, found.ticket) for found in desk.find("6311050101090003")] == [
        ("B***", 1, ticket)
    ]
    code = school.person("SITI NURHALIZA").code
    assert [found.name for found in desk.find(code.lower())] == ["S*** N********"]
    assert [found.ticket for found in desk.find("1")] == [ticket]
    assert desk.find("s") == ()
    assert [found.name for found in desk.find("", "XI IPA 1")] == ["B***", "S*** A*****"]
    assert desk.check_in(school.person("BUDI").id, "id") == 1


def test_who_is_called_the_same_is_told_apart(school: School) -> None:
    """By birthday and the end of the NIK; of others neither is shown."""
    more = [
        Student(name="SITI AMINAH", birth_date=date(2009, month, 3), nik=number, class_name="XI IPA 1")
        for month, number in ((1, "6311054301090071"), (2, ""))
    ]
    school.act(lambda tx: Register(tx.db, tx.vault).add(school.school, more))
    found = school.desk().find("siti")
    assert sorted((f.name, f.born.isoformat() if f.born else "", f.nik) for f in found) == [
        ("SITI AMINAH", "2009-01-03", "…0071"),
        ("SITI AMINAH", "2009-02-03", ""),
        ("SITI AMINAH", "2009-08-17", "…0002"),
        ("SITI NURHALIZA", "", ""),
    ]
    masked = school.desk().find("", "XI IPA 1")
    assert [bool(f.born) for f in masked] == [f.name == "S*** A*****" for f in masked]


def test_corrections_that_cannot_be_are_refused_before_anything_is_kept(school: School) -> None:
    enrolment = school.start("BUDI")
    ticket = school.view().queue[0].ticket
    desk = school.desk()
    for values in (
        {"birth_date": "2009-13-01"},
        {"nik": "631105"},
        {"nik": "0000000000000000"},
        {"no_kk": "631105010109000³"},
        {"name": " "},
        {"name": "123"},
        {"sex": "?"},
        {"rt": "ABC"},
        {"rw": "0012"},
    ):
        for ask in (lambda v: desk.doubts(ticket, v), lambda v: desk.correct(ticket, v, "family-card")):
            with pytest.raises(NotAValue) as refused:
                ask(values)
            assert words.explain(refused.value)
    with pytest.raises(NotAValue):
        desk.doubts(ticket, {"birth_date": "2199-08-17"})
    assert enrolments.corrections(school.journal, enrolment) == {}
    desk.correct(ticket, {"birth_date": "2009-08-18"}, "birth-certificate")
    assert enrolments.corrections(school.journal, enrolment) == {"birth_date": "2009-08-18"}


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"village": "HALONG"}, []),
        ({"name": "BUDI SANTOSO"}, []),
        ({"name": "BUDI 12345"}, ["name-characters"]),
        ({"name": "B" + 70 * "U"}, ["name-long"]),
        ({"birth_date": "2009-01-01", "sex": "male"}, []),
        ({"birth_date": "1999-01-01", "sex": "male"}, ["birth-date-implausible", "nik-birth-mismatch"]),
        ({"sex": "female"}, ["nik-birth-mismatch", "nik-sex-mismatch"]),
        ({"nik": ""}, []),
        ({"nik": "6311055708090002"}, ["nik-of-another"]),
        ({"nik": "9911059908090002"}, ["nik-region-unknown", "nik-implausible"]),
    ],
)
def test_what_is_odd_about_a_correction_is_asked_first(
    values: dict[str, str], codes: list[str], school: School
) -> None:
    school.start("BUDI")
    ticket = school.view().queue[0].ticket
    said = school.desk().doubts(ticket, values)
    assert [str(code) for code in said] == codes
    assert words.doubts(said).count(".") == len(codes)


def test_a_document_camera_that_is_away_changes_nothing(school: School) -> None:
    enrolment = school.start("BUDI")
    with pytest.raises(DeviceGone) as gone:
        school.desk().take_document(enrolment, "family-card")
    assert gone.value.kind is Kind.DOCUMENT
    assert words.explain(gone.value)
    assert enrolments.read(school.journal, enrolment).documents == {}


def test_the_operators_steps(school: School) -> None:
    enrolment = school.start("BUDI")
    desk = school.desk()
    desk.complete(enrolment, Step.IDENTITY)
    for document, present in (("birth-certificate", True), ("family-card", True), ("parental-consent", False)):
        with pytest.raises(Refused, match="documents-unseen") as refused:
            desk.complete(enrolment, Step.DOCUMENTS)
        assert words.explain(refused.value)
        desk.check_document(enrolment, document, present=present)
    desk.complete(enrolment, Step.DOCUMENTS)
    with pytest.raises(Refused) as refused:
        desk.sign_off(enrolment)
    assert words.explain(refused.value)
    school.bring_to(enrolment, Step.SIGN_OFF)
    with pytest.raises(Refused, match="being-compared"):
        desk.sign_off(enrolment)
    school.compare(enrolment)
    desk.sign_off(enrolment)
    assert enrolments.read(school.journal, enrolment).signed_off_by == school.operator.actor


def test_nobody_is_at_a_console_that_starts(school: School) -> None:
    settings = ConsoleSettings()
    assert door.try_pin(school.journal, school.operator.id, PIN, settings).outcome is Outcome.SIGNED_IN
    assert signed_in(school.journal) is not None
    door.close_after_restart(school.journal)
    assert signed_in(school.journal) is None
    door.close_after_restart(school.journal)


def test_a_pin_is_changed_only_by_who_knows_it(school: School, clock: SetClock) -> None:
    settings, me = ConsoleSettings(), school.operator.id
    assert door.change_pin(school.journal, me, "111222", "739164", settings).outcome is Outcome.WRONG
    with pytest.raises(WeakPin) as weak:
        door.change_pin(school.journal, me, PIN, "123456", settings)
    assert words.explain(weak.value)
    assert door.change_pin(school.journal, me, PIN, "739164", settings).outcome is Outcome.SIGNED_IN
    assert door.try_pin(school.journal, me, PIN, settings).outcome is Outcome.WRONG
    assert door.try_pin(school.journal, me, "739164", settings).outcome is Outcome.SIGNED_IN
    door.lock(school.journal, me, "idle")
    assert signed_in(school.journal) is None


def test_no_command_runs_for_who_has_gone(school: School) -> None:
    """A tap's command runs after the lock that came between them: it finds nobody there and changes nothing."""
    ticket = school.check_in("BUDI")
    desk = school.desk()
    door.lock(school.journal, school.operator.id)
    for command in (desk.close_visit, desk.call_next, lambda: desk.call(ticket), desk.undo, lambda: desk.find("siti")):
        with pytest.raises(SignedOut) as gone:
            command()
        assert words.explain(gone.value)
    assert state(school, ticket) is TicketState.WAITING
    assert queries.current_visit(school.journal.db) is not None


def test_only_digits_are_a_queue_number(school: School) -> None:
    """Python takes more for digits than an int is made of."""
    for typed in ("²", "٣", "১", "1" * 200):
        assert school.desk().find(typed) == ()


def test_every_refusal_that_the_rooms_raise_is_explained() -> None:
    assert words.explain(Refused("queue.nobody-waits")) != words.explain(Refused("queue.made-up"))
    assert words.explain(ValueError("a fault of this program")) is None
