"""`station packages`: list, show, verify and open sealed packages, here or as loose files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer

from station.cli.complaints import complain
from station.cli.options import DataDir, JsonOut
from station.cli.output import print_json
from station.clock import SystemClock
from station.errors import StationError
from station.journal.journal import FILE_NAME, Journal
from station.packages import inventory, naming, record, sealing
from station.packages.age import Identities
from station.packages.inventory import Listed
from station.packages.keys import OFFICE_SIGNERS, STATION_KEY
from station.packages.naming import IdBy
from station.packages.problems import Code, Problem, Refused
from station.packages.record import Record
from station.packages.sealing import PACKAGE_SUFFIX
from station.packages.signers import Signer, Signers
from station.packages.sshsig import PACKAGE_NAMESPACE, SigningKey
from station.packages.verify import check_signature, open_package, open_pair

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="List, show, verify and open sealed packages.",
    epilog="Example: station packages list",
)

SignersFile = Annotated[
    Path | None,
    typer.Option(
        "--allowed-signers", metavar="FILE", dir_okay=False, help="Who may sign; without it, this station's own key."
    ),
]
IdentityFile = Annotated[
    Path | None,
    typer.Option("--identity", metavar="FILE", dir_okay=False, help="The office's age identity, to look inside."),
]

_COLUMNS: Final = (
    "id", "state", "size", "bench", "sealed_at", "delivered_at", "received_at", "purged_at", "verdict", "reason",
    "failure", "sha256", "enrolment",
)  # fmt: skip


class Checked(msgspec.Struct, frozen=True):
    """What `verify` says of one file."""

    file: str
    good: bool
    looked_inside: bool = False
    id: str = ""
    """What its name says; `id_by` tells whether anything else says so too."""
    id_by: IdBy = IdBy.NOTHING
    sha256: str = ""
    size: int = 0
    signer: str = ""
    problem: Problem | None = None


@app.command("list", epilog="Example: station packages list --json")
def list_packages(data: DataDir, as_json: JsonOut = False) -> None:
    """List this station's packages and how far each has come: sealed, delivered, received or refused."""
    found = _recorded(data)
    if as_json:
        print_json(found)
        return
    for entry in found:
        note = entry["reason"] or entry["failure"] or ""
        bench = " bench" if entry["bench"] else ""
        typer.echo(f"{entry['id']}  {entry['state']:<9}  {entry['size']:>9}  {entry['sealed_at'][:19]}{bench}  {note}")
    typer.echo(f"{len(found)} packages")


@app.command(
    epilog="Example: station packages show pkg_x.bag.tar.age --identity identity.txt --allowed-signers allowed_signers"
)
def show(
    package: Annotated[Path, typer.Argument(metavar="ID|FILE", help="A package of this station, or a loose file.")],
    data: DataDir,
    allowed_signers: SignersFile = None,
    identity: IdentityFile = None,
    as_json: JsonOut = False,
) -> None:
    """Show one package: how far it has come, who signed it, and with --identity what is in it."""
    own = sealing.package_path(data / "packages", str(package))
    path = package if package.name.endswith(PACKAGE_SUFFIX) else own
    known = _recorded(data) if _is_own(path, data) else []
    shown: dict[str, Any] = next((entry for entry in known if entry["id"] == _id_of(path)), {})
    entry = msgspec.convert(shown, Listed) if shown else None
    if entry is None and not path.exists():
        raise Refused(
            Code.UNREADABLE, "No such package.", str(package), "Give an id from `station packages list`, or a file."
        )
    trouble = None
    if path.exists() or (entry is not None and entry.is_kept):
        try:
            shown |= _looked_at(path, entry, signers_of(data, allowed_signers), identity, data)
        except Refused as refused:
            if entry is None:
                raise
            trouble = refused  # what the journal says of it is shown all the same
            shown["problem"] = msgspec.to_builtins(refused.problem)
    if as_json:
        print_json(shown, indent=1)
    else:
        _tell(shown)
    if trouble is not None:
        complain(trouble)
        raise typer.Exit(1)


@app.command(epilog="Example: station packages verify store/*.age --allowed-signers office/allowed_signers")
def verify(
    data: DataDir,
    packages: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Loose packages; all of this station's if absent.")
    ] = None,
    allowed_signers: SignersFile = None,
    identity: IdentityFile = None,
    as_json: JsonOut = False,
) -> None:
    """Check that packages are whole and signed by a trusted station; with --identity, all that is inside as well.

    A signature covers what is in a file and not its name: where neither --identity is given nor journal or receipt
    know the package, the result says that its id was not checked. This station's own are also held against its
    journal: one that is missing, or is another than was sealed, is refused. Ends with 0 when every package is good,
    and with 1 when one is refused.
    """
    must_know = not packages or any(_is_own(path, data) for path in packages)
    listed = _listed(data, must_know=must_know)
    chosen = packages or inventory.to_check(data / "packages", listed)
    signers = signers_of(data, allowed_signers)
    identities = Identities.load(identity) if identity is not None else None
    look = _Look(signers, identities, listed, _office(data))
    checked = [look.at(path, listed.get(_id_of(path)) if _is_own(path, data) else None) for path in chosen]
    if as_json:
        print_json(checked)
    else:
        for entry in checked:
            typer.echo(_verdict(entry))
        typer.echo(f"{sum(entry.good for entry in checked)} of {len(checked)} packages are good")
    if not all(entry.good for entry in checked):
        raise typer.Exit(1)


@app.command(
    "open",
    epilog="Example: station packages open x.bag.tar.age --identity identity.txt --allowed-signers s --out opened",
)
def open_(
    package: Annotated[Path, typer.Argument(metavar="FILE", help="The package; its signature lies beside it.")],
    identity: Annotated[
        Path, typer.Option("--identity", metavar="FILE", dir_okay=False, help="The office's age identity.")
    ],
    data: DataDir,
    allowed_signers: SignersFile = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", file_okay=False, help="Where to put it.")] = Path(),
) -> None:
    """Verify a package and write its contents to DIR/ID, for its owner's eyes only. The result is a BagIt bag."""
    target = open_package(package, signers_of(data, allowed_signers), _now(), Identities.load(identity), out)
    typer.echo(target)


@app.command(epilog="Example: station packages schema > enrolment.schema.json")
def schema() -> None:
    """Print the JSON Schema of data/enrolment.json in a package."""
    typer.echo(record.schema(), nl=False)


def _recorded(data: Path) -> list[dict[str, Any]]:
    """The packages that the journal knows, oldest first; none where there is no journal yet. Raises JournalError."""
    if data.is_dir() and not (data / FILE_NAME).exists():
        return []
    journal = Journal.existing(data)
    rows = journal.db.execute(f"SELECT {', '.join(_COLUMNS)} FROM packages ORDER BY sealed_at, id").fetchall()  # noqa: S608  # constant names
    journal.close()
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def signers_of(data: Path, allowed: Path | None) -> Signers:
    """Who may sign: by the file that is given, else this station alone. Raises Refused."""
    if allowed is not None:
        return Signers.load(allowed)
    own = data / "keys" / STATION_KEY
    if not own.exists():
        raise Refused(
            Code.SIGNERS_FILE,
            "It is not said who may sign, and this machine has no station key.",
            "--allowed-signers",
            "Give the office's allowed_signers file.",
        )
    return Signers([Signer("*", SigningKey.load(own).public, PACKAGE_NAMESPACE)])


def _is_own(path: Path, data: Path) -> bool:
    """Does the file lie among this station's own, so that the journal knows what it must be?"""
    return path.parent.resolve() == (data / "packages").resolve()


def _id_of(path: Path) -> str:
    return path.name.removesuffix(PACKAGE_SUFFIX)


def _looked_at(path: Path, entry: Listed | None, signers: Signers, identity: Path | None, data: Path) -> dict[str, Any]:
    """What the package itself says, for `show`. Raises Refused."""
    pair = inventory.read_listed(path, entry)
    signed = check_signature(pair, signers, _now())
    inventory.hold(signed, entry)
    found: dict[str, Any] = msgspec.to_builtins(signed)
    if identity is None:
        known = _listed(data, must_know=False)
        found["id_by"] = naming.check(signed, path, known, _office(data), _now())
    else:
        found["id_by"] = IdBy.CONTENTS
        opened = open_pair(pair, signers, _now(), Identities.load(identity))
        found["record"] = msgspec.to_builtins(opened.record)
        found["files"] = {name: len(content) for name, content in opened.files.items()}
    return found


class _Look:
    """What `verify` holds each file against."""

    def __init__(
        self,
        signers: Signers,
        identities: Identities | None,
        listed: dict[str, Listed],
        office: Signers | None,
    ) -> None:
        self._signers = signers
        self._identities = identities
        self._listed = listed
        self._office = office

    def at(self, path: Path, entry: Listed | None) -> Checked:
        """Judge a file, which the journal must have as `entry` where it is one of this station's own."""
        inside = self._identities is not None
        try:
            pair = inventory.read_listed(path, entry)
            if self._identities is None:
                signed = check_signature(pair, self._signers, _now())
            else:
                signed = open_pair(pair, self._signers, _now(), self._identities).signed
            inventory.hold(signed, entry)
            id_by = IdBy.CONTENTS if inside else naming.check(signed, path, self._listed, self._office, _now())
        except Refused as refused:
            return Checked(str(path), good=False, problem=refused.problem)
        return Checked(str(path), True, inside, signed.id, id_by, signed.sha256, signed.size, signed.signer)


def _listed(data: Path, *, must_know: bool) -> dict[str, Listed]:
    """The journal's packages by their ids; of loose files it need not know any. Raises JournalError."""
    try:
        return {e["id"]: msgspec.convert(e, Listed) for e in _recorded(data)}
    except (StationError, OSError):
        if must_know:
            raise
        return {}


def _office(data: Path) -> Signers | None:
    """Whose receipts are believed here, where that was installed."""
    try:
        return Signers.load(data / "keys" / OFFICE_SIGNERS)
    except Refused:
        return None


def _verdict(entry: Checked) -> str:
    if entry.problem is not None:
        problem = entry.problem
        return f"REFUSED  {entry.file}: {problem.what} [{problem.code}, {problem.where}] {problem.remedy}"
    extent = "signature and contents" if entry.looked_inside else "signature"
    doubt = "" if entry.id_by else f" (not checked: whether it is {entry.id}; --identity tells)"
    return f"good     {entry.file}: {extent}, signed by {entry.signer}{doubt}"


def _tell(shown: dict[str, Any]) -> None:
    for key, value in shown.items():
        if key not in ("record", "files", "problem", "id_by") and value is not None:
            typer.echo(f"{key:<13} {value}")
    if "id_by" in shown and not shown["id_by"]:
        typer.echo(f"{'not checked':<13} whether it is {shown['id']}; --identity tells")
    if "record" in shown:
        _tell_contents(msgspec.convert(shown["record"], Record), shown["files"])


def _tell_contents(about: Record, files: dict[str, int]) -> None:
    student = about.biographic
    typer.echo(f"{'student':<13} {student.name}, NIK {student.nik or '-'}, born {student.birth_date or '-'}")
    typer.echo(f"{'station':<13} {about.station.id}{' (bench: not a real enrolment)' if about.bench else ''}")
    typer.echo(f"{'steps':<13} {', '.join(f'{step.name} {step.outcome}' for step in about.steps)}")
    for missing in about.exceptions:
        typer.echo(f"{'exception':<13} {missing.position}: {missing.reason}")
    for correction in about.corrections:
        typer.echo(f"{'correction':<13} {correction.field} ({correction.document or 'no document'})")
    for name, size in sorted(files.items()):
        typer.echo(f"{'file':<13} {name} {size}")


def _now() -> datetime:
    return SystemClock().now().astimezone(UTC)
