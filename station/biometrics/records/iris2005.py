"""Iris image records by ISO/IEC 19794-6:2005: header "IIR", version "010". Older cameras still send them.

Record header of 45 bytes, then for each eye a header of 3 bytes, and for each of its images a header of
11 bytes with the length of the image data. Checked against a record of the MOSIP project and NIST's BIOMDI.
"""

from __future__ import annotations

from typing import Final

import msgspec

from station.biometrics.records import blocks, pictures
from station.biometrics.records.cursor import Reader, RecordError, Writer, check_start
from station.biometrics.records.iris import MAGIC, channels_of
from station.biometrics.records.layout import UNDEFINED, Field, Layout, Slot, Told, code
from station.biometrics.records.pictures import Claim

VERSION: Final = b"010\0"
_KIND: Final = "ISO/IEC 19794-6:2005"
_HEADER_LENGTH: Final = 45
_UNIQUE_ID: Final = 16
_MONO_RAW: Final = 2
_RGB_RAW: Final = 4

_EYES: Final = {0: "undefined", 1: "right", 2: "left"}
_FORMATS: Final = {
    2: "MONO_RAW", 4: "RGB_RAW", 6: "MONO_JPEG", 8: "RGB_JPEG", 10: "MONO_JPEG_LS", 12: "RGB_JPEG_LS",
    14: "MONO_JPEG2000", 16: "RGB_JPEG2000",
}  # fmt: skip
_PICTURES: Final = {
    6: "JPEG", 8: "JPEG", 10: "JPEG-LS", 12: "JPEG-LS", 14: "JPEG 2000", 16: "JPEG 2000",
}  # fmt: skip
"""What the image data begin as, by their format."""
_ORIENTATIONS: Final = {0: "undefined", 1: "base", 2: "flipped"}
_SCANS: Final = {0: "undefined or corrected", 1: "progressive", 2: "interlaced frame", 3: "interlaced field"}


class GeneralHeader(msgspec.Struct, frozen=True):
    """What all images of a record share, after the number of eyes."""

    properties: int
    diameter: int
    image_format: int
    width: int
    height: int
    depth: int
    transformation: int


class ImageHeader(msgspec.Struct, frozen=True):
    """What is the image's own, before its length."""

    number: int
    quality: int
    rotation: int
    rotation_uncertainty: int


class IrisImage(msgspec.Struct, frozen=True):
    """One image of an eye."""

    header: ImageHeader
    image: bytes


class Eye(msgspec.Struct, frozen=True):
    """All images of one eye."""

    eye: int
    images: tuple[IrisImage, ...]


class Iris2005Record(msgspec.Struct, frozen=True):
    """A whole record."""

    device: int
    header: GeneralHeader
    unique_id: bytes
    """The device's, 16 bytes."""
    eyes: tuple[Eye, ...]


_GENERAL: Final = Layout(
    GeneralHeader,
    Slot(2, "Iris properties bit field"),
    Slot(2, "Iris diameter", "pixels", {0: "undefined"}),
    code(2, "Image format", _FORMATS),
    Slot(2, "Raw image width", "pixels", {0: "undefined"}),
    Slot(2, "Raw image height", "pixels", {0: "undefined"}),
    Slot(1, "Intensity depth", "bits of one channel", {0: "undefined"}),
    code(1, "Image transformation", {0: "undefined", 1: "standard"}),
)
_IMAGE: Final = Layout(
    ImageHeader,
    Slot(2, "Image number"),
    Slot(1, "Image quality", "of 100", {254: "not computed", 255: "not available"}),
    Slot(2, "Rotation angle of eye", "of 65536 parts of a full turn", {0xFFFF: "undefined"}),
    Slot(2, "Rotation uncertainty", "of 65536 parts of half a turn", {0xFFFF: "undefined"}),
)


def read(data: bytes) -> Iris2005Record:
    """Read a record. Raises RecordError."""
    reader = check_start(data, MAGIC, VERSION, _KIND)
    blocks.check_length(reader, 4, len(data))
    device = reader.number(2, "Capture device ID")
    eyes = reader.number(1, "Number of iris biometric subtypes")
    length = reader.number(2, "Record header length")
    if length != _HEADER_LENGTH:
        raise RecordError(f"Record header length is {length}, and the header has {_HEADER_LENGTH}", reader.offset - 2)
    header = _GENERAL.read(reader)
    unique_id = reader.take(_UNIQUE_ID, "Device unique identifier")
    record = Iris2005Record(device, header, unique_id, tuple(_read_eye(reader) for _ in range(eyes)))
    reader.finish("the last image")
    return record


def write(record: Iris2005Record) -> bytes:
    """The record's bytes. Raises RecordError where a value does not fit its field."""
    body = Writer()
    for eye in record.eyes:
        body.number(eye.eye, 1, "Iris biometric subtype")
        body.number(len(eye.images), 2, "Number of images")
        for image in eye.images:
            _IMAGE.write(body, image.header)
            blocks.write_image(body, image.image)
    writer = Writer()
    writer.put(MAGIC + VERSION)
    writer.number(_HEADER_LENGTH + body.offset, 4, "Length of record")
    writer.number(record.device, 2, "Capture device ID")
    writer.number(len(record.eyes), 1, "Number of iris biometric subtypes")
    writer.number(_HEADER_LENGTH, 2, "Record header length")
    _GENERAL.write(writer, record.header)
    if len(record.unique_id) != _UNIQUE_ID:
        raise RecordError(f"Device unique identifier has {len(record.unique_id)} bytes, not 16", writer.offset)
    writer.put(record.unique_id)
    writer.put(body.bytes())
    return writer.bytes()


def tell(record: Iris2005Record) -> Told:
    """Every field in the words of the standard."""
    header = record.header
    across, down, scan = header.properties & 3, header.properties >> 2 & 3, header.properties >> 4 & 3
    fields = (
        Field("Format identifier", "IIR"),
        Field("Version number", "010"),
        Field("Capture device ID", record.device, meaning="" if record.device else "unspecified"),
        Field("Number of iris biometric subtypes", len(record.eyes)),
        *_GENERAL.tell(header),
        Field("Horizontal orientation", across, meaning=_ORIENTATIONS.get(across, UNDEFINED)),
        Field("Vertical orientation", down, meaning=_ORIENTATIONS.get(down, UNDEFINED)),
        Field("Scan type", scan, meaning=_SCANS[scan]),
        Field("Device unique identifier", record.unique_id.hex()),
    )
    return Told(f"Iris image record, {_KIND}", fields, tuple(_tell_eye(eye, header) for eye in record.eyes))


def _read_eye(reader: Reader) -> Eye:
    eye = reader.number(1, "Iris biometric subtype")
    at = reader.offset
    count = reader.number(2, "Number of images")
    if count * (_IMAGE.size + 4) > reader.left:
        raise RecordError(f"Number of images is {count}, which {reader.left} bytes cannot hold", at)
    return Eye(eye, tuple(IrisImage(_IMAGE.read(reader), blocks.read_image(reader)) for _ in range(count)))


def _tell_eye(eye: Eye, header: GeneralHeader) -> Told:
    label = Field("Iris biometric subtype", eye.eye, meaning=_EYES.get(eye.eye, UNDEFINED))
    return Told("Eye", (label, Field("Number of images", len(eye.images))), _tell_images(eye, header))


def _tell_images(eye: Eye, header: GeneralHeader) -> tuple[Told, ...]:
    raw = header.image_format in (_MONO_RAW, _RGB_RAW)
    channels = channels_of(header.image_format, _FORMATS)
    claim = Claim((header.width, header.height), _PICTURES.get(header.image_format, ""), raw, channels)
    wanted = header.width * header.height * channels * ((header.depth + 7) // 8)
    told = []
    for number, image in enumerate(eye.images, start=1):
        odd = f"The uncompressed pixels would be {wanted} bytes, the image data are {len(image.image)}."
        picture = pictures.tell(image.image, claim)
        remarks = (odd,) if raw and wanted != len(image.image) else ()
        told.append(Told(f"Image {number}", _IMAGE.tell(image.header), (picture,), remarks))
    return tuple(told)
