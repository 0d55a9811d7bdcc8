"""Face image records by ISO/IEC 19794-5:2011: header "FAC", version "030".

General header of 17 bytes, then for each representation: length, capture time and device, quality blocks,
facial information (17 bytes), landmark points (8 bytes each), image information (11 bytes), image data
after their length, and for the 3D image types what follows of 3D information and data, kept as bytes.
Checked against records of the MOSIP project.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

import msgspec

from station.biometrics.records import blocks, pictures
from station.biometrics.records.blocks import CaptureDevice, CaptureTime, Quality
from station.biometrics.records.cursor import Reader, RecordError, Writer, check_start
from station.biometrics.records.layout import Field, Layout, Slot, Told, bits_set, code
from station.biometrics.records.pictures import Claim

MAGIC: Final = b"FAC\0"
VERSION: Final = b"030\0"
FULL_FRONTAL: Final = 1
JPEG2000_LOSSY: Final = 1
RGB_24: Final = 1
GREY_8: Final = 3
DIGITAL_CAMERA: Final = 2
MALE: Final = 1
FEMALE: Final = 2
_KIND: Final = "ISO/IEC 19794-5:2011"
_3D: Final = 0x80

_TECHNOLOGIES: Final = {
    0: "unspecified",
    1: "static photograph from an unknown source",
    2: "static photograph from a digital still-image camera",
    3: "static photograph from a scanner",
    4: "single video frame from an unknown source",
    5: "single video frame from an analogue video camera",
    6: "single video frame from a digital video camera",
} | dict.fromkeys(range(0x80, 0x100), "vendor-specific")
GENDERS: Final = {0: "unspecified", 1: "male", 2: "female", 0xFF: "unknown"}
EYES: Final = {
    0: "unspecified", 1: "black", 2: "blue", 3: "brown", 4: "grey", 5: "green", 6: "multi-coloured", 7: "pink",
    0xFF: "other or unknown",
}  # fmt: skip
HAIR: Final = {
    0: "unspecified", 1: "bald", 2: "black", 3: "blonde", 4: "brown", 5: "grey", 6: "white", 7: "red", 8: "green",
    9: "blue", 0xFF: "unknown or other",
}  # fmt: skip
PROPERTIES: Final = {
    0: "properties are specified", 1: "glasses", 2: "moustache", 3: "beard", 4: "teeth visible",
    5: "pupil or iris not visible", 6: "mouth open", 7: "left eye patch", 8: "right eye patch", 9: "dark glasses",
    10: "head covering", 11: "distorting medical condition",
}  # fmt: skip
EXPRESSIONS_2005: Final = {
    0: "unspecified", 1: "neutral", 2: "smile with closed jaw", 3: "smile with open mouth",
    4: "raised eyebrows", 5: "eyes looking away", 6: "squinting", 7: "frowning",
}  # fmt: skip
_EXPRESSIONS: Final = {
    0: "expression is specified", 1: "neutral", 2: "smile", 3: "raised eyebrows", 4: "eyes looking away",
    5: "squinting", 6: "frowning",
}  # fmt: skip
_IMAGE_TYPES: Final = {
    0: "basic", 1: "full frontal", 2: "token frontal", 3: "post-processed frontal", 0x80: "basic 3D",
    0x81: "full frontal 3D", 0x82: "token frontal 3D",
}  # fmt: skip
_DATA_TYPES: Final = {0: "JPEG", 1: "JPEG 2000 lossy", 2: "JPEG 2000 lossless", 3: "PNG"}
PICTURES: Final = {0: "JPEG", 1: "JPEG 2000", 2: "JPEG 2000", 3: "PNG"}
"""What the image data begin as, by their type."""
CHANNELS: Final = {1: 3, 2: 3, 3: 1, 4: 3, 5: 1}
"""By the code of the colour space."""
_SAMPLING: Final = {
    0: "up to 180 pixels", 1: "180 to 240 pixels", 2: "240 to 300 pixels", 3: "300 to 370 pixels",
    4: "370 to 480 pixels", 5: "480 to 610 pixels", 6: "610 to 750 pixels", 7: "more than 750 pixels",
}  # fmt: skip
ROTATED: Final = 1 << 0
CROPPED: Final = 1 << 1
INTERPOLATED: Final = 1 << 5
_SAMPLING_LIMITS: Final = (180, 240, 300, 370, 480, 610, 750)
_PROCESSING: Final = {
    0: "rotated", 1: "cropped", 2: "down-sampled", 3: "white balance adjusted", 4: "multiply compressed",
    5: "interpolated", 6: "contrast stretched", 7: "pose corrected", 8: "multi-view image", 9: "age progressed",
    10: "super-resolution processed",
}  # fmt: skip
COLOURS_2005: Final = {
    0: "unspecified", 1: "24-bit RGB", 2: "YUV422", 3: "8-bit greyscale", 4: "other",
} | dict.fromkeys(range(0x80, 0x100), "vendor-specific")  # fmt: skip
_COLOURS: Final = {
    0: "unspecified", 1: "24-bit RGB", 2: "YUV422", 3: "8-bit greyscale", 4: "48-bit RGB", 5: "16-bit greyscale",
    6: "other",
} | dict.fromkeys(range(0x80, 0x100), "vendor-specific")  # fmt: skip
_LANDMARKS: Final = {1: "MPEG-4 feature point", 2: "anthropometric 2D landmark", 3: "anthropometric 3D landmark"}


class FacialInformation(msgspec.Struct, frozen=True):
    """What is known of the subject and the pose; zeros where nothing is."""

    gender: int = 0
    eye_colour: int = 0
    hair_colour: int = 0
    height: int = 0
    properties: int = 0
    expression: int = 0
    yaw: int = 0
    pitch: int = 0
    roll: int = 0
    yaw_uncertainty: int = 0
    pitch_uncertainty: int = 0
    roll_uncertainty: int = 0


class Landmark(msgspec.Struct, frozen=True):
    """One landmark point."""

    type: int
    code: int
    x: int
    y: int
    z: int


class ImageInformation(msgspec.Struct, frozen=True):
    """What the image is."""

    image_type: int
    data_type: int
    width: int
    height: int
    sampling_level: int
    processing: int
    cross_reference: int
    colour_space: int


class Face(msgspec.Struct, frozen=True):
    """One representation."""

    captured: CaptureTime
    device: CaptureDevice
    facial: FacialInformation
    information: ImageInformation
    image: bytes
    qualities: tuple[Quality, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    three_d: bytes = b""


class FaceRecord(msgspec.Struct, frozen=True):
    """A whole record; the certification flag is always 0 in this part."""

    temporal: int
    """The temporal semantics: 0 for one representation."""
    representations: tuple[Face, ...]


_DEVICE: Final = blocks.device_layout(_TECHNOLOGIES)
_FACIAL: Final = Layout(
    FacialInformation,
    code(1, "Gender", GENDERS),
    code(1, "Eye colour", EYES),
    code(1, "Hair colour", HAIR),
    Slot(1, "Subject height", "cm", {0: "unspecified"}),
    Slot(3, "Property mask"),
    Slot(2, "Expression mask"),
    Slot(1, "Pose angle, yaw", codes={0: "unspecified"}),
    Slot(1, "Pose angle, pitch", codes={0: "unspecified"}),
    Slot(1, "Pose angle, roll", codes={0: "unspecified"}),
    Slot(1, "Pose angle uncertainty, yaw", codes={0: "unspecified"}),
    Slot(1, "Pose angle uncertainty, pitch", codes={0: "unspecified"}),
    Slot(1, "Pose angle uncertainty, roll", codes={0: "unspecified"}),
)
_LANDMARK: Final = Layout(
    Landmark,
    code(1, "Landmark point type", _LANDMARKS),
    Slot(1, "Landmark point code"),
    Slot(2, "X coordinate"),
    Slot(2, "Y coordinate"),
    Slot(2, "Z coordinate"),
)
_INFORMATION: Final = Layout(
    ImageInformation,
    code(1, "Face image type", _IMAGE_TYPES),
    code(1, "Image data type", _DATA_TYPES),
    Slot(2, "Width", "pixels"),
    Slot(2, "Height", "pixels"),
    code(1, "Spatial sampling rate level", _SAMPLING),
    Slot(2, "Post-acquisition processing"),
    Slot(1, "Cross reference", codes={0: "basic representation"}),
    code(1, "Image colour space", _COLOURS),
)
_SMALLEST: Final = 4 + blocks.TIME.size + _DEVICE.size + 1 + 2 + _FACIAL.size + _INFORMATION.size + 4
"""Bytes of a representation without quality, landmarks and image."""


def sampling_level(head_width: int) -> int:
    """The spatial sampling rate level of a head of so many pixels."""
    return sum(head_width > limit for limit in _SAMPLING_LIMITS)


def of_image(
    image: bytes, facial: FacialInformation, information: ImageInformation, at: datetime, quality: Quality
) -> FaceRecord:
    """The record of one photograph from a digital camera."""
    device = CaptureDevice(technology=DIGITAL_CAMERA)
    return FaceRecord(0, (Face(CaptureTime.of(at), device, facial, information, image, (quality,)),))


def read(data: bytes) -> FaceRecord:
    """Read a record. Raises RecordError."""
    reader = check_start(data, MAGIC, VERSION, _KIND)
    blocks.check_length(reader, 4, len(data))
    count_at = reader.offset
    count = reader.number(2, "Number of representations")
    blocks.check_not_certified(reader, _KIND)
    temporal = reader.number(2, "Temporal semantics")
    blocks.check_count(count, reader.left, _SMALLEST, count_at)
    record = FaceRecord(temporal, tuple(_read_face(reader) for _ in range(count)))
    reader.finish("the last representation")
    return record


def write(record: FaceRecord) -> bytes:
    """The record's bytes. Raises RecordError where a value does not fit its field."""
    parts = [_write_face(face) for face in record.representations]
    writer = Writer()
    writer.put(MAGIC + VERSION)
    writer.number(17 + sum(map(len, parts)), 4, "Length of record")
    writer.number(len(parts), 2, "Number of representations")
    writer.number(0, 1, "Certification flag")
    writer.number(record.temporal, 2, "Temporal semantics")
    for part in parts:
        writer.put(part)
    return writer.bytes()


def tell(record: FaceRecord) -> Told:
    """Every field in the words of the standard."""
    fields = (
        Field("Format identifier", "FAC"),
        Field("Version number", "030"),
        Field("Number of representations", len(record.representations)),
        Field("Certification flag", 0, meaning="no certification"),
        _tell_temporal(record.temporal),
    )
    parts = tuple(_tell_face(face, number) for number, face in enumerate(record.representations, start=1))
    return Told(f"Face image record, {_KIND}", fields, parts)


def _read_face(reader: Reader) -> Face:
    inner = blocks.open_representation(reader)
    captured, device = blocks.TIME.read(inner), _DEVICE.read(inner)
    qualities = blocks.read_qualities(inner)
    at = inner.offset
    count = inner.number(2, "Number of landmark points")
    facial = _FACIAL.read(inner)
    if count * _LANDMARK.size > inner.left:
        raise RecordError(f"Number of landmark points is {count}, which {inner.left} bytes cannot hold", at)
    landmarks = tuple(_LANDMARK.read(inner) for _ in range(count))
    information = _INFORMATION.read(inner)
    image = blocks.read_image(inner)
    if not information.image_type & _3D:
        inner.finish("the image data of a 2D image type")
    three_d = inner.take(inner.left, "3D information and data")
    return Face(captured, device, facial, information, image, qualities, landmarks, three_d)


def _write_face(face: Face) -> bytes:
    writer = Writer()
    blocks.TIME.write(writer, face.captured)
    _DEVICE.write(writer, face.device)
    blocks.write_qualities(writer, face.qualities)
    writer.number(len(face.landmarks), 2, "Number of landmark points")
    _FACIAL.write(writer, face.facial)
    for landmark in face.landmarks:
        _LANDMARK.write(writer, landmark)
    _INFORMATION.write(writer, face.information)
    blocks.write_image(writer, face.image)
    if face.three_d and not face.information.image_type & _3D:
        raise RecordError("3D data need a 3D image type", writer.offset)
    writer.put(face.three_d)
    return blocks.with_length(writer.bytes())


def _tell_temporal(value: int) -> Field:
    meanings = {
        0: "one representation",
        1: "temporal relationship unspecified",
        2: "irregular intervals, one session",
        3: "irregular intervals, several sessions",
        0xFFFF: "regular intervals longer than can be told",
    }
    meaning = meanings.get(value, "")
    return Field("Temporal semantics", value, "" if meaning else "ms between representations", meaning)


def _tell_face(face: Face, number: int) -> Told:
    facial, information = face.facial, face.information
    fields = (
        blocks.tell_time(face.captured),
        *_DEVICE.tell(face.device),
        Field("Number of landmark points", len(face.landmarks)),
        *_FACIAL.tell(facial),
        Field("Properties that are set", bits_set(facial.properties, PROPERTIES)),
        Field("Expressions that are set", bits_set(facial.expression, _EXPRESSIONS)),
        *_INFORMATION.tell(information),
        Field("Processing that is set", bits_set(information.processing, _PROCESSING)),
    )
    parts = [*blocks.tell_blocks(face.qualities)]
    parts += [Told(f"Landmark point {n}", _LANDMARK.tell(point)) for n, point in enumerate(face.landmarks, start=1)]
    claim = Claim(
        (information.width, information.height),
        PICTURES.get(information.data_type, ""),
        channels=CHANNELS.get(information.colour_space, 0),
    )
    parts.append(pictures.tell(face.image, claim))
    if face.three_d:
        digest = Field("SHA-256 of 3D information and data", hashlib.sha256(face.three_d).hexdigest())
        parts.append(Told("3D information and data", (Field("Length", len(face.three_d), "bytes"), digest)))
    return Told(f"Representation {number}", fields, tuple(parts))
