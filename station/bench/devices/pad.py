"""An emulated signature pad: a person's strokes as raw input events on a Unix socket."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from station.bench.devices.sockets import Outlet
from station.bench.devices.subject import StrokePoint
from station.hardware.input_events import EV_ABS, EV_KEY, EV_SYN, SYN_DROPPED, SYN_REPORT, Axis, InputEvent
from station.hardware.pads.evdev_pen import ABS_PRESSURE, ABS_X, ABS_Y, BTN_TOUCH

AXES: Final = {
    ABS_X: Axis(0, 10800, 100),
    ABS_Y: Axis(0, 6500, 100),
    ABS_PRESSURE: Axis(0, 1023),
}
"""108 x 65 mm at 100 units a millimetre, 1024 levels: the size and resolution of common 5-inch pads."""


class BenchPad:
    """Plugged and unplugged like the others; `sign` plays strokes."""

    def __init__(self, path: Path) -> None:
        self._outlet = Outlet(path)
        self._stop = threading.Event()

    @property
    def path(self) -> str:
        return str(self._outlet.path)

    def plug(self) -> None:
        self._stop.clear()
        self._outlet.plug()

    def unplug(self) -> None:
        self._stop.set()
        self._outlet.unplug()

    def wait_for_reader(self, deadline: float) -> bool:
        return self._outlet.wait_for_reader(deadline)

    def sign(self, points: Sequence[StrokePoint], *, pace: float = 1.0) -> None:
        """Play `points` at their own times, `pace` times as fast (0: all at once)."""
        started = time.monotonic()
        touching = False
        for point in points:
            due = started + point.t / pace if pace else started
            if self._stop.wait(max(0.0, due - time.monotonic())):
                return
            now = started + point.t
            touch = point.pressure > 0
            events = [
                InputEvent(now, EV_ABS, ABS_X, _units(ABS_X, point.x)),
                InputEvent(now, EV_ABS, ABS_Y, _units(ABS_Y, point.y)),
                InputEvent(now, EV_ABS, ABS_PRESSURE, round(point.pressure * AXES[ABS_PRESSURE].maximum)),
            ]
            if touch != touching:
                events.append(InputEvent(now, EV_KEY, BTN_TOUCH, int(touch)))
                touching = touch
            self._send([*events, InputEvent(now, EV_SYN, SYN_REPORT, 0)])

    def drop(self) -> None:
        """What the kernel says when a reader was too slow."""
        now = time.monotonic()
        self._send([InputEvent(now, EV_SYN, SYN_DROPPED, 0), InputEvent(now, EV_SYN, SYN_REPORT, 0)])

    def _send(self, events: Sequence[InputEvent]) -> None:
        self._outlet.pour(b"".join(event.pack() for event in events))


def _units(code: int, millimetres: float) -> int:
    axis = AXES[code]
    return min(axis.maximum, max(axis.minimum, round(millimetres * axis.resolution)))
