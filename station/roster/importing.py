"""Takes a judged list into the register: compare, then write all of it in one transaction.

The same list again changes nothing, not even the journal. A student who is in the register and not
in the list is left alone: a list by hand may hold one class of many.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec

from station.journal.events import RosterImported
from station.journal.journal import Journal
from station.roster import findings, matching, register, titles
from station.roster.matching import Plan
from station.roster.reading import Reading
from station.roster.register import Register, School
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
    """The school as the list names it, several joined by ``; ``, empty where it names none."""
    imported: int
    updated: int
    unchanged: int
    warnings: tuple[Finding, ...]
    rejected: tuple[Finding, ...]
    skipped: tuple[Finding, ...]
    changes: tuple[Change, ...]
    dry_run: bool = False


class _Group(msgspec.Struct, frozen=True):
    name: str
    npsn: str
    entries: list[Entry]


def take_in(journal: Journal, reading: Reading, actor: str = ACTOR, school: str = "") -> Report:
    """Import a list. `school` names the school where the list does not.

    Appends one `roster.imported` for each school of which something changed.
    """
    register.prepare(journal)
    groups, notes = _by_school(reading, school)
    plans: list[Plan] = []
    # Pages of one whole list stay in memory until the commit instead of being written twice.
    journal.db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    with journal.command(actor) as tx:
        book = Register(tx.db, tx.vault)
        for group in groups:
            known = book.school(group.name, group.npsn)
            plan = _plan(book, known, group)
            plans.append(plan)
            if plan.new or plan.updated:
                home = known or book.add_school(group.name, group.npsn)
                if group.npsn and not home.npsn:
                    book.set_npsn(home.id, group.npsn)
                book.add(home.id, [entry.student for entry in plan.new])
                book.change({update.id: update.student for update in plan.updated})
                tx.append(_event(reading, group, plan), subject=home.id)
    return _report(reading, groups, plans, notes, dry_run=False)


def preview(journal: Journal | None, reading: Reading, school: str = "") -> Report:
    """What `take_in` would do, without writing anything; None for a station without a journal yet."""
    groups, notes = _by_school(reading, school)
    book = Register.of(journal) if journal is not None and _has_tables(journal) else None
    plans = []
    for group in groups:
        if book is None:
            plans.append(matching.plan({}, group.entries))
        else:
            plans.append(_plan(book, book.school(group.name, group.npsn), group))
    return _report(reading, groups, plans, notes, dry_run=True)


def _plan(book: Register, known: School | None, group: _Group) -> Plan:
    people = {record.id: record.student for record in book.records(known.id)} if known else {}
    plan = matching.plan(people, group.entries)
    if not book.has_others(known.id if known else ""):
        return plan
    elsewhere = []
    renumbered = (update.entry for update in plan.updated if "nik" in update.fields)
    for entry in (*plan.new, *renumbered):
        if entry.student.nik and any(record.id not in people for record in book.by_nik(entry.student.nik)):
            code = "nik-in-other-school"
            elsewhere.append(Finding(entry.sheet, entry.row, entry.column, code, findings.message(code)))
    return msgspec.structs.replace(plan, warnings=(*plan.warnings, *elsewhere))


def _by_school(reading: Reading, given: str) -> tuple[list[_Group], list[Finding]]:
    groups: dict[str, _Group] = {}
    notes: list[Finding] = []
    for entry in reading.list.entries:
        name, npsn = entry.school, entry.npsn
        if given and titles.school_key(given) != titles.school_key(name):
            if name or npsn:
                notes.append(_file_note("school-differs"))
            name, npsn = given, ""
        if not name and not npsn:
            notes.append(_file_note("school-missing"))
        key = npsn or titles.school_key(name)
        groups.setdefault(key, _Group(name, npsn, [])).entries.append(entry)
    return list(groups.values()), list(dict.fromkeys(notes))


def _file_note(code: str) -> Finding:
    return Finding("", 0, "", code, findings.message(code))


def _event(reading: Reading, group: _Group, plan: Plan) -> RosterImported:
    rows = {(entry.sheet, entry.row) for entry in group.entries}
    warned = {(w.sheet, w.row) for w in (*reading.list.warnings, *plan.warnings)}
    return RosterImported(
        file_sha256=reading.sha256,
        imported=len(plan.new),
        updated=len(plan.updated),
        unchanged=plan.unchanged,
        rejected=len({(r.sheet, r.row) for r in reading.list.rejected}),
        warnings=len(rows & warned),
    )


def _report(
    reading: Reading, groups: list[_Group], plans: list[Plan], notes: list[Finding], *, dry_run: bool
) -> Report:
    kept = frozenset[tuple[str, int]]().union(*(plan.kept for plan in plans))
    listed = (_true_of(finding, kept) for finding in reading.list.warnings)
    warnings = [*notes, *listed, *(w for plan in plans for w in plan.warnings)]
    return Report(
        file=reading.file,
        school="; ".join(dict.fromkeys(group.name or group.npsn for group in groups)),
        imported=sum(len(plan.new) for plan in plans),
        updated=sum(len(plan.updated) for plan in plans),
        unchanged=sum(plan.unchanged for plan in plans),
        warnings=tuple(sorted(warnings)),
        rejected=tuple(sorted(reading.list.rejected)),
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


def _has_tables(journal: Journal) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'students'"
    return journal.db.execute(query).fetchone() is not None
