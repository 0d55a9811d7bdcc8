"""Follows journal and capture beside the screen thread: new views at once, live pictures shrunk to what is shown.

The screen thread gets views through the work's queue, and of the live picture only the newest (`Latest`): one that
comes faster than it can be drawn is skipped.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import msgspec

from station.enrolment.capture import CaptureRunner, Live
from station.hardware.devices import Image
from station.screens.pixels import Pixels, rows_of, shrunk
from station.screens.student.view import View
from station.screens.watch import Watch
from station.screens.work import Latest

LOOK_SECONDS: Final = 0.04
"""From another process's commit to the screen: at most this, and the time to make a view (a few milliseconds)."""
LIVE_SIZE: Final = (640, 480)
"""Most pixels of a live picture: a frame of 1280x720 would cost the screen thread 10 ms, this one 2 (llvmpipe)."""


class LiveShown:
    """The capture under way as it is shown: its state, and the picture where it is a new one."""

    __slots__ = ("live", "pixels")

    def __init__(self, live: Live, pixels: Pixels | None) -> None:
        self.live = live
        self.pixels = pixels


def small(image: Image, size: tuple[int, int] = LIVE_SIZE) -> Pixels:
    """A device's picture, ready to be shown."""
    pixels = shrunk(rows_of(image.pixels, image.width, image.height, image.channels), *size)
    # A texture takes only memory that may be written to, and a device's bytes may not.
    return pixels if pixels.flags.writeable else pixels.copy()


class Follower:
    """One loop; `about` may be set from any thread."""

    def __init__(
        self, watch: Watch[View], runner: CaptureRunner, tell: Callable[[View], None], live: Latest[LiveShown]
    ) -> None:
        self.about = ""
        """The ticket that a student has just taken, for the view."""
        self._watch = watch
        self._runner = runner
        self._tell = tell
        self._live = live
        self._wake = threading.Event()

    def look(self) -> None:
        """Look now: a command of this screen has just been done."""
        self._wake.set()

    def run(self, stop: threading.Event) -> None:
        """Follow until `stop` is set."""
        seen = Live()
        self._live.put(LiveShown(seen, None))
        while not stop.is_set():
            view = self._watch.next(self.about)
            if view is not None:
                self._runner.look_again()
                self._tell(view)
            now = self._runner.live
            if now is not seen:
                fresh = now.frame is not None and now.frame is not seen.frame
                pixels = small(now.frame) if fresh and now.frame is not None else None
                self._live.put(LiveShown(msgspec.structs.replace(now, frame=None), pixels))
                seen = now
            self._wake.wait(LOOK_SECONDS)
            self._wake.clear()
