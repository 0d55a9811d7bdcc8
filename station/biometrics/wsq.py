"""WSQ pictures that others made, down to pixels (IAFIS-IC-0110, the codec of NBIS).

The codec believes whatever the file says of itself: a changed byte of its tables makes it write past its memory. So it
runs in a child process, after `wsq_count` has held size and data against each other; what kills that one is a damaged
picture and no more. A size of the same area with other sides is told only where NIST's comment repeats the right one.
The station's own pictures are decoded in place by `coding`.
"""

from __future__ import annotations

import re
import struct
import subprocess
from typing import Final

import numpy as np
from numpy.typing import NDArray

from station import bounded
from station.biometrics.nbis import UnusableImage

SECONDS: Final = 40
_TABLES: Final = range(0xA3, 0xA9)
"""Markers of segments with a length: blocks, transform, quantisation, Huffman tables, comments."""


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height by the frame header (SOF). Raises UnusableImage where it is missing, or where NIST's comment in
    the same file says another size."""
    at = 2
    while data[at : at + 1] == b"\xff" and at + 10 <= len(data):
        marker = data[at + 1]
        if marker == 0xA2:
            height, width = struct.unpack_from(">HH", data, at + 6)
            _compare(data[:at], width, height)
            return width, height
        if marker not in _TABLES:
            break
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    raise UnusableImage(f"The WSQ picture is damaged or cut short: no frame header (byte {at}).")


def decode(data: bytes) -> NDArray[np.uint8]:
    """Grey pixels (height, width). Raises UnusableImage for what the codec does not survive."""
    width, height = size_of(data)
    child = bounded.start("station.biometrics.wsq_child", stdin=subprocess.PIPE)
    try:
        pixels, said = child.communicate(data, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise UnusableImage(f"The WSQ picture is damaged: it was not decoded in {SECONDS} s.") from error
    finally:
        if child.poll() is None:
            child.kill()
            child.communicate()
    if child.returncode or len(pixels) != width * height:
        reason = said.decode(errors="replace").strip().splitlines()[-1:] or ["its codec failed"]
        raise UnusableImage(f"The WSQ picture is damaged or cut short: {reason[0]}.")
    return np.frombuffer(pixels, np.uint8).reshape(height, width)


def _compare(head: bytes, width: int, height: int) -> None:
    said = {name: int(value) for name, value in re.findall(rb"\n(PIX_WIDTH|PIX_HEIGHT) (\d{1,6})(?=\n|$)", head)}
    if (said.get(b"PIX_WIDTH", width), said.get(b"PIX_HEIGHT", height)) != (width, height):
        raise UnusableImage(
            f"The WSQ picture is damaged: its frame header says {width}x{height} pixels, its comment"
            f" {said.get(b'PIX_WIDTH', width)}x{said.get(b'PIX_HEIGHT', height)}."
        )
