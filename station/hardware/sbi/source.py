"""Scanners behind SBI device services: found by asking the ports of the range again and again."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final

from station.hardware.devices import Kind
from station.hardware.hotplug import Appeared
from station.hardware.sbi import wire
from station.hardware.sbi.client import discover_all
from station.hardware.sbi.scanner import described

_KIND: Final = {"Finger": Kind.FINGERPRINT, "Iris": Kind.IRIS}


class SbiSource:
    """A Source of the services on this machine.

    A service that listens but does not answer discovery keeps the devices it had: some are deaf
    while they capture. `options` go to the driver. A scan of the hundred ports costs 10 ms.
    """

    def __init__(
        self, ports: range = wire.PORTS, options: Mapping[str, str] | None = None, every_seconds: float = 3.0
    ) -> None:
        self._ports = ports
        self._options = dict(options or {})
        self._last: dict[int, dict[str, Appeared]] = {}
        self._every = every_seconds
        self._closed = threading.Event()

    def scan(self) -> Mapping[str, Appeared]:
        now: dict[int, dict[str, Appeared]] = {}
        for port, entries in discover_all(self._ports).items():
            now[port] = self._last.get(port, {}) if entries is None else self._devices(port, entries)
        self._last = now
        return {key: device for devices in now.values() for key, device in devices.items()}

    def wait(self, seconds: float) -> None:
        self._closed.wait(min(seconds, self._every))

    def close(self) -> None:
        self._closed.set()

    def _devices(self, port: int, entries: list[wire.Discovered]) -> dict[str, Appeared]:
        found: dict[str, Appeared] = {}
        for entry in entries:
            identity = described(entry)
            kind = _KIND.get(identity.type) if identity else None
            if identity is None or kind is None or entry.device_status == "Not Registered":
                continue
            key = f"sbi:{port}:{entry.device_id}"
            properties = {"serial": identity.serial_no, "model": identity.model, **self._options}
            found[key] = Appeared(key, kind, "sbi", str(port), properties)
        return found
