"""A small writer of XLSX files (ECMA-376), enough to give the bench the lists that schools send.

It writes what the reader has to meet: text in the shared strings, numbers where asked for, merged
cells, several sheets, hidden ones. No styles, no formulas. Kept because openpyxl is a tool of the
tests and not a part of the station.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import msgspec

from station.roster.tables import column_letter

Cell = str | int | float | date | None

EPOCH: Final = date(1899, 12, 30)
"""Day 0 of the 1900 date system as spreadsheets count after February 1900."""

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"


class Sheet(msgspec.Struct, frozen=True):
    """One sheet: rows of cells from A1 on, and ranges such as ``A5:A6`` that are merged."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[str] = ()
    hidden: bool = False


def write(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write the sheets as an XLSX workbook at `path`."""
    strings: dict[str, int] = {}
    bodies = [_sheet_xml(sheet, strings) for sheet in sheets]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", _content_types(len(sheets)))
        archive.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        archive.writestr("xl/workbook.xml", _workbook_xml(sheets))
        targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
        parts = [*targets, ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")]
        archive.writestr("xl/_rels/workbook.xml.rels", _relations(parts))
        archive.writestr("xl/styles.xml", _styles())
        archive.writestr("xl/sharedStrings.xml", _strings_xml(strings))
        for number, body in enumerate(bodies, start=1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", body)


def _sheet_xml(sheet: Sheet, strings: dict[str, int]) -> str:
    letters = [column_letter(n) for n in range(max((len(row) for row in sheet.rows), default=0))]
    parts = [_DECLARATION, f'<worksheet xmlns="{_MAIN}"><sheetData>']
    for number, row in enumerate(sheet.rows, start=1):
        parts.append(f'<row r="{number}">')
        for letter, cell in zip(letters, row, strict=False):
            if cell is None or cell == "":
                continue
            if isinstance(cell, str):
                parts.append(f'<c r="{letter}{number}" t="s"><v>{strings.setdefault(cell, len(strings))}</v></c>')
            elif isinstance(cell, date):
                parts.append(f'<c r="{letter}{number}" s="1"><v>{(cell - EPOCH).days}</v></c>')
            else:
                parts.append(f'<c r="{letter}{number}"><v>{cell!r}</v></c>')
        parts.append("</row>")
    parts.append("</sheetData>")
    if sheet.merged:
        merged = "".join(f'<mergeCell ref="{reference}"/>' for reference in sheet.merged)
        parts.append(f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>')
    parts.append("</worksheet>")
    return "".join(parts)


def _strings_xml(strings: dict[str, int]) -> str:
    items = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings)
    return f'{_DECLARATION}<sst xmlns="{_MAIN}" uniqueCount="{len(strings)}">{items}</sst>'


def _workbook_xml(sheets: Sequence[Sheet]) -> str:
    entries = "".join(
        f'<sheet name="{escape(sheet.name, {chr(34): "&quot;"})}" sheetId="{n}"'
        f'{" state=" + chr(34) + "hidden" + chr(34) if sheet.hidden else ""} r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, start=1)
    )
    return f'{_DECLARATION}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{entries}</sheets></workbook>'


def _styles() -> str:
    # Cell format 1 is number format 14, the reader's short date.
    fill = '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    blank = f'<fonts count="1"><font/></fonts><fills count="2">{fill}</fills><borders count="1"><border/></borders>'
    base = '<cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs>'
    formats = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
    normal = '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    return f'{_DECLARATION}<styleSheet xmlns="{_MAIN}">{blank}{base}{formats}{normal}</styleSheet>'


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    items = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'


def _content_types(sheets: int) -> str:
    parts = [("workbook.xml", "sheet.main"), ("styles.xml", "styles"), ("sharedStrings.xml", "sharedStrings")]
    parts += [(f"worksheets/sheet{n}.xml", "worksheet") for n in range(1, sheets + 1)]
    overrides = "".join(f'<Override PartName="/xl/{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in parts)
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">{defaults}{overrides}</Types>'
