"""From an enrolment to the contents of its package: record, files, lines of the journal.

Reads the enrolment's events, its spool and the student's register entry. Every sample is checked
against the hash that its event acknowledged: what is sealed is what was captured.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, Literal, TypeVar

import msgspec

import station
from station.biometrics.samples import ImageFormat, Position
from station.clock import Clock
from station.config import StationSettings
from station.enrolment import commands as enrolments
from station.enrolment.biographic import as_text, corrected
from station.enrolment.keeping import sound
from station.enrolment.spool import Spool
from station.enrolment.state import Attempt, Enrolment
from station.enrolment.steps import Step
from station.hardware.devices import Kind
from station.journal import Journal
from station.journal import events as ev
from station.journal.rows import GENESIS, Row
from station.packages import lines, record
from station.roster.students import Student

E = TypeVar("E", bound=ev.Event)

PREFIX: Final = "pkg_"


class Source(msgspec.Struct, frozen=True):
    """What stands behind a package beside the enrolment itself."""

    settings: StationSettings
    student: Student
    school: record.School


def package_id(enrolment: str) -> str:
    """The package of an enrolment: one and the same, however often sealing is begun."""
    return f"{PREFIX}{enrolment.partition('_')[2]}"


def contents(journal: Journal, spool: Spool, enrolment: str, source: Source, clock: Clock) -> record.Contents:
    """All that goes into the package.

    Raises SpoolDamaged when a sample is not what was acknowledged, and OSError when one cannot be read just now.
    """
    now = enrolments.read(journal, enrolment)
    rows = list(journal.events(enrolment))
    head = journal.head()
    files = dict(_files(now, spool))
    corrections = enrolments.corrections(journal, enrolment)
    devices = tuple(_devices(journal, rows, now))
    made = record.Record(
        id=package_id(enrolment),
        enrolment=enrolment,
        student=now.student,
        bench=now.bench or any(device.bench for device in devices),
        started_at=_moment(now.started_at),
        sealed_at=clock.now(),
        station=record.Station(
            id=source.settings.id,
            software=f"station {station.VERSION}",
            name=source.settings.office,
            time_zone=source.settings.time_zone,
        ),
        school=source.school,
        visit=now.visit,
        biographic=_biographic(corrected(source.student, corrections)),
        corrections=tuple(_corrections(rows, source.student, corrections)),
        steps=tuple(_steps(rows, now)),
        attempts=tuple(_attempts(rows, now)),
        samples=tuple(_samples(now)),
        exceptions=tuple(_exceptions(rows, now)),
        documents=tuple(_documents(rows, now)),
        matches=tuple(_matches(rows)),
        approvals=tuple(_approvals(rows, now)),
        people=tuple(record.Person(id=actor) for actor in sorted({r.actor for r in rows if ":" in r.actor})),
        devices=devices,
        journal=record.JournalHead(seq=head[0], chain=head[1]),
    )
    return record.Contents(record=made, files=tuple(files.items()), journal=lines.write(_linked(journal, rows)))


def _linked(journal: Journal, rows: list[Row]) -> Iterator[tuple[str, Row]]:
    for row in rows:
        before = journal.db.execute("SELECT chain FROM events WHERE seq = ?", (row.seq - 1,)).fetchone()
        yield (before[0] if before else GENESIS), row


def _files(now: Enrolment, spool: Spool) -> Iterator[tuple[str, bytes]]:
    for sample, path, _ in _kept(now):
        yield path, sound(spool, now.id, sample)
    for document, sample in now.documents.items():
        yield f"documents/{document}.{sample.format}", sound(spool, now.id, sample)
    for position, exception in now.exceptions.items():
        if exception.photo is not None:
            yield f"exceptions/{position}.{exception.photo.format}", sound(spool, now.id, exception.photo)


def _kept(now: Enrolment) -> Iterator[tuple[ev.SampleTaken, str, Attempt]]:
    """Kept samples with their path."""
    for attempt in now.packed:
        for sample in attempt.samples:
            path = record.path_of(Position(sample.position), ImageFormat(sample.format))
            if attempt.step is Step.APPROVE:
                path = path.replace("signature", "approval")
            yield sample, path, attempt


def _samples(now: Enrolment) -> Iterator[record.Sample]:
    for sample, path, attempt in _kept(now):
        yield record.Sample(
            position=Position(sample.position),
            path=path,
            format=ImageFormat(sample.format),
            step=attempt.step,
            attempt=attempt.number,
            at=_moment(attempt.at),
            score=sample.score,
            good=sample.good,
            measures=sample.measures,
            width=sample.width,
            height=sample.height,
            ppi=sample.ppi,
            device=attempt.device,
        )


def _attempts(rows: list[Row], now: Enrolment) -> Iterator[record.Attempt]:
    reasons = {(event.step, event.attempt): (event.reason, row.actor) for row, event in _of(rows, ev.AttemptAccepted)}
    for attempt in now.attempts:
        reason, by = reasons.get((attempt.step, attempt.number), ("", ""))
        kept = now.kept(attempt.step) is attempt
        outcome: Literal["kept", "accepted", "not-kept", "refused"] = (
            "refused" if attempt.code else "accepted" if kept and reason else "kept" if kept else "not-kept"
        )
        yield record.Attempt(
            step=attempt.step,
            number=attempt.number,
            at=_moment(attempt.at),
            outcome=outcome,
            score=attempt.score,
            good=attempt.good,
            advice=attempt.advice,
            code=attempt.code,
            reason=reason,
            by=by,
            device=attempt.device,
        )


def _steps(rows: list[Row], now: Enrolment) -> Iterator[record.Step]:
    last = {event.step: row for row, event in _of(rows, ev.StepCompleted)}
    for step, done in now.completed.items():
        row = last[step]
        yield record.Step(
            name=step, outcome=done.outcome, completed_at=_moment(row.at), by=row.actor, attempt=done.attempt
        )


def _corrections(rows: list[Row], student: Student, values: dict[str, str]) -> Iterator[record.Correction]:
    for row, event in _of(rows, ev.CorrectionRecorded):
        for field in event.fields:
            yield record.Correction(
                field=field,
                before=as_text(student, field),
                after=values.get(field, ""),
                document=event.document,
                by=row.actor,
                at=_moment(row.at),
            )


def _exceptions(rows: list[Row], now: Enrolment) -> Iterator[record.Missing]:
    for row, event in _of(rows, ev.ExceptionRecorded):
        position = Position(event.position)
        if now.exceptions.get(position) == event:
            photo = f"exceptions/{position}.{event.photo.format}" if event.photo else None
            yield record.Missing(position=position, reason=event.reason, photo=photo, by=row.actor, at=_moment(row.at))


def _documents(rows: list[Row], now: Enrolment) -> Iterator[record.Document]:
    last = {event.document: (row, event) for row, event in _of(rows, ev.DocumentChecked)}
    for document, (row, event) in last.items():
        taken = now.documents.get(document)
        path = f"documents/{document}.{taken.format}" if taken else None
        yield record.Document(document=document, present=event.present, path=path, by=row.actor, at=_moment(row.at))
    for row, picture in _of(rows, ev.DocumentCaptured):
        if picture.document not in last and now.documents.get(picture.document) == picture.sample:
            path = f"documents/{picture.document}.{picture.sample.format}"
            yield record.Document(document=picture.document, present=True, path=path, by=row.actor, at=_moment(row.at))


def _matches(rows: list[Row]) -> Iterator[record.Match]:
    for _, event in _of(rows, ev.IndexesMatched):
        for position, score in event.scores.items():
            yield record.Match(position=Position(position), attempt=event.attempt, score=score, passed=event.passed)


def _approvals(rows: list[Row], now: Enrolment) -> Iterator[record.Approval]:
    for row in rows:
        if isinstance(row.event, ev.DataConfirmed):
            yield record.Approval(of="data", by="student", at=_moment(row.at))
        if isinstance(row.event, ev.PhotoApproved):
            yield record.Approval(of="photo", by="student", at=_moment(row.at))
        if isinstance(row.event, ev.EnrolmentSignedOff):
            yield record.Approval(of="enrolment", by=row.actor, at=_moment(row.at))
    approved = now.kept(Step.APPROVE)
    if approved is not None:
        yield record.Approval(of="enrolment", by="student", at=_moment(approved.at))


def _devices(journal: Journal, rows: list[Row], now: Enrolment) -> Iterator[record.Device]:
    """Every device of a kind that took part, that was there between the first event and the last."""
    used = {attempt.device for attempt in now.attempts if attempt.device}
    if now.documents or any(exception.photo for exception in now.exceptions.values()):
        used.add(Kind.DOCUMENT)
    first, last = rows[0].seq, rows[-1].seq
    for kind in sorted(used):
        there: dict[ev.DeviceAppeared, None] = {}
        for row in journal.events(kind):
            if row.seq < first and isinstance(row.event, ev.DeviceAppeared | ev.DeviceVanished):
                there.clear()
            if row.seq < last and isinstance(row.event, ev.DeviceAppeared):
                there[row.event] = None
        for device in there:
            yield record.Device(
                kind=kind,
                driver=device.driver,
                make=device.make,
                model=device.model,
                serial=device.serial,
                bench=device.bench,
            )


def _biographic(student: Student) -> record.Biographic:
    return record.Biographic(
        name=student.name,
        nik=student.nik or None,
        family_card=student.no_kk or None,
        nisn=student.nisn or None,
        sex=None if student.sex is None else student.sex.value,
        birth_place=student.birth_place,
        birth_date=student.birth_date,
        birth_certificate=student.akta,
        address=student.street,
        rt=student.rt,
        rw=student.rw,
        hamlet=student.hamlet,
        village=student.village,
        district=student.district,
        class_group=student.class_name,
        special_needs=student.special_needs,
    )


def _of(rows: list[Row], kind: type[E]) -> Iterator[tuple[Row, E]]:
    for row in rows:
        event = row.event
        if isinstance(event, kind):
            yield row, event


def _moment(at: str) -> datetime:
    return datetime.fromisoformat(at)
