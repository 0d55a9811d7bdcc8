"""The encryption of packages: age (age-encryption.org/v1) to X25519 keys, through pyrage.

Key files are those of age-keygen: comments, and one key a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import pyrage

from station.files import read_file
from station.packages.problems import Code, Refused

HEADER: Final = b"age-encryption.org/v1\n"
_IDENTITY_PREFIX: Final = "AGE-SECRET-KEY-1"
MAX_KEY_FILE: Final = 64 * 1024


class Recipients(msgspec.Struct, frozen=True):
    """The public keys (`age1…`) that can open what is sealed."""

    keys: tuple[str, ...]

    @classmethod
    def load(cls, path: Path) -> Recipients:
        """Read a recipients file, one key a line. Raises Refused."""
        return cls.of(_lines(path), path.name)

    @classmethod
    def of(cls, keys: Sequence[str], where: str = "recipients") -> Recipients:
        """Check the keys. Raises Refused when there is none, or one is not an X25519 recipient."""
        if not keys:
            raise Refused(
                Code.KEY_FILE, "It holds no recipient.", where, "Put the office's public key (age1…) into it."
            )
        for key in keys:
            _recipient(key, where)
        return cls(tuple(keys))


class Identities:
    """The secret keys that open packages."""

    def __init__(self, keys: Sequence[pyrage.x25519.Identity]) -> None:
        self._keys = tuple(keys)

    @classmethod
    def load(cls, path: Path) -> Identities:
        """Read an identity file as age-keygen writes it. Raises Refused."""
        lines = _lines(path)
        keys = []
        for line in lines:
            try:
                keys.append(pyrage.x25519.Identity.from_str(line))
            except pyrage.IdentityError as error:
                raise _no_identity(path) from error
        if not keys:
            raise _no_identity(path)
        return cls(keys)

    def decrypt(self, data: bytes, where: str) -> bytes:
        """Decrypt an age file in memory. Raises Refused."""
        if not data.startswith(HEADER):
            raise Refused(
                Code.NOT_AGE, "This is no file encrypted with age.", where, "Take the package again from the station."
            )
        try:
            return bytes(pyrage.decrypt(data, self._keys))
        except pyrage.DecryptError as error:
            # pyrage gives one exception for all; only its text tells a wrong key from a damaged file.
            if "No matching keys" in str(error):
                raise Refused(
                    Code.WRONG_IDENTITY,
                    "It was not sealed for this identity.",
                    where,
                    "Use the identity of the office for which the station was set up, or the escrow identity.",
                ) from error
            raise Refused(
                Code.NOT_AGE,
                "The encrypted file is damaged or cut.",
                where,
                "Take the package again from the station.",
            ) from error


def encrypt(data: bytes, recipients: Recipients) -> bytes:
    """Encrypt in memory; each recipient alone can decrypt."""
    return bytes(pyrage.encrypt(data, [_recipient(key, "recipients") for key in recipients.keys]))


def new_identity(created: datetime) -> tuple[str, str]:
    """A new key pair: the text of an identity file as age-keygen writes it, and the recipient."""
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    when = created.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return f"# created: {when}\n# public key: {recipient}\n{identity}\n", recipient


def _recipient(key: str, where: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError as error:
        remedy = "Give the public key, which begins with age1."
        raise Refused(Code.KEY_FILE, "This is no X25519 recipient of age.", where, remedy) from error


def _no_identity(path: Path) -> Refused:
    return Refused(
        Code.KEY_FILE,
        f"This is no age identity file (a line that begins with {_IDENTITY_PREFIX}…).",
        path.name,
        "Give the file that age-keygen or `station office init` made, without a passphrase.",
    )


def _lines(path: Path) -> list[str]:
    try:
        text = read_file(path, MAX_KEY_FILE).decode("ascii", "replace")
    except OSError as error:
        raise Refused(
            Code.KEY_FILE,
            f"The key file cannot be read: {error.strerror}.",
            path.name,
            "Check the path and its rights.",
        ) from error
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
