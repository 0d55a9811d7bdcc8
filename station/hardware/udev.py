"""Devices that the kernel sees, through pyudev.

The monitor is started before the first enumeration, so nothing falls between the two. An event only
wakes the scan; what is there is always read from a new enumeration. After any error the monitor is
made anew: pyudev's own observer thread dies silently in that case, which is why it is not used.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pyudev

from station.hardware.hotplug import Appeared
from station.hardware.matching import Seen, first_match, suggest
from station.hardware.settings import Match

_WAKE_SECONDS: Final = 0.5
"""How long `close` may have to wait."""
_SETTLE_SECONDS: Final = 0.05
"""A USB device makes some ten events within milliseconds; one scan after the last of them is enough."""


class UdevSource:
    """A Source of what matches the configuration."""

    def __init__(self, matches: Sequence[Match]) -> None:
        self._matches = tuple(matches)
        self._subsystems = _subsystems(self._matches)
        self._context = pyudev.Context()
        self._monitor: Any = None
        self._closed = threading.Event()

    def scan(self) -> Mapping[str, Appeared]:
        if self._monitor is None:
            self._monitor = self._started_monitor()
        found: dict[str, Appeared] = {}
        for device in enumerate_devices(self._context, self._subsystems):
            appeared = self._appeared(device)
            if appeared is not None:
                found[appeared.key] = appeared
        return found

    def wait(self, seconds: float) -> None:
        left = seconds
        try:
            while left > 0 and not self._closed.is_set():
                if self._monitor.poll(min(left, _WAKE_SECONDS)) is not None:
                    while self._monitor.poll(_SETTLE_SECONDS) is not None:
                        pass
                    return
                left -= _WAKE_SECONDS
        except OSError:
            self._monitor = None
            raise

    def close(self) -> None:
        self._closed.set()

    def _started_monitor(self) -> Any:
        monitor = pyudev.Monitor.from_netlink(self._context)
        for subsystem in self._subsystems:
            monitor.filter_by(subsystem)
        monitor.start()
        return monitor

    def _appeared(self, device: Any) -> Appeared | None:
        seen = look(device)
        node = seen.properties.get("DEVNAME")
        match = first_match(self._matches, seen) if node else None
        if match is None or node is None:
            return None
        key = f"{device.sys_path}@{seen.properties.get('USEC_INITIALIZED', '')}"
        return Appeared(key, match.kind, match.driver, node, {**seen.properties, **match.options})


def suggestions() -> Iterator[str]:
    """config.toml lines for everything plugged in that a driver may fit, each a [[devices.match]] table."""
    for device in enumerate_devices(pyudev.Context(), ()):
        lines = suggest(look(device))
        if lines:
            yield lines


def look(device: Any) -> Seen:
    """A pyudev device as plain properties; what vanishes meanwhile counts as having none."""
    try:
        return Seen(dict(device.properties), tuple(dict(ancestor.properties) for ancestor in device.ancestors))
    except (OSError, LookupError):
        return Seen({})


def enumerate_devices(context: Any, subsystems: Sequence[str]) -> Iterator[Any]:
    """The devices of the subsystems, of all when none is named; one that vanishes meanwhile is left out."""
    for subsystem in subsystems or (None,):
        devices = iter(context.list_devices(**({"subsystem": subsystem} if subsystem else {})))
        while True:
            try:
                yield next(devices)
            except StopIteration:
                break
            except pyudev.DeviceNotFoundError:
                continue


def _subsystems(matches: Sequence[Match]) -> tuple[str, ...]:
    """The subsystems to look through; none if an entry does not say its own."""
    named = [entry.match.get("SUBSYSTEM", "") for entry in matches]
    return () if not all(named) or any("*" in name for name in named) else tuple(dict.fromkeys(named))
