"""A disk that takes nothing: full, read-only or failing, as the kernel says it."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from station import disk, files
from station.clock import SetClock
from station.disk import DiskFails, DiskFull, DiskReadOnly, DiskTrouble
from station.enrolment.spool import Spool, SpoolDamaged
from station.journal import Journal
from station.journal import events as ev
from station.journal.faults import JournalError
from station.journal.verify import verify
from tests.limits import on_a_disk_that_says, own_disk

KINDS = [(errno.EROFS, DiskReadOnly), (errno.EIO, DiskFails), (errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull)]
kinds = pytest.mark.parametrize(("number", "kind"), KINDS)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, which can be made read-only."""
    with own_disk(tmp_path / "disk", "2M") as at:
        yield at


def mount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", folder], check=True)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(tmp_path / "data", SetClock(datetime(2026, 2, 10, 1, 0, tzinfo=UTC)))
    yield opened
    opened.close()


def alert(journal: Journal, name: str) -> None:
    with journal.command("operator:ani") as tx:
        tx.append(ev.AlertRaised(code="help"), name)


@kinds
def test_a_file_is_whole_or_not_there(tmp_path: Path, number: int, kind: type[DiskTrouble]) -> None:
    path = tmp_path / "kept"
    files.write_durably(path, b"before")
    raised = on_a_disk_that_says(number, lambda: files.write_durably(path, b"after"))
    assert type(raised) is kind
    assert raised.errno in (kind.number, number)
    assert path.read_bytes() == b"before"
    files.sweep(tmp_path)
    files.write_durably(path, b"after")
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("kept", b"after")]


@kinds
def test_a_command_is_recorded_or_not_and_the_next_one_is(
    journal: Journal, number: int, kind: type[DiskTrouble]
) -> None:
    alert(journal, "alr_1")
    assert type(on_a_disk_that_says(number, lambda: alert(journal, "alr_2"))) is kind
    assert journal.head()[0] == 1
    alert(journal, "alr_3")
    assert verify(journal.db).finding is None
    assert [row.subject for row in journal.since(0)] == ["alr_1", "alr_3"]
    assert not list(journal.path.parent.glob(f"{files.TEMPORARY_PREFIX}*")) or files.sweep(journal.path.parent)


@kinds
def test_what_is_to_be_destroyed_waits(tmp_path: Path, number: int, kind: type[DiskTrouble]) -> None:
    spool = Spool(tmp_path / "spool")
    spool.put("enr_1", "smp_1", b"a print")
    for act in (lambda: spool.destroy("enr_1"), lambda: spool.sweep("enr_1", set())):
        assert type(on_a_disk_that_says(number, act)) is kind
    assert on_a_disk_that_says(number, lambda: spool.drop("enr_1", ["smp_1"])) is None, "sweeping finds it"
    assert spool.get("enr_1", "smp_1") == b"a print"
    spool.destroy("enr_1")
    with pytest.raises(SpoolDamaged):
        spool.get("enr_1", "smp_1")


def test_a_disk_that_became_read_only_and_is_so_no_more(folder: Path) -> None:
    spool = Spool(folder / "spool")
    spool.put("enr_1", "smp_1", b"a print")
    mount(folder, "ro")
    for act in (
        lambda: spool.put("enr_1", "smp_2", b"another"),
        lambda: spool.put("enr_2", "smp_3", b"another"),
        lambda: spool.destroy("enr_1"),
        lambda: files.make_folder(folder / "new"),
        lambda: files.create_durably(folder / "new", b"x"),
    ):
        with pytest.raises(DiskReadOnly, match="read-only"):
            act()
    assert spool.get("enr_1", "smp_1") == b"a print"
    mount(folder, "rw")
    spool.put("enr_1", "smp_2", b"another")
    assert (spool.samples("enr_1"), spool.enrolments()) == (["smp_1", "smp_2"], ["enr_1"])


def test_a_journal_whose_connection_was_made_meanwhile_can_be_written_afterwards(folder: Path) -> None:
    Journal.open(folder).close()
    journal = Journal(folder / "journal.db")
    mount(folder, "ro")
    with pytest.raises(DiskReadOnly):
        alert(journal, "alr_1")
    mount(folder, "rw")
    alert(journal, "alr_2")
    assert [row.subject for row in journal.since(0)] == ["alr_2"]
    journal.close()


@kinds
def test_the_disk_is_asked(tmp_path: Path, number: int, kind: type[DiskTrouble]) -> None:
    asked: list[object] = []
    on_a_disk_that_says(number, lambda: asked.append(disk.probe(tmp_path)))
    assert asked == [kind]
    assert disk.probe(tmp_path) is None
    assert disk.probe(tmp_path / "none") is None


@pytest.mark.parametrize("kind", [DiskFull, DiskReadOnly, DiskFails])
def test_each_has_a_message_of_its_own_for_people_and_programs(kind: type[DiskTrouble]) -> None:
    told = files.explained(kind(Path("/data/journal.db")))
    assert isinstance(told, files.DiskRefused)
    assert (told.code, "journal.db" in str(told)) == (kind.code, True)
    assert len({trouble(Path("x")).said for trouble in (DiskFull, DiskReadOnly, DiskFails)}) == 3


def test_other_errors_are_no_trouble_of_the_disk(tmp_path: Path) -> None:
    for number in (errno.EACCES, errno.EMFILE, errno.ENOENT, errno.EINTR):
        assert disk.trouble(OSError(number, "x"), tmp_path) is None
    assert type(disk.trouble(OSError(errno.EUCLEAN, "x"), tmp_path)) is DiskFails


def test_who_only_reads_a_journal_leaves_nothing_there(tmp_path: Path) -> None:
    """Not even for a moment, to find out what is wrong with the disk."""
    (tmp_path / "journal.db").symlink_to("/proc/self/mem")  # which is EIO to read
    os.utime(tmp_path, ns=(0, 0))
    with pytest.raises((JournalError, sqlite3.DatabaseError)):
        Journal.inspect(tmp_path / "journal.db")
    assert tmp_path.stat().st_mtime_ns == 0
