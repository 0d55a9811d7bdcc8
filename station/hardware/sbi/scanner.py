"""Fingerprint and iris scanners of the house on top of an SBI device service.

A capture is asked for with the fingers that are there and the exceptions that are not; what comes
back is verified (`trust`) and opened (`iso19794`) before anybody sees a pixel. Errors of the service
become the house's errors with the kind in front: `fingerprint.busy`, `iris.untrusted`, ...
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from typing import Final

from station.biometrics.samples import FINGERS, IRISES, SLAPS, Position
from station.clock import Clock
from station.hardware.devices import (
    CaptureTimeout,
    DeviceError,
    DeviceGone,
    DeviceInfo,
    FingerCapture,
    Image,
    Kind,
)
from station.hardware.sbi import wire
from station.hardware.sbi.client import BadReply, SbiClient, ServiceGone, ServiceSlow
from station.hardware.sbi.iso19794 import BadRecord, ImageRecord, read_finger, read_iris
from station.hardware.sbi.trust import Trust, Untrusted, unsigned_payload

GRACE_SECONDS: Final = 3.0
"""How much longer than the device's own time-out its service may take to compress, sign and answer."""

_BIO_TYPE: Final = {Kind.FINGERPRINT: "Finger", Kind.IRIS: "Iris"}
_WORD: Final = {
    "100": "not-registered",
    "102": "extraction",
    "103": "tampered",
    "104": "no-server",
    "105": "orientation",
    "107": "key-expired",
    "108": "key-missing",
    "109": "unsupported",
    "110": "not-ready",
    "111": "busy",
    "112": "bad-transaction",
}
_NOBODY: Final = "101"
_GONE: Final = frozenset({"106", "202"})
_UNSUPPORTED: Final = "109"


class SbiScanner:
    """What both scanners share: one device behind one service, and its hash chain. Calls take turns."""

    def __init__(
        self, kind: Kind, client: SbiClient, device: wire.DeviceInfo, info: DeviceInfo, trust: Trust, clock: Clock
    ) -> None:
        self._kind = kind
        self._client = client
        self._device = device
        self._info = info
        self._trust = trust
        self._clock = clock
        self._lock = threading.Lock()
        self._previous_hash = ""

    @property
    def info(self) -> DeviceInfo:
        return self._info

    def close(self) -> None:
        """Nothing is held between calls."""

    def live_view(self, sub_id: str, deadline: float) -> Iterator[bytes]:
        """JPEG pictures of what is on the scanner, for at most `deadline` seconds."""
        request = wire.StreamRequest(
            device_id=self._device.device_id, device_sub_id=sub_id, timeout=str(round(deadline * 1000))
        )
        try:
            yield from self._client.stream(request, deadline)
        except (ServiceGone, ServiceSlow, BadReply) as error:
            raise self._failed(error) from error

    def take(
        self, sub_id: str, wanted: Sequence[Position], missing: Sequence[Position], deadline: float
    ) -> tuple[tuple[Position | None, Image], ...]:
        """Capture `wanted`, telling the device which are `missing`."""
        with self._lock:
            request = self._request(sub_id, wanted, missing, deadline)
            try:
                reply = self._client.capture(request, deadline + GRACE_SECONDS)
            except (ServiceGone, ServiceSlow, BadReply) as error:
                raise self._failed(error) from error
            self._raise_error_of(reply)
            return self._verified(reply, request, wanted)

    def _request(
        self, sub_id: str, wanted: Sequence[Position], missing: Sequence[Position], deadline: float
    ) -> wire.CaptureRequest:
        return wire.CaptureRequest(
            env=self._device.env,
            purpose="Registration",
            spec_version="0.9.5",
            timeout=str(round(deadline * 1000)),
            capture_time=self._clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            transaction_id=secrets.token_hex(16),
            bio=[
                wire.BioRequest(
                    type=_BIO_TYPE[self._kind],
                    count=str(len(wanted)),
                    bio_sub_type=[wire.SUB_TYPE_OF[position] for position in wanted],
                    exception=[wire.SUB_TYPE_OF[position] for position in missing],
                    requested_score="0",
                    device_id=self._device.device_id,
                    device_sub_id=sub_id,
                    previous_hash=self._previous_hash,
                )
            ],
        )

    def _raise_error_of(self, reply: wire.CaptureReply) -> None:
        for biometric in reply.biometrics:
            error = biometric.error
            if error is None or error.code == wire.SUCCESS:
                continue
            if error.code == _NOBODY:
                raise CaptureTimeout(f"{self._kind}.timeout", error.error_info)
            if error.code in _GONE:
                raise DeviceGone(self._kind, error.error_info)
            word = _WORD.get(error.code, "failed")
            raise DeviceError(f"{self._kind}.{word}", f"{error.code} {error.error_info}")
        if not reply.biometrics:
            raise DeviceError(f"{self._kind}.failed", "reply without biometrics")

    def _verified(
        self, reply: wire.CaptureReply, request: wire.CaptureRequest, wanted: Sequence[Position]
    ) -> tuple[tuple[Position | None, Image], ...]:
        previous = self._previous_hash
        taken: list[tuple[Position | None, Image]] = []
        try:
            for biometric in reply.biometrics:
                captured = self._trust.check_capture(biometric, request, previous, self._clock.now())
                previous = captured.hash
                if captured.device.serial_no != self._info.serial:
                    raise Untrusted(f"captured by {captured.device.serial_no}, another device")
                position, image = self._opened(captured.data.bio_sub_type, captured.record)
                came = [known for known, _ in taken]
                if (position is not None and (position not in wanted or position in came)) or len(came) == len(wanted):
                    raise Untrusted(f"{position} was not asked for, or came twice")
                taken.append((position, image))
        except Untrusted as error:
            raise DeviceError(f"{self._kind}.untrusted", str(error)) from error
        except BadRecord as error:
            raise DeviceError(f"{self._kind}.garbled", str(error)) from error
        self._previous_hash = previous
        if any(position is None for position, _ in taken):
            return tuple(taken)
        return tuple(sorted(taken, key=lambda pair: [*wanted].index(pair[0] or wanted[0])))

    def _opened(self, sub_type: str | None, record: bytes) -> tuple[Position | None, Image]:
        """Position and picture; an eye may come without one, and then its picture has to say it."""
        read: Callable[[bytes], ImageRecord] = read_finger if self._kind is Kind.FINGERPRINT else read_iris
        opened = read(record)
        stated = wire.SUB_TYPES.get(sub_type or "")
        position = stated or opened.position
        if position is None and self._kind is Kind.FINGERPRINT:
            raise BadRecord("neither message nor record says which finger it is")
        if opened.position not in (None, position):
            raise BadRecord(f"message says {position}, record says {opened.position}")
        return position, opened.image

    def _failed(self, error: ServiceGone | ServiceSlow | BadReply) -> DeviceError:
        if isinstance(error, ServiceGone):
            return DeviceGone(self._kind, str(error))
        return DeviceError(f"{self._kind}.{'no-answer' if isinstance(error, ServiceSlow) else 'garbled'}", str(error))


class SbiFingerprintScanner:
    """A FingerprintScanner. SBI gives segmented fingers only, never the whole platen."""

    def __init__(self, scanner: SbiScanner) -> None:
        self._scanner = scanner

    @property
    def info(self) -> DeviceInfo:
        return self._scanner.info

    def close(self) -> None:
        self._scanner.close()

    def capture(self, position: Position, missing: Sequence[Position], deadline: float) -> FingerCapture:
        """Capture a slap without its missing fingers, or one finger.

        The returned fingers may be fewer than were asked for. Raises DeviceError, DeviceGone,
        CaptureTimeout; ValueError when nothing is left to capture.
        """
        whole = SLAPS.get(position, (position,))
        wanted = [finger for finger in whole if finger not in missing]
        if not wanted:
            raise ValueError(f"no finger of {position} is left to capture")
        sub_id = wire.sub_id_of(position)
        absent = [finger for finger in whole if finger in missing]
        try:
            fingers = self._scanner.take(sub_id, wanted, absent, deadline)
        except DeviceError as error:
            if position in SLAPS or error.code != f"{Kind.FINGERPRINT}.{_WORD[_UNSUPPORTED]}":
                raise
            others = [finger for finger in FINGERS if wire.sub_id_of(finger) == sub_id and finger != position]
            fingers = self._scanner.take(sub_id, wanted, others, deadline)
        named = tuple((finger, image) for finger, image in fingers if finger is not None)
        return FingerCapture(requested=position, fingers=named)

    def live_view(self, position: Position, deadline: float) -> Iterator[bytes]:
        """JPEG pictures of what is on the platen, for at most `deadline` seconds."""
        return self._scanner.live_view(wire.sub_id_of(position), deadline)


class SbiIrisScanner:
    """An IrisScanner."""

    def __init__(self, scanner: SbiScanner) -> None:
        self._scanner = scanner

    @property
    def info(self) -> DeviceInfo:
        return self._scanner.info

    def close(self) -> None:
        self._scanner.close()

    def capture(self, missing: Sequence[Position], deadline: float) -> tuple[tuple[Position | None, Image], ...]:
        """Capture the eyes that are there. Raises as a fingerprint scanner does."""
        wanted = [eye for eye in IRISES if eye not in missing]
        if not wanted:
            raise ValueError("no eye is left to capture")
        absent = [eye for eye in IRISES if eye in missing]
        return self._scanner.take(wire.BOTH_IRISES_SUB_ID, wanted, absent, deadline)

    def live_view(self, deadline: float) -> Iterator[bytes]:
        """JPEG pictures of what the scanner sees, for at most `deadline` seconds."""
        return self._scanner.live_view(wire.BOTH_IRISES_SUB_ID, deadline)


def open_scanner(kind: Kind, port: int, trust: Trust, clock: Clock, *, bench: bool) -> SbiScanner:
    """The first registered device of `kind` behind the service on `port`, its identity verified.

    Raises DeviceGone when there is none, DeviceError `<kind>.untrusted` when it is not what it says.
    """
    client = SbiClient(port)
    try:
        replies = client.info()
    except (ServiceGone, ServiceSlow, BadReply) as error:
        raise DeviceGone(kind, str(error)) from error
    for reply in replies:
        if not reply.device_info:
            continue
        try:
            device = trust.open(reply.device_info, wire.DeviceInfo, clock.now())
            identity = trust.open(device.digital_id, wire.DigitalId, clock.now())
        except Untrusted as error:
            raise DeviceError(f"{kind}.untrusted", str(error)) from error
        if identity.type == _BIO_TYPE[kind]:
            info = DeviceInfo(
                kind=kind,
                driver="sbi",
                make=identity.make,
                model=identity.model,
                serial=identity.serial_no,
                firmware=device.firmware,
                bench=bench or device.env == "Developer",
            )
            return SbiScanner(kind, client, device, info, trust, clock)
    raise DeviceGone(kind, f"service on port {port} has no {_BIO_TYPE[kind]} device")


def described(entry: wire.Discovered) -> wire.DigitalId | None:
    """Who a discovered device says it is, unverified; None where it does not say."""
    if entry.digital_id is None:
        return None
    try:
        return unsigned_payload(entry.digital_id, wire.DigitalId)
    except Untrusted:
        return None
