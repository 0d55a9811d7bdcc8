"""`station journal`: verify, show and export the record of what happened."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from station.cli.options import DataDir, JsonOut
from station.cli.output import print_json
from station.journal import catalogue as catalogues
from station.journal import faults, rows
from station.journal.faults import JournalError
from station.journal.journal import FILE_NAME, Journal
from station.journal.rows import Row
from station.journal.verify import Finding, damage, projections_differ
from station.journal.verify import verify as verify_chain

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Verify, show and export the record of what happened.",
    epilog="Example: station journal verify",
)

MOST_SHOWN = 1_000_000_000
"""More events than a station lives to see, and a number that SQLite takes."""

JournalFile = Annotated[
    Path | None,
    typer.Option("--db", metavar="FILE", dir_okay=False, help="Another journal.db, such as a copy; it is not changed."),
]


class Verdict(msgspec.Struct, frozen=True):
    """What `verify --json` prints."""

    file: str
    good: bool
    events: int
    head: str
    finding: Finding | None
    differing_tables: tuple[str, ...] = ()
    damage: str = ""
    """What is wrong with the file itself, where the events in it are whole."""


@app.command(epilog="Example: station journal verify --db /media/stick/journal.db")
def verify(data: DataDir, db: JournalFile = None, as_json: JsonOut = False) -> None:
    """Check that no event was changed, deleted or put in, and that the tables say what the events say.

    Ends with 1 and names the first bad event (its seq) when something is wrong.
    """
    with _opened(data, db) as journal:
        outcome = verify_chain(journal.db)
        whole = outcome.finding is None
        differing = tuple(projections_differ(journal.db)) if whole else ()
        broken = damage(journal.db) if whole else ""
        good = whole and not differing and not broken
        verdict = Verdict(str(journal.path), good, outcome.events, outcome.head, outcome.finding, differing, broken)
    if as_json:
        print_json(verdict)
    elif verdict.finding is not None:
        for line in _told(verdict.finding):
            typer.echo(line)
    elif broken:
        tables = f", with it {', '.join(differing)}" if differing else ""
        typer.echo(f"{outcome.events} events are whole, but the file is damaged{tables}: {broken}.")
        typer.echo(faults.WHAT_TO_DO)
    elif differing:
        typer.echo(f"{outcome.events} events are whole, but these tables differ from them: {', '.join(differing)}.")
        typer.echo("Make them anew with: station journal rebuild")
    else:
        typer.echo(f"{outcome.events} events are whole; head {outcome.head}")
    if not good:
        raise typer.Exit(1)


@app.command(epilog="Example: station journal show --last 50 --kind ticket")
def show(
    data: DataDir,
    db: JournalFile = None,
    last: Annotated[
        int, typer.Option("--last", min=1, max=MOST_SHOWN, metavar="N", help="How many events, the newest.")
    ] = 20,
    subject: Annotated[str, typer.Option("--subject", metavar="ID", help="Only about this ticket, enrolment, …")] = "",
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="Only kinds that begin so.")] = "",
) -> None:
    """Print the newest events, oldest first: seq, time (UTC), who, what, about what."""
    chosen = "WHERE (? = '' OR subject = ?) AND kind LIKE ? || '%' ORDER BY seq DESC LIMIT ?"
    with _opened(data, db) as journal:
        records = journal.db.execute(f"{rows.STORED} {chosen}", (subject, subject, kind, last))
        found = list(_decoded(records))
    for row in reversed(found):
        typer.echo(f"{row.seq:>7}  {row.at[:19]}  {row.actor:<20}  {row.kind:<24}  {row.subject}  {row.data}")


@app.command(epilog="Example: station journal export > journal.jsonl")
def export(data: DataDir, db: JournalFile = None) -> None:
    """Print all events as JSON lines, with the chain values, to standard output.

    Ends with 1 at the first event that cannot be read; those before it are printed.
    """
    with _opened(data, db) as journal:
        for row in _decoded(rows.stored(journal.db)):
            sys.stdout.buffer.write(_line(row))
        sys.stdout.buffer.flush()


@app.command(epilog="Example: station journal catalogue > docs/events.md")
def catalogue(
    db: Annotated[
        Path | None,
        typer.Option("--db", metavar="FILE", help="Taken as the other commands take it; the catalogue is one for all."),
    ] = None,
) -> None:
    """Print the catalogue of all events as Markdown."""
    del db
    typer.echo(catalogues.markdown(), nl=False)


@app.command(epilog="Example: station journal rebuild")
def rebuild(data: DataDir) -> None:
    """Drop all tables that follow from the events, and make them anew from the events."""
    with _opened(data, None) as journal:
        finding = verify_chain(journal.db).finding
    if finding is not None:
        raise JournalError(
            f"The tables stay as they are: the first bad event is seq {finding.seq} ({finding.problem})."
            f" {finding.message} {faults.WHAT_TO_DO}"
        )
    journal = Journal.open(data)
    typer.echo(f"The tables follow from {journal.rebuild()} events")
    journal.close()


def _told(finding: Finding) -> Iterator[str]:
    """The finding in words, and what to do."""
    if finding.problem == "unknown":
        yield f"{finding.seq - 1} events are whole. {finding.message}"
        yield "Update this one, and verify again: it cannot judge what it does not know."
        return
    if finding.problem == "head":
        yield f"NOT WHOLE (head): {finding.seq} events fit each other. {finding.message}"
    else:
        yield f"NOT WHOLE: first bad event is seq {finding.seq} ({finding.problem}). {finding.message}"
    yield "Keep this file, take a copy of the whole data folder, and tell the office."


@contextmanager
def _opened(data: Path, db: Path | None) -> Iterator[Journal]:
    """The journal for reading, as it is at this moment even while the station goes on writing."""
    journal = Journal.inspect(db or data / FILE_NAME)
    try:
        journal.db.execute("BEGIN")
        yield journal
    finally:
        journal.close()


def _decoded(records: Iterable[rows.Stored]) -> Iterator[Row]:
    """The rows; JournalError at the first that is none."""
    for record in records:
        try:
            row = rows.decoded(record)
        except rows.NoRow as error:
            raise _bad_event(record[0]) from error
        yield row


def _line(row: Row) -> bytes:
    """The row as one line of JSON. Raises JournalError where its data would break it."""
    try:
        msgspec.json.decode(row.data)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise _bad_event(row.seq) from error
    if len(row.data.splitlines()) != 1:
        raise _bad_event(row.seq)
    return msgspec.json.encode(msgspec.structs.asdict(row) | {"data": msgspec.Raw(row.data.encode())}) + b"\n"


def _bad_event(seq: object) -> JournalError:
    return JournalError(
        f"Event {seq!a} is not what was recorded: what it holds cannot be read. {faults.WHAT_TO_DO}",
        faults.SEE_VERIFY,
    )
