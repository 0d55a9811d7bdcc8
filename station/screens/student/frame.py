"""What all student screens share: the top bar, the call over other screens, how a tap becomes a command.

A screen never runs a command: it dispatches `on_order` with a function of the StudentDesk, which the app runs in the
background, or `on_flow` with where the student goes next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.enrolment.capture import CaptureRunner
from station.queue.states import number_text
from station.screens.locale.speech import tr
from station.screens.stage import StationScreen
from station.screens.student import words
from station.screens.student.desk import StudentDesk
from station.screens.student.flow import Flow
from station.screens.student.follow import LiveShown
from station.screens.student.router import Shown
from station.screens.theme import Audience, load_kv
from station.screens.widgets import badge as _badge  # noqa: F401  (its KV rules are used in frame.kv)
from station.screens.widgets import buttons as _buttons  # noqa: F401
from station.screens.widgets import countdown as _countdown  # noqa: F401
from station.screens.widgets import panel as _panel  # noqa: F401
from station.screens.widgets import topbar as _topbar  # noqa: F401
from station.screens.widgets.taps import Tappable


class Order(NamedTuple):
    """What a student asked for."""

    command: Callable[[StudentDesk], Any]
    done: Callable[[Any], None] | None = None
    """Called on the screen thread with the result."""
    button: Any = None
    """Shows that it is under way, and takes no tap until it is done."""


class StudentScreen(StationScreen):
    """Base of the student's screens."""

    shown: Shown | None = None
    number = StringProperty("")
    steps = ListProperty([])
    at = NumericProperty(0)
    helped = BooleanProperty(False)
    calling = StringProperty("")
    """The number that is called, while this screen is about something else."""

    def __init__(self, **given: Any) -> None:
        for event in ("on_order", "on_flow", "on_help", "on_language", "on_capture"):
            self.register_event_type(event)
        super().__init__(audience=Audience.STUDENT, **given)
        tr.fbind("language", self._again)

    def show(self, state: Shown) -> None:
        fresh = self.manager is None or self.manager.current != self.name or self.shown is None
        self.shown = state
        about = state.recording
        self.number = number_text(about.number) if about else ""
        self.steps, self.at = words.stages(about)
        self.helped = self.helped_ticket in state.view.helped
        called = state.view.board.called
        self.calling = words._("Number {number}, please come").format(number=number_text(called)) if called else ""
        if fresh:
            self.enter(state)
        self.update(state)

    def enter(self, state: Shown) -> None:
        """The screen opens: forget what was typed."""

    def update(self, state: Shown) -> None:
        """Show what is true now; called often."""

    def show_live(self, shown: LiveShown) -> None:
        """The capture under way has moved on; called at most 15 times a second."""

    def _again(self, *_: object) -> None:
        # Another screen is told when it is shown.
        if self.shown is not None and self.manager is not None and self.manager.current == self.name:
            self.show(self.shown)

    def order(
        self,
        command: Callable[[StudentDesk], Any],
        button: Any = None,
        done: Callable[[Any], None] | None = None,
    ) -> None:
        """Have a command run."""
        self.dispatch("on_order", Order(command, done, button))

    def move(self, flow: Flow) -> None:
        """Go on in the check-in."""
        self.dispatch("on_flow", flow)

    @property
    def flow(self) -> Flow:
        return self.shown.flow if self.shown is not None else Flow()

    @property
    def enrolment(self) -> str:
        """The recording that is shown; empty for none."""
        running = self.shown.view.running if self.shown is not None else None
        return running.enrolment if running is not None else ""

    @property
    def helped_ticket(self) -> str:
        """Whom a call for help is about: the ticket of the recording; empty for who checks in."""
        about = self.shown.recording if self.shown is not None else None
        return about.ticket if about is not None else ""

    def on_order(self, _order: Order) -> None:
        """A command is asked for."""

    def on_flow(self, _flow: Flow) -> None:
        """The student goes on."""

    def on_capture(self, _act: Callable[[CaptureRunner], None]) -> None:
        """Something is to be told to the capture."""

    def on_help(self) -> None:
        """The operator is to come."""

    def on_language(self) -> None:
        """The student chose the other language."""


class Page(BoxLayout):
    """Top bar above, content below."""

    screen = ObjectProperty(None, allownone=True, rebind=True)
    announces = BooleanProperty(True)
    """Shows a call over this screen; false where the screen shows it itself."""


class Content(BoxLayout):
    """What a page shows, with its margins."""


class Fact(BoxLayout):
    """One icon with one line or two."""

    icon = StringProperty("dot")
    text = StringProperty("")
    most = NumericProperty(34)
    bold = BooleanProperty(False)
    colour = ListProperty([0, 0, 0, 1])


class Tile(Tappable, BoxLayout):
    """A large choice: picture, word, and a line that explains."""

    icon = StringProperty("dot")
    text = StringProperty("")
    explains = StringProperty("")


load_kv(__file__)
