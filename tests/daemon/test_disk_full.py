"""The disk full at every write of a station and of its office, on a real filesystem of a few megabytes.

For each thing that is written, the disk is filled until less and less is missing: every attempt on the way fails
clearly and changes nothing, and the very same call succeeds once there is room.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest

from station.bench import office as bench_office
from station.bench import package, recording
from station.clock import SetClock
from station.config import StationSettings
from station.daemon import sealing
from station.daemon.sealing import SealingDesk
from station.disk import DiskFull
from station.enrolment import commands
from station.enrolment.spool import Spool
from station.enrolment.steps import Step
from station.files import TEMPORARY_PREFIX
from station.journal import Journal, alerts
from station.journal import events as ev
from station.journal.verify import verify
from station.packages import gather, receipts
from station.packages.age import Recipients
from station.packages.delivery import deliver
from station.packages.keys import RECIPIENTS, STATION_KEY
from station.packages.problems import Code
from station.packages.sealing import find, package_path, seal
from station.packages.signers import Signers
from station.packages.sshsig import SigningKey
from station.packages.store import Store, StoreFailed
from station.packages.verify import open_pair, read_pair
from station.queue import commands as queue_commands
from station.roster import register
from station.roster.register import Register
from station.roster.students import Student

MEGABYTES = 6
KIB = 1024
ROOMS = (0, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024)
"""KiB left free at each attempt; a page of tmpfs has 4."""
STATION = StationSettings(id="station-07")


class Disk:
    """A filesystem of a few megabytes, filled by one large file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def leave(self, kib: int) -> None:
        """Fill up until so much is left."""
        self.free()
        room = os.statvfs(self.folder)
        with self._filler.open("wb") as filler:
            os.posix_fallocate(filler.fileno(), 0, max(1, room.f_bavail * room.f_bsize - kib * KIB))

    def free(self) -> None:
        """Make room again."""
        self._filler.unlink(missing_ok=True)

    def holds(self) -> dict[str, bytes]:
        """All files with their contents, but the journal's own, which verify itself."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path != self._filler and not path.name.startswith(("journal.db", ".journal"))
        }

    def fails_until_there_is_room(
        self, act: Callable[[], object], unchanged: Callable[[], object], failure: type[Exception] = DiskFull
    ) -> None:
        """`act` fails while the disk is full, and each time leaves no temporary file and `unchanged` as it was."""
        before, failed = unchanged(), 0
        for room in ROOMS:
            self.leave(room)
            try:
                act()
            except failure as full:
                failed += 1
                assert "pace" in str(full)
            else:
                break
            assert not list(self.folder.rglob(f"{TEMPORARY_PREFIX}*"))
            assert unchanged() == before
        else:
            self.free()
            act()
        assert failed, "it was never full"
        assert not list(self.folder.rglob(f"{TEMPORARY_PREFIX}*"))
        self.free()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}M,nr_inodes=400", "tmpfs", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip(f"mounting needs root; the last test here runs this in a namespace: {mounted.stderr.strip()}")
    yield Disk(folder)
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(package.AT)


@pytest.fixture
def journal(disk: Disk, clock: SetClock) -> Iterator[Journal]:
    """A journal on the small disk, with an open visit and a student in the register."""
    journal = Journal.open(disk.folder / "data", clock)
    register.prepare(journal)
    with journal.command("roster") as tx:
        book = Register(tx.db, tx.vault)
        school = book.add_school("SMAN 1 PARINGIN", "30301234").id
        book.add(school, [Student("Siti Contoh", date(2009, 3, 4))])
        queue_commands.open_visit(tx, school)
    yield journal
    journal.close()


@pytest.fixture
def spool(journal: Journal) -> Spool:
    return Spool(journal.path.parent / "spool")


def student(journal: Journal) -> str:
    return Register.of(journal).everybody()[0].id


def test_a_command_of_the_journal(disk: Disk, journal: Journal) -> None:
    """Small commands find room in pages that are there already, so they come until none is left."""

    def act() -> None:
        for _ in range(40):
            with journal.command("operator:ani") as tx:
                tx.append(ev.AlertRaised(code="c" * 4000, about="x"), "alr_1" if not rows() else f"alr_{rows() + 1}")

    def rows() -> int:
        count: int = journal.db.execute("SELECT count(*) FROM alerts").fetchone()[0]
        return count

    def whole() -> bool:
        outcome = verify(journal.db)
        return outcome.finding is None and outcome.events == journal.head()[0]

    disk.fails_until_there_is_room(act, whole)
    assert whole()


def test_a_sample_into_the_spool(disk: Disk, spool: Spool) -> None:
    spool.put("enr_1", "smp_0", b"first")
    data = os.urandom(40_000)
    disk.fails_until_there_is_room(lambda: spool.put("enr_1", "smp_1", data), disk.holds)
    assert (spool.get("enr_1", "smp_0"), spool.get("enr_1", "smp_1")) == (b"first", data)


def test_the_first_sample_when_there_is_no_room_for_a_folder(disk: Disk, spool: Spool) -> None:
    files = []
    with pytest.raises(OSError, match="space"):
        for number in range(1000):
            files.append(disk.folder / f"file-{number}")
            files[-1].touch()
    with pytest.raises(DiskFull, match="Free some space"):
        spool.put("enr_1", "smp_1", b"data")
    for file in files:
        file.unlink(missing_ok=True)
    spool.put("enr_1", "smp_1", b"data")
    assert spool.get("enr_1", "smp_1") == b"data"


def test_a_whole_recording_goes_on_at_the_step_where_it_stood(disk: Disk, journal: Journal, spool: Spool) -> None:
    """A step is done or it is not: samples that no event vouches for are swept, all others are kept."""
    enrolment = recording.begin(journal, spool, recording.call(journal, student(journal)))
    failures = 0
    for expected in Step:
        assert commands.read(journal, enrolment).step is expected
        disk.leave(0)
        try:
            recording.step(journal, spool, enrolment)
        except DiskFull:
            failures += 1
            now = commands.read(journal, enrolment)
            assert now.step is expected
            assert all(spool.has(enrolment, sample) for sample in now.spooled())
            disk.free()
            recording.step(journal, spool, enrolment)
        disk.free()
    assert failures >= 6
    assert commands.read(journal, enrolment).status == "signed_off"
    assert verify(journal.db).finding is None


def test_sealing_waits_for_room_and_says_so(disk: Disk, journal: Journal, spool: Spool, clock: SetClock) -> None:
    made = bench_office.prepare(disk.folder.parent / "day", disk.folder / "data" / "keys", STATION.id, clock)
    enrolment = recording.record(journal, spool, student(journal), 20_000)
    data = disk.folder / "data"
    desk = SealingDesk(journal, data, sealing.source_of(journal, STATION), clock)
    samples = {name: kept for name, kept in disk.holds().items() if "/spool/" in name}
    waited = 0
    for room in ROOMS:
        disk.leave(room)
        if desk.round():
            break
        waited += 1
        kept = disk.holds()
        assert samples.items() <= kept.items()
        assert not any(TEMPORARY_PREFIX in name for name in kept)
        assert journal.db.execute("SELECT count(*) FROM packages").fetchone() == (0,)
    disk.free()
    assert desk.round()
    assert waited
    kinds = [row.kind for row in journal.since(0)]
    assert kinds.count("package.sealed") == 1
    assert kinds.count("alert.raised") == kinds.count("alert.cleared") == 1
    assert alerts.open_alerts(journal.db) == []
    pair = read_pair(package_path(data / "packages", gather.package_id(enrolment)))
    assert open_pair(pair, made.stations, clock.now(), made.identities).record.enrolment == enrolment
    assert spool.enrolments() == []


def test_sealing_goes_on_by_itself(
    disk: Disk,
    journal: Journal,
    spool: Spool,
    clock: SetClock,
    running: Callable[..., AbstractContextManager[None]],
    eventually: Callable[..., None],
) -> None:
    bench_office.prepare(disk.folder.parent / "day", disk.folder / "data" / "keys", STATION.id, clock)
    enrolment = recording.record(journal, spool, student(journal), 20_000)
    desk = SealingDesk(journal, disk.folder / "data", sealing.source_of(journal, STATION), clock)
    disk.leave(64)
    tried = threading.Event()
    real = desk.round

    def attempt() -> bool:
        done = real()
        tried.set()
        return done

    desk.round = attempt  # type: ignore[method-assign]  # to know when it has tried
    with running(desk.run):
        assert tried.wait(20)
        assert find(disk.folder / "data" / "packages") == ()
        disk.free()
        clock.advance(sealing.RETRY_SECONDS + 1)
        eventually(lambda: find(disk.folder / "data" / "packages") == (gather.package_id(enrolment),))


def test_delivery_into_a_full_store(disk: Disk, tmp_path: Path, clock: SetClock) -> None:
    """The station's own disk has room; the stick has not."""
    keys, packages, store = tmp_path / "keys", tmp_path / "packages", disk.folder / "store"
    bench_office.prepare(tmp_path / "day", keys, package.STATION, clock)
    packages.mkdir()
    store.mkdir()
    recipients, key = Recipients.load(keys / RECIPIENTS), SigningKey.load(keys / STATION_KEY)
    sealed = seal(package.contents(8_000), recipients, key, packages)
    present = sealed.path.read_bytes()

    def act() -> None:
        try:
            deliver(Store.open(str(store)), packages, sealed.id)
        except StoreFailed as failed:
            assert failed.problem.code is Code.STORE_AWAY
            assert "space" in failed.problem.remedy
            raise

    def half_written() -> list[str]:
        """Names in the store that hold less than they should, or that are no names of a store."""
        whole = {sealed.path.name: present, sealed.signature.name: sealed.signature.read_bytes()}
        return [path.name for path in store.rglob("*") if path.is_file() and whole.get(path.name) != path.read_bytes()]

    disk.fails_until_there_is_room(act, half_written, StoreFailed)
    assert half_written() == []
    assert (store / sealed.path.name).read_bytes() == present


def test_the_office_and_its_receipts(disk: Disk, tmp_path: Path, clock: SetClock) -> None:
    keys, packages = tmp_path / "keys", tmp_path / "packages"
    made = bench_office.prepare(disk.folder, keys, package.STATION, clock)
    packages.mkdir()
    recipients, key = Recipients.load(keys / RECIPIENTS), SigningKey.load(keys / STATION_KEY)
    sealed = seal(package.contents(8_000), recipients, key, packages)
    store = Store.open(str(bench_office.store_of(disk.folder)))
    deliver(store, packages, sealed.id)

    def act() -> None:
        try:
            list(bench_office.take_in(disk.folder, clock))
        except StoreFailed as failed:
            raise DiskFull(Path(failed.problem.where)) from failed  # the receipt's copy in the store had no room

    def wrong() -> list[str]:
        """Filed packages that are not whole, and receipts that nobody can believe."""
        filed = [path for path in made.packages.iterdir() if not (path / "tagmanifest-sha256.txt").exists()]
        confirmed = receipts.confirm(store, packages, sealed.id, Signers([made.itself]), clock.now())
        posted = store.get(receipts.name_of(sealed.id), receipts.MAX_RECEIPT)
        return [*map(str, filed), *([] if confirmed is not None or posted is None else ["receipt"])]

    disk.fails_until_there_is_room(act, wrong)
    assert (made.packages / sealed.id / "bagit.txt").exists()
    assert wrong() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root mounts in the tests above")
def test_all_of_it_in_a_namespace_of_its_own() -> None:
    inside = ["unshare", "--user", "--map-root-user", "--mount"]
    if subprocess.run([*inside, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets only root mount")
    command = [*inside, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert " 1 skipped" in done.stdout  # this test itself, which sees itself as root
