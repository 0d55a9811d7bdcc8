"""From a file's tables to one judged list: sheets, titles, footers, and what only a whole list shows.

A workbook by hand often has a sheet a class, so every visible sheet with a list is read. What is no
student (totals, signatures, repeated headers) is left out and reported as such.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from station.roster import findings, headers, names, students, titles
from station.roster.rows import Draft, RowReader, plain
from station.roster.students import Entry, Finding, ListError, SchoolList, Student
from station.roster.tables import Table

_FOOTER: Final = re.compile(
    r"^\W*(jumlah|total|rekap\w*|mengetahui|menyetujui|kepala (sekolah|madrasah|dinas)|wali kelas|plt|keterangan"
    r"|catatan|ket|nip\b.{0,3}\d|nuptk|tanda tangan|ttd|dibuat|operator (sekolah|dapodik)|laki ?- ?laki\s*[:=]"
    r"|perempuan\s*[:=]|sumber|dicetak|halaman)\b",
    re.IGNORECASE,
)
_LAST_DIGIT_SUSPICION: Final = 0.5
"""Share of NIKs ending in 0 from which a column of text is taken for numbers that went through a spreadsheet."""
_ENOUGH: Final = 3
"""So many NIKs make a share worth something: three that end in 0 happen by chance once in a thousand."""


class _Sheet(msgspec.Struct):
    table: Table
    reader: RowReader
    drafts: list[Draft]
    skipped: list[Finding]
    notes: list[Finding]


def read(tables: Iterable[Table], today: date, file_name: str) -> SchoolList:
    """Judge all tables of a file.

    Raises ListError when none of them is a list of people with birth dates, or none has a row.
    """
    sheets, notes = [], []
    for table in tables:
        layout = headers.find(table)
        if layout is None:
            continue
        at = table.row_number(layout.header)
        if not {"birth_date", "birth"} & layout.columns.keys():
            notes.append(_note(table, at, "sheet-without-birth-dates"))
        elif table.hidden:
            notes.append(_note(table, at, "sheet-hidden"))
        else:
            sheets.append(_read_sheet(table, layout, today))
    if not sheets:
        raise _no_list(notes, file_name)
    for sheet in sheets:
        _doubt_last_digits(sheet)
        _doubt_months(sheet)
    _settle_twice(sheets)
    drafts = [(sheet, draft) for sheet in sheets for draft in sheet.drafts]
    if not drafts:
        raise ListError("list-empty", f"{file_name} has a header and no student under it. Fill in the list.")
    entries = tuple(
        Entry(s.table.name, d.row, s.reader.letter("name"), d.school, d.npsn, d.student) for s, d in drafts if d.student
    )
    # A rejected row's warnings are not reported: the row comes again once it is mended.
    warnings = [w for _, d in drafts if d.student for w in d.warnings]
    return SchoolList(
        entries,
        (*notes, *(n for s in sheets for n in s.notes), *warnings),
        tuple(r for _, d in drafts for r in d.rejected),
        tuple(n for s in sheets for n in s.skipped),
    )


def _no_list(notes: Sequence[Finding], file_name: str) -> ListError:
    if any(note.code == "sheet-hidden" for note in notes):
        sheet = next(note.sheet for note in notes if note.code == "sheet-hidden")
        return ListError("list-hidden", f"The only list in {file_name} is on the hidden sheet {sheet}. Unhide it.")
    if notes:
        return ListError(
            "list-without-birth-dates",
            f"The list in {file_name} has no column of birth dates (Tanggal Lahir), so nobody can say who is due."
            " Add the column.",
        )
    return ListError(
        "no-list",
        f"There is no list of students in {file_name}: no sheet has a header with Nama and Tanggal Lahir."
        " Give the list as Dapodik downloads it, or name the columns so.",
    )


def _read_sheet(table: Table, layout: headers.Layout, today: date) -> _Sheet:
    columns = layout.columns
    reader = RowReader(table, columns, today)
    title = titles.read(table.rows[: layout.header], table.name)
    _fill_merged(table, [columns[field] for field in ("class_name", "school", "npsn") if field in columns])
    sheet = _Sheet(table, reader, [], [], [])
    at = table.row_number(layout.header)
    for field in layout.ambiguous:
        sheet.notes.append(reader.finding(at, field, f"{field.replace('_', '-')}-column-ambiguous"))
    class_name = title.class_name
    solid = _last_solid(table, layout)
    for index in range(layout.data, len(table.rows)):
        cells = table.rows[index]
        kind = _kind_of(cells, columns, footer=index > solid)
        if kind == "student":
            sheet.drafts.append(reader.read(index, class_name, title.school, title.npsn))
        elif kind == "section":
            class_name = titles.class_in([" ".join(plain(c) for c in cells if c != "")]) or class_name
        elif kind:
            sheet.skipped.append(_note(table, table.row_number(index), kind))
    taken = [draft.student for draft in sheet.drafts if draft.student]
    if taken and not any(student.class_name for student in taken):
        sheet.notes.append(_note(table, at, "class-missing"))
    if taken and not {"sex", "sex_male", "sex_female"} & columns.keys():
        sheet.notes.append(_note(table, at, "sex-column-missing"))
    return sheet


def _kind_of(cells: Sequence[Any], columns: dict[str, int], *, footer: bool) -> str:
    """``student``, ``section`` (a class between the rows), the code of a row to leave out, or empty for a blank row."""
    name = cells[columns["name"]]
    numbered_person = _has_digits(cells, columns, ("nik", "nisn"))
    is_footer = isinstance(name, str) and bool(_FOOTER.match(name)) and not numbered_person
    solid = _is_solid(cells, columns)
    if name != "" and not footer and solid and not is_footer:
        return "student"
    filled = [plain(cell) for cell in cells if cell != "" and plain(cell)]
    if not filled:
        return ""
    if len(filled) <= 2 and titles.class_in([" ".join(filled)]):
        return "section"
    if headers.is_header_again(cells, columns):
        return "row-header-again"
    if is_footer or (any(_FOOTER.match(text) for text in filled) and (name == "" or not solid)):
        return "row-not-a-student"
    mapped = [field for field, at in columns.items() if plain(cells[at])]
    numbered = "number" in mapped and plain(cells[columns["number"]]).rstrip(".").isdigit()
    if mapped in (["number"], []):
        # A numbered line left free, or a note beside the list.
        return "" if mapped and len(filled) == 1 else "row-not-a-student"
    if footer and not numbered and not numbered_person:
        return "row-not-a-student"
    return "student"


def _is_solid(cells: Sequence[Any], columns: dict[str, int]) -> bool:
    """Whether the row states a birth date or a number of a person: a student, however incomplete."""
    return _has_digits(cells, columns, ("birth_date", "birth", "nik", "nisn"))


def _has_digits(cells: Sequence[Any], columns: dict[str, int], fields: Sequence[str]) -> bool:
    for field in fields:
        at = columns.get(field)
        if at is not None and (cell := cells[at]) != "" and (not isinstance(cell, str) or any(map(str.isdigit, cell))):
            return True
    return False


def _last_solid(table: Table, layout: headers.Layout) -> int:
    for index in range(len(table.rows) - 1, layout.data - 1, -1):
        cells = table.rows[index]
        name = cells[layout.columns["name"]]
        if name != "" and _is_solid(cells, layout.columns) and not _FOOTER.match(str(name)):
            return index
    return layout.data - 1


def _fill_merged(table: Table, columns: Sequence[int]) -> None:
    """A class written once in a cell merged over its students' rows holds for each of them."""
    for span in table.merged:
        if span.first_column in columns and span.last_row > span.first_row:
            value = table.rows[span.first_row][span.first_column]
            for row in table.rows[span.first_row + 1 : span.last_row + 1]:
                row[span.first_column] = value


def _doubt_last_digits(sheet: _Sheet) -> None:
    """Numbers that were saved as text after a spreadsheet had cut them: they end in 0, all of them."""
    with_nik = [d for d in sheet.drafts if d.student and d.student.nik]
    zeros = [d for d in with_nik if d.student and d.student.nik.endswith("0")]
    if len(zeros) < _ENOUGH or len(zeros) < _LAST_DIGIT_SUSPICION * len(with_nik):
        return
    for draft in zeros:
        _drop(draft, "nik", sheet.reader.finding(draft.row, "nik", "nik-spreadsheet-damaged"))


def _doubt_months(sheet: _Sheet) -> None:
    if any(w.code == "birth-date-month-first" for d in sheet.drafts for w in d.warnings):
        for draft in sheet.drafts:
            if draft.either_way:
                draft.warnings.append(sheet.reader.finding(draft.row, "birth_date", "birth-date-ambiguous"))


def _settle_twice(sheets: Sequence[_Sheet]) -> None:
    """Find rows of one student, and numbers that two students share, over all sheets of one school."""
    _reject_duplicates(sheets)
    for field, code in (("nik", "nik-twice-in-file"), ("nisn", "nisn-twice-in-file")):
        counts = Counter(getattr(student, field) for _, _, student in _students(sheets))
        counts[""] = 0
        holders: dict[tuple[str, str], list[tuple[_Sheet, Draft]]] = {}
        for sheet, draft, student in _students(sheets) if max(counts.values()) > 1 else ():
            if counts[number := getattr(student, field)] > 1:
                holders.setdefault((titles.school_key(draft.school), number), []).append((sheet, draft))
        for shared in holders.values():
            if len(shared) == 1:
                continue
            for position, (sheet, draft) in enumerate(shared):
                other, there = shared[0 if position else 1]
                where = {"sheet": other.table.name, "row": there.row}
                _drop(draft, field, sheet.reader.finding(draft.row, field, code, **where))


def _reject_duplicates(sheets: Sequence[_Sheet]) -> None:
    """Of rows that say one student, the first is taken."""
    namesakes: dict[tuple[str, str], list[tuple[_Sheet, Draft, Student]]] = {}
    for sheet, draft, student in _students(sheets):
        known = namesakes.setdefault((titles.school_key(draft.school), names.key(student.name)), [])
        same = next((k for k in known if _is_one_person(k[2], student)), None)
        if same is not None:
            where = {"sheet": same[0].table.name, "row": same[1].row}
            draft.rejected.append(sheet.reader.finding(draft.row, "name", "duplicate-in-file", **where))
            draft.student = None
            continue
        if any(_are_classmates(other, student) for _, _, other in known):
            draft.warnings.append(sheet.reader.finding(draft.row, "name", "namesake"))
        known.append((sheet, draft, student))


def _is_one_person(one: Student, other: Student) -> bool:
    """Whether two rows with the same name are the same student."""
    if (one.nik and one.nik == other.nik) or (one.nisn and one.nisn == other.nisn):
        return True
    return _are_classmates(one, other) and not students.differ(one, other)


def _are_classmates(one: Student, other: Student) -> bool:
    return one.birth_date == other.birth_date and names.key(one.class_name) == names.key(other.class_name)


def _students(sheets: Sequence[_Sheet]) -> Iterable[tuple[_Sheet, Draft, Student]]:
    for sheet in sheets:
        for draft in sheet.drafts:
            if draft.student is not None:
                yield sheet, draft, draft.student


def _drop(draft: Draft, field: str, finding: Finding) -> None:
    """Do not keep a number that cannot be trusted, and say so."""
    if draft.student is not None:
        draft.student = msgspec.structs.replace(draft.student, **{field: ""})
        draft.warnings.append(finding)


def _note(table: Table, row: int, code: str) -> Finding:
    return Finding(table.name, row, "", code, findings.message(code))
