"""A package's samples in every exchange format: the same bytes inside, read back by us and by others; safe on disk."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import nistitl
import pytest
import xmlschema

from station.bench import pictured
from station.biometrics.records import an2, cbeff, face, finger, iris, show, signature
from station.biometrics.records.layout import Told
from station.biometrics.samples import FINGERS, ImageFormat, Position
from station.biometrics.signature import TimeSeries
from station.disk import DiskFull
from station.packages.exchange import iso_records
from station.packages.exchange_an2 import an2_file
from station.packages.exchange_cbeff import cbeff_record
from station.packages.exchange_manifest import Manifest
from station.packages.export import ExportFormat, export
from station.packages.problems import Code, Refused
from station.packages.record import Contents, Missing
from station.packages.verify import Opened, open_pair, read_pair

if TYPE_CHECKING:
    from tests.packages.conftest import World


@pytest.fixture(scope="session")
def pictures() -> Contents:
    return pictured.contents()


@pytest.fixture
def opened(world: World, now: datetime, pictures: Contents) -> Opened:
    return open_pair(read_pair(world.seal(pictures).path), world.signers, now, world.identities)


def images(opened: Opened) -> dict[Position, bytes]:
    """What was captured and goes out as a picture, by position."""
    inside = (Position.SIGNATURE, Position.FACE_ORIGINAL)
    samples = [s for s in opened.record.samples if s.position not in inside]
    return {sample.position: opened.files[f"data/{sample.path}"] for sample in samples}


def remarks(told: Told) -> Iterator[str]:
    yield from told.remarks
    for part in told.parts:
        yield from remarks(part)


def test_iso_records_hold_the_same_bytes(opened: Opened) -> None:
    captured = images(opened)
    seen = set()
    for made in iso_records(opened):
        position = made.sample.position
        if made.name.endswith(".fir"):
            (print_,) = finger.read(made.record).representations
            assert (print_.header.image_horizontal, print_.header.compression) == (500, finger.WSQ)
            image, captured_at = print_.image, print_.captured
        elif made.name == "face.fac":
            (photo,) = face.read(made.record).representations
            assert photo.facial.gender == face.FEMALE
            image, captured_at = photo.image, photo.captured
        elif made.name.endswith(".iir"):
            (eye,) = iris.read(made.record).representations
            assert (eye.header.width, eye.header.height, eye.header.image_type) == (640, 480, iris.VGA)
            image, captured_at = eye.image, eye.captured
        else:
            continue
        seen.add(position)
        assert image == captured[position]
        assert captured_at.as_text() == "2026-11-23T03:00:00.000+00:00"
        assert list(remarks(show.tell(made.record))) == []
    assert seen == captured.keys()


def test_the_score_names_nfiq2_only_where_it_is_that(opened: Opened) -> None:
    records = {made.name: made.record for made in iso_records(opened)}
    (quality,) = finger.read(records["right-index.fir"]).representations[0].qualities
    assert (quality.score, quality.vendor, quality.algorithm) == (71, 0x0101, 0x39)
    for name in ("right-four.fir", "thumbs.fir"):
        (quality,) = finger.read(records[name]).representations[0].qualities
        assert (quality.vendor, quality.algorithm) == (0, 0)


def test_a_bandaged_finger_is_annotated_on_its_slap(opened: Opened) -> None:
    records = {made.name: made.record for made in iso_records(opened)}
    assert "left-little.fir" not in records
    (note,) = finger.read(records["left-four.fir"]).representations[0].extended
    assert (note.code, note.data) == (2, bytes([1, 10, 2]))
    assert finger.read(records["right-four.fir"]).representations[0].extended == ()


def test_the_signature_is_the_pen_s_own_series(opened: Opened) -> None:
    series = msgspec.json.decode(opened.files["data/signature.json"], type=TimeSeries)
    (record,) = [made.record for made in iso_records(opened) if made.name == "signature.sdi"]
    reports = signature.reports(signature.read(record))
    assert len(reports) == len(series.points)
    for report, (x, y, pressure, t) in zip(reports, series.points, strict=True):
        assert (report.x, report.y, report.t) == pytest.approx((x, y, t), abs=0.011)
        assert (report.pressure > 0) == (pressure > 0)


def test_cbeff_is_one_record_a_sample(opened: Opened) -> None:
    parent = cbeff.read(cbeff_record(opened))
    iso = iso_records(opened)
    assert [child.bdb for child in parent.children] == [made.record for made in iso]
    kinds = {made.name: child.bdb_info for made, child in zip(iso, parent.children, strict=True)}
    names = ("left-four.fir", "thumbs.fir", "right-index.fir", "left-iris.iir")
    slap, thumbs, index, eye = (kinds[name] for name in names)
    assert slap is not None
    assert slap.subtypes == ("Left", "IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger")
    assert thumbs is not None
    assert thumbs.subtypes == ("Left", "Right", "Thumb")
    assert index is not None
    assert (index.types, index.subtypes, index.quality) == (("Finger",), ("Right", "IndexFinger"), 71)
    assert (index.format_owner, index.format_type, index.purpose) == (257, 7, "Enroll")
    assert eye is not None
    assert (eye.types, eye.subtypes, eye.format_type) == (("Iris",), ("Left",), 9)
    assert cbeff.Entry("exception left-little", "bandaged") in parent.others
    assert list(remarks(show.tell(cbeff_record(opened)))) == []


def test_cbeff_is_valid_by_its_schema(opened: Opened) -> None:
    folder = Path(os.environ.get("STATION_REFERENCE", Path(__file__).parents[2] / ".." / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"reference data not found in {folder}; set STATION_REFERENCE")
    text = cbeff_record(opened).decode().partition("\n")[2]
    xmlschema.XMLSchema(folder / "cbeff" / "cbeff.xsd").validate(text)


def values(record: an2.AnRecord) -> dict[int, list[list[str]]]:
    return {field.number: field.items() for field in record.fields if field.number != an2.DATA}


def test_an2_reads_back_equal_here_and_in_nistitl(opened: Opened) -> None:
    made = an2_file(opened)
    file = an2.read(made)
    assert an2.write(file) == made
    message = nistitl.Message()
    message.parse(made)
    assert made == message.NIST
    assert [record.type for record in file.records] == [1, 2, *[14] * 13, 10, 17, 17]
    captured = images(opened)
    assert sorted(record.image for record in file.records if record.image) == sorted(captured.values())
    head, student = values(file.records[0]), values(file.records[1])
    assert (head[2], head[4], head[8], head[13]) == (
        [["0502"]], [["BENCH"]], [["station-07"]], [["KTP-EL-STATION", "1.0"]],
    )  # fmt: skip
    assert (student[4], student[6], student[7]) == ([["5103014511100002"]], [["F"]], [["20101105"]])
    assert list(remarks(show.tell(made))) == []


def test_an2_says_which_finger_is_missing_and_how_good_the_others_are(opened: Opened) -> None:
    prints = {values(r)[13][0][0]: values(r) for r in an2.read(an2_file(opened)).records if r.type == 14}
    assert set(prints) == {*map(str, range(1, 11)), "13", "14", "15"}
    assert (prints["10"][18], 11 in prints["10"]) == ([["10", "UP"]], False)
    assert prints["14"][18] == [["10", "UP"]]
    assert 18 not in prints["13"]
    assert prints["2"][24] == [["2", "71", "0101", "57"]]
    assert (prints["2"][11], prints["2"][8], prints["2"][9], prints["2"][12]) == (
        [["WSQ20"]],
        [["1"]],
        [["500"]],
        [["8"]],
    )


def dates(made: bytes) -> set[str]:
    """Every date of a transaction that is neither Greenwich mean time nor a birth."""
    return {values(r)[5][0][0] for r in an2.read(made).records if r.type != 2}


@pytest.mark.parametrize(
    ("zone", "local"),
    [("Asia/Makassar", "20261124"), ("", "20261124"), ("Asia/Jakarta", "20261124"), ("UTC", "20261123")],
)
def test_an2_has_the_station_s_own_date_and_the_others_the_moment_in_utc(opened: Opened, zone: str, local: str) -> None:
    at = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # half past seven of the next morning in Balangan
    old = opened.record
    about = msgspec.structs.replace(
        old,
        sealed_at=at.astimezone(timezone(timedelta(hours=-3))),
        station=msgspec.structs.replace(old.station, time_zone=zone),
        samples=tuple(msgspec.structs.replace(sample, at=at) for sample in old.samples),
        exceptions=tuple(msgspec.structs.replace(gone, at=at) for gone in old.exceptions),
    )
    early = msgspec.structs.replace(opened, record=about)
    made = an2_file(early)
    assert dates(made) == {local}
    assert values(an2.read(made).records[0])[14] == [["20261123233000Z"]]
    parent = cbeff.read(cbeff_record(early))
    assert parent.info.created == "2026-11-23T23:30:00.000Z"
    moments = {found.bdb_info.created for found in parent.children if found.bdb_info}
    assert moments == {"2026-11-23T23:30:00.000Z"}
    (print_, *_) = [finger.read(r.record) for r in iso_records(early) if r.name == "right-thumb.fir"]
    assert print_.representations[0].captured.as_text() == "2026-11-23T23:30:00.000+00:00"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "Asia", "a\0b"])
def test_a_zone_that_nobody_knows_is_refused(opened: Opened, zone: str) -> None:
    lost = msgspec.structs.replace(opened.record.station, time_zone=zone)
    about = msgspec.structs.replace(opened.record, station=lost)
    with pytest.raises(Refused, match="time zone"):
        an2_file(msgspec.structs.replace(opened, record=about))


def test_an_eye_that_is_missing_and_a_finger_that_is_gone(opened: Opened) -> None:
    gone = opened.record.exceptions[0]
    eye = msgspec.structs.replace(gone, position=Position.LEFT_IRIS, reason="damaged", photo=None)
    cut = Missing(position=Position.RIGHT_THUMB, reason="amputated", by=gone.by, at=gone.at)
    kept = tuple(s for s in opened.record.samples if s.position not in (Position.LEFT_IRIS, Position.RIGHT_THUMB))
    about = msgspec.structs.replace(opened.record, exceptions=(gone, eye, cut), samples=kept)
    records = an2.read(an2_file(msgspec.structs.replace(opened, record=about))).records
    assert [values(r)[28] for r in records if r.type == 17 and r.image is None] == [[["UC"]]]
    missing = [values(r)[18][0] for r in records if r.type == 14 and r.image is None]
    assert missing == [["10", "UP"], ["1", "XX"]]
    (thumbs,) = [values(r) for r in records if r.type == 14 and values(r)[13] == [["15"]]]
    assert thumbs[18] == [["1", "XX"]]


def test_what_else_is_kept_of_a_position_stays_out(opened: Opened) -> None:
    (photo,) = [s for s in opened.record.samples if s.position is Position.FACE]
    original = msgspec.structs.replace(photo, path="face-original.jp2")
    about = msgspec.structs.replace(opened.record, samples=(*opened.record.samples, original))
    both = msgspec.structs.replace(opened, record=about, files={**opened.files, "data/face-original.jp2": b"larger"})
    assert iso_records(both) == iso_records(opened)
    assert an2_file(both) == an2_file(opened)


def test_names_of_any_script_are_exported(opened: Opened) -> None:
    name = "Ni Luh Ñusa\x1cᬩᬮᬶ <&>"
    biographic = msgspec.structs.replace(opened.record.biographic, name=name, sex=None, birth_date=None)
    odd = msgspec.structs.replace(opened, record=msgspec.structs.replace(opened.record, biographic=biographic))
    student = values(an2.read(an2_file(odd)).records[1])
    assert student[5] == [["Ni Luh Ñusa ᬩᬮᬶ <&>"]]
    assert 6 not in student
    assert 7 not in student


def test_the_folder_of_single_records_says_what_is_in_it_and_what_is_missing(opened: Opened, tmp_path: Path) -> None:
    gone = opened.record.exceptions[0]
    cut = Missing(position=Position.RIGHT_THUMB, reason="amputated", by=gone.by, at=gone.at)
    unsaid = (Position.RIGHT_THUMB, Position.LEFT_IRIS)
    kept = tuple(s for s in opened.record.samples if s.position not in unsaid)
    about = msgspec.structs.replace(opened.record, exceptions=(gone, cut), samples=kept)
    done = export(msgspec.structs.replace(opened, record=about), ExportFormat.ISO19794, tmp_path)
    found = msgspec.json.decode((done.folder / "manifest.json").read_bytes(), type=Manifest)
    assert (found.format, found.package, found.bench) == ("iso19794-export/1", opened.record.id, True)
    assert {one.file for one in found.records} == set(done.names) - {"manifest.json"}
    for one in found.records:
        assert one.sha256 == hashlib.sha256((done.folder / one.file).read_bytes()).hexdigest()
    assert {one.file: one.standard for one in found.records}["right-iris.iir"] == "ISO/IEC 19794-6:2011"
    assert [(one.position, one.reason, one.at is None) for one in found.missing] == [
        (Position.RIGHT_THUMB, "amputated", False),
        (Position.LEFT_LITTLE, "bandaged", False),
        (Position.LEFT_IRIS, "not recorded", True),
    ]


@pytest.mark.parametrize("wanted", ExportFormat)
def test_an_export_is_a_private_folder_that_is_never_overwritten(
    opened: Opened, tmp_path: Path, wanted: ExportFormat
) -> None:
    done = export(opened, wanted, tmp_path / "new" / "out")
    assert done.folder == tmp_path / "new" / "out" / f"{opened.record.id}.{wanted}"
    assert done.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in done.folder.iterdir()} == {0o600}
    assert sorted(path.name for path in done.folder.iterdir()) == sorted(done.names)
    assert list(done.folder.parent.iterdir()) == [done.folder]
    again = export(opened, wanted, done.folder.parent)
    assert (again.already, again.names) == (True, done.names)
    first = done.folder / done.names[0]
    for spoil in (
        lambda: first.write_bytes(first.read_bytes() + b"x"),
        lambda: first.chmod(0o644),
        lambda: first.unlink(),
    ):
        spoil()
        with pytest.raises(Refused) as refused:
            export(opened, wanted, done.folder.parent)
        assert refused.value.problem.code is Code.EXISTS


def test_nothing_is_left_of_an_export_that_fails(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, written = os.write, 0

    def full(fd: int, data: bytes) -> int:
        nonlocal written
        written += 1
        if written > 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(fd, data)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(DiskFull):
        export(opened, ExportFormat.ISO19794, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("position", [*FINGERS[:1], Position.FACE, Position.RIGHT_IRIS])
@pytest.mark.parametrize("wanted", ExportFormat)
def test_a_sample_that_is_not_what_its_name_says_is_refused(
    opened: Opened, tmp_path: Path, position: Position, wanted: ExportFormat
) -> None:
    (path,) = [f"data/{sample.path}" for sample in opened.record.samples if sample.position is position]
    spoilt = msgspec.structs.replace(opened, files={**opened.files, path: b"\x89PNG noise"})
    with pytest.raises(Refused) as refused:
        export(spoilt, wanted, tmp_path / "out")
    assert (refused.value.problem.code, refused.value.problem.where) == (Code.RECORD, path)
    assert not (tmp_path / "out").exists()


def test_a_time_series_of_other_units_is_refused(opened: Opened) -> None:
    (path,) = [f"data/{s.path}" for s in opened.record.samples if s.format is ImageFormat.JSON]
    for text in (
        b"{}",
        b"not JSON",
        opened.files[path].replace(b'"mm"', b'"px"'),
        opened.files[path].replace(b"top left", b"bottom left"),
    ):
        with pytest.raises(Refused, match=r"signature\.json"):
            iso_records(msgspec.structs.replace(opened, files={**opened.files, path: text}))
