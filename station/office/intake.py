"""Intake: every package in the store ends filed or refused, and is answered with a signed receipt.

It may be stopped anywhere and run again: a package is filed (whole, durable), then the receipt is kept
here, then it goes to the store. An acceptance is final. A refusal is looked at again each time,
because what was wrong may be mended (a station's key added, a signature copied after its package).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from typing import Literal

import msgspec

from station import files
from station.clock import Clock
from station.office.keys import Office
from station.packages import bag, receipts, sshsig
from station.packages.age import Identities
from station.packages.problems import Code, Problem, Refused
from station.packages.receipts import Receipt
from station.packages.record import is_id
from station.packages.sealing import PACKAGE_SUFFIX
from station.packages.signers import Signers
from station.packages.sshsig import SigningKey
from station.packages.store import Found, Store, StoreFailed
from station.packages.verify import STAGING_PREFIX, Opened, Pair, open_pair, write_out


class Taken(msgspec.Struct, frozen=True):
    """What became of one package. `ignored`: its name is no package's, so it gets no receipt."""

    package: str
    verdict: Literal["accepted", "refused", "ignored"]
    code: str = ""
    reason: str = ""
    new: bool = True
    """False when an earlier run had already said the same."""


class _Desk(msgspec.Struct, frozen=True):
    """What one run works with, loaded once."""

    office: Office
    store: Store
    clock: Clock
    accept_bench: bool
    name: str
    key: SigningKey
    trusted: Signers
    stations: Signers
    identities: Identities


def take_in(office: Office, store: Store, clock: Clock, accept_bench: bool = False) -> Iterator[Taken]:
    """Take in what the store holds, one package after another.

    `accept_bench` is for the bench's own office; a real one refuses packages of emulated devices.
    Raises StoreFailed, DiskTrouble (run it again), and Refused where the office's own keys cannot be read.
    """
    with _alone(office):
        itself = office.itself
        trusted = Signers([itself])
        desk = _Desk(
            office, store, clock, accept_bench, itself.principals, office.key, trusted, office.stations,
            office.identities,
        )  # fmt: skip
        _clear(office)
        for found in store.find(PACKAGE_SUFFIX):
            yield _take(desk, found)


def _take(desk: _Desk, found: Found) -> Taken:
    package_id = found.name.removesuffix(PACKAGE_SUFFIX)
    if not is_id(package_id):
        return Taken(ascii(package_id)[:80], "ignored", Code.NAME, "The name is no package's.")
    earlier = _own_receipt(desk, package_id)
    if earlier is not None and earlier.verdict == "accepted":
        _post(desk, package_id)
        return Taken(package_id, "accepted", new=False)
    try:
        opened = _open(desk, found)
        _file(desk, opened)
        answer = _accepted(desk, package_id, opened.signed.sha256)
    except StoreFailed:
        raise
    except Refused as refused:
        answer = _refused(desk, package_id, desk.store.digest(found.name), refused.problem)
    same = earlier is not None and msgspec.structs.replace(earlier, at=answer.at) == answer
    if not same:
        text, signature = receipts.encode(answer, desk.key)
        path = desk.office.receipts / f"{package_id}.json"
        files.write_all_durably([(path.with_name(f"{path.name}.sig"), signature), (path, text)])
    _post(desk, package_id)
    return Taken(package_id, answer.verdict, answer.code, answer.reason, not same)


def _open(desk: _Desk, found: Found) -> Opened:
    if found.size > bag.MAX_PACKAGE:
        raise Refused(Code.TOO_LARGE, f"It is larger than {bag.MAX_PACKAGE} bytes.", found.name, "Ask the station.")
    package = desk.store.get(found.name, bag.MAX_PACKAGE)
    signature = desk.store.get(f"{found.name}.sig", sshsig.MAX_SIGNATURE)
    if package is None or signature is None:
        raise Refused(
            Code.SIGNATURE_MISSING, "There is no signature beside it.", found.name, "Copy the .sig file as well."
        )
    opened = open_pair(Pair(found.name, package, signature), desk.stations, desk.clock.now(), desk.identities)
    if opened.record.bench and not desk.accept_bench:
        raise Refused(
            Code.BENCH,
            "It was made with emulated devices and is no enrolment.",
            found.name,
            "Record the student with real devices.",
        )
    return opened


def _file(desk: _Desk, opened: Opened) -> None:
    # A folder without an accepted receipt is of a run that was cut between the two.
    files.remove_tree(desk.office.packages / opened.signed.id)
    write_out(opened, desk.office.packages)


def _accepted(desk: _Desk, package_id: str, digest: str) -> Receipt:
    return Receipt(package=package_id, sha256=digest, office=desk.name, at=desk.clock.now(), verdict="accepted")


def _refused(desk: _Desk, package_id: str, digest: str, problem: Problem) -> Receipt:
    reason = f"{problem.what} {problem.remedy}"
    accepted = _accepted(desk, package_id, digest)
    return msgspec.structs.replace(accepted, verdict="refused", code=str(problem.code), reason=reason)


def _own_receipt(desk: _Desk, package_id: str) -> Receipt | None:
    """What this office said before. A receipt that was cut or changed here counts as none, and is made anew."""
    path = desk.office.receipts / f"{package_id}.json"
    try:
        text, signature = files.read_file(path), files.read_file(path.with_name(f"{path.name}.sig"))
        receipt = receipts.decode(text, signature, desk.trusted, desk.clock.now(), path.name).receipt
    except (FileNotFoundError, Refused):
        return None
    return receipt if receipt.package == package_id else None


def _post(desk: _Desk, package_id: str) -> None:
    """Bring the kept receipt into the store where it is not there yet, or not whole."""
    path = desk.office.receipts / f"{package_id}.json"
    text, signature = path.read_bytes(), path.with_name(f"{path.name}.sig").read_bytes()
    name = receipts.name_of(package_id)
    there = desk.store.get(name, len(text)), desk.store.get(f"{name}.sig", len(signature))
    if there != (text, signature):
        receipts.post(desk.store, package_id, text, signature)


def _clear(office: Office) -> None:
    for leftover in office.packages.glob(f"{STAGING_PREFIX}*"):
        files.remove_tree(leftover)
    files.sweep(office.receipts)


@contextlib.contextmanager
def _alone(office: Office) -> Iterator[None]:
    """Only one intake works in a folder at a time; the kernel lets go of the lock when it dies."""
    fd = os.open(office.folder / ".intake", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
