"""A whole package's worth of contents, keys made by the real tools' formats, and a station to seal with."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from station.biometrics.samples import FINGERS, IRISES, SLAPS, ImageFormat, Position
from station.journal import rows
from station.journal.events import EnrolmentSignedOff, EnrolmentStarted, Event, StepCompleted
from station.packages import age, lines
from station.packages.age import Identities, Recipients
from station.packages.record import (
    Biographic,
    Contents,
    Correction,
    Device,
    Document,
    JournalHead,
    Missing,
    Person,
    Record,
    Sample,
    School,
    Station,
    Step,
    path_of,
)
from station.packages.sealing import Sealed, seal
from station.packages.signers import Signer, Signers
from station.packages.sshsig import PACKAGE_NAMESPACE, SigningKey

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
STATION = "station-07"
PACKAGE = "pkg_aaaaaaaaaaaaaaaaaaaaaaaaaa"
NAME = "Ni Luh Putu Ayu Lestari"
NIK = "5103014511100002"


class World(msgspec.Struct, frozen=True):
    """Keys and folders of one station and its office, on disk as the real tools read them."""

    folder: Path
    packages: Path
    key: SigningKey
    recipients: Recipients
    identity_file: Path
    escrow_file: Path
    signers_file: Path
    contents: Contents

    @property
    def identities(self) -> Identities:
        return Identities.load(self.identity_file)

    @property
    def signers(self) -> Signers:
        return Signers.load(self.signers_file)

    def seal(self, contents: Contents | None = None) -> Sealed:
        return seal(contents or self.contents, self.recipients, self.key, self.packages)


def make_lines(bench: bool = True) -> tuple[bytes, JournalHead]:
    """Real rows of a journal in which other students' rows stand between this one's."""
    events: list[tuple[Event, str]] = [
        (EnrolmentStarted(student="stu_x", ticket="tkt_x", visit="vis_x", steps=("photo",), bench=bench), "enr_x"),
        (StepCompleted(step="identity"), "enr_x"),
        (StepCompleted(step="identity"), "enr_other"),
        (StepCompleted(step="photo", attempt=2), "enr_x"),
        (EnrolmentSignedOff(), "enr_x"),
    ]
    previous, mine = rows.GENESIS, []
    for seq, (event, subject) in enumerate(events, start=1):
        row = rows.make(previous, seq, "2026-11-23T03:00:00Z", "boot", "operator:ani", event, subject)
        if subject == "enr_x":
            mine.append((previous, row))
        previous = row.chain
    return lines.write(mine), JournalHead(seq=len(events), chain=previous)


def make_contents(size: int = 200, package_id: str = PACKAGE, bench: bool = True) -> Contents:
    """Contents with every kind of file; sample bytes are noise of about `size` bytes (x8 for slaps and face)."""
    noise = random.Random(7)
    wanted: list[tuple[Position, ImageFormat, int]] = [
        (position, ImageFormat.WSQ, 1) for position in FINGERS if position != Position.LEFT_LITTLE
    ]
    wanted += [(position, ImageFormat.WSQ, 8) for position in SLAPS]
    wanted += [(position, ImageFormat.JPEG2000, 2) for position in IRISES]
    wanted += [(Position.FACE, ImageFormat.JPEG2000, 8), (Position.SIGNATURE, ImageFormat.PNG, 1)]
    wanted += [(Position.SIGNATURE, ImageFormat.JSON, 1)]
    named = [(position, coded, noise.randbytes(size * factor)) for position, coded, factor in wanted]
    samples = tuple(
        Sample(
            position=position,
            path=path_of(position, coded),
            format=coded,
            step="right_four",
            attempt=1,
            at=NOW,
            score=71,
            good=True,
            measures={"nfiq2": 71.0},
        )
        for position, coded, _ in named
    )
    files = [(path_of(position, coded), data) for position, coded, data in named]
    files += [(f"documents/{name}.jpg", noise.randbytes(size * 8)) for name in ("birth-certificate", "family-card")]
    files += [("exceptions/left-little.jpg", noise.randbytes(size))]
    journal, head = make_lines(bench)
    about = Record(
        id=package_id,
        enrolment="enr_x",
        student="stu_x",
        bench=bench,
        started_at=NOW - timedelta(minutes=9),
        sealed_at=NOW,
        station=Station(id=STATION, software="0.1.0"),
        school=School(name="SMAN 1 Ubud", npsn="50102001"),
        biographic=Biographic(name=NAME, nik=NIK, sex="female", birth_place="Gianyar", birth_date=date(2010, 11, 5)),
        corrections=(Correction(field="name", before="NI LUH P", after=NAME, by="operator:ani", at=NOW),),
        steps=(Step(name="identity", outcome="done", completed_at=NOW, by="operator:ani"),),
        samples=samples,
        exceptions=(
            Missing(
                position=Position.LEFT_LITTLE,
                reason="bandaged",
                photo="exceptions/left-little.jpg",
                by="operator:ani",
                at=NOW,
            ),
        ),
        documents=tuple(
            Document(document=name, present=True, path=f"documents/{name}.jpg", by="operator:ani", at=NOW)
            for name in ("birth-certificate", "family-card")
        ),
        people=(Person(id="operator:ani"),),
        devices=(Device(kind="fingerprint", driver="sbi", bench=bench),),
        journal=head,
    )
    return Contents(about, tuple(files), journal)


def make_world(folder: Path, contents: Contents) -> World:
    """Keys of a station and an office under `folder`."""
    key = SigningKey.create(folder / "station_key", STATION)
    recipients: list[str] = []
    identity_files: list[Path] = []
    for name in ("identity", "escrow"):
        text, recipient = age.new_identity(NOW)
        identity_files.append(folder / f"{name}.txt")
        identity_files[-1].write_text(text)
        recipients.append(recipient)
    signers = folder / "allowed_signers"
    signers.write_text(Signer(STATION, key.public, PACKAGE_NAMESPACE).line() + "\n")
    packages = folder / "packages"
    packages.mkdir()
    identity, escrow = identity_files
    return World(folder, packages, key, Recipients.of(recipients), identity, escrow, signers, contents)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path, make_contents())


@pytest.fixture
def contents_of() -> Callable[..., Contents]:
    return make_contents


@pytest.fixture
def now() -> datetime:
    return NOW
