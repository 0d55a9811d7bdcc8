"""Signature pad from Linux input events: ABS_X, ABS_Y, ABS_PRESSURE, BTN_TOUCH, SYN_REPORT.

One pen report is what stands between two SYN_REPORTs. When the kernel says that it dropped events
(SYN_DROPPED), all up to the next SYN_REPORT is void; the pen is then lifted once, so that no straight
line is drawn over what was lost, and the axes are asked where they are.
"""

from __future__ import annotations

import threading
from typing import Final

from station.hardware.devices import DeviceError, DeviceGone, DeviceInfo, Kind, PenPoint
from station.hardware.input_events import (
    EV_ABS,
    EV_KEY,
    EV_SYN,
    SYN_DROPPED,
    SYN_REPORT,
    Axis,
    EventSource,
    InputEvent,
    InputGone,
)

ABS_X: Final = 0x00
ABS_Y: Final = 0x01
ABS_PRESSURE: Final = 0x18
BTN_TOUCH: Final = 0x14A


class PenParser:
    """Input events in, pen points out."""

    def __init__(self, x: Axis, y: Axis, pressure: Axis | None) -> None:
        self._axes = {ABS_X: x, ABS_Y: y}
        self._pressure_axis = pressure
        self._at = {ABS_X: x.minimum, ABS_Y: y.minimum}
        self._pressure = 0 if pressure is None else pressure.minimum
        self._touch: bool | None = None
        self._down = False
        self._dropping = False
        self._news = False

    def feed(self, event: InputEvent) -> tuple[PenPoint | None, bool]:
        """The point that `event` completes, if any; and whether the axes must be asked now."""
        if event.type == EV_SYN:
            return self._sync(event)
        if self._dropping:
            return None, False
        if event.type == EV_ABS and event.code in self._at:
            self._at[event.code] = event.value
            self._news = True
        elif event.type == EV_ABS and event.code == ABS_PRESSURE:
            self._pressure = event.value
            self._news = True
        elif event.type == EV_KEY and event.code == BTN_TOUCH:
            self._touch = event.value != 0
            self._news = True
        return None, False

    def set_axis(self, code: int, value: int) -> None:
        """Where an axis is, as asked after events were dropped."""
        if code in self._at:
            self._at[code] = value
        elif code == ABS_PRESSURE:
            self._pressure = value

    def _sync(self, event: InputEvent) -> tuple[PenPoint | None, bool]:
        if event.code == SYN_DROPPED:
            self._dropping = True
            return None, False
        if event.code != SYN_REPORT:
            return None, False
        if self._dropping:
            self._dropping = False
            self._news = False
            self._touch = None
            lifted = self._point(event.t, 0.0) if self._down else None
            self._down = False
            return lifted, True
        if not self._news:
            return None, False
        self._news = False
        pressure = self._force()
        was_down, self._down = self._down, pressure > 0
        return (self._point(event.t, pressure) if self._down or was_down else None), False

    def _force(self) -> float:
        """0 to 1. A pad without pressure is either touched or not; one without BTN_TOUCH is touched by force."""
        axis = self._pressure_axis
        if axis is None:
            return 1.0 if self._touch else 0.0
        if self._touch is False:
            return 0.0
        share = (self._pressure - axis.minimum) / (axis.maximum - axis.minimum)
        if self._touch:
            return min(1.0, max(share, 1 / (axis.maximum - axis.minimum)))
        return min(1.0, max(0.0, share))

    def _point(self, t: float, pressure: float) -> PenPoint:
        return PenPoint(self._millimetres(ABS_X), self._millimetres(ABS_Y), pressure, t)

    def _millimetres(self, code: int) -> float:
        axis = self._axes[code]
        inside = min(max(self._at[code], axis.minimum), axis.maximum)
        return (inside - axis.minimum) / axis.resolution


class EvdevPad:
    """A SignaturePad on an event source.

    Raises DeviceError `signature.no-size` when the pad does not say how large it is, because a signature
    without a scale cannot be compared with another.
    """

    def __init__(self, source: EventSource, info: DeviceInfo) -> None:
        x, y = source.axis(ABS_X), source.axis(ABS_Y)
        if x is None or y is None or not x.resolution or not y.resolution:
            source.close()
            raise DeviceError("signature.no-size", "ABS_X and ABS_Y must have a range and a resolution")
        self._source = source
        self._info = info
        self._size = ((x.maximum - x.minimum) / x.resolution, (y.maximum - y.minimum) / y.resolution)
        self._parser = PenParser(x, y, source.axis(ABS_PRESSURE))
        self._lock = threading.Lock()

    @property
    def info(self) -> DeviceInfo:
        return self._info

    @property
    def size_mm(self) -> tuple[float, float]:
        return self._size

    def read(self, deadline: float) -> tuple[PenPoint, ...]:
        """Pen reports since the last call; empty when none came in time. A lifted pen is pressure 0.

        Raises DeviceGone.
        """
        with self._lock:
            try:
                events = self._source.read(deadline)
            except InputGone as error:
                raise DeviceGone(Kind.SIGNATURE, str(error)) from error
            points = []
            for event in events:
                point, ask = self._parser.feed(event)
                if point is not None:
                    points.append(point)
                if ask:
                    self._ask_axes()
            return tuple(points)

    def close(self) -> None:
        with self._lock:
            self._source.close()

    def _ask_axes(self) -> None:
        for code in (ABS_X, ABS_Y, ABS_PRESSURE):
            value = self._source.value(code)
            if value is not None:
                self._parser.set_axis(code, value)
