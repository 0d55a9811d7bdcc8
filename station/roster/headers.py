"""Which column is which: finds a list's header among titles, notes and two-row groups.

"NIK" stands four times in Dapodik's list, once for the student and once for each parent, so a
column is known by both rows of the header together, never by its name alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import msgspec

from station.roster import date_columns

if TYPE_CHECKING:
    from station.roster.tables import Table

SEARCHED_ROWS: Final = 40
"""How far down a header is looked for; below that, a sheet is not a list."""

_SYNONYMS: Final = {
    "number": "no|nomor|no urut|nomor urut|num|number|#",
    "name": "nama|nama siswa|nama lengkap|nama peserta didik|nama pd|nama murid|nama santri|nama pelajar|nama anak"
    "|nama siswa siswi|nama siswa i|nama siswi|nm siswa|nm lengkap|nm peserta didik|nm pd"
    "|nama peserta|nama santriwati|nama warga belajar|siswa|peserta didik|name|student name"
    "|full name|student|student s name|name of student",
    "sex": "jk|l p|p l|lp|lk pr|jenis kelamin|kelamin|jns kelamin|jns klmn|laki laki perempuan"
    "|j k|jen kel|jenkel|sex|gender|m f|jenis kelamin l p|jk l p",
    "nisn": "nisn|no nisn|nomor nisn|nomor induk siswa nasional|no induk siswa nasional|national student number",
    "nis_nisn": "nis nisn|nisn nis|nipd nisn|nisn nipd|no induk nisn|nomor induk nisn|nomor induk nis nisn"
    "|no induk nis nisn|no nis nisn|nomor nis nisn|induk nisn",
    "nik": "nik|no nik|nomor nik|nomor induk kependudukan|no induk kependudukan|nik ktp|no ktp|nomor ktp|nik no ktp"
    "|no ktp nik|nik kitas|nik kia|national id|national id number|identity number|id number"
    "|nik nomor induk kependudukan",
    "no_kk": "no kk|nomor kk|kk|nkk|nomor kartu keluarga|no kartu keluarga|kartu keluarga|family card"
    "|family card number|family card no",
    "birth_place": "tempat lahir|tmp lahir|tpt lahir|tempat kelahiran|tmpt lahir|kota lahir|place of birth|birth place"
    "|birthplace|pob",
    "birth_date": "tanggal lahir|tgl lahir|tgl lhr|tanggal kelahiran|tgl kelahiran|lahir|date of birth|birth date"
    "|birthdate|dob|birthday",
    "birth": "ttl|t t l|tempat tanggal lahir|tempat tgl lahir|tempat tgl lhr|tmp tgl lahir|tpt tgl lahir|tmpt tgl lahir"
    "|tempat lahir tanggal lahir|tempat lahir tgl lahir|kelahiran|place date of birth|place and date of birth"
    "|birth place date|birth place and date",
    "street": "alamat|alamat lengkap|alamat rumah|alamat tempat tinggal|alamat jalan|alamat tinggal|jalan|address"
    "|home address|street",
    "rt_rw": "rt rw",
    "rt": "rt",
    "rw": "rw",
    "hamlet": "dusun|nama dusun|hamlet",
    "village": "kelurahan|desa|desa kelurahan|kelurahan desa|kel desa|desa kel|nama desa|village",
    "district": "kecamatan|kec|district|subdistrict",
    "class_name": "rombel saat ini|rombel|rombongan belajar|kelas rombel|rombel kelas|nama rombel|kelas saat ini|kelas"
    "|kls|kelas jurusan|kls jur|kls jurusan|class|class name|class group|tingkat kelas|tingkat|grade|kelas tingkat",
    "programme": "jurusan|program|program studi|prodi|program keahlian|kompetensi keahlian|konsentrasi keahlian"
    "|peminatan|paket keahlian|bidang keahlian",
    "akta": "no registrasi akta lahir|nomor registrasi akta lahir|no akta|nomor akta|no akta lahir|nomor akta lahir"
    "|no akta kelahiran|nomor akta kelahiran|akta kelahiran|akta lahir|akte lahir|no akte lahir|no akte kelahiran"
    "|birth certificate|birth certificate number|birth certificate no",
    "special_needs": "kebutuhan khusus|berkebutuhan khusus|disabilitas|abk|special needs|disability",
    "school": "nama sekolah|sekolah|school|school name|satuan pendidikan|nama satuan pendidikan"
    "|nama madrasah|nama lembaga|nama pondok pesantren|nama ponpes|nama pesantren",
    "npsn": "npsn",
}
_FIELDS: Final = {label: field for field, labels in _SYNONYMS.items() for label in labels.split("|")}
_JOINED: Final = {label.replace(" ", ""): field for label, field in _FIELDS.items()}
"""The same without spaces, as programs export them: TanggalLahir, NoKK; and as people space them: N I K."""
_CLASS_ORDER: Final = tuple(_SYNONYMS["class_name"].split("|"))
"""Where several columns say a class, the one named first here is the most exact."""

_PARENT: Final = re.compile(
    r"\b(ayah|ibu|wali|orang ?tua|ortu|bapak|father|mother|parents?|guardian|kepala keluarga|saudara|suami|istri)\b"
)
_PARENT_COLUMNS: Final = re.compile(
    r"nama|nama lengkap|nik|tahun lahir|(tanggal|tgl|tempat) lahir|(jenjang )?pendidikan|pekerjaan|penghasilan|agama"
    r"|(no )?(hp|telp|telepon)|alamat"
)
_CLASS: Final = re.compile(r"(kelas|rombel)( (?!awal|diterima)\w+){0,2}")
_OWNER: Final = re.compile(
    r" (lengkap )?(siswa( (i|siswi))?|siswi|peserta didik|pd|murid|santri(wati)?|pelajar|anak|student)$"
)
_BY_DOCUMENT: Final = re.compile(r" (sesuai|menurut) (akta|akte|kk|kartu keluarga|ijazah|ktp)\b.*")
_DATE_PARTS: Final = re.compile(r"\b(tgl|tanggal) (?:bln|bulan) (?:thn|tahun)\b")
_MALE: Final = frozenset(("l", "lk", "laki laki", "m", "male", "putra", "laki"))
_FEMALE: Final = frozenset(("p", "pr", "perempuan", "f", "female", "putri"))


class Layout(msgspec.Struct, frozen=True):
    """Where a list's header stands and what its columns hold. Indexes count within the table's rows."""

    header: int
    data: int
    """First row that can be a student."""
    rows: int
    """How many rows the header has: one or two."""
    columns: dict[str, int]
    """Field name to column index.

    ``sex_male`` and ``sex_female`` are columns with a mark, ``level`` is a second one of the class: XI beside IPA 1.
    """
    ambiguous: tuple[str, ...] = ()
    """Fields for which there was more than one column; one that is not in `columns` as well had none for sure."""
    nik_after_parent: bool = False
    """The only NIK column stands after a parent and does not say that it is the student's."""

    @property
    def born(self) -> int:
        """The column of birth dates; where none is, the names'."""
        return next(self.columns[f] for f in ("birth_date", "birth", "name") if f in self.columns)

    @property
    def states_births(self) -> bool:
        """Whether a column holds birth dates, alone or with the place."""
        return not {"birth_date", "birth"}.isdisjoint(self.columns)


def find(table: Table) -> Layout | None:
    """The first header of a list of people, or None where the sheet holds no such list.

    One with birth dates goes before one without.
    """
    found: Layout | None = None
    without: Layout | None = None
    for top in range(min(len(table.rows), SEARCHED_ROWS)):
        if found is not None and top >= found.data:
            break
        for layout in _layouts(table, top):
            if not layout.states_births:
                without = layout if without is None or _is_better(layout, without) else without
            elif found is None or _is_better(layout, found):
                found = layout
    best = found or without
    return None if best is None else _below_numbering(table, best)


def at(table: Table, top: int) -> Layout | None:
    """The header that begins in just this row, if one does."""
    best = _best(table, top)
    if not any(field_of(cell) == "name" for cell in table.rows[top]):
        # A row of groups above the names; a title above them is no part of the header.
        lower = _best(table, top + 1) if best and any(table.rows[top]) else None
        if best is None or lower is None or not _is_better(best, lower):
            return None
    if best is None or not (best.states_births or _is_second_row(table.rows[top])):
        return None
    return _below_numbering(table, best)


def in_one_cell(table: Table) -> int | None:
    """The row in which a single cell holds a whole header: a spreadsheet opened a text file with other delimiters."""
    for index, cells in enumerate(table.rows[:SEARCHED_ROWS]):
        filled = [cell for cell in cells if cell != ""]
        if len(filled) != 1 or not isinstance(filled[0], str):
            continue
        for delimiter in ";\t,|":
            labels = filled[0].split(delimiter, 100)[:100]
            named = [field_of(label) for label in labels]
            date_columns.mark(named, [""] * len(labels), [normalise(label) for label in labels])
            fields = {field for field in named if field}
            if len(fields) > 2 and _is_complete(fields):
                return index
    return None


def _best(table: Table, top: int) -> Layout | None:
    best: Layout | None = None
    for layout in _layouts(table, top):
        best = layout if best is None or _is_better(layout, best) else best
    return best


def apart(table: Table, layout: Layout) -> list[Layout]:
    """The same header as those of tables side by side: a name and a birth date come again, under the same words."""
    fields = _fields(table, layout.header, layout.rows)
    starts, seen = [0], set[str]()
    for index, field in enumerate(fields):
        if field in seen and _is_complete(seen) and _is_complete({f for f in fields[index:] if f}):
            starts.append(index)
            seen = set()
        if field:
            seen.add(field)
    if len(starts) == 1:
        return [layout]
    ends = [*starts[1:], len(fields)]
    parts = [_layout(table, layout.header, layout.rows, *span) for span in zip(starts, ends, strict=True)]
    said = [
        [
            _said(table, layout, part.columns[field])
            for field in ("name", "birth_date", "birth")
            if field in part.columns
        ]
        for part in parts
    ]
    if any(words != said[0] for words in said):
        return [layout]
    return [msgspec.structs.replace(part, data=layout.data) for part in parts]


def _is_complete(fields: set[str]) -> bool:
    return "name" in fields and not {"birth_date", "birth"}.isdisjoint(fields)


def _said(table: Table, layout: Layout, column: int) -> str:
    return " ".join(normalise(str(row[column])) for row in table.rows[layout.header : layout.header + layout.rows])


def _layouts(table: Table, top: int) -> Iterator[Layout]:
    """What a header that begins in this row would hold, read as one row and as two."""
    for rows in (1, 2):
        if top + rows > len(table.rows) or (rows == 2 and not _is_second_row(table.rows[top + 1])):
            continue
        layout = _layout(table, top, rows)
        if "name" in layout.columns and len(layout.columns) > 1:
            yield layout


def _below_numbering(table: Table, layout: Layout) -> Layout:
    if layout.data < len(table.rows) and _is_numbering(table.rows[layout.data]):
        return msgspec.structs.replace(layout, data=layout.data + 1)
    return layout


def _is_better(one: Layout, other: Layout) -> bool:
    """More fields, then fewer doubts.

    Of two that share a row, the one that reaches further down, then the shorter: so a second header row
    belongs to the header and a title above it does not. A header that comes again further down is no better.
    """
    ranks = [(len(layout.columns), -len(layout.ambiguous)) for layout in (one, other)]
    if ranks[0] != ranks[1]:
        return ranks[0] > ranks[1]
    return one.header < other.data and (one.data, one.header) > (other.data, other.header)


@lru_cache(maxsize=4096)
def field_of(label: object) -> str | None:
    """The field that a header cell names, or None."""
    if not isinstance(label, str) or not label or len(label) > 80:
        return None
    plain = normalise(label)
    if _PARENT.search(plain):
        return None
    bare = normalise(re.sub(r"\([^)]*\)|\[[^]]*\]", " ", label))
    bare = _DATE_PARTS.sub(r"\1", _BY_DOCUMENT.sub("", bare))
    for candidate in (plain, bare, _OWNER.sub("", bare)):
        if candidate in _FIELDS:
            return _FIELDS[candidate]
    if field := _JOINED.get(bare.replace(" ", "")):
        return field
    return "class_name" if _CLASS.fullmatch(bare) else None


def normalise(label: str) -> str:
    """A label without case, punctuation, line breaks and "dan"/"and"."""
    words = re.sub(r"[^\w#]+|_", " ", label.casefold()).split()
    return " ".join(word for word in words if word not in ("dan", "and", "the"))


def _fields(table: Table, top: int, rows: int) -> list[str | None]:
    below = table.rows[top + 1] if rows == 2 else []
    groups = _groups(table, top) if rows == 2 else table.rows[top]
    fields = [_field_in_group(label, below[n] if n < len(below) else "") for n, label in enumerate(groups)]
    if "sex" not in fields and "sex_male" not in fields:
        # L and P beside each other under no heading of their own.
        labels = [normalise(str(label)) if len(str(label)) < 3 else "" for label in table.rows[top]]
        for n, pair in enumerate(pairwise(labels)):
            if pair in (("l", "p"), ("p", "l"), ("lk", "pr")):
                fields[n : n + 2] = ["sex_female", "sex_male"] if pair[0] == "p" else ["sex_male", "sex_female"]
                break
    if date_columns.may_stand_in([*groups, *below]):
        _mark_date_columns(fields, groups, below)
    return fields


def _mark_date_columns(fields: list[str | None], groups: Sequence[Any], below: Sequence[Any]) -> None:
    labels = [_label(groups, below, index) for index in range(len(groups))]
    above = [normalise(str(group)) if n < len(below) and below[n] else "" for n, group in enumerate(groups)]
    of_parents = [_PARENT.search(f"{group} {label}") for group, label in zip(above, labels, strict=True)]
    date_columns.mark(fields, above, ["" if of else label for of, label in zip(of_parents, labels, strict=True)])


def _layout(table: Table, top: int, rows: int, left: int = 0, right: int | None = None) -> Layout:
    below = table.rows[top + 1] if rows == 2 else []
    groups = _groups(table, top) if rows == 2 else list(table.rows[top])
    columns: dict[str, int] = {}
    ambiguous = []
    niks = []
    for index, field in list(enumerate(_fields(table, top, rows)))[left:right]:
        if field is None:
            continue
        if field == "nik":
            niks.append(index)
        if field in columns:
            if field == "class_name":
                exact, other = sorted((columns[field], index), key=lambda i: _class_rank(groups, below, i))
                columns[field], columns["level"] = exact, other
            elif field in ("name", "birth_date"):
                ambiguous.append(field)
            continue
        columns[field] = index
    if len(niks) > 1:
        own, several = _own_niks(groups, below, niks)
        if own is None:
            del columns["nik"]
        else:
            columns["nik"] = own
        ambiguous += ["nik"] if several else []
    doubtful = len(niks) == 1 and not _is_owned(groups, below, niks[0]) and _follows_parent(groups, below, niks[0])
    return Layout(top, top + rows, rows, columns, tuple(dict.fromkeys(ambiguous)), doubtful)


def _own_niks(groups: Sequence[Any], below: Sequence[Any], niks: Sequence[int]) -> tuple[int | None, bool]:
    """Which of several NIK columns is the student's, and whether that is in doubt; None where each is a parent's.

    A bare "NIK" beside "NIK Siswa" is the number of somebody else, of the father most often; so is one that follows
    a parent where another does not.
    """
    owned = [index for index in niks if _is_owned(groups, below, index)]
    own = owned or [index for index in niks if not _follows_parent(groups, below, index)]
    if own:
        return own[0], len(own) > 1
    if all(_PARENT.search(_label(groups, below, index - 1)) for index in niks):
        return None, True
    return niks[0], True


def _label(groups: Sequence[Any], below: Sequence[Any], index: int) -> str:
    return normalise(str((index < len(below) and below[index]) or groups[index]))


def _is_owned(groups: Sequence[Any], below: Sequence[Any], index: int) -> bool:
    """Whether the label says that the column is the student's."""
    return bool(_OWNER.search(_label(groups, below, index)))


def _follows_parent(groups: Sequence[Any], below: Sequence[Any], index: int) -> bool:
    """Whether the nearest person to the left of a column is a parent: Nama Ibu, NIK, Nama Siswa, NIK."""
    for left in range(index - 1, -1, -1):
        label = _label(groups, below, left)
        if _PARENT.search(label):
            return True
        if field_of(label) == "name":
            return False
    return False


def _class_rank(groups: list[Any], below: Sequence[Any], index: int) -> tuple[int, int]:
    label = _label(groups, below, index)
    return (_CLASS_ORDER.index(label) if label in _CLASS_ORDER else len(_CLASS_ORDER), index)


def _groups(table: Table, top: int) -> list[Any]:
    """The upper header row with each group's name over all its columns."""
    labels, below = list(table.rows[top]), table.rows[top + 1]
    spans = [span for span in table.merged if span.first_row <= top <= span.last_row]
    for span in spans:
        for index in range(span.first_column, min(span.last_column + 1, len(labels))):
            labels[index] = labels[span.first_column]
    if spans:
        return labels
    # Merges are lost in CSV and by some tools: a name then reaches over the unnamed columns to its right.
    group = ""
    for index, label in enumerate(labels):
        lower = below[index] if index < len(below) else ""
        if label or not lower:
            group = label if lower else ""
        elif group:
            if _PARENT.search(normalise(str(group))) and not _PARENT_COLUMNS.fullmatch(normalise(str(lower))):
                group = ""
            labels[index] = group
    return labels


def _field_in_group(upper: object, lower: object) -> str | None:
    if not lower or not upper:
        return field_of(lower or upper)
    if upper == lower:
        return field_of(upper)
    if not isinstance(upper, str) or not isinstance(lower, str):
        return None
    group, label = normalise(upper), normalise(lower)
    if _PARENT.search(group):
        return None
    if field_of(upper) == "sex":
        return "sex_male" if label in _MALE else "sex_female" if label in _FEMALE else None
    if "lahir" in group or "birth" in group or field_of(upper) == "birth":
        if label in ("tempat", "place", "tmp", "kota"):
            return "birth_place"
        if label in ("tanggal", "tgl", "date"):
            return "birth_date"
    # "Tempat" over "Tanggal Lahir" is one label that was broken in two, and not the date alone.
    return field_of(f"{upper} {lower}") or field_of(lower)


def _is_second_row(row: Sequence[Any]) -> bool:
    """Whether the row holds nothing but labels, at least half of them known."""
    cells = [cell for cell in row if cell != ""]
    if not cells or not all(isinstance(cell, str) and not any(c.isdigit() for c in cell) for cell in cells):
        return False
    known = sum(1 for cell in cells if field_of(cell) or _is_sub_label(normalise(cell)))
    return known * 2 >= len(cells)


def _is_sub_label(label: str) -> bool:
    if label in ("tempat", "place") or label in _MALE | _FEMALE:
        return True
    return date_columns.part_of(label) is not None or bool(_PARENT_COLUMNS.fullmatch(label))


def _is_numbering(row: Sequence[Any]) -> bool:
    """A row of column numbers under the header: (1) (2) (3) …"""
    numbers = [re.sub(r"\.0$|[()\[\] ]", "", str(cell)) for cell in row if cell != ""]
    return len(numbers) >= 3 and numbers == [str(n) for n in range(1, len(numbers) + 1)]
