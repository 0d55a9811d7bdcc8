"""What a whole picture file is that is of a kind not read here: a sentence with what to do instead.

Pillow says of such a file what it says of a damaged one, that it cannot be identified. Here its own header is asked:
markers of ISO/IEC 10918-1 (JPEG) and 14495-1 (JPEG-LS), tags of TIFF 6.0 and its technical notes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final

from station.biometrics.headers import bits_of, jpeg_frame, tiff_tags

_AS_EIGHT: Final = "Save it with 8 bits a sample."
_AS_PNG: Final = "Save it as PNG, in grey or RGB."
_SIGNED: Final = 2
_FLOATING: Final = 3
"""SampleFormat (339): two's complement, IEEE floating point."""
_LOSSLESS: Final = frozenset({0xC3, 0xC7, 0xCB, 0xCF})
_STAGED: Final = frozenset({0xC5, 0xC6, 0xCD, 0xCE})
"""Frames of a hierarchical process."""
_JPEG_LS: Final = 0xF7
_RAW: Final = frozenset({32803, 34892})
"""PhotometricInterpretation (262) of a camera's raw picture: colour filter array, linear raw."""
_NEEDED: Final = frozenset({256, 257, 259, 262})


def unread_kind(data: bytes, kind: str) -> str:
    """Why a file cannot be taken by what its header says, before it is decoded; empty where nothing speaks against it.

    What a decoder would bring to 8 bits silently (deep samples) or take for others (signed ones) is told here, too.
    """
    try:
        tags = tiff_tags(data) if kind == "TIFF" else {}
        marker = jpeg_frame(data)[0] if kind == "JPEG" else 0
    except (struct.error, IndexError, ValueError):
        return ""
    bits, form = bits_of(data, kind), max(tags.get(339, (1,)))
    if bits > 8:
        return f"The picture has {bits}-bit {'floating-point ' if form == _FLOATING else ''}samples. {_AS_EIGHT}"
    if form == _SIGNED:
        return f"The picture has signed samples, from -128 to 127. {_AS_EIGHT}"
    if marker in _LOSSLESS or marker == _JPEG_LS:
        return f"This is a {'JPEG-LS' if marker == _JPEG_LS else 'lossless JPEG'} picture. {_AS_PNG}"
    if marker in _STAGED:
        return f"This is a hierarchical JPEG picture. {_AS_PNG}"
    return ""


def unread_make(data: bytes, kind: str) -> str:
    """The same of a file that no decoder takes though its header is whole; empty where it may be damaged."""
    try:
        if kind == "JPEG":
            channels = jpeg_frame(data)[2]
            return "" if channels in (0, 1, 3, 4) else f"The JPEG picture has {channels} channels. {_AS_PNG}"
        return _tiff(data) if kind == "TIFF" else ""
    except (struct.error, IndexError, ValueError):
        return ""


def _tiff(data: bytes) -> str:
    tags = tiff_tags(data)
    if not tags.keys() >= _NEEDED or not _within(data, tags):
        return ""
    (colours, *_), (packing, *_) = tags[262], tags[259]
    if colours in _RAW:
        return "This is a camera's raw picture. Develop it, and save it as JPEG or PNG."
    bits, channels = max(tags.get(258, (1,))), tags.get(277, (1,))[0]
    return (
        f"The TIFF picture is of a kind that is not read here (samples a pixel {channels}, bits {bits}, "
        f"colours {colours}, compression {packing} by TIFF's numbers). {_AS_PNG}"
    )


def _within(data: bytes, tags: Mapping[int, tuple[int, ...]]) -> bool:
    """Do strips or tiles lie within the file?"""
    starts, sizes = tags.get(273, tags.get(324, ())), tags.get(279, tags.get(325, ()))
    return bool(starts) and all(start + size <= len(data) for start, size in zip(starts, sizes, strict=False))
