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
_PESANTREN: Final = (
    r"(?i:pondok +pesantren|pon[ .\-]?pes|pontren|pesantren)\b|\bP\.?P\b(?=[. ]+(?!(?i:no|nomor)\b)[A-Z])"
)
"""PP. is what most pesantren write; PP Nomor 40 is a regulation."""
_KIND: Final = re.compile(
    r"\b(?:(?:SMAN?S?|SMKN?S?|SMP[NS]?|SMALB|SMTK|SLBN?|MTSN?S?|PKBM|SKB|(?i:madrasah"
    rf"|sekolah menengah|sekolah luar biasa|mts[ns]?))\b|MA[NS]?(?= +[A-Z0-9])|{_PESANTREN}).*"
)
_OF_PESANTREN: Final = re.compile(_PESANTREN)
_PESANTREN_NAMED: Final = re.compile(rf"^(?:(?i:nama) +)?({_PESANTREN})[ .]*[:=]\s*(.+)$")
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
    rf"(?:kelas|class|rombel)?[\s:]*({_LEVEL}(?:[A-Z]?\d{{0,2}}|(?:MIPA|IPA|IPS|BHS|AGAMA|[A-Z]{{2,4}}(?=\d))\d{{0,2}})"
    r"(?:[\s.\-_/]+[^\W_]{1,15}){0,5})",
    re.IGNORECASE,
)
_LONGEST_CLASS: Final = 40
LONGEST_LINE: Final = 300
"""Characters of a title that are looked at."""
_YEARS_AT_END: Final = re.compile(
    r"[\s_.\-(]*(?:\b(?:tahun|thn|tapel|ta|tp|t\.[ap]\.?)[\s._]*)*(?<!\d)20\d\d(?:[\s_\-/.]+(?:20)?\d\d)?\)?$",
    re.IGNORECASE,
)
_ORDINARY: Final = re.compile(
    r"\b(?:data|daftar|siswa|siswi|murid|santri|peserta|list|rekap\w*|absen\w*|nilai|fix|final|rev\w*|copy|salinan|baru"
    r"|lama|update|dapodik|ktp|sma\w*|smk\w*|man|mas|semester|ganjil|genap|lembar|jan\w*|feb\w*|peb\w*|mar(?:et)?|apr\w*"
    r"|mei|jun[ei]?|jul[iy]?|ag[su]\w*|aug\w*|sep\w*|okt\w*|oct\w*|no[vp]\w*|des\w*|dec\w*)\b",
    re.IGNORECASE,
)
"""Words in the name of a file or a sheet that are no part of a class."""
_SPELT_OUT: Final = re.compile(r"\s*\(\s*(?:tujuh|delapan|sembilan|sepuluh|sebelas|dua\s?belas)\s*\)\s*", re.IGNORECASE)
_CLASS_END: Final = re.compile(
    r"\s*\b(?:tahun|sma\w*|smk\w*|mts\w*|ma[ns]?|semester|wali|jumlah|di|tp|t\.p)\b.*", re.IGNORECASE
)


class Title(msgspec.Struct, frozen=True):
    """What the lines above a list say; empty where they do not."""

    school: SchoolName = SchoolName()
    class_name: str = ""


def read(rows: Sequence[Sequence[Any]], sheet: str, *, by_file: bool = False) -> Title:
    """Read the lines above a header; the sheet's name may be class or school, a file's the class."""
    joined = (" ".join(names.tidy(str(cell)) for cell in row if cell != "") for row in rows)
    lines = [line[:LONGEST_LINE] for line in joined if line]
    npsn = next((found[1] for line in lines if (found := _NPSN.search(line))), "")
    district, regency = schools.place_in(lines)
    school = _school(lines) or ("" if by_file else _school([names.tidy(sheet)]))
    return Title(SchoolName(school, npsn, district, regency), class_in(lines) or class_named(sheet, by_file=by_file))


def class_in(lines: Sequence[str]) -> str:
    """The class that a line such as "Kelas : XII IPA 1" names, or nothing."""
    for line in lines:
        if found := _CLASS.search(_SPELT_OUT.sub(" ", line)):
            return _CLASS_END.sub("", found[1]).strip()
    # A line that is nothing but a class, which "7" is not.
    return next((line for line in lines if not line.isdigit() and class_named(line, by_file=True)), "")


def _school(lines: Sequence[str]) -> str:
    # Dapodik: the title, then the school, then "Kecamatan Kec. …".
    if len(lines) > 2 and lines[0].casefold() == "daftar peserta didik" and lines[2].startswith("Kecamatan"):
        return lines[1]
    for line in lines:
        if found := _NAMED.match(line):
            return _cut(found[1])
    pesantren = ""
    for line in lines:
        if found := _PESANTREN_NAMED.match(line):
            named = found[2] if _KIND.match(found[2]) else f"{found[1]} {found[2]}"
            pesantren = pesantren or _cut(named)
        elif (found := _KIND.search(line)) and not _OF_PESANTREN.match(found[0]):
            return _cut(found[0])
        elif found:
            pesantren = pesantren or _cut(found[0])
    # A school of a pesantren names both; its students are the school's.
    return pesantren


def _cut(text: str) -> str:
    end = _CUT.search(text, 1)
    return (text[: end.start()] if end else text).strip(" :-.")


def school_in(line: str) -> SchoolName:
    """The school that a line between students names: "Sekolah : SMAN 1 Juai", or SMAN 1 Juai alone."""
    name = _school([line]) if _NAMED.match(line) or _PESANTREN_NAMED.match(line) or _KIND.match(line) else ""
    return SchoolName(name, "", *schools.place_in([line])) if name else SchoolName()


def is_class(text: str) -> bool:
    """Whether a cell names a class by its level: XI, X-1, 12 IPA 2."""
    return len(text) <= _LONGEST_CLASS and _SHEET_CLASS.fullmatch(text) is not None


def is_level(text: str) -> bool:
    """Whether a text is the level of a class and nothing else: XI, 10."""
    return re.fullmatch(_LEVEL, text, re.IGNORECASE) is not None


def class_named(name: str, *, by_file: bool) -> str:
    """The class that the name of a sheet or a file is, or nothing: 11-2025 is a month, and Data X is no class.

    A file may be named by a day, so that 10-1 is a class as a sheet's name only.
    """
    if len(name) > _LONGEST_CLASS:
        return ""
    text = _YEARS_AT_END.sub("", names.tidy(name)).strip()
    found = _SHEET_CLASS.fullmatch(text)
    if found is None or _ORDINARY.search(text):
        return ""
    said = found[1]
    rest = said.lstrip("0123456789")
    if rest == said or len(said) < len(text) or any(map(str.isalpha, rest)):
        return said
    return "" if by_file or text != names.tidy(name) or not re.fullmatch(r"[\s.\-_][1-9]\d?", rest) else said
