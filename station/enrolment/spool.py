"""Samples between capture and sealing: encrypted at once, under a key that sealing destroys.

One folder an enrolment: `key` (32 random bytes) and one file a sample, AES-256-GCM bound to its id.
`put` returns only when the sample is durable; the event that acknowledges it comes after. A file
that no event vouches for is an orphan of a crash, swept at start-up.
"""

from __future__ import annotations

import errno
import hashlib
import secrets
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from station import files
from station.disk import DiskTrouble, writing

KEY_FILE: Final = "key"
SUFFIX: Final = ".sample"
_NONCE: Final = 12
_KEY: Final = 32
_LOST: Final = frozenset(
    (
        errno.ENOENT, errno.ENOTDIR, errno.EISDIR,  # there is no such file any more
        errno.EIO, errno.EUCLEAN, errno.EBADMSG, errno.ENODATA, errno.EILSEQ, errno.EREMOTEIO,
    )
)  # fmt: skip
"""What a file system says of bytes that it does not have or cannot give: EUCLEAN and EBADMSG are EFSCORRUPTED and
EFSBADCRC to ext4 and XFS, ENODATA and EILSEQ a bad sector and a failed integrity check (block/blk-core.c)."""


class SpoolDamaged(Exception):
    """A sample is missing from the spool or is not what was put there."""


class Spool:
    """The spool folder of a station."""

    def __init__(self, root: Path) -> None:
        self.root = files.make_folder(root)

    def put(self, enrolment: str, sample: str, data: bytes) -> str:
        """Keep a sample durably; returns the SHA-256 of its plain bytes. Raises DiskTrouble."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._cipher(enrolment, create=True).encrypt(nonce, data, sample.encode())
        files.write_durably(self._folder(enrolment) / f"{sample}{SUFFIX}", sealed)
        return hashlib.sha256(data).hexdigest()

    def get(self, enrolment: str, sample: str) -> bytes:
        """A sample's plain bytes.

        Raises SpoolDamaged when they are gone, unreadable on the disk or changed, and OSError when they cannot be read
        just now (too many open files, no memory, no right to): that says nothing of the sample.
        """
        try:
            sealed = (self._folder(enrolment) / f"{sample}{SUFFIX}").read_bytes()
            return self._cipher(enrolment, create=False).decrypt(sealed[:_NONCE], sealed[_NONCE:], sample.encode())
        except (OSError, InvalidTag, ValueError) as error:
            if isinstance(error, OSError) and error.errno not in _LOST:
                raise
            raise SpoolDamaged(f"Sample {sample} of {enrolment} cannot be read. Repeat its step.") from error

    def has(self, enrolment: str, sample: str) -> bool:
        """Is the sample's file there?"""
        return (self._folder(enrolment) / f"{sample}{SUFFIX}").is_file()

    def destroy(self, enrolment: str) -> None:
        """Forget an enrolment's samples: the key first, so that a cut here leaves nothing readable."""
        folder = self._folder(enrolment)
        if folder.is_dir():
            with writing(folder):
                (folder / KEY_FILE).unlink(missing_ok=True)
                files.sync_folder(folder)
            files.remove_tree(folder)

    def enrolments(self) -> list[str]:
        """Ids of the enrolments that have a folder here."""
        return sorted(path.name for path in self.root.iterdir() if path.is_dir())

    def samples(self, enrolment: str) -> list[str]:
        """Ids of the samples that are there."""
        return sorted(path.name.removesuffix(SUFFIX) for path in self._folder(enrolment).glob(f"*{SUFFIX}"))

    def sweep(self, enrolment: str, vouched: Collection[str]) -> int:
        """Delete what no event vouches for, cut writes too; returns how many samples that were.

        Only for an enrolment that nobody records just now: what another process is writing would be swept away.
        """
        swept = files.sweep(self._folder(enrolment))
        for sample in self.samples(enrolment):
            if sample not in vouched:
                with writing(self._folder(enrolment)):
                    (self._folder(enrolment) / f"{sample}{SUFFIX}").unlink(missing_ok=True)
                swept += 1
        return swept

    def drop(self, enrolment: str, samples: Iterable[str]) -> None:
        """Delete samples that no event will vouch for; absent ones are done. Not durable: `sweep` finds the rest."""
        for sample in samples:
            with suppress(DiskTrouble), writing(self._folder(enrolment)):
                (self._folder(enrolment) / f"{sample}{SUFFIX}").unlink(missing_ok=True)

    def _folder(self, enrolment: str) -> Path:
        return self.root / enrolment

    def _cipher(self, enrolment: str, *, create: bool) -> AESGCM:
        path = self._folder(enrolment) / KEY_FILE
        if create and not (path.exists() and path.stat().st_size == _KEY):
            files.make_folder(path.parent)
            # What is no key any more opens nothing: the day goes on with a new one; sealing finds what is lost.
            with writing(path):
                path.unlink(missing_ok=True)
            # Console and touchscreen may both be first: whoever loses uses the winner's key.
            files.create_durably(path, secrets.token_bytes(_KEY))
        return AESGCM(path.read_bytes())
