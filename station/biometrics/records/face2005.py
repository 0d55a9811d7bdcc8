"""Face image records by ISO/IEC 19794-5:2005: header "FAC", version "010", as in data group 2 of passports.

Facial record header of 14 bytes, then for each image: facial information block (20 bytes, with the length
of all of it), feature points (8 bytes each), image information block (12 bytes), image data.
"""

from __future__ import annotations

from typing import Final

import msgspec

from station.biometrics.records import blocks, pictures
from station.biometrics.records.cursor import Reader, RecordError, Writer, check_start
from station.biometrics.records.face import (
    CHANNELS,
    COLOURS_2005,
    EXPRESSIONS_2005,
    EYES,
    GENDERS,
    HAIR,
    MAGIC,
    PROPERTIES,
)
from station.biometrics.records.layout import Field, Layout, Slot, Told, bits_set, code
from station.biometrics.records.pictures import Claim

VERSION: Final = b"010\0"
_KIND: Final = "ISO/IEC 19794-5:2005"
_SMALLEST: Final = 32
"""Bytes of an image's blocks without feature points and image data."""
_SOURCES: Final = {
    0: "unspecified",
    1: "static photograph from an unknown source",
    2: "static photograph from a digital still-image camera",
    3: "static photograph from a scanner",
    4: "single video frame from an unknown source",
    5: "single video frame from an analogue camera",
    6: "single video frame from a digital camera",
    7: "unknown",
}
_PICTURES: Final = {0: "JPEG", 1: "JPEG 2000"}
"""What the image data begin as, by their type."""
_IMAGE_TYPES: Final = {0: "basic", 1: "full frontal", 2: "token frontal", 3: "other"}


class Information(msgspec.Struct, frozen=True):
    """The facial information block after its length and the number of feature points."""

    gender: int
    eye_colour: int
    hair_colour: int
    features: int
    expression: int
    yaw: int
    pitch: int
    roll: int
    yaw_uncertainty: int
    pitch_uncertainty: int
    roll_uncertainty: int


class FeaturePoint(msgspec.Struct, frozen=True):
    """One feature point."""

    type: int
    point: int
    x: int
    y: int
    reserved: int = 0


class ImageInformation(msgspec.Struct, frozen=True):
    """The image information block."""

    image_type: int
    data_type: int
    width: int
    height: int
    colour_space: int
    source: int
    device: int
    quality: int


class FaceImage(msgspec.Struct, frozen=True):
    """One image with all that is said of it."""

    facial: Information
    points: tuple[FeaturePoint, ...]
    information: ImageInformation
    image: bytes


class Face2005Record(msgspec.Struct, frozen=True):
    """A whole record."""

    images: tuple[FaceImage, ...]


_FACIAL: Final = Layout(
    Information,
    code(1, "Gender", GENDERS),
    code(1, "Eye colour", EYES),
    code(1, "Hair colour", HAIR),
    Slot(3, "Feature mask"),
    Slot(2, "Expression", codes=EXPRESSIONS_2005),
    Slot(1, "Pose angle, yaw", codes={0: "unspecified"}),
    Slot(1, "Pose angle, pitch", codes={0: "unspecified"}),
    Slot(1, "Pose angle, roll", codes={0: "unspecified"}),
    Slot(1, "Pose angle uncertainty, yaw", codes={0: "unspecified"}),
    Slot(1, "Pose angle uncertainty, pitch", codes={0: "unspecified"}),
    Slot(1, "Pose angle uncertainty, roll", codes={0: "unspecified"}),
)
_POINT: Final = Layout(
    FeaturePoint,
    code(1, "Feature type", {1: "2D feature point"}),
    Slot(1, "Feature point code"),
    Slot(2, "X coordinate", "pixels"),
    Slot(2, "Y coordinate", "pixels"),
    Slot(2, "Reserved"),
)
_INFORMATION: Final = Layout(
    ImageInformation,
    code(1, "Face image type", _IMAGE_TYPES),
    code(1, "Image data type", {0: "JPEG", 1: "JPEG 2000"}),
    Slot(2, "Width", "pixels"),
    Slot(2, "Height", "pixels"),
    code(1, "Image colour space", COLOURS_2005),
    code(1, "Source type", _SOURCES),
    Slot(2, "Device type", codes={0: "unspecified"}),
    Slot(2, "Quality", codes={0: "unspecified"}),
)


def read(data: bytes) -> Face2005Record:
    """Read a record. Raises RecordError."""
    reader = check_start(data, MAGIC, VERSION, _KIND)
    blocks.check_length(reader, 4, len(data))
    at = reader.offset
    count = reader.number(2, "Number of facial images")
    blocks.check_count(count, reader.left, _SMALLEST, at)
    record = Face2005Record(tuple(_read_image(reader) for _ in range(count)))
    reader.finish("the last image")
    return record


def write(record: Face2005Record) -> bytes:
    """The record's bytes. Raises RecordError where a value does not fit its field."""
    body = Writer()
    for image in record.images:
        size = _SMALLEST + len(image.points) * _POINT.size + len(image.image)
        body.number(size, 4, "Block length")
        body.number(len(image.points), 2, "Number of feature points")
        _FACIAL.write(body, image.facial)
        for point in image.points:
            _POINT.write(body, point)
        _INFORMATION.write(body, image.information)
        body.put(image.image)
    writer = Writer()
    writer.put(MAGIC + VERSION)
    writer.number(14 + body.offset, 4, "Length of record")
    writer.number(len(record.images), 2, "Number of facial images")
    writer.put(body.bytes())
    return writer.bytes()


def tell(record: Face2005Record) -> Told:
    """Every field in the words of the standard."""
    fields = (
        Field("Format identifier", "FAC"),
        Field("Version number", "010"),
        Field("Number of facial images", len(record.images)),
    )
    parts = tuple(_tell_image(image, number) for number, image in enumerate(record.images, start=1))
    return Told(f"Face image record, {_KIND}", fields, parts)


def _read_image(reader: Reader) -> FaceImage:
    start = reader.offset
    length = reader.number(4, "Block length")
    if length < _SMALLEST or length - 4 > reader.left:
        raise RecordError(f"Block length is {length}, and {reader.left + 4} bytes are left", start)
    inner = reader.within(length - 4, "Facial image")
    at = inner.offset
    count = inner.number(2, "Number of feature points")
    facial = _FACIAL.read(inner)
    if count * _POINT.size > inner.left:
        raise RecordError(f"Number of feature points is {count}, which {inner.left} bytes cannot hold", at)
    points = tuple(_POINT.read(inner) for _ in range(count))
    information = _INFORMATION.read(inner)
    return FaceImage(facial, points, information, inner.take(inner.left, "Image data"))


def _tell_image(image: FaceImage, number: int) -> Told:
    fields = (
        Field("Number of feature points", len(image.points)),
        *_FACIAL.tell(image.facial),
        Field("Features that are set", bits_set(image.facial.features, PROPERTIES)),
        *_INFORMATION.tell(image.information),
    )
    parts = [Told(f"Feature point {n}", _POINT.tell(point)) for n, point in enumerate(image.points, start=1)]
    claim = Claim(
        (image.information.width, image.information.height),
        _PICTURES.get(image.information.data_type, ""),
        channels=CHANNELS.get(image.information.colour_space, 0),
    )
    parts.append(pictures.tell(image.image, claim))
    return Told(f"Facial image {number}", fields, tuple(parts))
