"""Divides a sheet into its tables: one class below the other, or two of them side by side.

Schools print a list so that it fills the paper. Each table is then judged as if it were a sheet of its own,
with the sheet's own rows and columns in what is said of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from station.roster import headers
from station.roster.headers import Layout
from station.roster.tables import Span, Table


class Block(msgspec.Struct, frozen=True):
    """One table with its header."""

    table: Table
    layout: Layout
    above: Sequence[Sequence[Any]]
    """The lines above the header, as wide as the table; the first table's are part of it."""
    titles: Sequence[Sequence[Any]]
    """The same as wide as the sheet: a title over tables side by side holds for all of them."""
    beside: bool = False
    """It stands to the right of another."""
    again: bool = False
    """Its header is the same as the one before, as on each page of a printed list."""


def divide(table: Table) -> list[Block]:
    """The tables of a sheet, from the left and the top; empty where no header is."""
    layout = headers.find(table)
    if layout is None:
        return []
    parts = headers.apart(table, layout)
    if len(parts) == 1:
        return _with_right(table, layout)
    edges = [0, *(min(part.columns.values()) for part in parts[1:]), len(table.rows[0])]
    found = list[Block]()
    for number, part in enumerate(parts):
        left, right = edges[number], edges[number + 1]
        moved = msgspec.structs.replace(part, columns={field: at - left for field, at in part.columns.items()})
        for block in _downwards(_slice(table, 0, len(table.rows), left, right), moved):
            found.append(_in_sheet(block, table, beside=number > 0))
    return found


def _with_right(table: Table, layout: Layout) -> list[Block]:
    """The tables from a header downwards, and those to the right of it whose header stands elsewhere."""
    edge, width = max(layout.columns.values()) + 1, len(table.rows[0])
    right = headers.find(_slice(table, 0, headers.SEARCHED_ROWS, edge, width)) if layout.states_births else None
    if right is None or not right.states_births or right.header < layout.data:
        return list(_downwards(table, layout))
    height = len(table.rows)
    beside = divide(_slice(table, 0, height, edge, width))
    return [
        *(_in_sheet(block, table, beside=False) for block in _downwards(_slice(table, 0, height, 0, edge), layout)),
        *(_in_sheet(block, table, beside=True) for block in beside),
    ]


def _in_sheet(block: Block, sheet: Table, *, beside: bool) -> Block:
    first = block.table.row_number(block.layout.header) - sheet.first_row
    lines = sheet.rows[first - len(block.above) : first]
    return msgspec.structs.replace(block, titles=lines, beside=beside)


def _downwards(table: Table, layout: Layout) -> Iterator[Block]:
    starts = [layout]
    last, born, name = layout, layout.born, layout.columns["name"]
    for index in range(layout.data, len(table.rows)):
        cells = table.rows[index]
        # Blank rows first: a stray cell far below the list makes a million of them.
        if not any(cells) or not _may_be_header(cells[born], cells[name]):
            continue
        if index >= last.data and (below := headers.at(table, index)):
            starts.append(below)
            last, born, name = below, below.born, below.columns["name"]
    first = table.rows[: layout.header]
    if len(starts) == 1:
        yield Block(table, layout, first, first)
        return
    ends = [start.header for start in starts[1:]] + [len(table.rows)]
    yield Block(_slice(table, 0, ends[0]), layout, first, first)
    for before, start, end in zip(starts, starts[1:], ends[1:], strict=False):
        own = msgspec.structs.replace(start, header=0, data=start.data - start.header)
        above = _lines_above(table, start.header, before)
        again = start.columns == before.columns
        yield Block(_slice(table, start.header, end), own, above, above, again=again)


def _may_be_header(born: object, name: object) -> bool:
    """A quick no for the rows of students, of which there may be 10,000: they have digits in their birth dates."""
    if not isinstance(born, str) or born[:1].isdigit():
        return False
    if not any(map(str.isdigit, born)):
        return True
    return isinstance(name, str) and name[:4].casefold() in ("nama", "name")


def _lines_above(table: Table, header: int, before: Layout) -> list[list[Any]]:
    """The lines between the last student of the table before and a header."""
    first, born, name = header, before.born, before.columns["name"]
    while first > before.data and _may_be_header(table.rows[first - 1][born], table.rows[first - 1][name]):
        first -= 1
    return table.rows[first:header]


def _slice(table: Table, top: int, bottom: int, left: int = 0, right: int | None = None) -> Table:
    rows = table.rows[top:bottom] if right is None else [row[left:right] for row in table.rows[top:bottom]]
    width = len(rows[0]) if rows else 0
    spans = (
        Span(s.first_row - top, s.first_column - left, s.last_row - top, s.last_column - left) for s in table.merged
    )
    return msgspec.structs.replace(
        table,
        rows=rows,
        first_row=table.first_row + top,
        first_column=table.first_column + left,
        merged=tuple(s for s in spans if s.first_row >= 0 and 0 <= s.first_column < width),
        faults={index - top: fault for index, fault in table.faults.items() if top <= index < bottom},
    )
