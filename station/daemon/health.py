"""Battery and disk: an alert before either ends a day.

An alert is cleared only with some distance to its limit, so that a battery at the limit does not
raise one a minute.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import msgspec
import structlog

from station.config import Lasting, Settings
from station.disk import DiskTrouble
from station.hardware.power import PowerState, read_power
from station.journal import Journal, alerts

ACTOR: Final = "devices"
POWER_LOW: Final = "power.low"
DISK_LOW: Final = "disk.low"

MEGABYTE: Final = 1_000_000
CLEAR_PERCENT: Final = 5
"""Points above the battery limit at which the alert ends, unless mains comes back first."""
CLEAR_FACTOR: Final = 1.2
"""Times the disk limit that must be free for the alert to end."""

log = structlog.get_logger()


class HealthSettings(Settings, frozen=True, kw_only=True):
    """[health] of config.toml."""

    battery_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 20
    disk_megabytes: Annotated[int, msgspec.Meta(ge=0)] = 1000
    every_seconds: Lasting = 15.0


class HealthWatch:
    """Looks at battery and disk; one thread, `run`."""

    def __init__(
        self,
        journal: Journal,
        folder: Path,
        settings: HealthSettings,
        *,
        power: Callable[[], PowerState] = read_power,
        free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        self._journal = journal
        self._folder = folder
        self._settings = settings
        self._power = power
        self._free_bytes = free_bytes

    def run(self, stop: threading.Event) -> None:
        """Look until told to stop."""
        while not stop.is_set():
            try:
                self.look()
            except DiskTrouble as trouble:
                # The alert itself is not taken; the screens say so wherever something is to be kept.
                log.error(trouble.code)
            stop.wait(self._settings.every_seconds)

    def look(self) -> None:
        """Compare once, and raise or clear. Raises DiskTrouble."""
        power = self._power()
        percent = power.battery_percent
        if power.on_mains or percent is None or percent >= self._settings.battery_percent + CLEAR_PERCENT:
            self._clear(POWER_LOW)
        elif percent < self._settings.battery_percent:
            self._raise(POWER_LOW)
        free, limit = self._free_bytes(self._folder), self._settings.disk_megabytes * MEGABYTE
        if free < limit:
            self._raise(DISK_LOW)
        elif free >= limit * CLEAR_FACTOR:
            self._clear(DISK_LOW)

    def _is_open(self, code: str) -> bool:
        return any(alert.code == code for alert in alerts.open_alerts(self._journal.db))

    def _raise(self, code: str) -> None:
        if not self._is_open(code):
            with self._journal.command(ACTOR) as tx:
                alerts.raise_alert(tx, code)

    def _clear(self, code: str) -> None:
        if self._is_open(code):
            with self._journal.command(ACTOR) as tx:
                alerts.clear_alerts(tx, code)
