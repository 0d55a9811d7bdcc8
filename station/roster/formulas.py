"""Formulas whose results are not in the file: programs that write workbooks do not calculate.

Excel and LibreOffice keep with each formula what it last gave, and calamine reads that. A workbook that a library wrote
has nothing there, or a 0, until somebody opens and saves it: to calamine such a cell is empty, and a row of them
is no row. Only XLSX is looked into; the libraries that write the other kinds keep a result.
"""

from __future__ import annotations

import html
import re
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import ZipFile, is_zipfile

_BOOK: Final = "xl/workbook.xml"
_RELATIONS: Final = "xl/_rels/workbook.xml.rels"
_SHEET: Final = re.compile(rb"<(?:\w+:)?sheet\s([^<>]*)>")
_RELATION: Final = re.compile(rb"<(?:\w+:)?Relationship\s([^<>]*)>")
_ATTRIBUTE: Final = re.compile(r"""(?:\w+:)?(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_CELL: Final = re.compile(
    rb"<(?:\w+:)?c\s([^<>]*)>\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v(?:\s[^<>]*)?>([^<]*)<)?"
)
"""A cell that begins with a formula: its attributes, and the result where one stands."""
_PLACE: Final = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_RESULT: Final = re.compile(rb"""\bt=["'](?:str|s|b|e|d)["']""")
"""A kind of result other than a number: an empty text is one as well."""
_DIMENSION: Final = re.compile(rb"""<(?:\w+:)?dimension\s[^>]*ref=["'](?:[A-Z]+\d+:)?[A-Z]+(\d+)["']""")
_HEAD: Final = 4096
"""Bytes at the start of a sheet's part in which its dimension stands."""

Cells = frozenset[tuple[int, int]]
"""Places in a sheet: the row as the spreadsheet counts, and the column's index from 0."""


def without_result(path: Path, sheet: str) -> Cells:
    """The cells of a sheet whose formula has no result in the file, or the 0 that libraries put there."""
    with _Parts(path) as parts:
        data = parts.read(sheet)
    found = set()
    for attributes, result in _CELL.findall(data) if b"<f" in data or b":f" in data else ():
        place = _PLACE.search(attributes)
        if place and not _RESULT.search(attributes) and result.strip() in (b"", b"0"):
            found.add((int(place[2]), _index(place[1])))
    return frozenset(found)


def last_row(path: Path, sheet: str) -> int | None:
    """The last row that a sheet says it has, empty to calamine or not; None where it does not say.

    0 where the file can have no such formulas.
    """
    with _Parts(path) as parts:
        if not parts.are_xlsx:
            return 0
        found = _DIMENSION.search(parts.read(sheet, _HEAD))
    return int(found[1]) if found else None


class _Parts:
    """The parts of an XLSX by the names of its sheets; of any other file, none."""

    def __init__(self, path: Path) -> None:
        self._archive = ZipFile(path) if is_zipfile(path) else None
        self.are_xlsx = self._archive is not None and {_BOOK, _RELATIONS} <= set(self._archive.namelist())

    def __enter__(self) -> _Parts:
        return self

    def __exit__(self, *_: object) -> None:
        if self._archive is not None:
            self._archive.close()

    def read(self, sheet: str, size: int = -1) -> bytes:
        """The first bytes of a sheet's part, or all; empty where there is no such part."""
        part = self._part(sheet) if self.are_xlsx else None
        if self._archive is None or part is None or part not in self._archive.namelist():
            return b""
        with self._archive.open(part) as file:
            return file.read(size)

    def _part(self, sheet: str) -> str | None:
        assert self._archive is not None
        targets = {}
        for tag in _RELATION.findall(self._archive.read(_RELATIONS)):
            said = _attributes(tag)
            targets[said.get("Id")] = said.get("Target", "")
        for tag in _SHEET.findall(self._archive.read(_BOOK)):
            said = _attributes(tag)
            if said.get("name") == sheet and (target := targets.get(said.get("id"))):
                return str(PurePosixPath("/xl") / target).lstrip("/")
        return None


def _attributes(tag: bytes) -> dict[str, str]:
    """A tag's attributes by their names without prefixes."""
    found = _ATTRIBUTE.findall(tag.decode(errors="replace"))
    return {name: html.unescape(quoted or single) for name, quoted, single in found}


def _index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index - 1
