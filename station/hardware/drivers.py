"""Driver names, as they stand in config.toml, and how each opens its device.

A driver's module is imported only when its device is opened: a station without a V4L2 camera never
loads linuxpy. `options` of the matching entry reach the driver through the properties.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from station.clock import Clock
from station.hardware.devices import Camera, Device, DeviceError, DeviceGone, DeviceInfo, Kind
from station.hardware.hotplug import Appeared
from station.hardware.input_events import Axis, EvdevSource, EventSource, RecordSource

Opener = Callable[[Appeared], Device]
"""Opens one device that is there. Raises DeviceError, DeviceGone."""

BENCH: Final = "bench"
"""Property with which the bench marks its devices."""


def openers(trust_folder: Path, clock: Clock) -> Mapping[str, Opener]:
    """Every driver by its name. `trust_folder` holds the roots of the scanners' certificates."""

    def sbi(device: Appeared) -> Device:
        from station.hardware.sbi.scanner import SbiFingerprintScanner, SbiIrisScanner, open_scanner
        from station.hardware.sbi.trust import Trust

        try:
            trust = Trust.from_folder(trust_folder)
        except ValueError as error:
            raise DeviceError(f"{device.kind}.no-trust", str(error)) from error
        scanner = open_scanner(device.kind, int(device.path), trust, clock, bench=BENCH in device.properties)
        return SbiFingerprintScanner(scanner) if device.kind is Kind.FINGERPRINT else SbiIrisScanner(scanner)

    return {
        "escpos": _escpos,
        "tower": _tower,
        "relay": _relay,
        "gpio": _gpio,
        "sbi": sbi,
        "mjpeg": _mjpeg,
        "v4l2": _v4l2,
        "evdev-pen": lambda device: _pad(device, _evdev(device)),
        "pen-records": lambda device: _pad(device, _records(device)),
        "wedge": lambda device: _wedge(device, _evdev(device)),
        "wedge-records": lambda device: _wedge(device, _records(device)),
    }


def _info(device: Appeared) -> DeviceInfo:
    known = device.properties
    return DeviceInfo(
        kind=device.kind,
        driver=device.driver,
        make=known.get("ID_VENDOR", ""),
        model=known.get("ID_MODEL", ""),
        serial=known.get("ID_SERIAL_SHORT", ""),
        firmware=known.get("ID_REVISION", ""),
        bench=BENCH in known,
    )


def _escpos(device: Appeared) -> Device:
    from station.hardware.printers.escpos import EscposPrinter
    from station.hardware.wires import WireGone, open_wire

    try:
        wire = open_wire(device.path, int(device.properties.get("baud", "9600")))
    except WireGone as error:
        raise DeviceGone(device.kind, str(error)) from error
    return EscposPrinter(wire, _info(device))


def _tower(device: Appeared) -> Device:
    from station.hardware.lights.serial_tower import SerialTower
    from station.hardware.wires import WireGone, open_wire

    try:
        return SerialTower(open_wire(device.path), _info(device))
    except WireGone as error:
        raise DeviceGone(device.kind, str(error)) from error


def _relay(device: Appeared) -> Device:
    from station.hardware.lights.relay import RelayLights
    from station.hardware.wires import WireGone, open_wire

    try:
        return RelayLights(open_wire(device.path), _info(device))
    except WireGone as error:
        raise DeviceGone(device.kind, str(error)) from error


def _gpio(device: Appeared) -> Device:
    from station.hardware.lights.gpio import GpioLights, rpi_gpio
    from station.hardware.lights.lamps import Lamp

    pins = {lamp: int(device.properties[lamp]) for lamp in Lamp if lamp in device.properties}
    return GpioLights(rpi_gpio(), pins, _info(device))


def _mjpeg(device: Appeared) -> Device:
    from station.hardware.cameras.live import open_live
    from station.hardware.cameras.stream import StreamSource

    return _as_kind(device, open_live(lambda: StreamSource(device.path), _info(device)))


def _v4l2(device: Appeared) -> Device:
    from station.hardware.cameras.live import open_live
    from station.hardware.cameras.v4l2 import V4l2Source

    width, height = (int(device.properties.get(name, size)) for name, size in (("width", "1920"), ("height", "1080")))
    return _as_kind(device, open_live(lambda: V4l2Source(device.path, width, height), _info(device)))


def _as_kind(device: Appeared, camera: Camera) -> Device:
    """A camera over the desk is a document scanner, one over the counter a code reader."""
    if device.kind is Kind.DOCUMENT:
        from station.hardware.documents.camera import DocumentCamera

        return DocumentCamera(camera)
    if device.kind is Kind.CODE:
        from station.hardware.codes.image import CameraCodeReader

        return CameraCodeReader(camera)
    return camera


def _evdev(device: Appeared) -> EventSource:
    try:
        return EvdevSource(device.path)
    except OSError as error:
        raise DeviceError(f"{device.kind}.not-opened", str(error)) from error


def _records(device: Appeared) -> EventSource:
    """The axes stand in the properties as `axis.<code>` = "minimum maximum resolution"."""
    axes = {
        int(name.removeprefix("axis.")): Axis(*map(int, value.split()))
        for name, value in device.properties.items()
        if name.startswith("axis.")
    }
    try:
        return RecordSource(device.path, axes)
    except OSError as error:
        raise DeviceError(f"{device.kind}.not-opened", str(error)) from error


def _pad(device: Appeared, source: EventSource) -> Device:
    from station.hardware.pads.evdev_pen import EvdevPad

    return EvdevPad(source, _info(device))


def _wedge(device: Appeared, source: EventSource) -> Device:
    from station.hardware.codes.wedge import WedgeReader

    return WedgeReader(source, _info(device))
