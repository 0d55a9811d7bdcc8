"""What ISO/IEC 19794-4, -5 and -6:2011 share: capture time and device, quality and certification blocks.

Layouts by ISO/IEC 19794-1:2011 and the tables of the representation headers in the parts; checked
against the records of the MOSIP project, an independent implementation.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from station.biometrics.records.cursor import Reader, RecordError, Writer
from station.biometrics.records.layout import Field, Layout, Slot, Told

QUALITY_FAILED: Final = 255
QUALITY_NOT_ATTEMPTED: Final = 254
_SCORES: Final = {
    QUALITY_FAILED: "an attempt to calculate a quality score failed",
    QUALITY_NOT_ATTEMPTED: "no attempt to calculate a quality score",
}
_UNKNOWN_2: Final = {0: "unspecified"}


class CaptureTime(msgspec.Struct, frozen=True):
    """Capture date and time in UTC; all bits set where a part is not known."""

    year: int = 0xFFFF
    month: int = 0xFF
    day: int = 0xFF
    hour: int = 0xFF
    minute: int = 0xFF
    second: int = 0xFF
    millisecond: int = 0xFFFF

    @classmethod
    def of(cls, moment: datetime) -> CaptureTime:
        """The fields of a moment, in UTC."""
        at = moment.astimezone(UTC)
        return cls(at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond // 1000)

    def as_text(self) -> str:
        """ISO 8601 in UTC, or why there is none."""
        try:
            at = datetime(self.year, self.month, self.day, self.hour, self.minute, self.second, tzinfo=UTC)
            at = at.replace(microsecond=self.millisecond * 1000)
        except ValueError:
            return "unknown" if self == CaptureTime() else "not a moment"
        return at.isoformat(timespec="milliseconds")


class CaptureDevice(msgspec.Struct, frozen=True):
    """What captured; vendor and type are registered with IBIA, 0 is unspecified."""

    technology: int = 0
    vendor: int = 0
    type: int = 0


class Quality(msgspec.Struct, frozen=True):
    """One quality block."""

    score: int
    vendor: int = 0
    algorithm: int = 0


class Certification(msgspec.Struct, frozen=True):
    """One certification block."""

    authority: int
    scheme: int


TIME: Final = Layout(
    CaptureTime,
    Slot(2, "Capture date: year"),
    Slot(1, "Capture date: month"),
    Slot(1, "Capture date: day"),
    Slot(1, "Capture time: hour"),
    Slot(1, "Capture time: minute"),
    Slot(1, "Capture time: second"),
    Slot(2, "Capture time: millisecond"),
)
QUALITY: Final = Layout(
    Quality,
    Slot(1, "Quality score", "of 100", _SCORES),
    Slot(2, "Quality algorithm vendor identifier", codes=_UNKNOWN_2),
    Slot(2, "Quality algorithm identifier", codes=_UNKNOWN_2),
)
CERTIFICATION: Final = Layout(
    Certification, Slot(2, "Certification authority identifier"), Slot(1, "Certification scheme identifier")
)


def device_layout(technologies: dict[int, str]) -> Layout[CaptureDevice]:
    """The capture device's fields; the codes of the technology are the part's own."""
    return Layout(
        CaptureDevice,
        Slot(1, "Capture device technology identifier", codes=technologies, listed=True),
        Slot(2, "Capture device vendor identifier", codes=_UNKNOWN_2),
        Slot(2, "Capture device type identifier", codes=_UNKNOWN_2),
    )


def read_qualities(reader: Reader) -> tuple[Quality, ...]:
    """The number of quality blocks, and the blocks."""
    return tuple(QUALITY.read(reader) for _ in range(reader.number(1, "Number of quality blocks")))


def write_qualities(writer: Writer, blocks: Sequence[Quality]) -> None:
    """The number of quality blocks, and the blocks."""
    writer.number(len(blocks), 1, "Number of quality blocks")
    for block in blocks:
        QUALITY.write(writer, block)


def read_certifications(reader: Reader) -> tuple[Certification, ...]:
    """The number of certification blocks, and the blocks."""
    return tuple(CERTIFICATION.read(reader) for _ in range(reader.number(1, "Number of certification blocks")))


def write_certifications(writer: Writer, blocks: Sequence[Certification]) -> None:
    """The number of certification blocks, and the blocks."""
    writer.number(len(blocks), 1, "Number of certification blocks")
    for block in blocks:
        CERTIFICATION.write(writer, block)


def open_representation(reader: Reader) -> Reader:
    """A reader of the next representation after its length, which counts itself."""
    start = reader.offset
    length = reader.number(4, "Representation length")
    if length < 4 or length - 4 > reader.left:
        raise RecordError(f"Representation length is {length}, and {reader.left + 4} bytes are left", start)
    return reader.within(length - 4, "Representation")


def with_length(representation: bytes) -> bytes:
    """The representation after its length, which counts itself."""
    writer = Writer()
    writer.number(len(representation) + 4, 4, "Representation length")
    writer.put(representation)
    return writer.bytes()


def check_count(count: int, left: int, smallest: int, offset: int) -> None:
    """Refuse a number of representations that is 0, or that the bytes left cannot hold at `smallest` bytes each."""
    if count == 0:
        raise RecordError("Number of representations is 0", offset)
    if count * smallest > left:
        raise RecordError(f"Number of representations is {count}, which {left} bytes cannot hold", offset)


def check_not_certified(reader: Reader, kind: str) -> None:
    """Take a certification flag that must be 0, because the part defines no certification blocks."""
    flag = reader.number(1, "Certification flag")
    if flag:
        raise RecordError(f"Certification flag is {flag}, and {kind} has no certification blocks", reader.offset - 1)


def check_length(reader: Reader, size: int, total: int) -> None:
    """Take the record's length, which is that of the whole file."""
    at = reader.offset
    length = reader.number(size, "Length of record")
    if length != total:
        raise RecordError(f"Length of record is {length}, and the file has {total} bytes", at)


def read_image(reader: Reader) -> bytes:
    """The image data after their length."""
    return reader.take(reader.number(4, "Image data length"), "Image data")


def write_image(writer: Writer, image: bytes) -> None:
    """The image data after their length."""
    writer.number(len(image), 4, "Image data length")
    writer.put(image)


def tell_time(time: CaptureTime) -> Field:
    """Capture date and time as one field."""
    text = time.as_text()
    parts = "-".join(str(part) for part in msgspec.structs.astuple(time))
    return Field("Capture date and time", f"{text} ({parts})" if text == "not a moment" else text, "UTC")


def tell_blocks(qualities: Sequence[Quality], certifications: Sequence[Certification] = ()) -> tuple[Told, ...]:
    """A part for each quality and certification block."""
    told = [Told(f"Quality block {number}", QUALITY.tell(block)) for number, block in enumerate(qualities, start=1)]
    told += [
        Told(f"Certification block {number}", CERTIFICATION.tell(block))
        for number, block in enumerate(certifications, start=1)
    ]
    return tuple(told)
