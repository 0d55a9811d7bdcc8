"""A document scanner that is a camera over the desk."""

from __future__ import annotations

import msgspec

from station.hardware.devices import Camera, DeviceInfo, Image, Kind


class DocumentCamera:
    """A DocumentScanner on any Camera; owns it."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera

    @property
    def info(self) -> DeviceInfo:
        return msgspec.structs.replace(self._camera.info, kind=Kind.DOCUMENT)

    def scan(self, deadline: float) -> Image:
        """The sharpest frame within the deadline. Raises CaptureTimeout, DeviceGone."""
        return self._camera.still(deadline)

    def close(self) -> None:
        self._camera.close()
