"""On which line of a TOML file a setting stands: tomllib reads the values and forgets their places.

Good enough for a message that helps to find it: tables, dotted keys and arrays of tables are followed, a key inside of
an inline table counts as the line of that table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

Place = Sequence[str | int]
"""Keys from the document's root, and positions in arrays, such as ("devices", "match", 0, "kind")."""

_HEADER = re.compile(r"\s*(\[\[?)([^\]]+)\]")
_SETTING = re.compile(r"\s*([\w.\- \t\"']+?)\s*=")


def line_of(text: str, place: Place) -> int | None:
    """The line of the setting at `place`, or of the nearest table around it that is written there; from 1."""
    table: tuple[str | int, ...] = ()
    met: Counter[tuple[str | int, ...]] = Counter()
    best, found = 0, None
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _keys(header[2])
            if header[1] == "[[":
                met[table] += 1
            table = _numbered(table, met)
            here = table
        elif setting := _SETTING.match(line):
            here = (*table, *_keys(setting[1]))
        else:
            continue
        if len(here) > best and here == tuple(place[: len(here)]):
            best, found = len(here), number
    return found


def _numbered(table: tuple[str | int, ...], met: Counter[tuple[str | int, ...]]) -> tuple[str | int, ...]:
    """The table with the positions of the arrays of tables that it is in."""
    place: list[str | int] = []
    for end, key in enumerate(table, start=1):
        place.append(key)
        if met[table[:end]]:
            place.append(met[table[:end]] - 1)
    return tuple(place)


def _keys(dotted: str) -> tuple[str | int, ...]:
    return tuple(key.strip(" \t\"'") for key in dotted.split("."))
