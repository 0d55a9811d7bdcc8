"""The rules for one row: what is taken, what is flagged, what makes it impossible to import.

Severity: without a name or a readable birth date nobody can be due, so the row is rejected. All
else is imported with a warning, because the operator sees the student's documents anyway; but a
number that may be wrong is never stored, and nothing is changed without saying so. Leaving out the
spaces around a value other than the name is not a change of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec

from station.roster import births, dates, findings, names, nik, schools, titles
from station.roster.eligibility import age_on, back
from station.roster.nik import Damage, Number, Sex
from station.roster.schools import SchoolName
from station.roster.students import Finding, Student
from station.roster.tables import Table

SCHOOL_AGES: Final = range(13, 26)
"""Ages that need no second look in a list of an upper-secondary school or pesantren."""
OLDEST: Final = 100
LONGEST_TEXT: Final = 200
"""Characters of a name, a class or a line of an address. Dapodik takes names of 100; a workbook's cell holds 32,767."""
NISN_DIGITS: Final = 10
NISN_FEWEST: Final = 6
"""A NISN begins with the last three digits of the birth year, so zeros lost at its front are at most a few."""

_SEXES: Final = {
    **dict.fromkeys(
        (
            "l",
            "lk",
            "lki",
            "laki",
            "laki2",
            "lelaki",
            "laki-laki",
            "laki laki",
            "lakilaki",
            "pria",
            "m",
            "male",
            "putra",
        ),
        Sex.MALE,
    ),
    **dict.fromkeys(("laki - laki", "laki -laki", "laki- laki"), Sex.MALE),
    **dict.fromkeys(("p", "pr", "prp", "perempuan", "wanita", "w", "f", "female", "putri"), Sex.FEMALE),
}
_PLAIN_FIELDS: Final = ("birth_place", "street", "rt", "rw", "hamlet", "village", "district", "akta", "special_needs")
_DASHES: Final = frozenset(("-", "--", "–", "—"))
_RT_RW: Final = re.compile(r"\D*(\d{1,3})\D+(\d{1,3})\D*")


class Draft(msgspec.Struct):
    """A row on its way: the student so far, and what is to be said."""

    row: int
    school: SchoolName
    student: Student | None
    warnings: list[Finding]
    rejected: list[Finding]
    either_way: bool = False
    """The birth date could be read with day and month swapped."""


class RowReader:
    """Judges the rows of one table whose columns are known."""

    def __init__(self, table: Table, columns: dict[str, int], today: date, school: SchoolName) -> None:
        self.table = table
        self._columns = columns
        self._today = today
        self.school = school
        self._composes = not {"level", "programme"}.isdisjoint(columns)
        self.composed = False
        """Whether a class was put together from several columns."""
        self._names_schools = not {"school", "npsn"}.isdisjoint(columns)
        self.origins = False
        """Whether the column of schools says where the students were before."""
        self._schools: dict[tuple[str, str], SchoolName] = {("", ""): school}
        self._oldest = back(today, OLDEST)
        self._eldest = back(today, SCHOOL_AGES.stop)
        self._youngest = back(today, SCHOOL_AGES.start)
        self._plain_fields = [(field, columns[field]) for field in _PLAIN_FIELDS if field in columns]
        self._lots = [(field, columns[field]) for field in ("rt", "rw") if field in columns]
        self._classes: dict[str, str] = {}
        self._p_is_open = "sex" in columns and _is_p_open(table.rows, columns["sex"])
        self._letters = {field: table.letter(index) for field, index in columns.items()}

    def enter(self, school: SchoolName) -> None:
        """From here on the rows are of this school, unless they name one."""
        self.school = school
        self._schools = {("", ""): school}

    def letter(self, field: str) -> str:
        """The column of a field; for a birth date in one cell with the place, that cell's."""
        if field == "birth_date" and field not in self._letters:
            field = "birth"
        return self._letters.get(field, "")

    def finding(self, row: int, field: str, code: str, /, **details: object) -> Finding:
        """A finding in this table."""
        return Finding(self.table.name, row, self.letter(field), code, findings.message(code, **details))

    def read(self, index: int, class_name: str) -> Draft:
        """Judge the row at `index`; `class_name` holds where the row has none of its own."""
        cells = self.table.rows[index]
        row = self.table.row_number(index)
        draft = Draft(row, self.school, None, [], [])
        draft.school = self._school_of(cells, draft)
        values: dict[str, Any] = {
            field: text for field, at in self._plain_fields if (cell := cells[at]) != "" and (text := plain(cell))
        }
        if values and max(map(len, values.values())) > LONGEST_TEXT:
            values = {field: text for field, text in values.items() if self._may_be(text, draft, field)}
        self._read_lot(cells, draft, values)
        own_class = self._class(cells, draft)
        values["class_name"] = (own_class if self._may_be(own_class, draft, "class_name") else "") or class_name
        values["name"] = self._name(cells, draft)
        birth_date = self._birth(cells, draft, values)
        sex = self._sex(cells, draft)
        values["nisn"] = self._nisn(cells, draft)
        values["nik"], values["no_kk"] = self._numbers(cells, draft)
        if values["nik"]:
            for mismatch in nik.check(values["nik"], birth_date, sex):
                draft.warnings.append(self.finding(row, "nik", mismatch.value))
        if birth_date and not draft.rejected:
            draft.student = Student(birth_date=birth_date, sex=sex, **values)
        return draft

    def _may_be(self, text: str, draft: Draft, field: str) -> bool:
        """Whether a text is as short as what the field is for; a longer one is said and not taken."""
        if len(text) <= LONGEST_TEXT:
            return True
        draft.warnings.append(self.finding(draft.row, field, "text-too-long"))
        return False

    def _class(self, cells: Sequence[Any], draft: Draft) -> str:
        at = self._columns.get("class_name")
        if at is None:
            return ""
        if self._composes:
            return self._composed_class(cells, draft)
        cell = cells[at]
        # A list has few classes, and 10,000 rows wait.
        if isinstance(cell, str) and (known := self._classes.get(cell)):
            return known
        if isinstance(cell, date) or (isinstance(cell, str) and _is_date(cell, self._today)):
            draft.warnings.append(self.finding(draft.row, "class_name", "class-became-date"))
            return ""
        if isinstance(cell, float) and not cell.is_integer():
            draft.warnings.append(self.finding(draft.row, "class_name", "class-is-number"))
        text = " ".join(plain(cell).split())
        if isinstance(cell, str) and text:
            self._classes[cell] = text
        return text

    def _composed_class(self, cells: Sequence[Any], draft: Draft) -> str:
        """XI and IPA 1, or XI and TKJ and 2, from as many columns: alone, IPA 1 would mix three years."""
        self._composes = False
        written = self._class(cells, draft)
        self._composes = True
        level, programme = self._plain(cells, "level"), self._plain(cells, "programme")
        parts = [written]
        states_level = not written.isdigit() and titles.is_class(written)
        if level and not states_level and not names.key(written).startswith(names.key(level)):
            parts = [level, written]
        if programme and names.key(programme) not in names.key(written):
            if len(parts) == 2 and len(written) < 3:
                parts.insert(1, programme)
            elif len(parts) == 1 and titles.is_level(written):
                parts.append(programme)
        self.composed = self.composed or len(parts) > 1
        return " ".join(filter(None, parts))

    def _read_lot(self, cells: Sequence[Any], draft: Draft, values: dict[str, Any]) -> None:
        """RT and RW, in one column or two; "02/03" is what spreadsheets like best to make a date of."""
        for field, at in self._lots:
            if isinstance(cells[at], date):
                draft.warnings.append(self.finding(draft.row, field, "rt-rw-unreadable"))
                del values[field]
        if "rt_rw" not in self._columns or not (both := plain(cells[self._columns["rt_rw"]])):
            return
        if both.count("/") == 1:
            values["rt"], values["rw"] = (part.strip() for part in both.split("/"))
        elif found := _RT_RW.fullmatch(both):
            values["rt"], values["rw"] = found.groups()
        else:
            draft.warnings.append(self.finding(draft.row, "rt_rw", "rt-rw-unreadable"))

    def _school_of(self, cells: Sequence[Any], draft: Draft) -> SchoolName:
        """The row's own school where it names one; what the title says holds for the title's school only."""
        if not self._names_schools:
            return self.school
        written = self._plain(cells, "school"), self._plain(cells, "npsn")
        if not self._may_be(written[0], draft, "school"):
            return self.school
        if (known := self._schools.get(written)) is None:
            title = self.school
            own = msgspec.structs.replace(schools.parse(written[0]), npsn=written[1])
            if title.name and schools.is_before(own.name) and not schools.is_before(title.name):
                self.origins = True
                known = title
            elif schools.choose(own, [title]).taken == 0 or not (own.name or (own.npsn and title.npsn)):
                known = schools.complete(own, title)
            else:
                known = schools.complete(own, SchoolName(regency="" if title.name else title.regency))
            self._schools[written] = known
        return known

    def _plain(self, cells: Sequence[Any], field: str) -> str:
        at = self._columns.get(field)
        return "" if at is None else plain(cells[at])

    def _name(self, cells: Sequence[Any], draft: Draft) -> str:
        cell = cells[self._columns["name"]]
        name = names.tidy(cell) if isinstance(cell, str) else ""
        if not any(c.isalpha() for c in name):
            draft.rejected.append(self.finding(draft.row, "name", "name-missing"))
            return ""
        if len(name) > LONGEST_TEXT:
            draft.rejected.append(self.finding(draft.row, "name", "name-too-long"))
            return ""
        if name != cell:
            draft.warnings.append(self.finding(draft.row, "name", "name-tidied"))
        for code in names.oddities(name):
            draft.warnings.append(self.finding(draft.row, "name", code))
        return name

    def _birth(self, cells: Sequence[Any], draft: Draft, values: dict[str, Any]) -> date | None:
        birth = births.read(cells, self._columns, self._today, self.table.epoch)
        if (found := birth.date) is None:
            draft.rejected.append(self.finding(draft.row, birth.field, birth.code))
            return None
        if birth.beside_place:
            draft.warnings.append(self.finding(draft.row, "birth_date", "birth-date-with-place"))
            values.setdefault("birth_place", birth.place)
        elif birth.place:
            values["birth_place"] = birth.place
        if found.value < self._oldest or found.value > self._today:
            draft.rejected.append(self.finding(draft.row, "birth_date", "birth-date-impossible"))
            return None
        if not self._eldest < found.value <= self._youngest:
            age = age_on(found.value, self._today)
            draft.warnings.append(self.finding(draft.row, "birth_date", "birth-date-implausible", age=age))
        for note in found.notes:
            if note is dates.Note.EITHER_WAY:
                draft.either_way = True
            else:
                draft.warnings.append(self.finding(draft.row, "birth_date", note.value))
        return found.value

    def _sex(self, cells: Sequence[Any], draft: Draft) -> Sex | None:
        at = self._columns.get("sex")
        if at is None:
            return self._marked_sex(cells, draft)
        written = plain(cells[at])
        found = None if self._p_is_open and _folded(written) == "p" else sex_in(written)
        if found is None:
            code = "sex-unreadable" if written else "sex-missing"
            draft.warnings.append(self.finding(draft.row, "sex", code))
        return found

    def _marked_sex(self, cells: Sequence[Any], draft: Draft) -> Sex | None:
        """Two columns L and P with a mark in one of them."""
        marked = [
            sex
            for field, sex in (("sex_male", Sex.MALE), ("sex_female", Sex.FEMALE))
            if field in self._columns and plain(cells[self._columns[field]]) not in ("", "0")
        ]
        if len(marked) == 1:
            return marked[0]
        if {"sex_male", "sex_female"} & self._columns.keys():
            code = "sex-unreadable" if marked else "sex-missing"
            draft.warnings.append(self.finding(draft.row, "sex_male", code))
        return None

    def _nisn(self, cells: Sequence[Any], draft: Draft) -> str:
        at = self._columns.get("nisn")
        if at is None and "nis_nisn" in self._columns:
            return self._nisn_beside_nis(cells, draft)
        written = plain(cells[at]) if at is not None else ""
        if len(written) == NISN_DIGITS and written.isascii() and written.isdigit():
            return written
        if written[:1] in ("'", "`", "’"):
            written = written[1:].strip()
            draft.warnings.append(self.finding(draft.row, "nisn", "nisn-apostrophe"))
        if not written.strip("0"):
            return ""
        if not (written.isascii() and written.isdigit() and NISN_FEWEST <= len(written) <= NISN_DIGITS):
            draft.warnings.append(self.finding(draft.row, "nisn", "nisn-length"))
            return ""
        if len(written) < NISN_DIGITS:
            draft.warnings.append(self.finding(draft.row, "nisn", "nisn-leading-zeros"))
        return written.zfill(NISN_DIGITS)

    def _nisn_beside_nis(self, cells: Sequence[Any], draft: Draft) -> str:
        """The NISN in a cell such as 12345/0081234567: a school's own number is shorter."""
        written = self._plain(cells, "nis_nisn")
        found: list[str] = [digits for digits in re.findall(r"\d+", written) if len(digits) == NISN_DIGITS]
        if len(found) == 1 and found[0].strip("0"):
            return found[0]
        if written.strip("-/ 0"):
            draft.warnings.append(self.finding(draft.row, "nis_nisn", "nisn-not-apart"))
        return ""

    def _numbers(self, cells: Sequence[Any], draft: Draft) -> tuple[str, str]:
        """NIK and No KK, which have the same shape and so are confused."""
        at_nik, at_kk = self._columns.get("nik"), self._columns.get("no_kk")
        own = nik.read(cells[at_nik] if at_nik is not None else "")
        family = nik.read(cells[at_kk] if at_kk is not None else "")
        if own.value and own.value == family.value:
            draft.warnings.append(self.finding(draft.row, "nik", "nik-equals-kk"))
            return "", ""
        self._say(draft, "nik", "nik", own)
        if family.damage is not Damage.MISSING:
            self._say(draft, "no_kk", "kk", family)
        return own.value, family.value

    def _say(self, draft: Draft, field: str, prefix: str, number: Number) -> None:
        if number.damage:
            code = f"{prefix}-{number.damage}"
            draft.warnings.append(self.finding(draft.row, field, code, digits=number.digits))
        if number.tidied and number.value:
            draft.warnings.append(self.finding(draft.row, field, f"{prefix}-{number.tidied}"))


def sex_in(written: str) -> Sex | None:
    """The sex that a cell's text says, or None."""
    return _SEXES.get(_folded(written))


def _folded(written: str) -> str:
    return written.casefold().strip(".")


def _is_p_open(rows: Sequence[Sequence[Any]], column: int) -> bool:
    """Whether a P of the column may be a man: W stands for the women (Pria, Wanita), and nobody is an L."""
    written = {_folded(cell.strip()) for cell in {row[column] for row in rows} if isinstance(cell, str)}
    return {"p", "w"} <= written and not any(_SEXES.get(said) is Sex.MALE for said in written)


def _is_date(text: str, today: date) -> bool:
    """Whether a text that should be something else is a date, whole or shortened. Digits alone are a class."""
    if text.isdigit() or not any(map(str.isdigit, text)):
        return False
    return dates.is_shortened(text) or dates.read(text, today) is not None


def plain(cell: object) -> str:
    """A cell as text: whole numbers without a point, dates in ISO form, a lone dash as nothing."""
    if isinstance(cell, str):
        text = cell.strip() if cell.isascii() and cell.isprintable() else names.tidy(cell)
        return "" if len(text) < 3 and text in _DASHES else text
    if isinstance(cell, bool):
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
