"""Buttons: verb and noun, one look for each weight of action.

Primary: the one thing to do. Secondary: the way back or beside. Danger: what ends or deletes. Call: bring somebody
here.
"""

from __future__ import annotations

from typing import Any, Final

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.layout import Layout

from station.screens.theme import load_kv, theme
from station.screens.widgets import icons as _icons  # noqa: F401  (its KV rules are used in buttons.kv)
from station.screens.widgets.taps import Tappable
from station.screens.widgets.words import extents

NOTE: Final = 0.95
"""Of a button's small line, as a share of a caption's."""


class PushButton(Tappable, AnchorLayout):
    """A button with a text, an icon where it helps, and a small line for its reason. As wide as its text needs."""

    text = StringProperty("")
    icon = StringProperty("")
    fill = ColorProperty(theme.paper)
    fill_pressed = ColorProperty(theme.fog)
    edge_colour = ColorProperty(theme.clear)
    text_colour = ColorProperty(theme.ink)
    note_size = NumericProperty(0)
    """Font size of the small line, in pixels of the window."""
    natural_width = NumericProperty(0)
    """Width in pixels that shows text, icon and reason in full size."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for name in ("text", "icon", "reason"):
            self.fbind(name, self._measure)
        theme.fbind("body", self._measure)
        self._measure()

    def _measure(self, *_: object) -> None:
        body = max(8, round(theme.body))
        words = extents(self.text, body, True, None)[0] if self.text else 0
        icon = body * 1.2 + (theme.s16 if self.text else 0) if self.icon else 0
        self.note_size = theme.caption * NOTE
        reason = extents(self.reason, max(8, round(self.note_size)), False, None)[0] if self.reason else 0
        self.natural_width = max(theme.target, max(words + icon, reason) + theme.body * 2)


class PrimaryButton(PushButton):
    """The one thing to do on this screen."""


class SecondaryButton(PushButton):
    """The way back, or a way beside."""


class DangerButton(PushButton):
    """Ends or deletes something."""


class CallButton(PushButton):
    """Calls somebody here."""


class QuietButton(PushButton):
    """Without a frame: language, help, links."""


class Choice(PushButton):
    """One of several: a class in a list, a tab, a finger."""

    chosen = BooleanProperty(False)


class ActionRow(Layout):
    """The bottom row. The first button added is the primary action and stands bottom right, or bottom left for a
    left-handed operator; the others stand beside it. Where the row is too narrow, all shrink alike."""

    spacing = NumericProperty(0)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        theme.fbind("left_handed", self._trigger_layout)
        for name in ("pos", "size", "children", "spacing"):
            self.fbind(name, self._trigger_layout)

    def add_widget(self, widget: Any, *args: Any, **given: Any) -> None:
        widget.fbind("natural_width", self._trigger_layout)
        super().add_widget(widget, *args, **given)

    def do_layout(self, *_: object) -> None:
        buttons = self.children[::-1]
        if not buttons:
            return
        room = self.width - self.spacing * (len(buttons) - 1)
        wanted = sum(button.natural_width for button in buttons)
        factor = min(1.0, room / wanted) if wanted else 1.0
        x = self.x if theme.left_handed else self.right
        for button in buttons:
            width = button.natural_width * factor
            left = x if theme.left_handed else x - width
            button.size = (width, self.height)
            button.pos = (left, self.y)
            x = left + width + self.spacing if theme.left_handed else left - self.spacing


load_kv(__file__)
