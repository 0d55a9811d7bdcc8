"""`station office`: the other end of the line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from station.cli.options import JsonOut
from station.cli.output import print_json
from station.clock import SystemClock
from station.files import read_file
from station.office import intake, keys
from station.office.keys import Office
from station.packages.age import MAX_KEY_FILE
from station.packages.problems import Code, Refused
from station.packages.signers import Signer
from station.packages.sshsig import PACKAGE_NAMESPACE, read_public_key
from station.packages.store import Store

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Take packages in at the office's end.",
    epilog="Example: station office take-in --store /media/stick/capture --dir /srv/office",
)

OfficeDir = Annotated[
    Path, typer.Option("--dir", metavar="DIR", file_okay=False, help="The office's folder: keys, packages, receipts.")
]


@app.command(epilog="Example: station office init --dir /srv/office --name disdukcapil-balangan")
def init(
    folder: OfficeDir,
    name: Annotated[str, typer.Option("--name", help="The name under which receipts are signed; no spaces.")],
    escrow: Annotated[
        str | None, typer.Option("--escrow", metavar="AGE1...", help="Public key of an escrow identity kept elsewhere.")
    ] = None,
) -> None:
    """Make an office: its age identity, its signing key, and the files that stations get."""
    office = keys.create(folder, name, SystemClock(), escrow)
    typer.echo(f"Give each station: {office.recipients_file} and {office.office_signers_file}")
    if escrow is None:
        typer.echo(f"Move {folder / 'escrow.txt'} to a safe place off this machine; it opens every package.")


@app.command(epilog="Example: station office trust station-07 station_ed25519.pub --dir /srv/office")
def trust(
    station: Annotated[str, typer.Argument(metavar="STATION", help="The station's id, as in its packages.")],
    public_key: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="The station's .pub file.")],
    folder: OfficeDir,
) -> None:
    """Trust a station's signing key from now on."""
    try:
        kind, encoded, *_ = [*read_file(public_key, MAX_KEY_FILE).decode().split(), "", ""]
    except (OSError, UnicodeDecodeError) as error:
        why = f": {error.strerror}" if isinstance(error, OSError) else ""
        raise Refused(Code.KEY_FILE, f"The key cannot be read{why}.", public_key.name, "Give the .pub file.") from error
    key = read_public_key(kind, encoded, public_key.name)
    new = keys.add_station(Office(folder), Signer(station, key, PACKAGE_NAMESPACE))
    typer.echo(f"{station} is trusted" if new else f"{station} was trusted already")


@app.command("take-in", epilog="Example: station office take-in --store /media/stick/capture --dir /srv/office")
def take_in(
    folder: OfficeDir,
    store: Annotated[str, typer.Option("--store", metavar="URL", help="A folder, or s3://BUCKET/PREFIX.")],
    accept_bench: Annotated[
        bool, typer.Option("--accept-bench", help="Take packages of emulated devices too; for demonstrations only.")
    ] = False,
    as_json: JsonOut = False,
) -> None:
    """Take in every package in the store, file it or refuse it, and answer with a signed receipt.

    Running it again changes nothing. Ends with 1 when a package was refused.
    """
    taken = []
    for entry in intake.take_in(Office(folder), Store.open(store), SystemClock(), accept_bench):
        taken.append(entry)
        if not as_json:
            why = f": {entry.reason} [{entry.code}]" if entry.reason else ""
            typer.echo(f"{entry.verdict:<8} {entry.package}{why}{'' if entry.new else ' (as before)'}")
    accepted = sum(entry.verdict == "accepted" for entry in taken)
    if as_json:
        print_json(taken)
    else:
        typer.echo(f"{accepted} of {len(taken)} packages are filed")
    if accepted < len(taken):
        raise typer.Exit(1)
