"""The real app in a real window, touched by a robot's finger: what a student does, from the welcome to the number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from station.queue import queries

if TYPE_CHECKING:
    from tests.screens.student.conftest import School, Screen


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
    robot.wait_for("Take a number", role="button")
    assert robot.look().find("S*** A*****")
    found = robot.wait_for("Take a number", role="button")
    robot.wait_until(lambda sight: sight.settled)
    robot.touch(*found.centre, taps=2)
    there = robot.wait_for_screen("ticket")
    assert there.find("001"), there.texts
    assert numbers(live_school) == [(1, live_school.person("Siti Aminah", "XI IPA 1").id)]
    assert live_school.read().board.waiting == 1
    robot.tap("Finish")
    home = robot.wait_for_screen("welcome")
    assert home.language == "id"
