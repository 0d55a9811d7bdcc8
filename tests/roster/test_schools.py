"""Which school a list means: spellings of one, namesakes in two kecamatan, and what is said of either."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from station.journal.journal import Journal
from station.journal.migrations import Database
from station.roster import importing, register, schools
from station.roster.importing import Report
from station.roster.reading import Reading
from station.roster.register import Register
from station.roster.schools import SchoolName
from station.roster.students import SchoolList

Judge = Callable[..., SchoolList]
AsReading = Callable[..., Reading]
TakeIn = Callable[..., Report]

HEADER = ["Nama", "Tanggal Lahir", "Kelas", "NIK"]
SITI = ["Siti Aminah", "2008-05-12", "XI IPA 1", "6311065205080001"]
HUDA = "SMAS NURUL HUDA"


def dapodik(place: str = "", school: str = HUDA, rows: list[list[str]] | None = None) -> list[list[str]]:
    """A list as Dapodik heads it; `place` is "Kecamatan, Kabupaten"."""
    district, _, regency = place.partition(", ")
    where = f"Kecamatan Kec. {district}, Kabupaten Kab. {regency}, Provinsi Prov. Kalimantan Selatan"
    return [["Daftar Peserta Didik"], [school], *([[where]] if place else []), HEADER, *(rows or [SITI])]


JUAI, AMUNTAI = "Juai, Balangan", "Amuntai Utara, Hulu Sungai Utara"


@pytest.fixture
def take_in(journal: Journal, as_reading: AsReading) -> TakeIn:
    def take(rows: list[list[str]], **options: Any) -> Report:
        return importing.take_in(journal, as_reading(rows), **options)

    return take


def said(report: Report) -> list[str]:
    return [w.code for w in report.warnings if w.code.startswith("school-")]


def counts(report: Report) -> tuple[int, int]:
    return report.imported, report.unchanged


@pytest.mark.parametrize(
    ("one", "others"),
    [
        (
            "SMAN 1 PARINGIN",
            ["SMA N 1 Paringin", "SMA Negeri 1 Paringin", "SMAN 01 PARINGIN", "SMAN1 Paringin", "SMA Neg. 1 Paringin"],
        ),
        (
            "SMAN 1 PARINGIN",
            ["S.M.A.N. 1 Paringin", "SMA Negeri No. 1 Paringin", "Sekolah Menengah Atas Negeri 1 Paringin"],
        ),
        (
            "SMAN 1 PARINGIN",
            ["SMA 1 Paringin", "SMU Negeri 1 Paringin", "SMA Negeri I Paringin", "UPT SMAN 1 Paringin"],
        ),
        ("SMKN 1 BATU MANDI", ["SMK Negeri 1 Batumandi", "SMK N 1 Batu Mandi", "Sekolah Menengah Kejuruan Negeri 1 B"]),
        ("MAN 2 BALANGAN", ["MA Negeri 2 Balangan", "M.A.N. 2 Balangan", "Madrasah Aliyah Negeri 2 Balangan"]),
        (HUDA, ["SMA Swasta Nurul Huda", "SMA Nurul Huda", "SMA S Nurul-Huda", "SMAS Nurulhuda"]),
        ("MAS AL-HIKMAH", ["MA Al Hikmah", "Madrasah Aliyah Swasta Alhikmah", "MA Al-Hikmah"]),
        ("Pondok Pesantren Syafi'iyah", ["Ponpes Syafiiyah", "PONTREN SYAFI’IYAH"]),
        (
            "PP. Al-Falah",
            ["Ponpes Al Falah", "PONDOK PESANTREN ALFALAH", "P.P. Al-Falah", "Pon-Pes Al Falah", "PP AL-FALAH"],
        ),
        ("Pesantren Al-Falah", ["PP.Al-Falah"]),
    ],
)
def test_spellings_of_one_school(one: str, others: list[str]) -> None:
    for other in others:
        same = schools.key(other) == schools.key(one)
        assert same is not other.endswith(" B"), other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SMAN 1 Paringin", "SMAN 2 Paringin"),
        ("SMAN 1 Paringin", "SMKN 1 Paringin"),
        ("SMAN 1 Paringin", "SMAN 1 Paringin Selatan"),
        ("SMAN 1 Paringin", "SMAN 11 Paringin"),
        ("SMAN 1 Paringin", "MAN 1 Paringin"),
        ("SMA Nurul Huda", "Ponpes Nurul Huda"),
        ("SMA Nurul Huda", "PP. Nurul Huda"),
        ("PP. Nurul Huda", "PP. Nurul Huda Putri"),
        ("SMA Nurul Huda", "MA Nurul Huda"),
        ("MAN 1 Balangan", "MTsN 1 Balangan"),
        ("SMAS 1 Paringin", "SMAN 1 Paringin"),
    ],
)
def test_schools_that_are_two(one: str, other: str) -> None:
    assert schools.key(one) != schools.key(other)


@pytest.mark.parametrize(
    ("line", "district", "regency"),
    [
        ("Kecamatan Kec. Juai, Kabupaten Kab. Balangan, Provinsi Prov. Kalimantan Selatan", "Juai", "Balangan"),
        ("Kecamatan Kec. Banjarmasin Utara, Kabupaten Kota Banjarmasin", "Banjarmasin Utara", "Kota Banjarmasin"),
        ("KEC. BATU MANDI KAB. BALANGAN TAHUN 2025", "BATU MANDI", "BALANGAN"),
        ("Kecamatan : Halong", "Halong", ""),
        ("Kecamatan Kec. Kota Kudus, Kabupaten Kab. Kudus", "Kota Kudus", "Kudus"),
        ("PEMERINTAH KOTA BANJARBARU", "", "KOTA BANJARBARU"),
        ("PEMERINTAH KABUPATEN BALANGAN", "", "BALANGAN"),
        ("SMAN 1 KOTA BARU", "", ""),
        ("Kecamatan :", "", ""),
    ],
)
def test_where_a_school_lies(line: str, district: str, regency: str) -> None:
    assert schools.place_in([line]) == (district, regency)


def test_a_typed_school_may_say_its_place_or_be_an_npsn() -> None:
    assert schools.parse("SMAS Nurul Huda, Kec. Juai, Kab. Balangan") == SchoolName(
        "SMAS Nurul Huda", "", "Juai", "Balangan"
    )
    assert schools.parse(" 30301234 ") == SchoolName(npsn="30301234")
    assert schools.parse(SchoolName("X", "", "Juai", "Kota B").full) == SchoolName("X", "", "Juai", "Kota B")


def test_one_name_in_two_kecamatan_is_two_schools_and_it_is_said(journal: Journal, take_in: TakeIn) -> None:
    assert said(take_in(dapodik(JUAI))) == []
    other = take_in(dapodik(AMUNTAI))
    assert (counts(other), said(other)) == ((1, 0), ["school-elsewhere"])
    for place in (JUAI, AMUNTAI):
        again = take_in(dapodik(place))
        assert (counts(again), said(again)) == ((0, 1), [])
    assert {school.district for school in Register.of(journal).schools()} == {"Juai", "Amuntai Utara"}
    same_kecamatan_elsewhere = take_in(dapodik("Juai, Tabalong"))
    assert counts(same_kecamatan_elsewhere) == (1, 0)


def test_where_only_one_list_says_the_kecamatan_it_is_taken_for_the_same_and_said(
    journal: Journal, take_in: TakeIn
) -> None:
    take_in(dapodik(JUAI))
    bare = take_in([[HUDA], HEADER, SITI])
    assert (counts(bare), said(bare)) == ((0, 1), ["school-place-assumed"])
    take_in([["MAS AL HIKMAH"], HEADER, SITI])
    later = take_in(dapodik("Halong, Balangan", "MAS AL HIKMAH"))
    assert (counts(later), said(later)) == ((0, 1), ["school-place-assumed"])
    # The kecamatan is known from then on, even though no row changed.
    assert said(take_in(dapodik("Halong, Balangan", "MAS AL HIKMAH"))) == []
    assert counts(take_in(dapodik("Awayan, Balangan", "MAS AL HIKMAH"))) == (1, 0)


def test_between_two_nothing_is_guessed_and_the_option_tells(journal: Journal, take_in: TakeIn) -> None:
    take_in(dapodik(JUAI))
    take_in(dapodik(AMUNTAI))
    head = journal.head()
    bare = [[HUDA], HEADER, SITI]
    refused = take_in(bare)
    assert [(r.code, r.row, r.column) for r in refused.rejected] == [("school-ambiguous", 3, "A")]
    assert "Kec. Juai" in refused.rejected[0].message
    assert (counts(refused), [w.row for w in refused.warnings], journal.head()) == ((0, 0), [2], head)
    told = take_in(bare, school=f"{HUDA}, Kec. Juai")
    assert (counts(told), told.school) == ((0, 1), HUDA)
    by_id = next(s.id for s in Register.of(journal).schools() if s.district == "Juai")
    assert counts(take_in(bare, school=by_id)) == (0, 1)
    assert take_in(dapodik(JUAI), school=HUDA).rejected == ()


def test_an_npsn_decides_whatever_the_place(journal: Journal, take_in: TakeIn) -> None:
    def list_of(npsn: str, name: str = HUDA) -> list[list[str]]:
        return [[name], [f"NPSN : {npsn}"], HEADER, SITI]

    assert counts(take_in(list_of("30301234"))) == (1, 0)
    assert counts(take_in(list_of("30305678"))) == (1, 0)
    renamed = take_in(list_of("30305678", "SMAS Nurul Huda Terpadu"))
    assert (counts(renamed), said(renamed)) == ((0, 1), ["school-spelling"])
    assert counts(take_in([HEADER, SITI], school="30301234")) == (0, 1)


def test_another_spelling_is_the_same_school_and_is_said(journal: Journal, take_in: TakeIn) -> None:
    take_in([["SMAN 1 PARINGIN"], HEADER, SITI])
    report = take_in([["SMA N 01 Paringin"], HEADER, SITI])
    assert (counts(report), said(report), report.school) == ((0, 1), ["school-spelling"], "SMAN 1 PARINGIN")
    assert said(take_in([["SMAN 1 Paringin"], HEADER, SITI])) == []
    assert [school.name for school in Register.of(journal).schools()] == ["SMAN 1 PARINGIN"]


def test_a_misspelt_school_is_kept_apart_and_said(take_in: TakeIn) -> None:
    take_in([["SMAN 1 PARINGIN"], HEADER, SITI])
    assert said(take_in([["SMAN 1 PARINGGIN"], HEADER, SITI])) == ["school-perhaps-known"]
    assert said(take_in([["SMKN 1 PARINGIN"], HEADER, SITI])) == []
    assert said(take_in([["SMAN 2 PARINGIN"], HEADER, SITI])) == []


def test_spellings_within_one_list_are_one_school(journal: Journal, take_in: TakeIn) -> None:
    header = [*HEADER, "Sekolah"]
    report = take_in([header, [*SITI, "SMAN 1 Juai"], [*SITI, "SMA Negeri 1 Juai"]])
    assert [(r.row, r.code) for r in report.rejected] == [(3, "duplicate-in-file")]
    rows = [[*SITI, "SMAN 1 Juai"], ["Budi Santoso", "2008-05-13", "XI", "", "SMA Negeri 1 Juai"]]
    both = take_in([header, *rows])
    assert (counts(both), said(both), both.school) == ((1, 1), ["school-spelling"], "SMAN 1 Juai")


def test_the_titles_npsn_and_kecamatan_hold_for_the_titles_school_only(journal: Journal, take_in: TakeIn) -> None:
    title = [["SMAN 1 JUAI"], ["NPSN: 30301234"], ["Kecamatan : Juai"]]
    rows = [[*SITI, "SMA Negeri 1 Juai"], ["Budi Santoso", "2008-05-13", "XI", "", "SMAN 1 Halong"]]
    take_in([*title, [*HEADER, "Sekolah"], *rows])
    known = {school.name: (school.npsn, school.district) for school in Register.of(journal).schools()}
    assert known == {"SMA Negeri 1 Juai": ("30301234", "Juai"), "SMAN 1 Halong": ("", "")}


def test_a_preview_tells_of_a_nik_in_two_schools_of_the_list_as_the_import_does(
    journal: Journal, as_reading: AsReading
) -> None:
    rows = [[*HEADER, "Sekolah"], [*SITI, "SMAN 1 Juai"], ["Budi", "2008-05-12", "XI", SITI[3], "SMAN 1 Halong"]]
    reading = as_reading(rows)
    first = importing.preview(None, reading)
    second = importing.preview(journal, reading)
    real = importing.take_in(journal, reading)
    assert [w.row for w in real.warnings if w.code == "nik-in-other-school"] == [2, 3]
    assert first.warnings == second.warnings == real.warnings
    again = importing.preview(journal, reading)
    assert again.warnings == importing.take_in(journal, reading).warnings


def test_schools_of_a_register_of_before_are_kept(journal: Journal, take_in: TakeIn, as_reading: AsReading) -> None:
    take_in([["SMAN 1 PARINGIN"], HEADER, SITI])
    db: sqlite3.Connection = journal.db
    db.execute("ALTER TABLE schools DROP COLUMN district")
    db.execute("ALTER TABLE schools DROP COLUMN regency")
    db.execute("ALTER TABLE schools ADD COLUMN key TEXT NOT NULL DEFAULT 'sman 1 paringin'")
    applied = [m.name for m in register.migrations.applied(Database(db))]
    assert applied == ["first", "places"]
    db.execute("DELETE FROM _sqlite_migrations WHERE migration_set = 'roster' AND name = 'places'")
    report = importing.preview(journal, as_reading([["SMA Negeri 1 Paringin"], HEADER, SITI]))
    assert counts(report) == (0, 1)
    assert counts(take_in(dapodik("Paringin, Balangan", "SMAN 1 PARINGIN"))) == (0, 1)


def test_two_of_one_name_are_shown_with_their_places() -> None:
    shown = schools.labels([SchoolName(HUDA, "", "Juai"), SchoolName(HUDA, "", "Halong"), SchoolName("SMAN 1 Juai")])
    assert shown == [f"{HUDA}, Kec. Juai", f"{HUDA}, Kec. Halong", "SMAN 1 Juai"]


def test_an_npsn_given_to_a_list_that_says_the_name_joins_it(journal: Journal, take_in: TakeIn) -> None:
    named = [["SMAN 1 PARINGIN"], HEADER, SITI]
    first = take_in(named, school="30301234")
    assert (first.school, said(first)) == ("SMAN 1 PARINGIN", [])
    assert counts(take_in(named)) == (0, 1)
    take_in([HEADER, SITI], school="30305678")
    assert counts(take_in([["SMAN 2 PARINGIN"], ["NPSN 30305678"], HEADER, SITI])) == (0, 1)
    assert [school.name for school in Register.of(journal).schools()] == ["SMAN 1 PARINGIN", "SMAN 2 PARINGIN"]
    assert said(take_in([["SMAN 1 PARINGIN"], HEADER, SITI], school="30305678")) == ["school-differs"]


BUDI = ["Budi Santoso", "2008-05-13", "XI", ""]


def schools_of(found: SchoolList) -> list[str]:
    return [found.schools[entry.school].name for entry in found.entries]


@pytest.mark.parametrize(
    "lines", [("SMAN 1 JUAI", "SMKN 1 HALONG"), ("Sekolah : SMAN 1 JUAI", "SMKN 1 HALONG, Kec. Halong")]
)
def test_a_line_between_students_may_name_their_school(judge: Judge, lines: tuple[str, str]) -> None:
    found = judge(
        [["DAFTAR SISWA WAJIB KTP"], HEADER, [lines[0]], SITI, [lines[1]], BUDI, ["Mengetahui, Kepala SMAN 1"]]
    )
    assert (schools_of(found), found.rejected) == (["SMAN 1 JUAI", "SMKN 1 HALONG"], ())
    again = judge([["SMAN 1 JUAI"], HEADER, SITI, ["SMA Negeri 1 Juai"], BUDI])
    assert schools_of(again) == ["SMAN 1 JUAI", "SMAN 1 JUAI"]


def test_the_sheets_name_may_be_the_school(judge: Judge) -> None:
    assert schools_of(judge([HEADER, SITI], name="SMKN 1 HALONG")) == ["SMKN 1 HALONG"]
    assert schools_of(judge([["SMAN 1 JUAI"], HEADER, SITI], name="SMKN 1 HALONG")) == ["SMAN 1 JUAI"]


def test_the_school_of_the_years_before_is_not_the_school(judge: Judge) -> None:
    rows = [[*HEADER, "Sekolah"], [*SITI, "SMPN 1 JUAI"], [*BUDI, "MTsN 2 Balangan"]]
    found = judge([["SMAN 1 JUAI"], *rows])
    assert schools_of(found) == ["SMAN 1 JUAI", "SMAN 1 JUAI"]
    assert [(w.row, w.column) for w in found.warnings if w.code == "school-column-of-origin"] == [(2, "E")]
    assert schools_of(judge(rows)) == ["SMPN 1 JUAI", "MTsN 2 Balangan"]
