"""What a list may look like, and how each row ends."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from station.roster import findings, lists, nik, schools
from station.roster.students import ListError, SchoolList
from station.roster.tables import Span, Table
from tests.roster.conftest import BUDI, HEADER, SITI, codes

Judge = Callable[..., SchoolList]


def row(**changes: Any) -> list[Any]:
    """Siti's row with some cells changed, by field."""
    at = dict(zip(("no", "name", "sex", "place", "born", "nik", "nisn", "kk", "class_name"), range(9), strict=True))
    cells = list(SITI)
    for field, value in changes.items():
        cells[at[field]] = value
    return cells


def test_a_clean_row_has_nothing_to_say_and_keeps_what_is_needed(judge: Judge) -> None:
    found = judge([HEADER, SITI, BUDI])
    assert (found.warnings, found.rejected, found.skipped) == ((), (), ())
    siti = found.entries[0].student
    assert (siti.name, siti.sex, siti.birth_date, siti.nik) == ("Siti Aminah", "female", date(2008, 12, 5), SITI[5])
    assert (siti.nisn, siti.no_kk, siti.class_name, siti.birth_place) == (SITI[6], SITI[7], "XII IPA 1", "Paringin")
    assert [e.row for e in found.entries] == [2, 3]


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"nik": ""}, "nik-missing", "F"),
        ({"nik": "631106451208001"}, "nik-length", "F"),
        ({"nik": 6311064512080001.0}, "nik-spreadsheet-damaged", "F"),
        ({"nik": "6,31106E+15"}, "nik-spreadsheet-damaged", "F"),
        ({"nik": "2C11JE1234"}, "nik-not-numeric", "F"),
        ({"kk": "6311064512080001"}, "nik-equals-kk", "F"),
        ({"nik": "'6311064512080001"}, "nik-apostrophe", "F"),
        ({"born": "2008-12-06"}, "nik-birth-mismatch", "F"),
        ({"sex": "L"}, "nik-sex-mismatch", "F"),
        ({"kk": 6311061203150002.0}, "kk-spreadsheet-damaged", "H"),
        ({"kk": "12345"}, "kk-length", "H"),
        ({"nisn": 81234567.0}, "nisn-leading-zeros", "G"),
        ({"nisn": "12"}, "nisn-length", "G"),
        ({"name": " Siti\u00a0 Aminah"}, "name-tidied", "B"),
        ({"name": "Siti"}, "name-one-word", "B"),
        ({"name": "Nur'aini Siti"}, "name-characters", "B"),
        ({"sex": "x"}, "sex-unreadable", "C"),
        ({"class_name": datetime(2025, 10, 1)}, "class-became-date", "I"),
        ({"class_name": "10-Jan"}, "class-became-date", "I"),
        ({"sex": ""}, "sex-missing", "C"),
        ({"born": "5-12-08"}, "birth-date-two-digit-year", "E"),
        ({"born": "1990-12-05"}, "birth-date-implausible", "E"),
        ({"class_name": "XII " * 60}, "text-too-long", "I"),
        ({"place": "Paringin " * 3000}, "text-too-long", "D"),
    ],
)
def test_what_is_imported_with_a_warning(judge: Judge, changes: dict[str, Any], code: str, column: str) -> None:
    found = judge([HEADER, row(**changes), BUDI])
    assert len(found.entries) == 2
    assert code in codes(found.warnings)
    warning = next(w for w in found.warnings if w.code == code)
    assert (warning.row, warning.column, warning.sheet) == (2, column, "Sheet1")


@pytest.mark.parametrize("nik", ["", "631106451208001", 6311064512080001.0, "6,31106E+15", "2C11JE1234"])
def test_a_number_that_cannot_be_used_is_not_kept(judge: Judge, nik: object) -> None:
    assert judge([HEADER, row(nik=nik)]).entries[0].student.nik == ""


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"name": ""}, "name-missing", "B"),
        ({"name": "12345"}, "name-missing", "B"),
        ({"name": True}, "name-missing", "B"),
        ({"name": "Siti " * 6000}, "name-too-long", "B"),
        ({"born": ""}, "birth-date-missing", "E"),
        ({"born": "soon"}, "birth-date-unreadable", "E"),
        ({"born": "31/02/2008"}, "birth-date-unreadable", "E"),
        ({"born": "2030-01-01"}, "birth-date-impossible", "E"),
        ({"born": "1901-01-01"}, "birth-date-impossible", "E"),
    ],
)
def test_what_is_rejected(judge: Judge, changes: dict[str, Any], code: str, column: str) -> None:
    found = judge([HEADER, row(**changes), BUDI])
    assert [(r.code, r.row, r.column) for r in found.rejected] == [(code, 2, column)]
    assert [e.student.name for e in found.entries] == ["Budi Santoso"]


def test_a_mismatch_never_changes_the_nik(judge: Judge) -> None:
    found = judge([HEADER, row(born="2008-12-06", sex="L")])
    assert found.entries[0].student.nik == SITI[5]


def test_no_message_repeats_a_number_or_a_name(judge: Judge) -> None:
    rows = [
        HEADER,
        row(kk=SITI[5]),
        row(name="Siti Aminah", nik=6311064512080001.0, kk="63110612031500021", nisn=81234567),
        row(name="Ahmad Fauzi", born="never", nik="6311064512080001x"),
        row(name="Ahmad  Rizki", nik="'6311 0645 1208 0001"),
    ]
    found = judge(rows)
    said = " ".join(f.message for f in (*found.warnings, *found.rejected, *found.skipped))
    assert said
    for secret in ("6311064512080001", "631106", "81234567", "Siti", "Ahmad", "never"):
        assert secret not in said


def test_text_numbers_that_all_end_in_zero_went_through_a_spreadsheet(judge: Judge) -> None:
    people = [row(name=f"Siti {n}", nik=f"63110645120800{n}0", nisn=f"008123456{n}", kk="") for n in range(1, 6)]
    found = judge([HEADER, *people])
    assert codes(found.warnings).count("nik-spreadsheet-damaged") == 5
    assert all(e.student.nik == "" for e in found.entries)
    others = [row(name=f"Siti {n}", nik=f"63110645120800{n}{n}", nisn=f"008123456{n}", kk="") for n in range(1, 6)]
    clean = judge([HEADER, row(name="Siti Nol", nik="6311064512080010", nisn="0081234599"), *others])
    assert "nik-spreadsheet-damaged" not in codes(clean.warnings)


def test_a_row_that_stands_twice_is_taken_once(judge: Judge) -> None:
    found = judge([HEADER, SITI, BUDI, SITI])
    assert [(r.code, r.row) for r in found.rejected] == [("duplicate-in-file", 4)]
    assert "row 2" in found.rejected[0].message
    assert len(found.entries) == 2


def test_one_nik_for_two_people_is_kept_for_neither(judge: Judge) -> None:
    found = judge([HEADER, SITI, row(name="Ahmad Fauzi", nisn="0081111111")])
    assert [(w.code, w.row) for w in found.warnings if w.code == "nik-twice-in-file"] == [
        ("nik-twice-in-file", 2),
        ("nik-twice-in-file", 3),
    ]
    assert [e.student.nik for e in found.entries] == ["", ""]


def test_namesakes_in_two_classes_and_in_one_are_two_people(judge: Judge) -> None:
    other = row(nik="", nisn="", class_name="XII IPA 2")
    found = judge([HEADER, row(nik="", nisn=""), other])
    assert len(found.entries) == 2
    classmates = judge([HEADER, SITI, row(nik="6311064512080002", nisn="0081234568")])
    assert len(classmates.entries) == 2
    assert "namesake" in codes(classmates.warnings)


def test_titles_numbering_blank_rows_footers_and_signatures_are_no_students(judge: Judge) -> None:
    rows = [
        ["DAFTAR SISWA KELAS XII IPA 3"],
        ["SMA NEGERI 1 HALONG TAHUN PELAJARAN 2025/2026"],
        [],
        HEADER[:-1],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"],
        SITI[:-1],
        [],
        BUDI[:-1],
        [3],
        [],
        ["Jumlah", 2],
        [None, "Laki-laki : 1"],
        [None, None, None, None, "Halong, 14 Juli 2025"],
        [None, None, None, None, "Mengetahui,"],
        [None, "Kepala Sekolah"],
        [None, "Drs. H. Abdul Hadi, M.Pd"],
        [None, "NIP. 197001011995031002"],
    ]
    found = judge(rows)
    assert [e.row for e in found.entries] == [6, 8]
    assert found.rejected == ()
    assert found.warnings == ()
    assert [school.name for school in found.schools] == ["SMA NEGERI 1 HALONG"]
    assert {e.student.class_name for e in found.entries} == {"XII IPA 3"}
    assert {f.code for f in found.skipped} == {"row-not-a-student"}
    assert [f.row for f in found.skipped] == [11, 12, 13, 14, 15, 16, 17]


def test_an_incomplete_last_student_is_rejected_and_not_taken_for_a_signature(judge: Judge) -> None:
    found = judge([HEADER, SITI, [2, "Budi Santoso"]])
    assert [(r.code, r.row) for r in found.rejected] == [("birth-date-missing", 3)]


def test_without_numbers_too_an_incomplete_student_is_rejected(judge: Judge) -> None:
    short = ["Nama", "Tanggal Lahir", "Kelas"]
    lines = [
        ["Siti Aminah", "2008-12-05", "Ulya A"],
        ["Budi Santoso", "belum ada", "Ulya A"],
        ["Ahmad Fauzi", "", "XI"],
    ]
    signed = [["Mengetahui", "", ""], ["Kepala Sekolah", "", "Wali Kelas"], ["Drs. H. Abdul Hadi", "", "Siti, S.Pd"]]
    found = judge([short, *lines, *signed])
    assert [(r.code, r.row, r.column) for r in found.rejected] == [
        ("birth-date-unreadable", 3, "B"),
        ("birth-date-missing", 4, "B"),
    ]
    assert [s.row for s in found.skipped] == [5, 6, 7]
    nobody = judge([short, *lines[1:]])
    assert (nobody.entries, len(nobody.rejected)) == ((), 1)


@pytest.mark.parametrize("name", ["Sumber Rejeki", "Ket Wijaya", "Catatan Baik"])
def test_a_name_that_begins_like_a_footer_is_a_name_beside_a_birth_date(judge: Judge, name: str) -> None:
    short = ["Nama", "Tanggal Lahir", "Kelas"]
    found = judge([short, [name, "2008-12-05", "XI"], ["Budi Santoso", "2009-01-20", "XI"], [name, "2008-12-06", "XI"]])
    assert [e.row for e in found.entries] == [2, 3, 4]
    signed = judge([short, ["Budi Santoso", "2009-01-20", "XI"], ["Dicetak", "14 Juli 2025", ""]])
    assert [s.row for s in signed.skipped] == [3]


def test_a_header_on_each_page_is_left_out(judge: Judge) -> None:
    found = judge([HEADER, SITI, HEADER, BUDI])
    assert [e.row for e in found.entries] == [2, 4]
    assert [(s.code, s.row) for s in found.skipped] == [("row-header-again", 3)]


def test_classes_as_lines_between_the_rows(judge: Judge) -> None:
    short = HEADER[:-1]
    found = judge([short, ["Kelas : X 1"], SITI[:-1], ["Kelas : X 2"], BUDI[:-1]])
    assert [e.student.class_name for e in found.entries] == ["X 1", "X 2"]


def test_a_class_in_a_merged_cell_holds_for_its_rows(judge: Judge) -> None:
    rows = [HEADER, SITI, [*BUDI[:-1], None]]
    found = judge(rows, merged=[Span(1, 8, 2, 8)])
    assert [e.student.class_name for e in found.entries] == ["XII IPA 1", "XII IPA 1"]


def test_a_merged_range_may_reach_below_all_that_is_written(judge: Judge) -> None:
    spans = [Span(2, 8, 9, 8), Span(5, 8, 7, 8), Span(3, 8, 3, 9)]
    assert len(judge([HEADER, SITI, BUDI], merged=spans).entries) == 2


@pytest.mark.parametrize(
    ("written", "rt", "rw"),
    [("002/003", "002", "003"), ("RT 03 RW 02", "03", "02"), (datetime(2025, 2, 1), "", ""), ("2-Mar", "", "")],
)
def test_rt_and_rw_are_read_or_it_is_said(judge: Judge, written: object, rt: str, rw: str) -> None:
    found = judge([[*HEADER, "RT/RW"], [*SITI, written]])
    assert (found.entries[0].student.rt, found.entries[0].student.rw) == (rt, rw)
    assert [(w.code, w.column) for w in found.warnings] == ([] if rt else [("rt-rw-unreadable", "J")])
    apart = judge([[*HEADER, "RT", "RW"], [*SITI, datetime(2025, 2, 1), "003"]])
    assert (apart.entries[0].student.rt, codes(apart.warnings)) == ("", ["rt-rw-unreadable"])


@pytest.mark.parametrize(("sheet", "expected"), [("XII IPA 2", "XII IPA 2"), ("Kelas XI-3", "XI-3"), ("Sheet1", "")])
def test_the_sheets_name_may_be_the_class(judge: Judge, sheet: str, expected: str) -> None:
    found = judge([HEADER[:-1], SITI[:-1]], name=sheet)
    assert found.entries[0].student.class_name == expected
    assert codes(found.warnings) == ([] if expected else ["class-missing"])


def test_month_first_dates_make_the_others_doubtful(judge: Judge) -> None:
    rows = [HEADER, row(born="12/25/2008", nik=""), row(name="Budi Santoso", born="03/04/2008", nik="", nisn="")]
    found = judge(rows)
    assert [w.row for w in found.warnings if w.code == "birth-date-month-first"] == [2]
    assert [w.row for w in found.warnings if w.code == "birth-date-ambiguous"] == [3]
    plain = judge([HEADER, row(born="05/12/2008")])
    assert plain.warnings == ()


@pytest.mark.parametrize(
    ("lines", "school", "npsn"),
    [
        ([["Nama Sekolah", ":", "SMAN 1 Awayan"], ["NPSN", ":", "30301234"]], "SMAN 1 Awayan", "30301234"),
        ([["DATA SISWA MAN 2 BALANGAN KELAS XII"]], "MAN 2 BALANGAN", ""),
        ([["Daftar Calon Pemula"], ["Pondok Pesantren Darul Huda, Kec. Juai"]], "Pondok Pesantren Darul Huda", ""),
        ([["Sekolah : SMK Negeri 1 Batu Mandi"]], "SMK Negeri 1 Batu Mandi", ""),
        ([["PEMERINTAH KABUPATEN BALANGAN"], ["Daftar siswa"]], "", ""),
    ],
)
def test_the_school_above_the_list(judge: Judge, lines: list[list[str]], school: str, npsn: str) -> None:
    (found,) = judge([*lines, HEADER, SITI]).schools
    assert (found.name, found.npsn) == (school, npsn)


def test_a_column_may_say_the_school_of_each_row(judge: Judge) -> None:
    found = judge([[*HEADER, "Nama Sekolah"], [*SITI, "SMAN 1 Juai"], [*BUDI, "SMAN 1 Awayan"]])
    assert [found.schools[e.school].name for e in found.entries] == ["SMAN 1 Juai", "SMAN 1 Awayan"]


def test_an_attendance_sheet_beside_the_list_is_left_alone(today: date) -> None:
    def table(name: str, rows: list[list[Any]], *, hidden: bool = False) -> Table:
        return Table(name, rows, hidden=hidden)

    sheets = [
        table("Petunjuk", [["Isi dengan huruf kapital"]]),
        table("Absen", [["No", "Nama", "Tanda Tangan"], [1, "Siti Aminah", ""]]),
        table("Lama", [HEADER, SITI], hidden=True),
        table("XII IPA 1", [HEADER, SITI]),
        table("XII IPA 2", [HEADER, BUDI]),
    ]
    found = lists.read(sheets, today, "x.xlsx")
    assert [(e.sheet, e.row) for e in found.entries] == [("XII IPA 1", 2), ("XII IPA 2", 2)]
    assert [(w.sheet, w.code) for w in found.warnings] == [
        ("Absen", "sheet-without-birth-dates"),
        ("Lama", "sheet-hidden"),
    ]


def test_a_sheet_with_cells_and_no_header_is_said(today: date) -> None:
    sheets = [
        Table("XI A", [HEADER, SITI]),
        Table("XI B", [BUDI, BUDI], first_row=3),
        Table("Petunjuk", [["Isi semua", ""]]),
    ]
    found = lists.read(sheets, today, "x.xlsx")
    assert [(w.sheet, w.row, w.code) for w in found.warnings] == [("XI B", 3, "sheet-without-header")]
    assert "none of its 2 rows" in found.warnings[0].message


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([["hello", "world"], ["1", "2"]], "no-list"),
        ([HEADER], "list-empty"),
        ([HEADER, ["Jumlah", 0]], "list-empty"),
        ([["No", "Nama", "NIK"], [1, "Siti Aminah", SITI[5]]], "list-without-birth-dates"),
    ],
)
def test_what_is_no_list_of_people_with_birth_dates(judge: Judge, rows: list[list[Any]], code: str) -> None:
    with pytest.raises(ListError) as error:
        judge(rows)
    assert error.value.code == code


def test_every_code_that_can_be_given_has_a_text_and_every_text_a_code() -> None:
    """Codes are put together from parts in places; a text without a code would be a promise nobody keeps."""
    folder = Path(findings.__file__).parent
    source = "".join(path.read_text() for path in folder.glob("*.py") if path.name != "findings.py")
    composed = {f"{prefix}-{end}" for prefix in ("nik", "kk") for end in (*nik.Damage, *nik.Tidied)} - {"kk-missing"}
    composed |= {f"{field}-column-ambiguous" for field in ("nik", "name", "birth-date")}
    for code in findings.MESSAGES:
        assert code in composed or f'"{code}"' in source, code
    assert composed <= findings.MESSAGES.keys()
    literal = set(re.findall(r'"((?:nik|kk|nisn|name|birth-date|sex|class|school|sheet|row|text)-[a-z0-9-]+)"', source))
    assert literal - {"birth-date-either-way"} <= findings.MESSAGES.keys()


SHORT = ["Nama", "Tanggal Lahir", "L/P"]
AHMAD = ["Ahmad Fauzi", "2008-12-05", "L"]


@pytest.mark.parametrize(
    ("header", "cells", "class_name"),
    [
        (["Kelas", "Rombel"], ["XI", "IPA 1"], "XI IPA 1"),
        (["Tingkat", "Jurusan", "Kelas"], ["XI", "TKJ", "1"], "XI TKJ 1"),
        (["Kelas", "Jurusan"], ["XI", "TKR 2"], "XI TKR 2"),
        (["Kelas", "Rombel"], [10.0, 1.0], "10 1"),
        (["Tingkat", "Kelas"], [11.0, 7.0], "11 7"),
    ],
)
def test_a_class_in_several_columns_is_put_together(
    judge: Judge, header: list[str], cells: list[Any], class_name: str
) -> None:
    found = judge([[*SHORT, *header], [*AHMAD, *cells]])
    assert found.entries[0].student.class_name == class_name
    assert "class-composed" in codes(found.warnings)


@pytest.mark.parametrize(
    ("header", "cells", "class_name"),
    [
        (["Kelas", "Rombel"], ["10", "X-1"], "X-1"),
        (["Kelas", "Rombel"], ["XI", "XI IPA 1"], "XI IPA 1"),
        (["Kelas", "Jurusan"], ["XI TKJ 1", "TKJ"], "XI TKJ 1"),
        (["Kelas", "Jurusan"], ["XI-1", ""], "XI-1"),
    ],
)
def test_a_class_that_is_whole_stays_so(judge: Judge, header: list[str], cells: list[Any], class_name: str) -> None:
    found = judge([[*SHORT, *header], [*AHMAD, *cells]])
    assert (found.entries[0].student.class_name, "class-composed" in codes(found.warnings)) == (class_name, False)


def test_a_row_without_a_class_among_others_is_said(judge: Judge) -> None:
    found = judge([[*SHORT, "Kelas"], [*AHMAD, "XI A"], ["Budi Santoso", "2009-01-20", "L", ""]])
    assert [(w.row, w.column) for w in found.warnings if w.code == "class-missing-here"] == [(3, "D")]
    number = judge([[*SHORT, "Kelas"], [*AHMAD, 11.1]])
    assert ("class-is-number", 2, "D") in [(w.code, w.row, w.column) for w in number.warnings]


def test_a_class_spelt_out_above_the_list(judge: Judge) -> None:
    found = judge([["DAFTAR NAMA SISWA KELAS XI (SEBELAS) IPA 1"], SHORT, AHMAD])
    assert found.entries[0].student.class_name == "XI IPA 1"


def test_a_place_before_the_date_in_a_date_column_is_taken_and_said(judge: Judge) -> None:
    found = judge([SHORT, ["Ahmad Fauzi", "Paringin, 5 Desember 2008", "L"]])
    student = found.entries[0].student
    assert (student.birth_place, student.birth_date) == ("Paringin", date(2008, 12, 5))
    assert ("birth-date-with-place", 2, "B") in [(w.code, w.row, w.column) for w in found.warnings]


def test_a_label_broken_over_two_rows_is_one(judge: Judge) -> None:
    header = [["No", "Nama", "Tempat dan", "L/P"], [None, None, "Tanggal Lahir", None]]
    found = judge([*header, [1, "Ahmad Fauzi", "Paringin, 5 Desember 2008", "L"]])
    assert (found.entries[0].student.birth_place, found.rejected) == ("Paringin", ())


@pytest.mark.parametrize(
    ("written", "sex"), [("laki2", "male"), ("Lelaki", "male"), ("W", "female"), ("Prp.", "female")]
)
def test_sexes_in_short(judge: Judge, written: str, sex: str) -> None:
    assert judge([SHORT, ["Ahmad Fauzi", "2008-12-05", written]]).entries[0].student.sex == sex


def test_a_class_in_several_spellings_is_said(judge: Judge) -> None:
    rows = [["Ahmad Fauzi", "XI IPA 1"], ["Budi Santoso", "XI  IPA\n1"], ["Siti Aminah", "XI-IPA-1"]]
    found = judge([[*SHORT, "Kelas"], *([name, "2008-12-05", "L", class_name] for name, class_name in rows)])
    assert [e.student.class_name for e in found.entries] == ["XI IPA 1", "XI IPA 1", "XI-IPA-1"]
    assert [(w.row, w.column) for w in found.warnings if w.code == "class-spellings"] == [(4, "D")]


def test_a_nik_in_the_wrong_column_is_not_repeated_either(judge: Judge) -> None:
    rows = [[*AHMAD, "6311064512080001"], ["Budi Santoso", "2008-12-05", "L", "6311064512080001 "], [*AHMAD, "X"]]
    spaced = ["Siti Aminah", "2008-12-05", "P", "6311064512080001."]
    said = " ".join(w.message for w in judge([[*SHORT, "Kelas"], *rows, spaced]).warnings)
    assert "several ways" in said
    assert "631106451208" not in said


def test_no_text_takes_long_to_be_no_class_school_or_date(judge: Judge) -> None:
    texts = [
        f"11.0 2008-05-12 {'Ahmad 1.0 XI A ' * 4}!",
        "X" + "1a" * 200 + "!",
        "Kec. " * 500,
        "a," * 5000,
        "." * 5000,
    ]
    start = time.process_time()
    for text in texts:
        with contextlib.suppress(ListError):
            judge([[text], [text], SHORT, [text], [None, text], ["Ahmad", text, text], AHMAD], name=text[:31])
        schools.key(text)
        schools.parse(text)
    assert time.process_time() - start < 2
