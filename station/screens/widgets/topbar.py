"""The top of every student screen: queue number, progress, language, help."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.screens.locale.speech import tr
from station.screens.theme import load_kv
from station.screens.widgets import buttons as _buttons  # noqa: F401  (its KV rules are used in topbar.kv)
from station.screens.widgets import progress as _progress  # noqa: F401


class TopBar(BoxLayout):
    """Dispatches `on_language` (already switched) and `on_help`."""

    number = StringProperty("")
    """The queue number as shown; empty before there is one."""
    steps = ListProperty([])
    at = NumericProperty(0)
    helped = BooleanProperty(False)
    """Help was called, and nobody has seen to it yet."""

    def __init__(self, **given: Any) -> None:
        self.register_event_type("on_language")
        self.register_event_type("on_help")
        super().__init__(**given)

    def switch_language(self) -> None:
        """Speak the other language and say so, so that the ticket remembers it."""
        tr.switch()
        self.dispatch("on_language")

    def on_language(self) -> None:
        """The reader chose the other language."""

    def on_help(self) -> None:
        """The reader asks for help."""


load_kv(__file__)
