"""From a file's tables to one judged list: sheets, titles, footers, and what only a whole list shows.

A workbook by hand often has a sheet a class, so every visible sheet with a list is read. What is no
student (totals, signatures, repeated headers) is left out and reported as such.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from station.roster import dates, findings, headers, names, schools, students, titles
from station.roster.rows import Draft, RowReader, plain, sex_in
from station.roster.schools import SchoolName
from station.roster.students import Entry, Finding, ListError, SchoolList, Student
from station.roster.tables import Fault, Table

_FOOTER: Final = re.compile(
    r"^\W*(jumlah|total|rekap\w*|mengetahui|menyetujui|kepala (sekolah|madrasah|dinas)|wali kelas|plt|keterangan"
    r"|catatan|ket|nip\b.{0,3}\d|nuptk|tanda tangan|ttd|dibuat|operator (sekolah|dapodik)"
    r"|(laki ?- ?laki|perempuan)(?=\s*([:=]|$))|sumber|dicetak|halaman)\b",
    re.IGNORECASE,
)
_YOUNGEST: Final = 10
"""Years. A later date beside a footer's word is the day on which the list was signed."""
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
            notes += _without_header(table)
            continue
        at = table.row_number(layout.header)
        if not layout.states_births:
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
        left_out = sum(len(sheet.skipped) for sheet in sheets)
        why = f" Rows taken for totals, signatures or notes: {left_out}." if left_out else ""
        raise ListError("list-empty", f"{file_name} has a header and no student under it.{why} Fill in the list.")
    named = list(dict.fromkeys(d.school for _, d in drafts if d.student))
    position = {school: n for n, school in enumerate(named)}
    entries = tuple(
        Entry(s.table.name, d.row, s.reader.letter("name"), position[d.school], d.student)
        for s, d in drafts
        if d.student
    )
    # A rejected row's warnings are not reported: the row comes again once it is mended.
    warnings = [w for _, d in drafts if d.student for w in d.warnings]
    return SchoolList(
        tuple(named),
        entries,
        (*notes, *(n for s in sheets for n in s.notes), *warnings),
        tuple(r for _, d in drafts for r in d.rejected),
        tuple(n for s in sheets for n in s.skipped),
    )


def _no_list(notes: Sequence[Finding], file_name: str) -> ListError:
    if any(note.code == "sheet-hidden" for note in notes):
        sheet = next(note.sheet for note in notes if note.code == "sheet-hidden")
        return ListError("list-hidden", f"The only list in {file_name} is on the hidden sheet {sheet}. Unhide it.")
    if any(note.code == "sheet-without-birth-dates" for note in notes):
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


def _without_header(table: Table) -> list[Finding]:
    """A note about a sheet that could be a list: lines of one cell each are instructions."""
    filled = [sum(1 for cell in cells if cell != "" and plain(cell)) for cells in table.rows]
    if max(filled, default=0) < 2:
        return []
    details = findings.message("sheet-without-header", rows=sum(map(bool, filled)))
    return [Finding(table.name, table.row_number(0), "", "sheet-without-header", details)]


def _read_sheet(table: Table, layout: headers.Layout, today: date) -> _Sheet:
    columns = layout.columns
    title = titles.read(table.rows[: layout.header], table.name)
    reader = RowReader(table, columns, today, title.school)
    _fill_merged(table, [columns[field] for field in ("class_name", "school", "npsn") if field in columns])
    sheet = _Sheet(table, reader, [], [], [])
    at = table.row_number(layout.header)
    for field in layout.ambiguous:
        sheet.notes.append(reader.finding(at, field, f"{field.replace('_', '-')}-column-ambiguous"))
    class_name = title.class_name
    solid = _last_solid(table, layout, today)
    classes: set[str] = set()
    for index in range(layout.data, len(table.rows)):
        cells = table.rows[index]
        kind = _kind_of(cells, columns, today, classes, footer=index > solid)
        if kind == "student":
            draft = reader.read(index, class_name)
            if fault := table.faults.get(index):
                _tell_fault(draft, table, fault)
            sheet.drafts.append(draft)
            if draft.student:
                classes.add(draft.student.class_name)
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


def _tell_fault(draft: Draft, table: Table, fault: Fault) -> None:
    """Values that may stand in wrong columns are not stored; a stray quotation mark moves none."""
    column = table.letter(fault.column)
    finding = Finding(table.name, draft.row, column, fault.code, findings.message(fault.code))
    if fault.code == "quote-unclosed":
        draft.warnings.append(finding)
    else:
        draft.rejected = [finding]
        draft.student = None


def _kind_of(
    cells: Sequence[Any], columns: dict[str, int], today: date, classes: Collection[str], *, footer: bool
) -> str:
    """``student``, ``section`` (a class between the rows), the code of a row to leave out, or empty for a blank row."""
    name = cells[columns["name"]]
    numbered_person = _has_digits(cells, columns, ("nik", "nisn"))
    is_footer = (
        isinstance(name, str)
        and bool(_FOOTER.match(name))
        and not numbered_person
        and not _has_birth_date(cells, columns, today)
    )
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
    if not is_footer and _is_person(cells, columns, classes):
        return "student"
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


def _has_birth_date(cells: Sequence[Any], columns: dict[str, int], today: date) -> bool:
    """Whether a birth date stands there, beside which a footer's word begins a name: Sumber Rejeki."""
    birth = dates.read_with_place(cells[columns["birth_date" if "birth_date" in columns else "birth"]], today)[1]
    return birth is not None and birth.value.year <= today.year - _YOUNGEST


def _is_person(cells: Sequence[Any], columns: dict[str, int], classes: Collection[str]) -> bool:
    """Whether a name and a class or sex stand in the row, which no signature has, whatever else is missing.

    `classes` are those of the students above, because a pesantren's are named like nobody else's.
    """
    name = cells[columns["name"]]
    if not isinstance(name, str) or not any(map(str.isalpha, name)):
        return False
    stated = {field: plain(cells[columns[field]]) for field in ("class_name", "sex") if field in columns}
    class_name = stated.get("class_name", "")
    known = bool(class_name) and (class_name in classes or titles.is_class(class_name))
    return known or sex_in(stated.get("sex", "")) is not None


def _is_solid(cells: Sequence[Any], columns: dict[str, int]) -> bool:
    """Whether the row states a birth date or a number of a person: a student, however incomplete."""
    return _has_digits(cells, columns, ("birth_date", "birth", "nik", "nisn"))


def _has_digits(cells: Sequence[Any], columns: dict[str, int], fields: Sequence[str]) -> bool:
    for field in fields:
        at = columns.get(field)
        if at is not None and (cell := cells[at]) != "" and (not isinstance(cell, str) or any(map(str.isdigit, cell))):
            return True
    return False


def _last_solid(table: Table, layout: headers.Layout, today: date) -> int:
    for index in range(len(table.rows) - 1, layout.data - 1, -1):
        cells = table.rows[index]
        name = cells[layout.columns["name"]]
        if name == "" or not _is_solid(cells, layout.columns):
            continue
        if not _FOOTER.match(str(name)) or _has_birth_date(cells, layout.columns, today):
            return index
    return layout.data - 1


def _fill_merged(table: Table, columns: Sequence[int]) -> None:
    """A class written once in a cell merged over its students' rows holds for each of them."""
    for span in table.merged:
        # A range of empty cells may reach below or beside all that is written, and the table ends before it.
        if span.first_column in columns and span.first_row < min(span.last_row, len(table.rows)):
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
    homes = _homes(sheets)
    _reject_duplicates(sheets, homes)
    for field, code in (("nik", "nik-twice-in-file"), ("nisn", "nisn-twice-in-file")):
        counts = Counter(getattr(student, field) for _, _, student in _students(sheets))
        counts[""] = 0
        holders: dict[tuple[int, str], list[tuple[_Sheet, Draft]]] = {}
        for sheet, draft, student in _students(sheets) if max(counts.values()) > 1 else ():
            if counts[number := getattr(student, field)] > 1:
                holders.setdefault((homes[draft.school], number), []).append((sheet, draft))
        for shared in holders.values():
            if len(shared) == 1:
                continue
            for position, (sheet, draft) in enumerate(shared):
                other, there = shared[0 if position else 1]
                where = {"sheet": other.table.name, "row": there.row}
                _drop(draft, field, sheet.reader.finding(draft.row, field, code, **where))


def _homes(sheets: Sequence[_Sheet]) -> dict[SchoolName, int]:
    """A number for each school, the same for all spellings of one."""
    named = list(dict.fromkeys(draft.school for _, draft, _ in _students(sheets)))
    choices, _ = schools.settle(named, ())
    return {
        school: -1 - n if choice.taken is None else choice.taken
        for n, (school, choice) in enumerate(zip(named, choices, strict=True))
    }


def _reject_duplicates(sheets: Sequence[_Sheet], homes: Mapping[SchoolName, int]) -> None:
    """Of rows that say one student, the first is taken."""
    namesakes: dict[tuple[int, str], list[tuple[_Sheet, Draft, Student]]] = {}
    for sheet, draft, student in _students(sheets):
        known = namesakes.setdefault((homes[draft.school], names.key(student.name)), [])
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
