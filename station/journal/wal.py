"""Is something lost in the write-ahead log?

SQLite reads `journal.db-wal` up to the first frame whose checksum is wrong, and takes that for the end: what a power
cut left half-written was never committed. But a frame in the middle that the disk lost or changed ends it as well, and
whatever was committed after it is gone without a word; a whole school day can stand there. Each commit is flushed
before the next one begins, so a bad frame with more than one commit behind it was whole once.

Both files are described at sqlite.org/walformat.html: the log, and the index beside it (`-shm`), in which SQLite keeps
how far it could read.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

_HEADER: Final = struct.Struct(">16x8s8x")
"""Of the log: the salts that every frame of this round repeats."""
_ORDERS: Final = {b"\x37\x7f\x06\x82": "<", b"\x37\x7f\x06\x83": ">"}
"""How the log begins, and in which order of bytes its checksums are computed."""
_FRAME: Final = struct.Struct(">4xI8s8x")
"""Before each page: how many the database has after a commit (else 0), the salts."""
_INDEX: Final = struct.Struct("=16xI12x8s8x")
"""Of the index: frames that were read, the salts."""

_TORN: Final = 1
"""Commits that a power cut may leave behind a bad frame: the one that was being written."""


def lost_commits(db: sqlite3.Connection) -> int:
    """How many commits SQLite cannot read, of those that were on the medium; 0 where all is well.

    `db` must have read since it was opened, so that SQLite has looked through its log.
    """
    path = str(db.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0])
    page = int(db.execute("PRAGMA page_size").fetchone()[0])
    try:
        with Path(f"{path}-wal").open("rb") as log:
            header = log.read(_HEADER.size)
            frames = list(_frames(log, page))
        # Read after the log: another process writes to the log first.
        with Path(f"{path}-shm").open("rb") as index:
            read, of = _INDEX.unpack(index.read(_INDEX.size))
    except (FileNotFoundError, struct.error):
        return 0  # no log, or nobody's index: nothing to compare
    if len(header) < _HEADER.size or not frames:
        return 0
    if _is_whole(header):
        salts = _HEADER.unpack(header)[0]
        if of != salts:  # another process began the log anew meanwhile
            return 0
    else:
        read, salts = 0, frames[0][1]
    lost = sum(pages > 0 and own == salts for pages, own in frames[read:])
    return lost if lost > _TORN else 0


def _frames(log: BinaryIO, page: int) -> Iterator[tuple[int, bytes]]:
    while len(head := log.read(_FRAME.size)) == _FRAME.size:
        yield _FRAME.unpack(head)
        log.seek(page, 1)


def _is_whole(header: bytes) -> bool:
    """Does the header have the checksum of what it says?"""
    order = _ORDERS.get(header[:4])
    if order is None:
        return False
    words = struct.unpack(f"{order}6I", header[:24])
    first = second = 0
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return (first, second) == struct.unpack(">2I", header[24:])
