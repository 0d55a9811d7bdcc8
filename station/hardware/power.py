"""Mains and battery, from sysfs power_supply (Documentation/ABI/testing/sysfs-class-power)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

SYSFS: Final = Path("/sys/class/power_supply")


class PowerState(msgspec.Struct, frozen=True):
    """What the machine runs on. None is not known, which is usual for a desktop or a mini PC."""

    on_mains: bool | None = None
    battery_percent: int | None = None
    charging: bool | None = None


def read_power(root: Path = SYSFS) -> PowerState:
    """The state now. Supplies that vanish while being read are left out; peripherals' batteries always are."""
    on_mains: bool | None = None
    percents: list[int] = []
    charging: bool | None = None
    for supply in sorted(root.iterdir()) if root.is_dir() else []:
        if _text(supply / "scope") == "Device":
            continue
        kind = _text(supply / "type")
        if kind in ("Mains", "USB"):
            online = _text(supply / "online")
            if online in ("0", "1"):
                on_mains = bool(on_mains) or online == "1"
        elif kind == "Battery":
            capacity = _text(supply / "capacity")
            if capacity is not None and capacity.isdigit():
                percents.append(int(capacity))
            status = _text(supply / "status")
            if status not in (None, "Unknown"):
                charging = bool(charging) or status in ("Charging", "Full")
    return PowerState(on_mains, min(percents, default=None), charging)


def _text(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except OSError:
        return None
