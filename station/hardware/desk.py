"""A process's devices, put together from the configuration: sources, drivers, broker."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from station.clock import Clock
from station.hardware.broker import Broker
from station.hardware.devices import Kind
from station.hardware.drivers import openers
from station.hardware.hotplug import DirectorySource
from station.hardware.sbi.source import SbiSource
from station.hardware.settings import DevicesSettings
from station.hardware.udev import UdevSource


def station_broker(data: Path, settings: DevicesSettings, clock: Clock, kinds: Collection[Kind]) -> Broker:
    """What is plugged into this machine: the kernel's devices, scanner services, and `data/devices/*.json`
    for what neither shows (a network printer, lamps on pins). Not started yet."""
    return Broker(
        [
            UdevSource(settings.match),
            SbiSource(every_seconds=settings.sbi_seconds),
            DirectorySource(data / "devices"),
        ],
        openers(data / settings.trust, clock),
        kinds=kinds,
        rescan_seconds=settings.rescan_seconds,
    )


def bench_broker(bench: Path, settings: DevicesSettings, clock: Clock, kinds: Collection[Kind]) -> Broker:
    """The emulated devices of the bench in that folder, and nothing else. Not started yet."""
    return Broker(
        [DirectorySource(bench / "dev")],
        openers(bench / "trust", clock),
        kinds=kinds,
        rescan_seconds=settings.rescan_seconds,
    )
