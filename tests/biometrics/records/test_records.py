"""What each format holds is what was put in, told in its standard's words; and what others make of it."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import nistitl
import numpy as np
import pytest
import xmlschema

from station.bench.devices import iso_records
from station.biometrics import coding
from station.biometrics.records import an2, an2_binary, cbeff, face, finger, iris, pictures, show, signature
from station.biometrics.records.blocks import CaptureTime, Quality
from station.biometrics.records.cursor import RecordError
from station.biometrics.records.layout import Told
from station.biometrics.samples import FINGERS, IRISES, Position

AT = datetime(2026, 11, 23, 3, 4, 5, 678000, UTC)
GREY = (127 + 100 * np.sin(np.indices((64, 100)).sum(0) * 0.7)).astype(np.uint8)

MOSIP_FIR = bytes.fromhex(
    "4649520030323000 0000 0052 0001 01 01"
    "0000 0042 07e6 0c 1c 0c 1e 0f 03d0 00 0000 0000 01 39 0040 000f 02 0040 02 0040 02"
    "07 00 01 01f4 01f4 01f4 01f4 08 05 1d 0118 01c0 00000004 ffaabbcc 0002 0009 02 0101 0a02"
)
"""Laid out as a record that MOSIP's library makes, with two certification blocks; the image is four bytes."""
MOSIP_FAC = bytes.fromhex(
    "4641430030333000 0000 004c 0001 00 0000"
    "0000 003b 07e6 0c 1c 14 33 10 021e 05 0000 0000 01 28 0001 0001 0000"
    "ff 00 00 00 000000 0000 000000 000000 01 01 00f0 0140 00 0000 01 00 00000003 ffd8ff"
)
MOSIP_IIR = bytes.fromhex(
    "4949520030323000 0000 004b 0001 00 01"
    "0000 003b 07e6 0c 1c 12 20 0c 006d 00 0000 0000 01 50 0000 0000 0001"
    "02 07 0a 80 0187 0125 08 0000 ffff ffff 0000 0000 0000 0000 0000 0000 00000002 ff4f"
)
MOSIP_FIR_2005 = bytes.fromhex(
    "4649520030313000 0000 0000 0032 0102 001e 01 01 01f4 01f4 01f4 01f4 08 00 0000"
    "0000 0012 00 01 01 64 00 0002 0002 00 00ff00ff"
)


def values(told: Told) -> Iterator[tuple[str, int | float | str, str]]:
    """Every field of a record, of its parts too."""
    for field in told.fields:
        yield field.name, field.value, field.meaning
    for part in told.parts:
        yield from values(part)


def remarks(told: Told) -> list[str]:
    return [*told.remarks, *[remark for part in told.parts for remark in remarks(part)]]


@pytest.mark.parametrize("data", [MOSIP_FIR, MOSIP_FAC, MOSIP_IIR, MOSIP_FIR_2005], ids=["fir", "fac", "iir", "2005"])
def test_records_laid_out_as_mosip_does(data: bytes) -> None:
    told = {name: value for name, value, _ in values(show.tell(data))}
    assert told["Format identifier"] == data[:3].decode()


def test_a_finger_of_mosip_says_what_it_means() -> None:
    (only,) = finger.read(MOSIP_FIR).representations
    assert (only.header.position, only.header.width, only.header.height) == (7, 280, 448)
    assert only.captured.as_text() == "2022-12-28T12:30:15.976+00:00"
    assert only.image == b"\xff\xaa\xbb\xcc"
    told = list(values(show.tell(MOSIP_FIR)))
    assert ("Finger/palm position", 7, "left index finger") in told
    assert ("Image compression algorithm", 5, "compressed, JPEG 2000 lossless") in told
    assert ("Annotation code", 1, "amputated finger") in told
    assert sum(name == "Certification scheme identifier" for name, _, _ in told) == 2


def test_a_face_and_an_iris_of_mosip_say_what_they_mean() -> None:
    told = list(values(show.tell(MOSIP_FAC)))
    assert ("Gender", 255, "unknown") in told
    assert ("Width", 240, "") in told
    assert ("Quality score", 40, "") in told
    told = list(values(show.tell(MOSIP_IIR)))
    assert ("Image type", 7, "cropped and masked") in told
    assert ("Image format", 10, "MONO_JPEG2000") in told
    assert ("Compression history", 2, "lossy") in told


def test_the_bench_scanner_makes_the_same_layout() -> None:
    for position in (*FINGERS, *IRISES):
        make = iso_records.finger_record if position in FINGERS else iso_records.iris_record
        data = make(GREY, position, 50, AT)
        told = show.tell(data)
        assert remarks(told) == []
        sizes = {name: value for name, value, _ in values(told) if name.endswith("by the image data")}
        assert (sizes["Width by the image data"], sizes["Height by the image data"]) == (100, 64)


def test_the_smallest_records_are_read(corpus: dict[str, bytes]) -> None:
    print_ = finger.read(corpus["finger"]).representations[1]
    bare = msgspec.structs.replace(print_, image=b"", extended=())
    smallest = finger.FingerRecord(False, 1, (bare,))
    assert len(finger.write(smallest)) == 57, "the least that the standard allows"
    assert finger.read(finger.write(smallest)) == smallest
    eye = msgspec.structs.replace(iris.read(corpus["iris"]).representations[1], image=b"")
    assert iris.read(iris.write(iris.IrisRecord(1, (eye,)))).representations == (eye,)
    photo = msgspec.structs.replace(face.read(corpus["face"]).representations[1], three_d=b"")
    assert face.read(face.write(face.FaceRecord(0, (photo,)))).representations == (photo,)


def test_an_iris_whose_length_leaves_quality_blocks_out(corpus: dict[str, bytes]) -> None:
    record = iris.read(corpus["iris"])
    first = msgspec.structs.replace(record.representations[0], uncounted=2)
    odd = iris.write(msgspec.structs.replace(record, representations=(first, record.representations[1])))
    assert len(odd) == len(corpus["iris"])
    assert iris.write(iris.read(odd)) == odd
    assert remarks(show.tell(odd)) == ["The representation length leaves out 2 quality blocks."]
    wrong = bytearray(odd)
    wrong[19] -= 10
    with pytest.raises(RecordError, match="byte 16: Representation length"):
        iris.read(bytes(wrong))


VENDOR_SIGNATURE = bytes.fromhex(
    "5344490020313000 c0c0 80 eb89 80 eb89 84 bc80 60 0000 0200 00"
    "00 000003 82bb 8139 0000 82bb 8139 0001 82b9 8136 000b"
)
"""Laid out as a record of a vendor's pad: 11,812 units a metre, a constant 1/200 s, force up to 512."""


def test_a_signature_of_another_maker() -> None:
    record = signature.read(VENDOR_SIGNATURE)
    assert signature.write(record) == VENDOR_SIGNATURE
    assert list(signature.rows(record)) == [(699, 313, 0), (699, 313, 1), (697, 310, 11)]
    told = list(values(show.tell(VENDOR_SIGNATURE)))
    assert ("Scaling value", 11812.0, "") in told
    assert ("Scaling value", 200.0, "") in told
    assert ("Constant", "yes", "") in told


@pytest.mark.parametrize("name", ["finger", "finger2005", "face", "face2005", "iris", "iris2005"])
def test_the_digest_of_each_image_is_told(corpus: dict[str, bytes], name: str) -> None:
    digests = [value for field, value, _ in values(show.tell(corpus[name])) if field == "SHA-256 of the image data"]
    assert len(digests) == {"finger2005": 3, "iris2005": 2}.get(name, 2)
    assert all(isinstance(digest, str) and len(digest) == 64 for digest in digests)


def test_what_is_odd_is_remarked(corpus: dict[str, bytes]) -> None:
    assert remarks(show.tell(corpus["finger"])) == []
    short = finger.FingerHeader(2, 0, 1, 500, 500, 500, 500, 8, 0, 0, 9, 6)
    record = finger.read(corpus["finger"])
    odd = msgspec.structs.replace(record.representations[0], header=short)
    told = finger.tell(msgspec.structs.replace(record, representations=(odd,), fingers=9))
    assert [part[:20] for part in remarks(told)] == ["The header says 9 po", "9 x 6 uncompressed p"]
    assert any("29 bytes" in line or "not read" in line for line in remarks(show.tell(corpus["cbeff"])))


def test_a_code_that_nobody_defined_is_kept_and_said(corpus: dict[str, bytes]) -> None:
    told = list(values(show.tell(corpus["iris"])))
    assert ("Image format", 0x55, "not defined by the standard") in told


def test_unknown_and_impossible_times() -> None:
    assert CaptureTime().as_text() == "unknown"
    assert CaptureTime(2026, 13, 1, 0, 0, 0, 0).as_text() == "not a moment"
    assert CaptureTime.of(AT).as_text() == "2026-11-23T03:04:05.678+00:00"
    assert CaptureTime(2026, 1, 1, 0, 0, 0, 1500).as_text() == "not a moment"


def test_values_that_do_not_fit_are_refused_by_the_writer() -> None:
    size = finger.Size(70_000, 6, 500)
    record = finger.of_image(b"", Position.LEFT_RING, finger.WSQ, size, AT, Quality(71))
    with pytest.raises(RecordError, match="Horizontal line length is 70000"):
        finger.write(record)
    only = msgspec.structs.replace(record.representations[0], qualities=(Quality(1),) * 256)
    with pytest.raises(RecordError, match="Number of quality blocks"):
        finger.write(msgspec.structs.replace(record, representations=(only,)))


@pytest.mark.parametrize(
    ("kind", "looks", "depth"),
    [("png", "PNG", 8), ("wsq", "WSQ", 8), ("jp2", "JPEG 2000", 8), ("rgb", "JPEG 2000", 24)],
)
def test_pictures_are_sized_by_their_headers(kind: str, looks: str, depth: int) -> None:
    data = {
        "png": lambda: coding.to_png(GREY),
        "wsq": lambda: coding.finger_to_wsq(GREY),
        "jp2": lambda: coding.iris_to_jpeg2000(GREY),
        "rgb": lambda: coding.face_to_jpeg2000(np.stack([GREY] * 3, axis=-1)),
    }[kind]()
    seen = pictures.look(data)
    assert (seen.format, seen.width, seen.height, seen.channels * seen.bits) == (looks, 100, 64, depth)
    for cut in range(len(data)):
        pictures.look(data[:cut])


def test_jpegs_of_both_kinds_and_a_bare_codestream() -> None:
    frame = struct.pack(">BHHB", 8, 64, 100, 1)
    head = b"\xff\xd8\xff\xe0\0\x04ab"
    for marker, name in ((0xC0, "JPEG"), (0xC2, "JPEG"), (0xF7, "JPEG-LS")):
        seen = pictures.look(head + b"\xff\xff" + bytes([marker]) + b"\0\x0b" + frame)
        assert (seen.format, seen.width, seen.height) == (name, 100, 64)
    jp2 = coding.iris_to_jpeg2000(GREY)
    seen = pictures.look(jp2[jp2.index(b"\xff\x4f\xff\x51") :])
    assert (seen.format, seen.width, seen.height, seen.bits) == ("JPEG 2000 codestream", 100, 64, 8)
    assert pictures.look(b"") == pictures.look(b"GIF89a") == pictures.UNKNOWN


def test_a_signature_comes_back_in_its_units() -> None:
    ink = [signature.Report(n * 0.37, 60 - n * 0.3, n % 5 / 4, n * 0.013) for n in range(150)]
    record = signature.read(signature.write(signature.of_reports(ink)))
    heights = [row[1] for row in signature.rows(record)]
    assert heights[-1] > heights[0]  # the pen went up, and the standard's y grows upwards
    back = signature.reports(record)
    assert len(back) == len(ink)
    for was, now in zip(ink, back, strict=True):
        assert abs(was.x - now.x) <= 0.0101
        assert abs(was.y - now.y) <= 0.0101
        assert abs(was.t - now.t) <= 0.0006
        assert abs(was.pressure - now.pressure) < 0.0001


def test_a_long_signature_is_told_in_coarser_moments() -> None:
    back = signature.reports(signature.of_reports([signature.Report(0, 0, 1, t) for t in (0.0, 40.0, 600.0)]))
    assert [report.t for report in back] == pytest.approx([0.0, 40.0, 600.0], abs=0.01)
    with pytest.raises(RecordError, match="outside"):
        signature.of_reports([signature.Report(5000.0, 0, 1, 0)])
    assert signature.reports(signature.of_reports([])) == []


def test_cbeff_is_valid_by_its_schema(corpus: dict[str, bytes], reference: Path) -> None:
    schema = xmlschema.XMLSchema(reference / "cbeff" / "cbeff.xsd")
    schema.validate(corpus["cbeff"].decode().partition("\n")[2])
    (child, vein) = cbeff.read(corpus["cbeff"]).children
    assert (child.bdb, vein.bdb) == (corpus["finger"], b"no record")


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (b"<Quality>80<", b"<Quality>101<", "Quality is 101"),
        (b"<Quality>80<", b"<Quality>eighty<", "no number"),
        (b"<Type>Finger<", b"<Type>Thumb<", "Type is 'Thumb'"),
        (b"<Subtype>Left Thumb<", b"<Subtype>Left Palm<", "Subtype"),
        (b"<Level>Raw<", b"<Level>raw<", "Level"),
        (b"<Integrity>true</Integrity>", b"", "no Integrity"),
        (b"<Encryption>false</Encryption>", b"<Encryption>no</Encryption>", "Encryption"),
        (b"<Purpose>Enroll</Purpose>", b"<Purpose>Enroll</Purpose><Purpose>Audit</Purpose>", "no place"),
        (b"<BDB>", b"<BDB>%", "base64"),
        (b'biaspatronformat-1.0/"', b'biaspatronformat-2.0/"', "namespace"),
    ],
)
def test_cbeff_that_the_schema_does_not_allow(corpus: dict[str, bytes], before: bytes, after: bytes, why: str) -> None:
    assert before in corpus["cbeff"]
    with pytest.raises(RecordError, match=why):
        cbeff.read(corpus["cbeff"].replace(before, after, 1))


def test_a_schema_hint_and_comments_are_no_harm(corpus: dict[str, bytes]) -> None:
    hint = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"><!-- made by hand -->'
    hinted = corpus["cbeff"].replace(b'-1.0/">', b'-1.0/"' + hint, 1)
    assert cbeff.read(hinted) == cbeff.read(corpus["cbeff"])


def test_an2_reads_back_equal_in_nistitl() -> None:
    header: dict[int, an2.Value] = {2: "0502", 4: "ENROL", 5: "20261123", 7: "A", 8: "B", 9: "C", 15: [["3", "UTF-8"]]}
    image = coding.finger_to_wsq(GREY)
    made = an2.make(header, [an2.Made(2, {5: "Ñi"}), an2.Made(14, {13: "2", 18: [["10", "UP"]]}, image)])
    message = nistitl.Message()
    message.parse(made)
    assert made == message.NIST
    assert image == message[(14, 1)].DATA
    file = an2.read(made)
    assert file.records[2].image == image
    name = file.records[1].field(5)
    assert name is not None
    assert name.items() == [["Ñi"]]


def test_an2_of_others(corpus: dict[str, bytes]) -> None:
    whole = corpus["an2"]
    told = show.tell(whole)
    assert [part.title for part in told.parts][-1] == "Record 3, Type-4, high-resolution grayscale fingerprint"
    fields = list(values(told.parts[-1]))
    assert ("Friction ridge generalized positions", "plain right four fingers", "") in fields
    assert ("Compression algorithm", 0, "NONE") in fields
    assert ("Horizontal line length", 8, "") in fields
    assert ("Image data length", 48, "") in fields
    assert ("Format of the image data", "uncompressed pixels", "") in fields
    padded = whole.replace(b"1.001:", b"1.001:000", 1)
    length = int(whole[6 : whole.index(b"\x1d")]) + 3
    padded = padded.replace(b"1.001:000" + str(length - 3).encode(), b"1.001:" + str(length).zfill(6).encode(), 1)
    assert an2.write(an2.read(padded)) == padded
    with pytest.raises(RecordError, match="ends after 3 of 4 records"):
        an2.read(whole[:-66])
    with pytest.raises(RecordError, match="stand after the 4 records"):
        an2.read(whole + b"\n")


def test_an2_that_contradicts_itself_is_told_so() -> None:
    header: dict[int, an2.Value] = {2: "0502", 4: "ENROL", 5: "20261123", 7: "A", 8: "B", 9: "C"}
    image = coding.finger_to_wsq(GREY)
    made = an2.make(header, [an2.Made(2, {5: "A"}), an2.Made(14, {6: "100", 7: "64", 11: "WSQ20", 13: "2"}, image)])
    assert show.tell(made).remarks == ()
    for before, after, said in (
        (b"1.003:1\x1f2\x1e", b"1.003:1\x1f9\x1e", "begin with '1, 9', and 2 records follow"),
        (b"1.003:1\x1f2\x1e", b"1.003:4\x1f2\x1e", "begin with '4, 2'"),
        (b"2.002:0\x1d", b"2.002:7\x1d", "IDC '7', and the contents say '0'"),
        (b"14.013:", b"14.011:", "14.011 more than once"),
        (b"WSQ20", b"JPEGB", "says JPEGB, and its image is WSQ"),
        (b"WSQ20", b"OTHER", "compressed by 'OTHER', which the standard does not know"),
        (b"14.011:WSQ20", b"14.020:WSQ20", "does not say how it is compressed"),
        (b"14.006:100", b"14.006:-10", "field 6 says '-10'"),
        (b"14.007:64", b"14.007:00", "field 7 says '00'"),
    ):
        assert made.count(before) == 1
        remarks = show.tell(made.replace(before, after)).remarks
        assert any(said in remark for remark in remarks), remarks


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "2026-04-31", "2027-02-29", "2026-00-10", "2026-1-1"])
def test_a_day_that_no_calendar_has(corpus: dict[str, bytes], day: str) -> None:
    created = re.search(rb"<CreationDate>([^T]*)T", corpus["cbeff"])
    assert created is not None
    with pytest.raises(RecordError, match="CreationDate"):
        cbeff.read(corpus["cbeff"].replace(created[1], day.encode()))


@pytest.mark.parametrize("kind", range(3, 9))
def test_binary_records_of_every_type_and_length(kind: int) -> None:
    for size in range(30):
        told = an2_binary.tell(kind, 1, bytes(size), "x")
        assert ("Length", size + 5, "") in list(values(told))
        fields = {7: 29, 8: 7}.get(kind, 13)
        wanted = size if size == fields or kind == 7 else "too short" if size < fields else "0 x 0 uncompressed"
        assert wanted == size or str(wanted) in told.remarks[0]
        assert len(told.remarks) == (wanted != size)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "byte 0: it begins with b''"),
        (b"\x89PNG\r\n\x1a\n", "none of 'FIR 020'"),
        (b"FIR\x00030\x00", "byte 4: the version b'030"),
        (b"FMR\x00 20\x00", "none of"),
        (b"<html/>", "namespace"),
        (b"1.001:9\x1d", "says 9 bytes"),
    ],
)
def test_what_is_no_record_is_refused_by_name(data: bytes, why: str) -> None:
    with pytest.raises(RecordError, match=why):
        show.tell(data)


def test_records_that_are_made_here_have_nothing_odd() -> None:
    size = finger.Size(100, 64, 500)
    print_ = finger.of_image(coding.finger_to_wsq(GREY), Position.LEFT_LITTLE, finger.WSQ, size, AT, Quality(71))
    eye = iris.of_image(coding.iris_to_jpeg2000(GREY), iris.grey_header(Position.LEFT_IRIS, 100, 64), AT, Quality(71))
    information = face.ImageInformation(1, 1, 100, 64, face.sampling_level(50), 0, 0, face.RGB_24)
    portrait = coding.face_to_jpeg2000(np.stack([GREY] * 3, axis=-1))
    photo = face.of_image(portrait, face.FacialInformation(gender=face.FEMALE), information, AT, Quality(71))
    for told in (finger.tell(print_), iris.tell(eye), face.tell(photo)):
        assert remarks(told) == []
        assert all(meaning != "not defined by the standard" for _, _, meaning in values(told))
    assert finger.read(finger.write(print_)) == print_
    assert iris.read(iris.write(eye)) == eye
    assert face.read(face.write(photo)) == photo
