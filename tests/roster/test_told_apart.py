"""Namesakes of one class are told apart, by as little as it takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from station.journal import Journal
from station.roster import register
from station.roster.register import Listed, Register
from station.roster.students import Student

CLASS = "XI IPA 1"
SITI = ("6311055708090002", "6311055709090003")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path)
    register.prepare(opened)
    yield opened
    opened.close()


def listed(journal: Journal, *niks: str, typed: str = "siti") -> list[Listed]:
    with journal.command("test") as tx:
        book = Register(tx.db, tx.vault)
        school = book.add_school("SMAN 1 PARINGIN", "30304040").id
        born = [date(2009, 8, 17), date(2009, 9, 17), date(2009, 10, 17)]
        people = [Student("Siti Aminah", day, nik=nik, class_name=CLASS) for day, nik in zip(born, niks, strict=False)]
        book.add(school, [*people, Student("Siti Rahmah", date(2009, 1, 2), nik="6311054201090001", class_name=CLASS)])
    return book.search(school, CLASS, typed)


def test_who_has_no_namesake_is_shown_by_the_name_alone(journal: Journal) -> None:
    assert [(one.name, one.nik, one.born) for one in listed(journal, SITI[0])] == [
        ("Siti Aminah", "", None),
        ("Siti Rahmah", "", None),
    ]


def test_namesakes_show_the_last_digits_of_the_nik(journal: Journal) -> None:
    assert sorted(one.nik for one in listed(journal, *SITI, typed="amin")) == ["…0002", "…0003"]


@pytest.mark.parametrize("niks", [(SITI[0], ""), ("6311055708090002", "6311055709090002")])
def test_where_digits_do_not_tell_the_day_of_birth_does(niks: tuple[str, str], journal: Journal) -> None:
    found = listed(journal, *niks, typed="amin")
    assert {(one.nik, one.born) for one in found} == {("", date(2009, 8, 17)), ("", date(2009, 9, 17))}


def test_masked_names_say_nothing_more(journal: Journal) -> None:
    assert {(one.nik, one.born) for one in listed(journal, *SITI, typed="s")} == {("", None)}
