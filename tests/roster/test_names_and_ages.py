"""Names as they are shown; ages as they are counted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.roster import eligibility, names


def test_masking_keeps_first_letters_and_lengths() -> None:
    assert names.mask("Siti Aminah") == "S*** A*****"
    assert names.mask("Ani") == "A**"
    assert names.mask("") == ""


def test_the_own_name_shows_after_two_letters() -> None:
    assert not names.matches("Siti Aminah", "s")
    assert not names.matches("Siti Aminah", "")
    assert names.matches("Siti Aminah", "si")
    assert names.matches("Siti Aminah", "AM")
    assert names.matches("Siti Aminah", "siti am")
    assert names.matches("Nur'aini", "nura")
    assert not names.matches("Siti Aminah", "min")


def test_tidying_only_touches_spaces_and_invisible_characters() -> None:
    assert names.tidy("\u00a0Siti\u00a0 Aminah ") == "Siti Aminah"
    assert names.tidy("Si\u200bti") == "Siti"
    assert names.tidy("\u202aSiti\u202c Ami\x07nah") == "Siti Aminah"
    assert names.tidy("Siti\x1b[2J") == "Siti[2J"
    assert names.tidy("Ma'ruf S.") == "Ma'ruf S."


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Siti Aminah", []),
        ("Suharto", ["name-one-word"]),
        ("Nur'aini Dewi", ["name-characters"]),
        ("José Rizal", []),
        ("A" * 30 + " " + "B" * 30, ["name-long"]),
        ("A" * 30 + " " + "B" * 29, []),
    ],
)
def test_unusual_names_are_named_and_nothing_more(name: str, codes: list[str]) -> None:
    assert names.oddities(name) == codes


@given(st.text(max_size=80))
def test_names_never_fail_and_tidying_is_done_once(text: str) -> None:
    tidy = names.tidy(text)
    assert names.tidy(tidy) == tidy
    assert len(names.mask(tidy)) == len(tidy)
    names.key(tidy)
    names.matches(tidy, text)


def test_sixteen_and_seventeen_begin_on_the_birthday() -> None:
    born = date(2009, 7, 14)
    assert not eligibility.may_be_recorded(born, date(2025, 7, 13))
    assert eligibility.may_be_recorded(born, date(2025, 7, 14))
    assert not eligibility.may_be_printed(born, date(2026, 7, 13))
    assert eligibility.may_be_printed(born, date(2026, 7, 14))


def test_a_leap_day_is_complete_on_the_first_of_march() -> None:
    born = date(2008, 2, 29)
    assert eligibility.birthday(born, 17) == date(2025, 3, 1)
    assert eligibility.birthday(born, 16) == date(2024, 2, 29)
    assert not eligibility.may_be_printed(born, date(2025, 2, 28))
    assert eligibility.may_be_printed(born, date(2025, 3, 1))
    assert eligibility.age_on(born, date(2025, 2, 28)) == 16


@given(st.dates(date(1930, 1, 1), date(2020, 1, 1)), st.integers(0, 80))
def test_age_and_birthday_agree(born: date, age: int) -> None:
    day = eligibility.birthday(born, age)
    assert eligibility.age_on(born, day) == age
    assert eligibility.age_on(born, date.fromordinal(day.toordinal() - 1)) == age - 1
