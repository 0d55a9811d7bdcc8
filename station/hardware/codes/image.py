"""Codes in pictures: QR codes and bar codes by zxing-cpp, and a camera used as a code reader."""

from __future__ import annotations

import time

import msgspec
import numpy as np
import zxingcpp

from station.hardware.devices import Camera, CaptureTimeout, DeviceInfo, Image, Kind


def decode(image: Image) -> str | None:
    """The text of a code in the picture; None when there is none, or when several disagree."""
    pixels = np.frombuffer(image.pixels, np.uint8).reshape(image.height, image.width, image.channels)
    texts = {found.text for found in zxingcpp.read_barcodes(pixels if image.channels == 3 else pixels[:, :, 0])}
    return texts.pop() if len(texts) == 1 else None


class CameraCodeReader:
    """A CodeReader on any Camera; owns it."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera

    @property
    def info(self) -> DeviceInfo:
        return msgspec.structs.replace(self._camera.info, kind=Kind.CODE)

    def read(self, deadline: float) -> str | None:
        """The first code that comes into view; None when none did before the deadline. Raises DeviceGone."""
        until = time.monotonic() + deadline
        while (left := until - time.monotonic()) > 0:
            try:
                text = decode(self._camera.frame(left))
            except CaptureTimeout:
                return None
            if text is not None:
                return text
        return None

    def close(self) -> None:
        self._camera.close()
