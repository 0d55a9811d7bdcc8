"""What a picture's own bytes say of it: format, size in pixels, depth. Only headers are read, nothing is decoded.

So a picture that claims a billion pixels costs as much as a small one. Formats: PNG, JPEG, JPEG-LS,
JPEG 2000 (JP2 file and bare codestream) and WSQ; anything else is told as it is: not recognised.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from typing import Final

import msgspec

from station.biometrics.records.layout import Field, Told

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JP2: Final = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_CODESTREAM: Final = b"\xff\x4f\xff\x51"
_WSQ: Final = b"\xff\xa0"
_JPEG: Final = b"\xff\xd8"
_PNG_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_JPEG_FRAMES: Final = frozenset({*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC})
_JPEG_LS: Final = 0xF7
_WSQ_FRAME: Final = 0xA2
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length: TEM, RST0 to RST7, SOI."""
_MAX_STEPS: Final = 1000


class Picture(msgspec.Struct, frozen=True):
    """What is known of a picture; zeros where its header does not say it."""

    format: str
    width: int = 0
    height: int = 0
    channels: int = 0
    bits: int = 0
    """Bits of one channel."""


_CHANNELS: Final = {1: "grey", 3: "colour"}
UNKNOWN: Final = Picture("not recognised")
RAW: Final = Picture("uncompressed pixels")


def look(data: bytes) -> Picture:
    """Format and size by the picture's own header."""
    try:
        if data.startswith(_PNG):
            width, height, bits, colour = struct.unpack_from(">IIBB", data, 16)
            return Picture("PNG", width, height, _PNG_CHANNELS.get(colour, 0), bits)
        if data.startswith(_JP2):
            return _jp2(data)
        if data.startswith(_CODESTREAM):
            return _codestream(data, 0, "JPEG 2000 codestream")
        if data.startswith(_WSQ):
            return _marked(data, frozenset({_WSQ_FRAME}), "WSQ")
        if data.startswith(_JPEG):
            return _marked(data, _JPEG_FRAMES, "JPEG")
    except struct.error:
        return Picture(_name(data))
    return UNKNOWN


class Claim(msgspec.Struct, frozen=True):
    """What a record says of its image data; they are held against it."""

    size: tuple[int, int] | None = None
    """Width and height in pixels."""
    format: str = ""
    """As `look` names it, without regard to a bare codestream. Empty where the record says none that is known."""
    raw: bool = False
    """Whether it calls them uncompressed: then there is no header to look at."""
    channels: int = 0
    """0 where the record does not say how many; the same for `bits`."""
    bits: int = 0
    """Of one pixel, in all channels."""


def tell(data: bytes, claim: Claim) -> Told:
    """Format, size and SHA-256 of image data, and where they are not what the record claims of them."""
    seen = RAW if claim.raw else look(data)
    fields = [Field("Format of the image data", seen.format)]
    if seen.width and seen.height:
        fields.append(Field("Width by the image data", seen.width, "pixels"))
        fields.append(Field("Height by the image data", seen.height, "pixels"))
    if seen.bits:
        fields.append(Field("Depth by the image data", seen.bits * max(seen.channels, 1), "bits a pixel"))
    fields.append(Field("Image data length", len(data), "bytes"))
    fields.append(Field("SHA-256 of the image data", hashlib.sha256(data).hexdigest()))
    return Told("Image", tuple(fields), remarks=tuple(_contradictions(data, seen, claim)))


def is_of(seen: Picture, wanted: str) -> bool:
    """Whether a picture is of a format by name, as a file or as a bare codestream."""
    return seen.format.removesuffix(" codestream") == wanted


def _contradictions(data: bytes, seen: Picture, claim: Claim) -> Iterator[str]:
    size = claim.size
    if not data:
        if size is not None and any(size):
            yield f"The header says {size[0]} x {size[1]} pixels, and there are no image data."
        return
    if claim.raw:
        hidden = look(data)
        if hidden.width and hidden.height:
            yield f"The header says uncompressed pixels, and the image data begin as {hidden.format}."
        return
    if claim.format and not is_of(seen, claim.format):
        what = "no picture that is known here" if seen == UNKNOWN else seen.format
        yield f"The header says {claim.format}, and the image data are {what}."
    elif claim.format and not (seen.width and seen.height):
        yield f"The image data begin as {claim.format}, and their own header says no size."
    if seen.width and size is not None and size != (seen.width, seen.height):
        yield f"The header says {size[0]} x {size[1]} pixels, the image data {seen.width} x {seen.height}."
    if claim.channels and seen.channels and claim.channels != seen.channels:
        yield f"The header says {_CHANNELS[claim.channels]}, the image data have {seen.channels} channels."
    if claim.bits and seen.bits and claim.bits != seen.bits * seen.channels:
        yield f"The header says {claim.bits} bits a pixel, the image data {seen.bits * seen.channels}."


def _name(data: bytes) -> str:
    starts = {_PNG: "PNG", _JP2: "JPEG 2000", _CODESTREAM: "JPEG 2000 codestream", _WSQ: "WSQ", _JPEG: "JPEG"}
    return next(name for start, name in starts.items() if data.startswith(start))


def _jp2(data: bytes) -> Picture:
    """The image header box, which stands first in the JP2 header superbox."""
    at = 0
    for _ in range(_MAX_STEPS):
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        if kind == b"jp2h":
            at += head
            continue
        if kind == b"ihdr":
            height, width, channels, bits = struct.unpack_from(">IIHB", data, at + head)
            return Picture("JPEG 2000", width, height, channels, 0 if bits == 255 else (bits & 0x7F) + 1)
        if kind == b"jp2c":
            return _codestream(data, at + head, "JPEG 2000")
        if not head <= size <= len(data) - at:
            break
        at += size
    return Picture("JPEG 2000")


def _codestream(data: bytes, at: int, name: str) -> Picture:
    """The size marker, which stands right after the start of the codestream."""
    if data[at : at + 4] != _CODESTREAM:
        return Picture(name)
    right, bottom, left, top = struct.unpack_from(">IIII", data, at + 8)
    channels, bits = struct.unpack_from(">HB", data, at + 40)
    return Picture(name, max(right - left, 0), max(bottom - top, 0), channels, (bits & 0x7F) + 1)


def _marked(data: bytes, frames: frozenset[int], name: str) -> Picture:
    """The frame header of a JPEG or a WSQ, found marker by marker."""
    at = 2
    for _ in range(_MAX_STEPS):
        start, marker = struct.unpack_from(">BB", data, at)
        if start != 0xFF:
            break
        if marker == 0xFF:
            at += 1
            continue
        if marker in _BARE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker in frames and name == "WSQ":
            height, width = struct.unpack_from(">HH", data, at + 6)
            return Picture(name, width, height, 1, 8)
        if marker in frames:
            bits, height, width, channels = struct.unpack_from(">BHHB", data, at + 4)
            return Picture("JPEG-LS" if marker == _JPEG_LS else name, width, height, channels, bits)
        if length < 2:
            break
        at += 2 + length
    return Picture(name)
