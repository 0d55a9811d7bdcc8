"""Receipts: what the office says of a package, signed; and the purge that only an acceptance allows.

`receipts/<id>.json` with its SSHSIG signature (namespace `capture-receipt`) `receipts/<id>.json.sig`.
A refusal may be followed by an acceptance (the office found the station's key, say), never the other
way round.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from station.packages import sealing
from station.packages.problems import Code, Refused
from station.packages.record import Moment
from station.packages.signers import Signers
from station.packages.sshsig import MAX_SIGNATURE, RECEIPT_NAMESPACE, SigningKey
from station.packages.store import RECEIPTS, Store

FORMAT: Final = "capture-receipt/1"
MAX_RECEIPT: Final = 64 * 1024

_REMEDY: Final = "Keep the package; ask the office for a new receipt."


class Receipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The office's answer to one package."""

    format: Literal["capture-receipt/1"] = FORMAT
    package: str
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    """Of the encrypted package, as the office found it in the store."""
    office: str
    at: Moment
    verdict: Literal["accepted", "refused"]
    code: str = ""
    """Why it was refused, for programs (station.packages.problems.Code)."""
    reason: str = ""
    """Why it was refused and what to do, for people."""


class Confirmed(msgspec.Struct, frozen=True):
    """A receipt whose signature and checksum are good for the station's own copy. Made by `confirm` only."""

    receipt: Receipt
    office: str
    """The names under which the office's key signs."""


def name_of(package_id: str) -> str:
    """Where the receipt stands in the store."""
    return f"{RECEIPTS}/{package_id}.json"


def encode(receipt: Receipt, key: SigningKey) -> tuple[bytes, bytes]:
    """The receipt as JSON, and its signature."""
    text = msgspec.json.format(msgspec.json.encode(receipt), indent=1) + b"\n"
    return text, key.sign(text, RECEIPT_NAMESPACE)


def decode(text: bytes, signature: bytes, signers: Signers, at: datetime, where: str) -> Confirmed:
    """Read a receipt whose signature is good. Raises Refused."""
    signer = signers.verify(text, signature, RECEIPT_NAMESPACE, at, where)
    try:
        receipt = msgspec.json.decode(text, type=Receipt)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(Code.RECEIPT, f"The receipt cannot be read: {error}.", where, _REMEDY) from error
    return Confirmed(receipt, signer.principals)


def post(store: Store, package_id: str, text: bytes, signature: bytes) -> None:
    """Put a receipt into the store, replacing an earlier one; the signature goes first. Raises StoreFailed."""
    store.put(f"{name_of(package_id)}.sig", signature)
    store.put(name_of(package_id), text)


def confirm(store: Store, folder: Path, package_id: str, office: Signers, at: datetime) -> Confirmed | None:
    """The office's receipt for the package in `folder`, or None while there is none.

    Raises StoreFailed, and Refused when the receipt is not by the office or not for these bytes.
    """
    name = name_of(package_id)
    text, signature = store.get(name, MAX_RECEIPT), store.get(f"{name}.sig", MAX_SIGNATURE)
    if text is None or signature is None:
        return None
    confirmed = decode(text, signature, office, at, name)
    receipt = confirmed.receipt
    if receipt.package != package_id or receipt.sha256 != _digest(sealing.package_path(folder, package_id)):
        raise Refused(Code.RECEIPT, "The receipt is for another package or for other bytes.", name, _REMEDY)
    return confirmed


def purge(folder: Path, confirmed: Confirmed) -> None:
    """Delete the station's copy, which the office has accepted; what is deleted already is well. Raises Refused."""
    receipt = confirmed.receipt
    path = sealing.package_path(folder, receipt.package)
    if receipt.verdict != "accepted":
        raise Refused(Code.RECEIPT, "The office has not accepted the package.", path.name, "Keep it.")
    if path.exists() and _digest(path) != receipt.sha256:
        raise Refused(Code.RECEIPT, "The receipt is for other bytes.", path.name, _REMEDY)
    sealing.remove(folder, receipt.package)


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise Refused(
            Code.UNREADABLE, f"The station's copy cannot be read: {error.strerror}.", path.name, _REMEDY
        ) from error
