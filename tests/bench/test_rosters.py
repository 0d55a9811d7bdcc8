"""Invented lists: the same for the same seed, and in the shape that Dapodik writes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl

from station.bench import roster_import, rosters
from station.roster import nik
from station.roster.eligibility import age_on
from station.roster.nik import Sex

DAY = date(2025, 7, 14)


def test_the_same_seed_makes_the_same_people() -> None:
    assert rosters.generate_students(5, 30, DAY) == rosters.generate_students(5, 30, DAY)
    assert rosters.generate_students(5, 30, DAY) != rosters.generate_students(6, 30, DAY)


def test_the_people_that_go_wrong_elsewhere_are_among_them() -> None:
    people = rosters.generate_students(5, 60, DAY)
    assert people[1].nik == ""
    assert len(people[2].name) == 60
    assert " " not in people[3].name
    assert "'" in people[4].name
    assert people[5].special_needs != "Tidak ada"
    numbers = [person.nik for person in people if person.nik]
    assert len(set(numbers)) == 59
    for person in people:
        assert 15 <= age_on(person.birth_date, DAY) <= 18
        if person.nik:
            sex = Sex.MALE if person.sex == "L" else Sex.FEMALE
            assert nik.check(nik.read(person.nik).value, person.birth_date, sex) == []


def test_the_workbook_has_dapodiks_shape(tmp_path: Path) -> None:
    path = tmp_path / "daftar.xlsx"
    rosters.write_dapodik(path, rosters.generate_students(5, 3, DAY), on=DAY)
    sheet = openpyxl.load_workbook(path).active
    assert sheet.title == "Daftar Peserta Didik"
    assert (sheet.max_row, sheet.max_column) == (9, 66)
    assert sheet["A2"].value == "SMAN 1 PARINGIN"
    assert sheet["A4"].value.startswith("Tanggal Unduh: 2025-07-14")
    spans = {str(span) for span in sheet.merged_cells.ranges}
    assert {"A5:A6", "H5:H6", "Y5:AD5", "AE5:AJ5", "AK5:AP5", "AQ5:AQ6", "BN5:BN6"} <= spans
    labels = [sheet.cell(r, c).value for r in (5, 6) for c in range(1, 67)]
    assert labels.count("NIK") == 4
    assert (sheet["AQ5"].value, sheet["AX5"].value, sheet["BI5"].value) == (
        "Rombel Saat Ini",
        "No Registrasi Akta Lahir",
        "No KK",
    )
    assert sheet["BM5"].value == "Jml. Saudara\nKandung"
    assert isinstance(sheet["H7"].value, str)
    assert len(sheet["H7"].value) == 16


def test_the_import_is_measured_as_a_user_runs_it(tmp_path: Path) -> None:
    times = roster_import.measure(tmp_path, students=50, rounds=1)
    assert 0 < times.bare_read < times.whole_import
    assert times.ratio == times.whole_import / times.bare_read
    assert (tmp_path / "data-0" / "journal.db").exists()
