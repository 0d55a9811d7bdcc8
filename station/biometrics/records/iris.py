"""Iris image records by ISO/IEC 19794-6:2011: header "IIR", version "020".

General header of 16 bytes, then for each representation: length, capture time and device, quality blocks,
representation number, image information (29 bytes) and image data after their length. Checked against
records of the MOSIP project and the code tables of NIST's BIOMDI.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from station.biometrics.records import blocks, pictures
from station.biometrics.records.blocks import CaptureDevice, CaptureTime, Quality
from station.biometrics.records.cursor import Reader, RecordError, Writer, check_start
from station.biometrics.records.layout import UNDEFINED, Field, Layout, Slot, Told, code
from station.biometrics.records.pictures import Claim
from station.biometrics.samples import IRISES, Position

MAGIC: Final = b"IIR\0"
VERSION: Final = b"020\0"
UNDEFINED_EYE: Final = 0
EYE_CODES: Final = {position: number for number, position in enumerate(IRISES, start=1)}
UNCROPPED: Final = 1
VGA: Final = 2
MONO_RAW: Final = 0x02
RGB_RAW: Final = 0x04
MONO_JPEG2000: Final = 0x0A
ANGLE_UNDEFINED: Final = 0xFFFF
BASE_ORIENTATION: Final = 0b0101
"""Horizontal and vertical orientation as the standard asks for."""
PREVIOUSLY_LOSSLESS: Final = 1 << 6
_KIND: Final = "ISO/IEC 19794-6:2011"

_TECHNOLOGIES: Final = {0: "unspecified", 1: "CMOS/CCD"}
_EYES: Final = {0: "unspecified", 1: "right", 2: "left"}
_IMAGE_TYPES: Final = {1: "uncropped", 2: "VGA", 3: "cropped", 7: "cropped and masked"}
_FORMATS: Final = {
    0x02: "MONO_RAW", 0x04: "RGB_RAW", 0x06: "MONO_JPEG", 0x08: "RGB_JPEG", 0x0A: "MONO_JPEG2000",
    0x0C: "RGB_JPEG2000", 0x0E: "MONO_PNG", 0x10: "RGB_PNG",
}  # fmt: skip
_PICTURES: Final = {
    0x06: "JPEG", 0x08: "JPEG", 0x0A: "JPEG 2000", 0x0C: "JPEG 2000", 0x0E: "PNG", 0x10: "PNG",
}  # fmt: skip
"""What the image data begin as, by their format."""
_ORIENTATIONS: Final = {0: "undefined", 1: "base", 2: "flipped"}
_HISTORY: Final = {0: "undefined", 1: "lossless or none", 2: "lossy"}
_RANGE: Final = {0: "unassigned", 1: "failed", 0xFFFF: "overflow"}
_COORDINATE: Final = {0: "undefined"}
_TURN: Final = {ANGLE_UNDEFINED: "undefined"}


class IrisHeader(msgspec.Struct, frozen=True):
    """The part of the representation header that is the iris's own."""

    representation: int
    eye: int
    image_type: int
    image_format: int
    properties: int
    width: int
    height: int
    depth: int
    range: int = 0
    roll: int = ANGLE_UNDEFINED
    roll_uncertainty: int = ANGLE_UNDEFINED
    centre_smallest_x: int = 0
    centre_largest_x: int = 0
    centre_smallest_y: int = 0
    centre_largest_y: int = 0
    diameter_smallest: int = 0
    diameter_largest: int = 0


class Iris(msgspec.Struct, frozen=True):
    """One representation."""

    captured: CaptureTime
    device: CaptureDevice
    header: IrisHeader
    image: bytes
    qualities: tuple[Quality, ...] = ()
    uncounted: int = 0
    """Quality blocks that the representation length leaves out, as a sample record of NIST's does."""


class IrisRecord(msgspec.Struct, frozen=True):
    """A whole record; the certification flag is always 0 in this part."""

    eyes: int
    """0 unknown, 1 one of the eyes, 2 both."""
    representations: tuple[Iris, ...]


_DEVICE: Final = blocks.device_layout(_TECHNOLOGIES)
_HEADER: Final = Layout(
    IrisHeader,
    Slot(2, "Representation number"),
    code(1, "Eye label", _EYES),
    code(1, "Image type", _IMAGE_TYPES),
    code(1, "Image format", _FORMATS),
    Slot(1, "Iris image properties bit field"),
    Slot(2, "Image width", "pixels"),
    Slot(2, "Image height", "pixels"),
    Slot(1, "Bit-depth", "bits of one channel"),
    Slot(2, "Range", "mm", _RANGE),
    Slot(2, "Roll angle of eye", "of 65536 parts of a full turn", _TURN),
    Slot(2, "Roll angle uncertainty", "of 65536 parts of half a turn", _TURN),
    Slot(2, "Iris centre, smallest X", "pixels", _COORDINATE),
    Slot(2, "Iris centre, largest X", "pixels", _COORDINATE),
    Slot(2, "Iris centre, smallest Y", "pixels", _COORDINATE),
    Slot(2, "Iris centre, largest Y", "pixels", _COORDINATE),
    Slot(2, "Iris diameter, smallest", "pixels", _COORDINATE),
    Slot(2, "Iris diameter, largest", "pixels", _COORDINATE),
)
_SMALLEST: Final = 4 + blocks.TIME.size + _DEVICE.size + 1 + _HEADER.size + 4
"""Bytes of a representation without quality and image."""


def of_image(image: bytes, header: IrisHeader, at: datetime, quality: Quality) -> IrisRecord:
    """The record of one eye."""
    return IrisRecord(1, (Iris(CaptureTime.of(at), CaptureDevice(), header, image, (quality,)),))


def grey_header(position: Position | None, width: int, height: int) -> IrisHeader:
    """The header of an eye (None: not known which) in 8-bit grey, lossless JPEG 2000, as the camera saw it."""
    image_type = VGA if (width, height) == (640, 480) else UNCROPPED
    properties = BASE_ORIENTATION | PREVIOUSLY_LOSSLESS
    return IrisHeader(
        1, EYE_CODES[position] if position else UNDEFINED_EYE, image_type, MONO_JPEG2000, properties, width, height, 8
    )


def read(data: bytes) -> IrisRecord:
    """Read a record. Raises RecordError."""
    reader = check_start(data, MAGIC, VERSION, _KIND)
    blocks.check_length(reader, 4, len(data))
    count_at = reader.offset
    count = reader.number(2, "Number of iris representations")
    blocks.check_not_certified(reader, _KIND)
    eyes = reader.number(1, "Number of eyes represented")
    blocks.check_count(count, reader.left, _SMALLEST, count_at)
    record = IrisRecord(eyes, tuple(_read_iris(reader) for _ in range(count)))
    reader.finish("the last representation")
    return record


def write(record: IrisRecord) -> bytes:
    """The record's bytes. Raises RecordError where a value does not fit its field."""
    parts = [_write_iris(iris) for iris in record.representations]
    writer = Writer()
    writer.put(MAGIC + VERSION)
    writer.number(16 + sum(map(len, parts)), 4, "Length of record")
    writer.number(len(parts), 2, "Number of iris representations")
    writer.number(0, 1, "Certification flag")
    writer.number(record.eyes, 1, "Number of eyes represented")
    for part in parts:
        writer.put(part)
    return writer.bytes()


def tell(record: IrisRecord) -> Told:
    """Every field in the words of the standard."""
    eyes = {0: "unknown", 1: "left or right", 2: "left and right"}
    fields = (
        Field("Format identifier", "IIR"),
        Field("Version number", "020"),
        Field("Number of iris representations", len(record.representations)),
        Field("Certification flag", 0, meaning="no certification"),
        Field("Number of eyes represented", record.eyes, meaning=eyes.get(record.eyes, UNDEFINED)),
    )
    parts = tuple(_tell_iris(iris, number) for number, iris in enumerate(record.representations, start=1))
    labels = {iris.header.eye for iris in record.representations} - {UNDEFINED_EYE}
    odd = f"The header says {record.eyes} eyes, the representations have {len(labels)}."
    wrong = record.eyes in (1, 2) and bool(labels) and len(labels) != record.eyes
    return Told(f"Iris image record, {_KIND}", fields, parts, (odd,) if wrong else ())


def channels_of(image_format: int, names: Mapping[int, str]) -> int:
    """Channels of a pixel by the name of its format; 0 for a format that nobody defined."""
    name = names.get(image_format, "")
    return 1 if name.startswith("MONO") else 3 if name else 0


def _read_iris(reader: Reader) -> Iris:
    """One representation. Its fields alone say where it ends; its length has to agree, or leave out quality blocks."""
    start = reader.offset
    length = reader.number(4, "Representation length")
    captured, device = blocks.TIME.read(reader), _DEVICE.read(reader)
    qualities = blocks.read_qualities(reader)
    header = _HEADER.read(reader)
    image = blocks.read_image(reader)
    uncounted, rest = divmod(reader.offset - start - length, blocks.QUALITY.size)
    if rest or not 0 <= uncounted <= len(qualities):
        raise RecordError(f"Representation length is {length}, and its fields take {reader.offset - start}", start)
    return Iris(captured, device, header, image, qualities, uncounted)


def _write_iris(iris: Iris) -> bytes:
    writer = Writer()
    blocks.TIME.write(writer, iris.captured)
    _DEVICE.write(writer, iris.device)
    blocks.write_qualities(writer, iris.qualities)
    _HEADER.write(writer, iris.header)
    blocks.write_image(writer, iris.image)
    if not 0 <= iris.uncounted <= len(iris.qualities):
        raise RecordError("more quality blocks are left out than there are", 0)
    whole = blocks.with_length(writer.bytes())
    return (len(whole) - iris.uncounted * blocks.QUALITY.size).to_bytes(4, "big") + whole[4:]


def _tell_iris(iris: Iris, number: int) -> Told:
    header = iris.header
    across, down, history = header.properties & 3, header.properties >> 2 & 3, header.properties >> 6 & 3
    fields = (
        blocks.tell_time(iris.captured),
        *_DEVICE.tell(iris.device),
        *_HEADER.tell(header),
        Field("Horizontal orientation", across, meaning=_ORIENTATIONS.get(across, UNDEFINED)),
        Field("Vertical orientation", down, meaning=_ORIENTATIONS.get(down, UNDEFINED)),
        Field("Compression history", history, meaning=_HISTORY.get(history, UNDEFINED)),
    )
    remarks: tuple[str, ...] = ()
    if iris.uncounted:
        remarks = (f"The representation length leaves out {iris.uncounted} quality blocks.",)
    raw = header.image_format in (MONO_RAW, RGB_RAW)
    channels = channels_of(header.image_format, _FORMATS)
    claim = Claim((header.width, header.height), _PICTURES.get(header.image_format, ""), raw, channels)
    picture = pictures.tell(iris.image, claim)
    wanted = header.width * header.height * channels * ((header.depth + 7) // 8)
    if raw and wanted != len(iris.image):
        remarks += (f"The uncompressed pixels would be {wanted} bytes, the image data are {len(iris.image)}.",)
    return Told(f"Representation {number}", fields, (*blocks.tell_blocks(iris.qualities), picture), remarks)
