"""Finds every text for translation in the sources, and brings the catalogues up to date.

`python -m station.screens.locale.extract` rewrites `messages.pot` and merges `id.po`; a test fails while a text has no
translation or a translation has no text. Texts in KV stand on one line, as `tr._("…")` or `tr._n("…", "…", n)`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from station.screens.locale.catalogue import HERE, INDONESIAN

KEYWORDS: Final = {"_": None, "_n": (1, 2), "mark": None}
ROOM: Final = HERE.parent
_WRITTEN: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""A fixed date in the header, so that the same texts give the same file."""

_HEADER: Final[dict[str, Any]] = {
    "project": "station",
    "version": "1",
    "charset": "utf-8",
    "fuzzy": False,
    "header_comment": "# The words of the station's screens.",
    "msgid_bugs_address": "station",
    "last_translator": "station",
    "language_team": "station",
}


def texts(room: Path = ROOM) -> Catalog:
    """Every text for translation in the .py and .kv files of a folder; their places are files without lines."""
    found = Catalog(creation_date=_WRITTEN, revision_date=_WRITTEN, **_HEADER)
    for path in sorted([*room.rglob("*.py"), *room.rglob("*.kv")]):
        for message in _texts_in(path):
            found.add(message, locations=[(path.relative_to(room).as_posix(), 1)])
    return found


def _texts_in(path: Path) -> Iterator[str | tuple[str, ...]]:
    source = path.read_bytes()
    if path.suffix == ".kv":
        # A KV line is `name: expression`; the expression alone is Python.
        lines = [line for line in source.splitlines() if b"_(" in line or b"_n(" in line]
        source = b"\n".join(line.partition(b":")[2].strip() for line in lines)
    for _line, message, _comments, _context in extract("python", io.BytesIO(source), KEYWORDS):
        yield message if isinstance(message, str) else tuple(part for part in message if part)


def update() -> None:
    """Rewrite the template, and merge it into the Indonesian catalogue; what is no longer used is dropped."""
    template = texts()
    words_path = HERE / f"{INDONESIAN}.po"
    if words_path.exists():
        with words_path.open("rb") as file:
            words = read_po(file, locale=INDONESIAN)
    else:
        words = Catalog(locale=INDONESIAN, **_HEADER)
    words.update(template, no_fuzzy_matching=True, update_header_comment=False)
    words.obsolete.clear()
    words.creation_date = words.revision_date = _WRITTEN
    for path, catalog in ((HERE / "messages.pot", template), (words_path, words)):
        buffer = io.BytesIO()
        write_po(buffer, catalog, width=120, sort_output=True, include_lineno=False)
        path.write_bytes(buffer.getvalue())


if __name__ == "__main__":
    update()
