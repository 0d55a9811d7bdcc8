"""The frame of both apps: one window, a stage of screens, notices over it, work beside it.

`StationApp` knows no screen and no rule. A student or operator app gives it a table of screens, says in `begin` what
to do once the window stands, and shows a Place whenever its router makes another one.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from typing import Any, Final

from kivy.app import App
from kivy.base import EventLoop, ExceptionManager
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.core.window.window_sdl2 import SDL2MotionEventProvider
from kivy.graphics.opengl import GL_RENDERER, glGetString
from kivy.uix.floatlayout import FloatLayout

from station.screens.environment import EXIT_FAILED
from station.screens.failure import Failure, Watchman
from station.screens.pulse import Pulse
from station.screens.stage import Place, Stage, StationScreen
from station.screens.theme import theme
from station.screens.widgets.badge import Tone
from station.screens.widgets.notices import Alert, Toast
from station.screens.widgets.words import draw_some
from station.screens.work import Work

DRAIN_EVERY: Final = 0
"""Every turn of the event loop: a result is on the screen one turn after it is there."""
SWITCH_INTERVAL: Final = 0.001
"""Seconds after which a busy thread has to let the screen thread run (Python's own default is 0.005)."""
BUILD_EVERY: Final = 0.1
"""Seconds between screens that are built ahead; each takes 20 to 40 ms."""
DRAW_AHEAD: Final = 0.002
"""Seconds of each turn for texts of screens that are not shown."""
FAILURE: Final = "failure"


class StationApp(App):
    """Base of the student's and the operator's app."""

    kv_file = ""
    use_kivy_settings = False

    def __init__(self, table: Mapping[str, str], title: str) -> None:
        super().__init__()
        self.title = title
        self.exit_code = 0
        self.pulse = Pulse()
        self.work = Work(self._raise_here)
        self.stage = Stage({**table, FAILURE: "station.screens.failure:Failure"}, self.screen_built)
        self.toast = Toast(pos_hint={"center_x": 0.5})
        self.root_layout = FloatLayout()
        self._watchman = Watchman(self._fail)

    def load_kv(self, filename: str | None = None) -> bool:
        """No file named after the app: every .kv stands beside its module."""
        return False

    def open_settings(self, *_: object) -> bool:
        """No settings panel in a kiosk, whatever key is pressed."""
        return False

    def build(self) -> FloatLayout:
        theme.fit(*Window.size)
        # A fade redraws the whole window several times: too much for a processor that draws without a GPU's help.
        theme.moves = theme.moves and not _drawn_by_processor()
        Window.bind(size=lambda _window, size: theme.fit(*size))
        Window.clearcolor = theme.fog
        self.root_layout.add_widget(self.stage)
        self.root_layout.add_widget(self.toast)
        theme.bind(edge=lambda _theme, edge: setattr(self.toast, "y", edge))
        self.toast.y = theme.edge
        return self.root_layout

    def on_start(self) -> None:
        sys.setswitchinterval(SWITCH_INTERVAL)
        ExceptionManager.add_handler(self._watchman)
        # SDL's own provider never carries a touch on Linux, and two providers can mean two presses.
        for provider in list(EventLoop.input_providers):
            if isinstance(provider, SDL2MotionEventProvider):
                EventLoop.remove_input_provider(provider)
        Clock.schedule_interval(self.work.drain, DRAIN_EVERY)
        Clock.schedule_interval(lambda _passed: draw_some(DRAW_AHEAD), DRAIN_EVERY)
        self.begin()
        Clock.schedule_once(lambda _passed: self.pulse.attach(Window, Clock), 1.0)

    def build_ahead(self) -> None:
        """Import all screens now and build them one after another while nobody needs the time."""
        self.stage.load()
        # What is there now stays: a full collection over Kivy's objects holds the screen up for 0.2 s (measured).
        gc.freeze()
        Clock.schedule_interval(self._build_one, BUILD_EVERY)

    def _build_one(self, _passed: float) -> bool:
        more = self.stage.build_one()
        gc.freeze()
        return more

    def begin(self) -> None:
        """The window stands: show the first place, start what runs beside it."""
        raise NotImplementedError

    def screen_built(self, screen: StationScreen) -> None:
        """A screen was built and is not shown yet: listen to what it wants."""

    def on_stop(self) -> None:
        ExceptionManager.remove_handler(self._watchman)
        self.work.close()

    def go(self, place: Place) -> StationScreen:
        """Show a place."""
        return self.stage.go(place)

    def say(self, text: str, tone: Tone = Tone.GOOD) -> None:
        """A passing line at the bottom."""
        self.toast.say(text, tone)

    def ask(self, alert: Alert) -> None:
        """Lay an alert over everything."""
        self.root_layout.add_widget(alert)

    def _raise_here(self, error: BaseException) -> None:
        raise error

    def _fail(self, code: str) -> None:
        for child in list(self.root_layout.children):
            if isinstance(child, Alert):
                child.close()
        screen = self.stage.go(Place(FAILURE, code))
        if isinstance(screen, Failure):
            screen.bind(on_restart=self._restart)

    def _restart(self, _screen: Any) -> None:
        self.exit_code = EXIT_FAILED
        self.stop()


def _drawn_by_processor() -> bool:
    """Is there no GPU, so that Mesa's software rasteriser draws?"""
    renderer = bytes(glGetString(GL_RENDERER)).lower()
    return any(name in renderer for name in (b"llvmpipe", b"softpipe", b"swrast", b"swiftshader"))
