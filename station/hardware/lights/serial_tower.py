"""Tri-colour USB tower light of the Adafruit kind: 9600 8N1, one byte a command, no answers.

On 0x10, off 0x20, blink 0x40, each added to the lamp: red 1, yellow 2, green 4, buzzer 8.
"""

from __future__ import annotations

import threading
from typing import Final

from station.hardware.devices import DeviceError, DeviceGone, DeviceInfo, Kind, Light
from station.hardware.lights.lamps import SHOWN, Glow, Lamp
from station.hardware.wires import Wire, WireBlocked, WireGone

_LAMP: Final = {Lamp.RED: 0x01, Lamp.YELLOW: 0x02, Lamp.GREEN: 0x04}
_GLOW: Final = {Glow.ON: 0x10, Glow.OFF: 0x20, Glow.BLINK: 0x40}
_BUZZER_OFF: Final = 0x28
SECONDS: Final = 1.0
"""Four bytes take 4 ms at 9600 baud; a light that has not taken them after a second is stuck."""


class SerialTower:
    """StatusLights on a serial wire."""

    def __init__(self, wire: Wire, info: DeviceInfo) -> None:
        self._wire = wire
        self._info = info
        self._lock = threading.Lock()

    @property
    def info(self) -> DeviceInfo:
        return self._info

    def show(self, light: Light) -> None:
        """Raises DeviceGone, or DeviceError `lights.blocked` when the light takes no bytes."""
        wanted = SHOWN[light]
        command = bytes(_LAMP[lamp] + _GLOW[wanted.get(lamp, Glow.OFF)] for lamp in Lamp)
        with self._lock:
            try:
                self._wire.write(command + bytes((_BUZZER_OFF,)), SECONDS)
            except WireBlocked as error:
                raise DeviceError("lights.blocked") from error
            except WireGone as error:
                raise DeviceGone(Kind.LIGHTS, str(error)) from error

    def close(self) -> None:
        with self._lock:
            self._wire.close()
