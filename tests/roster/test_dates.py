"""Birth dates as people and spreadsheets write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.roster import dates
from station.roster.dates import Note

FIFTH = date(2008, 12, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "2008-12-05", "2008-12-05 00:00:00", "2008-12-05T00:00:00", "2008/12/05", "2008.12.5", " 2008-12-05 ",
        "05 Desember 2008", "5 Desember 2008", "5 desember 2008", "5 DESEMBER 2008", "05 Des 2008", "5-Des-2008",
        "5 Des. 2008", "5 December 2008", "5 Dec 2008", "December 5, 2008", "Dec 5 2008", "5th December 2008",
        "Jumat, 5 Desember 2008", "Jum'at 5 Desember 2008", "5\u00a0Desember\u00a02008", "5  Desember   2008",
        "05Desember2008", "20081205", "05122008", "'2008-12-05",
        39787, 39787.0, "39787", date(2008, 12, 5), datetime(2008, 12, 5, 0, 0), 20081205.0, 5122008.0,
    ],
)  # fmt: skip
def test_each_way_of_writing_is_read(cell: object, today: date) -> None:
    assert dates.read(cell, today) == dates.BirthDate(FIFTH)


@pytest.mark.parametrize("cell", ["05/12/2008", "5-12-2008", "05.12.2008", "5 12 2008", "5/12/2008 0:00"])
def test_the_day_comes_first_and_either_way_is_noted(cell: str, today: date) -> None:
    assert dates.read(cell, today) == dates.BirthDate(FIFTH, (Note.EITHER_WAY,))


def test_a_day_beyond_twelve_leaves_no_doubt(today: date) -> None:
    assert dates.read("25/12/2008", today) == dates.BirthDate(date(2008, 12, 25))
    assert dates.read("12/25/2008", today) == dates.BirthDate(date(2008, 12, 25), (Note.MONTH_FIRST,))


def test_two_digits_are_the_latest_year_that_is_not_to_come(today: date) -> None:
    assert dates.read("25-12-08", today) == dates.BirthDate(date(2008, 12, 25), (Note.TWO_DIGIT_YEAR,))
    assert dates.read("5-Des-08", today) == dates.BirthDate(FIFTH, (Note.TWO_DIGIT_YEAR,))
    found = dates.read("5 Des 70", today)
    assert found is not None
    assert found.value == date(1970, 12, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "-",
        "Paringin",
        "31/02/2008",
        "2008-13-41",
        "5 Foo 2008",
        "2008",
        17,
        2008.0,
        True,
        None,
        "99999999",
        float("nan"),
    ],
)
def test_what_is_no_date_is_none(cell: object, today: date) -> None:
    assert dates.read(cell, today) is None


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("Paringin, 5 Desember 2008", "Paringin"),
        ("Paringin,5 Des 2008", "Paringin"),
        ("PARINGIN / 2008-12-05", "PARINGIN"),
        ("Batu Mandi, 2008-12-05", "Batu Mandi"),
        ("Kab. Balangan, 05 December 2008", "Kab. Balangan"),
        ("Hulu Sungai Utara 5 Desember 2008", "Hulu Sungai Utara"),
        ("Paringin, Jumat, 5 Desember 2008", "Paringin"),
        ("Paringin, Jumat 5 Desember 2008", "Paringin"),
        ("Paringin, tgl. 5 Desember 2008", "Paringin"),
        ("Paringin, Jumat tanggal 5 Desember 2008", "Paringin"),
        ("Pasar Minggu, 5 Desember 2008", "Pasar Minggu"),
        ("Pasar Rabu 5 Desember 2008", "Pasar Rabu"),
        ("Paringin, December 5, 2008", "Paringin"),
        ("5 Desember 2008", ""),
        ("Paringin (5 Desember 2008)", "Paringin"),
        ("Desa Lamida RT 3, 5 Desember 2008", "Desa Lamida RT 3"),
        (39787.0, ""),
    ],
)
def test_place_and_date_from_one_cell(cell: object, place: str, today: date) -> None:
    assert dates.read_with_place(cell, today) == (place, dates.BirthDate(FIFTH))


@pytest.mark.parametrize(
    "cell", ["Paringin, l2 Mei 2009", "Paringin O5/05/2009", "I5 Mei 2009", "Kec. Juai,o5-05-2009"]
)
def test_a_letter_typed_for_a_digit_makes_no_other_day(cell: str, today: date) -> None:
    assert dates.read_with_place(cell, today)[1] is None


def test_a_place_written_right_before_its_date_is_a_place(today: date) -> None:
    assert dates.read_with_place("Paringin5 Desember 2008", today) == ("Paringin", dates.BirthDate(FIFTH))
    assert dates.read_with_place("Paringin: 5 Desember 2008", today) == ("Paringin", dates.BirthDate(FIFTH))


@pytest.mark.parametrize("dash", ["\u2010", "\u2011", "\u2013", "\u2014", "\u2212", " \u2013 "])
def test_dashes_of_a_word_processor_are_dashes(dash: str, today: date) -> None:
    written = dash.join(("25", "12", "2008"))
    assert dates.read(written, today) == dates.BirthDate(date(2008, 12, 25))
    assert dates.read_with_place(f"Paringin {dash} {written}", today) == (
        "Paringin",
        dates.BirthDate(date(2008, 12, 25)),
    )


def test_a_place_without_a_date_is_still_a_place(today: date) -> None:
    assert dates.read_with_place("Paringin, ", today) == ("Paringin", None)


written = st.dates(date(1990, 1, 1), date(2025, 7, 14))
MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()  # noqa: SIM905


@given(written)
def test_every_day_survives_every_form(day: date) -> None:
    month = MONTHS[day.month - 1]
    forms = [
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        f"{day.day}-{day.month}-{day.year}",
        f"{day.day} {month} {day.year}",
        f"{day:%d %B %Y}",
        f"{day:%d-%b-%Y}",
        f"{day:%d-%b-%y}",
        (day - dates.EPOCH).days,
        f"{day:%Y%m%d}",
    ]
    today = date(2025, 7, 14)
    for form in forms:
        found = dates.read(form, today)
        assert found is not None, form
        assert found.value == day, form
    assert dates.read_with_place(f"Batu Mandi, {day.day} {month} {day.year}", today)[0] == "Batu Mandi"


@given(st.one_of(st.text(max_size=40), st.floats(), st.integers(), st.none()))
def test_reading_never_fails(cell: object) -> None:
    today = date(2025, 7, 14)
    dates.read(cell, today)
    dates.read_with_place(cell, today)
