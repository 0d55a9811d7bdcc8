"""Which row is which known student, and what a corrected list changes.

Within one school only. In passes, so that no row takes a student whom another row fits better: by
NIK, by NISN, by name with birth date and class; and then by NIK or NISN where the name was corrected
but the birth date agrees. A number alone proves nothing: copied to the wrong row it must not turn one
student into another. Namesakes in two classes stay two students. Nothing blank erases what is known,
because a list that leaves out a column does not mean that the address is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final

import msgspec

from station.roster import findings, names, students
from station.roster.students import FIELDS, Entry, Finding, Student

_ALIKE: Final = 0.85
"""Ratio of difflib from which two names may be one misspelt: Budi Santoso and Budi Santosa."""


class Update(msgspec.Struct, frozen=True):
    """A known student whom a row changes."""

    id: str
    entry: Entry
    student: Student
    fields: tuple[str, ...]


class Plan(msgspec.Struct, frozen=True):
    """What an import would do for one school."""

    new: tuple[Entry, ...]
    updated: tuple[Update, ...]
    unchanged: int
    warnings: tuple[Finding, ...]
    kept: frozenset[tuple[str, int]] = frozenset()
    """Rows, by sheet and number, that state no NIK while the student's is known."""


_Key = Callable[[Student], tuple[str, ...]]
_Proof = Callable[[Student, Student], bool]


def plan(known: Mapping[str, Student], entries: Sequence[Entry]) -> Plan:
    """Match a school's rows with its known students (id to student)."""
    if not known:
        return Plan(tuple(entries), (), 0, ())
    matched = _match(known, entries)
    new, updated, warnings = [], [], []
    unchanged = 0
    by_nik = {s.nik: i for i, s in known.items() if s.nik}
    classes: dict[tuple[str, ...], list[Student]] = {}
    for student in known.values():
        classes.setdefault(_person(student), []).append(student)
    left = _left(known, matched) if len(matched) < len(entries) else {}
    kept = set()
    for position, entry in enumerate(entries):
        found = matched.get(position)
        if found is None:
            new.append(entry)
            warnings += _doubts(entry, by_nik, classes, left)
            continue
        if known[found].nik and not entry.student.nik:
            kept.add((entry.sheet, entry.row))
        merged, fields = merge(known[found], entry.student)
        if fields:
            updated.append(Update(found, entry, merged, fields))
        else:
            unchanged += 1
    warnings += _taken_niks(known, by_nik, updated)
    return Plan(tuple(new), tuple(updated), unchanged, tuple(warnings), frozenset(kept))


def merge(old: Student, new: Student) -> tuple[Student, tuple[str, ...]]:
    """What is known after a list said `new`, and the names of the fields that changed."""
    if old == new:
        return old, ()
    changes = {
        field: value
        for field in FIELDS
        if (value := getattr(new, field))
        and value != (before := getattr(old, field))
        and not _is_same(field, before, value)
    }
    return msgspec.structs.replace(old, **changes), tuple(changes)


def _is_same(field: str, old: object, new: object) -> bool:
    """Whether two ways of writing say one thing: RT 002 is 2 to a spreadsheet that the list went through."""
    if field not in ("rt", "rw"):
        return False
    return str(old).isdecimal() and str(new).isdecimal() and int(str(old)) == int(str(new))


def _match(known: Mapping[str, Student], entries: Sequence[Entry]) -> dict[int, str]:
    matched: dict[int, str] = {}
    taken: set[str] = set()
    for key, proof in _PASSES:
        if len(matched) == len(entries):
            break
        free: dict[tuple[str, ...], list[str]] = {}
        for found, student in known.items():
            if found not in taken and (value := key(student)):
                free.setdefault(value, []).append(found)
        for position, entry in enumerate(entries):
            if position in matched or not (value := key(entry.student)):
                continue
            for found in free.get(value, ()):
                if found not in taken and proof(known[found], entry.student):
                    matched[position] = found
                    taken.add(found)
                    break
    return matched


def _same_name(old: Student, new: Student) -> bool:
    """The name agrees, and not both numbers speak against it: one of them may have been corrected."""
    pairs = ((old.nik, new.nik), (old.nisn, new.nisn))
    return names.key(old.name) == names.key(new.name) and not all(a and b and a != b for a, b in pairs)


def _new_name(old: Student, new: Student) -> bool:
    """The name was corrected: both numbers agree, or one and the birth date. Twins differ in the other number."""
    both = [a == b for a, b in ((old.nik, new.nik), (old.nisn, new.nisn)) if a and b]
    return all(both) and (len(both) == 2 or old.birth_date == new.birth_date)


def _by_nik(student: Student) -> tuple[str, ...]:
    return (student.nik,) if student.nik else ()


def _by_nisn(student: Student) -> tuple[str, ...]:
    return (student.nisn,) if student.nisn else ()


def _by_class(student: Student) -> tuple[str, ...]:
    return (*_person(student), names.key(student.class_name))


_PASSES: Final[tuple[tuple[_Key, _Proof], ...]] = (
    (_by_nik, _same_name),
    (_by_nisn, _same_name),
    (_by_class, _same_name),
    (_by_nik, _new_name),
    (_by_nisn, _new_name),
)


def _taken_niks(known: Mapping[str, Student], by_nik: Mapping[str, str], updated: Sequence[Update]) -> list[Finding]:
    """What to say about students who come to a NIK that another holds and does not give up in the same list."""
    after = {update.id: update.student.nik for update in updated}
    found = []
    for update in updated:
        holder = by_nik.get(update.student.nik) if "nik" in update.fields else None
        if holder is not None and holder != update.id and after.get(holder, known[holder].nik) == update.student.nik:
            found.append(_finding(update.entry, "nik-held-by-another"))
    return found


def _left(known: Mapping[str, Student], matched: Mapping[int, str]) -> dict[tuple[str, str], list[Student]]:
    """Known students whom no row names, by class and birth date and by class and name."""
    taken = set(matched.values())
    left: dict[tuple[str, str], list[Student]] = {}
    for found, student in known.items():
        if found not in taken:
            for key in _neighbourhoods(student):
                left.setdefault(key, []).append(student)
    return left


def _neighbourhoods(student: Student) -> tuple[tuple[str, str], tuple[str, str]]:
    class_name = names.key(student.class_name)
    return (class_name, student.birth_date.isoformat()), (class_name, names.key(student.name))


def _may_be_one(old: Student, new: Student) -> bool:
    """Whether a misspelt name or a wrong date would explain all that differs."""
    if students.differ(old, new):
        return False
    one, other = names.key(old.name), names.key(new.name)
    return one == other or SequenceMatcher(None, one, other).ratio() >= _ALIKE


def _doubts(
    entry: Entry,
    by_nik: Mapping[str, str],
    people: Mapping[tuple[str, ...], list[Student]],
    left: Mapping[tuple[str, str], list[Student]],
) -> list[Finding]:
    """What to say about a student who is new although something of him or her is known already."""
    student, codes = entry.student, []
    if student.nik and student.nik in by_nik:
        codes.append("nik-held-by-another")
    alike = people.get(_person(student), ())
    if any(names.key(other.class_name) == names.key(student.class_name) for other in alike):
        codes.append("namesake")
    elif any(not students.differ(other, student) for other in alike):
        codes.append("same-name-other-class")
    elif any(_may_be_one(other, student) for key in _neighbourhoods(student) for other in left.get(key, ())):
        codes.append("perhaps-known")
    return [_finding(entry, code) for code in codes]


def _finding(entry: Entry, code: str) -> Finding:
    return Finding(entry.sheet, entry.row, entry.column, code, findings.message(code))


def _person(student: Student) -> tuple[str, ...]:
    return (names.key(student.name), student.birth_date.isoformat())
