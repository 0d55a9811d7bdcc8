"""A camera that is a stream of motion JPEG: a Unix socket, a FIFO, or a TCP port.

Cameras with a helper of their own (DSLRs behind gphoto2, network cameras) and the bench's camera
arrive this way, as multipart M-JPEG (`station.hardware.mjpeg`).
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from station.hardware.cameras.live import decode_jpeg
from station.hardware.devices import Image
from station.hardware.mjpeg import BadStream, parts

CONNECT_SECONDS: Final = 2.0
_WAKE_SECONDS: Final = 0.25
"""How long `close` may have to wait for the reader thread."""


class StreamSource:
    """A FrameSource on `address`: a path, or `tcp://host:port`. Raises OSError when it cannot be opened."""

    def __init__(self, address: str) -> None:
        self._closed = threading.Event()
        self._socket: socket.socket | None = None
        self._fd = -1
        if address.startswith("tcp://"):
            host, _, port = address.removeprefix("tcp://").rpartition(":")
            self._socket = socket.create_connection((host, int(port)), timeout=CONNECT_SECONDS)
            self._fd = self._socket.fileno()
        elif stat.S_ISSOCK(Path(address).stat().st_mode):
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self._socket.settimeout(CONNECT_SECONDS)
            try:
                self._socket.connect(address)
            except OSError:
                self._socket.close()
                raise
            self._fd = self._socket.fileno()
        else:
            self._fd = os.open(address, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        os.set_blocking(self._fd, False)

    def frames(self) -> Iterator[bytes]:
        try:
            yield from parts(self._read)
        except BadStream as error:
            raise OSError(str(error)) from error
        finally:
            if self._socket is not None:
                self._socket.close()
            else:
                os.close(self._fd)

    def decode(self, data: bytes) -> Image:
        return decode_jpeg(data)

    def close(self) -> None:
        self._closed.set()

    def _read(self, limit: int) -> bytes:
        """The next bytes; none when the other end is gone or `close` was called."""
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        while not self._closed.is_set():
            for _, happened in poll.poll(_WAKE_SECONDS * 1000):
                if happened & select.POLLIN:
                    with contextlib.suppress(BlockingIOError):
                        return os.read(self._fd, limit)
                else:
                    return b""
        return b""
