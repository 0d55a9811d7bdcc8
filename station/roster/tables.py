"""Opens a list file as plain tables: workbooks through python-calamine, text through its own sniffing.

Runs in the bounded child process of `reading`. Positions are kept, because calamine leaves out empty rows
above and columns left of the first cell, and a message must name the row that the spreadsheet shows.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import msgspec
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from station.roster import dates, findings, formulas, headers
from station.roster.formulas import Cells
from station.roster.students import Finding, ListError

_DELIMITERS: Final = (";", "\t", ",", "|")
_XLSX_BOOK: Final = "xl/workbook.xml"
_ODS_CONTENT: Final = "content.xml"
_DATE_1904_XLSX: Final = re.compile(rb"""<(?:\w+:)?workbookPr\b[^>]*\bdate1904=["'](?:1|true)["']""")
_DATE_1904_ODS: Final = re.compile(rb"""<table:null-date\b[^>]*date-value=["']1904-01-01""")
_DATE_1904_XLS: Final = bytes.fromhex("2200020001000e000200")
"""The records Date1904 with 1 and CalcPrecision, which follow each other ([MS-XLS] 2.1.7.20.3)."""
_EXACT: Final = re.compile(r'^\s*="([^"]*)"\s*$')
"""How a text file tells Excel that digits are text."""
_SNIFFED_LINES: Final = 300
_LONGEST_CELL: Final = 8
"""Lines that one quoted cell may have; a quotation mark that reaches further was never meant to open one."""
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Span(msgspec.Struct, frozen=True):
    """A merged range in indexes of the table's rows and columns, ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class Fault(msgspec.Struct, frozen=True):
    """Something about how a row was written in its file: the code of a finding, and the column's index."""

    code: str
    column: int


class Table(msgspec.Struct, frozen=True):
    """One sheet's cells; an empty cell is an empty text."""

    name: str
    rows: list[list[Any]]
    first_row: int = 1
    """Number of the first of `rows`, as the spreadsheet counts."""
    first_column: int = 0
    """Index of the first cell's column: 0 is A."""
    merged: tuple[Span, ...] = ()
    hidden: bool = False
    faults: Mapping[int, Fault] = {}
    """By the row's index; only text has such."""
    epoch: dates.Epoch = dates.since_1900
    """Finds day 0 of dates that are plain numbers, which few lists have."""
    formulas: Callable[[], Cells] = frozenset
    """Finds the cells whose formula has no result, which hardly any list has."""
    notes: tuple[Finding, ...] = ()
    """About how the file was written."""
    is_file: bool = False
    """The name is the file's, without its ending."""

    def row_number(self, index: int) -> int:
        """The spreadsheet's number of a row."""
        return self.first_row + index

    def lacks_result(self, index: int, column: int) -> bool:
        """Whether a cell that seems empty, or 0, holds a formula that nobody has calculated."""
        if self.rows[index][column] not in ("", 0):
            return False
        return (self.row_number(index), self.first_column + column) in self.formulas()

    def letter(self, index: int) -> str:
        """The spreadsheet's name of a column."""
        return column_letter(self.first_column + index)


def column_letter(index: int) -> str:
    """The name of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def open_workbook(path: Path) -> Iterator[Table]:
    """The sheets of an XLSX, XLS or ODS file, one after the other. Raises ListError."""
    try:
        epoch = cache(partial(_epoch, path))
        with CalamineWorkbook.from_path(str(path)) as workbook:
            for meta in workbook.sheets_metadata:
                if meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = workbook.get_sheet_by_name(meta.name)
                if sheet.start is None:
                    continue
                row, column = sheet.start
                spans = (
                    Span(r0 - row, c0 - column, r1 - row, c1 - column)
                    for (r0, c0), (r1, c1) in sheet.merged_cell_ranges or ()
                )
                merged = tuple(span for span in spans if span.first_row >= 0 and span.first_column >= 0)
                hidden = meta.visible != SheetVisibleEnum.Visible
                lacking = cache(partial(formulas.without_result, path, meta.name))
                cells = sheet.to_python()
                cells += _rows_of_formulas(path, meta.name, row + len(cells), len(cells[0]), lacking)
                yield Table(meta.name, cells, row + 1, column, merged, hidden, epoch=epoch, formulas=lacking)
    except PasswordError as error:
        raise ListError("list-encrypted", encrypted_message(path.name)) from error
    except CalamineError as error:
        raise ListError("list-damaged", damaged_message(path.name)) from error


def open_text(path: Path) -> Iterator[Table]:
    """A CSV file as one table named after the file. Raises ListError."""
    text, notes = _decode(path)
    start = 0
    delimiters: tuple[str, ...] = _DELIMITERS
    first, _, _ = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        # Excel's own hint; Excel does not show it as a row.
        start, delimiters = len(first) + 1, (first.strip()[-1],)
    lines = list(io.StringIO(text[start:], newline=""))
    best = max(delimiters, key=lambda delimiter: _fit(lines[:_SNIFFED_LINES], delimiter))
    rows, faults = _records(lines, best)
    if '="' in text:
        rows = [[_EXACT.sub(r"\1", cell) for cell in row] for row in rows]
    width = max((len(row) for row in rows), default=0)
    yield Table(
        path.stem,
        [row + [""] * (width - len(row)) for row in rows],
        faults=faults | _too_wide(rows),
        notes=notes,
        is_file=True,
    )


def damaged_message(name: str) -> str:
    """What is said of a file that breaks off or contradicts itself."""
    return f"{name} is damaged or cut off. Ask for the file again, or open it, save it as XLSX and import that."


def encrypted_message(name: str) -> str:
    """What is said of a file with a password."""
    return f"{name} is protected with a password. Open it with the password, save it without one, and import that."


def _rows_of_formulas(path: Path, sheet: str, last: int, width: int, lacking: Callable[[], Cells]) -> list[list[Any]]:
    """The rows below the last one that calamine sees, as far down as formulas without a result stand."""
    said = formulas.last_row(path, sheet)
    if said is not None and said <= last:
        return []
    return [[""] * width for _ in range(last, max((row for row, _ in lacking()), default=0))]


def _epoch(path: Path) -> date:
    """Day 0 of a workbook's dates, which calamine knows for cells with a date's format only."""
    with path.open("rb") as file:
        archive = file.read(2) == b"PK"
    if not archive:
        return dates.EPOCH_1904 if _DATE_1904_XLS in path.read_bytes() else dates.EPOCH
    from zipfile import ZipFile  # 10 ms

    with ZipFile(path) as parts:
        for name, pattern in ((_XLSX_BOOK, _DATE_1904_XLSX), (_ODS_CONTENT, _DATE_1904_ODS)):
            if name in parts.namelist() and pattern.search(parts.read(name)):
                return dates.EPOCH_1904
    return dates.EPOCH


def _decode(path: Path) -> tuple[str, tuple[Finding, ...]]:
    data = path.read_bytes()
    encoding = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError:
        pass
    try:
        lines = [_decode_line(line) for line in data.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True)]
    except UnicodeDecodeError as error:
        raise ListError(
            "list-encoding",
            f"The text of {path.name} is in no encoding that lists have (UTF-8, UTF-16, Windows-1252)."
            " Save it as XLSX or as CSV UTF-8 and import that.",
        ) from error
    text = "".join(line for line, _ in lines)
    windows = [number for number, (_, is_windows) in enumerate(lines, start=1) if is_windows]
    if all(is_windows or line.isascii() for line, is_windows in lines):
        return text, ()
    details = findings.message("encoding-mixed", count=len(windows))
    return text, (Finding(path.stem, windows[0], "", "encoding-mixed", details),)


def _decode_line(line: bytes) -> tuple[str, bool]:
    """A line, and whether it is in Windows-1252: files grow together from several."""
    try:
        return line.decode("utf-8"), False
    except UnicodeDecodeError:
        return line.decode("cp1252"), True


def _fit(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    """How well a delimiter explains the text.

    By the columns of the list's header that it makes out, because addresses are full of commas; then by columns
    times the records that have just that many.
    """
    rows, _ = _records(lines, delimiter)
    layout = headers.find(Table("", rows))
    known = len(layout.columns) if layout and layout.states_births else 0
    widths = Counter(map(len, rows))
    return known, max((width * count for width, count in widths.items() if width > 1), default=0)


def _records(lines: Sequence[str], delimiter: str) -> tuple[list[list[Any]], dict[int, Fault]]:
    """The records, and which of them have quotation marks that do not pair up.

    Left to itself the csv module makes one cell of all that follows such a mark, and the students in it are gone.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        rows = list(reader)
    except csv.Error:
        return _mended(lines, delimiter)
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else 0
    if reader.line_num > len(rows) and any(_swallows(row, delimiter, width) for row in rows):
        return _mended(lines, delimiter)
    return rows, {}


def _mended(lines: Sequence[str], delimiter: str) -> tuple[list[list[Any]], dict[int, Fault]]:
    """The same line by line: a line whose quotation marks do not pair up is divided at every delimiter."""
    width = Counter(line.count(delimiter) for line in lines).most_common(1)[0][0] + 1
    rows: list[list[Any]] = []
    faults = {}
    at = 0
    while at < len(lines):
        row, at = _next_record(lines, at, delimiter, width)
        if row is None:
            row, at = _unquoted(lines[at], delimiter), at + 1
            marked = [column for column, cell in enumerate(row) if '"' in cell]
            if marked:
                faults[len(rows)] = Fault("quote-unclosed", marked[0])
        rows.append(row)
    return rows, faults


def _next_record(lines: Sequence[str], at: int, delimiter: str, width: int) -> tuple[list[str] | None, int]:
    """The record that begins at a line, and where the next one begins; None where no record begins properly."""
    for end in range(at + 1, min(at + _LONGEST_CELL, len(lines)) + 1):
        if end > at + 1 and '"' not in lines[end - 1]:
            continue  # nothing here closes a cell
        try:
            records = list(csv.reader(lines[at:end], delimiter=delimiter, strict=True))
        except csv.Error:
            continue
        if len(records) == 1 and not _swallows(records[0], delimiter, width):
            return records[0], end
        break
    return None, at


def _unquoted(line: str, delimiter: str) -> list[str]:
    cells = (cell.strip() for cell in line.rstrip("\r\n").split(delimiter))
    return [cell[1:-1].replace('""', '"') if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell for cell in cells]


def _swallows(row: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a cell of several lines holds as many delimiters as whole rows of the list would."""
    return any(
        cell.count(delimiter) >= breaks * max(width - 1, 1)
        for cell in row
        if (breaks := len(cell.splitlines()) - 1) > 0
    )


def _too_wide(rows: list[list[Any]]) -> dict[int, Fault]:
    """Rows with more cells than the header: a delimiter inside a cell without quotes shifts what follows it."""
    table = Table("", rows)
    layout = headers.find(table)
    if layout is None:
        return {}
    width = max(map(len, rows[layout.header : layout.data]))
    # A delimiter at the end of every line is a habit of programs and shifts nothing.
    usual = Counter(map(len, rows[layout.data :])).most_common(1)[0][0] if len(rows) > layout.data else width
    faults = {}
    for index in range(layout.data, len(rows)):
        if len(rows[index]) <= width:
            continue
        if headers.at(table, index):
            width = len(rows[index])
        elif len(rows[index]) != usual or any(cell.strip() for cell in rows[index][width:]):
            faults[index] = Fault("row-wider-than-header", width)
    return faults
