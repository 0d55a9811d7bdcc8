"""`station keys`: what a technician does once, so that a station can seal packages and believe receipts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from station import config
from station.cli.options import DataDir, JsonOut
from station.cli.output import print_json
from station.packages import key_setup
from station.packages.key_setup import Keys
from station.packages.keys import STATION_KEY

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Make the station's key, install the office's, and say what is missing.",
    epilog="Example: station keys init",
)


@app.command(epilog="Example: station keys init --data /var/lib/station")
def init(data: DataDir, as_json: JsonOut = False) -> None:
    """Make this station's own key, and say what the office has to be given. An existing key is never replaced."""
    station = config.load(data).station.id
    made = key_setup.init(_folder(data), station)
    if as_json:
        print_json(made)
        return
    typer.echo(f"{made.public_key} {station}")
    public = _folder(data) / f"{STATION_KEY}.pub"
    typer.echo(f"That is in {public}. At the office: station office trust {station} {STATION_KEY}.pub --dir DIR")


@app.command(epilog="Example: station keys install recipients.txt office_signers")
def install(
    recipients: Annotated[
        Path, typer.Argument(metavar="RECIPIENTS", dir_okay=False, help="The office's recipients.txt.")
    ],
    office_signers: Annotated[
        Path, typer.Argument(metavar="SIGNERS", dir_okay=False, help="The office's office_signers.")
    ],
    data: DataDir,
    as_json: JsonOut = False,
) -> None:
    """Install the office's public keys: to whom packages are encrypted, and whose receipts are believed."""
    _tell(key_setup.install(_folder(data), recipients, office_signers), as_json)


@app.command(epilog="Example: station keys show --json")
def show(data: DataDir, as_json: JsonOut = False) -> None:
    """Say which keys are there, what is missing, and which private key others may read.

    Ends with 1 when something is missing or open to others.
    """
    keys = key_setup.look(_folder(data))
    _tell(keys, as_json)
    raise typer.Exit(0 if keys.complete else 1)


def _folder(data: Path) -> Path:
    return data / "keys"


def _tell(keys: Keys, as_json: bool) -> None:
    if as_json:
        print_json(keys)
        return
    for state in keys.files:
        typer.echo(f"{state.file:<16} {state.problem or f'is there: {state.what}'}")
