"""Finger image records by ISO/IEC 19794-4:2011: header "FIR", version "020".

Layout by clause 8 of the standard: general header of 16 bytes (table 1), representation header (table
4), image data after their length, then extended data blocks (segmentation, annotation, comments,
vendors' own), each with identification code and length. Checked against records of the MOSIP project.

An image of no size, an impression nobody defined, a depth that the picture does not have: all are read
and told. What decides where the next field stands must be right.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from station.biometrics.records import blocks, pictures
from station.biometrics.records.blocks import CaptureDevice, CaptureTime, Certification, Quality
from station.biometrics.records.cursor import Reader, RecordError, Writer, check_start
from station.biometrics.records.extended import ExtendedBlock, read_extended, tell_extended, write_extended
from station.biometrics.records.layout import Field, Layout, Slot, Told, code
from station.biometrics.records.pictures import Claim
from station.biometrics.records.positions import (
    COMPRESSIONS,
    IMPRESSIONS,
    PACKED,
    POSITION_CODES,
    POSITIONS,
    SCALE_UNITS,
    raw_size,
)
from station.biometrics.samples import Position

MAGIC: Final = b"FIR\0"
VERSION: Final = b"020\0"
PIXELS_PER_INCH: Final = 1
UNCOMPRESSED: Final = 0
WSQ: Final = 2
JPEG2000_LOSSLESS: Final = 5
LIVE_SCAN_PLAIN: Final = 0
_KIND: Final = "ISO/IEC 19794-4:2011"

_PICTURES: Final = {2: "WSQ", 3: "JPEG", 4: "JPEG 2000", 5: "JPEG 2000", 6: "PNG"}
"""What the image data begin as, by the code of the compression."""
_TECHNOLOGIES: Final = {
    0: "unknown or unspecified",
    1: "white light optical TIR",
    2: "white light optical direct view on platen",
    3: "white light optical touchless",
    4: "monochromatic visible optical TIR",
    5: "monochromatic visible optical direct view on platen",
    6: "monochromatic visible optical touchless",
    7: "monochromatic IR optical TIR",
    8: "monochromatic IR optical direct view on platen",
    9: "monochromatic IR optical touchless",
    10: "multispectral optical TIR",
    11: "multispectral optical direct view on platen",
    12: "multispectral optical touchless",
    13: "electroluminescent",
    14: "semiconductor capacitive",
    15: "semiconductor RF",
    16: "semiconductor thermal",
    17: "pressure sensitive",
    18: "ultrasound",
    19: "mechanical",
    20: "glass fibre",
}


class FingerHeader(msgspec.Struct, frozen=True):
    """The part of the representation header that is the finger's own."""

    position: int
    representation: int
    scale_units: int
    scan_horizontal: int
    scan_vertical: int
    image_horizontal: int
    image_vertical: int
    depth: int
    compression: int
    impression: int
    width: int
    height: int


class Finger(msgspec.Struct, frozen=True):
    """One representation: a finger, a slap or a palm."""

    captured: CaptureTime
    device: CaptureDevice
    header: FingerHeader
    image: bytes
    qualities: tuple[Quality, ...] = ()
    certifications: tuple[Certification, ...] = ()
    extended: tuple[ExtendedBlock, ...] = ()


class FingerRecord(msgspec.Struct, frozen=True):
    """A whole record."""

    certified: bool
    """The certification flag: whether every representation header has certification blocks."""
    fingers: int
    """The number of fingers or palms that are present."""
    representations: tuple[Finger, ...]


_DEVICE: Final = blocks.device_layout(_TECHNOLOGIES)
_HEADER: Final = Layout(
    FingerHeader,
    code(1, "Finger/palm position", POSITIONS),
    Slot(1, "Representation number"),
    code(1, "Scale units", SCALE_UNITS),
    Slot(2, "Capture device spatial sampling rate (horizontal)", "pixels per scale unit"),
    Slot(2, "Capture device spatial sampling rate (vertical)", "pixels per scale unit"),
    Slot(2, "Image spatial sampling rate (horizontal)", "pixels per scale unit"),
    Slot(2, "Image spatial sampling rate (vertical)", "pixels per scale unit"),
    Slot(1, "Bit-depth", "bits"),
    code(1, "Image compression algorithm", COMPRESSIONS),
    code(1, "Impression type", IMPRESSIONS),
    Slot(2, "Horizontal line length", "pixels"),
    Slot(2, "Vertical line length", "pixels"),
)
_SMALLEST: Final = 4 + blocks.TIME.size + _DEVICE.size + 1 + _HEADER.size + 4
"""Bytes of a representation without quality, certification and image."""


class Size(msgspec.Struct, frozen=True):
    """Width and height of an image in pixels, and its sampling rate in pixels per inch."""

    width: int
    height: int
    ppi: int


def of_image(
    image: bytes, position: Position, compression: int, size: Size, at: datetime, quality: Quality
) -> FingerRecord:
    """The record of one live-scan plain image with 8 bits a pixel."""
    header = FingerHeader(
        POSITION_CODES[position], 0, PIXELS_PER_INCH, size.ppi, size.ppi, size.ppi, size.ppi, 8, compression,
        LIVE_SCAN_PLAIN, size.width, size.height,
    )  # fmt: skip
    return FingerRecord(False, 1, (Finger(CaptureTime.of(at), CaptureDevice(), header, image, (quality,)),))


def read(data: bytes) -> FingerRecord:
    """Read a record. Raises RecordError."""
    reader = check_start(data, MAGIC, VERSION, _KIND)
    blocks.check_length(reader, 4, len(data))
    count_at = reader.offset
    count = reader.number(2, "Number of finger/palm representations")
    flag = reader.number(1, "Certification flag")
    if flag > 1:
        raise RecordError(f"Certification flag is {flag}, and only 0 and 1 say what follows", reader.offset - 1)
    fingers = reader.number(1, "Number of distinct finger/palm positions")
    blocks.check_count(count, reader.left, _SMALLEST, count_at)
    record = FingerRecord(bool(flag), fingers, tuple(_read_finger(reader, bool(flag)) for _ in range(count)))
    reader.finish("the last representation")
    return record


def write(record: FingerRecord) -> bytes:
    """The record's bytes. Raises RecordError where a value does not fit its field."""
    parts = [_write_finger(finger, record.certified) for finger in record.representations]
    writer = Writer()
    writer.put(MAGIC + VERSION)
    writer.number(16 + sum(map(len, parts)), 4, "Length of record")
    writer.number(len(parts), 2, "Number of finger/palm representations")
    writer.number(record.certified, 1, "Certification flag")
    writer.number(record.fingers, 1, "Number of distinct finger/palm positions")
    for part in parts:
        writer.put(part)
    return writer.bytes()


def tell(record: FingerRecord) -> Told:
    """Every field in the words of the standard."""
    count = len(record.representations)
    fields = (
        Field("Format identifier", "FIR"),
        Field("Version number", "020"),
        Field("Number of finger/palm representations", count),
        Field("Certification flag", int(record.certified), meaning="" if record.certified else "no certification"),
        Field("Number of distinct finger/palm positions", record.fingers),
    )
    told = tuple(_tell_finger(finger, number) for number, finger in enumerate(record.representations, start=1))
    distinct = len({finger.header.position for finger in record.representations})
    remarks = (f"The header says {record.fingers} positions, the representations have {distinct}.",)
    return Told(f"Finger image record, {_KIND}", fields, told, remarks if distinct != record.fingers else ())


def _read_finger(reader: Reader, certified: bool) -> Finger:
    inner = blocks.open_representation(reader)
    captured, device = blocks.TIME.read(inner), _DEVICE.read(inner)
    qualities = blocks.read_qualities(inner)
    certifications = blocks.read_certifications(inner) if certified else ()
    header = _HEADER.read(inner)
    image = blocks.read_image(inner)
    return Finger(captured, device, header, image, qualities, certifications, read_extended(inner))


def _write_finger(finger: Finger, certified: bool) -> bytes:
    writer = Writer()
    blocks.TIME.write(writer, finger.captured)
    _DEVICE.write(writer, finger.device)
    blocks.write_qualities(writer, finger.qualities)
    if certified:
        blocks.write_certifications(writer, finger.certifications)
    elif finger.certifications:
        raise RecordError("certification blocks need the certification flag of the record", writer.offset)
    _HEADER.write(writer, finger.header)
    blocks.write_image(writer, finger.image)
    write_extended(writer, finger.extended)
    return blocks.with_length(writer.bytes())


def _tell_finger(finger: Finger, number: int) -> Told:
    header = finger.header
    fields = (blocks.tell_time(finger.captured), *_DEVICE.tell(finger.device), *_HEADER.tell(header))
    claim = Claim(
        (header.width, header.height),
        _PICTURES.get(header.compression, ""),
        header.compression <= PACKED,
        bits=header.depth,
    )
    picture = pictures.tell(finger.image, claim)
    remarks = tell_raw(header.compression, header.width, header.height, header.depth, len(finger.image))
    told = blocks.tell_blocks(finger.qualities, finger.certifications)
    return Told(f"Representation {number}", fields, (*told, picture, *tell_extended(finger.extended)), remarks)


def tell_raw(compression: int, width: int, height: int, depth: int, length: int) -> tuple[str, ...]:
    """Whether an uncompressed image has as many bytes as its size asks for."""
    if compression > PACKED:
        return ()
    wanted = raw_size(width, height, depth, packed=compression == PACKED)
    if wanted == length:
        return ()
    return (f"{width} x {height} uncompressed pixels of {depth} bits are {wanted} bytes, the image data are {length}.",)
