"""The small protocols by which the house sees its devices, and the errors they raise.

A driver implements one of them in one module. Every blocking call takes a deadline. Any call may
raise DeviceGone: the handle is then dead for good, and the broker opens a new one when a device of
that kind is back, on whatever port. Errors carry message ids; screens turn them into the reader's
words (what happened, what to do, who helps).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from station.biometrics.samples import Position


class Kind(StrEnum):
    """What a device is for."""

    CAMERA = "camera"
    FINGERPRINT = "fingerprint"
    IRIS = "iris"
    SIGNATURE = "signature"
    PRINTER = "printer"
    LIGHTS = "lights"
    DOCUMENT = "document"
    CODE = "code"
    POWER = "power"


class DeviceError(Exception):
    """A device could not do what was asked; it is still there.

    `code` is a message id such as `printer.paper-end`; `detail` is for the log and the technician
    and never holds personal data.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class DeviceGone(DeviceError):
    """The device vanished (unplugged, powered off, its service died)."""

    def __init__(self, kind: Kind, detail: str = "") -> None:
        super().__init__(f"{kind}.gone", detail)
        self.kind = kind


class CaptureTimeout(DeviceError):
    """Nothing usable was presented to the device before the deadline."""


class Image(msgspec.Struct, frozen=True):
    """Uncompressed pixels from a device: `pixels` is rows of 8-bit grey (channels 1) or RGB (3)."""

    width: int
    height: int
    channels: int
    pixels: bytes
    ppi: int = 0


class DeviceInfo(msgspec.Struct, frozen=True):
    """What a device says of itself, as it goes into the journal and the package."""

    kind: Kind
    driver: str
    make: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    bench: bool = False
    """True for an emulated device: packages made with it are marked and refused by the office."""


class FingerCapture(msgspec.Struct, frozen=True):
    """What a scanner gave for one slap or single-finger request."""

    requested: Position
    fingers: tuple[tuple[Position, Image], ...]
    """The segmented fingers with the positions that the device states."""
    slap: Image | None = None
    """The whole platen, where the device gives it."""


class PenPoint(msgspec.Struct, frozen=True):
    """One pen report: x and y in millimetres from the pad's top left, pressure 0 to 1, seconds."""

    x: float
    y: float
    pressure: float
    t: float


class PaperStatus(StrEnum):
    """What the printer says of its paper; no answer is unknown, never "no paper"."""

    OK = "ok"
    NEAR_END = "near-end"
    END = "end"
    UNKNOWN = "unknown"


class PrinterStatus(msgspec.Struct, frozen=True):
    """A ticket printer's answer to a status request."""

    paper: PaperStatus
    cover_open: bool | None = None
    online: bool | None = None

    @property
    def problem(self) -> str:
        """Why nothing can be printed, as an error code; empty where the printer does not say so."""
        if self.cover_open:
            return "printer.cover-open"
        if self.paper is PaperStatus.END:
            return "printer.paper-end"
        return "printer.offline" if self.online is False else ""


class Light(StrEnum):
    """What the status lights can say. Colour and pattern are the driver's business."""

    OFF = "off"
    FREE = "free"
    BUSY = "busy"
    CALL = "call"
    HELP = "help"
    FAULT = "fault"


class Devices(Protocol):
    """Who lends the devices out."""

    def get(self, kind: Kind, deadline: float) -> Device:
        """The device of a kind, waiting at most `deadline` seconds for one. Raises DeviceGone."""
        ...


class Device(Protocol):
    """Common to all devices."""

    @property
    def info(self) -> DeviceInfo: ...

    def close(self) -> None:
        """Let go of the device; never raises."""
        ...


class Camera(Device, Protocol):
    """A live picture and a still."""

    def frame(self, deadline: float) -> Image:
        """The newest RGB frame, waiting at most `deadline` seconds for one."""
        ...

    def still(self, deadline: float) -> Image:
        """The best picture that the camera can take, RGB."""
        ...


class FingerprintScanner(Device, Protocol):
    """Takes slaps and single fingers."""

    def capture(self, position: Position, missing: Sequence[Position], deadline: float) -> FingerCapture:
        """Ask for `position` (a slap or one finger) without the `missing` fingers."""
        ...


class IrisScanner(Device, Protocol):
    """Takes both eyes, or the one that is there."""

    def capture(self, missing: Sequence[Position], deadline: float) -> tuple[tuple[Position | None, Image], ...]:
        """The eyes that are there, in the order asked for: right, left. None where the device does not say which."""
        ...


class SignaturePad(Device, Protocol):
    """A pen on a surface."""

    @property
    def size_mm(self) -> tuple[float, float]: ...

    def read(self, deadline: float) -> tuple[PenPoint, ...]:
        """Pen reports since the last call; waits at most `deadline` seconds for the first."""
        ...


class TicketPrinter(Device, Protocol):
    """Takes ESC/POS bytes and says how it is."""

    def status(self) -> PrinterStatus: ...

    def print(self, data: bytes) -> None:
        """Send a whole ticket; returns when the printer has taken the last byte and is still well.

        Raises DeviceError (`printer.paper-end`, `printer.cover-open`, `printer.offline`) when the
        ticket was not printed.
        """
        ...


class StatusLights(Device, Protocol):
    """The tower light."""

    def show(self, light: Light) -> None: ...


class DocumentScanner(Device, Protocol):
    """Takes a picture of a paper document."""

    def scan(self, deadline: float) -> Image: ...


class CodeReader(Device, Protocol):
    """Reads bar codes and QR codes as text."""

    def read(self, deadline: float) -> str | None: ...
