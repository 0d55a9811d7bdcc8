"""What a row below a header is: a student, a class between the students, a total, a signature, or nothing.

A student who is incomplete must not be taken for a signature and get lost, and a signature must not be
reported as a student without a birth date.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from station.roster import births, headers, titles
from station.roster.rows import plain, sex_in
from station.roster.schools import SchoolName
from station.roster.tables import Table
from station.roster.titles import LONGEST_LINE

_FOOTER: Final = re.compile(
    r"^\W*(jumlah|total|rekap\w*|mengetahui|menyetujui|kepala (sekolah|madrasah|dinas|sm[ak]\w*|ma[ns]?|mts\w*)"
    r"|(kepala|pengasuh|pimpinan|pengurus|mudir|ketua) (pondok|pon[ .\-]?pes|pesantren|pontren|p\.?p)"
    r"|wali kelas|plt|keterangan|catatan|ket|nip\b\W{0,3}\d+|nuptk|tanda tangan|ttd|dibuat|operator (sekolah|dapodik)"
    r"|(laki ?- ?laki|perempuan)(?=\s*([:=]|$))|sumber|dicetak|halaman)\b",
    re.IGNORECASE,
)
_REMARK: Final = re.compile(r"^[(*\[]|:$")
_STAFF_NUMBER: Final = re.compile(r"\W*(nip|nuptk|nuks)\b", re.IGNORECASE)
_YOUNGEST: Final = 10
"""Years. A later date beside a footer's word is the day on which the list was signed."""


def kind_of(
    cells: Sequence[Any], columns: dict[str, int], today: date, classes: Collection[str], *, footer: bool
) -> str:
    """What the row is: the code of a finding for a row to leave out, empty for a blank row, or one of three words.

    ``student``, or for a line between the students ``section`` (a class) or ``school``.
    """
    name = cells[columns["name"]]
    begins_so = isinstance(name, str) and bool(_FOOTER.match(name))
    solid = _is_solid(cells, columns)
    if solid and name != "" and not footer and not begins_so:
        return "student"
    numbered_person = _has_digits(cells, columns, ("nik", "nisn", "nis_nisn"))
    is_footer = begins_so and not numbered_person and not _has_birth_date(cells, columns, today)
    if solid and name != "" and not footer and not is_footer:
        return "student"
    filled = [plain(cell) for cell in cells if cell != "" and plain(cell)]
    if not filled:
        return ""
    if section(cells):
        return "section"
    if not is_footer and not numbered_person and school_line(cells).is_named:
        return "school"
    if not is_footer and _is_person(cells, columns, classes):
        return "student"
    if is_footer or (any(_FOOTER.match(text) for text in filled) and (name == "" or not solid)):
        return "row-not-a-student"
    mapped = [field for field, at in columns.items() if plain(cells[at])]
    numbered = "number" in mapped and plain(cells[columns["number"]]).rstrip(".").isdigit()
    if mapped in (["number"], []):
        # A numbered line left free, or a note beside the list.
        return "" if numbered and len(filled) == 1 else "row-not-a-student"
    if mapped == ["name"] and _REMARK.search(plain(name)):
        return "row-not-a-student"
    if footer and not numbered and not numbered_person:
        return "row-not-a-student"
    return "student"


def says_footer(cells: Sequence[Any]) -> bool:
    """Whether a cell begins with a word of totals and signatures."""
    return any(_FOOTER.match(text) for cell in cells if cell != "" and (text := plain(cell)))


def section(cells: Sequence[Any]) -> str:
    """The class that a line between students names: "Kelas : XI B", or XI B alone."""
    filled = [text for cell in cells if cell != "" and (text := plain(cell))]
    if not filled or len(filled) > 2:
        return ""
    return titles.class_in([" ".join(filled)[:LONGEST_LINE]])


def school_line(cells: Sequence[Any]) -> SchoolName:
    """The school that a line between students names, if it does nothing else."""
    filled = [text for cell in cells if cell != "" and (text := plain(cell))]
    line = " ".join(filled)[:LONGEST_LINE]
    if not filled or len(filled) > 2 or any(_FOOTER.match(text) for text in filled):
        return SchoolName()
    return titles.school_in(line)


def _has_birth_date(cells: Sequence[Any], columns: dict[str, int], today: date) -> bool:
    """Whether a birth date stands there, beside which a footer's word begins a name: Sumber Rejeki."""
    birth = births.read(cells, columns, today).date
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
    return _has_digits(cells, columns, ("birth_date", "birth_month", "birth_year", "birth", "nik", "nisn", "nis_nisn"))


def _has_digits(cells: Sequence[Any], columns: dict[str, int], fields: Sequence[str]) -> bool:
    """Whether one of the cells holds a digit, other than of the staff number under a signature."""
    for field in fields:
        at = columns.get(field)
        if at is None or (cell := cells[at]) == "":
            continue
        if not isinstance(cell, str) or cell[0].isdigit():
            return True
        if any(map(str.isdigit, cell)) and not _STAFF_NUMBER.match(cell):
            return True
    return False


def last_solid(table: Table, layout: headers.Layout, today: date) -> int:
    """The last row that is a student beyond doubt; what comes after it may be a total or a signature."""
    for index in range(len(table.rows) - 1, layout.data - 1, -1):
        cells = table.rows[index]
        name = cells[layout.columns["name"]]
        if name == "" or not _is_solid(cells, layout.columns):
            continue
        named = isinstance(name, str) and any(map(str.isalpha, name)) and not _FOOTER.match(name)
        if named or _has_birth_date(cells, layout.columns, today):
            return index
    return layout.data - 1
