"""Byte wires to simple devices: a tty through pyserial, a USB printer file, a TCP port.

All three give the same three calls, each with a deadline in seconds, and raise `WireGone` when the
other end is not there any more. Drivers turn that into DeviceGone of their kind.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import termios
import time
from pathlib import Path
from typing import Protocol

import serial

CONNECT_SECONDS = 2.0
"""A printer in the same room answers a TCP connect in milliseconds; two seconds allow for a lost packet."""

DRAIN_POLL_SECONDS = 0.005
"""How often the kernel is asked whether its send queue is empty; 5 ms is some five bytes at 9600 baud."""


class WireGone(Exception):
    """The device at the other end of the wire vanished."""


class WireBlocked(Exception):
    """The device did not take bytes before the deadline. `sent` of them were handed over."""

    def __init__(self, sent: int) -> None:
        super().__init__(f"blocked after {sent} bytes")
        self.sent = sent


class Wire(Protocol):
    """Bytes out and in, with deadlines in seconds."""

    def write(self, data: bytes, deadline: float) -> None:
        """Hand over all of `data`. Raises WireBlocked when the device stops taking it."""
        ...

    def read(self, limit: int, deadline: float) -> bytes:
        """What has come in, at most `limit` bytes; empty when nothing came before the deadline."""
        ...

    def drain(self, deadline: float) -> None:
        """Wait until the last written byte has left this machine. Raises WireBlocked."""
        ...

    def discard_output(self) -> None:
        """Forget written bytes that the device has not taken yet, where the kernel can."""
        ...

    def close(self) -> None: ...


class SerialWire:
    """A tty: serial port, USB-serial adapter, or the slave end of a pty."""

    def __init__(self, path: str, baud: int = 9600) -> None:
        try:
            self._port = serial.Serial(path, baudrate=baud, timeout=0, write_timeout=0, exclusive=True)
        except (serial.SerialException, OSError, termios.error) as error:
            raise WireGone(f"{path}: {error}") from error

    def write(self, data: bytes, deadline: float) -> None:
        fd = self._fd()
        _write_all(fd, data, deadline)

    def read(self, limit: int, deadline: float) -> bytes:
        return _read_some(self._fd(), limit, deadline)

    def drain(self, deadline: float) -> None:
        """Polls the queue length, because tcdrain cannot be given a deadline."""
        until = time.monotonic() + deadline
        while True:
            try:
                waiting = self._port.out_waiting
            except (serial.SerialException, OSError, termios.error) as error:
                raise WireGone(str(error)) from error
            if not waiting:
                return
            if time.monotonic() >= until:
                raise WireBlocked(0)
            time.sleep(DRAIN_POLL_SECONDS)

    def discard_output(self) -> None:
        try:
            self._port.reset_output_buffer()
        except (serial.SerialException, OSError, termios.error) as error:
            raise WireGone(str(error)) from error

    def close(self) -> None:
        with contextlib.suppress(serial.SerialException, OSError, termios.error):
            self._port.close()

    def _fd(self) -> int:
        try:
            return int(self._port.fileno())
        except (serial.SerialException, OSError) as error:
            raise WireGone(str(error)) from error


class FileWire:
    """A character file that is no tty, such as /dev/usb/lp0 (usblp)."""

    def __init__(self, path: str) -> None:
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise WireGone(f"{path}: {error}") from error

    def write(self, data: bytes, deadline: float) -> None:
        _write_all(self._fd, data, deadline)

    def read(self, limit: int, deadline: float) -> bytes:
        return _read_some(self._fd, limit, deadline)

    def drain(self, deadline: float) -> None:
        """usblp is writable again only when the transfer before is through."""
        if not _ready(self._fd, select.POLLOUT, deadline):
            raise WireBlocked(0)

    def discard_output(self) -> None:
        """usblp holds at most one transfer and cannot take it back."""

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class SocketWire:
    """A TCP port, as network printers open on 9100."""

    def __init__(self, host: str, port: int) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout=CONNECT_SECONDS)
        except OSError as error:
            raise WireGone(f"{host}:{port}: {error}") from error
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def write(self, data: bytes, deadline: float) -> None:
        _write_all(self._socket.fileno(), data, deadline)

    def read(self, limit: int, deadline: float) -> bytes:
        return _read_some(self._socket.fileno(), limit, deadline, eof_is_gone=True)

    def drain(self, deadline: float) -> None:
        """The kernel keeps no honest count for TCP here; the status question after the job is the proof."""

    def discard_output(self) -> None:
        """TCP cannot take bytes back."""

    def close(self) -> None:
        self._socket.close()


def open_wire(address: str, baud: int = 9600) -> Wire:
    """A wire to `tcp://host:port`, to a tty, or to another character file."""
    if address.startswith("tcp://"):
        host, _, port = address.removeprefix("tcp://").rpartition(":")
        return SocketWire(host, int(port))
    path = Path(address).resolve()
    if path.parent.name == "usb" and path.name.startswith("lp"):
        return FileWire(str(path))
    return SerialWire(str(path), baud)


def _ready(fd: int, events: int, deadline: float) -> bool:
    """Whether `fd` is ready before the deadline. Raises WireGone when it hung up."""
    if fd < 0:
        raise WireGone("closed")
    poll = select.poll()
    poll.register(fd, events)
    try:
        for _, happened in poll.poll(max(0.0, deadline) * 1000):
            if happened & events:
                return True
            raise WireGone("hung up")
    except OSError as error:
        raise WireGone(str(error)) from error
    return False


def _write_all(fd: int, data: bytes, deadline: float) -> None:
    until = time.monotonic() + deadline
    sent = 0
    while sent < len(data):
        if not _ready(fd, select.POLLOUT, until - time.monotonic()):
            raise WireBlocked(sent)
        try:
            sent += os.write(fd, data[sent:])
        except BlockingIOError:
            continue
        except OSError as error:
            raise WireGone(str(error)) from error


def _read_some(fd: int, limit: int, deadline: float, *, eof_is_gone: bool = False) -> bytes:
    if not _ready(fd, select.POLLIN, deadline):
        return b""
    try:
        data = os.read(fd, limit)
    except BlockingIOError:
        return b""
    except OSError as error:
        if error.errno == errno.EINTR:
            return b""
        raise WireGone(str(error)) from error
    if not data and eof_is_gone:
        raise WireGone("closed by the other end")
    return data
