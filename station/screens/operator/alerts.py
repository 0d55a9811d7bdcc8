"""What needs the operator: what happened, what to do, and that it was seen to."""

from __future__ import annotations

from typing import Any, Final

from kivy.properties import BooleanProperty, ColorProperty, StringProperty

from station.enrolment.commands import LOST
from station.enrolment.comparison import RESEMBLES
from station.hardware.devices import Kind
from station.queue.states import number_text
from station.screens import advice
from station.screens.locale.speech import mark
from station.screens.operator import words
from station.screens.operator.pages import Name
from station.screens.operator.view import AlertView, DeviceView, View
from station.screens.operator.words import _
from station.screens.theme import load_kv, theme
from station.screens.widgets.badge import TONES, Tone
from station.screens.widgets.rows import Line, Rows

_LOOKED_AT: Final[dict[str, tuple[str, str]]] = {
    RESEMBLES: (Name.RESEMBLANCE, mark("Compare")),
    LOST: (Name.FILE, mark("Open the file")),
}
"""Alerts that end by what is done on a page: which, and the button that leads there."""


class AlertLine(Line):
    """One alert."""

    title = StringProperty("")
    text = StringProperty("")
    icon = StringProperty("warning")
    colour = ColorProperty(theme.bad)
    clears = BooleanProperty(False)
    looks = StringProperty("")
    """The ticket that is to be looked at, which is how such an alert is cleared."""
    page = StringProperty("")
    """Where it is looked at."""
    button = StringProperty("")

    def act(self, button: Any) -> None:
        """It was seen to, or is to be looked at."""
        if self.list_of is None:
            return
        if self.looks:
            self.list_of.dispatch("on_look", self.page, self.looks)
        elif self.clears:
            self.list_of.dispatch("on_clear", self.key, button)


class AlertList(Rows):
    """All alerts."""

    def __init__(self, **given: Any) -> None:
        self.register_event_type("on_clear")
        self.register_event_type("on_look")
        super().__init__(kind=AlertLine, **given)

    def on_clear(self, _alert: str, _button: Any) -> None:
        """An alert was seen to."""

    def on_look(self, _page: str, _ticket: str) -> None:
        """A ticket is to be looked at on a page."""

    def show(self, view: View) -> None:
        """Journal alerts first, then what the devices and the machine say by themselves."""
        lines = [_line(alert) for alert in view.alerts]
        if view.machine.low_space:
            lines.append(_plain(_("Little space left"), _("Deliver packages, or call the technician."), "box"))
        if view.machine.low_battery:
            lines.append(_plain(_("The battery is nearly empty"), _("Plug the station in."), "battery"))
        lines += [_device(device) for device in view.devices if device.state in ("fault", "gone")]
        if view.packages.refused:
            lines.append(_plain(_("The office refused a package"), _("See Packages, and ask the office."), "box"))
        self.rows = lines


def _line(alert: AlertView) -> dict[str, Any]:
    title, todo = words.alert(alert.code)
    about = f"{number_text(alert.number)} · " if alert.number else ""
    page, button = _LOOKED_AT.get(alert.code, ("", mark("Done")))
    urgent = alert.code.startswith("help")
    return {
        "key": alert.id,
        "title": f"{about}{title} · {words.minutes(alert.minutes)}",
        "text": todo,
        "icon": "hand-up" if urgent else "warning",
        "colour": TONES[Tone.BAD if urgent else Tone.WARN][0],
        "clears": bool(alert.id),
        "looks": alert.looks,
        "page": str(page),
        "button": _(button),
    }


def _plain(title: str, text: str, icon: str) -> dict[str, Any]:
    return {
        "key": title,
        "title": title,
        "text": text,
        "icon": icon,
        "colour": TONES[Tone.BAD][0],
        "clears": False,
        "looks": "",
        "page": "",
        "button": "",
    }


def _device(device: DeviceView) -> dict[str, Any]:
    what, todo = words.problem(device.kind, device.state, device.code)
    icon = advice.DEVICES.get(device.kind, ("", "plug"))[1] if device.kind is not Kind.POWER else "plug"
    return _plain(f"{advice.device(device.kind)}: {what} · {words.minutes(device.minutes)}", todo, icon)


load_kv(__file__)
