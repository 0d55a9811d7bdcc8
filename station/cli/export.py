"""`station export`: a package's biometrics as records that an AFIS takes."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from station.cli.options import DataDir
from station.cli.packages import SignersFile, signers_of
from station.clock import SystemClock
from station.packages.age import Identities
from station.packages.export import ExportFormat
from station.packages.export import export as put
from station.packages.verify import open_pair, read_pair

app = typer.Typer(add_completion=False)


@app.command(
    epilog="Example: station export --format an2 x.bag.tar.age --identity identity.txt --allowed-signers s --out afis"
)
def export(
    package: Annotated[Path, typer.Argument(metavar="PACKAGE", help="The package; its signature lies beside it.")],
    wanted: Annotated[
        ExportFormat, typer.Option("--format", help="ISO/IEC 19794 records, CBEFF in XML, or ANSI/NIST-ITL.")
    ],
    identity: Annotated[
        Path, typer.Option("--identity", metavar="FILE", dir_okay=False, help="The office's age identity.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help="Where to put them.")],
    data: DataDir,
    allowed_signers: SignersFile = None,
) -> None:
    """Verify a package and export its biometrics to DIR/ID.FORMAT.

    What comes out is NOT encrypted: fingerprints, face, irises and signature in plain text, in files that
    only you can read (0600, in a folder 0700). Keep them no longer than the system they are for needs them.
    A package that is not signed by a trusted station, or not whole, is refused.
    """
    now = SystemClock().now().astimezone(UTC)
    opened = open_pair(read_pair(package), signers_of(data, allowed_signers), now, Identities.load(identity))
    done = put(opened, wanted, out)
    if opened.record.bench:
        typer.echo("An emulated device took part: this is not a real enrolment.", err=True)
    for name in done.names:
        typer.echo(done.folder / name)
    if done.already:
        typer.echo("The same was there already.", err=True)
