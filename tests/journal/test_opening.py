"""Opening a journal where something is amiss: the vault's key, the file, the disk, the folder's rights."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.disk import DiskFull, DiskReadOnly
from station.journal import Journal
from station.journal import events as ev
from station.journal.faults import JournalError
from station.journal.vault import VaultDamaged
from station.journal.verify import damage, projections_differ, verify
from tests.limits import own_disk

PAGE = 4096


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with events, and two sealed records."""
    journal = Journal.open(tmp_path / "data")
    with journal.command("roster") as tx:
        tx.vault.put_many([("stu_1", "student", b"Siti"), ("stu_2", "student", b"Budi")])
        for number in range(100):
            tx.append(ev.AlertRaised(code="help"), f"alr_{number}")
    journal.close()
    return tmp_path / "data"


def spoil(key: Path, how: str) -> None:
    key.unlink()
    match how:
        case "cut":
            key.write_bytes(b"x" * 9)
        case "empty":
            key.touch()
        case "wrong":
            key.write_bytes(b"x" * 32)
        case "folder":
            key.mkdir()
        case "pipe":
            os.mkfifo(key)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("how", ["missing", "cut", "empty", "wrong", "folder", "pipe"])
def test_without_the_right_key_nothing_is_opened_and_no_other_key_made(folder: Path, how: str) -> None:
    spoil(folder / "keys" / "vault.key", how)
    before = files_of(folder)
    with pytest.raises(JournalError, match=r"keys/vault\.key") as caught:
        Journal.open(folder)
    assert "backup" in caught.value.hint
    assert files_of(folder) == before


def test_a_new_key_is_made_while_nothing_is_sealed(tmp_path: Path) -> None:
    Journal.open(tmp_path).close()
    (tmp_path / "keys" / "vault.key").unlink()
    Journal.open(tmp_path).close()
    assert (tmp_path / "keys" / "vault.key").stat().st_size == 32


@pytest.mark.parametrize("garbage", [b"", b"short", b"x" * 60])
def test_a_garbled_record_is_named_and_the_others_open(folder: Path, garbage: bytes) -> None:
    journal = Journal.open(folder)
    journal.db.execute("UPDATE vault SET sealed = ? WHERE id = 'stu_1'", (garbage,))
    journal.close()
    journal = Journal.open(folder)
    assert journal.vault.get("stu_2") == b"Budi"
    with pytest.raises(VaultDamaged, match="stu_1"):
        journal.vault.get("stu_1")
    journal.close()


@pytest.mark.parametrize("left", [0, 50, PAGE, 3 * PAGE])
def test_a_cut_file_is_a_damaged_journal(folder: Path, left: int) -> None:
    file = folder / "journal.db"
    os.truncate(file, left)
    with pytest.raises(JournalError, match="technician"):
        Journal.open(folder)
    with pytest.raises(JournalError, match="technician"):
        Journal.inspect(file)
    assert file.stat().st_size == left


@pytest.mark.parametrize("at", [47, 47 + 4])
def test_a_format_that_sqlite_does_not_know_is_a_damaged_journal(folder: Path, at: int) -> None:
    """Bytes 44 to 47 are the schema's format, 48 to 51 a size that is a hint."""
    file = folder / "journal.db"
    data = bytearray(file.read_bytes())
    data[at] ^= 0x40
    file.write_bytes(data)
    if at != 47:
        Journal.open(folder).close()
        return
    with pytest.raises(JournalError, match="technician"):
        Journal.open(folder)
    with pytest.raises(JournalError, match="technician"):
        Journal.inspect(file)


def test_a_schema_that_is_no_text_is_a_damaged_journal(folder: Path) -> None:
    file = folder / "journal.db"
    data = file.read_bytes()
    file.write_bytes(data.replace(b"CREATE TABLE head (seq INTEGER", b"CREATE TABLE head (se\xff INTEG\xe5R", 1))
    with pytest.raises(JournalError, match="technician"):
        Journal.open(folder)
    with pytest.raises(JournalError, match="technician"):
        Journal.inspect(file)


def pages(file: Path, table: str) -> list[int]:
    db = sqlite3.connect(file)
    found = db.execute("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path", (table,))
    numbers = [row[0] for row in found]
    db.close()
    return numbers


def blank(file: Path, page: int) -> None:
    with file.open("r+b") as written:
        written.seek((page - 1) * PAGE)
        written.write(bytes(PAGE))


def test_a_damaged_page_of_events_is_found_at_the_first_it_held(folder: Path) -> None:
    file = folder / "journal.db"
    blank(file, pages(file, "events")[1])
    journal = Journal.inspect(file)
    finding = verify(journal.db).finding
    assert finding is not None
    assert finding.problem == "unreadable"
    assert journal.db.execute("SELECT seq FROM events WHERE seq = ?", (finding.seq - 1,)).fetchone()
    with pytest.raises(sqlite3.DatabaseError, match="malformed"):
        journal.db.execute("SELECT seq FROM events WHERE seq = ?", (finding.seq,)).fetchone()
    journal.close()


@pytest.mark.parametrize(("table", "differing"), [("vault", []), ("events_subject", []), ("alerts", ["alerts"])])
def test_a_damaged_page_elsewhere_is_damage(folder: Path, table: str, differing: list[str]) -> None:
    file = folder / "journal.db"
    whole = Journal.inspect(file)
    assert damage(whole.db) == ""
    whole.close()
    blank(file, pages(file, table)[0])
    journal = Journal.inspect(file)
    assert verify(journal.db).finding is None
    assert damage(journal.db)
    assert projections_differ(journal.db) == differing
    journal.close()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    with own_disk(tmp_path / "disk", "1M") as at:
        yield at


def fill(disk: Path) -> Path:
    filler = disk / "filler"
    with filler.open("wb") as written:
        os.posix_fallocate(written.fileno(), 0, os.statvfs(disk).f_bavail * os.statvfs(disk).f_bsize)
    return filler


def test_a_disk_that_is_full_at_the_start_is_said_to_be_full(folder: Path, disk: Path) -> None:
    shutil.copytree(folder, disk / "data")
    (disk / "new").mkdir()
    filler = fill(disk)
    for data in (disk / "data", disk / "new"):
        with pytest.raises(DiskFull):
            Journal.open(data)
    filler.unlink()
    for data, events in ((disk / "data", 100), (disk / "new", 0)):
        journal = Journal.open(data)
        assert (journal.head()[0], verify(journal.db).finding) == (events, None)
        assert (data / "journal.db").stat().st_mode & 0o077 == 0
        journal.close()


def test_a_read_only_disk_can_be_looked_at(folder: Path, disk: Path) -> None:
    shutil.copytree(folder, disk / "data")
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    journal = Journal.existing(disk / "data")
    assert journal.head()[0] == 100
    assert journal.vault.get("stu_1") == b"Siti"
    with pytest.raises(DiskReadOnly), journal.command("operator:o1") as tx:
        tx.append(ev.AlertCleared(), "alr_1")
    journal.close()


@pytest.fixture
def unmerged(folder: Path, tmp_path: Path) -> Path:
    """A data folder as a power cut leaves it, with the day in its write-ahead log."""
    journal = Journal.open(folder)
    for number in range(20):
        with journal.command("operator") as tx:
            tx.append(ev.AlertRaised(code="help"), f"alr_later_{number}")
    shutil.copytree(folder, tmp_path / "cut")
    journal.close()
    (tmp_path / "cut" / "journal.db-shm").unlink()
    return tmp_path / "cut"


@pytest.mark.parametrize("place", ["first page", "a frame's head", "the salts", "the checksum", "half a sector"])
def test_a_write_ahead_log_that_breaks_off_in_its_middle_is_damage(unmerged: Path, place: str) -> None:
    """SQLite takes a bad frame for the end, and drops what was committed after it without a word."""
    log = unmerged / "journal.db-wal"
    data = bytearray(log.read_bytes())
    frame = 32 + 5 * (24 + PAGE)
    at, length = {
        "first page": (32 + 24 + 100, 1),
        "a frame's head": (frame + 2, 1),
        "the salts": (20, 1),
        "the checksum": (30, 1),
        "half a sector": (frame + 1000, 256),
    }[place]
    data[at : at + length] = bytes(byte ^ 0x11 for byte in data[at : at + length])
    log.write_bytes(data)
    before = files_of(unmerged)
    with pytest.raises(JournalError, match=r"journal\.db-wal is damaged"):
        Journal.open(unmerged)
    found = {name: data for name, data in files_of(unmerged).items() if not name.endswith(("-shm", ".lock"))}
    assert found == {name: data for name, data in before.items() if name in found}, "it is kept as it is"
    journal = Journal.inspect(unmerged / "journal.db")
    outcome = verify(journal.db)
    journal.close()
    assert outcome.finding is not None
    assert outcome.finding.problem == "unreadable"
    assert outcome.finding.seq == outcome.events + 1 <= 120


@pytest.mark.parametrize("left", [0.99, 0.5])
def test_a_log_that_was_cut_while_it_was_written_is_no_damage(unmerged: Path, left: float) -> None:
    """What a power cut leaves of a commit: nothing after it, and no second one."""
    log = unmerged / "journal.db-wal"
    os.truncate(log, int(log.stat().st_size * left))
    journal = Journal.open(unmerged)
    assert 100 <= journal.head()[0] < 120
    journal.close()


def test_frames_of_an_earlier_round_of_the_log_are_no_damage(unmerged: Path) -> None:
    """The log is written from its beginning again once all of it stands in the journal; what follows is of before."""
    journal = Journal.open(unmerged)
    keeper = sqlite3.connect(unmerged / "journal.db")
    keeper.execute("SELECT seq FROM head").fetchone()
    assert journal.db.execute("PRAGMA wal_checkpoint(FULL)").fetchone()[0] == 0
    with journal.command("operator") as tx:
        tx.append(ev.AlertRaised(code="help"), "alr_last")
    shutil.copytree(unmerged, unmerged.with_name("again"))
    journal.close()
    keeper.close()
    again = Journal.open(unmerged.with_name("again"))
    assert again.head()[0] == 121
    again.close()
