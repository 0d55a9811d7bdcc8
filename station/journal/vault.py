"""Personal data beside the journal, sealed: names, NIK, notes, corrections, PIN hashes.

Each record is AES-256-GCM under a key that lives outside the database (keys/vault.key, on the
station inside the TPM-bound disk encryption), bound to its id as associated data. Look-up goes
through blind indexes: keyed BLAKE2b (RFC 7693) of the value. So neither the database nor its WAL ever holds a
name or a NIK, and deleting a record deletes the person while the journal stays whole.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from station.errors import StationError

NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
RECORDS_TRIED: Final = 8
TOKEN_BYTES: Final = 16
"""Two of a million values share a token once in 10^26 stations."""


class VaultDamaged(StationError):
    """A sealed record is not what was sealed, or was sealed under another key."""

    def __init__(self, record: str) -> None:
        super().__init__(
            f"The personal data of {record} cannot be opened: it was changed, or was sealed under another key.",
            "Take a copy of the whole data folder, and restore the journal and keys/vault.key from the same backup.",
        )


class Vault:
    """Sealed records on one connection; writing belongs inside a command's transaction."""

    def __init__(self, db: sqlite3.Connection, key: bytes) -> None:
        self._db = db
        self._key = key

    @staticmethod
    def new_key() -> bytes:
        """A fresh vault key."""
        return secrets.token_bytes(KEY_BYTES)

    def put(self, record: str, kind: str, data: bytes) -> None:
        """Store or replace one record."""
        self.put_many([(record, kind, data)])

    def put_many(self, records: Iterable[tuple[str, str, bytes]]) -> None:
        """Store or replace (id, kind, data) records."""
        cipher, kept = _cipher(self._key), list(records)
        # The nonces of a whole list in one call: 10,000 calls cost 5 ms.
        noise = secrets.token_bytes(NONCE_BYTES * len(kept))
        nonces = (noise[at : at + NONCE_BYTES] for at in range(0, len(noise), NONCE_BYTES))
        self._db.executemany(
            "INSERT OR REPLACE INTO vault VALUES (?, ?, ?)",
            (
                (record, kind, nonce + cipher.encrypt(nonce, data, record.encode()))
                for nonce, (record, kind, data) in zip(nonces, kept, strict=True)
            ),
        )

    def get(self, record: str) -> bytes | None:
        """A record's data, or None. Raises VaultDamaged when it was tampered with."""
        found = self._db.execute("SELECT sealed FROM vault WHERE id = ?", (record,)).fetchone()
        return None if found is None else self._open(record, found[0])

    def opens(self) -> bool:
        """Is this the key of what lies here? True where nothing does.

        One garbled record does not speak against the key, so a few are tried.
        """
        tried = self._db.execute("SELECT id, sealed FROM vault LIMIT ?", (RECORDS_TRIED,)).fetchall()
        return not tried or any(self._can_open(record, sealed) for record, sealed in tried)

    def damaged(self) -> list[str]:
        """Ids of the records that cannot be opened."""
        listed = self._db.execute("SELECT id, sealed FROM vault ORDER BY id")
        return [record for record, sealed in listed if not self._can_open(record, sealed)]

    def all(self, kind: str) -> Iterable[tuple[str, bytes]]:
        """Every (id, data) of a kind. Raises VaultDamaged."""
        for record, sealed in self._db.execute("SELECT id, sealed FROM vault WHERE kind = ? ORDER BY id", (kind,)):
            yield record, self._open(record, sealed)

    def delete(self, record: str) -> None:
        """Forget a record and its indexes."""
        self._db.execute("DELETE FROM vault WHERE id = ?", (record,))
        self._db.execute("DELETE FROM vault_index WHERE id = ?", (record,))

    def index(self, record: str, name: str, value: str) -> None:
        """Make the record findable by `value` under the index `name`."""
        self.index_many([(record, name, value)])

    def index_many(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """Make records findable: (id, index name, value)."""
        # In the table's own order a long list takes half the time.
        tokens = sorted((self.token(name, value), record) for record, name, value in entries)
        self._db.executemany("INSERT OR IGNORE INTO vault_index VALUES (?, ?)", tokens)

    def unindex(self, record: str, name: str, value: str) -> None:
        """Drop one of the record's entries."""
        self._db.execute("DELETE FROM vault_index WHERE token = ? AND id = ?", (self.token(name, value), record))

    def find(self, name: str, value: str) -> list[str]:
        """Ids of the records indexed by `value`."""
        query = "SELECT id FROM vault_index WHERE token = ? ORDER BY id"
        return [found[0] for found in self._db.execute(query, (self.token(name, value),))]

    def token(self, name: str, value: str) -> bytes:
        """The blind index of a value: useless without the key."""
        # Half of what HMAC-SHA256 costs here (0.7 µs for 1.5), and a school list needs 10,000.
        return hashlib.blake2b(f"{name}\0{value}".encode(), key=self._key, digest_size=TOKEN_BYTES).digest()

    def _can_open(self, record: str, sealed: bytes) -> bool:
        try:
            self._open(record, sealed)
        except VaultDamaged:
            return False
        return True

    def _open(self, record: str, sealed: bytes) -> bytes:
        try:
            return _cipher(self._key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], record.encode())
        except (InvalidTag, ValueError, TypeError) as error:  # too short to hold a nonce, or no bytes
            raise VaultDamaged(record) from error


@lru_cache(maxsize=4)
def _cipher(key: bytes) -> AESGCM:
    # One derived key for sealing and the raw one for the indexes: the two uses never share a key.
    return AESGCM(hmac.digest(key, b"station vault seal v1", "sha256"))
