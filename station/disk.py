"""A disk that does not take what has to be written: it is full, read-only, or it fails.

The three are one family, because whoever writes does the same with each: say it, leave everything as it was, and try
again. Only the words differ, and the code by which screens and logs know them. A Linux file system makes itself
read-only when it finds itself damaged (ext4 ``errors=remount-ro``), so that may begin in the middle of a day.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar, Final

PROBE_BYTES: Final = 256 * 1024
"""Bytes: less than this free, and SQLite cannot lay its WAL and its shared memory beside the journal."""


class DiskTrouble(OSError):
    """Base of the family. What had to be written was not; what was there is as it was."""

    code: ClassVar[str]
    """By which screens, alerts and logs know it."""
    number: ClassVar[int]
    words: ClassVar[str]

    def __init__(self, path: Path) -> None:
        self.said = self.words.format(name=path.name)
        super().__init__(self.number, self.said)
        self.path = path


class DiskFull(DiskTrouble):
    """The disk has no room for what had to be written. Nothing was changed."""

    code = "disk.full"
    number = errno.ENOSPC
    words = "No space left to write {name}. Free some space, then try again."


class DiskReadOnly(DiskTrouble):
    """The disk takes nothing just now. Nothing was changed."""

    code = "disk.read-only"
    number = errno.EROFS
    words = (
        "{name} cannot be written: its disk is read-only. Nothing was changed. Mount it for writing, or name another"
        " folder; a disk that became read-only by itself is damaged: copy what is on it, and call the technician."
    )


class DiskFails(DiskTrouble):
    """The disk did not do what it was told. Whether this very write will be found later, nobody knows."""

    code = "disk.fails"
    number = errno.EIO
    words = (
        "The disk fails to write {name}: whether it was kept is not known. Copy what can still be read to another disk,"
        " and call the technician."
    )


CODES: Final = frozenset(kind.code for kind in (DiskFull, DiskReadOnly, DiskFails))
_KINDS: Final[dict[int, type[DiskTrouble]]] = {
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EROFS: DiskReadOnly,
    errno.EIO: DiskFails,
    errno.EREMOTEIO: DiskFails,
    errno.EUCLEAN: DiskFails,
    errno.EBADMSG: DiskFails,
    errno.ENXIO: DiskFails,
    errno.ENODEV: DiskFails,
}
"""What the kernel says when a disk (or its table of files) takes nothing; EUCLEAN and EBADMSG are what ext4 and XFS say
of their own damage, ENXIO and ENODEV what is said of a disk that was pulled out."""


def trouble(error: OSError, path: Path) -> DiskTrouble | None:
    """The error as one of the disk's about `path`, or None where it is another."""
    if isinstance(error, DiskTrouble):
        return error
    kind = _KINDS.get(error.errno or 0)
    return None if kind is None else kind(path)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the kernel says of a disk that takes nothing into DiskTrouble about `path`."""
    try:
        yield
    except OSError as error:
        told = trouble(error, path)
        if told is None or told is error:
            raise
        raise told from error


def has_no_room(folder: Path) -> bool:
    """The same of a full disk alone, without writing anything: for whoever only reads there."""
    try:
        room = os.statvfs(folder)
    except OSError:
        return False
    # Some file systems (btrfs) have no table of files that could be full: they say 0 of 0.
    return room.f_bavail * room.f_frsize < PROBE_BYTES or (room.f_files > 0 and room.f_favail == 0)


def probe(folder: Path) -> type[DiskTrouble] | None:
    """Ask the disk itself, by writing a little into `folder`: what is wrong with it, or None where it takes that.

    For SQLite, which says "disk I/O error" of a full disk as of one that is dying. Also None where this user may
    not write there.
    """
    path = folder / f".writing-{os.urandom(6).hex()}"
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(fd, bytes(PROBE_BYTES))
            os.fsync(fd)
        finally:
            os.close(fd)
    except OSError as error:
        return _KINDS.get(error.errno or 0)
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    return None
