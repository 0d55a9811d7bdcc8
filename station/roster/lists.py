"""From a file's tables to one judged list: sheets, titles, footers, and what only a whole list shows.

A workbook by hand often has a sheet a class, so every visible sheet with a list is read. What is no
student (totals, signatures, repeated headers) is left out and reported as such.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

import msgspec

from station.roster import damage, findings, headers, kinds, names, schools, students, titles, whose
from station.roster.blocks import Block, divide
from station.roster.rows import Draft, RowReader, plain
from station.roster.schools import SchoolName
from station.roster.students import Entry, Finding, ListError, SchoolList, Student
from station.roster.tables import Fault, Table


class _Sheet(msgspec.Struct):
    """A table that was read."""

    reader: RowReader
    class_name: str
    """What holds for rows that name no class: of the title, or of the last line between the rows."""
    drafts: list[Draft]
    skipped: list[Finding]
    notes: list[Finding]
    classes: dict[str, int]
    """What its students' classes are called, and the row that says so first."""
    layout: headers.Layout


def read(tables: Iterable[Table], today: date, file_name: str) -> SchoolList:
    """Judge all tables of a file.

    Raises ListError when none of them is a list of people with birth dates, or none has a row.
    """
    sheets, notes = list[_Sheet](), list[Finding]()
    for table in tables:
        notes += table.notes
        blocks = divide(table)
        if not blocks:
            notes += _without_header(table)
        before: _Sheet | None = None
        for block in blocks:
            at = block.table.row_number(block.layout.header)
            if not block.layout.states_births:
                notes.append(_note(table, at, "sheet-without-birth-dates", rows=_filled_rows(block)))
            elif table.hidden:
                notes.append(_note(table, at, "sheet-hidden"))
            else:
                before = _read_block(block, before, today)
                sheets.append(before)
    if not sheets:
        raise _no_list(notes, file_name)
    for _, same in groupby(sheets, key=lambda sheet: sheet.reader.table.name):
        _doubt(list(same))
    notes += _class_spellings(sheets)
    _lend_school(sheets)
    _settle_twice(sheets)
    drafts = [(sheet, draft) for sheet in sheets for draft in sheet.drafts]
    if not drafts:
        left_out = sum(len(sheet.skipped) for sheet in sheets)
        why = f" Rows taken for totals, signatures or notes: {left_out}." if left_out else ""
        raise ListError("list-empty", f"{file_name} has a header and no student under it.{why} Fill in the list.")
    named = list(dict.fromkeys(d.school for _, d in drafts if d.student))
    position = {school: n for n, school in enumerate(named)}
    entries = tuple(
        Entry(s.reader.table.name, d.row, s.reader.letter("name"), position[d.school], d.student)
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
    if any(note.code == "sheet-in-one-column" for note in notes):
        return ListError(
            "list-in-one-column",
            f"All columns of the list in {file_name} stand in a single one. Open it in Excel or LibreOffice, divide"
            " that column (Data, Text to Columns), save it as XLSX and import that.",
        )
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
    """A note about a sheet that could be a list: lines of one cell each are instructions, or a list in one column."""
    if (row := headers.in_one_cell(table)) is not None:
        return [_note(table, table.row_number(row), "sheet-in-one-column")]
    filled = [sum(1 for cell in cells if cell != "" and plain(cell)) for cells in table.rows]
    if max(filled, default=0) < 2:
        return []
    details = findings.message("sheet-without-header", rows=sum(map(bool, filled)))
    return [Finding(table.name, table.row_number(0), "", "sheet-without-header", details)]


def _read_block(block: Block, before: _Sheet | None, today: date) -> _Sheet:
    """Judge a table; `before` is the one above or beside it, whose school holds here too, and class perhaps."""
    table, layout, columns = block.table, block.layout, block.layout.columns
    title = titles.read(block.titles, table.name, by_file=table.is_file)
    school, class_name = title.school, title.class_name
    if block.titles is not block.above:
        class_name = titles.read(block.above, "").class_name or class_name
    if before is not None:
        if not school.is_named or schools.choose(school, [before.reader.school]).taken == 0:
            school = schools.complete(before.reader.school, school)
        if block.again or not any(plain(cell) for cells in block.titles for cell in cells if cell != ""):
            class_name = class_name or before.class_name
    reader = RowReader(table, columns, today, school)
    _fill_merged(table, [columns[field] for field in ("class_name", "school", "npsn") if field in columns])
    sheet = _Sheet(reader, class_name, [], [], [], {}, layout)
    at = table.row_number(layout.header)
    if block.again:
        sheet.skipped += [_note(table, at + n, "row-header-again") for n in range(layout.rows)]
    elif before is not None:
        letter = table.letter(min(columns.values()))
        code = "table-beside" if block.beside else "table-below"
        sheet.notes.append(Finding(table.name, at, letter, code, findings.message(code)))
    for field in layout.ambiguous:
        code = f"{field.replace('_', '-')}-column-ambiguous" if field in columns else "nik-columns-of-parents"
        sheet.notes.append(reader.finding(at, field, code))
    solid = kinds.last_solid(table, layout, today)
    for index in range(layout.data, len(table.rows)):
        cells = table.rows[index]
        named_by_formula = table.lacks_result(index, columns["name"]) and not kinds.says_footer(cells)
        if cells.count("") == len(cells) and not named_by_formula:
            continue
        kind = (
            "student" if named_by_formula else kinds.kind_of(cells, columns, today, sheet.classes, footer=index > solid)
        )
        if kind == "student":
            draft = reader.read(index, sheet.class_name)
            if fault := table.faults.get(index):
                _tell_fault(draft, table, fault)
            if "" in cells or 0 in cells:
                _tell_formulas(draft, reader, index, columns)
            sheet.drafts.append(draft)
            if draft.student:
                sheet.classes.setdefault(draft.student.class_name, draft.row)
        elif kind == "section":
            sheet.class_name = kinds.section(cells) or sheet.class_name
        elif kind == "school":
            entered = kinds.school_line(cells)
            if schools.choose(entered, [reader.school]).taken is None:
                reader.enter(entered)
                sheet.class_name = ""
        elif kind:
            sheet.skipped.append(_note(table, table.row_number(index), kind))
    taken = [draft.student for draft in sheet.drafts if draft.student]
    if taken and not any(student.class_name for student in taken):
        sheet.notes.append(_note(table, at, "class-missing"))
    elif "class_name" in columns:
        for draft in sheet.drafts:
            if draft.student and not draft.student.class_name and not _has(draft, "class-became-date"):
                draft.warnings.append(reader.finding(draft.row, "class_name", "class-missing-here"))
    if reader.origins:
        sheet.notes.append(reader.finding(at, "school", "school-column-of-origin", school=reader.school.full))
    if reader.composed:
        sheet.notes.append(_note(table, at, "class-composed"))
    if taken and not {"sex", "sex_male", "sex_female"} & columns.keys():
        sheet.notes.append(_note(table, at, "sex-column-missing"))
    return sheet


def _has(draft: Draft, code: str) -> bool:
    return any(warning.code == code for warning in draft.warnings)


def _filled_rows(block: Block) -> int:
    return sum(1 for cells in block.table.rows[block.layout.data :] if any(plain(cell) for cell in cells))


def _tell_fault(draft: Draft, table: Table, fault: Fault) -> None:
    """Values that may stand in wrong columns are not stored; a stray quotation mark moves none."""
    column = table.letter(fault.column)
    finding = Finding(table.name, draft.row, column, fault.code, findings.message(fault.code))
    if fault.code == "quote-unclosed":
        draft.warnings.append(finding)
    else:
        draft.rejected = [finding]
        draft.student = None


def _tell_formulas(draft: Draft, reader: RowReader, index: int, columns: Mapping[str, int]) -> None:
    """What is missing because nobody has calculated it stands on the reader's screen, and is called otherwise."""
    for said in (draft.rejected, draft.warnings):
        for n, finding in enumerate(said):
            if not finding.code.endswith(("-missing", "-unreadable", "-impossible")):
                continue
            field = next((f for f, at in columns.items() if reader.table.letter(at) == finding.column), None)
            if field and reader.table.lacks_result(index, columns[field]):
                said[n] = reader.finding(draft.row, field, "formula-without-result")


def _fill_merged(table: Table, columns: Sequence[int]) -> None:
    """A class written once in a cell merged over its students' rows holds for each of them."""
    for span in table.merged:
        # A range of empty cells may reach below or beside all that is written, and the table ends before it.
        if span.first_column in columns and span.first_row < min(span.last_row, len(table.rows)):
            value = table.rows[span.first_row][span.first_column]
            for row in table.rows[span.first_row + 1 : span.last_row + 1]:
                row[span.first_column] = value


def _class_spellings(sheets: Sequence[_Sheet]) -> list[Finding]:
    """Say which classes are written in several ways, where the second way comes first."""
    first: dict[str, str] = {}
    found = []
    for sheet in sheets:
        for name, row in sheet.classes.items():
            other = first.setdefault(names.key(name), name)
            if other != name:
                details = findings.message("class-spellings", spellings=f"{other}; {name}")
                where = (sheet.reader.table.name, row, sheet.reader.letter("class_name"))
                found.append(Finding(*where, "class-spellings", details))
    return found


def _lend_school(sheets: Sequence[_Sheet]) -> None:
    """A sheet that names no school is of the one that all the others name."""
    named = list(dict.fromkeys(draft.school for sheet in sheets for draft in sheet.drafts if draft.school.is_named))
    choices, homes = schools.settle(named, ())
    if len(homes) != 1 or any(choice.taken is None for choice in choices):
        return
    saying = {s.reader.table.name for s in sheets if any(draft.school.is_named for draft in s.drafts)}
    for sheet in sheets:
        if sheet.reader.table.name in saying:
            continue
        lent = [draft for draft in sheet.drafts if not draft.school.is_named]
        for draft in lent:
            draft.school = schools.complete(draft.school, homes[0])
        if lent:
            code, table = "school-of-other-sheet", sheet.reader.table
            details = findings.message(code, school=homes[0].full)
            sheet.notes.append(Finding(table.name, lent[0].row, "", code, details))


def _doubt(sheets: Sequence[_Sheet]) -> None:
    """What only all rows of a sheet together show."""
    columns: dict[str, list[_Sheet]] = {}
    for sheet in sheets:
        if sheet.layout.nik_after_parent:
            columns.setdefault(sheet.reader.letter("nik"), []).append(sheet)
    for same in columns.values():
        _doubt_owners(same)
    drafts = [(sheet.reader, draft) for sheet in sheets for draft in sheet.drafts]
    _doubt_last_digits(drafts)
    _doubt_months(drafts)


def _doubt_owners(sheets: Sequence[_Sheet]) -> None:
    """Keep the NIKs of a column after a parent's only where they are shown to be the students' own."""
    numbered = [(sheet, draft, student) for sheet, draft, student in _students(sheets) if student.nik]
    evidence = whose.weigh((student.nik, student.birth_date) for _, _, student in numbered)
    details = {"compared": evidence.compared, "agreeing": evidence.agreeing}
    if numbered and evidence.are_own:
        first = sheets[0]
        at = first.reader.table.row_number(first.layout.header)
        first.notes.append(first.reader.finding(at, "nik", "nik-column-own", **details))
        return
    for sheet, draft, _ in numbered:
        draft.warnings = [warning for warning in draft.warnings if not warning.code.startswith("nik-")]
        _drop(draft, "nik", sheet.reader.finding(draft.row, "nik", "nik-column-of-parent", **details))


def _doubt_last_digits(drafts: Sequence[tuple[RowReader, Draft]]) -> None:
    whole = [(reader, draft, nik) for reader, draft in drafts if draft.student and (nik := draft.student.nik)]
    damaged = ("nik-spreadsheet-damaged", "kk-spreadsheet-damaged")
    certain = any(warning.code in damaged for _, draft in drafts for warning in draft.warnings)
    code = damage.judge([nik for _, _, nik in whole], others_damaged=certain)
    for reader, draft, nik in whole if code else ():
        if not nik.endswith("0"):
            continue
        finding = reader.finding(draft.row, "nik", code)
        if code == "nik-perhaps-damaged":
            draft.warnings.append(finding)
        else:
            _drop(draft, "nik", finding)


def _doubt_months(drafts: Sequence[tuple[RowReader, Draft]]) -> None:
    if any(w.code == "birth-date-month-first" for _, draft in drafts for w in draft.warnings):
        for reader, draft in drafts:
            if draft.either_way:
                draft.warnings.append(reader.finding(draft.row, "birth_date", "birth-date-ambiguous"))


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
                where = {"sheet": other.reader.table.name, "row": there.row}
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
            where = {"sheet": same[0].reader.table.name, "row": same[1].row}
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


def _note(table: Table, row: int, code: str, /, **details: object) -> Finding:
    return Finding(table.name, row, "", code, findings.message(code, **details))
