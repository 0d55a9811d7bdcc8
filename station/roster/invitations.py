"""Invitations: one card a student with the code that checks in at the touchscreen, as a page to print.

The page holds names and codes, so it is written for the owner's eyes only and belongs in a drawer, not in a mail. The
code is opaque: it says nothing about the student to whoever finds it.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import segno

from station.errors import StationError
from station.files import write_durably
from station.roster import classes
from station.roster.register import Record

CARDS_A_PAGE: Final = 8
_BEGINNING: Final = '<!doctype html><html lang="id"><meta charset="utf-8"><title>Undangan '
"""By which a page of invitations is known, which another may take the place of."""

_STYLE: Final = """
@page{size:A4;margin:12mm}body{margin:0;font:12pt/1.35 Roboto,Arial,sans-serif;color:#0F1B2D}
section{display:grid;grid-template-columns:1fr 1fr;gap:8mm;break-after:page}section:last-child{break-after:auto}
article{border:.3mm dashed #46566B;border-radius:3mm;padding:5mm;display:flex;gap:5mm;height:56mm;overflow:hidden}
article svg{width:38mm;height:38mm;flex:none}h2{font-size:14pt;margin:0 0 2mm}p{margin:0 0 2mm}small{color:#46566B}
"""


def write(path: Path, school: str, students: Iterable[Record]) -> int:
    """Write the page at `path` (readable by its owner only); returns how many cards.

    Raises DiskTrouble, and StationError where something else stands at `path`: the school's own list, perhaps.
    """
    if path.exists() and not _is_page(path):
        what = f"{path} is there already and is no page of invitations; it was left as it is."
        raise StationError(what, "Name a file that is not there yet.")
    ordered = sorted(students, key=lambda record: (classes.order(record.student.class_name), record.student.name))
    write_durably(path, "\n".join(_page(school, ordered)).encode())
    return len(ordered)


def _is_page(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_BEGINNING)) == _BEGINNING.encode()


def _page(school: str, students: list[Record]) -> Iterator[str]:
    yield f"{_BEGINNING}{html.escape(school)}</title>"
    yield f"<style>{_STYLE}</style>"
    for start in range(0, len(students), CARDS_A_PAGE):
        yield "<section>"
        for record in students[start : start + CARDS_A_PAGE]:
            yield _card(school, record)
        yield "</section>"
    yield "</html>"


def _card(school: str, record: Record) -> str:
    picture = segno.make(record.code, error="m", micro=False).svg_inline(border=2)
    return (
        f"<article>{picture}<div><h2>{html.escape(record.student.name)}</h2>"
        f"<p>{html.escape(record.student.class_name)}<br>{html.escape(school)}</p>"
        "<p>Perekaman KTP-el di sekolah. Tunjukkan kode ini ke layar, dan bawa akta kelahiran, Kartu Keluarga,"
        " serta persetujuan orang tua/wali.</p>"
        f"<small>{html.escape(record.code)}</small></div></article>"
    )
