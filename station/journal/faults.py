"""What SQLite's errors mean for whoever runs the station: a full disk, a read-only one, a damaged file.

SQLite says "disk I/O error" for a full disk as for a dying one, so the disk itself is asked. The words
for the user stand here once, for opening, for verifying and for whatever command meets the error later.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from station import disk
from station.disk import DiskFails, DiskFull, DiskTrouble
from station.errors import StationError

WHAT_TO_DO: Final = (
    "Keep the file, take a copy of the whole data folder, and call the technician: the journal has to be restored"
    " from its backup."
)

SEE_VERIFY: Final = "What is damaged, from which event on, and what mends it, says: station journal verify"

_DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_TOOBIG)
_FOREIGN_TABLES: Final = (
    "no such table",
    "no such column",
    "unsupported file format",
    "cannot add a column to a view",
    "cannot modify",
    "use drop ",
    "table ",
)
"""How SQLite begins what it says of statements that do not fit the tables. The statements here are tested, so it is the
tables that are others; it has one code for this and for a wrong statement."""


class JournalError(StationError):
    """The journal cannot be used; the message says what to do."""


class NewerJournal(JournalError):
    """The journal was made by a newer version of the station: this one does not touch it."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(
            f"{name} was made by a newer station than this one: {what}.",
            "Update this one and try again. Nothing was changed.",
        )


Fault = sqlite3.DatabaseError | UnicodeDecodeError
"""What reading a file may raise: Python decodes SQLite's own messages too, which quote what is damaged."""
FAULTS: Final = (sqlite3.DatabaseError, UnicodeDecodeError)


def is_damage(error: Fault) -> bool:
    """Is it the file that is at fault: pages, tables or text that cannot be read?"""
    code = _code(error)
    if code is None:  # raised by Python's own module, for text that is not UTF-8
        return isinstance(error, sqlite3.OperationalError | UnicodeDecodeError)
    return code in _DAMAGE or str(error).lower().startswith(_FOREIGN_TABLES)


def said(error: Fault) -> str:
    """What the error says, in one line."""
    return "text that is not UTF-8" if isinstance(error, UnicodeDecodeError) else " ".join(str(error).split())


def broken_log(lost: int) -> str:
    """What to say where the write-ahead log is broken off in its middle."""
    return f"its journal.db-wal is damaged, and {lost} transactions after that are lost"


def trouble(error: Fault, path: Path) -> DiskTrouble | None:
    """What the disk of the journal at `path` did not take, or None where it was not the disk.

    SQLite tells a full disk only where a page finds no room. For its other words the disk itself is asked.
    """
    code = _code(error)
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(path)
    if code not in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        return None
    kind = disk.probe(path.parent)
    if kind is None and code == sqlite3.SQLITE_IOERR:
        kind = DiskFails  # it takes other files, and not this one
    return None if kind is None else kind(path)


def is_read_only(error: Fault) -> bool:
    """Does SQLite say that its connection cannot write? It stays so, whatever becomes of the disk."""
    return _code(error) == sqlite3.SQLITE_READONLY


def explained(error: Fault, path: Path | None = None, *, reading: bool = False) -> StationError | DiskTrouble | None:
    """The error in the user's words, or None where it is this program's fault.

    Where somebody is only `reading`, nothing is written to find out.
    """
    name = "The journal" if path is None else str(path)
    code = _code(error)
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(path or Path("journal.db"))
    if path is not None and code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
        asked = (DiskFull if disk.has_no_room(path.parent) else None) if reading else disk.probe(path.parent)
        if asked:
            return asked(path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return JournalError(
            f"{name} cannot be opened or written ({said(error)}): its folder is read-only, or not this user's.",
            "Make the folder writable and try again, or work on a copy of it with --data.",
        )
    if code == sqlite3.SQLITE_BUSY:
        return JournalError(f"{name} is held by another program ({said(error)}).", "Try again when that one is done.")
    if not is_damage(error):
        return None
    if path is None:  # past opening: it may be a table that is made anew
        return JournalError(f"{name} cannot be read here ({said(error)}).", SEE_VERIFY)
    fault = "is not a journal, or no longer" if code == sqlite3.SQLITE_NOTADB else "is damaged or cut off"
    return JournalError(f"{name} {fault} ({said(error)}). {WHAT_TO_DO}")


def _code(error: Fault) -> int | None:
    """SQLite's primary result code; the rest of an extended one is in the higher bits."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
