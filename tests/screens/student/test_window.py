"""The real app in a real window, touched by a robot's finger: what a student does, from the welcome to the number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from station.enrolment import commands as enrolments
from station.queue import commands as tickets
from station.queue import queries

LONG_NAME = "Muhammad Abdurrahman Nurhidayatullah Syarifuddin Al-Banjari M"

if TYPE_CHECKING:
    from tests.screens.student.conftest import School, Screen


def tickets_of(school: School) -> list[tuple[int, str]]:
    visit = queries.current_visit(school.journal.db)
    assert visit is not None
    return [(ticket.number, ticket.id) for ticket in queries.line(school.journal.db, visit.id)]


def numbers(school: School) -> list[tuple[int, str]]:
    visit = queries.current_visit(school.journal.db)
    assert visit is not None
    return [(ticket.number, ticket.student) for ticket in queries.line(school.journal.db, visit.id)]


def test_check_in_by_nik_in_english(live_school: School, screen: Screen) -> None:
    robot = screen.robot
    robot.wait_for_screen("welcome")
    robot.tap("English")
    robot.wait_for("Start", role="button")
    robot.tap("Start")
    robot.wait_for_screen("find")
    robot.tap(re.compile("^Type the NIK"))
    robot.wait_for_screen("find_nik")
    robot.type_on_keys("6311055708090002")
    shown = robot.look()
    assert shown.find("•" * 12 + "0002", role="input"), shown.texts
    assert not any("63110557" in text for text in shown.texts)
    robot.tap("Find me")
    robot.wait_for("S*** A*****")
    robot.wait_until(lambda sight: sight.settled)
    robot.touch(*robot.wait_for("Take a number", role="button").centre, taps=2)
    there = robot.wait_for_screen("ticket")
    assert there.find("001"), there.texts
    assert numbers(live_school) == [(1, live_school.person("Siti Aminah", "XI IPA 1").id)]
    assert live_school.read().board.waiting == 1
    robot.tap("Finish")
    home = robot.wait_for_screen("welcome")
    assert home.language == "id"


def test_check_in_by_name_survives_a_restart_and_the_call(live_school: School, screen: Screen) -> None:
    robot = screen.robot
    robot.tap("Mulai")
    robot.tap(re.compile("^Cari nama saya"))
    robot.tap("XI IPA 2")
    robot.wait_for("A", role="key")
    robot.type_on_keys("MU")
    robot.tap(LONG_NAME)
    robot.tap("Ambil nomor antrean")
    robot.wait_for_screen("ticket")
    assert robot.look().find("001")
    screen.kill()
    screen.begin()
    robot = screen.robot
    robot.wait_for_screen("welcome")
    (ticket,) = [ticket for _number, ticket in tickets_of(live_school)]
    live_school.act(lambda tx: tickets.call(tx, ticket))
    assert robot.wait_for_screen("called").find("001")
    live_school.act(lambda tx: enrolments.start(tx, ticket, live_school.settings))
    robot.wait_for_screen("with_operator")
    robot.tap("Bantuan")
    robot.wait_for("Bantuan dipanggil", role="button")
    assert live_school.read().helped == (ticket,)
    robot.tap("English")
    robot.wait_until(lambda _sight: queries.ticket(live_school.journal.db, ticket).language == "en")
    screen.kill()
    screen.begin()
    assert screen.robot.wait_for_screen("with_operator").language == "en"
