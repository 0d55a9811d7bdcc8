"""What cameras have in common: a reader thread that keeps the newest picture.

The thread reads coded pictures and decodes none; whoever asks for a frame pays for decoding that
one. So a slow screen never gets old pictures and a fast camera costs no more than its wire.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final, Protocol

import cv2
import numpy as np
import PIL.Image
import structlog

from station.hardware.devices import CaptureTimeout, DeviceError, DeviceGone, DeviceInfo, Image

STILL_FRAMES: Final = 5
"""Frames among which the sharpest is the still: a third of a second at 15 frames a second, within
which a person who stands still does not change, but one of the frames is free of a blink of motion."""

_log = structlog.get_logger(__name__)


class FrameSource(Protocol):
    """Coded pictures from a camera."""

    def frames(self) -> Iterator[bytes]:
        """Pictures until the camera is gone or `close` is called. Raises OSError when it breaks."""
        ...

    def decode(self, data: bytes) -> Image:
        """RGB pixels. Raises ValueError for a damaged picture."""
        ...

    def close(self) -> None:
        """Make `frames` end soon; may be called from another thread."""
        ...


class LiveCamera:
    """A Camera on a source."""

    def __init__(self, source: FrameSource, info: DeviceInfo) -> None:
        self._source = source
        self._info = info
        self._news = threading.Condition()
        self._newest = b""
        self._number = 0
        self._handed_out = 0
        self._gone = ""
        self._thread = threading.Thread(target=self._read, name=f"camera-{info.driver}", daemon=True)
        self._thread.start()

    @property
    def info(self) -> DeviceInfo:
        return self._info

    def frame(self, deadline: float) -> Image:
        """The newest frame that was not handed out before. Raises CaptureTimeout, DeviceGone."""
        until = time.monotonic() + deadline
        while True:
            data = self._next(until)
            try:
                return self._source.decode(data)
            except ValueError as error:
                _log.info("camera frame is damaged, taking the next", detail=str(error))

    def still(self, deadline: float) -> Image:
        """The sharpest of the next STILL_FRAMES frames. Raises CaptureTimeout, DeviceGone."""
        until = time.monotonic() + deadline
        best = self.frame(deadline)
        best_sharpness = sharpness(best)
        for _ in range(STILL_FRAMES - 1):
            try:
                frame = self.frame(until - time.monotonic())
            except CaptureTimeout:
                break
            if (value := sharpness(frame)) > best_sharpness:
                best, best_sharpness = frame, value
        return best

    def close(self) -> None:
        self._source.close()
        self._thread.join()

    def _next(self, until: float) -> bytes:
        with self._news:
            fresh = self._news.wait_for(
                lambda: self._gone or self._number > self._handed_out, max(0.0, until - time.monotonic())
            )
            if self._gone:
                raise DeviceGone(self._info.kind, self._gone)
            if not fresh:
                raise CaptureTimeout(f"{self._info.kind}.timeout", "no frame came")
            self._handed_out = self._number
            return self._newest

    def _read(self) -> None:
        gone = "stream ended"
        try:
            for data in self._source.frames():
                with self._news:
                    self._newest = data
                    self._number += 1
                    self._news.notify_all()
        except OSError as error:
            gone = str(error)
        with self._news:
            self._gone = gone
            self._news.notify_all()


def sharpness(image: Image) -> float:
    """Variance of the Laplacian of the grey picture: the usual measure of focus and motion blur."""
    pixels = np.frombuffer(image.pixels, np.uint8).reshape(image.height, image.width, image.channels)
    grey = pixels[:, :, 1] if image.channels == 3 else pixels[:, :, 0]
    return float(cv2.Laplacian(grey, cv2.CV_32F).var())


def decode_jpeg(data: bytes) -> Image:
    """RGB pixels of a JPEG. Raises ValueError when it is damaged."""
    try:
        with PIL.Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
            rgb = picture.convert("RGB")
    except (OSError, SyntaxError, PIL.Image.DecompressionBombError) as error:
        raise ValueError(f"damaged JPEG: {error}") from error
    return Image(rgb.width, rgb.height, 3, rgb.tobytes())


def open_live(open_source: Callable[[], FrameSource], info: DeviceInfo) -> LiveCamera:
    """A camera whose source opens now. Raises DeviceError `<kind>.not-opened`."""
    try:
        source = open_source()
    except OSError as error:
        raise DeviceError(f"{info.kind}.not-opened", str(error)) from error
    return LiveCamera(source, info)
