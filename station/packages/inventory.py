"""What the journal says of this station's packages, held against what lies in their folder.

A signature says that a station made these bytes, and nothing of which package they are: two packages
that change places with their signatures are both good by themselves. And of a package that is not there, the
folder says nothing at all. The journal knows every package that was sealed, with its size and SHA-256.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from station.packages.problems import Code, Refused
from station.packages.sealing import PACKAGE_SUFFIX, package_path
from station.packages.verify import Pair, Signed, read_pair


class Listed(msgspec.Struct, frozen=True):
    """One package as the journal has it."""

    sha256: str
    size: int
    state: str
    purged_at: str | None

    @property
    def is_kept(self) -> bool:
        """Must its files be here? What the office has received is deleted, and a cut may fall before that is said."""
        return self.purged_at is None and self.state != "received"


def to_check(folder: Path, listed: Mapping[str, Listed]) -> list[Path]:
    """Every package that lies in the folder, and every one that should."""
    kept = (package_path(folder, package_id) for package_id, entry in listed.items() if entry.is_kept)
    return sorted({*folder.glob(f"*{PACKAGE_SUFFIX}"), *kept})


def read_listed(path: Path, entry: Listed | None) -> Pair:
    """Read the package at `path`, which the journal has as `entry`, where it does. Raises Refused."""
    if entry is not None and entry.is_kept and not path.exists():
        remedy = (
            "Look for it in copies of the data folder; where there is none, the student has to be recorded again."
            if entry.state == "sealed"
            else "Copy it back from the store, with its signature."
        )
        raise Refused(Code.MISSING, f"The journal lists it as {entry.state}, but it is not here.", path.name, remedy)
    return read_pair(path)


def hold(signed: Signed, entry: Listed | None) -> None:
    """Raises Refused where these are not the bytes that the journal has under this name."""
    if entry is not None and (signed.sha256, signed.size) != (entry.sha256, entry.size):
        raise Refused(
            Code.EXCHANGED,
            "It is well signed, but not the package that the journal lists under this name: size or SHA-256 differ.",
            f"{signed.id}{PACKAGE_SUFFIX}",
            "Find out who exchanged it; the store may hold the right one.",
        )
