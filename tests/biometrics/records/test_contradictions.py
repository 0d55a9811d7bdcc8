"""Where a record's header and its image, block or channels contradict each other, that is told, and nowhere else."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

import msgspec
import numpy as np
import pytest

from station.biometrics import coding
from station.biometrics.records import an2, an2_binary, blocks, cbeff, face, finger, iris, show, signature
from station.biometrics.records.blocks import Quality
from station.biometrics.records.layout import Told
from station.biometrics.samples import Position

AT = datetime(2026, 11, 23, 3, 4, 5, 678000, UTC)
GREY = (127 + 100 * np.sin(np.indices((64, 100)).sum(0) * 0.7)).astype(np.uint8)


def remarks(told: Told) -> list[str]:
    return [*told.remarks, *(remark for part in told.parts for remark in remarks(part))]


@pytest.mark.parametrize(
    ("kind", "values", "length", "said"),
    [
        (14, {6: "20", 7: "30", 12: "8"}, 600, ""),
        (14, {6: "20", 7: "30", 12: "16"}, 1200, ""),
        (14, {6: "20", 7: "30", 12: "1"}, 75, ""),
        (14, {6: "20", 7: "30", 12: "8"}, 1200, "1200 bytes of image for 600 pixels of 8 bits"),
        (10, {6: "20", 7: "30", 12: "SRGB"}, 1800, ""),
        (10, {6: "20", 7: "30", 12: "GRAY"}, 1800, "1800 bytes of image for 600 pixels of 8 bits"),
        (10, {6: "20", 7: "30"}, 1800, ""),
        (10, {6: "20", 7: "30"}, 1200, "1200 bytes of image for 600 pixels, and does not say of how many bits"),
        (14, {6: "-20", 7: "30"}, 2, "field 6 says '-20', which is no number of pixels"),
        (14, {6: "20", 7: "3e9"}, 2, "field 7 says '3e9'"),
        (14, {6: "0", 7: "0"}, 2, "field 6 says '0'"),
        (14, {7: "30"}, 2, "field 6 says nothing"),
        (99, {6: "20", 7: "30"}, 7, ""),
    ],
)
def test_uncompressed_images_of_an2_have_the_bytes_that_they_say(
    kind: int, values: dict[int, an2.Value], length: int, said: str
) -> None:
    header: dict[int, an2.Value] = {2: "0502", 4: "ENROL", 5: "20261123", 7: "A", 8: "B", 9: "C"}
    told = show.tell(an2.make(header, [an2.Made(kind, values | {11: "NONE"}, b"y" * length)]))
    assert [said in remark for remark in told.remarks[:1]] == ([True] if said else [])


@pytest.mark.parametrize(
    ("kind", "compression", "length", "said"),
    [
        (4, 0, 600, ""),
        (4, 0, 7, "20 x 30 uncompressed pixels of 8 bits are 600 bytes, the image has 7"),
        (4, 1, 7, "The header says WSQ, and the image data are no picture"),
        (4, 6, 7, "The header says PNG"),
        (5, 0, 75, ""),
        (6, 0, 90, ""),
        (6, 0, 600, "are 75 or 90 bytes, the image has 600"),
        (6, 1, 7, ""),
        (8, 0, 1500, ""),
        (8, 0, 36000, ""),
        (8, 0, 1499, "200 x 60 uncompressed pixels of 1 bits are 1500 bytes"),
    ],
)
def test_a_binary_record_that_is_not_what_its_fields_say(kind: int, compression: int, length: int, said: str) -> None:
    print_ = struct.pack(">B6BBHHB", 0, 2, *[255] * 5, 0, 20, 30, compression)
    fields = struct.pack(">BBBHH", 0, compression, 1, 200, 60) if kind == 8 else print_
    told = an2_binary.tell(kind, 1, fields + b"y" * length, "x")
    assert [said in remark for remark in remarks(told)] == ([True] if said else [])


def odd_image(magic: bytes, code: int, image: bytes, size: tuple[int, int] = (100, 64)) -> list[str]:
    """What is remarked of a record of one image of the given format code."""
    moment, device, quality = blocks.CaptureTime.of(AT), blocks.CaptureDevice(), (Quality(71),)
    if magic == finger.MAGIC:
        about = finger.FingerHeader(2, 0, 1, 500, 500, 500, 500, 8, code, 0, *size)
        print_ = finger.Finger(moment, device, about, image, quality)
        return remarks(show.tell(finger.write(finger.FingerRecord(False, 1, (print_,)))))
    if magic == face.MAGIC:
        look = face.ImageInformation(1, code, *size, 1, 0, 0, face.GREY_8)
        photo = face.Face(moment, device, face.FacialInformation(), look, image, quality)
        return remarks(show.tell(face.write(face.FaceRecord(0, (photo,)))))
    eye = msgspec.structs.replace(iris.grey_header(Position.LEFT_IRIS, *size), image_format=code)
    return remarks(show.tell(iris.write(iris.of_image(image, eye, AT, Quality(71)))))


PNG = coding.to_png(GREY)
JP2 = coding.iris_to_jpeg2000(GREY)
COLOUR = coding.face_to_jpeg2000(np.stack([GREY] * 3, axis=-1))


@pytest.mark.parametrize(
    ("magic", "code", "image", "said"),
    [
        (finger.MAGIC, 2, PNG, "The header says WSQ, and the image data are PNG."),
        (
            finger.MAGIC,
            4,
            b"garbage!",
            "The header says JPEG 2000, and the image data are no picture that is known here.",
        ),
        (finger.MAGIC, 4, b"\xff\x4f\xff\x51", "begin as JPEG 2000, and their own header says no size"),
        (finger.MAGIC, 4, COLOUR, "The header says 8 bits a pixel, the image data 24."),
        (finger.MAGIC, 0, PNG, "The header says uncompressed pixels, and the image data begin as PNG."),
        (finger.MAGIC, 2, b"", "The header says 100 x 64 pixels, and there are no image data."),
        (face.MAGIC, 0, PNG, "The header says JPEG, and the image data are PNG."),
        (face.MAGIC, 2, COLOUR, "The header says grey, the image data have 3 channels."),
        (iris.MAGIC, iris.MONO_JPEG2000, PNG, "The header says JPEG 2000, and the image data are PNG."),
        (iris.MAGIC, 0x0C, JP2, "The header says colour, the image data have 1 channels."),
    ],
)
def test_image_data_that_are_not_what_the_header_says(magic: bytes, code: int, image: bytes, said: str) -> None:
    assert any(said in remark for remark in odd_image(magic, code, image))


@pytest.mark.parametrize(
    ("magic", "code", "image"),
    [
        (finger.MAGIC, 6, PNG), (finger.MAGIC, 5, JP2), (face.MAGIC, 3, PNG), (face.MAGIC, 2, JP2),
        (iris.MAGIC, 0x0E, PNG), (iris.MAGIC, iris.MONO_JPEG2000, JP2), (iris.MAGIC, iris.MONO_RAW, GREY.tobytes()),
    ],
)  # fmt: skip
def test_image_data_that_are_what_the_header_says(magic: bytes, code: int, image: bytes) -> None:
    assert odd_image(magic, code, image) == []
    assert odd_image(magic, code, image, (64, 100)) != [] or code == iris.MONO_RAW


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("XYT", []),
        ("XY", ["neither channel T nor DT"]),
        ("XT", ["no channel Y,"]),
        ("FT", ["no channel X and Y"]),
        ("", ["no channel X and Y", "neither channel T"]),
    ],
)
def test_a_signature_without_the_channels_of_the_standard(names: str, said: list[str]) -> None:
    channels = tuple(signature.Channel(name, 0, ()) for name in signature.CHANNELS if name in names)
    record = signature.SignatureRecord(channels, bytes(6 * len(names)))
    found = show.tell(signature.write(record)).remarks
    assert [part in remark for part, remark in zip(said, found, strict=True)] == [True] * len(said)


def test_a_cbeff_header_that_names_another_kind_than_its_block(corpus: dict[str, bytes]) -> None:
    def told(format_type: int, *kinds: str, owner: int = cbeff.SC37) -> list[str]:
        info = cbeff.BdbInfo(format_owner=owner, format_type=format_type, types=kinds)
        bir = cbeff.Bir(cbeff.BirInfo(), bdb_info=info, bdb=corpus["finger"])
        return list(show.tell(cbeff.write(bir)).remarks)

    assert told(cbeff.FINGER_IMAGE, "Finger") == []
    assert told(9, "Finger", owner=27) == []
    assert told(9, "Finger") == ["Its BDB FormatType is 9, that of a finger image record is 7."]
    assert told(7, "Iris") == ["Its BDB Type is Iris, and the block is a finger image record."]
