"""Several tables in one sheet, and what stands below a table: every student is read, once, with his own class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from station.roster import headers
from station.roster.students import SchoolList
from station.roster.tables import Table
from tests.roster.conftest import codes

Judge = Callable[..., SchoolList]

SCHOOL = ["SMAN 1 PARINGIN"]
HEADER = ["No", "Nama", "Tanggal Lahir", "L/P", "NIK"]
AHMAD = [1, "Ahmad Fauzi", "2008-05-12", "L", "6311061205080001"]
BUDI = [2, "Budi Santoso", "2008-05-13", "L", "6311061305080002"]
CICI = [1, "Cici Dewi", "2008-05-14", "P", "6311065405080003"]
DEWI = [2, "Dewi Sri", "2008-05-15", "P", "6311065505080004"]


def read(found: SchoolList) -> list[tuple[int, str, str, str]]:
    return [(e.row, e.column, e.student.name, e.student.class_name) for e in found.entries]


BOTH = [(4, "B", "Ahmad Fauzi", "XI A"), (5, "B", "Budi Santoso", "XI A")]


def test_a_table_a_class_below_each_other(judge: Judge) -> None:
    found = judge([SCHOOL, ["Kelas XI A"], HEADER, AHMAD, BUDI, [], ["Kelas XI B"], HEADER, CICI])
    assert read(found) == [*BOTH, (9, "B", "Cici Dewi", "XI B")]
    assert (found.warnings, found.rejected, codes(found.skipped)) == ((), (), ["row-header-again"])
    # A class that is not said is not that of the table above; on the next page of one table it is.
    page = judge([SCHOOL, ["Kelas XI A"], HEADER, AHMAD, BUDI, HEADER, CICI])
    assert [e.student.class_name for e in page.entries] == ["XI A"] * 3


def test_a_table_below_may_have_other_columns(judge: Judge) -> None:
    below = [
        ["DAFTAR SISWA KELAS XI B"],
        ["No", "NIK", "Nama Siswa", "JK", "Tgl Lahir"],
        [1, CICI[4], CICI[1], "P", CICI[2]],
    ]
    found = judge([SCHOOL, ["Kelas XI A"], HEADER, AHMAD, BUDI, ["Jumlah", 2], *below])
    assert read(found) == [*BOTH, (9, "C", "Cici Dewi", "XI B")]
    assert [(e.student.nik, str(e.student.birth_date)) for e in found.entries][2] == (CICI[4], "2008-05-14")
    assert [(w.code, w.row, w.column) for w in found.warnings] == [("table-below", 8, "A")]
    untitled = judge([SCHOOL, ["Kelas XI A"], HEADER, AHMAD, ["Jumlah", 1], *below[1:]])
    assert untitled.entries[1].student.class_name == ""
    assert "class-missing" in codes(untitled.warnings)


def test_a_wider_table_lower_down_does_not_hide_the_first(judge: Judge) -> None:
    found = judge([["Nama", "Tanggal Lahir"], ["Ahmad Fauzi", "2008-05-12"], [], ["SMAN 2 JUAI"], HEADER, BUDI])
    assert [e.student.name for e in found.entries] == ["Ahmad Fauzi", "Budi Santoso"]
    assert [found.schools[e.school].name for e in found.entries] == ["", "SMAN 2 JUAI"]


def test_another_school_below_is_another_school(judge: Judge) -> None:
    found = judge([SCHOOL, ["Kelas XI A"], HEADER, AHMAD, [], ["SMAN 1 HALONG"], ["Kelas XI A"], HEADER, BUDI])
    assert [found.schools[e.school].name for e in found.entries] == ["SMAN 1 PARINGIN", "SMAN 1 HALONG"]
    places = [
        [SCHOOL, [place], HEADER, row] for place, row in (("Kecamatan : Juai", AHMAD), ("Kecamatan : Awayan", BUDI))
    ]
    namesakes = judge([*places[0], *places[1]])
    assert [namesakes.schools[e.school].district for e in namesakes.entries] == ["Juai", "Awayan"]
    numbered = judge([SCHOOL, HEADER, AHMAD, ["SMAN 1 HALONG"], ["NPSN : 30301234"], HEADER, BUDI])
    assert [numbered.schools[e.school].npsn for e in numbered.entries] == ["", "30301234"]


def test_a_header_of_two_rows_on_each_page(judge: Judge) -> None:
    header = [["No", "Nama", "Kelahiran", None, "NIK"], [None, None, "Tempat", "Tanggal", None]]
    rows = [[1, "Ahmad Fauzi", "Juai", "2008-05-12", ""], [2, "Budi Santoso", "Halong", "2008-05-13", ""]]
    found = judge([["Kelas XI A"], *header, rows[0], *header, rows[1]])
    assert [(e.student.birth_place, e.student.class_name) for e in found.entries] == [
        ("Juai", "XI A"),
        ("Halong", "XI A"),
    ]
    assert [(s.row, s.code) for s in found.skipped] == [(5, "row-header-again"), (6, "row-header-again")]


def test_tables_side_by_side(judge: Judge) -> None:
    classes: list[Any] = ["XI A", *[None] * 5, "XI B"]
    total = ["Jumlah: 2", *[None] * 5, "Jumlah: 3"]
    longer = [*[None] * 6, 3, "Eka Putri", "2008-06-01", "P", ""]
    rows = [SCHOOL, classes, [*HEADER, None, *HEADER], [*AHMAD, None, *CICI], [*BUDI, None, *DEWI], longer, total]
    found = judge(rows)
    right = [(4, "H", "Cici Dewi", "XI B"), (5, "H", "Dewi Sri", "XI B"), (6, "H", "Eka Putri", "XI B")]
    assert read(found) == [*BOTH, *right]
    assert [(w.code, w.row, w.column) for w in found.warnings if w.code.startswith("table")] == [
        ("table-beside", 3, "G")
    ]
    assert (found.rejected, [s.row for s in found.skipped]) == ((), [7, 7])
    one_title = judge([SCHOOL, ["Kelas XI A"], *rows[2:]])
    assert {e.student.class_name for e in one_title.entries} == {"XI A"}


def test_a_table_to_the_right_may_begin_lower(judge: Judge) -> None:
    gap: list[Any] = [None] * 6
    found = judge([["Kelas XI A"], HEADER, AHMAD, [*BUDI, None, *HEADER], [*gap, *CICI], [*gap, *DEWI]])
    assert [(row, column) for row, column, *_ in read(found)] == [(3, "B"), (4, "B"), (5, "H"), (6, "H")]
    assert "table-beside" in codes(found.warnings)


def test_columns_of_a_parent_are_no_second_table(judge: Judge) -> None:
    header = ["Nama Siswa", "Tanggal Lahir", "NIK", "Nama", "Tanggal Lahir", "NIK"]
    found = judge([header, ["Ahmad Fauzi", "2008-05-12", AHMAD[4], "Ayah", "1970-01-01", "6311060101700001"]])
    assert [e.student.name for e in found.entries] == ["Ahmad Fauzi"]
    assert "name-column-ambiguous" in codes(found.warnings)


def test_a_table_of_others_below_is_not_read_and_that_is_said(judge: Judge) -> None:
    team = [["No", "Nama", "Jabatan"], [1, "Drs. Hadi", "Wali Kelas"], [2, "Siti, S.Pd", "BK"]]
    found = judge([SCHOOL, ["Kelas XI A"], HEADER, AHMAD, BUDI, [], *team])
    assert read(found) == BOTH
    (said,) = found.warnings
    assert (said.code, said.row, found.rejected) == ("sheet-without-birth-dates", 7, ())
    assert "its 2 rows" in said.message


FOOTERS: dict[str, list[list[Any]]] = {
    "recapitulation": [["Rekapitulasi"], ["Kelas", "L", "P", "Jumlah"], ["XI A", 2, 0, 2], ["Total", 2, 2, 4]],
    "sums": [[None, "Jumlah siswa: 2"], [None, "Jml L: 2"], [None, "L = 2, P = 0"], [None, "Laki-laki", None, 2]],
    "notes": [[None, "Catatan: data per 1 Agustus 2025"], [None, "*) belum punya NIK"], ["Sumber: Dapodik"]],
    "two signatures": [
        [None, "Mengetahui", None, "Paringin, 1 Agustus 2025"],
        [None, "Kepala SMAN 1 Paringin", "Wali Kelas XI A"],
        [None, "Drs. HADI", "SITI AMINAH, S.Pd"],
        [None, "NIP 19700101 199503 1 002", "NIP 19850101 201001 2 003"],
    ],
    "signature under the dates": [
        [None, None, "Paringin, 01 Agustus 2025"],
        [None, None, "Kepala Sekolah,"],
        [None, None, "Drs. H. ABDUL HADI, M.Pd"],
        [None, None, "NIP. 197001011995031002"],
        [None, None, "Pembina Tk. I"],
    ],
    "signature with its number under the NIKs": [
        [None, "Wali Kelas,"],
        [None, "Siti Aminah, S.Pd.", None, None, "NIP. 198501012010012003"],
    ],
}


@pytest.mark.parametrize("below", FOOTERS)
def test_what_stands_below_a_list_is_left_out_and_said(judge: Judge, below: str) -> None:
    found = judge([SCHOOL, ["Kelas XI A"], HEADER, AHMAD, BUDI, [], *FOOTERS[below]])
    assert read(found) == BOTH
    assert found.rejected == ()
    assert [s.row for s in found.skipped] == list(range(7, 7 + len(FOOTERS[below])))


def test_remarks_between_the_students_are_left_out(judge: Judge) -> None:
    remarks = [[None, "(pindah ke SMAN 2)"], [None, "Siswa keluar:"]]
    found = judge([SCHOOL, ["Kelas XI A"], HEADER, AHMAD, remarks[0], remarks[1], BUDI])
    assert (len(found.entries), found.rejected, [s.row for s in found.skipped]) == (2, (), [5, 6])
    incomplete = judge([SCHOOL, ["Kelas XI A"], HEADER, AHMAD, [None, "Eko Prasetyo"], BUDI])
    assert [r.row for r in incomplete.rejected] == [5]


def test_lines_that_are_just_a_class(judge: Judge) -> None:
    found = judge([SCHOOL, HEADER, ["XI IPA 1"], AHMAD, [None, "XI IPA 2"], CICI, ["7"], DEWI])
    assert [e.student.class_name for e in found.entries] == ["XI IPA 1", "XI IPA 2", "XI IPA 2"]


def test_a_lower_header_of_a_text_file_may_be_wider(tmp_path: Path, read_file: Callable[[Path], SchoolList]) -> None:
    path = tmp_path / "kelas.csv"
    path.write_text(
        "No;Nama;Tanggal Lahir\n1;Ahmad Fauzi;2008-05-12\n"
        "No;Nama;Tanggal Lahir;Kelas;L/P\n1;Cici Dewi;2008-05-14;XI B;P\n"
    )
    found = read_file(path)
    assert [(e.row, e.student.name, e.student.class_name) for e in found.entries] == [
        (2, "Ahmad Fauzi", ""),
        (4, "Cici Dewi", "XI B"),
    ]


@pytest.mark.parametrize(
    ("name", "as_sheet", "as_file"),
    [
        ("XI IPA 1", "XI IPA 1", "XI IPA 1"),
        ("Kelas XI-3", "XI-3", "XI-3"),
        ("XII TKJ 2 TA 2025_2026", "XII TKJ 2", "XII TKJ 2"),
        ("10A", "10A", "10A"),
        ("kelas 10", "10", "10"),
        ("10-1", "10-1", ""),
        ("11-2025", "", ""),
        ("11-12-2025", "", ""),
        ("12-08", "", ""),
        ("11", "", ""),
        ("11 Nov 2025", "", ""),
        ("X data siswa", "", ""),
    ],
)
def test_a_name_is_a_class_only_where_it_reads_as_one(
    judge: Judge, read_file: Callable[[Path], SchoolList], tmp_path: Path, name: str, as_sheet: str, as_file: str
) -> None:
    assert judge([HEADER, AHMAD], name=name).entries[0].student.class_name == as_sheet
    path = tmp_path / f"{name}.csv"
    path.write_text("Nama;Tanggal Lahir\nAhmad Fauzi;2008-05-12\n")
    assert read_file(path).entries[0].student.class_name == as_file


def test_no_header_is_looked_for_in_blank_rows(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    at = headers.at

    def watched(table: Table, top: int) -> headers.Layout | None:
        asked.append(top)
        return at(table, top)

    monkeypatch.setattr(headers, "at", watched)
    found = judge([HEADER, AHMAD, *[[""]] * 500, BUDI, [""], HEADER, CICI])
    assert [entry.row for entry in found.entries] == [2, 503, 506]
    assert asked == [504]
