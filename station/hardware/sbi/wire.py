"""The messages of SBI 0.9.5 as they stand on the wire.

Three dialects of the specification contradict each other: the compliance kit and most services write
counts, timeouts and sub-ids as strings, the YAML of the documentation as integers. Requests are
written as strings (the kit refuses integers); replies are read either way. Unknown fields are
ignored, missing ones default, so that services of specification 1.0 are understood too.
"""

from __future__ import annotations

from typing import Final

import msgspec

from station.biometrics.samples import FINGERS, Position

PORTS: Final = range(4501, 4601)
"""The ports on 127.0.0.1 where a device service may listen (SBI 0.9.5)."""

SPEC_VERSIONS: Final = frozenset({"0.9.5", "1.0", "1.0.0"})
"""What is read; 0.9.5 is what is written."""

SUCCESS: Final = "0"

SUB_TYPES: Final = {
    **{
        f"{side} {name}": Position(f"{side.lower()}-{finger}")
        for side in ("Right", "Left")
        for name, finger in (
            ("Thumb", "thumb"),
            ("IndexFinger", "index"),
            ("MiddleFinger", "middle"),
            ("RingFinger", "ring"),
            ("LittleFinger", "little"),
        )
    },
    "Right": Position.RIGHT_IRIS,
    "Left": Position.LEFT_IRIS,
}
"""bioSubType -> position."""

SUB_TYPE_OF: Final = {position: name for name, position in SUB_TYPES.items()}

SLAP_SUB_IDS: Final = {Position.LEFT_FOUR: "1", Position.RIGHT_FOUR: "2", Position.THUMBS: "3"}
"""deviceSubId of each slap: 1 left, 2 right, 3 thumbs (or both irises)."""
BOTH_IRISES_SUB_ID: Final = "3"


def sub_id_of(position: Position) -> str:
    """The deviceSubId that captures `position`, a slap or one finger."""
    if position in SLAP_SUB_IDS:
        return SLAP_SUB_IDS[position]
    if position in (Position.RIGHT_THUMB, Position.LEFT_THUMB):
        return SLAP_SUB_IDS[Position.THUMBS]
    if position not in FINGERS:
        raise ValueError(f"{position} is not a finger or slap")
    return SLAP_SUB_IDS[Position.RIGHT_FOUR if position.value.startswith("right") else Position.LEFT_FOUR]


class _Message(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Field names in camel case on the wire."""


class Error(_Message, frozen=True):
    """`errorCode` "0" is success; 100 to 112, 202 and 5xx are failures."""

    error_code: str | int = SUCCESS
    error_info: str = ""

    @property
    def code(self) -> str:
        return str(self.error_code)


class DiscoverRequest(_Message, frozen=True):
    """MOSIPDISC /device: `type` is "Biometric Device", "Finger", "Iris" or "Face"."""

    type: str


class Discovered(_Message, frozen=True):
    """One device in the answer to MOSIPDISC. `digital_id` is base64url JSON, not signed."""

    device_id: str | None = None
    device_status: str | None = None
    certification: str | None = None
    service_version: str | None = None
    device_sub_id: list[str | int] | None = None
    callback_id: str | None = None
    digital_id: str | None = None
    device_code: str | None = None
    spec_version: list[str] | str | None = None
    purpose: str | None = None
    error: Error | None = None


class InfoReply(_Message, frozen=True):
    """One device in the answer to MOSIPDINFO /info: `device_info` is a JWS of DeviceInfo."""

    device_info: str | None = None
    error: Error | None = None


class DeviceInfo(_Message, frozen=True):
    """What a device signs about itself. `digital_id` is a JWS of DigitalId."""

    device_id: str
    device_status: str
    digital_id: str
    device_code: str = ""
    certification: str = ""
    service_version: str = ""
    firmware: str = ""
    env: str = ""
    purpose: str = ""
    device_sub_id: list[str | int] = []
    callback_id: str = ""
    spec_version: list[str] | str = []


class DigitalId(_Message, frozen=True):
    """The device's identity, signed by the trust module's key (L1) or the device key (L0)."""

    serial_no: str
    make: str
    model: str
    type: str
    device_sub_type: str = ""
    device_provider: str = ""
    device_provider_id: str = ""
    date_time: str = ""


class BioRequest(_Message, frozen=True):
    """What to capture with one device."""

    type: str
    count: str
    bio_sub_type: list[str]
    exception: list[str]
    requested_score: str
    device_id: str
    device_sub_id: str
    previous_hash: str


class CaptureRequest(_Message, frozen=True):
    """RCAPTURE /capture. `timeout` is in milliseconds, `capture_time` UTC."""

    env: str
    purpose: str
    spec_version: str
    timeout: str
    capture_time: str
    transaction_id: str
    bio: list[BioRequest]
    custom_opts: dict[str, str] | None = None


class Biometric(_Message, frozen=True):
    """One captured finger, eye or face: `data` is a JWS of BioData, `hash` links it to the one before."""

    spec_version: str | list[str] | None = None
    data: str | None = None
    hash: str | None = None
    error: Error | None = None


class CaptureReply(_Message, frozen=True):
    """The answer to RCAPTURE."""

    biometrics: list[Biometric] = []


class BioData(_Message, frozen=True):
    """What a device signs about one capture. `bio_value` is the base64url ISO/IEC 19794 record."""

    digital_id: str
    bio_type: str
    bio_value: str
    transaction_id: str
    timestamp: str
    purpose: str
    env: str = ""
    bio_sub_type: str | None = None
    device_code: str = ""
    device_service_version: str = ""
    requested_score: str | float | None = None
    quality_score: str | float | None = None


class StreamRequest(_Message, frozen=True):
    """STREAM /stream. `timeout` is in milliseconds."""

    device_id: str
    device_sub_id: str
    timeout: str
