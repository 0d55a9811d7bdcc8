"""What lies over a screen for a moment: a toast that passes, an alert that is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kivy.clock import Clock
from kivy.properties import ListProperty, OptionProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout

from station.screens.theme import load_kv
from station.screens.widgets import panel as _panel  # noqa: F401  (its KV rules are used in notices.kv)
from station.screens.widgets.badge import TONES, Tone
from station.screens.widgets.buttons import PushButton

TOAST_SECONDS: Final = 4.0


class Toast(BoxLayout):
    """A line that something was done; it takes no touch and passes after TOAST_SECONDS."""

    text = StringProperty("")
    tone = OptionProperty(Tone.GOOD, options=list(Tone))
    colour = ListProperty(TONES[Tone.GOOD][0])
    ground = ListProperty(TONES[Tone.GOOD][1])
    icon = StringProperty("check")

    def __init__(self, **given: Any) -> None:
        self._leaving: Any = None
        super().__init__(**given)

    def say(self, text: str, tone: Tone = Tone.GOOD) -> None:
        """Show a text; it takes the place of the one before."""
        self.colour, self.ground, self.icon = TONES[tone]
        self.tone = tone
        self.text = text
        if self._leaving is not None:
            self._leaving.cancel()
        self._leaving = Clock.schedule_once(self._leave, TOAST_SECONDS)

    def _leave(self, _passed: float) -> None:
        self.text = ""


class Alert(AnchorLayout):
    """What happened, what to do, who helps; over the whole window until one of its buttons is tapped."""

    role = "alert"
    title = StringProperty("")
    text = StringProperty("")
    code = StringProperty("")
    """A small code for the technician."""
    tone = OptionProperty(Tone.WARN, options=list(Tone))
    icon = StringProperty("warning")
    colour = ListProperty(TONES[Tone.WARN][0])

    def offer(self, button: PushButton, act: Callable[[], None]) -> None:
        """Add a button; the first is the primary one. Its tap closes the alert and then acts."""

        def answer(_button: object) -> None:
            self.close()
            act()

        button.bind(on_act=answer)
        self.ids.answers.add_widget(button)

    def close(self) -> None:
        """Take the alert away."""
        if self.parent is not None:
            self.parent.remove_widget(self)

    def on_tone(self, _alert: object, tone: str) -> None:
        self.colour, _ground, self.icon = TONES[tone]

    def on_touch_down(self, touch: Any) -> bool:
        super().on_touch_down(touch)
        return True


load_kv(__file__)
