"""`station visit`: open, close and show the visit to a school."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from station.cli.options import DataDir, JsonOut
from station.errors import StationError
from station.journal import Journal
from station.queue import Refused, TicketState, commands, queries
from station.queue.states import number_text
from station.roster import register
from station.roster.register import Register, School

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Open, close and show the visit to a school.",
    epilog="Example: station visit open 'SMAN 1 Paringin'",
)

ACTOR: Final = "technician"

_WORDS: Final = {
    "queue.visit-open": "A visit is open already. Close it first: station visit close",
    "queue.visit-busy": "Somebody is called or being recorded. Finish, park or miss them at the console first.",
    "queue.no-visit": "No visit is open.",
}


@app.command("open", epilog="Example: station visit open 'SMAN 1 Paringin'")
def open_visit(
    data: DataDir,
    school: Annotated[
        str, typer.Argument(metavar="SCHOOL", help="Name, NPSN or id; may be left out where there is only one.")
    ] = "",
    bench: Annotated[bool, typer.Option("--bench", help="A demonstration: its packages are marked.")] = False,
) -> None:
    """Begin a visit: ticket numbers start at 1."""
    with _journal(data) as journal:
        chosen = _school(Register.of(journal), school)
        with journal.command(ACTOR) as tx:
            commands.open_visit(tx, chosen.id, bench=bench)
    typer.echo(f"The visit to {chosen.name or chosen.npsn or chosen.id} is open")


@app.command(epilog="Example: station visit close")
def close(
    data: DataDir,
    with_waiting: Annotated[
        bool, typer.Option("--with-waiting", help="Although somebody still waits, who is not recorded today then.")
    ] = False,
) -> None:
    """End the visit; nobody may be called or in a recording, and who waits must be meant to go."""
    with _journal(data) as journal, journal.command(ACTOR) as tx:
        visit = queries.current_visit(tx.db)
        left = queries.line(tx.db, visit.id, TicketState.WAITING) if visit is not None else []
        commands.close_visit(tx)
        if left and not with_waiting:
            numbers = ", ".join(number_text(ticket.number) for ticket in left)
            raise StationError(
                f"The visit stays open: number {numbers} still waits."
                if len(left) == 1
                else f"The visit stays open: numbers {numbers} still wait.",
                "Record or cancel them at the console, or close it all the same with --with-waiting.",
            )
    typer.echo("The visit is closed")


@app.command(epilog="Example: station visit show --json")
def show(data: DataDir, as_json: JsonOut = False) -> None:
    """Show the visit, or the last one, with its tickets counted by state."""
    with _journal(data) as journal:
        told = told_visit(journal)
    if as_json:
        typer.echo(msgspec.json.encode(told))
    elif told is None:
        typer.echo("There was no visit yet. Begin one with: station visit open SCHOOL")
    else:
        state = "open" if told["closed_at"] is None else f"closed at {told['closed_at'][:16]} UTC"
        typer.echo(f"{told['school_name'] or told['school']}: {state}, opened at {told['opened_at'][:16]} UTC")
        typer.echo(", ".join(f"{count} {name}" for name, count in told["tickets"].items()))


def told_visit(journal: Journal) -> dict[str, Any] | None:
    """The open visit, or the last one, with the school's name and its tickets by state."""
    visit = queries.last_visit(journal.db)
    if visit is None:
        return None
    names = {school.id: school.name for school in Register.of(journal).schools()}
    counts = {str(state): count for state, count in queries.counts(journal.db, visit.id).items()}
    return msgspec.structs.asdict(visit) | {"school_name": names.get(visit.school, ""), "tickets": counts}


@contextmanager
def _journal(data: Path) -> Iterator[Journal]:
    journal = Journal.existing(data)
    try:
        register.prepare(journal)
        yield journal
    except Refused as refused:
        raise StationError(_WORDS.get(refused.code, str(refused))) from refused
    finally:
        journal.close()


def _school(book: Register, named: str) -> School:
    schools = book.schools()
    if not named and len(schools) == 1:
        return schools[0]
    for school in schools:
        if named and named in (school.id, school.npsn):
            return school
    found = book.school(named, "") if named else None
    if found is not None:
        return found
    known = "; ".join(f"{school.full} (NPSN {school.npsn or '?'})" for school in schools)
    if not known:
        raise StationError("No school is known yet.", "Read a list in first: station roster import FILE")
    problem = f"No school {named!r} is known, or several are." if named else "Which school?"
    raise StationError(problem, f"Known are: {known}")
