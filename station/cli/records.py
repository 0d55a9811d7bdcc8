"""`station records`: what is in a biometric record of any exchange format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from station.biometrics.records import show as showing
from station.biometrics.records.cursor import RecordError
from station.cli.options import JsonOut
from station.cli.output import print_json
from station.errors import StationError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Look into biometric records in exchange formats.",
    epilog="Example: station records show right-index.fir",
)


@app.callback()
def records() -> None:
    """Look into biometric records in exchange formats."""


@app.command(epilog="Example: station records show right-index.fir --json")
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="A record; its content says which.")],
    as_json: JsonOut = False,
) -> None:
    """Tell every field of a record: ISO/IEC 19794-4, -5, -6 or -7, CBEFF in XML, or ANSI/NIST-ITL.

    Of each image: its format, its size by its own header, and the SHA-256 of its data. What cannot be read
    is refused with the byte and the reason, and ends with 1.
    """
    try:
        told = showing.tell_file(file)
    except RecordError as error:
        raise StationError(f"{file.name}: {error}", error.hint) from error
    except OSError as error:
        raise StationError(
            f"{file.name} cannot be read: {error.strerror}.", "Check the path and its rights."
        ) from error
    if as_json:
        print_json(told, indent=1)
        return
    for line in showing.lines(told):
        typer.echo(line)
