"""Records of a package on disk, in the exchange formats that an AFIS takes. They are biometrics in plain text.

Each export is one folder, ID.FORMAT, that only its owner can read (files 0600, folder 0700). It appears
whole or not at all. Exporting again is done already where the same is there, and refused where something
else is: nothing is overwritten.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from station import files
from station.packages import exchange_manifest
from station.packages.exchange import iso_records
from station.packages.exchange_an2 import an2_file
from station.packages.exchange_cbeff import cbeff_record
from station.packages.problems import Code, Refused
from station.packages.verify import STAGING_PREFIX, Opened


class ExportFormat(StrEnum):
    """What `station export --format` takes."""

    ISO19794 = "iso19794"
    CBEFF = "cbeff"
    AN2 = "an2"


class Exported(msgspec.Struct, frozen=True):
    """An export that is on the disk."""

    folder: Path
    names: tuple[str, ...]
    already: bool
    """Whether the same was there before."""


def export(opened: Opened, wanted: ExportFormat, folder: Path) -> Exported:
    """Put a package's records into `folder`/ID.FORMAT. Raises Refused, RecordError, DiskTrouble."""
    made = _MAKERS[wanted](opened)
    target = folder / f"{opened.record.id}.{wanted}"
    names = tuple(name for name, _ in made)
    if target.is_symlink() or target.exists():
        if not _same(target, made):
            raise Refused(
                Code.EXISTS, "Something else of this name is already there.", str(target), "Move it away first."
            )
        return Exported(target, names, already=True)
    files.make_folder(folder)
    staging = folder / f"{STAGING_PREFIX}{secrets.token_hex(6)}"
    try:
        files.make_folder(staging)
        files.write_all_durably([(staging / name, data) for name, data in made])
        staging.rename(target)
    except BaseException:  # Whatever stops it, a key press too: no biometrics are left behind.
        files.remove_tree(staging)
        raise
    files.sync_folder(folder)
    return Exported(target, names, already=False)


def _iso(opened: Opened) -> list[tuple[str, bytes]]:
    made = iso_records(opened)
    records = [(exchanged.name, exchanged.record) for exchanged in made]
    return [*records, (exchange_manifest.NAME, exchange_manifest.manifest(opened.record, made))]


def _cbeff(opened: Opened) -> list[tuple[str, bytes]]:
    return [(f"{opened.record.id}.xml", cbeff_record(opened))]


def _an2(opened: Opened) -> list[tuple[str, bytes]]:
    return [(f"{opened.record.id}.an2", an2_file(opened))]


_MAKERS: Final[dict[ExportFormat, Callable[[Opened], list[tuple[str, bytes]]]]] = {
    ExportFormat.ISO19794: _iso,
    ExportFormat.CBEFF: _cbeff,
    ExportFormat.AN2: _an2,
}


def _same(target: Path, made: list[tuple[str, bytes]]) -> bool:
    """Whether the folder holds exactly these files, for its owner's eyes only."""
    if target.is_symlink() or not target.is_dir() or target.stat().st_mode & 0o077:
        return False
    if {path.name for path in target.iterdir()} != {name for name, _ in made}:
        return False
    return all(_holds(target / name, data) for name, data in made)


def _holds(path: Path, data: bytes) -> bool:
    plain = path.is_file() and not path.is_symlink() and not path.stat().st_mode & 0o077
    return plain and path.stat().st_size == len(data) and path.read_bytes() == data
