"""Lamps on GPIO pins, through the RPi.GPIO interface.

On a Raspberry Pi that module is RPi.GPIO, elsewhere rpi-lgpio gives the same one. It is imported
only here, and only when lights on pins are configured, because importing RPi.GPIO raises on any
other computer.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Protocol, cast

from station.hardware.devices import DeviceError, DeviceInfo, Light
from station.hardware.lights.lamps import Blinker, Lamp


class Gpio(Protocol):
    """The part of RPi.GPIO that lamps need."""

    BCM: int
    OUT: int

    def setmode(self, mode: int) -> None: ...
    def setup(self, channel: int, direction: int, *, initial: int) -> None: ...
    def output(self, channel: int, value: int) -> None: ...
    def cleanup(self, channel: int) -> None: ...


def rpi_gpio() -> Gpio:
    """This computer's pins. Raises DeviceError `lights.no-gpio` where it has none."""
    try:
        module = importlib.import_module("RPi.GPIO")
    except (ImportError, RuntimeError) as error:
        raise DeviceError("lights.no-gpio", f"RPi.GPIO is not usable here: {error}") from error
    return cast(Gpio, module)


class GpioLights:
    """StatusLights on pins; `pins` gives each lamp's BCM number. High is on."""

    def __init__(self, gpio: Gpio, pins: Mapping[Lamp, int], info: DeviceInfo) -> None:
        self._gpio = gpio
        self._pins = dict(pins)
        self._info = info
        gpio.setmode(gpio.BCM)
        for pin in self._pins.values():
            gpio.setup(pin, gpio.OUT, initial=0)
        self._blinker = Blinker(self._switch)

    @property
    def info(self) -> DeviceInfo:
        return self._info

    def show(self, light: Light) -> None:
        self._blinker.show(light)

    def close(self) -> None:
        self._blinker.close()
        for pin in self._pins.values():
            self._gpio.cleanup(pin)

    def _switch(self, lamp: Lamp, on: bool) -> None:
        if lamp in self._pins:
            self._gpio.output(self._pins[lamp], int(on))
