"""`station operators`: add, lock, unlock and list the operators of the console."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from station import config, operators
from station.cli.options import DataDir, JsonOut
from station.cli.output import print_json
from station.errors import StationError
from station.journal import Journal
from station.operators import ConsoleSettings, Operator, OperatorRefused, WeakPin, people

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Add, lock, unlock and list the operators of the console.",
    epilog="Example: station operators list",
)

ACTOR: Final = "technician"

Name = Annotated[str, typer.Argument(metavar="NAME", help="The operator's name, or id.")]
PinFromStdin = Annotated[
    bool, typer.Option("--pin-stdin", help="Read the PIN from standard input instead of asking for it.")
]

_WORDS: Final = {
    "pin.not-digits": "The PIN has something else than the digits 0 to 9 in it.",
    "pin.too-short": "The PIN is too short: it takes at least {digits} digits.",
    "pin.too-long": "The PIN is too long: it takes at most 32 digits.",
    "pin.too-simple": "The PIN is among the first that are guessed: no runs (123456) and no repeats (121212).",
    "operator.none": "There is no operator of that name or id. See: station operators list",
    "operator.name-taken": "There is an operator of that name already. Give this one a name that tells them apart.",
    "operator.name-unusable": "The name is empty, longer than 60 letters, or has a control character in it.",
}


@app.command(epilog="Example: station operators add 'Ani Rahmawati' --left-handed")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As it stands on the console.")],
    data: DataDir,
    left_handed: Annotated[bool, typer.Option("--left-handed", help="The console's buttons go to the left.")] = False,
    pin_stdin: PinFromStdin = False,
) -> None:
    """Let somebody sign in at the console. The PIN is asked for; it is never an argument."""
    with _journal(data, Journal.open) as (journal, settings):
        pin = _pin(settings, from_stdin=pin_stdin)
        added = people.add(journal, name, pin, settings, actor=ACTOR, left_handed=left_handed)
    typer.echo(f"{added.name} may sign in ({added.id})")


@app.command(epilog="Example: station operators pin 'Ani Rahmawati'")
def pin(name: Name, data: DataDir, pin_stdin: PinFromStdin = False) -> None:
    """Give an operator a new PIN; a lock ends."""
    with _journal(data) as (journal, settings):
        found = _found(journal, name)
        people.change_pin(journal, found.id, _pin(settings, from_stdin=pin_stdin), settings, actor=ACTOR)
    typer.echo(f"{found.name} has a new PIN")


@app.command(epilog="Example: station operators lock 'Ani Rahmawati'")
def lock(name: Name, data: DataDir) -> None:
    """Keep an operator out until unlocked."""
    with _journal(data) as (journal, _):
        found = _found(journal, name)
        with journal.command(ACTOR) as tx:
            people.lock(tx, found.id)
    typer.echo(f"{found.name} is locked")


@app.command(epilog="Example: station operators unlock 'Ani Rahmawati'")
def unlock(name: Name, data: DataDir) -> None:
    """Let a locked operator sign in again, with wrong PINs and waits forgotten."""
    with _journal(data) as (journal, _):
        found = _found(journal, name)
        with journal.command(ACTOR) as tx:
            people.unlock(tx, found.id)
    typer.echo(f"{found.name} may sign in")


@app.command("list", epilog="Example: station operators list --json")
def list_operators(data: DataDir, as_json: JsonOut = False) -> None:
    """List the operators: who is locked, and wrong PINs since the last right one."""
    with _journal(data) as (journal, _):
        found = operators.everyone(journal)
    if as_json:
        print_json(found)
        return
    if not found:
        typer.echo("Nobody may sign in yet. Add somebody with: station operators add NAME")
    for operator in found:
        state = "locked" if operator.locked else "signed in" if operator.signed_in else "may sign in"
        hand = ", left-handed" if operator.left_handed else ""
        wrong = f", {operator.failures} wrong PINs" if operator.failures else ""
        typer.echo(f"{operator.name:<30}  {state}{hand}{wrong}  {operator.id}")


@contextmanager
def _journal(
    data: Path, opened: Callable[[Path], Journal] = Journal.existing
) -> Iterator[tuple[Journal, ConsoleSettings]]:
    settings = config.load(data).section("console", ConsoleSettings)
    journal = opened(data)
    try:
        yield journal, settings
    except (WeakPin, OperatorRefused) as error:
        raise StationError(_WORDS[error.code].format(digits=settings.pin_digits)) from error
    finally:
        journal.close()


def _found(journal: Journal, name: str) -> Operator:
    found = operators.find(journal, name)
    if found is None:
        raise OperatorRefused("operator.none")
    return found


def _pin(settings: ConsoleSettings, *, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise StationError(
            "There is no terminal to ask for the PIN on.", "Send it to standard input, with --pin-stdin."
        )
    return str(typer.prompt(f"PIN (at least {settings.pin_digits} digits)", hide_input=True, confirmation_prompt=True))
