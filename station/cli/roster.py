"""`station roster`: import school lists; say who is due."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from zoneinfo import ZoneInfo

import typer

from station import config
from station.cli.options import DataDir, JsonOut
from station.cli.output import print_json
from station.clock import NOT_BEFORE, SystemClock
from station.disk import DiskTrouble
from station.errors import StationError
from station.roster.reading import Reader, Reading
from station.roster.students import Finding

if TYPE_CHECKING:
    from station.roster.due import DueList, DueStudent
    from station.roster.importing import Report

SHOWN_PER_CODE: Final = 10
"""Findings of one kind that are printed for people; programs get all of them with --json."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Import school lists; say who is due.",
    epilog="Example: station roster due --on 2026-02-10",
)


@app.command("import", epilog="Example: station roster import peserta-didik.xlsx --dry-run")
def import_list(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="The school's list: XLSX, XLS, ODS or CSV."),
    ],
    data: DataDir,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be imported, and change nothing.")] = False,
    school: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="The school's name (also 'NAME, Kec. X') or NPSN, where the list does not say it."
        ),
    ] = "",
    as_json: JsonOut = False,
) -> None:
    """Import a school's list of students, as Dapodik downloads it or made by hand.

    The same list again changes nothing; a corrected list updates the students it names. Each row that cannot be
    imported, or should be looked at, is reported with its sheet, row and column. Ends with 1 when no row at all could
    be imported.
    """
    reader = Reader(file, _today(data))
    # The command lives for one list and makes no cycles; collecting at work and at the end would cost 0.05 s.
    gc.disable()
    # The journal's modules take 0.3 s to import; meanwhile the reader's own process works.
    from station.journal.journal import Journal
    from station.roster import importing

    with _waiting(f"Reading {file.name}"):
        if dry_run:
            report = _preview(data, reader.result(), school)
        else:
            with _clear(f"The data folder {data} cannot be used", "Name another with --data."):
                journal = Journal.open(data)
            report = importing.take_in(journal, reader.result(), school=school)
            journal.close()
    if as_json:
        print_json(report)
    else:
        typer.echo("\n".join(_told(report)))
    if report.rejected and not (report.imported or report.updated or report.unchanged):
        raise typer.Exit(1)


@app.command(epilog="Example: station roster invitations undangan.html --school 'SMAN 1 Paringin'")
def invitations(
    out: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="The page to write (HTML, to print).")],
    data: DataDir,
    school: Annotated[str, typer.Option(metavar="NAME", help="The school, where there are several.")] = "",
) -> None:
    """Write the invitations: a card a student, with the QR code that checks in at the touchscreen.

    The page names the students: print it, hand the cards out, delete it.
    """
    from station.journal.journal import Journal
    from station.roster import invitations as cards
    from station.roster import register
    from station.roster.schools import labels

    journal = Journal.existing(data)
    try:
        register.prepare(journal)
        book = register.Register.of(journal)
        schools = book.schools()
        found = [one for one in schools if not school or school == one.id]
        if len(found) != 1 and school and (one := book.school(school)):
            found = [one]
        if len(found) != 1:
            named = zip(schools, labels(schools), strict=True)
            known = "; ".join(label or one.id for one, label in named) or "none yet"
            raise StationError("Which school?", f"Name one with --school. Schools on this station: {known}.")
        with _clear(f"{out} cannot be written", "Name a file in a folder that exists and may be written to."):
            count = cards.write(out, found[0].name, book.records(found[0].id))
    finally:
        journal.close()
    typer.echo(f"{count} invitations in {out}")


@app.command(epilog="Example: station roster due --on 2026-02-10 --json")
def due(
    data: DataDir,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The day (YYYY-MM-DD); today if absent."),
    ] = None,
    as_json: JsonOut = False,
) -> None:
    """Say who is due on a day: to be recorded (16 or older), to have a card printed (17), to turn 17 and when."""
    from station.journal.journal import Journal
    from station.roster import due as dues
    from station.roster import register
    from station.roster.register import Register

    day = on.date() if on else _today(data)
    journal = Journal.existing(data)
    register.prepare(journal)
    book = Register.of(journal)
    found = dues.due(book.everybody(), book.schools(), day, dues.recorded(journal.db))
    journal.close()
    if as_json:
        print_json(found)
    else:
        typer.echo("\n".join(_told_due(found)))


def _preview(data: Path, reading: Reading, school: str) -> Report:
    from station.journal.journal import FILE_NAME, Journal
    from station.roster import importing

    if not (data / FILE_NAME).exists():
        return importing.preview(None, reading, school)
    journal = Journal.existing(data)
    report = importing.preview(journal, reading, school)
    journal.close()
    return report


def _today(data: Path) -> date:
    """The day at the station: the clock's, in the configured time zone. Raises StationError where the clock is off."""
    now = SystemClock().now()
    if now < NOT_BEFORE:
        raise StationError(
            f"This machine's clock says {now:%Y-%m-%d}, which is long past: nobody's age can be told.",
            "Set the clock (timedatectl set-time 'YYYY-MM-DD HH:MM'), then try again. Is its battery empty?",
        )
    return now.astimezone(ZoneInfo(config.load(data).station.time_zone)).date()


@contextmanager
def _clear(what: str, advice: str) -> Iterator[None]:
    """Say in one line why a path cannot be used; a full disk has a message of its own."""
    try:
        yield
    except DiskTrouble:
        raise
    except OSError as error:
        raise StationError(f"{what} ({error.strerror}). {advice}") from error


@contextmanager
def _waiting(what: str) -> Iterator[None]:
    """A sign of life on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console  # 50 ms that only somebody who watches has to pay

    with Console(stderr=True).status(what):
        yield


def _told(report: Report) -> Iterator[str]:
    done = "would be imported" if report.dry_run else "imported"
    yield (
        f"{report.school or 'A school without a name'}: {report.imported} {done}, {report.updated} updated,"
        f" {report.unchanged} unchanged, {len({(r.sheet, r.row) for r in report.rejected})} rejected."
    )
    for change in report.changes:
        yield f"  updated   {change.sheet} row {change.row}: {', '.join(change.fields)}"
    yield from _told_findings("rejected", report.rejected)
    yield from _told_findings("warning", report.warnings)
    yield from _told_findings("left out", report.skipped)


def _told_findings(label: str, found: Sequence[Finding]) -> Iterator[str]:
    shown: Counter[str] = Counter()
    for finding in found:
        shown[finding.code] += 1
        if shown[finding.code] <= SHOWN_PER_CODE:
            where = f"{finding.sheet} {finding.column}{finding.row}".strip() if finding.row else "whole file"
            yield f"  {label:<9} {where} [{finding.code}] {finding.message}"
    for code, count in shown.items():
        if count > SHOWN_PER_CODE:
            yield f"  {label:<9} and {count - SHOWN_PER_CODE} more [{code}]; --json lists all"


def _told_due(found: DueList) -> Iterator[str]:
    yield f"{found.on}: {len(found.due)} due to be recorded, {len(found.printable)} are 17 or older."
    yield from _told_people("Due to be recorded (16 or older, not yet recorded)", found.due)
    yield from _told_people("17 or older: the card can be printed", found.printable)
    yield from _told_people("Turn 17 within twelve months", found.turning_17)


def _told_people(title: str, people: Sequence[DueStudent]) -> Iterator[str]:
    yield f"\n{title}: {len(people)}"
    for person in people:
        marks = [mark for mark, is_so in (("recorded", person.recorded), ("no NIK", not person.has_nik)) if is_so]
        marks += ["special needs"] if person.needs_help else []
        extra = f" ({', '.join(marks)})" if marks else ""
        where = f"{person.school}  {person.class_name:<12}"
        yield f"  {where} {person.name}, {person.age}, turns 17 on {person.turns_17}{extra}"
