"""The binary records of ANSI/NIST-ITL: fingerprints (types 3 to 6) and signatures (type 8), told field by field.

Their fields have fixed places after length and IDC: the fingerprints' are impression type, six finger
positions, scanning resolution, line lengths and compression; then the image. Type 7 is the user's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

import msgspec

from station.biometrics.records import pictures
from station.biometrics.records.cursor import Reader, RecordError
from station.biometrics.records.layout import UNDEFINED, Field, Layout, Slot, Told, code
from station.biometrics.records.pictures import Claim
from station.biometrics.records.positions import AN2_POSITIONS, IMPRESSIONS, raw_size

NAMES: Final = {
    3: "low-resolution grayscale fingerprint",
    4: "high-resolution grayscale fingerprint",
    5: "low-resolution binary fingerprint",
    6: "high-resolution binary fingerprint",
    7: "user-defined image",
    8: "signature image",
}
_UNUSED: Final = 255
_COMPRESSIONS: Final = {0: "NONE", 1: "WSQ20", 2: "JPEGB", 3: "JPEGL", 4: "JP2", 5: "JP2L", 6: "PNG"}
_PICTURES: Final = {1: "WSQ", 2: "JPEG", 3: "JPEG", 4: "JPEG 2000", 5: "JPEG 2000", 6: "PNG"}
"""What a greyscale image begins as, by its compression; the binary ones have a facsimile code of their own."""
_BINARY_COMPRESSIONS: Final = {0: "NONE", 1: "ANSI/EIA-538 facsimile"}
_BINARY: Final = (5, 6)
_UNCOMPRESSED: Final = 0
_RESOLUTIONS: Final = {0: "the minimum scanning resolution", 1: "the native scanning resolution of field 1.011"}


class PrintHeader(msgspec.Struct, frozen=True):
    """Fields 3 to 8 of the types 3 to 6."""

    impression: int
    positions: int
    """Six bytes, unused ones 255."""
    resolution: int
    width: int
    height: int
    compression: int


class SignatureHeader(msgspec.Struct, frozen=True):
    """Fields 3 to 7 of type 8."""

    kind: int
    representation: int
    resolution: int
    width: int
    height: int


def _print_layout(compressions: Mapping[int, str]) -> Layout[PrintHeader]:
    return Layout(
        PrintHeader,
        code(1, "Impression type", IMPRESSIONS),
        Slot(6, "Friction ridge generalized positions"),
        code(1, "Image scanning resolution", _RESOLUTIONS),
        Slot(2, "Horizontal line length", "pixels"),
        Slot(2, "Vertical line length", "pixels"),
        code(1, "Compression algorithm", compressions),
    )


_GREY_PRINT: Final = _print_layout(_COMPRESSIONS)
_BINARY_PRINT: Final = _print_layout(_BINARY_COMPRESSIONS)
_SIGNATURE: Final = Layout(
    SignatureHeader,
    code(1, "Signature type", {0: "subject", 1: "official"}),
    code(1, "Signature representation type", {0: "uncompressed image", 1: "compressed image", 2: "vector"}),
    code(1, "Image scanning resolution", _RESOLUTIONS),
    Slot(2, "Horizontal line length", "pixels"),
    Slot(2, "Vertical line length", "pixels"),
)


def tell(kind: int, idc: int, data: bytes, title: str) -> Told:
    """A binary record by its type; as its bytes where it is too short for its fields, or the user's own."""
    head = (Field("Length", len(data) + 5, "bytes"), Field("Information designation character", idc))
    try:
        if kind == 8:
            return _signature(Reader(data), head, title)
        if kind != 7:
            return _print(kind, Reader(data), head, title)
    except RecordError:
        remark = ("It is too short for its fields; it is told as bytes.",)
        return Told(title, (*head, _digest(data)), remarks=remark)
    return Told(title, (*head, _digest(data)))


def _print(kind: int, reader: Reader, head: tuple[Field, ...], title: str) -> Told:
    layout = _BINARY_PRINT if kind in _BINARY else _GREY_PRINT
    header = layout.read(reader)
    image = reader.take(reader.left, "Image data")
    positions = [position for position in header.positions.to_bytes(6, "big") if position != _UNUSED]
    named = ", ".join(AN2_POSITIONS.get(position, UNDEFINED) for position in positions) or "none"
    raw = header.compression == _UNCOMPRESSED
    coded = "" if kind in _BINARY else _PICTURES.get(header.compression, "")
    picture = pictures.tell(image, Claim((header.width, header.height), coded, raw, channels=1))
    impression, _, *others = layout.tell(header)
    told = (*head, impression, Field("Friction ridge generalized positions", named), *others)
    bits = 1 if kind in _BINARY else 8
    return Told(title, told, (picture,), _odd_length(header.width, header.height, bits, image) if raw else ())


def _signature(reader: Reader, head: tuple[Field, ...], title: str) -> Told:
    header = _SIGNATURE.read(reader)
    image = reader.take(reader.left, "Image data")
    raw = header.representation == _UNCOMPRESSED
    picture = pictures.tell(image, Claim((header.width, header.height), raw=raw))
    # Written as one bit a pixel by the standard, and as grey or colour by NIST's own reference files.
    pixels = header.width * header.height
    whole = len(image) in (pixels, 3 * pixels)
    remarks = _odd_length(header.width, header.height, 1, image) if raw and not whole else ()
    return Told(title, (*head, *_SIGNATURE.tell(header)), (picture,), remarks)


def _odd_length(width: int, height: int, bits: int, image: bytes) -> tuple[str, ...]:
    """Whether uncompressed pixels have as many bytes as they ask for; bits are packed, by lines or throughout."""
    fitting = {raw_size(width, height, bits, packed=True), (width * bits + 7) // 8 * height}
    if len(image) in fitting:
        return ()
    wanted = " or ".join(str(size) for size in sorted(fitting))
    return (f"{width} x {height} uncompressed pixels of {bits} bits are {wanted} bytes, the image has {len(image)}.",)


def _digest(data: bytes) -> Field:
    return Field("SHA-256 of what follows", hashlib.sha256(data).hexdigest())
