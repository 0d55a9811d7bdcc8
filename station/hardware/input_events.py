"""Linux input events, from an evdev device or from anything readable that carries the same records.

The kernel's `struct input_event` on 64-bit machines is 24 bytes: seconds, microseconds, type, code,
value. One reader serves both sources, so what parses the bench's records parses the kernel's.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import socket
import stat
import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

EV_SYN: Final = 0x00
EV_KEY: Final = 0x01
EV_ABS: Final = 0x03
SYN_REPORT: Final = 0
SYN_DROPPED: Final = 3

RECORD: Final = struct.Struct("llHHi")

_EVIOCSCLOCKID: Final = 0x400445A0
"""_IOW('E', 0xa0, int), linux/input.h: which clock stamps the events."""

_AT_ONCE: Final = 256
"""Records read at a time: a pad at 200 reports a second makes some 800 a second."""


class InputGone(Exception):
    """The device behind the events vanished."""


class InputEvent(NamedTuple):
    """One record. `t` is in seconds."""

    t: float
    type: int
    code: int
    value: int

    def pack(self) -> bytes:
        """The record's bytes, for whoever sends."""
        whole = int(self.t)
        return RECORD.pack(whole, round((self.t - whole) * 1_000_000), self.type, self.code, self.value)


class Axis(NamedTuple):
    """Range of an absolute axis and, for positions, its units per millimetre (0: unknown)."""

    minimum: int
    maximum: int
    resolution: int = 0


class EventSource(Protocol):
    """Where input events come from."""

    def read(self, deadline: float) -> list[InputEvent]:
        """Events that have come, waiting at most `deadline` seconds for the first. Raises InputGone."""
        ...

    def axis(self, code: int) -> Axis | None: ...

    def value(self, code: int) -> int | None:
        """Where an axis is now, if that can be asked: needed after events were dropped."""
        ...

    def close(self) -> None: ...


class RecordReader:
    """Whole records from a file descriptor, which it does not own."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._rest = b""
        self._poll = select.poll()
        self._poll.register(fd, select.POLLIN)

    def read(self, deadline: float) -> list[InputEvent]:
        until = time.monotonic() + deadline
        while True:
            try:
                ready = self._poll.poll(max(0.0, until - time.monotonic()) * 1000)
                if not ready:
                    return []
                if not ready[0][1] & select.POLLIN:
                    raise InputGone("hung up")
                data = os.read(self._fd, RECORD.size * _AT_ONCE)
            except BlockingIOError:
                continue
            except OSError as error:
                raise InputGone(str(error)) from error
            if not data:
                raise InputGone("ended")
            self._rest += data
            whole = len(self._rest) // RECORD.size * RECORD.size
            records, self._rest = self._rest[:whole], self._rest[whole:]
            if records:
                return [
                    InputEvent(seconds + micros / 1_000_000, kind, code, value)
                    for seconds, micros, kind, code, value in RECORD.iter_unpack(records)
                ]


class RecordSource:
    """Raw records from a Unix socket, FIFO or file; the axes come from its description.

    Raises OSError when it cannot be opened.
    """

    def __init__(self, path: str, axes: Mapping[int, Axis]) -> None:
        self._axes = dict(axes)
        self._socket: socket.socket | None = None
        if stat.S_ISSOCK(Path(path).stat().st_mode):
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                self._socket.connect(path)
            except OSError:
                self._socket.close()
                raise
            self._fd = self._socket.fileno()
        else:
            self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        os.set_blocking(self._fd, False)
        self._reader = RecordReader(self._fd)

    def read(self, deadline: float) -> list[InputEvent]:
        if self._fd < 0:
            raise InputGone("closed")
        return self._reader.read(deadline)

    def axis(self, code: int) -> Axis | None:
        return self._axes.get(code)

    def value(self, code: int) -> int | None:
        return None

    def close(self) -> None:
        if self._fd < 0:
            return
        if self._socket is not None:
            self._socket.close()
        else:
            os.close(self._fd)
        self._fd = -1


class EvdevSource:
    """A /dev/input/event* device, grabbed, so that its keys and pen reach nobody else.

    Raises OSError when it cannot be opened or somebody else has grabbed it.
    """

    def __init__(self, path: str) -> None:
        import evdev  # a compiled module that only machines with input devices need

        self._device: Any = evdev.InputDevice(path)
        try:
            self._device.grab()
            with contextlib.suppress(OSError):
                fcntl.ioctl(self._device.fd, _EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))
        except OSError:
            self._device.close()
            raise
        self._reader = RecordReader(self._device.fd)

    def read(self, deadline: float) -> list[InputEvent]:
        if self._device.fd < 0:
            raise InputGone("closed")
        return self._reader.read(deadline)

    def axis(self, code: int) -> Axis | None:
        try:
            info = self._device.absinfo(code)
        except OSError:
            return None
        return None if info.max <= info.min else Axis(info.min, info.max, info.resolution)

    def value(self, code: int) -> int | None:
        try:
            return int(self._device.absinfo(code).value)
        except OSError:
            return None

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._device.close()
