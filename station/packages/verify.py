"""The way back: is this a whole package of a station we trust, and what is in it?

Cheap things first, and nothing of a package is used before its signature is good: size, signature,
decryption, tar, checksums, record, journal. Everything happens in memory; only `write_out` puts
plain data on a disk.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from station import files
from station.packages import bag, lines, record, sshsig
from station.packages.age import Identities
from station.packages.lines import Line
from station.packages.problems import Code, Refused
from station.packages.record import Record
from station.packages.sealing import PACKAGE_SUFFIX
from station.packages.signers import Signers, matches

STAGING_PREFIX: Final = ".opening-"
"""Folders with this prefix are leftovers of a cut `write_out`."""

_AGAIN: Final = "Take the package and its signature again from the station."


class Signed(msgspec.Struct, frozen=True):
    """A package whose signature is good."""

    id: str
    sha256: str
    size: int
    signer: str
    """The names under which the key signs, as allowed_signers has them."""


class Opened(msgspec.Struct, frozen=True):
    """A package that was decrypted and found whole."""

    signed: Signed
    record: Record
    journal: tuple[Line, ...]
    files: Mapping[str, bytes]
    """The bag's files by their names in it."""


class Pair(msgspec.Struct, frozen=True):
    """A package and its signature as bytes, before anything is known of them."""

    name: str
    package: bytes
    signature: bytes


def read_pair(path: Path) -> Pair:
    """Read `<id>.bag.tar.age` and the `.sig` beside it. Raises Refused."""
    signature = path.with_name(f"{path.name}.sig")
    package = _read(path, bag.MAX_PACKAGE)
    if not signature.exists():
        raise Refused(Code.SIGNATURE_MISSING, "There is no signature beside the package.", signature.name, _AGAIN)
    return Pair(path.name, package, _read(signature, sshsig.MAX_SIGNATURE))


def check_signature(pair: Pair, signers: Signers, at: datetime) -> Signed:
    """Whether a trusted station signed these bytes under this name. Raises Refused."""
    package_id = pair.name.removesuffix(PACKAGE_SUFFIX)
    if package_id == pair.name or not record.is_id(package_id):
        raise Refused(
            Code.NAME,
            f"The name is not of the form ID{PACKAGE_SUFFIX}.",
            ascii(pair.name)[:80],
            "Give the file the name it had on the station.",
        )
    if len(pair.package) > bag.MAX_PACKAGE:
        raise _too_large(pair.name, bag.MAX_PACKAGE)
    where = f"{pair.name}.sig"
    signer = signers.verify(pair.package, pair.signature, sshsig.PACKAGE_NAMESPACE, at, where)
    digest = hashlib.sha256(pair.package).hexdigest()
    return Signed(package_id, digest, len(pair.package), signer.principals)


def open_pair(pair: Pair, signers: Signers, at: datetime, identities: Identities) -> Opened:
    """Check the signature, decrypt and check all that is inside. Raises Refused."""
    signed = check_signature(pair, signers, at)
    folder, inside = bag.read(identities.decrypt(pair.package, pair.name), pair.name)
    about = record.decode(inside[bag.RECORD], f"{pair.name}: {bag.RECORD}")
    if not folder == about.id == signed.id:
        raise Refused(Code.NAME, "It holds a package of another id than its name says.", pair.name, _AGAIN)
    if not matches(about.station.id, signed.signer):
        raise Refused(
            Code.STATION,
            f"It says to be from station {about.station.id!a}, but was signed by {signed.signer}.",
            pair.name,
            "Do not use it; ask both stations.",
        )
    payload = {name.removeprefix("data/") for name in inside if name.startswith("data/")}
    record.check(about, sorted(payload - {"enrolment.json", "journal.jsonl"}), f"{pair.name}: {bag.RECORD}")
    journal = lines.check(inside[bag.JOURNAL], about, f"{pair.name}: {bag.JOURNAL}")
    return Opened(signed, about, journal, inside)


def open_package(path: Path, signers: Signers, at: datetime, identities: Identities, folder: Path) -> Path:
    """Open the package at `path` into `folder`/<id>, which only its owner can read. Raises Refused, DiskTrouble."""
    return write_out(open_pair(read_pair(path), signers, at, identities), folder)


def write_out(opened: Opened, folder: Path) -> Path:
    """Put the bag into `folder`/<id>, whole or not at all (files 0600, folders 0700). Raises Refused, DiskTrouble."""
    target = folder / opened.signed.id
    if target.exists():
        raise Refused(Code.EXISTS, "A folder of this name is already there.", str(target), "Move it away first.")
    files.make_folder(folder)
    staging = folder / f"{STAGING_PREFIX}{secrets.token_hex(6)}"
    try:
        for inner in sorted({name.rpartition("/")[0] for name in opened.files}):
            beside = [(staging / name, data) for name, data in opened.files.items() if name.rpartition("/")[0] == inner]
            files.make_folder(staging / inner)
            files.write_all_durably(beside)
        staging.rename(target)
    except OSError:
        files.remove_tree(staging)
        raise
    files.sync_folder(folder)
    return target


def _read(path: Path, limit: int) -> bytes:
    try:
        data = files.read_file(path, limit + 1)
    except OSError as error:
        raise Refused(
            Code.UNREADABLE, f"The file cannot be read: {error.strerror}.", path.name, "Check the path and its rights."
        ) from error
    if len(data) > limit:
        raise _too_large(path.name, limit)
    return data


def _too_large(where: str, limit: int) -> Refused:
    return Refused(Code.TOO_LARGE, f"The file is larger than {limit} bytes.", where, _AGAIN)
