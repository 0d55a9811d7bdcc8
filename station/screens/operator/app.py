"""The operator's app: the view comes in, the page that fits it is shown, taps become commands beside the screen thread.

Three threads, so that none waits for another: commands, views of the journal, and devices and pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from kivy.clock import Clock as Loop
from kivy.core.window import Window

from station.config import Config
from station.enrolment.capture import Devices
from station.enrolment.gallery import Gallery
from station.enrolment.spool import Spool
from station.journal import Journal
from station.operators import ConsoleSettings, SignIn
from station.roster.register import prepare
from station.screens.app import StationApp
from station.screens.locale.speech import tr
from station.screens.operator import door, words
from station.screens.operator.desk import Desk
from station.screens.operator.frame import OperatorScreen, Order
from station.screens.operator.pages import TABLE, TODAY, Name, Page, Shown, file_of, ready, settle
from station.screens.operator.reading import Reader
from station.screens.operator.view import View
from station.screens.operator.watch import LOOK_SECONDS, Watch
from station.screens.stage import Place, StationScreen
from station.screens.theme import Audience, theme
from station.screens.widgets.badge import Tone
from station.screens.widgets.notices import Alert
from station.screens.work import Work

ESCAPE: Final = 27
ENTER: Final = (13, 271)
BACKSPACE: Final = 8
F2: Final = 283
SHORTCUTS: Final = frozenset("nrmp")


class OperatorApp(StationApp):
    """The console of one station."""

    def __init__(self, data: Path, config: Config, devices: Devices, *, bench: bool = False) -> None:
        """`data` is the station's folder; `bench` marks the visits that are opened here as trials."""
        super().__init__(TABLE, "Operator")
        self._journal = Journal.open(data)
        prepare(self._journal)
        self._spool = Spool(data / "spool")
        self._gallery = Gallery(data)
        self._devices = devices
        self._config = config
        self._bench = bench
        self._console = config.section("console", ConsoleSettings)
        self._zone = ZoneInfo(config.station.time_zone)
        self._watch = Watch(self._journal, Reader(self._journal, config), self._journal.clock)
        self._views = Work(self._raise_here)
        self._pictures = Work(self._raise_here)
        self._looking = False
        self._again = False
        self._view: View | None = None
        self._page = TODAY
        self._returning = False
        self._operator = ""
        self._shortcut = ""
        self._held: dict[int, str] = {}
        """Keys that are down, and the text of those that were shortcuts when they were pressed."""
        self._touched = self._journal.clock.monotonic()
        tr.language = config.station.language

    # Life

    def begin(self) -> None:
        theme.audience = Audience.OPERATOR
        self.build_ahead()
        for work in (self._views, self._pictures):
            Loop.schedule_interval(work.drain, 0)
        Window.bind(
            on_key_down=self._on_key,
            on_key_up=self._on_key_up,
            on_textinput=self._on_text,
            on_touch_down=self._on_touch,
        )
        self.work.submit(partial(door.close_after_restart, self._journal), lambda _none: self._start())

    def _start(self) -> None:
        Loop.schedule_interval(self._look, LOOK_SECONDS)
        Loop.schedule_interval(self._tick, 1.0)
        self._look()

    def on_stop(self) -> None:
        super().on_stop()
        self._views.close()
        self._pictures.close()
        self._journal.close()

    # The view

    def _look(self, _passed: float = 0.0) -> None:
        """Have a view made, unless one is under way: then once more after it."""
        if self._looking:
            self._again = True
            return
        self._looking, self._again = True, False
        self._views.submit(partial(self._watch.next, file_of(self._page)), self._seen)

    def _seen(self, view: View | None) -> None:
        self._looking = False
        if view is not None:
            self._view = view
            self._greet(view)
            self._show()
        if self._again:
            self._look()

    def _greet(self, view: View) -> None:
        """Somebody else is signed in now, or nobody: begin at the beginning, in that hand's layout."""
        operator = view.operator.id if view.operator is not None else ""
        if operator != self._operator:
            self._operator = operator
            self._page, self._returning = TODAY, False
            self._close_questions()
            self._touched = self._journal.clock.monotonic()
            if view.operator is not None:
                theme.left_handed = view.operator.left_handed

    def _show(self) -> None:
        if self._view is None:
            return
        self._page = settle(self._view, self._page)
        if not ready(self._view, self._page):
            self._look()
            return
        shown = Shown(self._view, self._page, self._console.pin_digits, self._config.station.language, self._returning)
        self.go(Place(self._page.name, shown))

    def screen_built(self, screen: StationScreen) -> None:
        if not isinstance(screen, OperatorScreen):
            return
        screen.bind(
            on_order=lambda _screen, order: self._order(self.work, order),
            on_picture=lambda _screen, order: self._order(self._pictures, order),
            on_open=lambda _screen, page: self.open(page),
            on_return=lambda _screen, page: self.open(page, returning=True),
            on_ask=lambda _screen, alert: self.ask(alert),
            on_say=lambda _screen, text: self.say(text),
            on_lock=lambda _screen: self.lock("asked"),
        )
        if hasattr(screen, "on_try_pin"):
            screen.bind(on_try_pin=self._try_pin)
        if hasattr(screen, "on_change_pin"):
            screen.bind(on_change_pin=self._change_pin)

    def go(self, place: Place) -> StationScreen:
        screen = super().go(place)
        if isinstance(screen, OperatorScreen):
            screen.clock = self._time()
        return screen

    def open(self, page: Page, *, returning: bool = False) -> None:
        """Go to a page, or back to one as it was left."""
        self._page, self._returning = page, returning
        self._show()

    # Commands

    def _order(self, work: Work, order: Order) -> None:
        if not self._operator:
            return
        rooms = (self._journal, self._spool, self._gallery, self._devices, self._config)
        desk = Desk(*rooms, self._operator, bench=self._bench)

        def done(result: Any) -> None:
            self._look()
            if order.done is not None:
                order.done(result)

        work.submit(partial(order.command, desk), done, self._refused, order.button)

    def _refused(self, error: BaseException) -> None:
        text = words.explain(error)
        if text is None:
            self._raise_here(error)
        else:
            self._look()
            self.say(text, Tone.WARN)

    def _try_pin(self, screen: Any, operator: str, pin: str, button: Any) -> None:
        self._pin(screen, partial(door.try_pin, self._journal, operator, pin, self._console), button)

    def _change_pin(self, screen: Any, old: str, new: str, button: Any) -> None:
        self._pin(screen, partial(door.change_pin, self._journal, self._operator, old, new, self._console), button)

    def _pin(self, screen: Any, command: Callable[[], SignIn], button: Any) -> None:
        def done(outcome: SignIn) -> None:
            self._look()
            screen.answer(outcome)

        def failed(error: BaseException) -> None:
            screen.clear()
            self._refused(error)

        self.work.submit(command, done, failed, button)

    def lock(self, reason: str) -> None:
        """Nobody is at the console any more."""
        if self._operator:
            command = partial(door.lock, self._journal, self._operator, reason)
            self.work.submit(command, lambda _none: self._look(), self._refused)
            self._close_questions()

    def _close_questions(self) -> None:
        """What was asked of one operator is not answered by another, nor by nobody."""
        for child in list(self.root_layout.children):
            if isinstance(child, Alert):
                child.close()

    # Time

    def _time(self) -> str:
        return self._journal.clock.now().astimezone(self._zone).strftime("%H:%M")

    def _tick(self, _passed: float) -> None:
        screen = self.stage.current_screen
        if isinstance(screen, OperatorScreen):
            screen.clock = self._time()
        if self._journal.clock.monotonic() - self._touched >= self._console.idle_lock_seconds:
            self._touched = self._journal.clock.monotonic()
            self.lock("idle")

    # Hands

    def _on_touch(self, _window: Any, _touch: Any) -> bool:
        self._touched = self._journal.clock.monotonic()
        return False

    def _alert(self) -> Alert | None:
        return next((child for child in self.root_layout.children if isinstance(child, Alert)), None)

    def _on_key(self, _window: Any, code: int, _scan: int, text: str | None, modifiers: list[str]) -> bool:
        self._touched = self._journal.clock.monotonic()
        self._shortcut = ""
        if code in self._held and code != BACKSPACE:
            # Held down, a key comes again and again; as a shortcut it was meant once.
            self._shortcut = self._held[code]
            return True
        self._held[code] = ""
        screen = self.stage.current_screen
        alert = self._alert()
        if "ctrl" in modifiers and code == ord("l"):
            self.lock("asked")
            return True
        if alert is not None:
            if code == ESCAPE:
                alert.close()
            return True
        if not isinstance(screen, OperatorScreen):
            return False
        if code == ESCAPE:
            screen.back()
        elif code == F2 and self._operator:
            screen.open(Name.CHECK_IN)
        elif code == BACKSPACE:
            screen.erased()
        elif code in ENTER:
            screen.entered()
        elif screen.field is None and text and text.lower() in SHORTCUTS and not modifiers:
            self._shortcut = self._held[code] = text
            return screen.key(text.lower())
        else:
            return False
        return True

    def _on_key_up(self, _window: Any, code: int, *_given: Any) -> None:
        self._held.pop(code, None)

    def _on_text(self, _window: Any, text: str) -> bool:
        """What a keyboard types; the letter that was a shortcut just now is not typed into the page it opened."""
        screen = self.stage.current_screen
        if text == self._shortcut:
            self._shortcut = ""
        elif isinstance(screen, OperatorScreen) and self._alert() is None:
            screen.typed(text)
        return True
