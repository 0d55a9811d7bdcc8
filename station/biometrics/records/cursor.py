"""Bytes from outside, read in order and never past their end; and bytes made in the same order.

All numbers are big-endian and unsigned, as in ISO/IEC 19794. Memory is bounded by the bytes at hand: a
length that a file claims is compared with what is there before anything of that size is made.
"""

from __future__ import annotations

import itertools
from typing import Final

from station.errors import StationError

MAX_RECORD: Final = 64 << 20
"""Bytes of a record. A person's ten fingers, three slaps, face and eyes, uncompressed, have about 20 MB."""

MAX_FIELDS: Final = 1_000_000
"""Fields of a record that are read into objects; some 100 bytes of memory each. Real records have a few thousand."""


class RecordError(StationError):
    """A record that cannot be read or written; `offset` is the byte at which that became clear."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(
            f"byte {offset}: {what}.", "Ask whoever made the file for a whole one, or for another of its formats."
        )
        self.what = what
        self.offset = offset

    def __reduce__(self) -> tuple[type[RecordError], tuple[str, int]]:
        return type(self), (self.what, self.offset)


class Reader:
    """Takes fields off the front of some bytes, between `start` and `end` of them."""

    def __init__(self, data: bytes, start: int = 0) -> None:
        self._data = data
        self._end = len(data)
        self._fields = itertools.count(1)
        self.offset = start

    @property
    def left(self) -> int:
        """Bytes that are not yet read."""
        return self._end - self.offset

    def take(self, size: int, name: str) -> bytes:
        """The next `size` bytes, which are the field `name`."""
        if size > self.left:
            raise RecordError(f"{name} needs {size} bytes, and {self.left} are left", self.offset)
        piece = self._data[self.offset : self.offset + size]
        self.offset += size
        return piece

    def number(self, size: int, name: str) -> int:
        """The next `size` bytes as an unsigned number."""
        if next(self._fields) > MAX_FIELDS:
            raise RecordError(f"there are more than {MAX_FIELDS} fields; nobody means that", self.offset)
        return int.from_bytes(self.take(size, name), "big")

    def within(self, size: int, name: str) -> Reader:
        """A reader of the next `size` bytes alone, whose offsets stay those of the file; this one goes past them."""
        if size > self.left:
            raise RecordError(f"{name} says {size} bytes, and {self.left} are left", self.offset)
        inner = Reader(self._data, self.offset)
        inner._end, inner._fields = self.offset + size, self._fields
        self.offset += size
        return inner

    def finish(self, name: str) -> None:
        """Refuse bytes after the last field."""
        if self.left:
            raise RecordError(f"{self.left} bytes stand after the end of {name}", self.offset)


class Writer:
    """Puts fields one after another."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.offset = 0

    def put(self, data: bytes) -> None:
        """Append bytes as they are."""
        self._parts.append(data)
        self.offset += len(data)

    def number(self, value: int, size: int, name: str) -> None:
        """Append an unsigned number of `size` bytes."""
        if not 0 <= value < 1 << 8 * size:
            raise RecordError(f"{name} is {value}, which {size} bytes cannot hold", self.offset)
        self.put(value.to_bytes(size, "big"))

    def bytes(self) -> bytes:
        """All that was put."""
        return b"".join(self._parts)


def check_start(data: bytes, magic: bytes, version: bytes, kind: str) -> Reader:
    """A reader past the format identifier and the version. Refuses other ones, and what is too large to be read."""
    if len(data) > MAX_RECORD:
        raise RecordError(f"the file has {len(data)} bytes; more than {MAX_RECORD} are not read", MAX_RECORD)
    if data[:4] != magic:
        raise RecordError(f"the format identifier is {data[:4]!a}, that of {kind} is {magic!a}", 0)
    if data[4:8] != version:
        raise RecordError(f"the version is {data[4:8]!a}; of {kind}, {version!a} is read here", 4)
    return Reader(data, 8)
