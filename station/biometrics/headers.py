"""What the first bytes of a picture file say: its kind, its bits a sample, whether its end is there.

Only what Pillow does not tell: it brings 16-bit colour down to 8 bits silently, and its JPEG 2000 decoder takes a
file that was cut off. Marker and tag numbers are those of ISO/IEC 15948 (PNG), 10918-1 (JPEG), 15444-1 (JPEG 2000),
TIFF 6.0, netpbm, and the WSQ specification IAFIS-IC-0110.
"""

from __future__ import annotations

import re
import struct
from typing import Final

from station.biometrics.nbis import UnusableImage

_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG2000"),
    (b"\xff\x4f\xff\x51", "JPEG2000"),
    (b"\xff\xa0", "WSQ"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    *((b"P%d" % number, "PPM") for number in range(1, 7)),
)
_FOREIGN: Final = (
    (b"%PDF", "a PDF document. Save its page as PNG"),
    (b"GIF8", "a GIF picture. Save it as PNG"),
    (b"FIR\x00", "an ISO/IEC 19794-4 finger record. See `station records show`"),
    (b"IIR\x00", "an ISO/IEC 19794-6 iris record. See `station records show`"),
    (b"FAC\x00", "an ISO/IEC 19794-5 face record. See `station records show`"),
    (b"FMR\x00", "an ISO/IEC 19794-2 minutiae record, which holds no picture"),
    (b"PK\x03\x04", "a ZIP archive. Take the picture out of it"),
    (b"Pf\n", "a floating-point picture. Save it with 8 bits a sample"),
    (b"PF\n", "a floating-point picture. Save it with 8 bits a sample"),
)
_TIFF_WHOLE: Final = {1: ("B", 1), 3: ("H", 2), 4: ("I", 4), 16: ("Q", 8)}
"""TIFF's types of whole numbers: BYTE, SHORT, LONG, BigTIFF's LONG8."""
MOST_BEHIND: Final = 4096
"""Bytes behind a PNG's last chunk that are put up with."""
KNOWN: Final = "PNG, JPEG, JPEG 2000, BMP, TIFF, PGM, PPM, WSQ and WebP"


def kind_of(data: bytes) -> str:
    """Pillow's name of the format. Raises UnusableImage for what is none that is read here."""
    if not data:
        raise UnusableImage("The file is empty.")
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    for magic, words in _FOREIGN:
        if data.startswith(magic):
            raise UnusableImage(f"This is {words}.")
    if data[4:8] == b"ftyp":
        raise UnusableImage("This is a HEIC or AVIF picture, or a film. Save it as JPEG or PNG.")
    raise UnusableImage(f"This is no picture that is read here. Those are {KNOWN}.")


def bits_of(data: bytes, kind: str) -> int:
    """The most bits that a sample has in the file; 0 where the header does not say."""
    try:
        return _BITS[kind](data) if kind in _BITS else 0
    except (struct.error, IndexError, ValueError):
        return 0


def is_cut(data: bytes, kind: str) -> bool:
    """Is the end of a file missing whose decoder does not complain? That of JPEG 2000 fills up with grey, that of PNG
    does without the last chunks."""
    if kind == "PNG":
        return b"IEND\xae\x42\x60\x82" not in data[-MOST_BEHIND:]
    if kind != "JPEG2000":
        return False
    start = data.find(b"\xff\x4f\xff\x51")
    return start >= 0 and data.find(b"\xff\xd9", start) < 0


def wsq_ppi(data: bytes) -> int:
    """500, for which WSQ is specified, or what NIST's comment in the file says."""
    at = data.find(b"NIST_COM", 0, 4096)
    said = re.search(rb"\nPPI (\d{1,5})\n", data[at : at + 2048]) if at >= 0 else None
    return int(said[1]) if said and int(said[1]) > 0 else 500


def _png_bits(data: bytes) -> int:
    return data[24]


def jpeg_frame(data: bytes) -> tuple[int, int, int]:
    """Marker, sample precision and channels of the first frame header: SOF0 to SOF15 without DHT, JPG and DAC, or
    JPEG-LS's; zeros where there is none. Raises IndexError or struct.error for what is cut short."""
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)) or marker == 0xF7:
            return marker, data[at + 4], data[at + 9]
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return 0, 0, 0


def _jpeg_bits(data: bytes) -> int:
    return jpeg_frame(data)[1]


def _jpeg2000_bits(data: bytes) -> int:
    start = data.index(b"\xff\x4f\xff\x51")
    (count,) = struct.unpack_from(">H", data, start + 40)
    depths = [data[start + 42 + 3 * index] for index in range(min(count, 64))]
    return max((depth & 0x7F) + 1 for depth in depths)


def tiff_tags(data: bytes) -> dict[int, tuple[int, ...]]:
    """The whole numbers of the first directory by their tag, at most 512 a tag; also of a BigTIFF.

    Raises struct.error or IndexError for what is cut short.
    """
    order = "<" if data[:1] == b"I" else ">"
    big = data[2:4] in (b"+\x00", b"\x00+")
    (at,) = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)
    (count,) = struct.unpack_from(order + ("Q" if big else "H"), data, at)
    at, width, room = at + (8 if big else 2), 20 if big else 12, 8 if big else 4
    found = {}
    for index in range(min(count, 1000)):
        entry = at + index * width
        tag, kind, values = struct.unpack_from(order + ("HHQ" if big else "HHI"), data, entry)
        if kind not in _TIFF_WHOLE:
            continue
        letter, size = _TIFF_WHOLE[kind]
        where = entry + width - room
        if values * size > room:
            (where,) = struct.unpack_from(order + ("Q" if big else "I"), data, where)
        found[tag] = struct.unpack_from(f"{order}{min(values, 512)}{letter}", data, where)
    return found


def _tiff_bits(data: bytes) -> int:
    """BitsPerSample (258)."""
    return max(tiff_tags(data).get(258, (0,)), default=0)


def _ppm_bits(data: bytes) -> int:
    words = re.sub(rb"#[^\n]*\n", b" ", data[:4096]).split(maxsplit=4)
    if words[0] in (b"P1", b"P4"):
        return 1
    most = int(re.match(rb"\d+", words[3])[0])  # type: ignore[index]  # a header without it raises, and says nothing
    return most.bit_length()


_BITS: Final = {
    "PNG": _png_bits,
    "JPEG": _jpeg_bits,
    "JPEG2000": _jpeg2000_bits,
    "TIFF": _tiff_bits,
    "PPM": _ppm_bits,
}
