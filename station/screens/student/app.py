"""The student's app: views and touches in, places out; commands run beside the screen thread.

It holds what no screen and no rule holds: the flow of the student at the screen, the language of whom it speaks to,
and when a screen that nobody touches goes back to the start.
"""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import Any, Final

from kivy.clock import Clock
from kivy.core.window import Window

from station.enrolment.capture import Live
from station.screens.app import StationApp
from station.screens.beside import Beside
from station.screens.locale.speech import tr
from station.screens.pixels import Pixels
from station.screens.stage import Place, StationScreen
from station.screens.student import words
from station.screens.student.codes import CodeLooker
from station.screens.student.find_code import FindCode
from station.screens.student.flow import IDLE_SECONDS, Flow, Found, Stage, settle
from station.screens.student.follow import Follower, LiveShown
from station.screens.student.frame import Order, StudentScreen
from station.screens.student.idle import StillThere
from station.screens.student.rooms import Rooms
from station.screens.student.router import TABLE, Name, Shown, route, speaks_to
from station.screens.student.view import View
from station.screens.watch import Watch
from station.screens.widgets.badge import Tone
from station.screens.work import Latest

LIVE_SECONDS: Final = 1 / 15
"""A live picture is drawn at most this often: the eye needs no more, and each costs the rasteriser a frame."""
LARGEST_PHOTO: Final = (900, 900)
"""Pixels of the photo as it is shown for approval."""


class StudentApp(StationApp):
    """The touchscreen of one station."""

    def __init__(self, rooms: Rooms, *, language: str) -> None:
        """`language` is the one for whoever comes next, until the student chooses another."""
        super().__init__(TABLE, "Station")
        self._rooms = rooms
        self._language = language
        self._view: View | None = None
        self._flow = Flow()
        self._live = Live()
        self._lives: Latest[LiveShown] = Latest()
        self._photo: tuple[str, Pixels | None] = ("", None)
        self._spoken_to = ""
        self._touched_at = monotonic()
        self._asking: StillThere | None = None
        watch = Watch(rooms.journal, rooms.reader.read)
        self._follower = Follower(
            watch, rooms.runner, lambda view: self.work.post(partial(self._seen, view)), self._lives
        )
        self._codes = CodeLooker(rooms.broker, lambda text: self.work.post(partial(self._code_read, text)))
        self._following = Beside("follow", self._follower.run, self._failed)
        self._capturing = Beside("capture", rooms.runner.run, self._failed)
        self._recognising = Beside("recognise", rooms.recogniser.run, self._failed)
        self._reading = Beside("codes", self._codes.read, self._failed)
        self._looking = Beside("code-camera", self._codes.look, self._failed)

    def _failed(self, error: BaseException) -> None:
        self.work.post(partial(self._raise_here, error))

    def begin(self) -> None:
        tr.language = self._language
        self.build_ahead()
        self.go(Place(Name.CLOSED, Shown(View())))
        self._rooms.start()
        self._capturing.start()
        self._following.start()
        self._recognising.start()
        self._reading.start()
        Clock.schedule_interval(self._show_live, LIVE_SECONDS)
        Clock.schedule_interval(self._look_for_idle, 1.0)
        Window.bind(on_touch_down=self._touched)

    def on_stop(self) -> None:
        loops = (self._looking, self._reading, self._capturing, self._following, self._recognising)
        for loop in loops:
            loop.stop()
        super().on_stop()
        for loop in loops:
            loop.close()
        self._rooms.close()

    # What comes in

    def _seen(self, view: View) -> None:
        flow = settle(view, self._flow, first=self._view is None)
        self._view = view
        self._move(flow)

    def _move(self, flow: Flow) -> None:
        self._flow = flow
        self._follower.about = flow.ticket
        if flow.ticket and (self._view is None or self._view.ticket is None or self._view.ticket.id != flow.ticket):
            # The ticket is shown with its figures at once: they are a read away.
            self._follower.look()
            return
        self._refresh()

    def _speak(self, shown: Shown) -> None:
        person, language = speaks_to(shown, self._language)
        if person != self._spoken_to:
            self._spoken_to = person
            if language:
                tr.language = language

    def _refresh(self) -> None:
        if self._view is None:
            return
        self._load_photo(self._view)
        photo = self._photo[1] if self._view.running is not None else None
        shown = Shown(self._view, self._flow, self._live, photo)
        self._speak(shown)
        name = route(shown)
        if name is Name.FIND_CODE and self._flow.found is None:
            self._looking.start()
        else:
            self._looking.stop()
        self.go(Place(name, shown))

    def screen_built(self, screen: StationScreen) -> None:
        if isinstance(screen, StudentScreen):
            screen.bind(
                on_order=lambda _screen, order: self._order(order),
                on_flow=lambda _screen, flow: self._move(flow),
                on_capture=lambda _screen, act: act(self._rooms.runner),
                on_help=self._help,
                on_language=self._remember_language,
            )

    def _show_live(self, _passed: float) -> None:
        screen = self.stage.current_screen
        if isinstance(screen, FindCode):
            screen.aim(self._codes.pictures.take(), camera=self._codes.camera_there)
        shown = self._lives.take()
        if shown is None:
            return
        before, self._live = self._live, shown.live
        if (before.phase, before.problem, before.step, before.enrolment) != (
            shown.live.phase,
            shown.live.problem,
            shown.live.step,
            shown.live.enrolment,
        ):
            self._refresh()
            screen = self.stage.current_screen
        if isinstance(screen, StudentScreen):
            screen.show_live(shown)

    def _load_photo(self, view: View) -> None:
        wanted = view.running.photo if view.running is not None else ""
        if wanted == self._photo[0]:
            return
        self._photo = (wanted, None)
        if not wanted or view.running is None:
            return
        enrolment = view.running.enrolment

        def show(pixels: Pixels) -> None:
            if self._photo[0] == wanted:
                self._photo = (wanted, pixels)
                self._refresh()

        self.work.submit(lambda: self._rooms.desk.photo(enrolment, wanted, *LARGEST_PHOTO), show, self._refused)

    # What is asked for

    def _order(self, order: Order) -> None:
        def done(result: Any) -> None:
            self._follower.look()
            if order.done is not None:
                order.done(result)

        self.work.submit(lambda: order.command(self._rooms.desk), done, self._refused, order.button)

    def _refused(self, error: BaseException) -> None:
        said = words.explain(error)
        if said is None:
            raise error
        self.say(said, Tone.WARN)
        self._follower.look()

    def _remember_language(self, _screen: object) -> None:
        running = self._view.running if self._view is not None else None
        if running is None or running.enrolment != self._spoken_to:
            return
        ticket, language = running.ticket, str(tr.language)
        self.work.submit(lambda: self._rooms.desk.choose_language(ticket, language), lambda _none: None, self._refused)

    def _help(self, screen: StudentScreen) -> None:
        about = screen.helped_ticket
        self.work.submit(
            lambda: self._rooms.desk.help(about),
            lambda _none: self.say(words._("The operator is called"), Tone.CALL),
            self._refused,
        )

    def _code_read(self, text: str) -> None:
        """A code came in: wherever somebody may check in, it begins that anew, whoever's answer or number is shown."""
        view = self._view
        if view is None or not view.visit or not (view.running is None or self._flow.checking_in):
            return
        self._stay()

        def answer(found: Found) -> None:
            if self._flow.stage is Stage.TICKET:
                tr.language = self._language  # the one whose number is shown has chosen for no other
            held = found.ticket and not found.name
            to = self._flow.show_ticket(found.ticket) if held else self._flow.to(Stage.CODE, found=found)
            self._move(settle(self._view or view, to))

        self.work.submit(lambda: self._rooms.desk.by_code(text), answer, self._refused)

    # Nobody there

    def _touched(self, *_: object) -> bool:
        self._touched_at = monotonic()
        return False

    def _look_for_idle(self, _passed: float) -> None:
        idle = monotonic() - self._touched_at
        if self._spoken_to == "" and idle > IDLE_SECONDS:
            tr.language = self._language
        asks = self._flow.checking_in and self._flow.stage is not Stage.TICKET
        if not asks:
            self._no_question()
        elif self._asking is None and idle >= IDLE_SECONDS:
            self._asking = StillThere(stay=self._stay, leave=self._leave)
            self.ask(self._asking)

    def _no_question(self) -> None:
        if self._asking is not None:
            self._asking.close()
            self._asking = None

    def _stay(self) -> None:
        self._no_question()
        self._touched_at = monotonic()

    def _leave(self) -> None:
        self._asking = None
        self._move(self._flow.home())
