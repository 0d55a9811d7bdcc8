"""The backdrop that a student is to stand before, from the birth date in the register and its corrections."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from station.biometrics.face import Backdrop
from station.enrolment import commands
from station.enrolment.backdrop import wanted_backdrop
from station.journal import Journal
from station.roster import register
from station.roster.register import Register
from station.roster.students import Student

if TYPE_CHECKING:
    from tests.enrolment.conftest import Desk


def listed(journal: Journal, born: date) -> str:
    register.prepare(journal)
    with journal.command("operator:ani") as tx:
        there = Register(tx.db, tx.vault)
        school = there.add_school("SMA Contoh", "")
        (student,) = there.add(school.id, [Student(name="Siti Aminah", birth_date=born)])
    return student


def test_it_follows_the_birth_year(desk: Desk) -> None:
    desk.start(listed(desk.journal, date(2009, 8, 17)))
    assert wanted_backdrop(desk.journal, desk.now) is Backdrop.RED


def test_a_corrected_birth_date_counts(desk: Desk) -> None:
    desk.start(listed(desk.journal, date(2009, 8, 17)))
    desk.act(lambda tx: commands.correct(tx, desk.enrolment, {"birth_date": "2008-08-17"}, "birth-certificate"))
    assert wanted_backdrop(desk.journal, desk.now) is Backdrop.BLUE


def test_who_is_on_no_list_may_stand_before_any(desk: Desk) -> None:
    register.prepare(desk.journal)
    desk.start("stu_of_no_list")
    assert wanted_backdrop(desk.journal, desk.now) is None
