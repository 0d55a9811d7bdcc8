"""The sixteen digits: reading, checking, masking."""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.roster import nik
from station.roster.nik import Damage, Mismatch, Sex, Tidied

ROOT = Path(__file__).resolve().parents[2]


def test_a_whole_nik_is_taken_as_it_stands() -> None:
    number = nik.read("6311060512080001")
    assert number.value == "6311060512080001"
    assert (number.damage, number.tidied) == (None, None)


@pytest.mark.parametrize("cell", ["", "-", "0", "0000000000000000", "tidak ada", "N/A", "  ", 0.0, None, True])
def test_nothing_is_missing(cell: object) -> None:
    assert nik.read(cell) == nik.Number("", Damage.MISSING)


@pytest.mark.parametrize(
    "cell",
    [
        6311060512080001.0,
        6311060512080000,
        "6,31106E+15",
        "6.31106E+15",
        "6.31106051208E+15",
        "6311060512080001.0",
        "6311060512080000",
        "6.311.060.512.080.010",
        "6,311,060,512,080,010",
        "6 311 060 512 080 010",
        "6.311.060.512.080.010,00",
    ],
)
def test_what_went_through_a_spreadsheet_is_damaged(cell: object) -> None:
    number = nik.read(cell)
    assert (number.value, number.damage) == ("", Damage.SPREADSHEET)


@pytest.mark.parametrize(("cell", "digits"), [("631106051208001", 15), ("63110605120800011", 17), (12345.0, 5)])
def test_other_lengths_are_said_with_their_digits(cell: object, digits: int) -> None:
    number = nik.read(cell)
    assert (number.value, number.damage, number.digits) == ("", Damage.LENGTH, digits)


@pytest.mark.parametrize("cell", ["2C11JE1234-T", "63110605120800O1", "６３１１０６０５１２０８０００１", "paspor"])
def test_what_is_no_number_is_said_so(cell: str) -> None:
    assert nik.read(cell).damage is Damage.NOT_NUMERIC


@pytest.mark.parametrize(
    ("cell", "tidied"),
    [
        ("'6311060512080001", Tidied.APOSTROPHE),
        ("6311 0605 1208 0001", Tidied.SEPARATORS),
        ("63.11.06.051208.0001", Tidied.SEPARATORS),
        ("6311\u00a00605\u00a01208\u00a00001", Tidied.SEPARATORS),
    ],
)
def test_what_is_left_out_is_said(cell: str, tidied: Tidied) -> None:
    number = nik.read(cell)
    assert (number.value, number.tidied) == ("6311060512080001", tidied)


def test_a_woman_has_forty_added_to_her_day() -> None:
    parts = nik.parse("6311064512080001")
    assert (parts.day, parts.month, parts.year, parts.sex, parts.serial) == (5, 12, 8, Sex.FEMALE, "0001")
    assert nik.check("6311064512080001", date(2008, 12, 5), Sex.FEMALE) == []


def test_each_mismatch_is_found_and_named() -> None:
    assert nik.check("6311060512080001", date(2008, 12, 6), Sex.MALE) == [Mismatch.BIRTH]
    assert nik.check("6311060512080001", date(2008, 12, 5), Sex.FEMALE) == [Mismatch.SEX]
    assert nik.check("0011060512080001", date(2008, 12, 5), Sex.MALE) == [Mismatch.REGION]
    assert nik.check("6311069912080001", date(2008, 12, 5), None) == [Mismatch.IMPLAUSIBLE]
    assert nik.check("6311063002080001", None, None) == [Mismatch.IMPLAUSIBLE]


def test_the_century_is_the_lists_to_say() -> None:
    assert nik.check("6311060512080001", date(1908, 12, 5), Sex.MALE) == []


def test_masking_shows_four_digits_at_most() -> None:
    assert nik.mask("6311060512081234") == "…1234"
    assert nik.mask("") == ""


def test_parse_refuses_what_is_not_sixteen_digits() -> None:
    with pytest.raises(ValueError, match="16 digits"):
        nik.parse("631106051208000")


births = st.dates(date(1950, 1, 1), date(2049, 12, 31))


@given(births, st.sampled_from(Sex), st.integers(1, 9999), st.sampled_from(["631106", "110101", "967101"]))
def test_a_nik_made_by_the_rule_has_nothing_to_say(born: date, sex: Sex, serial: int, region: str) -> None:
    value = f"{region}{nik.encoded(born, sex)}{serial:04}"
    assert nik.read(value).value == value
    assert nik.check(value, born, sex) == []
    parts = nik.parse(value)
    assert (parts.region, parts.sex, int(parts.serial)) == (region, sex, serial)
    assert (parts.day, parts.month, parts.year) == (born.day, born.month, born.year % 100)


@given(births, births, st.sampled_from(Sex))
def test_any_other_day_is_a_mismatch(born: date, said: date, sex: Sex) -> None:
    found = nik.check(f"631106{nik.encoded(born, sex)}0001", said, sex)
    same = (born.day, born.month, born.year % 100) == (said.day, said.month, said.year % 100)
    assert found == ([] if same else [Mismatch.BIRTH])


@given(st.one_of(st.text(max_size=40), st.floats(), st.integers(), st.none(), st.booleans()))
def test_reading_never_fails_and_keeps_whole_numbers_only(cell: object) -> None:
    number = nik.read(cell)
    assert (number.damage is None) == (len(number.value) == 16)
    if number.value:
        nik.check(number.value, date(2008, 1, 1), Sex.MALE)


@given(st.integers(10**15, 10**16 - 1))
def test_no_number_of_a_spreadsheet_becomes_a_nik(number: int) -> None:
    assert nik.read(float(number)).value == ""
    assert nik.read(f"{number:.5e}").value == ""


def test_the_provinces_are_those_in_use() -> None:
    regions = ROOT / os.environ.get("STATION_REFERENCE", "../shared/data") / "regions.csv"
    if not regions.is_file():
        pytest.skip(f"no reference data at {regions}")
    with regions.open(newline="", encoding="utf-8") as file:
        used = {row["code"] for row in csv.DictReader(file) if len(row["code"]) == 2}
    assert {f"{n:02}" for n in range(100) if nik.PROVINCES.fullmatch(f"{n:02}")} == used


@pytest.mark.parametrize(
    "written",
    ["6311064512080001\u200b", "\u00a06311064512080001", "\ufeff6311064512080001 ", "\u202a6311064512080001\u202c"],
)
def test_what_nobody_sees_around_a_nik_is_left_out(written: str) -> None:
    assert nik.read(written).value == "6311064512080001"
