"""Which package some signed bytes are, as far as that can be told without opening them.

The signature covers the bytes and not the name of their file, and the id stands inside, encrypted to the office. So a
package that was renamed with its signature is well signed. What tells its id from outside is a record of the
SHA-256: the station's journal, and the receipt that the office signed. Where neither knows the bytes, only the
office's identity can say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from station import files
from station.packages import receipts
from station.packages.inventory import Listed
from station.packages.problems import Code, Refused
from station.packages.signers import Signers
from station.packages.sshsig import MAX_SIGNATURE
from station.packages.verify import Signed


class IdBy(StrEnum):
    """What says that a package is the one that its file is named after."""

    CONTENTS = "contents"
    JOURNAL = "journal"
    RECEIPT = "receipt"
    NOTHING = ""


def check(signed: Signed, path: Path, listed: Mapping[str, Listed], office: Signers | None, at: datetime) -> IdBy:
    """Hold a package's name against the journal's packages and the receipt beside it.

    `office` believes receipts, where its key is here. Raises Refused where the bytes are known as another package's.
    """
    known = sorted(package_id for package_id, entry in listed.items() if entry.sha256 == signed.sha256)
    if known:
        if signed.id not in known:
            raise _renamed(path, f"The journal lists these bytes as {known[0]}.")
        return IdBy.JOURNAL
    receipt = _receipt_beside(path, signed.id, office, at) if office is not None else None
    if receipt is None or receipt.package != signed.id:
        return IdBy.NOTHING
    if receipt.sha256 == signed.sha256:
        return IdBy.RECEIPT
    if receipt.verdict == "accepted":
        raise _renamed(path, f"The office has accepted other bytes as {signed.id}.")
    return IdBy.NOTHING


def _receipt_beside(path: Path, package_id: str, office: Signers, at: datetime) -> receipts.Receipt | None:
    """The receipt in the store where the package lies; one that cannot be believed says nothing."""
    beside = path.parent / receipts.name_of(package_id)
    try:
        text = files.read_file(beside, receipts.MAX_RECEIPT)
        signature = files.read_file(beside.with_name(f"{beside.name}.sig"), MAX_SIGNATURE)
        return receipts.decode(text, signature, office, at, beside.name).receipt
    except (OSError, Refused):
        return None


def _renamed(path: Path, why: str) -> Refused:
    return Refused(
        Code.NAME, f"It is well signed, but another package than its name says. {why}", path.name,
        "Find out who renamed it, and take the package again from the station or the store.",
    )  # fmt: skip
