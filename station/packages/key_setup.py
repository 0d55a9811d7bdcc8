"""Setting a station's keys up: its own key made, the office's public keys checked and put in their place.

What is in `keys/` says ``keys``; here is what a technician does once, by `station keys`.
"""

from __future__ import annotations

import shlex
import stat
from pathlib import Path
from typing import Final

import msgspec

from station import files
from station.packages.age import Recipients
from station.packages.keys import OFFICE_SIGNERS, RECIPIENTS, STATION_KEY
from station.packages.problems import Code, Refused
from station.packages.signers import Signer, Signers, matches
from station.packages.sshsig import RECEIPT_NAMESPACE, SigningKey

OFFICE_GIVES: Final = "Take recipients.txt and office_signers from the folder that `station office init` made."


NEW_STATION_KEY: Final = (
    "If somebody else may have read it, move it away, make a new one (station keys init), and have the office trust"
    " that."
)
VAULT_WAS_READ: Final = (
    "If somebody else may have read it and journal.db, names and numbers are in their hands: tell the office."
)
VAULT_KEY: Final = "vault.key"
"""The journal makes it, in the same folder."""
OTHERS: Final = 0o077
"""Bits of a file's mode that are not its owner's."""


class KeyState(msgspec.Struct, frozen=True):
    """One file of `keys/`, and what is wrong with it; an empty `problem` is well."""

    file: str
    what: str
    problem: str = ""


class Keys(msgspec.Struct, frozen=True):
    """How the keys of a station stand. A station without all of them cannot seal, or not believe a receipt."""

    folder: str
    public_key: str
    """The line to give to the office; empty where there is no key."""
    files: tuple[KeyState, ...]

    @property
    def complete(self) -> bool:
        """Is nothing missing or wrong?"""
        return not any(state.problem for state in self.files)


def init(folder: Path, station: str) -> Keys:
    """Make the station's own key, and the folder for it. Raises Refused where there is a key already."""
    SigningKey.create(files.make_folder(folder) / STATION_KEY, station)
    return look(folder)


def install(folder: Path, recipients: Path, office_signers: Path) -> Keys:
    """Put the office's public keys into `folder`, after a look at both. The same ones again change nothing.

    Raises Refused where one is not what it should be, or where another office's are there.
    """
    keys, office = _recipients(recipients), _office(office_signers)
    wanted = {
        RECIPIENTS: "".join(f"{key}\n" for key in keys.keys).encode(),
        OFFICE_SIGNERS: "".join(f"{signer.line()}\n" for signer in office).encode(),
    }
    kept = files.make_folder(folder)
    for name, there, given in (
        (RECIPIENTS, _recipients, keys),
        (OFFICE_SIGNERS, _office, office),
    ):
        if (kept / name).exists() and there(kept / name) != given:
            raise Refused(
                Code.EXISTS,
                "Other keys are installed, which packages may have been sealed to.",
                str(kept / name),
                "If the office has new keys, move this file away and install them again.",
            )
    files.write_all_durably([(kept / name, data) for name, data in wanted.items()])
    return look(folder)


def look(folder: Path) -> Keys:
    """What is there, what is missing, and which private key others may read."""
    public_key, problem = "", ""
    try:
        public_key = SigningKey.load(folder / STATION_KEY).public.line
    except Refused as refused:
        problem = _said(folder / STATION_KEY, refused, "Make it with: station keys init.")
    problem = problem or _open_to_others(folder / STATION_KEY, NEW_STATION_KEY)
    states = [KeyState(STATION_KEY, "signs packages; never leaves the station", problem)]
    for name, what, read in (
        (RECIPIENTS, "to whom packages are encrypted", _recipients),
        (OFFICE_SIGNERS, "whose receipts are believed", _office),
    ):
        problem = ""
        try:
            read(folder / name)
        except Refused as refused:
            problem = _said(folder / name, refused, "Install the office's with: station keys install.")
        states.append(KeyState(name, what, problem))
    if (folder / VAULT_KEY).exists():
        problem = _open_to_others(folder / VAULT_KEY, VAULT_WAS_READ)
        states.append(KeyState(VAULT_KEY, "opens the names and numbers in the journal", problem))
    return Keys(str(folder), public_key, tuple(states))


def _open_to_others(path: Path, if_read: str) -> str:
    """What to say of a private key that group or others may read or change; nothing where only its owner may."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return ""
    if not mode & OTHERS:
        return ""
    return (
        f"others than its owner may read or change it (mode {mode:04o}). Close it with: chmod 600"
        f" {shlex.quote(str(path))}. {if_read}"
    )


def _said(path: Path, refused: Refused, remedy: str) -> str:
    return f"missing. {remedy}" if not path.exists() else f"{refused.problem.what} {refused.problem.remedy}"


def _recipients(path: Path) -> Recipients:
    """The recipients in a file, in any order. Raises Refused."""
    return Recipients(tuple(sorted(Recipients.load(path).keys)))


def _office(path: Path) -> tuple[Signer, ...]:
    """The signers in a file, all of which may sign receipts. Raises Refused."""
    signers = tuple(Signers.load(path))
    for signer in signers:
        if signer.namespaces is not None and not matches(RECEIPT_NAMESPACE, signer.namespaces):
            raise Refused(
                Code.SIGNERS_FILE,
                f"{signer.principals} may not sign receipts (namespace {RECEIPT_NAMESPACE}).",
                path.name,
                OFFICE_GIVES,
            )
    if not signers:
        raise Refused(Code.SIGNERS_FILE, "It lists no office.", path.name, OFFICE_GIVES)
    return signers
