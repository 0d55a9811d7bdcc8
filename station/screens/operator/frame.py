"""What all console screens share: the status bar, the tabs, how a tap becomes a command, how keys become text.

A screen never runs a command: it dispatches `on_order` with a function of the Desk, and the app runs that in the
background. What is typed, on the screen's keys or a keyboard, goes into the screen's `field`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from kivy.graphics import Color
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from station.screens import advice
from station.screens.locale.speech import tr
from station.screens.operator import words
from station.screens.operator.desk import Desk
from station.screens.operator.pages import TABS, TODAY, Name, Page, Shown, opened_from
from station.screens.operator.view import View
from station.screens.operator.words import _, _n
from station.screens.stage import StationScreen
from station.screens.theme import Audience, load_kv, theme
from station.screens.widgets import field as _field  # noqa: F401  (its KV rules are used in frame.kv)
from station.screens.widgets import panel as _panel  # noqa: F401
from station.screens.widgets.badge import TONES, Tone
from station.screens.widgets.buttons import Choice, DangerButton, PushButton
from station.screens.widgets.keys import LetterRow, Letters
from station.screens.widgets.notices import Alert
from station.screens.widgets.plates import Plate
from station.screens.widgets.taps import Tappable
from station.screens.widgets.words import FitLabel, extents

GIGABYTE: Final = 1 << 30
LONGEST_TEXT: Final = 200
"""Characters of a reason or note."""
DIGITS: Final = "1234567890-/"


class Order(NamedTuple):
    """What an operator asked for."""

    command: Callable[[Desk], Any]
    done: Callable[[Any], None] | None = None
    """Called on the screen thread with the result."""
    button: PushButton | None = None
    """Shows that it is under way, and takes no tap until it is done."""


class OperatorScreen(StationScreen):
    """Base of the console's screens."""

    shown: Shown | None = None
    clock = StringProperty("")
    """The time of day, kept up by the app."""
    field = ObjectProperty(None, allownone=True)
    """What the keys type into now; None: keys are shortcuts."""
    longest = NumericProperty(LONGEST_TEXT)

    def __init__(self, **given: Any) -> None:
        for event in ("on_order", "on_picture", "on_open", "on_return", "on_ask", "on_say", "on_lock"):
            self.register_event_type(event)
        super().__init__(audience=Audience.OPERATOR, **given)
        tr.fbind("language", self._speak)

    def show(self, state: Shown) -> None:
        current = self.manager.current if self.manager is not None else ""
        before, self.shown = self.shown, state
        known = before is not None and before.page == state.page
        if known and current != self.name and state.returning:
            self.resume()
        elif not known or current != self.name:
            self.enter(state)
        self._again()

    def enter(self, state: Shown) -> None:
        """The page is opened anew: forget what was typed and chosen."""

    def resume(self) -> None:
        """The page is come back to: what was typed and chosen stands as it was left."""

    def update(self, state: Shown) -> None:
        """Show what is true now; called often."""

    def _speak(self, *_: object) -> None:
        # A screen that is not seen is shown anew when it is opened; all of them at once would hold the window up.
        if self.manager is not None and self.manager.current == self.name:
            self._again()

    def _again(self) -> None:
        """Show the same once more: in another language, or with another choice."""
        if self.shown is not None:
            for part in ("status", "tabs"):
                if part in self.ids:
                    self.ids[part].show(self.shown)
            self.update(self.shown)

    @property
    def view(self) -> View:
        """What is shown. Only once `show` was called."""
        return self.shown.view if self.shown is not None else View()

    # Asking

    def order(
        self,
        command: Callable[[Desk], Any],
        button: PushButton | None = None,
        done: Callable[[Any], None] | None = None,
    ) -> None:
        """Have a command run."""
        self.dispatch("on_order", Order(command, done, button))

    def fetch(
        self,
        command: Callable[[Desk], Any],
        done: Callable[[Any], None] | None = None,
        button: PushButton | None = None,
    ) -> None:
        """Have a command run that takes seconds, with a device or a picture, beside the others."""
        self.dispatch("on_picture", Order(command, done, button))

    def open(self, name: Name | str, ticket: str = "") -> None:
        """Go to a page; Esc leads back here."""
        here = self.shown.page if self.shown is not None else TODAY
        self.dispatch("on_open", opened_from(here, Name(name), ticket))

    def back(self) -> None:
        """Where this page was opened from, unless what was typed here would be lost and is not to be."""
        if self.unsaved:
            drop = DangerButton(text=_("Drop it"))
            text = _("What was typed here is not recorded yet.")
            self.confirm(_("Leave without recording?"), text, drop, self.leave_page, stay=_("Stay here"))
        else:
            self.leave_page()

    @property
    def unsaved(self) -> bool:
        """Something that took work to type would be lost by leaving."""
        return False

    def leave_page(self) -> None:
        """Where this page was opened from; nowhere when it is not seen any more."""
        if self.shown is not None and self.manager is not None and self.manager.current == self.name:
            self.dispatch("on_return", self.shown.page.back or TODAY)

    def say(self, text: str) -> None:
        """A passing line."""
        self.dispatch("on_say", text)

    def confirm(self, title: str, text: str, button: PushButton, act: Callable[[], None], stay: str = "") -> None:
        """Ask before something that cannot be taken back; `stay` is on the button that does nothing."""
        alert = Alert(title=title, text=text)
        alert.offer(button, act)
        alert.offer(Choice(text=stay or _("Go back")), lambda: None)
        self.dispatch("on_ask", alert)

    def on_order(self, _order: Order) -> None:
        """A command is asked for."""

    def on_picture(self, _order: Order) -> None:
        """A command is asked for that takes seconds and no other must wait for: a device or a picture."""

    def on_open(self, _page: Page) -> None:
        """Another page is asked for."""

    def on_return(self, _page: Page) -> None:
        """The page that this one was opened from is asked for."""

    def on_ask(self, _alert: Alert) -> None:
        """An alert is to lie over the screen."""

    def on_say(self, _text: str) -> None:
        """A passing line is to be shown."""

    def on_lock(self) -> None:
        """The console is to be locked."""

    # Keys

    def typed(self, text: str) -> None:
        """Characters from the screen's keys or a keyboard."""
        if self.field is not None and len(self.field.text) < self.longest:
            self.field.text += text

    def erased(self) -> None:
        """One character back."""
        if self.field is not None:
            self.field.text = self.field.text[:-1]

    def entered(self) -> None:
        """The Enter key."""

    def key(self, _key: str) -> bool:
        """A shortcut of this screen; true when it meant something."""
        return False

    def press(self, button: PushButton) -> None:
        """What a finger would do, for a key; a button that cannot act says why."""
        if button.reason:
            self.say(f"{button.text}: {button.reason}")
        else:
            button.trigger_action(0)


def text_row(key: str, text: str, note: str = "", end: str = "", *, chosen: bool = False) -> dict[str, Any]:
    """A row of Rows with every property stated: rows are used again, and must not keep what another one showed."""
    return {"key": key, "text": text, "note": note, "end": end, "chosen": chosen}


class FullKeys(Letters):
    """Digits above letters, and a comma, for anything that a document can say."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        row = LetterRow()
        for digit in DIGITS:
            row.add_widget(self._key(digit))
        self.add_widget(row, index=len(self.children))
        # Before the key for the space, which ends the lowest row.
        self.children[0].add_widget(self._key(","), index=1)


class NaturalLabel(FitLabel):
    """One line that knows how wide it is in full size."""

    natural = NumericProperty(0)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for name in ("text", "most", "bold"):
            self.fbind(name, self._measure)
        self._measure()

    def _measure(self, *_: object) -> None:
        size = max(8, round(self.most))
        self.natural = extents(self.text, size, bool(self.bold), None)[0] + 2 if self.text else 0


class Sign(Tappable, BoxLayout):
    """Icon and word in the status bar; a tap leads to what it tells about."""

    text = StringProperty("")
    icon = StringProperty("dot")
    tone = OptionProperty(Tone.PLAIN, options=list(Tone))
    colour = ColorProperty(theme.ink_soft)

    def on_tone(self, _sign: object, tone: str) -> None:
        self.colour = TONES[tone][0]


class StatusBar(BoxLayout):
    """Visit and school; clock, devices, battery, space, operator."""

    school = StringProperty("")
    visit = StringProperty("")
    clock = StringProperty("")
    operator = StringProperty("")
    screen = ObjectProperty(None, allownone=True, rebind=True)

    def show(self, shown: Shown) -> None:
        """Take over a view."""
        view = shown.view
        self.school = view.visit.school if view.visit else _("No visit is open")
        self.visit = (_("Bench: trial data") if view.visit.bench else _("School visit")) if view.visit else ""
        self.operator = view.operator.name if view.operator else ""
        self._devices(view)
        self._machine(view)

    def _devices(self, view: View) -> None:
        sign = self.ids.devices
        bad = [device for device in view.devices if device.state in ("fault", "gone")]
        ready = sum(device.state == "ready" for device in view.devices)
        lacking = sum(device.state == "none" and device.needed for device in view.devices)
        if bad:
            what, _todo = words.problem(bad[0].kind, bad[0].state, bad[0].code)
            more = f" +{len(bad) - 1}" if len(bad) > 1 else ""
            sign.text = f"{advice.device(bad[0].kind)}: {what}{more}"
            sign.tone, sign.icon = Tone.BAD, "plug"
        elif ready and lacking:
            sign.text = _("{n} of {total} devices ready").format(n=ready, total=ready + lacking)
            sign.tone, sign.icon = Tone.WARN, "plug"
        elif ready:
            sign.text = _n("{n} device ready", "{n} devices ready", ready).format(n=ready)
            sign.tone, sign.icon = Tone.GOOD, "check"
        else:
            sign.text, sign.tone, sign.icon = _("No devices"), Tone.WARN, "plug"

    def _machine(self, view: View) -> None:
        machine, battery, space = view.machine, self.ids.battery, self.ids.space
        if machine.battery_percent is None:
            battery.text, battery.icon = _("Mains"), "plug"
        else:
            battery.text, battery.icon = f"{machine.battery_percent} %", "battery"
        battery.tone = Tone.BAD if machine.low_battery else Tone.PLAIN
        free = machine.free_bytes
        digits = 0 if free is None or free >= 10 * GIGABYTE else 1
        space.text = "–" if free is None else _("{n} GB free").format(n=words.decimal(free / GIGABYTE, digits))
        space.tone = Tone.BAD if machine.low_space else Tone.PLAIN


class Tabs(BoxLayout):
    """Today, packages, devices, end of day, settings."""

    screen = ObjectProperty(None, allownone=True, rebind=True)

    def show(self, shown: Shown) -> None:
        """Mark the tab of now."""
        names = {
            Name.TODAY: _("Today"),
            Name.PACKAGES: _("Packages"),
            Name.DEVICES: _("Devices"),
            Name.END_OF_DAY: _("End of day"),
            Name.SETTINGS: _("Settings"),
        }
        for name in TABS:
            tab = self.ids[name.replace("-", "_")]
            tab.text = names[name]
            tab.chosen = name == shown.page.name or (name == Name.TODAY and shown.page.name == Name.VISIT)


class Tab(Choice):
    """One tab."""


class Mirrored(BoxLayout):
    """A row whose order turns round for a left-handed operator."""

    children: Any

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._turned = False
        theme.fbind("left_handed", self._turn)

    def on_kv_post(self, _base: Widget) -> None:
        self._turn()

    def _turn(self, *_: object) -> None:
        if self._turned != theme.left_handed:
            self._turned = theme.left_handed
            self.children = self.children[::-1]


class Segments(Widget):
    """How many of so many steps are done, as a row of bars."""

    total = NumericProperty(1)
    done = NumericProperty(0)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for name in ("pos", "size", "total", "done"):
            self.fbind(name, self._draw)

    def _draw(self, *_: object) -> None:
        count, gap = max(1, int(self.total)), theme.s4
        width = (self.width - gap * (count - 1)) / count
        self.canvas.clear()
        with self.canvas:
            for number in range(count):
                Color(*(theme.good if number < self.done else theme.primary if number == self.done else theme.line))
                left = self.x + number * (width + gap)
                Plate(pos=(left, self.y), size=(width, self.height), radius=theme.s4)


class Figure(Tappable, BoxLayout):
    """A number with what it counts."""

    number = StringProperty("0")
    text = StringProperty("")
    tone = OptionProperty(Tone.PLAIN, options=list(Tone))
    icon = StringProperty("dot")
    colour = ColorProperty(theme.ink_soft)
    chosen = BooleanProperty(False)

    @property
    def spoken(self) -> str:
        """Both as one text."""
        return f"{self.number} {self.text}"

    def on_tone(self, _figure: object, tone: str) -> None:
        self.colour = TONES[tone][0]


load_kv(__file__)
