"""How smoothly the screen thread runs, measured in the app itself.

Gap: milliseconds from one turn of the event loop to the next; a gap is long when something blocks the screen thread.
Touch: milliseconds from a press that a widget took to the end of the next drawn frame. Both are kept as histograms
of whole milliseconds, so a day costs no more memory than a minute.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Final

import msgspec
from kivy.graphics.opengl import glFinish, glFlush

from station.files import write_durably

LONGEST: Final = 2000
"""Milliseconds of the last bin; longer gaps count there, the maximum is kept exactly."""
TOUCH_WAITS: Final = 2.0
"""Seconds after which a press without any drawn frame is forgotten."""


class Spread(msgspec.Struct, frozen=True):
    """A distribution in milliseconds. A percentile is the upper edge of its bin, so it is never too small."""

    count: int
    p50: float
    p95: float
    p99: float
    max: float


class PulseReport(msgspec.Struct, frozen=True):
    """What one app measured."""

    ui_frame_gap_ms: Spread
    touch_to_frame_ms: Spread
    frames_drawn: int
    seconds: float
    gap_bins: list[int]
    """Gaps counted by whole milliseconds, for adding up several processes."""
    touch_bins: list[int]


class Histogram:
    """Counts of whole milliseconds."""

    def __init__(self) -> None:
        self.bins = [0] * (LONGEST + 1)
        self.count = 0
        self.max = 0.0

    def add(self, milliseconds: float) -> None:
        """Count one value."""
        self.bins[min(LONGEST, max(0, int(milliseconds)))] += 1
        self.count += 1
        self.max = max(self.max, milliseconds)

    def merge(self, bins: list[int], longest: float) -> None:
        """Add what another process counted."""
        for at, number in enumerate(bins):
            self.bins[at] += number
        self.count += sum(bins)
        self.max = max(self.max, longest)

    def percentile(self, share: float) -> float:
        """The value that `share` (0 to 1) of all values do not exceed; 0 when there are none."""
        needed, seen = share * self.count, 0
        for at, number in enumerate(self.bins):
            seen += number
            if number and seen >= needed:
                return min(float(at + 1), self.max)
        return self.max

    def spread(self) -> Spread:
        """The usual figures."""
        return Spread(
            count=self.count,
            p50=round(self.percentile(0.5), 1),
            p95=round(self.percentile(0.95), 1),
            p99=round(self.percentile(0.99), 1),
            max=round(self.max, 1),
        )


class Pulse:
    """Attach to a window once the app has started; the first turns, in which the window is built, do not count."""

    def __init__(self) -> None:
        self.gaps = Histogram()
        self.touches = Histogram()
        self.frames = 0
        self._last: float | None = None
        self._started = time.monotonic()
        self._pending: list[Any] = []
        self._flip: Any = None

    def attach(self, window: Any, clock: Any) -> None:
        """Count from now on."""
        clock.schedule_interval(self._turn, 0)
        window.bind(on_motion=self._motion)
        # `flip` is where a frame ends; it has no event after it, so it is wrapped.
        self._flip = window.flip
        window.flip = self._flipped
        self.restart()

    def restart(self) -> None:
        """Forget what was counted."""
        self.gaps, self.touches, self.frames = Histogram(), Histogram(), 0
        self._last, self._started = None, time.monotonic()
        self._pending.clear()

    def report(self) -> PulseReport:
        """What was counted so far."""
        return PulseReport(
            ui_frame_gap_ms=self.gaps.spread(),
            touch_to_frame_ms=self.touches.spread(),
            frames_drawn=self.frames,
            seconds=round(time.monotonic() - self._started, 1),
            gap_bins=self.gaps.bins,
            touch_bins=self.touches.bins,
        )

    def write(self, path: Path) -> None:
        """Write the report as JSON."""
        write_durably(path, msgspec.json.format(msgspec.json.encode(self.report())))

    def _turn(self, _passed: float) -> None:
        now = time.monotonic()
        if self._last is not None:
            self.gaps.add((now - self._last) * 1000)
        self._last = now

    def _motion(self, _window: object, kind: str, touch: Any) -> None:
        if kind == "begin" and touch.is_touch:
            # A puppet's press knows when it came in; a real one is known from here on.
            touch.ud.setdefault("came_in", time.monotonic())
            self._pending.append(touch)

    def _flipped(self) -> None:
        self._flip()
        # Swapping an offscreen surface does not start the rasteriser: without this flush the next upload of a live
        # picture waits for the whole frame (measured: 25 ms instead of 1).
        glFlush()
        self.frames += 1
        if self._pending:
            # A press is answered when the pixels are there, not when they were asked for.
            glFinish()
        now = time.monotonic()
        for touch in self._pending:
            waited = now - touch.ud["came_in"]
            if touch.grab_list and waited < TOUCH_WAITS:
                self.touches.add(waited * 1000)
        self._pending.clear()
