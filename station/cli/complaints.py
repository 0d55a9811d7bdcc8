"""How an error that a person can put right is told: in words, and for programs as JSON too."""

from __future__ import annotations

import re
import sys
from contextlib import suppress

import typer

from station.cli.output import print_json
from station.cli.streams import give_up_output
from station.errors import StationError
from station.files import printable


def complain(error: StationError) -> None:
    """Tell the error on standard error."""
    typer.secho(f"Error: {printable(str(error))}", fg=typer.colors.RED, err=True)
    if error.hint:
        typer.echo(printable(error.hint), err=True)


def complain_to_all(error: StationError) -> None:
    """The same, and where ``--json`` was asked for also as ``{"error": {"code", "message"}}`` on standard output."""
    complain(error)
    if "--json" in sys.argv:
        message = f"{error} {error.hint}".strip()
        with suppress(OSError):  # an output that takes nothing, which is then what was complained about
            print_json({"error": {"code": code_of(error), "message": message}})
    give_up_output()


def code_of(error: StationError) -> str:
    """What programs tell the error by: its own code, else what its class is called."""
    known = getattr(error, "code", "") or getattr(getattr(error, "problem", None), "code", "")
    if known:
        return str(known)
    words = re.findall(r"[A-Z][a-z0-9]*", type(error).__name__.removesuffix("Error"))
    return "-".join(word.lower() for word in words)
