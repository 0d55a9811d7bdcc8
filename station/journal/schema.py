"""The journal's own tables, as recorded migrations. A released step is never edited; add another."""

from __future__ import annotations

from station.journal.migrations import Database, Migrations
from station.journal.rows import GENESIS

migrations = Migrations("journal")


@migrations()
def first(database: Database) -> None:
    """Events and their head; the vault; which projections the tables were made by."""
    database.conn.execute(
        """CREATE TABLE events (
            seq INTEGER PRIMARY KEY, at TEXT NOT NULL, boot TEXT NOT NULL, actor TEXT NOT NULL,
            kind TEXT NOT NULL, subject TEXT NOT NULL, data TEXT NOT NULL, chain TEXT NOT NULL
        ) STRICT"""
    )
    database.conn.execute("CREATE INDEX events_subject ON events (subject, seq)")
    # The head stands apart, so that cutting off the newest events is found too.
    database.conn.execute("CREATE TABLE head (seq INTEGER NOT NULL, chain TEXT NOT NULL) STRICT")
    database.conn.execute("INSERT INTO head VALUES (0, ?)", (GENESIS,))
    database.conn.execute("CREATE TABLE projection_version (declared TEXT NOT NULL) STRICT")
    database.conn.execute(
        "CREATE TABLE vault (id TEXT PRIMARY KEY, kind TEXT NOT NULL, sealed BLOB NOT NULL) STRICT, WITHOUT ROWID"
    )
    # Without an index on the id: entries are dropped by their value, and a whole record so rarely that it is searched.
    database.conn.execute(
        """CREATE TABLE vault_index (
            token BLOB NOT NULL, id TEXT NOT NULL, PRIMARY KEY (token, id)
        ) STRICT, WITHOUT ROWID"""
    )
