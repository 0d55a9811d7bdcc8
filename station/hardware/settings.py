"""[devices] of config.toml: which plugged-in thing is met by which driver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from station.config import Lasting, Settings
from station.hardware.devices import Kind

_CAMERAS: Final = frozenset({Kind.CAMERA, Kind.DOCUMENT, Kind.CODE})
DRIVES: Final[Mapping[str, frozenset[Kind]]] = {
    "escpos": frozenset({Kind.PRINTER}),
    "tower": frozenset({Kind.LIGHTS}),
    "relay": frozenset({Kind.LIGHTS}),
    "gpio": frozenset({Kind.LIGHTS}),
    "sbi": frozenset({Kind.FINGERPRINT, Kind.IRIS}),
    "mjpeg": _CAMERAS,
    "v4l2": _CAMERAS,
    "evdev-pen": frozenset({Kind.SIGNATURE}),
    "pen-records": frozenset({Kind.SIGNATURE}),
    "wedge": frozenset({Kind.CODE}),
    "wedge-records": frozenset({Kind.CODE}),
}
"""Every driver of `station.hardware.drivers`, and the kinds of devices that it makes of a thing."""


class Match(Settings, frozen=True, kw_only=True):
    """[[devices.match]]: a thing whose udev properties are all as in `match` is met by `driver`.

    A property name with `@` in front is looked for in any ancestor; `*` and `?` in a value match any
    text and any character. `options` go to the driver.
    """

    kind: Kind
    driver: str
    match: Annotated[dict[str, str], msgspec.Meta(min_length=1)]
    options: dict[str, str] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds = DRIVES.get(self.driver)
        if kinds is None:
            raise ValueError(f"driver: {self.driver!r} is not known; there are {', '.join(DRIVES)}")
        if self.kind not in kinds:
            raise ValueError(
                f"driver: {self.driver!r} makes no {self.kind} of a thing, but {' or '.join(sorted(kinds))}"
            )


class DevicesSettings(Settings, frozen=True, kw_only=True):
    """[devices]."""

    match: tuple[Match, ...] = ()
    trust: Annotated[str, msgspec.Meta(min_length=1)] = "trust/devices"
    sbi_seconds: Lasting = 3.0
    rescan_seconds: Lasting = 5.0
