"""`station journal`: verify, show and export the record of what happened."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from station.cli.options import DataDir, JsonOut
from station.cli.output import print_json
from station.journal import catalogue as catalogues
from station.journal import faults, rows, versions
from station.journal.faults import JournalError, NewerJournal
from station.journal.journal import FILE_NAME, Journal
from station.journal.rows import Row
from station.journal.verify import Finding, Trouble, damage, projections_differ
from station.journal.verify import verify as verify_chain

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Verify, show and export the record of what happened.",
    epilog="Example: station journal verify",
)

MOST_SHOWN = 1_000_000_000
"""More events than a station lives to see, and a number that SQLite takes."""

SHOWN_PER_CODE = 10
"""Troubles of one kind that are printed for people; programs get all of them with --json."""

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
    troubles: tuple[Trouble, ...] = ()
    """What lies beside whole events and does not fit them."""
    looked_inside: bool = False
    """Whether the vault's key was there, to look at what is sealed."""
    unfinished: bool = False
    """It never finished being made, and holds nothing."""


@app.command(epilog="Example: station journal verify --db /media/stick/journal.db")
def verify(data: DataDir, db: JournalFile = None, as_json: JsonOut = False) -> None:
    """Check that no event was changed, deleted or put in, and that all that lies beside the events fits them.

    The tables are held against the events, and the personal data against both; what is sealed is opened where
    keys/vault.key lies beside the journal. Ends with 1 and names the first bad event (its seq) when something is wrong.
    """
    from station import audit  # what it looks at takes 0.1 s to import

    with _opened(data, db) as journal:
        outcome = verify_chain(journal.db)
        verdict = Verdict(str(journal.path), False, outcome.events, outcome.head, outcome.finding)
        if verdict.finding is None and versions.is_unfinished(journal.db):
            verdict = msgspec.structs.replace(verdict, unfinished=True)
        elif verdict.finding is None and (broken := damage(journal.db)):
            differing = tuple(projections_differ(journal.db))
            verdict = msgspec.structs.replace(verdict, damage=broken, differing_tables=differing)
        elif verdict.finding is None:
            found = audit.look(journal, may_lack_key=db is not None)
            verdict = msgspec.structs.replace(
                verdict,
                good=not found.troubles and not found.differing_tables,
                differing_tables=found.differing_tables,
                troubles=found.troubles,
                looked_inside=found.looked_inside,
            )
    if as_json:
        print_json(verdict)
    else:
        for line in _told(verdict):
            typer.echo(line)
    if not verdict.good:
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
    if finding is not None and finding.problem == "unknown":
        raise NewerJournal("The journal", f"event {finding.seq} is of a kind that is not known here")
    if finding is not None:
        raise JournalError(
            f"The tables stay as they are: the first bad event is seq {finding.seq} ({finding.problem})."
            f" {finding.message} {faults.WHAT_TO_DO}"
        )
    journal = Journal.open(data)
    typer.echo(f"The tables follow from {journal.rebuild()} events")
    journal.close()


def _told(verdict: Verdict) -> Iterator[str]:
    """The verdict in words, and what to do."""
    if verdict.finding is not None:
        yield from _told_finding(verdict.finding)
    elif verdict.unfinished:
        yield "This journal never finished being made: the disk was full, or the power went. Nothing is in it."
        yield "It is made anew when the station is started again."
    elif verdict.damage:
        tables = f", with it {', '.join(verdict.differing_tables)}" if verdict.differing_tables else ""
        yield f"{verdict.events} events are whole, but the file is damaged{tables}: {verdict.damage}."
        yield faults.WHAT_TO_DO
    else:
        yield from _told_beside(verdict)


def _told_finding(finding: Finding) -> Iterator[str]:
    if finding.problem == "unknown":
        yield f"{finding.seq - 1} events are whole. {finding.message}"
        yield "Update this one, and verify again: it cannot judge what it does not know."
        return
    if finding.problem == "head":
        yield f"NOT WHOLE (head): {finding.seq} events fit each other. {finding.message}"
    else:
        yield f"NOT WHOLE: first bad event is seq {finding.seq} ({finding.problem}). {finding.message}"
    yield "Keep this file, take a copy of the whole data folder, and tell the office."


def _told_beside(verdict: Verdict) -> Iterator[str]:
    """What of the tables and the personal data does not fit the events."""
    count = f"{verdict.events} events are whole"
    if verdict.good:
        yield f"{count}; head {verdict.head}"
    if verdict.differing_tables:
        yield f"{count}, but these tables differ from them: {', '.join(verdict.differing_tables)}."
    elif verdict.troubles:
        yield f"{count}, but what lies beside them is not:"
    shown: Counter[str] = Counter()
    for trouble in verdict.troubles:
        shown[trouble.code] += 1
        if shown[trouble.code] <= SHOWN_PER_CODE:
            yield f"  [{trouble.code}] {trouble.message}"
    for code, found in shown.items():
        if found > SHOWN_PER_CODE:
            yield f"  [{code}] and {found - SHOWN_PER_CODE} more; --json lists all"
    if verdict.differing_tables or shown["table-projected"]:
        yield "Make the tables anew with: station journal rebuild"
    if set(shown) - {"table-projected"}:
        yield faults.WHAT_TO_DO
    elif not verdict.looked_inside:
        yield "What is sealed was not looked into: there is no keys/vault.key beside the file that opens it."


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
