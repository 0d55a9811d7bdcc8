"""Reads invitations for the check-in: a code reader whenever somebody may check in, the camera while it is asked for.

The camera belongs to the photo step; it is borrowed here only while no capture needs it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

from station.hardware.codes.image import decode
from station.hardware.devices import CaptureTimeout, CodeReader, Device, DeviceError, DeviceGone, Devices, Image, Kind
from station.screens.pixels import Pixels
from station.screens.student.follow import small
from station.screens.work import Latest

ASK_SECONDS: Final = 0.5
"""How soon a loop notices that it is to end."""
EVERY_SECONDS: Final = 0.1
"""Ten pictures a second are looked through: a hand that holds a paper is no faster, the processor is shared."""


class CodeLooker:
    """The two loops; each tells `found` of what it reads, in its own thread."""

    def __init__(self, devices: Devices, found: Callable[[str], None]) -> None:
        self._devices = devices
        self._found = found
        self.pictures: Latest[Pixels] = Latest()
        """What the camera sees, for the student to aim by."""
        self.camera_there = True

    def read(self, stop: threading.Event) -> None:
        """Loop of the code reader."""
        while not stop.is_set():
            reader: CodeReader | None = self._lend(Kind.CODE, stop)  # type: ignore[assignment]  # lent by kind
            if reader is None:
                continue
            try:
                text = reader.read(ASK_SECONDS)
            except DeviceError:
                stop.wait(ASK_SECONDS)
                continue
            if text:
                self._found(text)

    def look(self, stop: threading.Event) -> None:
        """Loop of the camera."""
        last = ""
        while not stop.wait(EVERY_SECONDS):
            camera = self._lend(Kind.CAMERA, stop)
            self.camera_there = camera is not None
            if camera is None:
                continue
            try:
                frame: Image = camera.frame(ASK_SECONDS)  # type: ignore[attr-defined]  # lent by kind
            except (CaptureTimeout, DeviceGone):
                continue
            self.pictures.put(small(frame))
            text = decode(frame)
            if text and text != last:
                last = text
                self._found(text)

    def _lend(self, kind: Kind, stop: threading.Event) -> Device | None:
        try:
            return self._devices.get(kind, ASK_SECONDS)
        except DeviceError:
            stop.wait(ASK_SECONDS)
            return None
