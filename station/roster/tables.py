"""Opens a list file as plain tables: workbooks through python-calamine, text through its own sniffing.

Runs in the bounded child process of `reading`. Positions are kept, because calamine leaves out empty rows
above and columns left of the first cell, and a message must name the row that the spreadsheet shows.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
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

from station.roster.students import ListError

_DELIMITERS: Final = (";", "\t", ",", "|")
_SNIFFED_RECORDS: Final = 300
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Span(msgspec.Struct, frozen=True):
    """A merged range in indexes of the table's rows and columns, ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


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

    def row_number(self, index: int) -> int:
        """The spreadsheet's number of a row."""
        return self.first_row + index

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
                yield Table(meta.name, sheet.to_python(), row + 1, column, merged, hidden)
    except PasswordError as error:
        raise ListError("list-encrypted", encrypted_message(path.name)) from error
    except CalamineError as error:
        raise ListError("list-damaged", damaged_message(path.name)) from error


def open_text(path: Path) -> Iterator[Table]:
    """A CSV file as one table named after the file. Raises ListError."""
    text = _decode(path)
    start = 0
    delimiters: tuple[str, ...] = _DELIMITERS
    first, _, _ = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        # Excel's own hint; Excel does not show it as a row.
        start, delimiters = len(first) + 1, (first.strip()[-1],)
    try:
        best = max(delimiters, key=lambda delimiter: _fit(text, start, delimiter))
        rows: list[list[Any]] = list(csv.reader(io.StringIO(text[start:], newline=""), delimiter=best))
    except csv.Error as error:
        raise ListError("list-damaged", damaged_message(path.name)) from error
    width = max((len(row) for row in rows), default=0)
    yield Table(path.stem, [row + [""] * (width - len(row)) for row in rows])


def damaged_message(name: str) -> str:
    """What is said of a file that breaks off or contradicts itself."""
    return f"{name} is damaged or cut off. Ask for the file again, or open it, save it as XLSX and import that."


def encrypted_message(name: str) -> str:
    """What is said of a file with a password."""
    return f"{name} is protected with a password. Open it with the password, save it without one, and import that."


def _decode(path: Path) -> str:
    data = path.read_bytes()
    encoding = next((encoding for bom, encoding in _BOMS if data.startswith(bom)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise ListError(
            "list-encoding",
            f"The text of {path.name} is in no encoding that lists have (UTF-8, UTF-16, Windows-1252)."
            " Save it as XLSX or as CSV UTF-8 and import that.",
        ) from error


def _fit(text: str, start: int, delimiter: str) -> int:
    """How well a delimiter explains the text: columns times the records that have just that many."""
    records = csv.reader(io.StringIO(text[start : start + 200_000], newline=""), delimiter=delimiter)
    widths: Counter[int] = Counter()
    try:
        for record, _ in zip(records, range(_SNIFFED_RECORDS), strict=False):
            widths[len(record)] += 1
    except csv.Error:
        return 0
    return max((width * count for width, count in widths.items() if width > 1), default=0)
