"""The view: what is true in the journal, masked where others look on, with times that a wrong clock cannot spoil."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from station import disk
from station.biometrics.samples import Position
from station.clock import SetClock
from station.enrolment import commands as enrolments
from station.enrolment.state import Status
from station.enrolment.steps import Step
from station.hardware.devices import Kind
from station.journal import Transaction, alerts
from station.journal import events as ev
from station.queue import commands as tickets
from station.queue.states import TicketState
from station.screens.operator import words
from station.screens.operator.view import Ending, MachineView, minutes_between
from station.screens.operator.watch import STALE_SECONDS, Watch
from station.screens.student import words as student_words

if TYPE_CHECKING:
    from tests.screens.operator.conftest import School


def test_an_empty_visit_has_an_empty_console(school: School) -> None:
    view = school.view()
    assert view.visit is not None
    assert (view.visit.school, view.visit.classes) == ("SMAN 1 PARINGIN", ("XI IPA 1", "XI IPA 2"))
    assert (view.queue, view.now, view.called, view.alerts) == ((), None, None, ())
    assert {device.state for device in view.devices} == {"none"}
    assert view.day.adds_up
    assert view.operator is None
    assert [operator.name for operator in view.operators] == ["Rahmat Hidayat"]


def test_without_a_visit_the_schools_are_offered(school: School) -> None:
    school.act(tickets.close_visit)
    view = school.view()
    assert view.visit is None
    assert [(s.name, s.students) for s in view.schools] == [("SMAN 1 PARINGIN", 4)]


def test_the_queue_is_masked_and_in_order(school: School, clock: SetClock) -> None:
    first = school.check_in("SITI AMINAH")
    clock.advance(125)
    second = school.check_in("BUDI")
    desk = school.desk()
    desk.prioritise(second, "exam")
    desk.note(first, "Bring the family card")
    view = school.view()
    assert [(row.number, row.name, row.minutes) for row in view.queue] == [(2, "B***", 0), (1, "S*** A*****", 2)]
    assert [(row.priority, row.has_note) for row in view.queue] == [("exam", False), ("", True)]
    assert "Bring" not in repr(view)
    assert "SITI" not in repr(view)


def test_a_called_number_may_be_missed_after_enough_calls(school: School) -> None:
    ticket = school.check_in("BUDI")
    desk = school.desk()
    seen = []
    for _call in range(3):
        desk.call(ticket)
        view = school.view()
        assert view.called is not None
        seen.append((view.called.calls, view.may_miss))
    assert seen == [(1, False), (2, False), (3, True)]


def test_the_running_recording(school: School, clock: SetClock) -> None:
    enrolment = school.start("SITI AMINAH")
    clock.advance(60)
    school.desk().except_position(enrolment, Position.RIGHT_LITTLE, "amputated")
    school.bring_to(enrolment, Step.RIGHT_FOUR)
    clock.advance(120)
    for score in (12, 30, 21):
        school.attempt(enrolment, score, good=False)
    now = school.view().now
    assert now is not None
    assert (now.number, now.name, now.step) == (1, "SITI AMINAH", Step.RIGHT_FOUR)
    assert (now.minutes, now.step_minutes) == (3, 2)
    assert [(a.number, a.score, a.message) for a in now.attempts] == [
        (1, 12, "advice.finger.dry"),
        (2, 30, "advice.finger.dry"),
        (3, 21, "advice.finger.dry"),
    ]
    assert [(p.position, p.score, p.good) for p in now.positions] == [
        (Position.RIGHT_INDEX, 21, False),
        (Position.RIGHT_MIDDLE, 21, False),
        (Position.RIGHT_RING, 21, False),
    ]
    assert now.missing == (Position.RIGHT_LITTLE,)
    assert now.may_accept
    assert now.done == tuple(Step)[:6]


def test_a_file_holds_data_documents_and_corrections(school: School) -> None:
    enrolment = school.start("SITI AMINAH")
    ticket = school.view().queue[0].ticket
    desk = school.desk()
    desk.check_document(enrolment, "family-card", present=False)
    desk.correct(ticket, {"village": "PARINGIN TIMUR"}, "family-card")
    view = school.view(ticket)
    file = view.file
    assert file is not None
    assert view.asked_file == ticket
    fields = {field.field: (field.value, field.listed) for field in file.fields}
    assert fields["village"] == ("PARINGIN TIMUR", "PARINGIN KOTA")
    assert fields["nik"] == ("6311055708090002", "")
    assert [(d.document, d.present, d.sample) for d in file.documents] == [
        ("birth-certificate", None, ""),
        ("family-card", False, ""),
        ("parental-consent", None, ""),
    ]
    assert (file.active, file.step, file.may_start) == (True, Step.IDENTITY, False)
    assert school.view("tkt_unknown").file is None


def test_the_day_accounts_for_every_ticket(school: School) -> None:
    school.seal(school.finish("SITI AMINAH"), "pkg_1")
    parked = school.start("BUDI")
    desk = school.desk()
    desk.park(school.view().queue[-1].ticket, "document-missing")
    desk.cancel(school.check_in("SITI NURHALIZA"), "went-home")
    day = school.view().day
    people = {ending: [(row.number, row.reason) for row in rows] for ending, rows in day.groups.items()}
    assert people == {
        Ending.SEALED: [(1, "")],
        Ending.PARKED: [(2, "document-missing")],
        Ending.CANCELLED: [(3, "went-home")],
    }
    assert day.adds_up
    assert day.tickets == 3
    desk.start(school.view().queue[1].ticket)
    day = school.view().day
    assert not day.adds_up
    assert day.busy
    assert day.count(Ending.SERVING) == 1
    assert enrolments.read(school.journal, parked).status is Status.ACTIVE


def test_signed_off_and_not_sealed_does_not_add_up(school: School) -> None:
    enrolment = school.finish("SITI AMINAH")
    day = school.view().day
    assert (day.count(Ending.SEALING), day.adds_up, day.busy) == (1, False, False)
    school.seal(enrolment, "pkg_1")
    assert school.view().day.adds_up


def test_packages_by_how_far_they_are(school: School) -> None:
    names = ("SITI AMINAH", "BUDI", "SITI NURHALIZA")
    for number, name in enumerate(names):
        school.seal(school.finish(name), f"pkg_{number}")
    school.act(lambda tx: tx.append(ev.PackageDelivered(store="s"), "pkg_0"))
    school.act(lambda tx: tx.append(ev.PackageReceived(verdict="accepted"), "pkg_0"))
    school.act(lambda tx: tx.append(ev.PackageDelivered(store="s"), "pkg_1"))
    school.act(lambda tx: tx.append(ev.PackageDeliveryFailed(code="store-away"), "pkg_2"))
    packages = school.view().packages
    assert (packages.sealed, packages.delivered, packages.received, packages.failing) == (3, 2, 1, 1)
    assert [(row.number, row.state, row.problem) for row in packages.rows] == [
        (3, "sealed", "store-away"),
        (2, "delivered", ""),
        (1, "received", ""),
    ]


def test_a_refusal_is_told_by_its_code_and_else_in_the_offices_words(school: School) -> None:
    refusals = {
        "SITI AMINAH": ev.PackageReceived(verdict="refused", code="signer-unknown", reason="It is signed by nobody."),
        "BUDI": ev.PackageReceived(verdict="refused", code="of-tomorrow", reason="The stars say no."),
        "SITI NURHALIZA": ev.PackageReceived(verdict="refused", reason="Recorded before there were codes."),
    }
    for number, (name, refusal) in enumerate(refusals.items()):
        school.seal(school.finish(name), f"pkg_{number}")
        for event in (ev.PackageDelivered(store="s"), refusal):
            school.act(partial(Transaction.append, event=event, subject=f"pkg_{number}"))
    told = [words.package_problem(row.problem, row.said) for row in reversed(school.view().packages.rows)]
    assert told == [
        "Dinas Dukcapil belum mengenal kunci alat ini. Minta teknisi mendaftarkannya di sana.",
        "The stars say no.",
        "Recorded before there were codes.",
    ]


def test_packages_are_followed_after_the_visit_is_closed(school: School) -> None:
    school.seal(school.finish("BUDI"), "pkg_1")
    school.act(tickets.close_visit)
    school.act(lambda tx: tx.append(ev.PackageDelivered(store="s"), "pkg_1"))
    packages = school.view().packages
    assert (packages.sealed, packages.delivered, packages.received) == (1, 1, 0)
    assert [(row.id, row.state, row.earlier) for row in packages.rows] == [("pkg_1", "delivered", False)]


def test_what_an_earlier_visit_left_is_still_shown(school: School) -> None:
    school.seal(school.finish("BUDI"), "pkg_1")
    school.act(tickets.close_visit)
    school.act(lambda tx: tickets.open_visit(tx, school.school))
    packages = school.view().packages
    assert packages.sealed == 0
    assert [(row.id, row.earlier) for row in packages.rows] == [("pkg_1", True)]


def test_alerts_and_devices(school: School, clock: SetClock) -> None:
    ticket = school.check_in("BUDI")
    school.act(lambda tx: tx.append(ev.AlertRaised(code="help", about=ticket), "alr_1"))
    school.act(lambda tx: tx.append(ev.DeviceAppeared(driver="escpos", make="Epson", model="TM"), "printer"))
    school.act(lambda tx: tx.append(ev.DeviceFaulted(code="printer.paper-end"), "printer"))
    clock.advance(61)
    view = school.view()
    assert [(a.code, a.number, a.minutes, a.id) for a in view.alerts] == [("help", 1, 1, "alr_1")]
    printer = next(device for device in view.devices if device.kind is Kind.PRINTER)
    assert (printer.state, printer.code, printer.name) == ("fault", "printer.paper-end", "Epson TM")
    school.desk().clear_alert("alr_1")
    assert school.view().alerts == ()


def test_devices_are_needed_by_the_steps_that_are_configured(school: School) -> None:
    needed = {Kind.CAMERA, Kind.FINGERPRINT, Kind.IRIS, Kind.SIGNATURE, Kind.DOCUMENT}
    assert {device.kind for device in school.view().devices if device.needed} == needed
    (school.folder / "config.toml").write_text('[enrolment]\nsteps = ["identity", "documents", "photo", "sign_off"]\n')
    assert {device.kind for device in school.view().devices if device.needed} == {Kind.CAMERA, Kind.DOCUMENT}


@pytest.mark.parametrize(
    ("code", "about"), [("printer.gone", "printer"), ("disk.low", ""), ("packages.refused", "pkg_1")]
)
def test_what_the_view_shows_as_a_state_is_not_told_twice(school: School, code: str, about: str) -> None:
    school.act(lambda tx: alerts.raise_alert(tx, code, about))
    assert school.view().alerts == ()


@pytest.mark.parametrize(
    "code",
    [
        *("help", "disputed", "package.damaged", "package.key-file", "packages.store-away", "packages.tar"),
        *sorted(disk.CODES),
    ],
)
def test_every_alert_that_is_raised_has_words(code: str) -> None:
    assert code not in words.alert(code)


@pytest.mark.parametrize("explain", [words.explain, student_words.explain])
def test_what_a_disk_does_not_take_is_told_apart(explain: Callable[[BaseException], str | None]) -> None:
    said = [explain(kind(Path("journal.db"))) for kind in (disk.DiskFull, disk.DiskReadOnly, disk.DiskFails)]
    assert all(said)
    assert len(set(said)) == 3


def test_a_clock_that_jumps_never_makes_a_negative_or_absurd_time() -> None:
    now = datetime(2026, 2, 3, 1, 0, tzinfo=UTC)
    assert minutes_between((now - timedelta(minutes=5, seconds=59)).isoformat(), now) == 5
    assert minutes_between((now + timedelta(hours=3)).isoformat(), now) == 0
    assert minutes_between((now - timedelta(days=20_000)).isoformat(), now) is None


def test_a_view_after_the_clock_was_set_back(school: School, clock: SetClock) -> None:
    school.check_in("BUDI")
    clock.advance(-7200)
    assert [row.minutes for row in school.view().queue] == [0]


def test_low_space_and_battery() -> None:
    assert MachineView(500 << 20, 15, False).low_space
    assert MachineView(500 << 20, 15, False).low_battery
    assert not MachineView(5 << 30, 15, True).low_battery
    assert not MachineView().low_space
    assert not MachineView().low_battery


def test_a_new_view_only_when_something_may_have_changed(school: School, clock: SetClock) -> None:
    from station import config
    from station.journal import Journal
    from station.screens.operator.reading import Reader

    here = Journal.open(school.folder, clock)
    try:
        watch = Watch(here, Reader(here, config.load(school.folder)), clock)
        assert watch.next() is not None
        assert watch.next() is None
        ticket = school.check_in("BUDI")
        fresh = watch.next()
        assert fresh is not None
        assert [row.state for row in fresh.queue] == [TicketState.WAITING]
        assert watch.next() is None
        opened = watch.next(ticket)
        assert opened is not None
        assert opened.file is not None
        clock.advance(STALE_SECONDS + 1)
        assert watch.next(ticket) is not None
    finally:
        here.close()
