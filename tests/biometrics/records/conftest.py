"""Records of every kind with every optional part, as some vendor might write them: the corpus that all tests share."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from station.biometrics.records import (
    an2,
    cbeff,
    face,
    face2005,
    finger,
    finger2005,
    iris,
    iris2005,
    signature,
)
from station.biometrics.records.blocks import CaptureDevice, CaptureTime, Certification, Quality
from station.biometrics.records.extended import ExtendedBlock

AT = datetime(2026, 11, 23, 3, 4, 5, 678000, UTC)
RAW = bytes(range(48))
"""An uncompressed picture of 8 x 6 pixels."""
TYPE_4 = bytes.fromhex("00 0dffffffffff 00 0008 0006 00")
"""The fields of a Type-4 record before its image: right four fingers, plain, uncompressed."""
QUALITIES = (Quality(71, 0x0101, 0x39), Quality(255), Quality(254, 0xFFFF, 0xFFFF))


def of_finger() -> bytes:
    """Two representations, one with certification, segmentation, annotation, comment and a vendor's own block."""
    plain = finger.FingerHeader(2, 0, 1, 500, 500, 500, 500, 8, 0, 0, 8, 6)
    slap = finger.FingerHeader(13, 1, 2, 197, 197, 197, 197, 1, 1, 41, 8, 6)
    extended = (
        ExtendedBlock(1, bytes.fromhex("0040000139004000 0f01 02 39 02 0000 0000 0008 0006 40")),
        ExtendedBlock(2, bytes.fromhex("02 0301 0502")),
        ExtendedBlock(3, b"third finger is cold\0"),
        ExtendedBlock(0x4711, b"\x00\xff"),
    )
    certified = (Certification(0x40, 2), Certification(1, 1))
    first = finger.Finger(CaptureTime.of(AT), CaptureDevice(1, 0x1B, 7), plain, RAW, QUALITIES, certified)
    second = finger.Finger(CaptureTime(), CaptureDevice(), slap, RAW[:6], (), (), extended)
    return finger.write(finger.FingerRecord(True, 2, (first, second)))


def of_finger2005() -> bytes:
    """Two views of one thumb, and an image of no size."""
    general = finger2005.GeneralHeader(0x102, 31, 2, 1, 500, 500, 500, 500, 8, 0)
    views = [finger2005.View(finger2005.ViewHeader(1, 2, number, 80, 0, 8, 6), RAW) for number in (1, 2)]
    empty = finger2005.View(finger2005.ViewHeader(6, 1, 1, 0, 2, 0, 0), b"")
    return finger2005.write(finger2005.Finger2005Record(general, (*views, empty)))


def of_face() -> bytes:
    """A 2D representation with landmarks, and a 3D one with data behind its image."""
    facial = face.FacialInformation(2, 3, 2, 163, 1 << 10 | 1, 3, 1, 1, 181, 2, 2, 2)
    flat = face.ImageInformation(1, 1, 8, 6, 3, 0, 0, 1)
    deep = msgspec.structs.replace(flat, image_type=0x81, colour_space=0x99)
    marks = (face.Landmark(1, 0x25, 3, 2, 0), face.Landmark(3, 9, 1, 1, 1))
    one = face.Face(CaptureTime.of(AT), CaptureDevice(2), facial, flat, b"picture", QUALITIES, marks)
    two = face.Face(CaptureTime(2026, 13, 1, 0, 0, 0, 0), CaptureDevice(), facial, deep, b"", (), (), b"range map")
    return face.write(face.FaceRecord(1, (one, two)))


def of_face2005() -> bytes:
    """As a passport has it, with a feature point."""
    facial = face2005.Information(1, 1, 2, 0, 0x8001, 0, 0, 0, 0, 0, 0)
    about = face2005.ImageInformation(1, 1, 8, 6, 1, 2, 0, 0)
    point = face2005.FeaturePoint(1, 0x25, 3, 3)
    images = (face2005.FaceImage(facial, (point,), about, b"one"), face2005.FaceImage(facial, (), about, b""))
    return face2005.write(face2005.Face2005Record(images))


def of_iris() -> bytes:
    """A raw right eye and a left eye in a format nobody defined."""
    raw = iris.IrisHeader(1, 1, 2, iris.MONO_RAW, 0b01000101, 8, 6, 8, 250, 10, 20, 3, 4, 3, 4, 5, 6)
    odd = msgspec.structs.replace(raw, representation=2, eye=2, image_format=0x55)
    one = iris.Iris(CaptureTime.of(AT), CaptureDevice(1, 2, 3), raw, RAW, QUALITIES)
    return iris.write(iris.IrisRecord(2, (one, iris.Iris(CaptureTime(), CaptureDevice(), odd, b"?"))))


def of_iris2005() -> bytes:
    """Two images of the right eye, none of the left."""
    general = iris2005.GeneralHeader(0b010101, 210, 2, 8, 6, 8, 1)
    images = tuple(iris2005.IrisImage(iris2005.ImageHeader(n, 80, 0xFFFF, 0xFFFF), RAW) for n in (1, 2))
    eyes = (iris2005.Eye(1, images), iris2005.Eye(2, ()))
    return iris2005.write(iris2005.Iris2005Record(7, general, b"D" + bytes(15), eyes))


def of_signature() -> bytes:
    """A pen's reports, with extended data and a constant channel."""
    made = signature.of_reports([signature.Report(n * 0.5, 20 - n, n % 3 / 2, n / 100) for n in range(20)])
    tilt = signature.Channel("TX", 0b10111100, (0x8000, 1, 2, 3))
    return signature.write(
        msgspec.structs.replace(made, channels=(*made.channels, tilt), extended=b"extra", extended_flag=0x80)
    )


def of_cbeff() -> bytes:
    """A parent with two children, one of which has every field."""
    info = cbeff.BirInfo(True, "station & co", "0" * 8 + "-0000-0000-0000-" + "0" * 12, b"\0", *[cbeff.moment(AT)] * 3)
    at = cbeff.moment(AT)
    full = cbeff.BdbInfo(
        b"?", "a" * 8 + "-bbbb-cccc-dddd-" + "e" * 12, 257, 7, False, at, at, at, ("Finger",), ("Left", "Thumb"), "Raw",
        1, 2, "Enroll", 80,
    )  # fmt: skip
    child = cbeff.Bir(cbeff.BirInfo(), None, None, full, cbeff.SbInfo(1, 2), (), of_finger(), b"sealed")
    vein = cbeff.Bir(cbeff.BirInfo(), bdb_info=cbeff.BdbInfo(subtypes=("Palm",), types=("Vein",)), bdb=b"no record")
    others = (cbeff.Entry("k <1>", "v\r\n"), cbeff.Entry("", ""))
    version = cbeff.Version(1, 0)
    return cbeff.write(cbeff.Bir(info, version, version, None, None, (child, vein), others=others))


def of_an2() -> bytes:
    """A text record, an image with separators in its bytes, and a binary record that the contents announce."""
    header: dict[int, an2.Value] = {2: "0502", 4: "ENROL", 5: "20261123", 7: "A", 8: "B", 9: "C", 15: [["3", "UTF-8"]]}
    image = b"\x1c\x1d14.999:\x1e\x1f\x00" + RAW
    records = [an2.Made(2, {5: "Ni Luh Ñ", 6: [["a", "b"], ["c"]]}), an2.Made(14, {6: "8", 7: "6", 13: "2"}, image)]
    made = an2.make(header, records)
    with_binary = made.replace(b"1\x1f2\x1e", b"1\x1f3\x1e").replace(b"14\x1f1\x1d", b"14\x1f1\x1e4\x1f2\x1d")
    longer = len(with_binary) - len(made)
    length = int(made[6 : made.index(b"\x1d")])
    head = f"1.001:{length + longer}".encode()
    return head + with_binary[made.index(b"\x1d") :] + (5 + 13 + 48).to_bytes(4, "big") + b"\x02" + TYPE_4 + RAW


CORPUS = {
    "finger": of_finger,
    "finger2005": of_finger2005,
    "face": of_face,
    "face2005": of_face2005,
    "iris": of_iris,
    "iris2005": of_iris2005,
    "signature": of_signature,
    "cbeff": of_cbeff,
    "an2": of_an2,
}


@pytest.fixture(scope="session")
def corpus() -> dict[str, bytes]:
    """One record of each kind, by the name of its module."""
    return {name: make() for name, make in CORPUS.items()}
