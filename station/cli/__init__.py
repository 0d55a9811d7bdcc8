"""The command `station`: one thin function a command, no logic.

The commands live in the modules of this package; `COMMANDS` says which. A module is imported when
its command is called, so that `station --help` is quick and a library that one command needs (Kivy,
OpenCV) costs the others nothing. Each module holds a `typer.Typer` named `app`: one command in it is
that command, several are a group.
"""

from __future__ import annotations

import resource
import sys
from typing import Annotated, Final

import typer

from station import files
from station.cli import streams
from station.cli.lazy import LazyCommand, lazy_group
from station.cli.options import GivenDataDir
from station.errors import StationError

COMMANDS: Final = {
    "run": LazyCommand("station.cli.run", "Open the station: both screens and the devices."),
    "day": LazyCommand("station.cli.day", "Play a whole school day on the bench, with robot people."),
    "status": LazyCommand("station.cli.status", "Say how the station is: journal, queue, packages, devices."),
    "visit": LazyCommand("station.cli.visit", "Open, close and show the visit to a school."),
    "roster": LazyCommand("station.cli.roster", "Import school lists; say who is due."),
    "packages": LazyCommand("station.cli.packages", "List, show, verify and open sealed packages."),
    "export": LazyCommand("station.cli.export", "Export a package's biometrics as records that an AFIS takes."),
    "records": LazyCommand("station.cli.records", "Look into biometric records in exchange formats."),
    "journal": LazyCommand("station.cli.journal", "Verify, show and export the record of what happened."),
    "quality": LazyCommand("station.cli.quality", "Judge pictures of faces, fingers, irises and signatures."),
    "operators": LazyCommand("station.cli.operators", "Add, lock, unlock and list the operators of the console."),
    "keys": LazyCommand("station.cli.keys", "Make the station's key, install the office's, say what is missing."),
    "office": LazyCommand("station.cli.office", "Take packages in at the office's end."),
    "screen": LazyCommand("station.cli.screen", "Open one screen: student, operator, or the gallery of all."),
    "devices": LazyCommand("station.cli.devices", "Drive what is plugged in, and say what it is."),
    "bench": LazyCommand("station.cli.bench", "Emulated devices, and their faults."),
}

EPILOG: Final = "Example: station roster import peserta-didik.xlsx"

# Typer's own tracebacks can print local variables, and those hold names and NIK here.
app = typer.Typer(
    cls=lazy_group(COMMANDS), add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, epilog=EPILOG
)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # 60 ms that only who asks has to wait

        typer.echo(f"station {version('station')}")
        raise typer.Exit


@app.callback()
def station(
    data: GivenDataDir = None,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Records students for the identity card (KTP-el) at their school."""


def _told(error: Exception) -> StationError | None:
    """What the machine refused (a disk, a folder, the journal's file), in the user's words; None for our own faults."""
    if isinstance(error, OSError):
        return files.explained(error)
    import sqlite3  # 4 ms that only who meets an error has to wait

    if not isinstance(error, sqlite3.DatabaseError):
        return None
    from station.journal import faults

    known = faults.explained(error)
    return files.explained(known) if isinstance(known, OSError) else known


def _complain(error: StationError) -> None:
    from station.cli.complaints import complain_to_all  # with what prints JSON: only who meets an error has to wait

    complain_to_all(error)


def main() -> None:
    """The console script: runs the command, and ends with a clear line where the user can do something about it."""
    streams.prepare_streams()
    # A core file would hold the names, pictures and keys that were in memory. Child processes keep to it too.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        app()
    except StationError as error:
        _complain(error)
        sys.exit(error.exit_code)
    except Exception as error:
        told = _told(error)
        if told is None:
            raise
        _complain(told)
        sys.exit(1)
