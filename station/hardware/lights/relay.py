"""Stack light behind a four-byte serial relay board (SL60-USB2, LCUS): 9600 8N1, no answers.

A0, channel, 1 or 0, and the sum of the three modulo 256. Channels: 1 red, 2 green, 3 yellow, 4 buzzer.
The board cannot blink; `Blinker` does.
"""

from __future__ import annotations

from typing import Final

from station.hardware.devices import DeviceGone, DeviceInfo, Kind, Light
from station.hardware.lights.lamps import Blinker, Lamp
from station.hardware.lights.serial_tower import SECONDS
from station.hardware.wires import Wire, WireBlocked, WireGone

_CHANNEL: Final = {Lamp.RED: 1, Lamp.GREEN: 2, Lamp.YELLOW: 3}


def command(lamp: Lamp, on: bool) -> bytes:
    """The four bytes that switch one lamp."""
    head = bytes((0xA0, _CHANNEL[lamp], int(on)))
    return head + bytes((sum(head) & 0xFF,))


class RelayLights:
    """StatusLights on a relay board."""

    def __init__(self, wire: Wire, info: DeviceInfo) -> None:
        self._wire = wire
        self._info = info
        self._blinker = Blinker(self._switch)

    @property
    def info(self) -> DeviceInfo:
        return self._info

    def show(self, light: Light) -> None:
        """Raises DeviceGone; a board that takes no bytes counts as gone."""
        self._blinker.show(light)

    def close(self) -> None:
        self._blinker.close()
        self._wire.close()

    def _switch(self, lamp: Lamp, on: bool) -> None:
        try:
            self._wire.write(command(lamp, on), SECONDS)
        except (WireBlocked, WireGone) as error:
            raise DeviceGone(Kind.LIGHTS, str(error)) from error
