"""The students' register: who is on this station, sealed in the journal's vault.

In clear text stand only opaque ids, schools and class names. All that says who a student is lies
encrypted in the vault; The NIK is found through its blind index. The invitation code is
the id under the vault's key, so it is nowhere stored and can be worked out from no copy of the database.
Rows are written inside a journal command, so that a list is in whole or not at all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from station.errors import StationError
from station.journal import ids
from station.journal.journal import Journal
from station.journal.migrations import Database, Migrations
from station.journal.vault import Vault
from station.roster import classes, names, nik, schools
from station.roster.schools import SchoolName
from station.roster.students import Student

KIND: Final = "student"
NIK_INDEX: Final = "student.nik"
CODE: Final = "student.code"
CODE_DIGITS: Final = 20
"""80 bits in an invitation: nobody guesses another's, and its 20 hexadecimal digits fit a QR of version 1 or 2."""

migrations = Migrations("roster")


@migrations()
def first(database: Database) -> None:
    """Schools, and which student is in which class of which."""
    database.conn.execute(
        "CREATE TABLE schools (id TEXT PRIMARY KEY, key TEXT NOT NULL, npsn TEXT NOT NULL, name TEXT NOT NULL) STRICT"
    )
    database.conn.execute(
        """CREATE TABLE students (
            id TEXT PRIMARY KEY, school TEXT NOT NULL REFERENCES schools (id), class_name TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
    database.conn.execute("CREATE INDEX students_class ON students (school, class_name)")


@migrations()
def places(database: Database) -> None:
    """Where a school lies. Its key goes: that is worked out from the name, by rules that may get better."""
    database.conn.execute("ALTER TABLE schools ADD COLUMN district TEXT NOT NULL DEFAULT ''")
    database.conn.execute("ALTER TABLE schools ADD COLUMN regency TEXT NOT NULL DEFAULT ''")
    database.conn.execute("ALTER TABLE schools DROP COLUMN key")


class School(SchoolName, frozen=True, kw_only=True):
    """A school as the first list named it; the name is empty for the lists that name none."""

    id: str


class Record(msgspec.Struct, frozen=True):
    """A student in the register."""

    id: str
    school: str
    code: str
    """The invitation code: opaque, printed as a QR on the invitation."""
    student: Student


class Listed(msgspec.Struct, frozen=True):
    """A student in a list that others may see."""

    id: str
    name: str
    """Masked, until enough letters of the own name were typed."""
    nik: str = ""
    """The last four digits, only where others of the list have the same name and other digits."""
    born: date | None = None
    """Where they have no digits that tell them apart."""


class Register:
    """Reads and writes the register through one connection and its vault."""

    def __init__(self, db: sqlite3.Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    @classmethod
    def of(cls, journal: Journal) -> Register:
        """For reading, on this thread's connection; call `prepare` once before."""
        return cls(journal.db, journal.vault)

    def get(self, student: str) -> Record | None:
        """One student by id."""
        found = self._db.execute("SELECT school FROM students WHERE id = ?", (student,)).fetchone()
        sealed = self._vault.get(student) if found else None
        return None if sealed is None else self._record(student, found[0], sealed)

    def by_nik(self, nik: str) -> list[Record]:
        """Students with this NIK; more than one where two schools' lists name the same person."""
        return self._found(self._vault.find(NIK_INDEX, nik))

    def by_code(self, code: str) -> Record | None:
        """The student with this invitation code; case and spaces do not matter."""
        wanted = "".join(code.split()).upper()
        # About 1 µs a student, where an index would cost the import of a long list for each.
        for (student,) in self._db.execute("SELECT id FROM students"):
            if self._code(student) == wanted:
                return self.get(student)
        return None

    def has_others(self, school: str) -> bool:
        """Whether there are students of another school."""
        return self._db.execute("SELECT 1 FROM students WHERE school != ? LIMIT 1", (school,)).fetchone() is not None

    def schools(self) -> list[School]:
        """All schools by name."""
        query = "SELECT id, name, npsn, district, regency FROM schools ORDER BY name, id"
        return [School(*row, id=known) for known, *row in self._db.execute(query)]

    def school(self, name: str, npsn: str = "") -> School | None:
        """The school with this NPSN, else with this name however it is spelt, where only one can be meant.

        The name may end in ", Kec. X".
        """
        known = self.schools()
        taken = schools.choose(msgspec.structs.replace(schools.parse(name), npsn=npsn), known).taken
        return None if taken is None else known[taken]

    def classes(self, school: str) -> list[str]:
        """The school's classes that have students, as a school counts them."""
        query = "SELECT DISTINCT class_name FROM students WHERE school = ? AND class_name != '' ORDER BY class_name"
        return sorted((row[0] for row in self._db.execute(query, (school,))), key=classes.order)

    def search(self, school: str, class_name: str, typed: str = "") -> list[Listed]:
        """A class for the touchscreen: names masked, and in full only for whom the typed letters (two or more) fit.

        With fewer than two letters the whole class comes back masked; with more, only those who fit.
        """
        query = "SELECT id FROM students WHERE school = ? AND class_name = ?"
        people = self._found(row[0] for row in self._db.execute(query, (school, class_name)))
        people.sort(key=lambda record: names.key(record.student.name))
        if len(names.key(typed)) < names.LETTERS_TO_SHOW:
            return [Listed(record.id, names.mask(record.student.name)) for record in people]
        return _told_apart([record for record in people if names.matches(record.student.name, typed)])

    def records(self, school: str) -> list[Record]:
        """Everybody of one school."""
        rows = self._db.execute("SELECT id FROM students WHERE school = ?", (school,)).fetchall()
        sealed = ((row[0], self._vault.get(row[0])) for row in rows)
        return [self._record(student, school, data) for student, data in sealed if data is not None]

    def everybody(self) -> list[Record]:
        """All students of all schools. Raises StationError where a student has lost the school or the record."""
        found = [record for school in self.schools() for record in self.records(school.id)]
        known: int = self._db.execute("SELECT count(*) FROM students").fetchone()[0]
        if len(found) != known:
            what = f"{known - len(found)} of {known} students have lost their data or their school."
            raise StationError(what, "Which, and what mends it, says: station journal verify")
        return found

    def add_school(self, name: str, npsn: str = "", district: str = "", regency: str = "") -> School:
        """Enter a school."""
        school = School(name, npsn, district, regency, id=ids.new("sch"))
        self._db.execute(
            "INSERT INTO schools (id, name, npsn, district, regency) VALUES (?, ?, ?, ?, ?)",
            (school.id, name, npsn, district, regency),
        )
        return school

    def complete(self, school: str, named: SchoolName) -> None:
        """Remember what a list says of a known school beyond what was known."""
        self._db.execute(
            "UPDATE schools SET name = ?, npsn = ?, district = ?, regency = ? WHERE id = ?",
            (named.name, named.npsn, named.district, named.regency, school),
        )

    def add(self, school: str, students: Sequence[Student]) -> list[str]:
        """Enter students, each with an id and an invitation code of its own; returns the ids."""
        # In the order of the ids, which are the tables' order: inserting 10,000 rows then takes half the time.
        fresh = list(zip(sorted(ids.many("stu", len(students))), students, strict=True))
        self._db.executemany(
            "INSERT INTO students VALUES (?, ?, ?)", ((known, school, student.class_name) for known, student in fresh)
        )
        self._seal(fresh)
        return [student_id for student_id, _ in fresh]

    def change(self, changed: Mapping[str, Student]) -> None:
        """Replace what is known of students by id. Raises KeyError for an id that is not in the register."""
        for student_id, student in changed.items():
            before = self.get(student_id)
            if before is None:
                raise KeyError(student_id)
            if before.student.nik != student.nik:
                self._vault.unindex(student_id, NIK_INDEX, before.student.nik)
        self._db.executemany(
            "UPDATE students SET class_name = ? WHERE id = ?",
            ((student.class_name, student_id) for student_id, student in changed.items()),
        )
        self._seal(changed.items())

    def _seal(self, people: Collection[tuple[str, Student]]) -> None:
        self._vault.put_many((student_id, KIND, msgspec.msgpack.encode(student)) for student_id, student in people)
        self._vault.index_many((student_id, NIK_INDEX, student.nik) for student_id, student in people if student.nik)

    def _record(self, student: str, school: str, sealed: bytes) -> Record:
        return Record(student, school, self._code(student), msgspec.msgpack.decode(sealed, type=Student))

    def _code(self, student: str) -> str:
        return self._vault.token(CODE, student).hex().upper()[:CODE_DIGITS]

    def _found(self, students: Iterable[str]) -> list[Record]:
        return [record for student in students if (record := self.get(student)) is not None]


def prepare(journal: Journal) -> None:
    """Make the register's tables where they are absent."""
    journal.migrate(migrations)


def exists(journal: Journal) -> bool:
    """Whether a list was ever imported, perhaps by an older version: then `prepare` brings its tables up to date."""
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'students'"
    return journal.db.execute(query).fetchone() is not None


def _told_apart(people: Sequence[Record]) -> list[Listed]:
    """Named in full; namesakes with as little besides as tells which of them is oneself."""
    alike: dict[str, list[Student]] = {}
    for record in people:
        alike.setdefault(names.key(record.student.name), []).append(record.student)
    told = []
    for record in people:
        student = record.student
        tails = [nik.mask(other.nik) for other in alike[names.key(student.name)]]
        if len(tails) == 1:
            told.append(Listed(record.id, student.name))
        elif "" not in tails and len(set(tails)) == len(tails):
            told.append(Listed(record.id, student.name, nik=nik.mask(student.nik)))
        else:
            told.append(Listed(record.id, student.name, born=student.birth_date))
    return told
