"""A disk that fills up during a capture: it is said, waited for, and the student need not do it again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from station.enrolment import commands
from station.enrolment.capture import Phase
from station.enrolment.spool import Spool
from station.enrolment.steps import Step
from station.files import TEMPORARY_PREFIX

if TYPE_CHECKING:
    from tests.enrolment.capture.conftest import Booth

Eventually = Callable[[Callable[[], object]], None]
KIB = 1024


class Disk:
    """A filesystem of one megabyte, filled by one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def leave(self, kib: int) -> None:
        """Fill up until so much is left; a page of tmpfs has 4 KiB."""
        self.free()
        room = os.statvfs(self.folder)
        with self._filler.open("wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, room.f_bavail * room.f_bsize - kib * KIB)

    def mount(self, how: str) -> None:
        """Read-only (``ro``) or writable again (``rw``)."""
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.folder)], check=True)

    def free(self) -> None:
        """Make room again."""
        self._filler.unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1M,nr_inodes=100", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"mounting needs root; the last test here runs this in a namespace: {mounted.stderr.strip()}")
    yield Disk(folder)
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def spool(disk: Disk) -> Spool:
    """Only the spool is on the small disk."""
    return Spool(disk.folder / "spool")


def _capture_into(disk: Disk, booth: Booth, room: int) -> None:
    """A right hand is captured and finds so much room."""
    booth.begin(Step.RIGHT_FOUR)
    disk.leave(room)
    booth.enter()
    live = booth.until(Phase.NO_DISK)
    assert (live.problem, live.step) == ("disk.full", Step.RIGHT_FOUR)
    assert booth.desk.now.tries(Step.RIGHT_FOUR) == ()


@pytest.mark.parametrize("room", [0, 40])
def test_a_capture_waits_for_room(disk: Disk, booth: Booth, eventually: Eventually, room: int) -> None:
    """Whether there is no room at all or for two fingers of four."""
    with booth.running():
        _capture_into(disk, booth, room)
        before = booth.kept_files()
        booth.rig.stage.leave()
        booth.runner.look_again()
        booth.until(Phase.NO_DISK)
        disk.free()
        now = booth.until_done(Step.RIGHT_FOUR)
    (attempt,) = now.tries(Step.RIGHT_FOUR)
    assert (attempt.number, attempt.good, len(attempt.samples)) == (1, True, 4)
    assert bool(before) == bool(room)
    assert before <= booth.kept_files() == set(booth.acknowledged())
    assert not list(disk.folder.rglob(f"{TEMPORARY_PREFIX}*"))


def test_parked_while_the_disk_is_full(disk: Disk, booth: Booth) -> None:
    """What had found room goes, so that it takes none."""
    with booth.running():
        _capture_into(disk, booth, 40)
        booth.desk.act(lambda tx: commands.park(tx, booth.desk.enrolment, "disk full"))
        booth.until(Phase.IDLE)
    assert booth.desk.now.tries(Step.RIGHT_FOUR) == ()
    assert booth.kept_files() == set()


def test_the_runner_ends_while_the_disk_is_full(disk: Disk, booth: Booth) -> None:
    with booth.running() as stop:
        _capture_into(disk, booth, 0)
        stop.set()
    assert booth.desk.now.tries(Step.RIGHT_FOUR) == ()


def test_a_capture_waits_for_a_disk_that_is_read_only(disk: Disk, booth: Booth) -> None:
    with booth.running():
        booth.begin(Step.RIGHT_FOUR)
        disk.mount("ro")
        booth.enter()
        assert booth.until(Phase.NO_DISK).problem == "disk.read-only"
        assert booth.desk.now.tries(Step.RIGHT_FOUR) == ()
        disk.mount("rw")
        now = booth.until_done(Step.RIGHT_FOUR)
    (attempt,) = now.tries(Step.RIGHT_FOUR)
    assert (attempt.number, attempt.good, len(attempt.samples)) == (1, True, 4)
    assert booth.kept_files() == set(booth.acknowledged())


@pytest.mark.skipif(os.geteuid() == 0, reason="root mounts in the tests above")
def test_all_of_it_in_a_namespace_of_its_own() -> None:
    inside = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*inside, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets only root mount")
    command = [*inside, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert " 1 skipped" in done.stdout  # this test itself, which sees itself as root
