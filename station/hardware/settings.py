"""[devices] of config.toml: which plugged-in thing is met by which driver."""

from __future__ import annotations

import msgspec

from station.config import Lasting, Settings
from station.hardware.devices import Kind


class Match(Settings, frozen=True, kw_only=True):
    """[[devices.match]]: a thing whose udev properties are all as in `match` is met by `driver`.

    A property name with `@` in front is looked for in any ancestor; `*` and `?` in a value match any
    text and any character. `options` go to the driver.
    """

    kind: Kind
    driver: str
    match: dict[str, str]
    options: dict[str, str] = msgspec.field(default_factory=dict)


class DevicesSettings(Settings, frozen=True, kw_only=True):
    """[devices]."""

    match: tuple[Match, ...] = ()
    trust: str = "trust/devices"
    sbi_seconds: Lasting = 3.0
    rescan_seconds: Lasting = 5.0
