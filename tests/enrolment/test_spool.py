"""The spool: durable, sealed, bound to its names, swept."""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from station import files
from station.disk import DiskFull
from station.enrolment.spool import KEY_FILE, SUFFIX, Spool, SpoolDamaged
from tests.limits import no_more_open_files

DATA = b"a finger print" * 100


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


def test_what_is_put_is_got_by_a_later_process_too(spool: Spool) -> None:
    assert spool.put("enr_1", "smp_1", DATA) == hashlib.sha256(DATA).hexdigest()
    later = Spool(spool.root)
    assert later.get("enr_1", "smp_1") == DATA
    assert later.has("enr_1", "smp_1")
    assert not later.has("enr_1", "smp_2")
    assert later.enrolments() == ["enr_1"]


def test_nothing_readable_is_on_the_disk(spool: Spool) -> None:
    spool.put("enr_1", "smp_1", DATA)
    stored = list((spool.root / "enr_1").iterdir())
    assert {path.name for path in stored} == {KEY_FILE, f"smp_1{SUFFIX}"}
    assert not any(b"finger" in path.read_bytes() for path in stored)
    assert {path.stat().st_mode & 0o777 for path in stored} == {0o600}


def test_each_sample_is_flushed_and_named_before_put_returns(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    spool.put("enr_1", "smp_0", b"makes the key")
    calls: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(fd: int) -> None:
        calls.append("folder" if Path(f"/proc/self/fd/{fd}").resolve().is_dir() else "file")
        fsync(fd)

    def renamed(self: Path, target: Path) -> Path:
        calls.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    spool.put("enr_1", "smp_1", DATA)
    assert calls == ["file", "rename", "folder"]


@pytest.mark.parametrize("keep", [0, 5, 12, 20, -1])
def test_a_cut_sample_is_damaged(keep: int, spool: Spool) -> None:
    spool.put("enr_1", "smp_1", DATA)
    path = spool.root / "enr_1" / f"smp_1{SUFFIX}"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(SpoolDamaged, match="Repeat its step"):
        spool.get("enr_1", "smp_1")


def test_a_sample_that_the_disk_does_not_give_is_damaged(spool: Spool) -> None:
    """Reading a folder fails in the file system, as reading a bad sector does."""
    spool.put("enr_1", "smp_1", b"a picture")
    path = spool.root / "enr_1" / "smp_1.sample"
    path.unlink()
    path.mkdir()
    with pytest.raises(SpoolDamaged):
        spool.get("enr_1", "smp_1")


def test_a_sample_on_a_bad_sector_is_damaged(spool: Spool) -> None:
    """Address 0 of this process's memory: the kernel answers EIO, as for a sector that cannot be read."""
    spool.put("enr_1", "smp_1", DATA)
    path = spool.root / "enr_1" / f"smp_1{SUFFIX}"
    path.unlink()
    path.symlink_to("/proc/self/mem")
    with pytest.raises(OSError, match="Input/output error"):
        path.read_bytes()
    with pytest.raises(SpoolDamaged):
        spool.get("enr_1", "smp_1")


def test_a_sample_that_cannot_be_opened_just_now_is_not_damaged(spool: Spool) -> None:
    spool.put("enr_1", "smp_1", DATA)
    with no_more_open_files(), pytest.raises(OSError, match="Too many open files"):
        spool.get("enr_1", "smp_1")
    assert spool.get("enr_1", "smp_1") == DATA


@pytest.mark.parametrize("number", [errno.ENFILE, errno.ENOMEM, errno.EACCES, errno.EPERM, errno.EINTR, errno.EAGAIN])
def test_what_says_nothing_of_the_bytes_is_raised_as_it_is(
    number: int, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.put("enr_1", "smp_1", DATA)

    def refused(_: Path) -> bytes:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "read_bytes", refused)
    with pytest.raises(OSError, check=lambda error: error.errno == number):
        spool.get("enr_1", "smp_1")


def test_any_flipped_byte_is_found(spool: Spool) -> None:
    spool.put("enr_1", "smp_1", b"short")
    path = spool.root / "enr_1" / f"smp_1{SUFFIX}"
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :])
        with pytest.raises(SpoolDamaged):
            spool.get("enr_1", "smp_1")


def test_a_sample_under_another_name_or_key_is_damaged(spool: Spool) -> None:
    spool.put("enr_1", "smp_1", DATA)
    spool.put("enr_2", "smp_3", DATA)
    sealed = spool.root / "enr_1" / f"smp_1{SUFFIX}"
    for path in (spool.root / "enr_1" / f"smp_2{SUFFIX}", spool.root / "enr_2" / f"smp_1{SUFFIX}"):
        path.write_bytes(sealed.read_bytes())
    for enrolment, sample in (("enr_1", "smp_2"), ("enr_2", "smp_1"), ("enr_1", "smp_9"), ("enr_9", "smp_1")):
        with pytest.raises(SpoolDamaged):
            spool.get(enrolment, sample)


@pytest.mark.parametrize("key", [b"", b"x" * 31])
def test_a_cut_key_is_damage_and_not_a_crash(key: bytes, spool: Spool) -> None:
    spool.put("enr_1", "smp_1", DATA)
    (spool.root / "enr_1" / KEY_FILE).write_bytes(key)
    with pytest.raises(SpoolDamaged):
        spool.get("enr_1", "smp_1")


def test_processes_that_make_the_key_at_once_share_it(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from station.enrolment.spool import Spool\n"
        "spool = Spool(Path(sys.argv[1]))\n"
        "sys.stdin.readline()\n"
        "for n in range(15): spool.put(f'enr_{n}', 'smp_' + sys.argv[2], b'mine ' + sys.argv[2].encode())\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    running = [subprocess.Popen([*command, str(n)], stdin=subprocess.PIPE, text=True) for n in range(3)]
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60) and process.returncode for process in running] == [0, 0, 0]
    spool = Spool(tmp_path)
    for n in range(15):
        for who in range(3):
            assert spool.get(f"enr_{n}", f"smp_{who}") == f"mine {who}".encode()
        assert {path.name for path in (tmp_path / f"enr_{n}").iterdir()} == {
            KEY_FILE,
            *(f"smp_{who}{SUFFIX}" for who in range(3)),
        }


def test_destroyed_key_first_and_nothing_left(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    spool.put("enr_1", "smp_1", DATA)
    spool.put("enr_2", "smp_2", DATA)
    left: list[set[str]] = []
    remove = files.remove_tree

    def seen(path: Path) -> None:
        left.append({found.name for found in path.iterdir()})
        remove(path)

    monkeypatch.setattr(files, "remove_tree", seen)
    spool.destroy("enr_1")
    spool.destroy("enr_1")
    assert left == [{f"smp_1{SUFFIX}"}]
    assert spool.enrolments() == ["enr_2"]
    with pytest.raises(SpoolDamaged):
        spool.get("enr_1", "smp_1")


def test_sweeping_deletes_what_nobody_vouches_for(spool: Spool) -> None:
    for sample in ("smp_1", "smp_2", "smp_3"):
        spool.put("enr_1", sample, DATA)
    assert spool.sweep("enr_1", {"smp_2"}) == 2
    assert spool.get("enr_1", "smp_2") == DATA
    assert not spool.has("enr_1", "smp_1")
    assert spool.sweep("enr_none", set()) == 0


def test_a_full_disk_leaves_nothing_half_written(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    spool.put("enr_1", "smp_1", DATA)

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DiskFull):
            spool.put("enr_1", "smp_2", DATA)
    assert {path.name for path in (spool.root / "enr_1").iterdir()} == {KEY_FILE, f"smp_1{SUFFIX}"}
    spool.put("enr_1", "smp_2", DATA)
    assert spool.get("enr_1", "smp_2") == DATA
