"""Finger and iris image records as scanners send them: ISO/IEC 19794-4:2011 and 19794-6:2011.

Reads one record down to pixels; all lengths are checked, because the bytes come from outside. The
coding of the picture (raw, WSQ, JPEG, JPEG 2000, PNG) is named in the finger record's compression
byte and found by its own first bytes otherwise.
"""

from __future__ import annotations

import io
import struct
from typing import Final

import msgspec
import PIL.Image

from station.biometrics.samples import FINGERS, Position
from station.hardware.devices import Image

LARGEST_SIDE: Final = 5000
"""Pixels; a whole palm at 1000 ppi is 5 inches. Larger is a broken or hostile record."""

_GENERAL: Final = struct.Struct(">4s4sIHBB")
_DEVICE: Final = struct.Struct(">I9sBHH")
_FINGER: Final = struct.Struct(">BBBHHHHBBBHH")
_IRIS: Final = struct.Struct(">HBBBBHHBHHHHHHHHH")
_LENGTH: Final = struct.Struct(">I")
_QUALITY_BYTES: Final = 5
_CERTIFICATE_BYTES: Final = 3
_PER_INCH: Final = 1
_RAW: Final = 0
_WSQ: Final = 2
_IRIS_RAW: Final = 2
_EYES: Final = {1: Position.RIGHT_IRIS, 2: Position.LEFT_IRIS}


class BadRecord(Exception):
    """Not a whole record of the kind, or one whose picture cannot be read."""


class ImageRecord(msgspec.Struct, frozen=True):
    """The first representation of a record."""

    image: Image
    position: Position | None
    """What the record itself says it is; None where it says unknown."""


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def unpack(self, layout: struct.Struct) -> tuple[int, ...]:
        return layout.unpack(self.take(layout.size))

    def take(self, size: int) -> bytes:
        piece = self._data[self._at : self._at + size]
        if len(piece) < size:
            raise BadRecord(f"ends at byte {len(self._data)}, within a field of {size} bytes")
        self._at += size
        return piece


def read_finger(record: bytes) -> ImageRecord:
    """A finger image record (FIR, version 020)."""
    reader, certified = _open(record, b"FIR\0")
    if certified:
        reader.take(reader.take(1)[0] * _CERTIFICATE_BYTES)
    position, _, unit, _, _, across, down, depth, compression, _, width, height = reader.unpack(_FINGER)
    _check_picture(width, height, depth)
    coded = _coded(reader)
    ppi = across if unit == _PER_INCH else round(across * 2.54)
    if across != down:
        raise BadRecord(f"pixels are not square: {across} x {down}")
    if compression == _RAW:
        image = _raw(coded, width, height, ppi)
    else:
        image = _decode(coded, width, height, ppi, wsq=compression == _WSQ)
    return ImageRecord(image, FINGERS[position - 1] if 1 <= position <= len(FINGERS) else None)


def read_iris(record: bytes) -> ImageRecord:
    """An iris image record (IIR, version 020)."""
    reader, _ = _open(record, b"IIR\0")
    fields = reader.unpack(_IRIS)
    eye, form, width, height, depth = fields[1], fields[3], fields[5], fields[6], fields[7]
    _check_picture(width, height, depth)
    coded = _coded(reader)
    image = _raw(coded, width, height, 0) if form == _IRIS_RAW else _decode(coded, width, height, 0, wsq=False)
    return ImageRecord(image, _EYES.get(eye))


def _open(record: bytes, magic: bytes) -> tuple[_Reader, bool]:
    """Past the headers up to the fields of the kind; and whether certificates follow the quality blocks."""
    if not record.startswith(magic + b"020\0"):
        raise BadRecord(f"does not start as a {magic[:3].decode()} record of version 020")
    reader = _Reader(record)
    _, _, length, representations, certified, _ = _GENERAL.unpack(reader.take(_GENERAL.size))
    if length != len(record):
        raise BadRecord(f"says {length} bytes and has {len(record)}")
    if representations < 1:
        raise BadRecord("holds no picture")
    reader.take(_DEVICE.size)
    reader.take(reader.take(1)[0] * _QUALITY_BYTES)
    return reader, certified == 1


def _check_picture(width: int, height: int, depth: int) -> None:
    if depth != 8:
        raise BadRecord(f"{depth} bits a pixel; only 8 are read")
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise BadRecord(f"picture of {width} x {height} pixels")


def _coded(reader: _Reader) -> bytes:
    return reader.take(reader.unpack(_LENGTH)[0])


def _raw(data: bytes, width: int, height: int, ppi: int) -> Image:
    if len(data) != width * height:
        raise BadRecord(f"raw picture of {len(data)} bytes for {width} x {height}")
    return Image(width, height, 1, data, ppi)


def _decode(data: bytes, width: int, height: int, ppi: int, *, wsq: bool) -> Image:
    if wsq:
        import wsq as _plugin  # registers itself with Pillow; only old scanners need it

        del _plugin
    try:
        with PIL.Image.open(io.BytesIO(data), formats=["WSQ"] if wsq else ["JPEG2000", "JPEG", "PNG"]) as picture:
            if picture.size != (width, height):
                raise BadRecord(f"header says {width} x {height}, picture is {picture.width} x {picture.height}")
            pixels = picture.convert("L").tobytes()
    except (OSError, SyntaxError, ValueError, PIL.Image.DecompressionBombError) as error:
        raise BadRecord(f"picture cannot be decoded: {error}") from error
    return Image(width, height, 1, pixels, ppi)
