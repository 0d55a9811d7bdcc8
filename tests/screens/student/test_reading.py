"""What the touchscreen reads of the journal, and what its commands do to it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

import msgspec
import pytest

from station.clock import SetClock
from station.enrolment import commands as enrolments
from station.enrolment.steps import Step
from station.hardware.devices import DeviceInfo, Kind
from station.hardware.watch import Watch
from station.journal import alerts
from station.journal import events as ev
from station.queue import Refused, TicketState
from station.queue import commands as tickets
from station.roster.register import Register
from station.roster.students import Student

if TYPE_CHECKING:
    from tests.screens.student.conftest import School

ANI: Final = "operator:ani"
PUPIL: Final = Student(name="", birth_date=date(2009, 8, 17))


def test_the_board_counts_and_names_nobody(school: School) -> None:
    assert school.read().board.ahead == 0
    school.call("Budi")
    school.desk().check_in(school.person("Siti Aminah", "1").id, "id", "nik")
    board = school.read().board
    assert (board.called, board.calls, board.serving, board.following, board.waiting) == (1, 1, 0, (2,), 1)
    assert board.ahead == 2
    assert board.minutes[0] < board.minutes[1]
    assert "Budi" not in repr(school.read())


def test_two_check_ins_of_one_student_are_one_ticket(school: School) -> None:
    student = school.person("Budi").id
    desk = school.desk()
    first, again = desk.check_in(student, "id", "nik"), desk.check_in(student, "en", "name")
    assert first == again
    ticket = school.read(first).ticket
    assert ticket is not None
    assert (ticket.number, ticket.state, ticket.ahead, ticket.print_state) == (1, TicketState.WAITING, 0, "wanted")
    assert desk.by_nik("6311050101090003").ticket == first


def test_finding_by_nik_tells_apart_why_somebody_cannot_check_in(school: School) -> None:
    desk = school.desk()
    found = desk.by_nik("6311055708090002")
    assert (found.name, found.class_name, found.problem) == ("S*** A*****", "XI IPA 1", "")
    assert desk.by_nik("6311050000090000").problem == "checkin.nik-unknown"
    assert desk.by_nik("6311050404090006").problem == "checkin.other-school"
    young = desk.by_nik("6311050303110005")
    assert young.problem == "checkin.too-young"
    assert young.on is not None and young.on.year == 2027


def test_an_invitation_and_a_paper_ticket_are_both_found_by_their_code(school: School) -> None:
    desk, person = school.desk(), school.person("Budi")
    found = desk.by_code(person.code)
    assert (found.student, found.name, found.via) == (person.id, "B***", "code")
    ticket = desk.check_in(person.id, "id", "code")
    assert desk.by_code(ticket).ticket == ticket
    assert desk.by_code("https://example.org").problem == "checkin.code-unknown"
    assert desk.by_code("tkt_nonsense").problem == "checkin.code-unknown"


def test_namesakes_of_two_classes_are_two_people_and_names_stay_masked(school: School) -> None:
    desk = school.desk()
    assert {person.name for person in desk.listed("XI IPA 1", "")} == {"S*** A*****", "B***"}
    (one,) = desk.listed("XI IPA 1", "SITI")
    (other,) = desk.listed("XI IPA 2", "SITI")
    assert one.name == other.name == "Siti Aminah"
    assert desk.chosen(one).student != desk.chosen(other).student
    assert desk.chosen(other).class_name == "XI IPA 2"


def test_full_data_is_read_only_at_the_step_that_confirms_it(school: School) -> None:
    enrolment = school.start("Siti Aminah", "en")
    view = school.read()
    assert view.running is not None
    assert (view.running.step, view.running.language, view.running.student) == (Step.IDENTITY, "en", None)
    for step in (Step.IDENTITY, Step.DOCUMENTS):
        school.act(lambda tx, step=step: enrolments.complete(tx, enrolment, step))  # type: ignore[misc]  # bound now
    running = school.read().running
    assert running is not None and running.student is not None
    assert running.student.nik == "6311055708090002"
    school.desk().confirm(enrolment)
    running = school.read().running
    assert running is not None
    assert (running.step, running.student) == (Step.PHOTO, None)


def test_something_wrong_calls_the_operator_and_goes_back_to_the_documents(school: School) -> None:
    enrolment = school.start("Siti Aminah")
    for step in (Step.IDENTITY, Step.DOCUMENTS):
        school.act(lambda tx, step=step: enrolments.complete(tx, enrolment, step))  # type: ignore[misc]  # bound now
    school.desk().dispute(enrolment)
    running = school.read().running
    assert running is not None
    assert (running.step, running.disputed) == (Step.DOCUMENTS, True)
    assert [alert.code for alert in alerts.open_alerts(school.journal.db)] == ["disputed"]


def test_help_is_called_once_and_shown_until_it_is_seen_to(school: School) -> None:
    desk = school.desk()
    desk.help("")
    desk.help("")
    (alert,) = alerts.open_alerts(school.journal.db)
    assert school.read().helped == ("",)
    school.act(lambda tx: alerts.clear_alert(tx, alert.id))
    assert school.read().helped == ()


def test_help_is_for_who_asked_for_it(school: School) -> None:
    first = school.start("Siti Aminah")
    ticket = school.read().running
    assert ticket is not None
    school.desk().help(ticket.ticket)
    assert school.read().helped == (ticket.ticket,)
    # Whatever becomes of that call, the next one at the screen did not make it.
    school.act(lambda tx: enrolments.park(tx, first, "Has to go back to class"))
    school.start("Budi")
    other = school.read()
    assert other.running is not None
    assert other.running.ticket not in other.helped


def test_a_printer_that_never_was_promises_no_paper(school: School) -> None:
    ticket = school.desk().check_in(school.person("Budi").id, "id", "nik")
    shown = school.read(ticket).ticket
    assert shown is not None
    assert shown.printer_problem == "printer.gone"
    watch = Watch(school.journal, "devices")
    watch.appeared(DeviceInfo(Kind.PRINTER, driver="escpos", make="", model="", serial="", bench=True))
    well = school.read(ticket).ticket
    assert well is not None and well.printer_problem == ""
    watch.faulted(Kind.PRINTER, "printer.paper-end")
    empty = school.read(ticket).ticket
    assert empty is not None and empty.printer_problem == "printer.paper-end"


def test_who_is_recorded_is_told_when_the_card_comes(school: School) -> None:
    enrolment = school.start("Siti Aminah")
    with school.journal.command(ANI) as tx:
        tx.append(ev.EnrolmentSignedOff(), enrolment)
    found = school.desk().by_nik("6311055708090002")
    assert (found.problem, found.on) == ("checkin.recorded", date(2026, 8, 17))
    assert found.settled
    clock = school.journal.clock
    assert isinstance(clock, SetClock)
    clock.advance((datetime(2026, 8, 17, 1, 0, tzinfo=UTC) - clock.now()).total_seconds())
    now = school.desk().by_nik("6311055708090002")
    assert (now.problem, now.on) == ("checkin.recorded", None)


def test_classes_stand_as_a_school_counts_them(school: School) -> None:
    with school.journal.command(ANI) as tx:
        more = [msgspec.structs.replace(PUPIL, name=f"Siswa {n}", class_name=f"XI IPA {n}") for n in (10, 3)]
        Register(tx.db, tx.vault).add(school.school, more)
    assert school.read().classes == ("X-1", "XI IPA 1", "XI IPA 2", "XI IPA 3", "XI IPA 10")


def test_nobody_checks_in_when_the_visit_is_closed(school: School) -> None:
    person = school.person("Budi")
    school.act(tickets.close_visit)
    desk = school.desk()
    assert desk.by_nik("6311050101090003").problem == "checkin.no-visit"
    with pytest.raises(Refused):
        desk.check_in(person.id, "id", "nik")
    assert school.read().visit == ""
