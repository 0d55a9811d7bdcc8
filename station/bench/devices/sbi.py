"""An emulated fingerprint or iris scanner behind an SBI 0.9.5 device service on 127.0.0.1.

A registered L1 device: its identity is signed by a trust module key, its captures by a device key,
both under a root that the bench makes. It shows what the `Stage`'s subject presents, waits while
nothing is, and errs as real services do (error objects with HTTP 200).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from station.bench.devices import iso_records, platen
from station.bench.devices.faults import Fault, Faults
from station.bench.devices.pki import ScannerKeys, Signer
from station.bench.devices.subject import Grey, Stage
from station.biometrics.samples import IRISES, LEFT_FOUR, RIGHT_FOUR, THUMBS, Position
from station.hardware.devices import Kind
from station.hardware.mjpeg import part
from station.hardware.sbi.wire import PORTS, SUB_TYPE_OF, SUB_TYPES

SLOW_SECONDS: Final = 3.0
"""What `slow` adds to each capture."""
STREAM_FPS: Final = 5
"""Pictures a second of the live view; the specification demands 3."""
_POLL_SECONDS: Final = 0.05
_GROUPS: Final = {
    (Kind.FINGERPRINT, "1"): LEFT_FOUR,
    (Kind.FINGERPRINT, "2"): RIGHT_FOUR,
    (Kind.FINGERPRINT, "3"): THUMBS,
    (Kind.IRIS, "3"): IRISES,
    (Kind.IRIS, "1"): (Position.LEFT_IRIS,),
    (Kind.IRIS, "2"): (Position.RIGHT_IRIS,),
}
_TYPE: Final = {Kind.FINGERPRINT: "Finger", Kind.IRIS: "Iris"}
_SUB_TYPE: Final = {Kind.FINGERPRINT: "Slap", Kind.IRIS: "Double"}
_TEXT: Final = {
    "101": "Unable to detect a biometric object",
    "106": "Device not found",
    "109": "Requested number of biometric (Finger/IRIS) not supported",
    "110": "Device not ready",
    "111": "Device is busy",
    "112": "Transaction id is not valid",
}


class Refused(Exception):
    """The service answers with an error object."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.body = {"errorCode": code, "errorInfo": _TEXT[code]}


class BenchScanner:
    """One device with its service; runs from `plug` to `unplug`."""

    def __init__(
        self,
        kind: Kind,
        stage: Stage,
        keys: ScannerKeys,
        *,
        faults: Faults | None = None,
        latency: float = 0.0,
        counts_exceptions: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`latency` is seconds a capture takes. `counts_exceptions` refuses a request whose count and
        exceptions do not add up to the whole group, as some services do."""
        self.kind = kind
        self.stage = stage
        self.faults = faults or Faults()
        self.latency = latency
        self.counts_exceptions = counts_exceptions
        self.now = now
        self.port = 0
        self.requests: list[dict[str, Any]] = []
        self.replies: list[dict[str, Any]] = []
        self._keys = keys
        self._server: _Server | None = None
        self.stopped = threading.Event()
        self._plugging = threading.Lock()
        self._one_at_a_time = threading.Lock()

    def plug(self) -> None:
        """Start the service on the first free port of the range."""
        self.stopped.clear()
        server = self._listen()
        self.port = server.server_address[1]
        with self._plugging:
            self._server = server
        threading.Thread(target=server.serve_forever, args=(0.02,), name="bench-sbi", daemon=True).start()

    def _listen(self) -> _Server:
        for port in PORTS:
            with contextlib.suppress(OSError):
                return _Server(("127.0.0.1", port), self)
        raise OSError(f"no free port in {PORTS}")

    def unplug(self) -> None:
        """Stop the service; running captures break off without an answer."""
        self.stopped.set()
        with self._plugging:
            server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    def discover(self, wanted: str) -> list[dict[str, Any]]:
        if wanted not in ("Biometric Device", _TYPE[self.kind]):
            return []
        identity = base64.urlsafe_b64encode(json.dumps(self._identity()).encode()).decode().rstrip("=")
        shown = {key: value for key, value in self._description().items() if key not in ("env", "firmware")}
        return [{**shown, "digitalId": identity, "error": _success()}]

    def info(self) -> list[dict[str, Any]]:
        signed = {**self._description(), "digitalId": self._keys.module.sign(self._identity())}
        return [{"deviceInfo": self._key().sign(signed), "error": _success()}]

    def capture(self, request: dict[str, Any]) -> dict[str, Any]:
        """Raises Refused, or ConnectionError when the device is unplugged meanwhile."""
        if not self._one_at_a_time.acquire(blocking=False):
            raise Refused("111")
        try:
            self.requests.append(request)
            bio = request["bio"][0]
            wanted = self._wanted(request, bio)
            pictures = self._wait_for_pictures(bio["deviceSubId"], wanted, int(request["timeout"]) / 1000)
            reply = {"biometrics": self._signed(request, bio, pictures)}
            self.replies.append(reply)
            return reply
        finally:
            self._one_at_a_time.release()

    def live_picture(self, sub_id: str) -> bytes:
        """What the live view shows now, as JPEG."""
        group = _GROUPS[self.kind, sub_id]
        return platen.jpeg(self._presented(group, self.stage.upcoming(sub_id)).values())

    def _wanted(self, request: dict[str, Any], bio: dict[str, Any]) -> tuple[Position, ...]:
        for fault, code in ((Fault.BUSY, "111"), (Fault.NOT_READY, "110")):
            if fault in self.faults:
                raise Refused(code)
        if not re.fullmatch(r"[A-Za-z0-9-]{4,50}", request["transactionId"]):
            raise Refused("112")
        if bio["type"] != _TYPE[self.kind] or bio["deviceId"] != self._device_id:
            raise Refused("106")
        group = _GROUPS.get((self.kind, bio["deviceSubId"]))
        names = [SUB_TYPES[name] for name in bio["bioSubType"]]
        exceptions = [SUB_TYPES[name] for name in bio["exception"]]
        if group is None or int(bio["count"]) != len(names) or not set(names + exceptions) <= set(group):
            raise Refused("109")
        if self.counts_exceptions and len(names) + len(exceptions) != len(group):
            raise Refused("109")
        return tuple(names)

    def _wait_for_pictures(self, sub_id: str, wanted: tuple[Position, ...], seconds: float) -> dict[Position, Grey]:
        until = time.monotonic() + seconds
        pause = self.latency + (SLOW_SECONDS if Fault.SLOW in self.faults else 0)
        if self.stopped.wait(pause):
            raise ConnectionError
        while True:
            if self.stage.subject is not None:
                pictures = self._presented(wanted, self.stage.attempt(sub_id))
                if pictures:
                    return pictures
            left = until - time.monotonic()
            if left <= 0:
                raise Refused("101")
            if self.stopped.wait(min(_POLL_SECONDS, left)):
                raise ConnectionError

    def _presented(self, wanted: tuple[Position, ...], attempt: int) -> dict[Position, Grey]:
        subject = self.stage.subject
        if subject is None:
            return {}
        show = subject.finger if self.kind is Kind.FINGERPRINT else subject.iris
        shown = {position: show(position, attempt) for position in wanted}
        return {position: picture for position, picture in shown.items() if picture is not None}

    def _signed(
        self, request: dict[str, Any], bio: dict[str, Any], pictures: dict[Position, Grey]
    ) -> list[dict[str, Any]]:
        now = self.now() - (timedelta(hours=1) if Fault.WRONG_TIME in self.faults else timedelta())
        identity = self._keys.module.sign(self._identity())
        previous = bytes.fromhex(bio["previousHash"]) or hashlib.sha256(b"").digest()
        biometrics = []
        for position, picture in pictures.items():
            stated = _mirrored(position) if Fault.WRONG_SIDE in self.faults else position
            score = min(100, round(float(picture.std())))
            untold = Fault.NO_SIDE in self.faults and self.kind is Kind.IRIS
            record = (
                iso_records.finger_record(picture, stated, score, now)
                if self.kind is Kind.FINGERPRINT
                else iso_records.iris_record(picture, None if untold else stated, score, now)
            )
            previous = hashlib.sha256(previous + hashlib.sha256(record).digest()).digest()
            data = {
                "digitalId": identity,
                "deviceCode": self._device_id,
                "deviceServiceVersion": "0.9.5",
                "bioType": _TYPE[self.kind],
                "bioSubType": "UNKNOWN" if untold else SUB_TYPE_OF[stated],
                "purpose": "Registration",
                "env": request["env"],
                "bioValue": base64.urlsafe_b64encode(record).decode().rstrip("="),
                "transactionId": "replayed" if Fault.REPLAYED in self.faults else request["transactionId"],
                "timestamp": _stamp(now),
                "requestedScore": bio["requestedScore"],
                "qualityScore": str(score),
            }
            shown = previous[::-1] if Fault.BAD_HASH in self.faults else previous
            biometrics.append(
                {
                    "specVersion": "0.9.5",
                    "data": self._key().sign(data),
                    "hash": shown.hex().upper(),
                    "error": _success(),
                }
            )
        return biometrics

    def _key(self) -> Signer:
        return self._keys.forged if Fault.FORGED in self.faults else self._keys.device

    @property
    def _device_id(self) -> str:
        return f"bench-{_TYPE[self.kind].lower()}-1"

    def _identity(self) -> dict[str, Any]:
        return {
            "serialNo": f"BENCH-{_TYPE[self.kind].upper()}-0001",
            "make": "Bench",
            "model": f"Emulated {_SUB_TYPE[self.kind].lower()} scanner",
            "type": _TYPE[self.kind],
            "deviceSubType": _SUB_TYPE[self.kind],
            "deviceProvider": "Bench",
            "deviceProviderId": "bench",
            "dateTime": _stamp(self.now()),
        }

    def _description(self) -> dict[str, Any]:
        status = "Not Ready" if Fault.NOT_READY in self.faults else "Busy" if Fault.BUSY in self.faults else "Ready"
        return {
            "deviceId": self._device_id,
            "deviceStatus": status,
            "certification": "L1",
            "serviceVersion": "0.9.5",
            "deviceSubId": ["1", "2", "3"],
            "callbackId": f"http://127.0.0.1:{self.port}/",
            "deviceCode": self._device_id,
            "specVersion": ["0.9.5"],
            "purpose": "Registration",
            "env": "Developer",
            "firmware": "1.0",
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], scanner: BenchScanner) -> None:
        super().__init__(address, _Handler)
        self.scanner = scanner


class _Handler(BaseHTTPRequestHandler):
    """HTTP as device services speak it: one request a connection, errors with status 200."""

    server: _Server

    def do_MOSIPDISC(self) -> None:
        wanted = self._body().get("type", "")
        self._answer(self.server.scanner.discover(wanted))

    def do_MOSIPDINFO(self) -> None:
        self._answer(self.server.scanner.info())

    def do_RCAPTURE(self) -> None:
        try:
            self._answer(self.server.scanner.capture(self._body()))
        except Refused as refused:
            self._answer({"biometrics": [{"specVersion": None, "data": None, "hash": None, "error": refused.body}]})
        except ConnectionError:
            self.close_connection = True

    def do_STREAM(self) -> None:
        scanner = self.server.scanner
        request = self._body()
        until = time.monotonic() + int(request["timeout"]) / 1000
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=BoundaryString")
        self.end_headers()
        with contextlib.suppress(OSError):
            while time.monotonic() < until and not scanner.stopped.is_set():
                self.wfile.write(part(scanner.live_picture(request["deviceSubId"]), "BoundaryString"))
                scanner.stopped.wait(1 / STREAM_FPS)

    def _body(self) -> dict[str, Any]:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        decoded: dict[str, Any] = json.loads(body or b"{}")
        return decoded

    def _answer(self, message: object) -> None:
        body = json.dumps(message).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: requests are kept in `BenchScanner.requests`."""


def _mirrored(position: Position) -> Position:
    side, _, rest = position.value.partition("-")
    return Position(f"{'left' if side == 'right' else 'right'}-{rest}")


def _success() -> dict[str, str]:
    return {"errorCode": "0", "errorInfo": "Success"}


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
