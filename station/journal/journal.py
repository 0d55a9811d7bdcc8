"""The journal: open it, command it, watch it.

A command checks state and appends inside one BEGIN IMMEDIATE, so that two processes never act on
the same stale state; it returns only after the commit is on the medium (WAL, synchronous=FULL).
Each thread has its own connection. Opening migrates under a file lock, and rebuilds the projected
tables when their declaration changed.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from station import files
from station.clock import Clock, SystemClock
from station.disk import writing
from station.journal import faults, projections, rows, schema, versions, wal
from station.journal.events import KINDS, Event
from station.journal.faults import JournalError, NewerJournal
from station.journal.migrations import Database, Migrations
from station.journal.vault import KEY_BYTES, Vault
from station.journal.versions import Tables

BUSY_SECONDS: Final = 30
"""How long a process waits for another's transaction: far longer than any command takes."""

FILE_NAME: Final = "journal.db"
_KEY_NAME: Final = "keys/vault.key"
_INSERT: Final = f"INSERT INTO events ({rows.COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  # a constant


class Transaction:
    """One command: reads what it needs, appends what happened. Handed out by `Journal.command`."""

    def __init__(self, journal: Journal, db: sqlite3.Connection, actor: str) -> None:
        self.db = db
        self.actor = actor
        self.vault = Vault(db, journal.vault_key)
        self._journal = journal
        self._seq, self._chain = _head(db)

    @property
    def clock(self) -> Clock:
        return self._journal.clock

    def append(self, event: Event, subject: str) -> rows.Row:
        """Record `event` about `subject` and bring the projections up to date."""
        at = self._journal.clock.now().isoformat(timespec="microseconds")
        row = rows.make(self._chain, self._seq + 1, at, self._journal.boot, self.actor, event, subject)
        self.db.execute(
            _INSERT,
            (row.seq, row.at, row.boot, row.actor, row.kind, row.subject, row.data, row.chain),
        )
        self.db.execute("UPDATE head SET seq = ?, chain = ?", (row.seq, row.chain))
        projections.apply(self.db, row, event)
        self._seq, self._chain = row.seq, row.chain
        return row

    def events(self, subject: str) -> Iterator[rows.Row]:
        """The subject's history so far, oldest first."""
        return read_subject(self.db, subject)


class Journal:
    """A data folder's journal, for one process and any number of its threads."""

    def __init__(self, path: Path, clock: Clock | None = None, *, read_only: bool = False) -> None:
        self.path = path
        self.clock = clock or SystemClock()
        self.boot = boot_id()
        self.vault_key = b""
        self.read_only = read_only
        self._local = threading.local()
        self._closing: list[sqlite3.Connection] = []
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path, clock: Clock | None = None) -> Journal:
        """Open the journal of a data folder, making both where absent.

        Raises JournalError when the file is not a journal or is damaged, or its vault's key is not there; DiskTrouble.
        """
        files.make_folder(folder)
        files.make_folder(folder / "keys")
        journal = cls(folder / FILE_NAME, clock)
        with journal._usable(), journal._alone():
            journal._prepare()
            journal.vault_key = journal._key()
        return journal

    @classmethod
    def existing(cls, folder: Path) -> Journal:
        """Open the journal of a data folder, for whoever only asks. Raises JournalError where there is none.

        Where the folder cannot be written, it is read as it lies, and a command on it fails.
        """
        if not (folder / FILE_NAME).is_file():
            raise JournalError(
                f"There is no station's data in {folder}. Name the folder with --data, or begin one there with:"
                " station roster import FILE"
            )
        if os.access(folder, os.W_OK):
            return cls.open(folder)
        journal = cls.inspect(folder / FILE_NAME)
        with journal._usable():
            journal.unlock()
        return journal

    @classmethod
    def inspect(cls, path: Path) -> Journal:
        """Open an existing journal file without touching it. Raises JournalError when it is not one."""
        if not path.is_file():
            raise JournalError(f"There is no journal at {path}. Name a journal.db file, or a data folder with --data.")
        journal = cls(path, read_only=True)
        with journal._usable():
            # Either is enough: what the other's absence means is for `verify` to say.
            tables = journal.db.execute("SELECT name FROM sqlite_master WHERE name IN ('events', 'head')").fetchall()
            if not tables:
                raise journal._no_journal()
            versions.require_known(journal.db, str(path))
        return journal

    def unlock(self) -> None:
        """Read the vault's key, for who inspects. Raises JournalError where it is missing or another."""
        self.vault_key = self._key()

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection, for reading."""
        existing: sqlite3.Connection | None = getattr(self._local, "db", None)
        return existing if existing is not None else self._connect()

    @property
    def vault(self) -> Vault:
        """The sealed personal data, for reading."""
        return Vault(self.db, self.vault_key)

    @contextmanager
    def command(self, actor: str) -> Iterator[Transaction]:
        """A transaction that commits on leaving, durably, or leaves everything as it was.

        Raises DiskTrouble when the disk does not take it. Of a disk that fails, a commit may have been made all the
        same.
        """
        try:
            db = self.db
            db.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(self, db, actor)
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if faults.is_read_only(error) and not self.read_only:
                self._leave()
            trouble = faults.trouble(error, self.path)
            if trouble is None:
                raise
            raise trouble from error

    def data_version(self) -> int:
        """A number that changes whenever another connection has committed; costs microseconds."""
        version: int = self.db.execute("PRAGMA data_version").fetchone()[0]
        return version

    def head(self) -> tuple[int, str]:
        """Seq and chain of the newest event; (0, zeros) in an empty journal."""
        return _head(self.db)

    def events(self, subject: str) -> Iterator[rows.Row]:
        """A subject's history, oldest first."""
        return read_subject(self.db, subject)

    def since(self, seq: int) -> Iterator[rows.Row]:
        """All events after `seq`, oldest first."""
        return rows.select(self.db, "WHERE seq > ? ORDER BY seq", (seq,))

    def migrate(self, migrations: Migrations) -> None:
        """Apply another room's recorded migrations (tables that are no projection); not where it is only read."""
        if not self.read_only:
            with self._alone():
                versions.require_known(self.db, str(self.path), migrations)
                migrations.apply(Database(self.db))

    def rebuild(self) -> int:
        """Drop all projected tables and replay the journal into them; returns how many events."""
        with self.command("journal") as tx:
            return _replay(tx.db)

    def backup(self, target: Path) -> None:
        """Write a consistent copy of the journal to `target`."""
        self.db.execute("VACUUM INTO ?", (str(target),))

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for db in self._closing:
                db.close()
            self._closing.clear()
        self._local = threading.local()

    def _no_journal(self) -> JournalError:
        """What to say of a file without the journal's tables."""
        others = self.db.execute("SELECT 1 FROM sqlite_master WHERE tbl_name != '_sqlite_migrations'").fetchone()
        # The key is made after the journal.
        if others or (self.path.parent / _KEY_NAME).exists():
            return JournalError(f"{self.path} is not a journal, or is cut off. {faults.WHAT_TO_DO}")
        return JournalError(
            f"{self.path} is empty: it never finished being made, and nothing is in it.",
            "It is made anew when the station is started again. If it is a copy, it was cut off.",
        )

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """While opening: says in the user's words what SQLite finds, and leaves no connection behind."""
        try:
            yield
        except faults.FAULTS as error:
            self.close()
            explained = faults.explained(error, self.path, reading=self.read_only)
            if explained is None:
                raise
            raise explained from error
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While no other process prepares this folder."""
        path = self.path.with_name(".journal.lock")
        with writing(path):
            lock = path.open("w")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _key(self) -> bytes:
        """The vault's key. A new one is made only where nothing is sealed yet. Raises JournalError."""
        path = self.path.parent / _KEY_NAME
        try:
            key = files.read_file(path)
        except FileNotFoundError:
            if self.db.execute("SELECT 1 FROM vault LIMIT 1").fetchone():
                raise _bad_key(path, "is missing") from None
            key = Vault.new_key()
            if not self.read_only:
                files.write_durably(path, key)
            return key
        except IsADirectoryError:
            raise _bad_key(path, "is a folder") from None
        except files.NotAFile:
            raise _bad_key(path, "is no file") from None
        if len(key) != KEY_BYTES:
            raise _bad_key(path, f"has {len(key)} bytes and not {KEY_BYTES}")
        if not Vault(self.db, key).opens():
            raise _bad_key(path, "does not open what is sealed in the journal")
        return key

    def _connect(self) -> sqlite3.Connection:
        target = f"{self.path.absolute().as_uri()}{self._reading_mode() if self.read_only else ''}"
        # Closing happens from the thread that ends the process, hence check_same_thread.
        db = sqlite3.connect(target, timeout=BUSY_SECONDS, isolation_level=None, uri=True, check_same_thread=False)
        with self._lock:
            self._closing.append(db)
        db.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        if not self.read_only:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")
        self._local.db = db
        return db

    def _leave(self) -> None:
        """Give up this thread's connection: opened while the disk was read-only, it would stay so when that is over."""
        db = self._local.__dict__.pop("db", None)
        if db is not None:
            with self._lock:
                self._closing.remove(db)
            db.close()

    def _reading_mode(self) -> str:
        """A copy without a WAL beside it is read as it lies; SQLite would else leave files of its own there."""
        live = self.path.with_name(f"{self.path.name}-wal").exists()
        return "?mode=ro" if live else "?mode=ro&immutable=1"

    def _prepare(self) -> None:
        created = not self.path.exists()
        if not created and not self.path.stat().st_size and (self.path.parent / _KEY_NAME).exists():
            # The key is made after the journal: this is no beginning that was cut off.
            raise JournalError(f"{self.path} is empty: it was cut off. {faults.WHAT_TO_DO}")
        if created:
            # Before SQLite makes it for everybody to read; WAL and shared memory take the rights over.
            with writing(self.path):
                self.path.touch(mode=0o600)
            files.sync_folder(self.path.parent)
        else:
            self._refuse_unfit()
        db = self._connect()
        schema.migrations.apply(Database(db))
        if versions.made_by(db) is not Tables.MINE:
            with self.command("journal") as tx:
                _replay(tx.db)
                tx.db.execute("DELETE FROM projection_version")
                tx.db.execute("INSERT INTO projection_version VALUES (?)", (versions.declared(),))

    def _refuse_unfit(self) -> None:
        """A newer station's, or a broken one: seen on a connection that cannot write, for one that can changes it."""
        looked = Journal(self.path, read_only=True)
        try:
            versions.require_known(looked.db, str(self.path))
            lost = wal.lost_commits(looked.db)
        finally:
            looked.close()
        if lost:
            # Whoever wrote on would write over it, and take what is sealed and spooled since then for leftovers.
            raise JournalError(
                f"{self.path} cannot be read to its end: {faults.broken_log(lost)}. {faults.WHAT_TO_DO}",
                faults.SEE_VERIFY,
            )


def read_subject(db: sqlite3.Connection, subject: str) -> Iterator[rows.Row]:
    """A subject's events on a given connection, oldest first."""
    return rows.select(db, "WHERE subject = ? ORDER BY seq", (subject,))


def _head(db: sqlite3.Connection) -> tuple[int, str]:
    found: tuple[Any, Any] | None = db.execute("SELECT seq, chain FROM head").fetchone()
    if found is None:
        raise JournalError("The journal's head is missing, by which cut-off events are found.", faults.SEE_VERIFY)
    if type(found[0]) is not int or type(found[1]) is not str:
        raise JournalError("The journal's head cannot be read, by which cut-off events are found.", faults.SEE_VERIFY)
    return found


def boot_id() -> str:
    """The kernel's id of this boot: with seq, what orders events when the clock does not."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _replay(db: sqlite3.Connection) -> int:
    projections.drop(db)
    try:
        return projections.replay(db, rows.select(db, "ORDER BY seq"))
    except projections.NoFit as misfit:
        row = misfit.row
        if row.kind not in KINDS:
            raise NewerJournal("The journal", f"event {row.seq} is of the unknown kind {row.kind!a}") from misfit
        raise JournalError(
            f"The tables cannot be made anew from the events: event {row.seq} does not fit. {faults.WHAT_TO_DO}",
            faults.SEE_VERIFY,
        ) from misfit


def _bad_key(path: Path, fault: str) -> JournalError:
    return JournalError(
        f"{path} {fault}, and without the right key the names and numbers in the journal cannot be read.",
        "Restore keys/vault.key from the backup of this data folder. No new key was made.",
    )


def rows_of(db: sqlite3.Connection, query: str, parameters: tuple[Any, ...] = ()) -> list[dict[str, Any]]:
    """Run a read and return each row by column name."""
    cursor = db.execute(query, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, record, strict=True)) for record in cursor]
