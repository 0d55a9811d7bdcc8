"""What stands above a list: the school, its NPSN, the class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from station.roster import names, schools
from station.roster.schools import SchoolName

_NPSN: Final = re.compile(r"\bNPSN\b\D{0,5}(\d{8})\b", re.IGNORECASE)
_NAMED: Final = re.compile(
    r"^(?:nama\s+(?:sekolah|madrasah|satuan pendidikan|lembaga)|(?:sekolah|madrasah|satuan pendidikan|lembaga|school"
    r"(?:\s+name)?)\s*[:=])\s*[:=]?\s*(.+)$",
    re.IGNORECASE,
)
_KIND: Final = re.compile(
    r"\b(?:(?:SMAN?S?|SMKN?S?|SMP[NS]?|SMALB|SMTK|SLBN?|MTSN?S?|PKBM|SKB|(?i:pondok pesantren|ponpes|pesantren|madrasah"
    r"|sekolah menengah|sekolah luar biasa|mts[ns]?))\b|MA[NS]?(?= +[A-Z0-9])).*"
)
_CUT: Final = re.compile(
    r"\s*(?:[,;(|]|\b(?:tahun|t\.?p\.?|t\.?a\.?|tapel|kelas|rombel|npsn|kecamatan|kec\.|kabupaten|kab\.|semester|alamat"
    r"|per tanggal)(?![\w]))",
    re.IGNORECASE,
)
_LEVEL: Final = r"(?:VII|VIII|IX|XII|XI|X|1[0-2]|[7-9])"
_CLASS: Final = re.compile(
    r"(?<!wali )\b(?:kelas|rombel|rombongan belajar|class)\s*[:=]?\s*"
    rf"({_LEVEL}(?:[\s.\-/]*[A-Z0-9]+){{0,3}})(?![A-Za-z])",
    re.IGNORECASE,
)
_SHEET_CLASS: Final = re.compile(
    rf"(?:kelas|class|rombel)?[\s:]*({_LEVEL}(?:[\s.\-_/]+\w+|[A-Z]\d?|\d)*)", re.IGNORECASE
)
_CLASS_END: Final = re.compile(
    r"\s*\b(?:tahun|sma\w*|smk\w*|mts\w*|ma[ns]?|semester|wali|jumlah|di|tp|t\.p)\b.*", re.IGNORECASE
)


class Title(msgspec.Struct, frozen=True):
    """What the lines above a list say; empty where they do not."""

    school: SchoolName = SchoolName()
    class_name: str = ""


def read(rows: Sequence[Sequence[Any]], sheet: str) -> Title:
    """Read the lines above a header; the class may also be the sheet's name."""
    lines = [line for row in rows if (line := " ".join(names.tidy(str(cell)) for cell in row if cell != ""))]
    npsn = next((found[1] for line in lines if (found := _NPSN.search(line))), "")
    district, regency = schools.place_in(lines)
    return Title(SchoolName(_school(lines), npsn, district, regency), class_in(lines) or _class_of_sheet(sheet))


def class_in(lines: Sequence[str]) -> str:
    """The class that a line such as "Kelas : XII IPA 1" names, or nothing."""
    for line in lines:
        if found := _CLASS.search(line):
            return _CLASS_END.sub("", found[1]).strip()
    return ""


def _school(lines: Sequence[str]) -> str:
    # Dapodik: the title, then the school, then "Kecamatan Kec. …".
    if len(lines) > 2 and lines[0].casefold() == "daftar peserta didik" and lines[2].startswith("Kecamatan"):
        return lines[1]
    for line in lines:
        if found := _NAMED.match(line):
            return _cut(found[1])
    for line in lines:
        if found := _KIND.search(line):
            return _cut(found[0])
    return ""


def _cut(text: str) -> str:
    end = _CUT.search(text, 1)
    return (text[: end.start()] if end else text).strip(" :-.")


def is_class(text: str) -> bool:
    """Whether a cell names a class by its level: XI, X-1, 12 IPA 2."""
    return bool(_class_of_sheet(text))


def _class_of_sheet(sheet: str) -> str:
    found = _SHEET_CLASS.fullmatch(names.tidy(sheet))
    return found[1] if found else ""
