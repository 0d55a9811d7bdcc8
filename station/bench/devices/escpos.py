"""ESC/POS as a printer reads it: the byte stream cut into commands.

Covers the commands that ticket software sends (Epson ESC/POS command reference); lengths are what
matters here, because a command whose length is not known would be printed as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from typing import Final

import msgspec

ESC: Final = 0x1B
GS: Final = 0x1D
FS: Final = 0x1C
DLE: Final = 0x10

CLEAR_BUFFER: Final = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8 with its fixed arguments."""


class Name(Enum):
    """What a token does."""

    TEXT = auto()
    LINE_FEED = auto()
    CONTROL = auto()
    COMMAND = auto()
    CUT = auto()
    STATUS = auto()
    STATUS_IN_ORDER = auto()
    CLEAR = auto()


class Token(msgspec.Struct, frozen=True):
    """One command or a run of text, with its exact bytes.

    For a command `code` is prefix and letter (`b"\\x1ba"`), `arguments` all that follows.
    """

    name: Name
    data: bytes
    code: bytes = b""
    arguments: bytes = b""


_ESC_ARGUMENTS: Final = {
    **dict.fromkeys(b"!-ETGJaRdtVM{ r=3+SUu%e", 1),
    **dict.fromkeys(b"@2<iLFm", 0),
    **dict.fromkeys(b"$\\c", 2),
    ord("S"): 0,
    ord("p"): 3,
    ord("W"): 8,
}
_GS_ARGUMENTS: Final = {
    **dict.fromkeys(b"!BHafhwrIbT", 1),
    **dict.fromkeys(b"LWP$\\", 2),
    ord(":"): 0,
}
_FS_ARGUMENTS: Final = {**dict.fromkeys(b"!-CW", 1), **dict.fromkeys(b".&", 0), ord("S"): 2, ord("p"): 2}
_DLE_ARGUMENTS: Final = {0x04: 1, 0x05: 1}


def next_token(data: bytes) -> tuple[Token | None, bytes]:
    """The first whole token and the rest; None when a command is still incomplete."""
    if not data:
        return None, data
    head = data[0]
    if head >= 0x20:
        end = next((i for i, byte in enumerate(data) if byte < 0x20), len(data))
        return Token(Name.TEXT, data[:end]), data[end:]
    if head == 0x0A:
        return Token(Name.LINE_FEED, data[:1]), data[1:]
    if head not in (ESC, GS, FS, DLE):
        return Token(Name.CONTROL, data[:1]), data[1:]
    if len(data) < 2:
        return None, data
    length = _length(data)
    if length is None or len(data) < length:
        return None, data
    token = data[:length]
    return Token(_name(token), token, token[:2], token[2:]), data[length:]


def tokens(data: bytes) -> Iterator[Token]:
    """All whole tokens of `data`."""
    while True:
        token, data = next_token(data)
        if token is None:
            return
        yield token


def real_time(data: bytes) -> Iterator[Token]:
    """The status questions in `data`, which a printer answers when they arrive, whatever stands before them."""
    start = data.find(b"\x10\x04")
    while start >= 0 and start + 2 < len(data):
        question = data[start : start + 3]
        yield Token(Name.STATUS, question, question[:2], question[2:])
        start = data.find(b"\x10\x04", start + 3)


def _length(data: bytes) -> int | None:
    """Bytes of the command at the start of `data`; None when more must come first to know."""
    head, letter = data[0], data[1]
    if head == DLE:
        if letter == 0x14:
            return len(CLEAR_BUFFER) if data[2:3] == b"\x08" else 5 if len(data) > 2 else None
        return 2 + _DLE_ARGUMENTS.get(letter, 0)
    if head == FS:
        return 2 + _FS_ARGUMENTS.get(letter, 0)
    if head == ESC:
        return _esc_length(data, letter)
    return _gs_length(data, letter)


def _esc_length(data: bytes, letter: int) -> int | None:
    if letter == ord("*"):
        if len(data) < 5:
            return None
        columns = data[3] + 256 * data[4]
        return 5 + columns * (3 if data[2] in (32, 33) else 1)
    if letter == ord("D"):
        end = data.find(b"\x00", 2)
        return None if end < 0 else end + 1
    return 2 + _ESC_ARGUMENTS.get(letter, 0)


def _gs_length(data: bytes, letter: int) -> int | None:
    if letter == ord("V"):
        if len(data) < 3:
            return None
        return 4 if data[2] in (65, 66, 97, 98, 103, 104) else 3
    if letter == ord("("):
        return None if len(data) < 5 else 5 + data[3] + 256 * data[4]
    if letter == ord("v"):
        if len(data) < 8:
            return None
        return 8 + (data[4] + 256 * data[5]) * (data[6] + 256 * data[7])
    if letter == ord("k"):
        if len(data) < 4:
            return None
        if data[2] >= 65:
            return 4 + data[3]
        end = data.find(b"\x00", 3)
        return None if end < 0 else end + 1
    return 2 + _GS_ARGUMENTS.get(letter, 0)


def _name(token: bytes) -> Name:
    code = token[:2]
    if code == b"\x1dV":
        return Name.CUT
    if code == b"\x10\x04":
        return Name.STATUS
    if token == CLEAR_BUFFER:
        return Name.CLEAR
    if code == b"\x1dr":
        return Name.STATUS_IN_ORDER
    return Name.COMMAND
