"""A camera on /dev/video*, through linuxpy: motion JPEG where the camera has it, else YUYV.

The newest frame is wanted, not every frame: three buffers are enough, and the reader thread never
decodes. The device is opened non-blocking, so that each wait has a limit and `close` works while the
camera hangs, as cameras do when their USB cable is half out.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Final

import cv2
import numpy as np

from station.hardware.cameras.live import decode_jpeg
from station.hardware.devices import Image

BUFFERS: Final = 3
_WAKE_SECONDS: Final = 0.25
_STALL_SECONDS: Final = 5.0
"""A camera that gives no frame for so long after streaming started has hung; re-opening cures most."""


class V4l2Source:
    """A FrameSource on a V4L2 capture device.

    `width` and `height` are wishes; the driver takes the nearest it can do. Raises OSError when the
    device cannot be opened, or captures in neither format.
    """

    def __init__(self, path: str, width: int = 1920, height: int = 1080, fps: int = 15) -> None:
        from linuxpy.video import device as v4l2  # loads ioctl tables for every platform: 50 ms, only where used

        self._error: type[Exception] = v4l2.V4L2Error
        self._closed = threading.Event()
        self._device: Any = v4l2.Device(path)
        self._device.open()
        try:
            self._capture: Any = v4l2.VideoCapture(self._device, size=BUFFERS)
            self._fourcc = self._choose(v4l2, width, height)
            self._set_rate(fps)
            form = self._capture.get_format()
            self._width, self._height = int(form.width), int(form.height)
        except v4l2.V4L2Error as error:
            self._device.close()
            raise OSError(str(error)) from error
        except OSError:
            self._device.close()
            raise

    def _choose(self, v4l2: Any, width: int, height: int) -> str:
        offered = {form.pixel_format for form in self._capture.formats()}
        for fourcc, form in (("MJPG", v4l2.PixelFormat.MJPEG), ("YUYV", v4l2.PixelFormat.YUYV)):
            if form in offered:
                self._capture.set_format(width, height, fourcc)
                return fourcc
        raise OSError("camera offers neither MJPG nor YUYV")

    def _set_rate(self, fps: int) -> None:
        """Not every camera lets its rate be set; the one it has is then used."""
        try:
            self._capture.set_fps(fps)
        except (OSError, ValueError):
            return

    def frames(self) -> Iterator[bytes]:
        try:
            with self._capture as capture:
                reader = capture.buffer.frame_reader
                waited = 0.0
                while not self._closed.is_set():
                    frame = reader.read(_WAKE_SECONDS)
                    if frame is None:
                        waited += _WAKE_SECONDS
                        if waited >= _STALL_SECONDS:
                            raise OSError(f"no frame for {_STALL_SECONDS:g} s")
                        continue
                    waited = 0.0
                    yield bytes(frame.data)
        except self._error as error:
            raise OSError(str(error)) from error
        finally:
            self._device.close()

    def decode(self, data: bytes) -> Image:
        if self._fourcc == "MJPG":
            return decode_jpeg(data)
        if len(data) != self._width * self._height * 2:
            raise ValueError(f"YUYV frame of {len(data)} bytes for {self._width} x {self._height}")
        packed = np.frombuffer(data, np.uint8).reshape(self._height, self._width, 2)
        return Image(self._width, self._height, 3, cv2.cvtColor(packed, cv2.COLOR_YUV2RGB_YUYV).tobytes())

    def close(self) -> None:
        self._closed.set()
