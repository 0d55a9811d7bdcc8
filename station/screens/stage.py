"""One screen at a time, each built when it is first shown, or before, when there is time.

A screen is named in a table `name -> "module:Class"`; its module (and the .kv beside it) is imported when it is first
needed. `Place` says which screen shows what; a router (a pure function of the student's or operator's flow) makes it
from state, and `Stage.go` shows it: the same screen again is only told its new state, another one fades in.
"""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
from kivy.properties import BooleanProperty, OptionProperty
from kivy.uix.screenmanager import NoTransition, Screen, ScreenManager, TransitionBase

from station.screens.theme import Audience, load_kv, theme
from station.screens.widgets.taps import guard
from station.screens.widgets.words import catch_up


class Place(msgspec.Struct, frozen=True):
    """Where the window is: a screen by name, and the state that it shows (a frozen struct of that screen's own)."""

    screen: str
    state: object = None


class StationScreen(Screen):
    """Base of all screens: shows state, calls commands, knows no rules."""

    role = "screen"
    covers = BooleanProperty(False)
    """Draws its own ground, over the screen that goes. Otherwise the window's cleared ground is enough: a rectangle of
    1280x800 costs llvmpipe 10 ms of processor time a frame, a clear 0.6 ms (measured on 2 cores)."""
    audience = OptionProperty(Audience.STUDENT, options=list(Audience))

    def show(self, state: Any) -> None:
        """Show this state; called before the screen appears and whenever its state changes."""

    def leave(self) -> None:
        """The screen is no longer seen: stop what runs for it (live pictures, countdowns)."""

    def on_leave(self, *_: object) -> None:
        self.leave()


class Rise(TransitionBase):
    """The next screen fades in over the last one; no shader, no second buffer."""

    def on_progress(self, progress: float) -> None:
        self.screen_in.opacity = progress

    def on_complete(self) -> None:
        self.screen_in.opacity = 1
        self.screen_in.covers = False
        super().on_complete()


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage is looked for: a screen is thousands of new objects, which all stay, and the searches that they set
    off cost three times the screen (measured on the console's)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Stage(ScreenManager):
    """Shows one Place at a time."""

    current: str
    """The name of the screen that is shown; Kivy's own property, None before the first."""

    def __init__(
        self, table: Mapping[str, str], built: Callable[[StationScreen], None] = lambda _screen: None, **given: Any
    ) -> None:
        """`built` is told of each new screen before it is shown first."""
        super().__init__(transition=NoTransition(), **given)
        self._table = dict(table)
        self._tell_built = built

    @property
    def names(self) -> tuple[str, ...]:
        """All screens that can be shown."""
        return tuple(self._table)

    def go(self, place: Place) -> StationScreen:
        """Show a place. KeyError when no screen has its name."""
        screen = self._built(place.screen)
        if self.current != place.screen:
            self._end_change()
        # Before it shows anything: what it measures depends on it. The first screen is current as soon as it is added.
        theme.audience = screen.audience
        screen.show(place.state)
        if self.current != place.screen:
            moment = theme.moment()
            screen.covers = bool(moment and self.current)
            self.transition = Rise(duration=moment) if moment and self.current else NoTransition()
            guard.screen_changes(moment if self.current else 0.0)
            self.current = place.screen
            catch_up()
        return screen

    def _end_change(self) -> None:
        """Let a change that is under way be over: its end, which comes a frame later even without a transition, would
        take the screen off that is gone back to, and tell it to leave after it has been shown."""
        change = self.transition
        if change.is_active:
            change.stop()
            change.screen_out.dispatch("on_leave")

    def load(self) -> None:
        """Import the modules of all screens. Costs a tenth of a second each where a library comes with it, so it is
        done before anybody touches the screen."""
        for place in self._table.values():
            importlib.import_module(place.partition(":")[0])

    def build_one(self) -> bool:
        """Build one more screen that was not shown yet, so that its first show costs no more than another; False when
        all are built."""
        name = next((name for name in self._table if not self.has_screen(name)), None)
        if name is not None:
            self._built(name)
        return name is not None

    def _built(self, name: str) -> StationScreen:
        if self.has_screen(name):
            kept: StationScreen = self.get_screen(name)
            return kept
        module, _colon, kind = self._table[name].partition(":")
        made = getattr(importlib.import_module(module), kind)
        with _uncollected():
            screen: StationScreen = made(name=name)
        # Of its size at once: what is laid out now need not be at its first show.
        screen.size = self.size
        self.add_widget(screen)
        self._tell_built(screen)
        return screen


load_kv(__file__)
