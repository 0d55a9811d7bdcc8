"""The tower light shows how the station stands: one message follows from the journal."""

from __future__ import annotations

import sqlite3
import threading
from typing import Final, cast

from station.disk import DiskTrouble
from station.hardware.devices import DeviceError, DeviceInfo, Devices, Kind, Light, StatusLights
from station.hardware.watch import Watch
from station.journal import Journal

ACTOR: Final = "devices"
HELP: Final = "help"
"""Code of the alert by which a student or operator asks for help; `help.…` count too."""

POLL_SECONDS: Final = 0.1
LOOK_SECONDS: Final = 1.0
"""How soon lights that were plugged in show something."""


def light_for(db: sqlite3.Connection) -> Light:
    """What to show now.

    Help before all; then a call, because somebody shall come; then a device that cannot work (the
    station may go on without it); then whether somebody is being recorded. Off between visits.
    """
    if _any(db, "SELECT 1 FROM alerts WHERE cleared_at IS NULL AND (code = ? OR code LIKE ? || '.%')", HELP, HELP):
        return Light.HELP
    if not _any(db, "SELECT 1 FROM visits WHERE closed_at IS NULL"):
        return Light.OFF
    if _any(
        db, "SELECT 1 FROM tickets t JOIN visits v ON v.id = t.visit WHERE t.state = 'called' AND v.closed_at IS NULL"
    ):
        return Light.CALL
    if _any(db, "SELECT 1 FROM devices WHERE state = 'fault'"):
        return Light.FAULT
    if _any(db, "SELECT 1 FROM enrolments WHERE state = 'active'"):
        return Light.BUSY
    return Light.FREE


class LightsDesk:
    """Keeps the lights true; one thread, `run`."""

    def __init__(self, journal: Journal, devices: Devices) -> None:
        self._journal = journal
        self._devices = devices
        self._watch = Watch(journal, ACTOR)
        self._shown: tuple[DeviceInfo, Light] | None = None

    def run(self, stop: threading.Event) -> None:
        """Show until told to stop, then switch off."""
        seen = -1
        quiet = 0.0
        while not stop.is_set():
            version = self._journal.data_version()
            if version != seen or quiet >= LOOK_SECONDS:
                seen, quiet = version, 0.0
                self._show(light_for(self._journal.db))
            stop.wait(POLL_SECONDS)
            quiet += POLL_SECONDS
        self._show(Light.OFF)

    def _show(self, light: Light) -> None:
        try:
            lights = cast(StatusLights, self._devices.get(Kind.LIGHTS, 0.0))
            info = lights.info
            if self._shown != (info, light):
                lights.show(light)
                self._shown = (info, light)
                self._watch.appeared(info)
        except DeviceError as error:
            self._shown = None
            self._tell(error)
        except DiskTrouble:
            self._shown = None

    def _tell(self, error: DeviceError) -> None:
        try:
            self._watch.failed(Kind.LIGHTS, error)
        except DiskTrouble:
            # Told again with the next look.
            self._shown = None


def _any(db: sqlite3.Connection, query: str, *parameters: str) -> bool:
    return db.execute(f"{query} LIMIT 1", parameters).fetchone() is not None
