"""A whole package's contents of a student who does not exist, and what sealing it costs.

Sample bytes are noise: nothing here looks into them. For the bench figures and the tests.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from station import files
from station.biometrics.samples import FINGERS, IRISES, SLAPS, ImageFormat, Position
from station.clock import SystemClock
from station.journal import rows
from station.journal.events import EnrolmentSignedOff, EnrolmentStarted, Event, StepCompleted
from station.packages import age, bag, lines, record
from station.packages.age import Recipients
from station.packages.record import Contents, JournalHead, Record
from station.packages.sealing import remove, seal
from station.packages.sshsig import SigningKey

FULL_PACKAGE: Final = 75_000
"""Bytes of a finger with which a package has about 5 MB; slaps, face and documents have some eight times as many."""
AT: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
STATION: Final = "station-07"
PACKAGE: Final = "pkg_aaaaaaaaaaaaaaaaaaaaaaaaaa"
_BY: Final = "operator:ani"
_DOCUMENTS: Final = ("birth-certificate", "family-card", "parental-consent")


class SealingCost(msgspec.Struct, frozen=True):
    """Medians in seconds over the same bytes: sealing here, and the age program encrypting plus fsync."""

    size: int
    seal: float
    age: float

    @property
    def ratio(self) -> float:
        return self.seal / self.age


def contents(size: int = 200, package_id: str = PACKAGE, bench: bool = True) -> Contents:
    """Contents with every kind of file but one finger, which is bandaged; a finger has `size` bytes."""
    noise = random.Random(7)
    wanted: list[tuple[Position, ImageFormat, int]] = [
        (position, ImageFormat.WSQ, 1) for position in FINGERS if position != Position.LEFT_LITTLE
    ]
    wanted += [(position, ImageFormat.WSQ, 8) for position in SLAPS]
    wanted += [(position, ImageFormat.JPEG2000, 2) for position in IRISES]
    wanted += [(Position.FACE, ImageFormat.JPEG2000, 1), (Position.FACE_ORIGINAL, ImageFormat.JPEG2000, 7)]
    wanted += [(Position.SIGNATURE, ImageFormat.PNG, 1), (Position.SIGNATURE, ImageFormat.JSON, 1)]
    named = [(record.path_of(position, coded), noise.randbytes(size * times)) for position, coded, times in wanted]
    named += [(f"documents/{document}.jpg", noise.randbytes(size * 8)) for document in _DOCUMENTS]
    named += [("exceptions/left-little.jpg", noise.randbytes(size))]
    journal, head = _journal(bench)
    samples = tuple(_sample(position, coded) for position, coded, _ in wanted)
    return Contents(_record(package_id, bench, samples, head), tuple(named), journal)


def sealing_cost(folder: Path, rounds: int = 9) -> SealingCost:
    """Measure sealing a full package against the `age` program on the same disk. Needs `age` on the PATH."""
    files.make_folder(folder)
    whole = contents(FULL_PACKAGE)
    key = SigningKey.create(folder / "key", STATION)
    recipients = Recipients.of([age.new_identity(SystemClock().now())[1] for _ in range(2)])
    tar, encrypted = folder / "tar", folder / "tar.age"
    tar.write_bytes(bag.build(whole))
    arguments = [argument for recipient in recipients.keys for argument in ("-r", recipient)]

    def by_age() -> None:
        subprocess.run(["age", *arguments, "-o", encrypted, tar], check=True)
        files.sync_file(encrypted)

    def by_us() -> None:
        seal(whole, recipients, key, folder)

    measured = []
    for _ in range(rounds):
        # Each makes new files: giving the old ones' space back is nobody's work here.
        remove(folder, whole.record.id)
        encrypted.unlink(missing_ok=True)
        measured.append((_seconds(by_us), _seconds(by_age)))
    files.remove_tree(folder)
    ours, theirs = zip(*measured, strict=True)
    return SealingCost(sum(len(data) for _, data in whole.files), statistics.median(ours), statistics.median(theirs))


def _seconds(work: Callable[[], None]) -> float:
    os.sync()  # so that neither pays for the other's writes
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _journal(bench: bool) -> tuple[bytes, JournalHead]:
    """Real rows of a journal in which another student's row stands between this one's."""
    events: list[tuple[Event, str]] = [
        (EnrolmentStarted(student="stu_x", ticket="tkt_x", visit="vis_x", steps=("photo",), bench=bench), "enr_x"),
        (StepCompleted(step="identity"), "enr_x"),
        (StepCompleted(step="identity"), "enr_other"),
        (StepCompleted(step="photo", attempt=2), "enr_x"),
        (EnrolmentSignedOff(), "enr_x"),
    ]
    previous = rows.GENESIS
    mine: list[tuple[str, rows.Row]] = []
    for seq, (event, subject) in enumerate(events, start=1):
        row = rows.make(previous, seq, AT.isoformat(), "boot", _BY, event, subject)
        if subject == "enr_x":
            mine.append((previous, row))
        previous = row.chain
    return lines.write(mine), JournalHead(seq=len(events), chain=previous)


def _sample(position: Position, coded: ImageFormat) -> record.Sample:
    return record.Sample(
        position=position,
        path=record.path_of(position, coded),
        format=coded,
        step="photo",
        attempt=1,
        at=AT,
        score=71,
        good=True,
        measures={"nfiq2": 71.0},
    )


def _record(package_id: str, bench: bool, samples: tuple[record.Sample, ...], head: JournalHead) -> Record:
    name = "Ni Luh Putu Ayu Lestari"
    missing = record.Missing(
        position=Position.LEFT_LITTLE, reason="bandaged", photo="exceptions/left-little.jpg", by=_BY, at=AT
    )
    return Record(
        id=package_id,
        enrolment="enr_x",
        student="stu_x",
        bench=bench,
        started_at=AT - timedelta(minutes=9),
        sealed_at=AT,
        station=record.Station(id=STATION, software="station 0.1.0"),
        school=record.School(name="SMA Contoh", npsn="00000000"),
        biographic=record.Biographic(
            name=name, nik="5103014511100002", sex="female", birth_place="Gianyar", birth_date=date(2010, 11, 5)
        ),
        corrections=(record.Correction(field="name", before="NI LUH P", after=name, by=_BY, at=AT),),
        steps=(record.Step(name="photo", outcome="done", completed_at=AT, by=_BY, attempt=1),),
        samples=samples,
        exceptions=(missing,),
        documents=tuple(
            record.Document(document=document, present=True, path=f"documents/{document}.jpg", by=_BY, at=AT)
            for document in _DOCUMENTS
        ),
        people=(record.Person(id=_BY),),
        devices=(record.Device(kind="fingerprint", driver="sbi", bench=bench),),
        journal=head,
    )
