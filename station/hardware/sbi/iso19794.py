"""Finger and iris image records as scanners send them, down to pixels: ISO/IEC 19794-4:2011 and 19794-6:2011.

`biometrics.records` reads the record, whole and with all lengths checked, because the bytes come from
outside; here its first picture is decoded. The coding of the picture (raw, WSQ, JPEG, JPEG 2000, PNG) is
named in the finger record's compression byte and found by its own first bytes otherwise.
"""

from __future__ import annotations

import io
from typing import Final

import msgspec
import PIL.Image

from station.biometrics import wsq
from station.biometrics.nbis import UnusableImage
from station.biometrics.records import finger, iris
from station.biometrics.records.cursor import RecordError
from station.biometrics.samples import FINGERS, Position
from station.hardware.devices import Image

LARGEST_SIDE: Final = 5000
"""Pixels; a whole palm at 1000 ppi is 5 inches. Larger is a broken or hostile record."""

_EYES: Final = {code: position for position, code in iris.EYE_CODES.items()}


class BadRecord(Exception):
    """Not a whole record of the kind, or one whose picture cannot be read."""


class ImageRecord(msgspec.Struct, frozen=True):
    """The first representation of a record."""

    image: Image
    position: Position | None
    """What the record itself says it is; None where it says unknown."""


def read_finger(record: bytes) -> ImageRecord:
    """A finger image record (FIR, version 020)."""
    try:
        first = finger.read(record).representations[0]
    except RecordError as error:
        raise BadRecord(f"byte {error.offset}: {error.what}") from error
    header = first.header
    _check_picture(header.width, header.height, header.depth)
    across, down = header.image_horizontal, header.image_vertical
    ppi = across if header.scale_units == finger.PIXELS_PER_INCH else round(across * 2.54)
    if across != down:
        raise BadRecord(f"pixels are not square: {across} x {down}")
    if header.compression == finger.UNCOMPRESSED:
        image = _raw(first.image, header.width, header.height, ppi)
    else:
        decode = _decode_wsq if header.compression == finger.WSQ else _decode
        image = decode(first.image, header.width, header.height, ppi)
    named = 1 <= header.position <= len(FINGERS)
    return ImageRecord(image, FINGERS[header.position - 1] if named else None)


def read_iris(record: bytes) -> ImageRecord:
    """An iris image record (IIR, version 020)."""
    try:
        first = iris.read(record).representations[0]
    except RecordError as error:
        raise BadRecord(f"byte {error.offset}: {error.what}") from error
    header = first.header
    _check_picture(header.width, header.height, header.depth)
    if header.image_format == iris.MONO_RAW:
        image = _raw(first.image, header.width, header.height, 0)
    else:
        image = _decode(first.image, header.width, header.height, 0)
    return ImageRecord(image, _EYES.get(header.eye))


def _check_picture(width: int, height: int, depth: int) -> None:
    if depth != 8:
        raise BadRecord(f"{depth} bits a pixel; only 8 are read")
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise BadRecord(f"picture of {width} x {height} pixels")


def _raw(data: bytes, width: int, height: int, ppi: int) -> Image:
    if len(data) != width * height:
        raise BadRecord(f"raw picture of {len(data)} bytes for {width} x {height}")
    return Image(width, height, 1, data, ppi)


def _decode_wsq(data: bytes, width: int, height: int, ppi: int) -> Image:
    try:
        _check_size(wsq.size_of(data), width, height)
        return Image(width, height, 1, wsq.decode(data).tobytes(), ppi)
    except UnusableImage as error:
        raise BadRecord(f"picture cannot be decoded: {error}") from error


def _check_size(size: tuple[int, int], width: int, height: int) -> None:
    if size != (width, height):
        raise BadRecord(f"header says {width} x {height}, picture is {size[0]} x {size[1]}")


def _decode(data: bytes, width: int, height: int, ppi: int) -> Image:
    try:
        with PIL.Image.open(io.BytesIO(data), formats=["JPEG2000", "JPEG", "PNG"]) as picture:
            _check_size(picture.size, width, height)
            pixels = picture.convert("L").tobytes()
    except (OSError, SyntaxError, ValueError, PIL.Image.DecompressionBombError) as error:
        raise BadRecord(f"picture cannot be decoded: {error}") from error
    return Image(width, height, 1, pixels, ppi)
