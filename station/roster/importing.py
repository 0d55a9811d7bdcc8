"""Takes a judged list into the register: compare, then write all of it in one transaction.

The same list again changes nothing, not even the journal. A student who is in the register and not
in the list is left alone: a list by hand may hold one class of many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from station.journal.events import RosterImported
from station.journal.journal import Journal
from station.roster import findings, matching, register, schools
from station.roster.matching import Plan
from station.roster.reading import Reading
from station.roster.register import Register, School
from station.roster.schools import Choice, SchoolName
from station.roster.students import Entry, Finding

ACTOR: Final = "roster"
CACHE_KIB: Final = 32 * 1024
"""10,000 students fill about 9 MB of pages."""


class Change(msgspec.Struct, frozen=True):
    """A row that changed a known student: which fields, never their values."""

    sheet: str
    row: int
    fields: tuple[str, ...]


class Report(msgspec.Struct, frozen=True):
    """What an import did, or would do. Counts are rows; those with warnings are imported all the same."""

    file: str
    school: str
    """The school to which the list was taken, several joined by ``; ``, empty where the list names none."""
    imported: int
    updated: int
    unchanged: int
    warnings: tuple[Finding, ...]
    rejected: tuple[Finding, ...]
    skipped: tuple[Finding, ...]
    changes: tuple[Change, ...]
    dry_run: bool = False


class _Home(msgspec.Struct, frozen=True):
    """A school of the list: what is known of it, what the list adds, and its rows."""

    known: School | None
    named: SchoolName
    entries: list[Entry]


class _Plans(msgspec.Struct, frozen=True):
    """What an import will do: worked out before anything is written, so that a preview says the same."""

    homes: list[tuple[_Home, Plan]]
    notes: list[Finding]
    """About schools, for the whole file."""
    rejected: list[Finding]


def take_in(journal: Journal, reading: Reading, actor: str = ACTOR, school: str = "") -> Report:
    """Import a list. `school` names the school where the list does not.

    Appends one `roster.imported` for each school of which something changed.
    """
    register.prepare(journal)
    # Pages of one whole list stay in memory until the commit instead of being written twice.
    journal.db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    with journal.command(actor) as tx:
        book = Register(tx.db, tx.vault)
        plans = _plans(book, reading, school)
        for home, plan in plans.homes:
            if home.known is not None and home.named != _named(home.known):
                book.complete(home.known.id, home.named)
            if plan.new or plan.updated:
                named = home.named
                there = home.known or book.add_school(named.name, named.npsn, named.district, named.regency)
                book.add(there.id, [entry.student for entry in plan.new])
                book.change({update.id: update.student for update in plan.updated})
                tx.append(_event(reading, home, plan), subject=there.id)
    return _report(reading, plans, dry_run=False)


def preview(journal: Journal | None, reading: Reading, school: str = "") -> Report:
    """What `take_in` would do, without writing a student; None for a station without a journal yet."""
    book = None
    if journal is not None and register.exists(journal):
        register.prepare(journal)
        book = Register.of(journal)
    return _report(reading, _plans(book, reading, school), dry_run=True)


def _plans(book: Register | None, reading: Reading, given: str) -> _Plans:
    homes, notes, rejected = _homes(reading, given, book.schools() if book else [])
    planned = []
    for home in homes:
        known = book.records(home.known.id) if book and home.known else ()
        planned.append((home, matching.plan({record.id: record.student for record in known}, home.entries)))
    return _Plans(_doubt_moved(book, planned), notes, rejected)


def _doubt_moved(book: Register | None, planned: list[tuple[_Home, Plan]]) -> list[tuple[_Home, Plan]]:
    """Say which NIKs that come in are those of students of other schools, on the station or in the same list."""
    counts = Counter[str]()
    if len(planned) > 1:
        # Within a school a NIK stands once, so one that is counted twice is in two.
        counts.update(entry.student.nik for home, _ in planned for entry in home.entries)
        counts[""] = 0
    told = []
    for home, plan in planned:
        school = home.known.id if home.known else ""
        asked = book if book and book.has_others(school) else None
        renumbered = (update.entry for update in plan.updated if "nik" in update.fields)
        coming = (*plan.new, *renumbered) if asked or counts else ()
        elsewhere = [
            entry
            for entry in coming
            if counts[nik := entry.student.nik] > 1
            or (nik and asked and any(record.school != school for record in asked.by_nik(nik)))
        ]
        found = (_row_finding(entry, "nik-in-other-school") for entry in elsewhere)
        told.append((home, msgspec.structs.replace(plan, warnings=(*plan.warnings, *found))))
    return told


def _homes(reading: Reading, given: str, known: Sequence[School]) -> tuple[list[_Home], list[Finding], list[Finding]]:
    named, notes = _as_given(reading.list.schools, given, known)
    choices, settled = schools.settle(named, known)
    rejected = []
    homes: dict[int, _Home] = {}
    for entry in reading.list.entries:
        choice = choices[entry.school]
        if choice.taken is None:
            rivals = [settled[n] for n in choice.rivals]
            which = "; ".join(school.full for school in rivals)
            details = {"count": len(rivals), "which": which, "example": (rivals[0].npsn or rivals[0].full)}
            rejected.append(_row_finding(entry, "school-ambiguous", **details))
        elif (home := homes.get(choice.taken)) is not None:
            home.entries.append(entry)
        else:
            there = known[choice.taken] if choice.taken < len(known) else None
            homes[choice.taken] = _Home(there, _named(settled[choice.taken]), [entry])
    for school, choice in zip(named, choices, strict=True):
        notes += _said_of_school(school, choice, settled)
    return list(homes.values()), list(dict.fromkeys(notes)), rejected


def _as_given(
    named: Sequence[SchoolName], given: str, known: Sequence[School]
) -> tuple[list[SchoolName], list[Finding]]:
    """The list's schools after what --school says: an id, an NPSN or a name, perhaps with its kecamatan."""
    if not given:
        return list(named), []
    meant = next((_named(s) for s in known if given in (s.id, s.npsn)), None) or schools.parse(given)
    after, notes = [], []
    for school in named:
        if not school.is_named:
            after.append(schools.complete(meant, school))
        elif not meant.name and not school.npsn:
            # An NPSN that is new here, for a list that says the name.
            after.append(schools.complete(school, meant))
        elif schools.choose(meant, [school]).taken is not None:
            after.append(schools.complete(school, meant))
        else:
            notes.append(_file_note("school-differs"))
            after.append(meant)
    return after, notes


def _said_of_school(named: SchoolName, choice: Choice, settled: Sequence[SchoolName]) -> list[Finding]:
    if not named.is_named:
        return [_file_note("school-missing")]
    if choice.taken is None:
        return []
    home = settled[choice.taken]
    notes = []
    if named.name and schools.spelt(named.name) != schools.spelt(home.name):
        notes.append(_file_note("school-spelling", written=named.name, school=home.full))
    if choice.assumed:
        notes.append(_file_note("school-place-assumed", school=home.full))
    if choice.elsewhere:
        others = "; ".join(settled[n].full for n in choice.elsewhere)
        notes.append(_file_note("school-elsewhere", school=named.full, others=others))
    if choice.alike:
        others = "; ".join(settled[n].full for n in choice.alike)
        notes.append(_file_note("school-perhaps-known", school=named.full, others=others))
    return notes


def _named(school: SchoolName) -> SchoolName:
    return SchoolName(school.name, school.npsn, school.district, school.regency)


def _file_note(code: str, /, **details: object) -> Finding:
    return Finding("", 0, "", code, findings.message(code, **details))


def _row_finding(entry: Entry, code: str, /, **details: object) -> Finding:
    return Finding(entry.sheet, entry.row, entry.column, code, findings.message(code, **details))


def _event(reading: Reading, home: _Home, plan: Plan) -> RosterImported:
    rows = {(entry.sheet, entry.row) for entry in home.entries}
    warned = {(w.sheet, w.row) for w in (*reading.list.warnings, *plan.warnings)}
    return RosterImported(
        file_sha256=reading.sha256,
        imported=len(plan.new),
        updated=len(plan.updated),
        unchanged=plan.unchanged,
        rejected=len({(r.sheet, r.row) for r in reading.list.rejected}),
        warnings=len(rows & warned),
    )


def _report(reading: Reading, done: _Plans, *, dry_run: bool) -> Report:
    plans = [plan for _, plan in done.homes]
    kept = frozenset[tuple[str, int]]().union(*(plan.kept for plan in plans))
    lost = {(finding.sheet, finding.row) for finding in done.rejected}
    listed = (_true_of(finding, kept) for finding in reading.list.warnings if (finding.sheet, finding.row) not in lost)
    warnings = [*done.notes, *listed, *(w for plan in plans for w in plan.warnings)]
    return Report(
        file=reading.file,
        school="; ".join(filter(None, schools.labels([home.named for home, _ in done.homes]))),
        imported=sum(len(plan.new) for plan in plans),
        updated=sum(len(plan.updated) for plan in plans),
        unchanged=sum(plan.unchanged for plan in plans),
        warnings=tuple(sorted(warnings)),
        rejected=tuple(sorted([*reading.list.rejected, *done.rejected])),
        skipped=tuple(sorted(reading.list.skipped)),
        changes=tuple(Change(u.entry.sheet, u.entry.row, u.fields) for plan in plans for u in plan.updated),
        dry_run=dry_run,
    )


def _true_of(finding: Finding, kept: Collection[tuple[str, int]]) -> Finding:
    """The finding as it is once the list was compared with the register, which may know the NIK."""
    if finding.code != "nik-missing" or (finding.sheet, finding.row) not in kept:
        return finding
    code = "nik-missing-here"
    return msgspec.structs.replace(finding, code=code, message=findings.message(code))
