"""Matching of what udev sees to kinds and drivers, as data; and the lines that would match a thing.

Works on plain property maps, so that it needs no device to be tested.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from station.hardware.devices import Kind
from station.hardware.settings import Match

Properties = Mapping[str, str]


class Seen(msgspec.Struct, frozen=True):
    """A device as udev describes it: its own properties and those of its ancestors, nearest first."""

    properties: dict[str, str]
    ancestors: tuple[dict[str, str], ...] = ()


def holds(match: Mapping[str, str], seen: Seen) -> bool:
    """Whether every property of `match` is there. An empty match holds for nothing."""
    return bool(match) and all(_holds_one(name, value, seen) for name, value in match.items())


def first_match(matches: Sequence[Match], seen: Seen) -> Match | None:
    """The first entry of the configuration that holds; order in the file is order of preference."""
    return next((entry for entry in matches if holds(entry.match, seen)), None)


def suggest(seen: Seen) -> str:
    """The config.toml lines that would match this device and no other model; empty if no driver fits it."""
    guess = _guess(seen)
    if guess is None:
        return ""
    kind, driver, extra = guess
    match = {"SUBSYSTEM": seen.properties.get("SUBSYSTEM", ""), **extra, **_identity(seen)}
    name = seen.properties.get("ID_MODEL_FROM_DATABASE") or seen.properties.get("ID_MODEL", "")
    table = ", ".join(f"{_key(key)} = {_quoted(value)}" for key, value in match.items())
    title = f"# {seen.properties.get('DEVNAME', '')} {name}".rstrip()
    return f"{title}\n[[devices.match]]\nkind = {_quoted(kind)}\ndriver = {_quoted(driver)}\nmatch = {{ {table} }}\n"


def _holds_one(name: str, value: str, seen: Seen) -> bool:
    where: Sequence[Properties] = seen.ancestors if name.startswith("@") else (seen.properties,)
    key = name.removeprefix("@")
    return any(key in properties and fnmatchcase(properties[key], value) for properties in where)


_GUESSES: Final[Sequence[tuple[Mapping[str, str], Kind, str]]] = (
    ({"SUBSYSTEM": "video4linux", "ID_V4L_CAPABILITIES": "*:capture:*"}, Kind.CAMERA, "v4l2"),
    ({"SUBSYSTEM": "usbmisc", "DEVNAME": "/dev/usb/lp*"}, Kind.PRINTER, "escpos"),
    ({"SUBSYSTEM": "tty", "ID_BUS": "usb"}, Kind.LIGHTS, "tower"),
    ({"SUBSYSTEM": "input", "DEVNAME": "*/event*", "ID_INPUT_TABLET": "1"}, Kind.SIGNATURE, "evdev-pen"),
    ({"SUBSYSTEM": "input", "DEVNAME": "*/event*", "ID_INPUT_KEYBOARD": "1"}, Kind.CODE, "wedge"),
)


def _guess(seen: Seen) -> tuple[Kind, str, dict[str, str]] | None:
    for match, kind, driver in _GUESSES:
        if holds(match, seen):
            return kind, driver, {name: value for name, value in match.items() if name not in ("SUBSYSTEM", "ID_BUS")}
    return None


def _identity(seen: Seen) -> dict[str, str]:
    """What tells the model apart: vendor and model id, of the device or of the nearest ancestor that has them."""
    for prefix, properties in (("", seen.properties), *(("@", ancestor) for ancestor in seen.ancestors)):
        if "ID_VENDOR_ID" in properties and "ID_MODEL_ID" in properties:
            return {f"{prefix}{name}": properties[name] for name in ("ID_VENDOR_ID", "ID_MODEL_ID")}
    return {}


def _key(name: str) -> str:
    return name if name.replace("_", "").isalnum() else _quoted(name)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
