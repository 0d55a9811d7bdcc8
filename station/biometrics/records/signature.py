"""Signature time series by ISO/IEC 19794-7:2007, full format: header "SDI", version " 10".

After header and version: two bytes that say which of the 16 channels are included, a description of each
(preamble bits, then two bytes for each attribute that they announce), a reserved byte; then the body: a
byte that says whether extended data follow, the number of sample points (three bytes), the points with
two bytes a channel (one for the pen tip switch), the extended data after their length. A channel that
its preamble calls constant has no values in the points. Layout by clause 7 and the ASN.1 of annex B.

Values of signed channels are stored plus 32768. A scaling value is a five-bit exponent (stored plus 16)
and an eleven-bit fraction; a stored value divided by it is in the channel's unit (m, s, N, ...). Checked
against the records of another maker's pad.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
import numpy as np

from station.biometrics.records.cursor import Reader, RecordError, Writer, check_start
from station.biometrics.records.layout import Field, Told

MAGIC: Final = b"SDI\0"
VERSION: Final = b" 10\0"
_KIND: Final = "ISO/IEC 19794-7:2007"
_OFFSET: Final = 0x8000

CHANNELS: Final = ("X", "Y", "Z", "VX", "VY", "AX", "AY", "T", "DT", "F", "S", "TX", "TY", "Az", "El", "R")
"""In the order of their bits, X the highest, and of their values in a point."""
_SIGNED: Final = frozenset({"X", "Y", "VX", "VY", "AX", "AY", "TX", "TY"})
_UNITS: Final = {
    "X": "m", "Y": "m", "Z": "m", "VX": "m/s", "VY": "m/s", "AX": "m/s2", "AY": "m/s2", "T": "s", "DT": "s", "F": "N",
    "TX": "degrees", "TY": "degrees", "Az": "degrees", "El": "degrees", "R": "degrees",
}  # fmt: skip
ATTRIBUTES: Final = ("scaling value", "minimum", "maximum", "mean", "standard deviation")
"""In the order of the preamble's bits, the scaling value the highest."""
_CONSTANT: Final = 1 << 2

POSITION_SCALE: Final = 50_000
"""Stored units a metre: 20 micrometres each, up to 0.65 m from the pad's edge; a scaling value holds it exactly."""
_LONGEST: Final = 65_535
_FORCE: Final = 65_535


class Channel(msgspec.Struct, frozen=True):
    """The description of one included channel."""

    name: str
    preamble: int
    attributes: tuple[int, ...]
    """As stored, one for each of the five upper bits of the preamble that is set."""

    @property
    def constant(self) -> bool:
        return bool(self.preamble & _CONSTANT)


class SignatureRecord(msgspec.Struct, frozen=True):
    """A whole record; `rows` gives its points."""

    channels: tuple[Channel, ...]
    points: bytes
    """The sample points as stored."""
    extended: bytes | None = None
    """None where the record says that there are none."""
    reserved: int = 0
    extended_flag: int = 0


class Report(msgspec.Struct, frozen=True):
    """The pen at one moment: millimetres from the pad's top left, share of full pressure, seconds."""

    x: float
    y: float
    pressure: float
    t: float


def of_reports(reports: Sequence[Report]) -> SignatureRecord:
    """The record of a pen's reports: X, Y, T, F (uncalibrated, full scale 65535) and the pen tip switch.

    Raises RecordError for a position or time that the format cannot hold.
    """
    rows = bytearray()
    ticks = _ticks(max((report.t for report in reports), default=0.0))
    for report in reports:
        # The standard's y grows upwards, the pad's downwards.
        x, y = (round(value / 1000 * POSITION_SCALE) + _OFFSET for value in (report.x, -report.y))
        t, force = round(report.t * ticks), round(report.pressure * _FORCE)
        try:
            rows += struct.pack(">HHHHB", x, y, t, force, report.pressure > 0)
        except struct.error as error:
            raise RecordError("a pen position or time is outside what two bytes hold", len(rows)) from error
    scale = _to_scaling(POSITION_SCALE)
    channels = (
        Channel("X", 0x80, (scale,)),
        Channel("Y", 0x80, (scale,)),
        Channel("T", 0x80, (_to_scaling(ticks),)),
        Channel("F", 0x60, (0, _FORCE)),
        Channel("S", 0, ()),
    )
    return SignatureRecord(channels, bytes(rows))


def rows(record: SignatureRecord) -> Iterator[tuple[int, ...]]:
    """The stored values of each point, in the order of the channels that are not constant; signed ones with sign."""
    varying = [channel for channel in record.channels if not channel.constant]
    if not varying:
        return
    layout = struct.Struct(">" + "".join("B" if channel.name == "S" else "H" for channel in varying))
    shift = [_OFFSET if channel.name in _SIGNED else 0 for channel in varying]
    for row in layout.iter_unpack(record.points):
        yield tuple(value - by for value, by in zip(row, shift, strict=True))


def reports(record: SignatureRecord) -> list[Report]:
    """The pen's reports behind a record of ours, in millimetres, share of full pressure, and seconds."""
    names = [channel.name for channel in record.channels if not channel.constant]
    scale = {channel.name: _scaling(channel.attributes[0]) for channel in record.channels if channel.preamble & 0x80}
    found = []
    for row in rows(record):
        at = dict(zip(names, row, strict=True))
        x, y = (at[name] / scale[name] * 1000 for name in ("X", "Y"))
        found.append(Report(x, -y, at["F"] / _FORCE, at["T"] / scale["T"]))
    return found


def read(data: bytes) -> SignatureRecord:
    """Read a record. Raises RecordError."""
    reader = check_start(data, MAGIC, VERSION, _KIND)
    included = reader.number(2, "Channel inclusion field")
    names = [name for bit, name in enumerate(CHANNELS) if included >> 15 - bit & 1]
    channels = tuple(_read_channel(reader, name) for name in names)
    reserved = reader.number(1, "Reserved")
    flag = reader.number(1, "Extended data inclusion")
    at = reader.offset
    count = reader.number(3, "Number of sample points")
    width = _width(channels)
    if count and not width:
        raise RecordError(f"Number of sample points is {count}, and no channel has values in them", at)
    points = reader.take(count * width, "Sample points")
    extended = reader.take(reader.number(2, "Extended data length"), "Extended data") if flag else None
    reader.finish("the record")
    return SignatureRecord(channels, points, extended, reserved, flag)


def write(record: SignatureRecord) -> bytes:
    """The record's bytes. Raises RecordError where a value does not fit its field."""
    writer = Writer()
    writer.put(MAGIC + VERSION)
    positions = [CHANNELS.index(channel.name) for channel in record.channels]
    if positions != sorted(set(positions)):
        raise RecordError("channels stand twice, or not in the order of the standard", writer.offset)
    writer.number(sum(1 << 15 - position for position in positions), 2, "Channel inclusion field")
    for channel in record.channels:
        _write_channel(writer, channel)
    writer.number(record.reserved, 1, "Reserved")
    if bool(record.extended_flag) != (record.extended is not None):
        raise RecordError("extended data and the byte that announces them do not agree", writer.offset)
    writer.number(record.extended_flag, 1, "Extended data inclusion")
    width = _width(record.channels)
    if (len(record.points) % width if width else len(record.points)) != 0:
        raise RecordError(f"{len(record.points)} bytes are no whole number of points of {width}", writer.offset)
    writer.number(len(record.points) // width if width else 0, 3, "Number of sample points")
    writer.put(record.points)
    if record.extended is not None:
        writer.number(len(record.extended), 2, "Extended data length")
        writer.put(record.extended)
    return writer.bytes()


def tell(record: SignatureRecord) -> Told:
    """Every field in the words of the standard; of the points, their number, range and SHA-256."""
    width = _width(record.channels)
    fields = [
        Field("Format identifier", "SDI"),
        Field("Version number", " 10"),
        Field("Channels", ", ".join(channel.name for channel in record.channels)),
        Field("Number of sample points", len(record.points) // width if width else 0),
        Field("Length of the sample points", len(record.points), "bytes"),
        Field("SHA-256 of the sample points", hashlib.sha256(record.points).hexdigest()),
    ]
    if record.extended is not None:
        fields.append(Field("Extended data length", len(record.extended), "bytes"))
        fields.append(Field("SHA-256 of the extended data", hashlib.sha256(record.extended).hexdigest()))
    ranges = _ranges(record)
    names = {channel.name for channel in record.channels}
    remarks = []
    if not {"X", "Y"} <= names:
        lacking = " and ".join(name for name in ("X", "Y") if name not in names)
        remarks.append(f"It has no channel {lacking}, and the standard asks every record for both X and Y.")
    if not names & {"T", "DT"}:
        remarks.append("It has neither channel T nor DT: nothing says when a point was drawn.")
    return Told(
        f"Signature/sign time series record, {_KIND}",
        tuple(fields),
        tuple(_tell_channel(channel, ranges.get(channel.name)) for channel in record.channels),
        tuple(remarks),
    )


def _width(channels: Sequence[Channel]) -> int:
    return sum(1 if channel.name == "S" else 2 for channel in channels if not channel.constant)


def _read_channel(reader: Reader, name: str) -> Channel:
    preamble = reader.number(1, f"Preamble of channel {name}")
    announced = (preamble >> 3).bit_count()
    return Channel(name, preamble, tuple(reader.number(2, f"Attribute of channel {name}") for _ in range(announced)))


def _write_channel(writer: Writer, channel: Channel) -> None:
    writer.number(channel.preamble, 1, f"Preamble of channel {channel.name}")
    if len(channel.attributes) != (channel.preamble >> 3).bit_count():
        raise RecordError(f"channel {channel.name} has other attributes than its preamble announces", writer.offset)
    for value in channel.attributes:
        writer.number(value, 2, f"Attribute of channel {channel.name}")


def _tell_channel(channel: Channel, seen: tuple[int, int] | None) -> Told:
    fields = []
    announced = [name for bit, name in enumerate(ATTRIBUTES) if channel.preamble >> 7 - bit & 1]
    for name, value in zip(announced, channel.attributes, strict=True):
        if name == "scaling value":
            fields.append(
                Field("Scaling value", _scaling(value), f"units of value for 1 {_UNITS.get(channel.name, '')}")
            )
        else:
            signed = channel.name in _SIGNED and name != "standard deviation"
            fields.append(Field(f"Stated {name}", value - _OFFSET if signed else value))
    fields.append(Field("Constant", "yes" if channel.constant else "no"))
    fields.append(Field("Linear component removed", "yes" if channel.preamble & 2 else "no"))
    if seen is not None:
        fields.append(Field("Smallest value", seen[0]))
        fields.append(Field("Largest value", seen[1]))
    return Told(f"Channel {channel.name}", tuple(fields))


def _ranges(record: SignatureRecord) -> dict[str, tuple[int, int]]:
    """The smallest and largest value of each channel, without making an object of each."""
    varying = [channel.name for channel in record.channels if not channel.constant]
    if not record.points:
        return {}
    kinds = np.dtype([(name, "u1" if name == "S" else ">u2") for name in varying])
    table = np.frombuffer(record.points, kinds)
    shift = {name: _OFFSET if name in _SIGNED else 0 for name in varying}
    return {name: (int(table[name].min()) - shift[name], int(table[name].max()) - shift[name]) for name in varying}


def _ticks(longest: float) -> int:
    """Stored units a second: 1000, or as many fewer as it takes to hold the last moment."""
    ticks = 1000
    while longest * ticks > _LONGEST and ticks > 1:
        ticks //= 2
    return ticks


def _scaling(stored: int) -> float:
    return float((1 + (stored & 0x7FF) / 2048) * 2.0 ** ((stored >> 11) - 16))


def _to_scaling(value: int) -> int:
    exponent = value.bit_length() - 1
    return (exponent + 16) << 11 | (value * 2048 >> exponent) - 2048
