"""SBI over HTTP on the loopback interface: the verbs, each with a deadline.

Device services parse HTTP by hand: they need Content-Length with exactly one space, no chunks, no
keep-alive, and the literal 127.0.0.1. Business errors come as HTTP 200 with an error object inside.
"""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import msgspec

from station.hardware.mjpeg import BadStream, parts
from station.hardware.sbi import wire

HOST: Final = "127.0.0.1"
CONNECT_SECONDS: Final = 0.25
"""A loopback connect is refused or accepted in microseconds; a quarter second means the service hangs."""
INFO_SECONDS: Final = 5.0
"""MOSIPDISC and MOSIPDINFO time-out of the reference clients."""
LARGEST_REPLY: Final = 64 * 1024 * 1024
"""Four lossless fingers are about 1 MB in base64; this stops a broken service from filling the memory."""
_SCAN_THREADS: Final = 20

T = TypeVar("T")


class ServiceGone(Exception):
    """Nothing listens on the port any more, or the connection broke."""


class ServiceSlow(Exception):
    """The service did not answer in time."""


class BadReply(Exception):
    """The service answered something that is no SBI message."""


class SbiClient:
    """One device service on a port. Holds no connection; safe to use from several threads."""

    def __init__(self, port: int, host: str = HOST) -> None:
        self.host = host
        self.port = port

    def discover(self, kind: str = "Biometric Device", deadline: float = INFO_SECONDS) -> list[wire.Discovered]:
        """The devices behind this service."""
        body = self._call("MOSIPDISC", "/device", wire.DiscoverRequest(type=kind), deadline)
        return _decode(body, list[wire.Discovered])

    def info(self, deadline: float = INFO_SECONDS) -> list[wire.InfoReply]:
        """The signed description of each device behind this service."""
        return _decode(self._call("MOSIPDINFO", "/info", None, deadline), list[wire.InfoReply])

    def capture(self, request: wire.CaptureRequest, deadline: float) -> wire.CaptureReply:
        """Take a registration capture, waiting at most `deadline` seconds."""
        return _decode(self._call("RCAPTURE", "/capture", request, deadline), wire.CaptureReply)

    def stream(self, request: wire.StreamRequest, deadline: float) -> Iterator[bytes]:
        """JPEG pictures of the live view until it ends or `deadline` seconds have passed."""
        until = time.monotonic() + deadline
        connection = self._connect()
        try:
            reply = self._send(connection, "STREAM", "/stream", msgspec.json.encode(request), until)
            if "multipart" not in reply.headers.get("Content-Type", ""):
                raise BadReply(f"no live view: {reply.read(500)!r}")

            def read(limit: int) -> bytes:
                _give_time(connection, until)
                return reply.read1(limit)

            yield from parts(read)
        except TimeoutError as error:
            raise ServiceSlow("live view stopped") from error
        except (OSError, http.client.HTTPException) as error:
            raise ServiceGone(str(error)) from error
        except BadStream as error:
            raise BadReply(str(error)) from error
        finally:
            connection.close()

    def _call(self, verb: str, path: str, message: wire._Message | None, deadline: float) -> bytes:
        until = time.monotonic() + deadline
        connection = self._connect()
        body = b"" if message is None else msgspec.json.encode(message)
        try:
            reply = self._send(connection, verb, path, body, until)
            chunks: list[bytes] = []
            size = 0
            while True:
                _give_time(connection, until)
                chunk = reply.read1(1 << 16)
                if not chunk:
                    break
                chunks.append(chunk)
                size += len(chunk)
                if size > LARGEST_REPLY:
                    raise BadReply(f"more than {LARGEST_REPLY} bytes")
            if reply.length:
                raise ServiceGone("connection broke within the reply")
        except TimeoutError as error:
            raise ServiceSlow(f"{verb}: no whole answer in {deadline:g} s") from error
        except (OSError, http.client.HTTPException) as error:
            raise ServiceGone(f"{verb}: {error}") from error
        finally:
            connection.close()
        if reply.status != http.client.OK:
            raise BadReply(f"{verb}: HTTP {reply.status}")
        return b"".join(chunks)

    def _connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=CONNECT_SECONDS)
        try:
            connection.connect()
        except OSError as error:
            raise ServiceGone(f"port {self.port}: {error}") from error
        return connection

    def _send(
        self, connection: http.client.HTTPConnection, verb: str, path: str, body: bytes, until: float
    ) -> http.client.HTTPResponse:
        _give_time(connection, until)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), "Connection": "close"}
        connection.request(verb, path, body=body, headers=headers)
        _give_time(connection, until)
        return connection.getresponse()


def discover_all(ports: range = wire.PORTS, host: str = HOST) -> dict[int, list[wire.Discovered] | None]:
    """Every service on the ports with its devices; None where something listens but does not answer well.

    Ports are tried at once, so that a hanging service costs its own time-out and not a hundred.
    """
    with ThreadPoolExecutor(_SCAN_THREADS, thread_name_prefix="sbi-scan") as pool:
        found = pool.map(lambda port: _discover(port, host), ports)
        return {port: devices for port, (listens, devices) in zip(ports, found, strict=True) if listens}


def _discover(port: int, host: str) -> tuple[bool, list[wire.Discovered] | None]:
    try:
        with socket.create_connection((host, port), timeout=CONNECT_SECONDS):
            pass
    except OSError:
        return False, None
    try:
        return True, SbiClient(port, host).discover()
    except (ServiceGone, ServiceSlow, BadReply):
        return True, None


def _give_time(connection: http.client.HTTPConnection, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    if connection.sock is not None:
        connection.sock.settimeout(left)


def _decode(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise BadReply(str(error)) from error
