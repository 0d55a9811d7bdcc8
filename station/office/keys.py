"""Who the office is, and which stations it trusts: a folder of plain key files.

identity.txt      age identity that opens packages (age-keygen's form): secret
escrow.txt        age identity for the day the first is lost: secret; to be moved to a safe, off this machine
recipients.txt    the public keys of both: goes to each station
office_key(.pub)  Ed25519 key that signs receipts: secret
office_signers    its public key, as stations read it: goes to each station
allowed_signers   the stations' public keys, one a line
packages/, receipts/   what was filed, and what was answered
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from station import files
from station.clock import Clock
from station.config import STATION_ID
from station.packages import age
from station.packages.age import Identities, Recipients
from station.packages.problems import Code, Refused
from station.packages.signers import Signer, Signers
from station.packages.sshsig import RECEIPT_NAMESPACE, SigningKey


class Office(msgspec.Struct, frozen=True):
    """An office's folder."""

    folder: Path

    @property
    def identity_file(self) -> Path:
        return self.folder / "identity.txt"

    @property
    def recipients_file(self) -> Path:
        return self.folder / "recipients.txt"

    @property
    def key_file(self) -> Path:
        return self.folder / "office_key"

    @property
    def office_signers_file(self) -> Path:
        return self.folder / "office_signers"

    @property
    def allowed_signers_file(self) -> Path:
        return self.folder / "allowed_signers"

    @property
    def packages(self) -> Path:
        return self.folder / "packages"

    @property
    def receipts(self) -> Path:
        return self.folder / "receipts"

    @property
    def identities(self) -> Identities:
        return Identities.load(self.identity_file)

    @property
    def recipients(self) -> Recipients:
        return Recipients.load(self.recipients_file)

    @property
    def key(self) -> SigningKey:
        return SigningKey.load(self.key_file)

    @property
    def stations(self) -> Signers:
        return Signers.load(self.allowed_signers_file)

    @property
    def itself(self) -> Signer:
        """The office as stations trust it; its name is the principal. Raises Refused."""
        signers = list(Signers.load(self.office_signers_file))
        if len(signers) != 1:
            raise Refused(
                Code.SIGNERS_FILE,
                "It must hold one line, the office's own.",
                self.office_signers_file.name,
                "Copy it back from a station, or make a new office.",
            )
        return signers[0]


def create(folder: Path, name: str, clock: Clock, escrow: str | None = None) -> Office:
    """Make an office in `folder`: whole, or not at all. `escrow` is the public key of an escrow identity that is kept
    elsewhere; without it one is made beside the others.

    Raises Refused where the folder has an office or a part of one, since its identity opens what was sealed to it;
    and where name or escrow cannot be used.
    """
    office = Office(folder)
    key = SigningKey(Ed25519PrivateKey.generate())
    itself = _line(Signer(name, key.public, RECEIPT_NAMESPACE))
    identity, recipient = age.new_identity(clock.now())
    written = [
        (office.key_file.with_name(f"{office.key_file.name}.pub"), f"{key.public.line} {name}\n".encode()),
        (office.key_file, key.to_openssh()),
        (office.identity_file, identity.encode()),
    ]
    if escrow is None:
        text, escrow = age.new_identity(clock.now())
        written.append((folder / "escrow.txt", text.encode()))
    recipients = Recipients.of([recipient, escrow], "escrow")
    written += [
        (office.recipients_file, "".join(f"{line}\n" for line in recipients.keys).encode()),
        (office.allowed_signers_file, b'# NAME namespaces="capture-package" KEY of each station\n'),
        (office.office_signers_file, itself),
    ]
    there = [path.name for path, _ in written if path.exists()]
    if there:
        raise Refused(
            Code.EXISTS,
            f"The folder already has an office: {there[0]}.",
            folder.name,
            "Use it, or name another folder.",
        )
    folders = (folder, office.packages, office.receipts)
    try:
        for made in folders:
            files.make_folder(made)
        files.write_all_durably(written)
    except OSError:
        for empty in reversed(folders):
            with contextlib.suppress(OSError):
                empty.rmdir()
        raise
    return office


def add_station(office: Office, station: Signer) -> bool:
    """Trust a station's key from now on; False when it was trusted already. Raises Refused.

    A station that was set up anew has a new key under its old name: add it, and both are trusted, so that
    packages on their way are not lost. To end trust, delete the line or give it valid-before.
    """
    if any(signer == station for signer in office.stations):
        return False
    text = office.allowed_signers_file.read_bytes()
    files.write_durably(office.allowed_signers_file, text.rstrip(b"\n") + b"\n" + _line(station))
    return True


def _line(signer: Signer) -> bytes:
    """The signer's line. Raises Refused where its name is no plain name: `*` in it would sign as any station, and a
    space would make another name of it."""
    if not STATION_ID.fullmatch(signer.principals):
        raise Refused(
            Code.SIGNERS_FILE,
            "The name cannot stand in allowed_signers.",
            repr(signer.principals),
            "Use letters, digits and . _ @ -, at most 64 of them; of a station, the id of its config.toml.",
        )
    return f"{signer.line()}\n".encode()
