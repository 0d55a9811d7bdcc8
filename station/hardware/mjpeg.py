"""Motion JPEG as multipart/x-mixed-replace: JPEG pictures, each after a boundary line and headers.

`Content-Length` is required in each part, as all device services and cameras of interest send it; case and
spaces of header names do not matter. What stands before the first boundary is skipped, so that an
HTTP reply head may come along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

LARGEST_PICTURE: Final = 32 * 1024 * 1024
"""A 24-megapixel JPEG is some 10 MB; more is a broken stream."""
_LARGEST_HEAD: Final = 4096


class BadStream(Exception):
    """Not motion JPEG, or cut in the middle of a picture."""


def parts(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """The pictures, until `read` gives no more. `read(n)` returns 1 to n bytes, none at the end."""
    buffer = b""

    def more() -> bool:
        nonlocal buffer
        chunk = read(1 << 16)
        buffer += chunk
        return bool(chunk)

    while True:
        while (end := _head_end(buffer)) is None:
            if len(buffer) > _LARGEST_HEAD:
                raise BadStream("no part head where one must be")
            if not more():
                return
        head, buffer = buffer[:end], buffer[end:]
        length = _content_length(head)
        if length is None:
            continue
        if not 0 < length <= LARGEST_PICTURE:
            raise BadStream(f"picture of {length} bytes")
        while len(buffer) < length:
            if not more():
                raise BadStream("cut in the middle of a picture")
        picture, buffer = buffer[:length], buffer[length:]
        yield picture


def part(picture: bytes, boundary: str = "frame") -> bytes:
    """One picture as a part, for whoever sends."""
    head = f"--{boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
    return head.encode() + picture + b"\r\n"


def _head_end(buffer: bytes) -> int | None:
    """Where the picture starts: after the first empty line that follows some text."""
    start = len(buffer) - len(buffer.lstrip(b"\r\n"))
    ends = [at + len(mark) for mark in (b"\r\n\r\n", b"\n\n") if (at := buffer.find(mark, start)) >= 0]
    return min(ends, default=None)


def _content_length(head: bytes) -> int | None:
    for line in head.splitlines():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            try:
                return int(value)
            except ValueError as error:
                raise BadStream("content length is no number") from error
    return None
