"""A ring that empties while seconds run out, with the seconds inside; it can be stopped."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import BoundedNumericProperty, NumericProperty
from kivy.uix.anchorlayout import AnchorLayout

from station.screens.theme import load_kv


class Countdown(AnchorLayout):
    """Dispatches `on_end` when the time is up. Redraws ten times a second, and only while it runs."""

    seconds = BoundedNumericProperty(10.0, min=0.1)
    left = NumericProperty(0.0)

    def __init__(self, **given: Any) -> None:
        self.register_event_type("on_end")
        self._ticking: Any = None
        super().__init__(**given)

    def start(self) -> None:
        """Run from the whole time, also when it is already running."""
        self.stop()
        self.left = self.seconds
        self._ticking = Clock.schedule_interval(self._tick, 0.1)

    def stop(self) -> None:
        """Stand still; nothing ends."""
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None

    def on_end(self) -> None:
        """The time is up."""

    def _tick(self, passed: float) -> None:
        self.left = max(0.0, self.left - passed)
        if self.left == 0.0:
            self.stop()
            self.dispatch("on_end")


load_kv(__file__)
