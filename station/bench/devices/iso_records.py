"""Finger and iris image records as a certified scanner makes them: lossless JPEG 2000 inside."""

from __future__ import annotations

import io
import struct
from datetime import datetime
from typing import Final

import PIL.Image

from station.bench.devices.subject import Grey
from station.biometrics.samples import FINGERS, Position

FINGER_PPI: Final = 500
_JPEG2000_LOSSLESS: Final = 5
_IRIS_JPEG2000: Final = 0x0A
_IRIS_UNCROPPED_VGA: Final = 2
_LIVE_SCAN_PLAIN: Final = 0
_UNKNOWN_RANGE: Final = 0
_UNDEFINED: Final = 0xFFFF


def finger_record(picture: Grey, position: Position, quality: int, at: datetime) -> bytes:
    """ISO/IEC 19794-4:2011 with one representation."""
    height, width = picture.shape
    ppi = FINGER_PPI
    fields = struct.pack(
        ">BBBHHHHBBBHH",
        FINGERS.index(position) + 1, 0, 1, ppi, ppi, ppi, ppi, 8, _JPEG2000_LOSSLESS, _LIVE_SCAN_PLAIN, width, height,
    )  # fmt: skip
    return _record(b"FIR\0", fields + _picture(picture), quality, at)


def iris_record(picture: Grey, position: Position, quality: int, at: datetime) -> bytes:
    """ISO/IEC 19794-6:2011 with one representation."""
    height, width = picture.shape
    eye = 1 if position is Position.RIGHT_IRIS else 2
    fields = struct.pack(
        ">HBBBBHHBHHHHHHHHH",
        1, eye, _IRIS_UNCROPPED_VGA, _IRIS_JPEG2000, 0, width, height, 8, _UNKNOWN_RANGE, _UNDEFINED, _UNDEFINED,
        0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    return _record(b"IIR\0", fields + _picture(picture), quality, at)


def _record(magic: bytes, body: bytes, quality: int, at: datetime) -> bytes:
    taken = struct.pack(">HBBBBBH", at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond // 1000)
    device = taken + struct.pack(">BHH", 0, 0, 0)
    quality_blocks = struct.pack(">BBHH", 1, quality, 0, 0)
    representation = device + quality_blocks + body
    representation = struct.pack(">I", len(representation) + 4) + representation
    header = struct.pack(">4s4sIHBB", magic, b"020\0", 16 + len(representation), 1, 0, 1)
    return header + representation


def _picture(picture: Grey) -> bytes:
    out = io.BytesIO()
    PIL.Image.fromarray(picture).save(out, "JPEG2000", irreversible=False)
    coded = out.getvalue()
    return struct.pack(">I", len(coded)) + coded
