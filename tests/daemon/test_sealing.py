"""Sealed in the devices process what was signed off, with alerts that end by themselves."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import msgspec
import pytest

from station.bench import office as bench_office
from station.bench import package, recording
from station.biometrics.samples import ImageFormat, Position, Sample, Verdict
from station.clock import SetClock
from station.config import StationSettings
from station.daemon import sealing
from station.daemon.sealing import SealingDesk
from station.enrolment import commands
from station.enrolment.gallery import Gallery, Likeness
from station.enrolment.keeping import keep_sample, lost
from station.enrolment.spool import Spool
from station.enrolment.state import Status
from station.enrolment.steps import EnrolmentSettings, Step
from station.hardware.devices import Kind
from station.journal import Journal, alerts
from station.journal import events as ev
from station.office.keys import Office
from station.packages import gather
from station.packages.record import Contents, Record
from station.packages.sealing import package_path
from station.packages.verify import open_pair, read_pair
from station.queue import commands as queue_commands
from station.queue import queries
from station.roster import register
from station.roster.register import Register
from station.roster.students import Student
from tests.limits import no_more_open_files, on_a_disk_that_says

STATION = StationSettings(id="station-07")


class World(msgspec.Struct, frozen=True):
    """A station with two students of one school, and its office."""

    data: Path
    journal: Journal
    spool: Spool
    office: Office
    clock: SetClock
    students: list[str]

    @property
    def packages(self) -> Path:
        return self.data / "packages"

    def desk(self) -> SealingDesk:
        return SealingDesk(self.journal, self.data, sealing.source_of(self.journal, STATION), self.clock)

    def opened(self, enrolment: str) -> Record:
        pair = read_pair(package_path(self.packages, gather.package_id(enrolment)))
        return open_pair(pair, self.office.stations, self.clock.now(), self.office.identities).record

    def told(self) -> list[tuple[str, str]]:
        return [(alert.code, alert.about) for alert in alerts.open_alerts(self.journal.db)]

    def kept(self, enrolment: str) -> Path:
        """A sample's file that goes into the package; others may be damaged without harm."""
        face = commands.read(self.journal, enrolment).kept_sample(Position.FACE)
        assert face is not None
        return self.spool.root / enrolment / f"{face.id}.sample"

    def spoil(self, enrolment: str) -> None:
        self.kept(enrolment).write_bytes(b"not what was captured")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = SetClock(package.AT)
    journal = Journal.open(tmp_path / "data", clock)
    register.prepare(journal)
    with journal.command("roster") as tx:
        book = Register(tx.db, tx.vault)
        school = book.add_school("SMAN 1 PARINGIN", "30301234").id
        students = book.add(school, [Student(name, date(2009, 3, 4)) for name in ("Siti Contoh", "Budi Contoh")])
        queue_commands.open_visit(tx, school)
    office = bench_office.prepare(tmp_path / "day", tmp_path / "data" / "keys", STATION.id, clock)
    yield World(tmp_path / "data", journal, Spool(tmp_path / "data" / "spool"), office, clock, students)
    journal.close()


def test_what_is_signed_off_is_sealed_with_what_the_register_knows(world: World) -> None:
    enrolment = recording.record(world.journal, world.spool, world.students[0])
    assert world.desk().round()
    record = world.opened(enrolment)
    known = Register.of(world.journal).get(world.students[0])
    assert known is not None
    assert record.biographic.name == known.student.name
    assert (record.station.id, record.station.time_zone, record.bench) == (STATION.id, STATION.time_zone, False)
    assert record.school is not None
    assert (record.school.name, record.school.npsn) == ("SMAN 1 PARINGIN", "30301234")
    assert {step.name for step in record.steps} == set(Step)
    assert world.spool.enrolments() == []
    assert world.told() == []


def test_it_follows_the_journal_in_its_own_thread(
    world: World,
    running: Callable[..., AbstractContextManager[None]],
    eventually: Callable[[Callable[[], object]], None],
) -> None:
    with running(world.desk().run):
        first = recording.record(world.journal, world.spool, world.students[0])
        eventually(lambda: package_path(world.packages, gather.package_id(first)).exists())
        second = recording.record(world.journal, world.spool, world.students[1])
        eventually(lambda: package_path(world.packages, gather.package_id(second)).exists())
        eventually(lambda: world.spool.enrolments() == [])
    assert world.opened(second).student == world.students[1]


def test_a_damaged_one_is_told_and_left_while_the_others_go_on(world: World) -> None:
    bad = recording.record(world.journal, world.spool, world.students[0])
    good = recording.record(world.journal, world.spool, world.students[1])
    world.spoil(bad)
    desk = world.desk()
    for _ in range(3):
        assert desk.round()
        assert world.told() == [(commands.LOST, bad)]
    assert world.opened(good).enrolment == good
    assert world.spool.enrolments() == [bad]
    assert not package_path(world.packages, gather.package_id(bad)).exists()
    assert [row.kind for row in world.journal.since(0)].count("alert.raised") == 1


def test_one_that_cannot_be_read_just_now_is_not_lost(world: World) -> None:
    desk = world.desk()
    assert desk.round()
    enrolment = recording.record(world.journal, world.spool, world.students[0])
    with no_more_open_files():
        assert not desk.round()
    assert world.told() == [(sealing.UNREAD, sealing.ABOUT)]
    assert commands.read(world.journal, enrolment).status is Status.SIGNED_OFF
    assert desk.round()
    assert world.told() == []
    assert world.opened(enrolment).enrolment == enrolment


@pytest.mark.parametrize("number", [errno.EROFS, errno.EIO])
def test_a_disk_that_takes_nothing_is_waited_for(world: World, number: int) -> None:
    enrolment = recording.record(world.journal, world.spool, world.students[0])
    desk, done = world.desk(), list[bool]()
    for _ in range(2):
        assert on_a_disk_that_says(number, lambda: done.append(desk.round())) is None
    assert (done, world.told()) == ([False, False], [])
    assert commands.read(world.journal, enrolment).status is Status.SIGNED_OFF
    assert list(world.packages.glob("*.age")) == []
    assert desk.round()
    assert world.opened(enrolment).enrolment == enrolment
    assert (world.spool.enrolments(), world.told()) == ([], [])


def test_what_was_lost_is_captured_again_and_sealed(world: World) -> None:
    bad = recording.record(world.journal, world.spool, world.students[0])
    world.spoil(bad)
    desk = world.desk()
    desk.round()
    before = commands.read(world.journal, bad)
    with world.journal.command(recording.OPERATOR) as tx:
        commands.reopen(tx, bad, lost(world.spool, before))
        commands.start(tx, before.ticket, EnrolmentSettings())
    assert world.told() == []
    steps = []
    while (now := commands.read(world.journal, bad)).status is Status.ACTIVE:
        steps.append(now.step)
        recording.step(world.journal, world.spool, bad)
    assert steps == [Step.PHOTO, Step.PHOTO_APPROVAL, Step.APPROVE, Step.SIGN_OFF]
    assert desk.round()
    assert world.opened(bad).student == world.students[0]
    assert (world.told(), world.spool.enrolments()) == ([], [])


@pytest.mark.parametrize("key", [b"", b"short", None])
def test_without_its_key_all_of_a_recording_is_lost_and_captured_again(world: World, key: bytes | None) -> None:
    bad = recording.record(world.journal, world.spool, world.students[0])
    path = world.spool.root / bad / "key"
    path.unlink()
    if key is not None:
        path.write_bytes(key)
    desk = world.desk()
    desk.round()
    before = commands.read(world.journal, bad)
    with world.journal.command(recording.OPERATOR) as tx:
        commands.reopen(tx, bad, lost(world.spool, before))
        commands.start(tx, before.ticket, EnrolmentSettings())
    kept = keep_sample(world.spool, bad, Sample(Position.FACE, ImageFormat.JPEG, b"a page", Verdict(0, True)))
    with world.journal.command(recording.OPERATOR) as tx:
        commands.keep_document(tx, bad, recording.DOCUMENT, kept)
    while commands.read(world.journal, bad).status is Status.ACTIVE:
        recording.step(world.journal, world.spool, bad)
    assert desk.round()
    assert world.opened(bad).enrolment == bad


def test_whom_a_visit_recorded_is_forgotten_when_it_is_closed(world: World) -> None:
    gallery = Gallery(world.data)
    visit = queries.current_visit(world.journal.db)
    assert visit is not None
    gallery.put(visit.id, Likeness("enr_1", world.students[0], (), b"a face"))
    world.desk().round()
    assert gallery.get(visit.id, "enr_1") is not None
    with world.journal.command("operator:ani") as tx:
        queue_commands.close_visit(tx)
    world.desk().round()
    assert gallery.get(visit.id, "enr_1") is None


@pytest.mark.parametrize("known", [False, True], ids=["before it came", "before it was sealed"])
def test_what_was_sealed_after_the_backup_survives_a_journal_that_is_restored_from_it(
    world: World, tmp_path: Path, known: bool
) -> None:
    """It may exist nowhere else: nothing is a leftover of a crash only because this journal does not know it."""
    backup = tmp_path / "backup.db"
    if not known:
        world.journal.backup(backup)
    enrolment = recording.record(world.journal, world.spool, world.students[0])
    if known:
        world.journal.backup(backup)
    assert world.desk().round()
    package = package_path(world.packages, gather.package_id(enrolment))
    sealed = package.read_bytes()
    world.journal.close()
    for path in world.data.glob("journal.db*"):
        path.unlink()
    backup.rename(world.data / "journal.db")
    world.desk().round()
    assert package.read_bytes() == sealed
    assert world.opened(enrolment).enrolment == enrolment


def test_what_a_cut_sealing_left_is_sealed_again(world: World) -> None:
    enrolment = recording.record(world.journal, world.spool, world.students[0])
    package = package_path(world.packages, gather.package_id(enrolment))
    package.parent.mkdir()
    package.write_bytes(b"named, and its event never written")
    assert world.desk().round()
    assert world.opened(enrolment).enrolment == enrolment


def test_the_alert_ends_when_a_damaged_one_is_whole_again(world: World) -> None:
    enrolment = recording.record(world.journal, world.spool, world.students[0])
    sample = world.kept(enrolment)
    whole = sample.read_bytes()
    world.spoil(enrolment)
    world.desk().round()
    sample.write_bytes(whole)
    assert world.desk().round()
    assert world.told() == []
    assert world.opened(enrolment).enrolment == enrolment


def test_a_student_who_is_not_in_the_register_is_told(world: World) -> None:
    enrolment = recording.record(world.journal, world.spool, "stu_unknown")
    assert world.desk().round()
    assert world.told() == [("package.record", enrolment)]


def test_a_station_without_the_offices_keys_waits_for_them(world: World) -> None:
    enrolment = recording.record(world.journal, world.spool, world.students[0])
    recipients = world.data / "keys" / "recipients.txt"
    away = recipients.rename(world.data / "away")
    desk = world.desk()
    assert not desk.round()
    assert world.told() == [("package.key-file", sealing.ABOUT)]
    away.rename(recipients)
    assert desk.round()
    assert world.told() == []
    assert world.opened(enrolment).enrolment == enrolment


def test_the_samples_of_a_cancelled_one_go_when_the_visit_is_closed(world: World) -> None:
    enrolment = recording.begin(world.journal, world.spool, recording.call(world.journal, world.students[0]))
    with world.journal.command(recording.OPERATOR) as tx:
        commands.cancel(tx, enrolment, "went home")
    desk = world.desk()
    assert desk.round()
    assert world.spool.enrolments() == [enrolment]
    with world.journal.command(recording.OPERATOR) as tx:
        queue_commands.close_visit(tx)
    assert desk.round()
    assert world.spool.enrolments() == []


def contents(world: World, student: str, *, before: list[ev.Event], during: list[ev.Event]) -> Contents:
    """What would be sealed, with these events about the document camera."""

    def tell(events: list[ev.Event]) -> None:
        for event in events:
            with world.journal.command("student") as tx:
                tx.append(event, Kind.DOCUMENT)

    tell(before)
    enrolment = recording.begin(world.journal, world.spool, recording.call(world.journal, student))
    tell(during)
    for _ in Step:
        recording.step(world.journal, world.spool, enrolment)
    source = sealing.source_of(world.journal, STATION)(student)
    return gather.contents(world.journal, world.spool, enrolment, source, world.clock)


EMULATED = ev.DeviceAppeared(driver="mjpeg", bench=True)
REAL = ev.DeviceAppeared(driver="v4l2", serial="17")


@pytest.mark.parametrize(
    ("before", "during", "drivers", "bench"),
    [
        ([REAL], [], ["v4l2"], False),
        ([EMULATED], [], ["mjpeg"], True),
        ([EMULATED, ev.DeviceVanished(), REAL], [], ["v4l2"], False),
        ([REAL], [ev.DeviceVanished(), EMULATED, ev.DeviceVanished(), REAL], ["v4l2", "mjpeg"], True),
    ],
)
def test_one_emulated_device_that_was_there_meanwhile_makes_it_a_package_of_the_bench(
    world: World, before: list[ev.Event], during: list[ev.Event], drivers: list[str], bench: bool
) -> None:
    made = contents(world, world.students[0], before=before, during=during)
    assert [device.driver for device in made.record.devices] == drivers
    assert made.record.bench is bench
