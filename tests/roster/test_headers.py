"""Which column is which, however a list names and orders its columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from station.bench import rosters
from station.roster import headers
from station.roster.students import ListError, SchoolList
from station.roster.tables import Table
from tests.roster.conftest import BUDI, HEADER, SITI, codes

Judge = Callable[..., SchoolList]


@pytest.mark.parametrize(
    "header",
    [
        ["NO.", "NAMA", "JENIS\nKELAMIN", "TEMPAT\u00a0LAHIR", "TGL. LAHIR", "N I K", "N.I.S.N", "NO. KK", "ROMBEL"],
        ["No", "Full Name", "Sex", "Place of Birth", "DOB", "National ID", "NISN", "Family Card No.", "Class"],
        ["#", "Nama Peserta Didik*", "JK (L/P)", "Tempat Lahir", "Tanggal Lahir (dd/mm/yyyy)", "NIK (16 digit)",
         "NISN Siswa", "Nomor Kartu Keluarga", "Kelas / Program"],
    ],
)  # fmt: skip
def test_other_names_for_the_columns(judge: Judge, header: list[str]) -> None:
    found = judge([header, SITI, BUDI])
    assert (found.warnings, found.rejected) == ((), ())
    assert found.entries == judge([HEADER, SITI, BUDI]).entries


def test_any_order_of_columns(judge: Judge) -> None:
    order = [8, 3, 5, 1, 7, 0, 6, 2, 4]
    found = judge([[line[n] for n in order] for line in (HEADER, SITI, BUDI)])
    assert [e.student for e in found.entries] == [e.student for e in judge([HEADER, SITI, BUDI]).entries]
    assert found.warnings == ()


def test_place_and_date_in_one_column(judge: Judge) -> None:
    for label in (
        "TTL",
        "Tempat, Tanggal Lahir",
        "Tempat/Tgl. Lahir",
        "Tempat dan Tanggal Lahir",
        "Place & Date of Birth",
    ):
        found = judge([["Nama", label, "NIK"], ["Siti Aminah", "Paringin, 5 Desember 2008", SITI[5]]])
        student = found.entries[0].student
        assert (student.birth_place, student.birth_date) == ("Paringin", date(2008, 12, 5)), label


def test_parents_in_two_rows_unmerged_and_in_one_row_are_not_the_student(judge: Judge) -> None:
    parents = ["Data Ayah", None, "Data Ibu", None]
    two = judge(
        [
            ["Nama", "Tanggal Lahir", *parents, "NIK", "Rombel Saat Ini"],
            [None, None, "Nama", "NIK", "Nama", "NIK", None, None],
            ["Siti Aminah", "2008-12-05", "Ayah A", "6311061203700001", "Ibu B", "6311065203750001", SITI[5], "X 1"],
        ]
    )
    assert (two.entries[0].student.nik, two.entries[0].student.name) == (SITI[5], "Siti Aminah")
    assert two.entries[0].student.class_name == "X 1"
    assert codes(two.warnings) == ["sex-column-missing"]
    one = judge(
        [
            ["NIK Ayah", "Nama Ayah", "NIK Ibu", "Nama", "NIK", "Tgl Lahir", "L/P", "Nama Wali Kelas"],
            ["6311061203700001", "Ayah A", "6311065203750001", "Siti Aminah", SITI[5], "2008-12-05", "P", "Wali C"],
        ]
    )
    assert (one.entries[0].student.nik, one.entries[0].student.name) == (SITI[5], "Siti Aminah")


def test_groups_above_and_everything_in_the_lower_row(judge: Judge) -> None:
    found = judge(
        [
            ["Data Siswa", None, None, "Data Ayah", None, "Data Wali", None, None],
            ["Nama", "Tanggal Lahir", "NIK", "Nama", "NIK", "Nama", "NIK", "Rombel Saat Ini"],
            ["Siti Aminah", "2008-12-05", SITI[5], "Ayah", "6311061203700001", "Wali", "6311061203700002", "X 1"],
        ]
    )
    student = found.entries[0].student
    assert (student.name, student.nik, student.class_name) == ("Siti Aminah", SITI[5], "X 1")
    assert "nik-column-ambiguous" not in codes(found.warnings)


def test_sex_as_a_mark_in_one_of_two_columns(judge: Judge) -> None:
    found = judge(
        [
            ["Nama", "Jenis Kelamin", None, "Tanggal Lahir", "NIK"],
            [None, "L", "P", None, None],
            ["Siti Aminah", None, "v", "2008-12-05", SITI[5]],
            ["Budi Santoso", "√", None, "2009-01-20", BUDI[5]],
        ]
    )
    assert [e.student.sex for e in found.entries] == ["female", "male"]


def test_several_bare_nik_columns_are_said(judge: Judge) -> None:
    found = judge([["Nama", "Tanggal Lahir", "NIK", "NIK"], ["Siti Aminah", "2008-12-05", SITI[5], BUDI[5]]])
    assert "nik-column-ambiguous" in codes(found.warnings)


@pytest.mark.parametrize("label", ["NIK Siswa", "NIK PD", "NIK Peserta Didik"])
def test_the_students_own_nik_goes_before_a_bare_one(judge: Judge, label: str) -> None:
    for at in ((0, 1), (1, 0)):
        header, numbers = ["NIK", label], ["6311061203700001", SITI[5]]
        rows = [
            ["Nama", "Tanggal Lahir", *(header[n] for n in at)],
            ["Siti Aminah", "2008-12-05", *(numbers[n] for n in at)],
        ]
        found = judge(rows)
        assert found.entries[0].student.nik == SITI[5]
        assert "nik-column-ambiguous" not in codes(found.warnings)


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("NIK Sesuai KK", "nik"), ("Nama Siswa (sesuai Ijazah)", "name"), ("Nama Siswa sesuai Akta", "name"),
        ("TanggalLahir", "birth_date"), ("NoKK", "no_kk"), ("TGL/BLN/THN LAHIR", "birth_date"),
        ("TMPT/TGL LAHIR", "birth"),
        ("Tempat, Tanggal Bulan Tahun Lahir", "birth"), ("No.KTP/NIK", "nik"), ("NIK Siswa/i", "nik"), ("Lk/Pr", "sex"),
        ("NAMA SANTRIWATI", "name"), ("KLS/JUR", "class_name"),
        ("NIK Ayah sesuai KK", None), ("Nama Ibu (sesuai KK)", None), ("Tgl/Bln/Thn", None), ("NamaAyah", None),
    ],
)  # fmt: skip
def test_labels_as_schools_write_them(label: str, field: str | None) -> None:
    assert headers.field_of(label) == field


def test_columns_that_ran_together_are_told_as_that(judge: Judge) -> None:
    lines = [";".join(map(str, line)) for line in (HEADER, SITI, BUDI)]
    with pytest.raises(ListError, match="Text to Columns") as refused:
        judge([["DAFTAR SISWA; SMAN 1 JUAI"], *([line] for line in lines)])
    assert refused.value.code == "list-in-one-column"


def test_labels_and_values_in_short(judge: Judge) -> None:
    found = judge(
        [["Nm Siswa", "Tgl Lhr", "JK", "NIS/NISN"], ["Budi Santoso", "2009-01-20", "Laki - Laki", "0091234567"]]
    )
    student = found.entries[0].student
    assert (student.name, student.sex, student.nisn) == ("Budi Santoso", "male", "0091234567")


def test_dapodiks_own_header_is_read_by_both_its_rows() -> None:
    sheet = rosters.dapodik_sheet(
        rosters.generate_students(3, 2, date(2025, 7, 14)), "SMAN 1", "Juai", date(2025, 7, 14)
    )
    cells = [["" if c is None else c for c in [*r, *[None] * (66 - len(r))]] for r in sheet.rows]
    for layout in (headers.find(Table("Daftar Peserta Didik", cells)),):
        assert layout is not None
        assert (layout.header, layout.data, layout.ambiguous) == (4, 6, ())
        at = layout.columns
        assert (at["name"], at["nik"], at["class_name"], at["akta"], at["special_needs"], at["no_kk"]) == (
            1,
            7,
            42,
            49,
            55,
            60,
        )


@pytest.mark.parametrize(
    ("written", "nisn", "said"),
    [
        ("12345/0081234567", "0081234567", False),
        ("0081234567 / 12345", "0081234567", False),
        ("12345\n0081234567", "0081234567", False),
        ("0081234567", "0081234567", False),
        ("-/-", "", False),
        ("", "", False),
        ("12345", "", True),
        (81234567.0, "", True),
        ("0081234567/0081234568", "", True),
    ],
)
def test_nis_and_nisn_in_one_column_are_taken_apart(judge: Judge, written: object, nisn: str, said: bool) -> None:
    for label in ("NIS/NISN", "NISN / NIS", "NIPD/NISN"):
        found = judge([["Nama", "Tanggal Lahir", label], ["Siti Aminah", "2008-12-05", written]])
        assert found.entries[0].student.nisn == nisn
        assert ("nisn-not-apart" in codes(found.warnings)) is said


def test_a_nik_beside_a_parent_is_the_parents(judge: Judge) -> None:
    mother = "6311065203750001"
    for order in ((0, 1, 2, 3), (2, 3, 0, 1)):
        header, cells = ["Nama Ibu", "NIK", "Nama Siswa", "NIK"], ["Ibu B", mother, "Siti Aminah", SITI[5]]
        found = judge(
            [[*(header[n] for n in order), "Tanggal Lahir", "L/P"], [*(cells[n] for n in order), "2008-12-05", "P"]]
        )
        assert found.entries[0].student.nik == SITI[5]
        assert codes(found.warnings) == ["class-missing"]


def test_l_and_p_without_a_heading_of_their_own(judge: Judge) -> None:
    rows = [["Nama", "L", "P", "Tanggal Lahir"], ["Budi Santoso", "v", None, "2009-01-20"]]
    assert judge([*rows, ["Siti Aminah", None, 1, "2008-12-05"]]).entries[1].student.sex == "female"
    header = [["No", "Nama", "JK", None, "TTL", None], [None, None, "L", "P", "Tempat", "Tanggal"]]
    student = judge([*header, [1, "Budi Santoso", 1, None, "Juai", "20 Januari 2009"]]).entries[0].student
    assert (student.sex, student.birth_place, student.birth_date) == ("male", "Juai", date(2009, 1, 20))


def test_niks_beside_parents_alone_are_nobodys_own(judge: Judge) -> None:
    father, mother = "6311061212700001", "6311065212750002"
    header = ["Nama Siswa", "Tanggal Lahir", "L/P", "Nama Ayah", "NIK", "Nama Ibu", "NIK"]
    cells = ["Siti Aminah", "2008-12-05", "P", "Rahmad", father, "Salasiah", mother]
    found = judge([header, cells])
    assert found.entries[0].student.nik == ""
    assert codes(found.warnings).count("nik-columns-of-parents") == 1
    own = judge([[*header[3:], *header[:3], "NIK"], [*cells[3:], *cells[:3], "6311064512080001"]])
    assert own.entries[0].student.nik == "6311064512080001"
    assert "nik-column-ambiguous" not in codes(own.warnings)
