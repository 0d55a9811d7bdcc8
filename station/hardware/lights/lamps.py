"""Which lamps show which message, and blinking for lights that cannot blink by themselves.

Every message differs from every other by colour or by blinking, and none needs the buzzer: a class
room next door is writing an exam.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from enum import Enum, StrEnum
from typing import Final

from station.hardware.devices import DeviceGone, Light

HALF_PERIOD_SECONDS = 0.5
"""1 Hz: well below the 3 Hz above which flashing is a risk for photosensitive people (WCAG 2.3.1)."""


class Lamp(StrEnum):
    """The coloured parts of a tower light."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


class Glow(Enum):
    """What one lamp does."""

    OFF = 0
    ON = 1
    BLINK = 2


SHOWN: Final[Mapping[Light, Mapping[Lamp, Glow]]] = {
    Light.OFF: {},
    Light.FREE: {Lamp.GREEN: Glow.ON},
    Light.BUSY: {Lamp.YELLOW: Glow.ON},
    Light.CALL: {Lamp.GREEN: Glow.BLINK},
    Light.HELP: {Lamp.YELLOW: Glow.BLINK},
    Light.FAULT: {Lamp.RED: Glow.ON},
}


class Blinker:
    """Switches lamps on and off in a thread while one of them blinks.

    `switch` is called with a lamp and whether it is on; when it raises DeviceGone in the thread, the
    next `show` raises it.
    """

    def __init__(self, switch: Callable[[Lamp, bool], None]) -> None:
        self._switch = switch
        self._wake = threading.Condition()
        self._light = Light.OFF
        self._closed = False
        self._gone: DeviceGone | None = None
        self._thread = threading.Thread(target=self._run, name="lights", daemon=True)
        self._thread.start()

    def show(self, light: Light) -> None:
        """Switch the steady state at once, in the caller's thread, so that its errors are seen."""
        with self._wake:
            if self._gone is not None:
                raise self._gone
            self._light = light
            self._apply(bright=True)
            self._wake.notify()

    def close(self) -> None:
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join()

    def _apply(self, *, bright: bool) -> None:
        for lamp in Lamp:
            glow = SHOWN[self._light].get(lamp, Glow.OFF)
            self._switch(lamp, glow is Glow.ON or (glow is Glow.BLINK and bright))

    def _run(self) -> None:
        bright = True
        with self._wake:
            while not self._closed:
                blinks = Glow.BLINK in SHOWN[self._light].values()
                if self._wake.wait(HALF_PERIOD_SECONDS if blinks else None):
                    bright = True
                    continue
                bright = not bright
                try:
                    self._apply(bright=bright)
                except DeviceGone as error:
                    self._gone = error
                    return
