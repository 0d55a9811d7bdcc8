"""An emulated camera: motion JPEG of what a view shows, on a Unix socket."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import PIL.Image

from station.bench.devices.faults import Fault, Faults
from station.bench.devices.sockets import Outlet
from station.bench.devices.subject import Colour
from station.hardware.mjpeg import part

QUALITY: Final = 90
"""JPEG quality of better UVC cameras."""

View = Callable[[], Colour]
"""Draws what is in front of the lens now."""


class BenchCamera:
    """Runs from `plug` to `unplug`; draws only while somebody watches."""

    def __init__(self, path: Path, view: View, *, fps: float = 15.0, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self._outlet = Outlet(path)
        self._view = view
        self._fps = fps
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def path(self) -> str:
        return str(self._outlet.path)

    def plug(self) -> None:
        self._stop.clear()
        self._outlet.plug()
        self._thread = threading.Thread(target=self._run, name="bench-camera", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        self._stop.set()
        self._outlet.unplug()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._stop.is_set():
            if not self._outlet.wait_for_reader(0.1):
                continue
            started = time.monotonic()
            if Fault.SILENT not in self.faults:
                self._outlet.pour(part(self._picture()))
            rate = self._fps / 10 if Fault.SLOW in self.faults else self._fps
            self._stop.wait(max(0.0, 1 / rate - (time.monotonic() - started)))

    def _picture(self) -> bytes:
        out = io.BytesIO()
        PIL.Image.fromarray(self._view()).save(out, "JPEG", quality=QUALITY)
        picture = out.getvalue()
        return picture[: len(picture) // 2] if Fault.GARBLED in self.faults else picture
