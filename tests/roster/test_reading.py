"""Files of every kind: what Dapodik writes, what people make of it, and what is no list at all."""

from __future__ import annotations

import io
import os
import resource
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdfTable
from odf.table import TableCell, TableRow
from odf.text import P

from station.bench import rosters, workbooks
from station.bench.rosters import SyntheticStudent
from station.roster import reading
from station.roster.nik import Sex
from station.roster.students import ListError, SchoolList, Student

ReadFile = Callable[[Path], SchoolList]
TODAY = date(2025, 7, 14)


@pytest.fixture(scope="module")
def people() -> list[SyntheticStudent]:
    return rosters.generate_students(7, 12, TODAY)


@pytest.fixture
def dapodik(tmp_path: Path, people: list[SyntheticStudent]) -> Path:
    path = tmp_path / "daftar_pd.xlsx"
    rosters.write_dapodik(path, people)
    return path


def expected(person: SyntheticStudent) -> Student:
    return Student(
        name=person.name,
        birth_date=person.birth_date,
        sex=Sex.MALE if person.sex == "L" else Sex.FEMALE,
        birth_place=person.birth_place,
        nik=person.nik,
        nisn=person.nisn,
        no_kk=person.no_kk,
        street=person.street,
        rt=person.rt,
        rw=person.rw,
        village=person.village,
        district=person.district,
        class_name=person.class_name,
        akta=person.akta,
        special_needs=person.special_needs,
    )


def students(found: SchoolList) -> list[Student]:
    return [entry.student for entry in found.entries]


def test_dapodik_as_it_writes(dapodik: Path, people: list[SyntheticStudent]) -> None:
    found = reading.read(dapodik, TODAY)
    assert found.file == "daftar_pd.xlsx"
    assert students(found.list) == [expected(person) for person in people]
    assert [e.row for e in found.list.entries] == list(range(7, 19))
    assert [school.name for school in found.list.schools] == ["SMAN 1 PARINGIN"]
    assert (found.list.rejected, found.list.skipped) == ((), ())
    assert [(w.row, w.column, w.code) for w in found.list.warnings] == [
        (8, "H", "nik-missing"),
        (10, "B", "name-one-word"),
        (11, "B", "name-characters"),
    ]


def test_the_same_saved_again_by_a_spreadsheet(
    dapodik: Path, people: list[SyntheticStudent], read_file: ReadFile
) -> None:
    """Dates become date cells, merges go, the last row of a number column is typed again."""
    book = openpyxl.load_workbook(dapodik)
    sheet = book.active
    for span in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(span))
    for row in range(7, 19):
        sheet.cell(row, 7).value = datetime.fromisoformat(sheet.cell(row, 7).value)
        sheet.cell(row, 5).value = int(sheet.cell(row, 5).value)
    sheet.cell(9, 8).value = int(sheet.cell(9, 8).value)
    sheet.cell(10, 7).value = 39787
    book.save(dapodik)
    found = read_file(dapodik)
    assert [s.nisn for s in students(found)] == [p.nisn for p in people]
    assert [s.birth_date for s in students(found)][:3] == [p.birth_date for p in people][:3]
    assert students(found)[3].birth_date == date(2008, 12, 5)
    said = {(w.row, w.code) for w in found.warnings}
    assert (9, "nik-spreadsheet-damaged") in said
    assert students(found)[2].nik == ""
    assert students(found)[4].nik == people[4].nik
    assert sum(code == "nisn-leading-zeros" for _, code in said) == 12


def test_dapodik_with_its_columns_in_another_order(
    dapodik: Path, people: list[SyntheticStudent], read_file: ReadFile, tmp_path: Path
) -> None:
    sheet = rosters.dapodik_sheet(people, "SMAN 1 PARINGIN", "Paringin", TODAY)
    order = [*range(42, 66), *range(24, 42), *reversed(range(24))]
    rows = list(sheet.rows[:4])
    rows += [[([*row, *[None] * 66][n]) for n in order] for row in sheet.rows[4:]]
    path = tmp_path / "shuffled.xlsx"
    workbooks.write(path, [workbooks.Sheet("Daftar Peserta Didik", rows)])
    assert students(read_file(path)) == [expected(person) for person in people]


def test_rows_and_columns_are_counted_from_the_sheets_corner(tmp_path: Path, read_file: ReadFile) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for at, row in enumerate((["Nama", "Tanggal Lahir", "NIK"], ["Siti Aminah", "2008-12-05", ""]), start=6):
        for column, value in enumerate(row, start=4):
            sheet.cell(at, column).value = value
    path = tmp_path / "offset.xlsx"
    book.save(path)
    assert ("nik-missing", 7, "F") in [(w.code, w.row, w.column) for w in read_file(path).warnings]


HAND = [
    ["DAFTAR SISWA SMAS DARUL HUDA"],
    [],
    ["No", "Nama Lengkap", "L/P", "Tempat, Tanggal Lahir", "NIK Siswa", "Kelas"],
    ["1", "Siti Aminah", "P", "Paringin, 5 Desember 2008", "6311064512080001", "XII IPA 1"],
    ["2", "Budi Santoso", "L", "Batu Mandi, 20 Jan 2009", "6311022001090002", "XII IPA 1"],
]
HAND_NAMES = [("Siti Aminah", date(2008, 12, 5)), ("Budi Santoso", date(2009, 1, 20))]


def check_hand(found: SchoolList) -> None:
    assert [(s.name, s.birth_date) for s in students(found)] == HAND_NAMES
    assert [s.birth_place for s in students(found)] == ["Paringin", "Batu Mandi"]
    assert [s.nik for s in students(found)] == ["6311064512080001", "6311022001090002"]
    assert [e.row for e in found.entries] == [4, 5]
    assert [school.name for school in found.schools] == ["SMAS DARUL HUDA"]
    assert found.warnings == ()


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_by_hand(tmp_path: Path, read_file: ReadFile, delimiter: str, encoding: str) -> None:
    def cell(value: str) -> str:
        return f'"{value}"' if delimiter in value else value

    text = "\r\n".join(delimiter.join(map(cell, row)) for row in HAND)
    path = tmp_path / "daftar.csv"
    path.write_bytes(text.encode(encoding))
    check_hand(read_file(path))


def test_windows_letters_are_letters(tmp_path: Path, read_file: ReadFile) -> None:
    path = tmp_path / "daftar.csv"
    path.write_bytes("Nama;Tanggal Lahir\r\nJosé Ma’ruf;2008-12-05\r\n".encode("cp1252"))
    assert students(read_file(path))[0].name == "José Ma’ruf"


def test_excels_own_hint_at_the_delimiter_is_no_row(tmp_path: Path, read_file: ReadFile) -> None:
    path = tmp_path / "daftar.csv"
    path.write_text("sep=;\nNama;Tanggal Lahir\nSiti Aminah;2008-12-05\n")
    assert read_file(path).entries[0].row == 2


def test_commas_inside_the_cells_do_not_hide_a_semicolon(tmp_path: Path, read_file: ReadFile) -> None:
    path = tmp_path / "daftar.csv"
    rows = [f"{n};Siti {n}a;Paringin, {n} Mei 2008;Jl. A, RT 1, RW 2, Desa Lamida" for n in range(1, 6)]
    path.write_text("\n".join(["No;Nama;Tempat, Tanggal Lahir;Alamat", *rows]))
    found = students(read_file(path))
    assert [s.birth_date.day for s in found] == [1, 2, 3, 4, 5]
    assert {s.street for s in found} == {"Jl. A, RT 1, RW 2, Desa Lamida"}


QUOTED_HEADER = "Nama;Tanggal Lahir;Alamat;Kelas"
QUOTED_ROW = "Ahmad Rizki;2008-05-13;Jl. A;XI"


@pytest.mark.parametrize(
    ("rows", "doubted"),
    [
        (['Siti Aminah;2008-05-12;"Gang Mawar;XI', QUOTED_ROW], {(2, "C")}),
        (['Siti Aminah;2008-05-12;"Gang Mawar;XI', 'Ahmad Rizki;2008-05-13;"Jl. A";XI'], {(2, "C")}),
        (['Siti Aminah;2008-05-12;"Gang Mawar;XI', 'Ahmad Rizki;2008-05-13;Gang 5";XI'], {(2, "C")}),
        (['"Siti Aminah";"2008-05-12";"Gang "Mawar";"XI"', '"Ahmad Rizki";"2008-05-13";"Jl. A";"XI"'], {(2, "C")}),
        (['Siti Aminah;2008-05-12;"Jl. A;\nRT 1";XI', QUOTED_ROW], set()),
    ],
)
def test_no_quotation_mark_swallows_a_student(
    rows: list[str], doubted: set[tuple[int, str]], tmp_path: Path, read_file: ReadFile
) -> None:
    path = tmp_path / "daftar.csv"
    path.write_text("\n".join([QUOTED_HEADER, *rows, "Budi Santoso;2009-01-20;Jl. B;XI"]))
    found = read_file(path)
    assert [s.name for s in students(found)] == ["Siti Aminah", "Ahmad Rizki", "Budi Santoso"]
    assert {s.class_name for s in students(found)} == {"XI"}
    assert {(w.row, w.column) for w in found.warnings if w.code == "quote-unclosed"} == doubted


def test_a_row_with_more_cells_than_its_header_is_not_taken(tmp_path: Path, read_file: ReadFile) -> None:
    path = tmp_path / "daftar.csv"
    shifted = "Siti Aminah,2008-12-05,Jl. A, RT 1,XI"
    path.write_text(f"Nama,Tanggal Lahir,Alamat,Kelas\n{shifted}\nBudi Santoso,2009-01-20,Jl. B,XI\n")
    found = read_file(path)
    assert [(r.code, r.row, r.column) for r in found.rejected] == [("row-wider-than-header", 2, "E")]
    assert [s.name for s in students(found)] == ["Budi Santoso"]
    path.write_text("Nama,Tanggal Lahir,Kelas\nSiti Aminah,2008-12-05,XI,\nBudi Santoso,2009-01-20,XI,\n")
    assert len(students(read_file(path))) == 2


def test_a_hand_made_xls(tmp_path: Path, read_file: ReadFile) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Daftar")
    for at, row in enumerate(HAND):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    path = tmp_path / "daftar.xls"
    book.save(str(path))
    check_hand(read_file(path))


def test_a_hand_made_ods(tmp_path: Path, read_file: ReadFile) -> None:
    document = OpenDocumentSpreadsheet()
    table = OdfTable(name="Daftar")
    for row in HAND:
        line = TableRow()
        for value in row or [""]:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=value))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    path = tmp_path / "daftar.ods"
    document.save(str(path))
    check_hand(read_file(path))


def test_a_sheet_a_class_and_a_hidden_one(tmp_path: Path, read_file: ReadFile) -> None:
    header = ["Nama", "Tanggal Lahir", "NIK"]
    path = tmp_path / "kelas.xlsx"
    workbooks.write(
        path,
        [
            workbooks.Sheet("Petunjuk", [["Isi semua kolom"]]),
            workbooks.Sheet("XII IPA 1", [header, ["Siti Aminah", "2008-12-05", "6311064512080001"]]),
            workbooks.Sheet("XII IPA 2", [header, ["Budi Santoso", date(2009, 1, 20), "6311022001090002"]]),
            workbooks.Sheet("Lama", [header, ["Ahmad Fauzi", "2009-01-20", ""]], hidden=True),
        ],
    )
    found = read_file(path)
    assert [(e.sheet, e.student.class_name, e.student.name) for e in found.entries] == [
        ("XII IPA 1", "XII IPA 1", "Siti Aminah"),
        ("XII IPA 2", "XII IPA 2", "Budi Santoso"),
    ]
    assert ("Lama", "sheet-hidden") in [(w.sheet, w.code) for w in found.warnings]


def _pdf() -> bytes:
    return b"%PDF-1.7\n" + bytes(range(256)) * 20


def _encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)


def _cut(dapodik: Path) -> bytes:
    whole = dapodik.read_bytes()
    return whole[: len(whole) // 2]


def _rezipped(dapodik: Path, name: str, data: bytes) -> bytes:
    """The list with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(dapodik) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, data if part == name else old.read(part))
    return out.getvalue()


def _bomb(dapodik: Path) -> bytes:
    return _rezipped(dapodik, "xl/sharedStrings.xml", bytes(reading.LARGEST_UNPACKED + 1))


def _vast(dapodik: Path) -> bytes:
    """Two cells, and between them seventeen billion."""
    cells = "".join(
        f'<row r="{r}"><c r="{c}{r}" t="inlineStr"><is><t>Nama</t></is></c></row>'
        for c, r in (("A", 1), ("XFD", 1048576))
    )
    xml = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'
    return _rezipped(dapodik, "xl/worksheets/sheet1.xml", xml.encode())


def _wide(dapodik: Path) -> bytes:
    """The same within what a machine could give: 60 million cells."""
    return _rezipped(
        dapodik,
        "xl/worksheets/sheet1.xml",
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1000000"><c r="BH1000000"><v>1</v></c></row>'
        b"</sheetData></worksheet>",
    )


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return out.getvalue()


NOT_LISTS: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "pdf": (lambda _: _pdf(), "not-a-list"),
    "encrypted": (lambda _: _encrypted(), "list-encrypted"),
    "empty": (lambda _: b"", "list-empty"),
    "cut": (_cut, "list-damaged"),
    "bomb": (_bomb, "list-too-large"),
    "vast": (_vast, "list-too-large"),
    "wide": (_wide, "list-too-large"),
    "document": (lambda _: _archive(), "not-a-list"),
    "picture": (lambda _: b"\x89PNG\r\n\x1a\n" + bytes(500), "not-a-list"),
    "zeros": (lambda _: bytes(5_000_000), "not-a-list"),
    "web-page": (lambda _: b"<html><table><tr><td>Nama</td></tr></table></html>", "not-a-list"),
    "prose": (lambda _: b"Kepada Yth. Kepala Dinas\nDengan hormat,\n", "no-list"),
    "old-office": (lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "list-damaged"),
    "broken-xml": (lambda d: _rezipped(d, "xl/workbook.xml", b"<workbook><shee"), "list-damaged"),
    "binary-text": (lambda _: b"Nama;Tanggal Lahir\n\x81\x8d\x8f;x\n", "list-encoding"),
}


@pytest.mark.parametrize("kind", NOT_LISTS)
def test_what_is_no_list_is_one_clear_error(kind: str, dapodik: Path, tmp_path: Path) -> None:
    make, code = NOT_LISTS[kind]
    path = tmp_path / "bad.xlsx"
    path.write_bytes(make(dapodik))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ListError) as error:
        reading.read(path, TODAY)
    assert error.value.code == code
    assert "bad.xlsx" in str(error.value)
    assert "\n" not in str(error.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024


def test_two_hundred_megabytes_of_zeros_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "zeros.xlsx"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    start = time.monotonic()
    with pytest.raises(ListError) as error:
        reading.read(path, TODAY)
    assert error.value.code == "list-too-large"
    assert time.monotonic() - start < 2


def test_a_sheet_without_a_cell_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(ListError) as error:
        reading.read(path, TODAY)
    assert error.value.code == "no-list"


def test_folders_missing_files_and_pipes_are_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    wanted: dict[str, Any] = {".": "list-is-folder", "nothing.xlsx": "list-not-found", "pipe": "not-a-list"}
    for name, code in wanted.items():
        with pytest.raises(ListError) as error:
            reading.read(tmp_path / name, TODAY)
        assert error.value.code == code


def test_lines_of_two_encodings_are_each_read_in_their_own(tmp_path: Path, read_file: ReadFile) -> None:
    path = tmp_path / "daftar.csv"
    lines = [b"Nama;Tanggal Lahir", "José Ma’ruf;2008-12-05".encode(), "René Ma’ruf;2008-12-06".encode("cp1252")]
    path.write_bytes(b"\r\n".join([*lines, b"Siti Aminah;2008-12-07"]))
    found = read_file(path)
    assert [s.name for s in students(found)] == ["José Ma’ruf", "René Ma’ruf", "Siti Aminah"]
    assert [(w.row, w.code) for w in found.warnings if w.code.startswith("enc")] == [(3, "encoding-mixed")]
    path.write_bytes(b"\r\n".join([lines[0], lines[2]]))
    assert "encoding-mixed" not in [w.code for w in read_file(path).warnings]


def _mac_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    for row in (["Nama", "Tanggal Lahir"], ["Siti Aminah", 38325], ["Budi Santoso", date(2008, 12, 5)]):
        sheet.append(row)
    book.save(path)


def _mac_xls(path: Path) -> None:
    book = xlwt.Workbook()
    book.dates_1904 = True
    sheet = book.add_sheet("Daftar")
    day = xlwt.easyxf(num_format_str="dd/mm/yyyy")
    for at, (name, born) in enumerate((("Nama", "Tanggal Lahir"), ("Siti Aminah", 38325), ("Budi", date(2008, 12, 5)))):
        sheet.write(at, 0, name)
        sheet.write(at, 1, born, *([day] if isinstance(born, date) else []))
    book.save(str(path))


@pytest.mark.parametrize("write", [_mac_xlsx, _mac_xls])
def test_days_may_be_counted_from_1904(write: Callable[[Path], None], tmp_path: Path, read_file: ReadFile) -> None:
    path = tmp_path / "mac"
    write(path)
    assert [s.birth_date for s in students(read_file(path))] == [date(2008, 12, 5)] * 2


def test_a_sheet_that_names_no_school_is_of_the_one_that_the_file_names(tmp_path: Path, read_file: ReadFile) -> None:
    header = ["Nama", "Tanggal Lahir"]
    sheets = [
        workbooks.Sheet("XI A", [["SMAN 1 Juai"], header, ["Siti Aminah", "2008-12-05"]]),
        workbooks.Sheet("XI B", [header, ["Budi Santoso", "2008-12-05"]]),
    ]
    path = tmp_path / "kelas.xlsx"
    workbooks.write(path, sheets)
    found = read_file(path)
    assert [found.schools[e.school].name for e in found.entries] == ["SMAN 1 Juai", "SMAN 1 Juai"]
    assert [(w.sheet, w.row) for w in found.warnings if w.code == "school-of-other-sheet"] == [("XI B", 2)]
    workbooks.write(path, [*sheets, workbooks.Sheet("XI C", [["SMAN 1 Halong"], header, ["Tara", "2008-12-05"]])])
    assert [school.name for school in read_file(path).schools] == ["SMAN 1 Juai", "", "SMAN 1 Halong"]


def test_digits_that_a_text_file_writes_as_a_formula_are_text(tmp_path: Path, read_file: ReadFile) -> None:
    path = tmp_path / "daftar.csv"
    path.write_text(
        'Nama,Tanggal Lahir,NIK\nSiti Aminah,2008-12-05,="6311064512080001"\n'
        'Budi Santoso,2009-01-20,"=""6311022001090002"""\n'
    )
    assert [s.nik for s in students(read_file(path))] == ["6311064512080001", "6311022001090002"]
