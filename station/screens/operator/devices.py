"""Devices: how each one is, and what to do about it."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, StringProperty

from station.screens import advice
from station.screens.operator import words
from station.screens.operator.frame import OperatorScreen
from station.screens.operator.pages import Shown
from station.screens.operator.view import DeviceView
from station.screens.operator.words import _
from station.screens.theme import load_kv, theme
from station.screens.widgets import badge as _badge  # noqa: F401  (its KV rules are used in devices.kv)
from station.screens.widgets.badge import TONES, Tone
from station.screens.widgets.rows import Line


class DeviceLine(Line):
    """One kind of device."""

    name = StringProperty("")
    detail = StringProperty("")
    icon = StringProperty("plug")
    state = StringProperty("")
    tone = StringProperty(Tone.PLAIN)
    todo = StringProperty("")
    colour = ColorProperty(theme.ink_soft)


class DevicesScreen(OperatorScreen):
    """Those that do not work first."""

    def update(self, state: Shown) -> None:
        self.ids.list.kind = DeviceLine
        self.ids.list.rows = [_line(device) for device in sorted(state.view.devices, key=_urgency)]


def _urgency(device: DeviceView) -> int:
    if device.state == "none" and device.needed:
        return 2
    return {"fault": 0, "gone": 1, "ready": 3, "none": 4}[device.state]


def _line(device: DeviceView) -> dict[str, Any]:
    name, icon = advice.DEVICES[device.kind]
    word, tone = words.DEVICE_STATES[device.state]
    what, todo = words.problem(device.kind, device.state, device.code, needed=device.needed)
    if device.state == "none" and device.needed:
        tone = Tone.WARN
    since = words.minutes(device.minutes) if device.state != "none" else ""
    bench = _("bench") if device.bench else ""
    return {
        "key": str(device.kind),
        "name": _(name),
        "detail": " · ".join(part for part in (device.name, device.serial, bench) if part),
        "icon": icon,
        "state": " · ".join(part for part in (what or _(word), since) if part),
        "tone": str(tone),
        "todo": todo,
        "colour": TONES[tone][0] if tone in (Tone.BAD, Tone.WARN) else theme.ink,
    }


load_kv(__file__)
