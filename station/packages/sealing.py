"""Sealing: contents in, `<id>.bag.tar.age` and its signature out, durable.

All is done in memory and written once. Both files are on the medium before either has its name, the
signature is named first, and the caller commits `package.sealed` after `seal` returns. So after a
crash a package without its event is only a leftover: `recover` deletes it, and the enrolment, whose
samples are still in the spool, is sealed again.

It costs two flushes of files and one of the folder. `seal` takes and gives plain data, so that it can
run in a worker process, away from the screens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

import msgspec

from station import files
from station.disk import writing
from station.packages import age, bag, lines
from station.packages.age import Recipients
from station.packages.record import Contents, is_id
from station.packages.sshsig import PACKAGE_NAMESPACE, SigningKey

PACKAGE_SUFFIX: Final = ".bag.tar.age"
SIGNATURE_SUFFIX: Final = f"{PACKAGE_SUFFIX}.sig"


class Sealed(msgspec.Struct, frozen=True):
    """A package on this station's disk."""

    id: str
    path: Path
    signature: Path
    sha256: str
    size: int


class Recovered(msgspec.Struct, frozen=True):
    """What start-up found in the folder of packages."""

    removed: tuple[str, ...]
    """Ids whose sealing was cut; they are to be sealed again."""
    missing: tuple[str, ...]
    """Ids that are sealed by the journal, but whose files are not there: lost, report them."""
    foreign: tuple[str, ...] = ()
    """Ids of which the journal cannot say where they come from; they are left alone."""


def package_path(folder: Path, package_id: str) -> Path:
    return folder / f"{package_id}{PACKAGE_SUFFIX}"


def signature_path(folder: Path, package_id: str) -> Path:
    return folder / f"{package_id}{SIGNATURE_SUFFIX}"


def seal(contents: Contents, recipients: Recipients, key: SigningKey, folder: Path) -> Sealed:
    """Make the package of `contents` in `folder`, replacing one of the same id.

    Raises DiskTrouble (nothing was changed), and Refused where record, files and journal do not fit.
    """
    package_id = contents.record.id
    lines.check(contents.journal, contents.record, package_id)
    package = age.encrypt(bag.build(contents), recipients)
    digest = hashlib.sha256(package)
    path, signature = package_path(folder, package_id), signature_path(folder, package_id)
    signed = key.sign_digest(digest.digest(), PACKAGE_NAMESPACE)
    files.write_all_durably([(signature, signed), (path, package)])
    return Sealed(package_id, path, signature, digest.hexdigest(), len(package))


def find(folder: Path) -> tuple[str, ...]:
    """Ids of the complete packages in `folder`, sorted."""
    names = [path.name.removesuffix(PACKAGE_SUFFIX) for path in folder.glob(f"*{PACKAGE_SUFFIX}")]
    return tuple(sorted(name for name in names if is_id(name) and signature_path(folder, name).exists()))


def remove(folder: Path, package_id: str) -> None:
    """Delete a package and its signature, durably; what is gone already is well."""
    with writing(folder):
        package_path(folder, package_id).unlink(missing_ok=True)
        signature_path(folder, package_id).unlink(missing_ok=True)
    files.sync_folder(folder)


def recover(folder: Path, sealed: Collection[str], is_leftover: Callable[[str], bool] = lambda _: True) -> Recovered:
    """Delete what a cut sealing or purge left.

    `sealed` are the ids that the journal says are here; of any other that is, `is_leftover` says whether it may go.
    """
    files.sweep(folder)
    suffixes = (PACKAGE_SUFFIX, SIGNATURE_SUFFIX)
    present = {path.name.removesuffix(suffix) for suffix in suffixes for path in folder.glob(f"*{suffix}")}
    others = sorted(present - set(sealed))
    leftovers = [one for one in others if not package_path(folder, one).exists() or is_leftover(one)]
    for package_id in leftovers:
        remove(folder, package_id)
    foreign = tuple(one for one in others if one not in leftovers)
    return Recovered(tuple(leftovers), tuple(sorted(set(sealed) - set(find(folder)))), foreign)
