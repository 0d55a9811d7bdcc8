"""What a finger does to a widget: pressed at once, acted on once.

A second tap within DOUBLE seconds, a tap while the widget's command is under way, and a tap while the screen is
changing do nothing. A finger that slides off takes its tap back; a widget that moves away from under the finger, as a
row of a list does, is tapped all the same. A widget that cannot act now has a `reason`, and a tap says it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from kivy.clock import Clock
from kivy.properties import AliasProperty, BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior

DOUBLE: Final = 0.4
"""Seconds within which a second tap on the same button is taken as part of the first (a double tap is 0.25 s at
most)."""
AFTER_CHANGE: Final = 0.25
"""Seconds after a screen change in which taps are not taken: the second tap of a double tap lands on the new screen."""
PROGRESS_AFTER: Final = 0.3
WORDS_AFTER: Final = 3.0


class Guard:
    """Decides for the whole window whether taps are taken now."""

    def __init__(self) -> None:
        self._deaf_until = 0.0
        self._drawn: Any = None

    def screen_changes(self, seconds: float) -> None:
        """Take no taps until the next frame is drawn, while the screen changes from then on (for `seconds`) and
        shortly after."""

        def listen() -> None:
            self._deaf_until = time.monotonic() + seconds + AFTER_CHANGE

        if self._drawn is not None:
            self._drawn.cancel()
        self._deaf_until = float("inf")
        self._drawn = _after_frame(listen)

    @property
    def listening(self) -> bool:
        """Whether taps are taken now."""
        return time.monotonic() >= self._deaf_until


guard: Final = Guard()


def _after_frame(act: Callable[[], None]) -> Any:
    """Have this done in the next turn, which begins when the frame of this one is drawn.

    Times in which taps are not taken begin then: a tap that came while the frame was made waits in the queue, and was
    meant for what was there.
    """
    return Clock.schedule_once(lambda _passed: act(), 0)


class Tappable(ButtonBehavior):
    """Mix into a widget to make it a button; `on_act` is the event to bind."""

    role = "button"
    reason = StringProperty("")
    """Why it cannot act now, in the reader's words; empty: it can."""
    busy = BooleanProperty(False)
    """Its command is under way."""
    waits_for = StringProperty("")
    """What the command waits for, told when it takes longer than WORDS_AFTER."""
    repeats = BooleanProperty(False)
    """True for keys, where two quick taps mean two."""
    beat = NumericProperty(-1)
    """Counts up four times a second while progress is to be shown; -1: nothing to show."""

    def _get_note(self) -> str:
        if self.reason:
            return str(self.reason)
        return str(self.waits_for) if self.beat * 0.25 + PROGRESS_AFTER >= WORDS_AFTER else ""

    note = AliasProperty(_get_note, None, bind=("reason", "waits_for", "beat"), cache=True)
    """The small line of a button: the reason, or what it waits for."""

    def _get_enabled(self) -> bool:
        return not self.reason and not self.busy

    enabled = AliasProperty(_get_enabled, None, bind=("reason", "busy"), cache=True)

    @property
    def resting(self) -> bool:
        """No finger is on it, no command of it under way, and no second tap of a double tap may come."""
        return self.state == "normal" and not self.busy and time.monotonic() - self._acted_at >= DOUBLE

    def __init__(self, **given: Any) -> None:
        self.register_event_type("on_act")
        self._acted_at = float("-inf")
        self._pressed_at = (0.0, 0.0)
        self._beating: Any = None
        super().__init__(**given)
        # Long enough to be seen at 40 turns a second even when down and up come in one turn.
        self.min_state_time = 0.1

    def on_act(self) -> None:
        """The tap that counts."""

    def on_touch_down(self, touch: Any) -> bool:
        if self.collide_point(*touch.pos) and not (guard.listening and self.enabled):
            return True
        self._pressed_at = self.to_window(*self.pos)
        return bool(super().on_touch_down(touch))

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))
        (x, y), (x_then, y_then) = self.to_window(*self.pos), self._pressed_at
        touch.push()
        touch.apply_transform_2d(lambda touch_x, touch_y: (touch_x + x - x_then, touch_y + y - y_then))
        taken = super().on_touch_up(touch)
        touch.pop()
        return bool(taken)

    def on_release(self) -> None:
        now = time.monotonic()
        if not (guard.listening and self.enabled) or self.get_root_window() is None:
            return
        if not self.repeats and now - self._acted_at < DOUBLE:
            return
        self._acted_at = float("inf")
        _after_frame(self._rest)
        self.dispatch("on_act")

    def _rest(self) -> None:
        self._acted_at = time.monotonic()

    def on_busy(self, _widget: object, busy: bool) -> None:
        if self._beating is not None:
            self._beating.cancel()
            self._beating = None
        self.beat = -1
        if busy:
            self._beating = Clock.schedule_once(self._start_beating, PROGRESS_AFTER)

    def _start_beating(self, _passed: float) -> None:
        self.beat = 0
        self._beating = Clock.schedule_interval(self._on_beat, 0.25)

    def _on_beat(self, _passed: float) -> None:
        self.beat += 1
