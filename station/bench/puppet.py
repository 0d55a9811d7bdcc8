"""Lets a robot see and touch a running app from another process, through a Unix socket.

The app side (`attach`) is started only when the bench asks for it. It answers JSON lines: what is visible
(station.screens.sight), touches and keys that enter through a Kivy input provider and window events like real ones
(down in one turn, up in a later one), pictures of the window, and the pulse. It calls no screen code. The robot's
side is station.bench.puppeteer.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

import msgspec
from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent
from kivy.input.provider import MotionEventProvider

from station.screens.app import StationApp
from station.screens.capture import grab, save_png
from station.screens.locale.speech import tr
from station.screens.sight import Seen, look
from station.screens.widgets.taps import guard

SPECIAL_KEYS: Final = {
    "enter": 13,
    "escape": 27,
    "backspace": 8,
    "tab": 9,
    "delete": 127,
    "up": 273,
    "down": 274,
    "right": 275,
    "left": 276,
    **{f"f{number}": 281 + number for number in range(1, 13)},
}
"""Kivy's codes of keys that type nothing."""
LAST_WORDS_SECONDS: Final = 2.0
"""How long an app that ends waits until its last answers are on their way."""


class View(msgspec.Struct, frozen=True):
    """What the window shows."""

    screen: str
    language: str
    size: tuple[int, int]
    settled: bool
    """No screen change under way: taps are taken now."""
    seen: list[Seen]
    digest: str
    """The same as long as all of this is the same."""


class Request(msgspec.Struct, frozen=True, tag_field="command", tag=True):
    """Base of the commands."""


class Describe(Request, frozen=True, tag="describe"):
    """What is visible. With `unlike`, answers when it differs from that digest, or after `wait` seconds."""

    unlike: str = ""
    wait: float = 0.0


class Touch(Request, frozen=True, tag="touch"):
    """A finger along points of the window, one a turn, origin bottom left; several taps in a row for `taps`."""

    points: list[tuple[float, float]]
    taps: int = 1


class Press(Request, frozen=True, tag="press"):
    """One key: a character or a name of SPECIAL_KEYS."""

    key: str
    modifiers: list[str] = []
    repeats: int = 0
    """How often it comes again while it is held down, as a keyboard sends it."""


class Type(Request, frozen=True, tag="type"):
    """Characters, one key each."""

    text: str


class Screenshot(Request, frozen=True, tag="screenshot"):
    """Write the window as PNG."""

    path: str


class ReadPulse(Request, frozen=True, tag="pulse"):
    """The pulse so far."""


class Quit(Request, frozen=True, tag="quit"):
    """Close the app as its supervisor would."""


Command = Describe | Touch | Press | Type | Screenshot | ReadPulse | Quit


class Refused(msgspec.Struct, frozen=True):
    """A command that could not be done, with the reason."""

    error: str


Answer = Callable[[Any], None]


class PuppetTouch(MotionEvent):
    """One finger."""

    def __init__(self, device: str, ident: int, at: tuple[float, float]) -> None:
        super().__init__(device, ident, at, is_touch=True, type_id="touch")

    def depack(self, args: tuple[float, float]) -> None:
        self.profile = ("pos",)
        self.sx, self.sy = args
        super().depack(args)


class PuppetProvider(MotionEventProvider):
    """The app's one input provider on the bench: plays one step of the asked-for touches a turn."""

    def __init__(self) -> None:
        super().__init__("puppet", "")
        self._steps: deque[Callable[[Any], None]] = deque()
        self._touches = 0

    def start(self) -> None:
        """Nothing to open."""

    def stop(self) -> None:
        """Nothing to close."""

    def play(self, touch: Touch, came_in: float, answer: Answer) -> None:
        """Put a finger's way at the end of what is to be played."""
        for _tap in range(touch.taps):
            self._touches += 1
            points = [self._share(point) for point in touch.points]
            finger = PuppetTouch(self.device, self._touches, points[0])
            finger.ud["came_in"] = came_in
            self._steps.append(partial(self._lower, finger))
            self._steps.extend(partial(self._move, finger, point) for point in points[1:])
            self._steps.append(partial(self._lift, finger))
        # Answered in the turn of the last lift, since a tap may end the app.
        last = self._steps.pop()

        def lift_and_answer(dispatch: Any) -> None:
            last(dispatch)
            answer({})

        self._steps.append(lift_and_answer)

    @staticmethod
    def _share(point: tuple[float, float]) -> tuple[float, float]:
        width, height = Window.system_size
        return point[0] / max(1, width - 1), point[1] / max(1, height - 1)

    @staticmethod
    def _lower(finger: PuppetTouch, dispatch: Any) -> None:
        dispatch("begin", finger)

    @staticmethod
    def _move(finger: PuppetTouch, point: tuple[float, float], dispatch: Any) -> None:
        finger.move(point)
        dispatch("update", finger)

    @staticmethod
    def _lift(finger: PuppetTouch, dispatch: Any) -> None:
        finger.update_time_end()
        dispatch("end", finger)

    def update(self, dispatch_fn: Any) -> None:
        """Called once a turn by the event loop."""
        if self._steps:
            self._steps.popleft()(dispatch_fn)


class Puppet:
    """The app side: serves one robot at a time on a Unix socket."""

    def __init__(self, app: StationApp, path: Path) -> None:
        self._app = app
        self._path = path
        self._provider = PuppetProvider()
        self._commands: SimpleQueue[tuple[Command, float, Answer]] = SimpleQueue()
        self._waiting: list[tuple[Describe, float, Answer]] = []
        self._unsent = 0
        self._sent = threading.Condition()
        self._flip: Any = None
        self._frames = 0
        self._arrived = ""
        self._described = (-1, False)
        self._path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._path.chmod(0o600)
        self._listener.listen(2)

    def start(self) -> None:
        """Take the place of the mouse, and listen. Call it once the event loop runs."""
        for provider in list(EventLoop.input_providers):
            EventLoop.remove_input_provider(provider)
        EventLoop.add_input_provider(self._provider)
        # `flip` is where a frame ends; it has no event after it, so it is wrapped.
        self._flip, Window.flip = Window.flip, self._flipped
        Clock.schedule_interval(self._turn, 0)
        threading.Thread(target=self._serve, name="puppet", daemon=True).start()

    def close(self) -> None:
        """Stop listening, once what was answered is sent: the app may end by what a robot asked for."""
        with self._sent:
            self._sent.wait_for(lambda: not self._unsent, LAST_WORDS_SECONDS)
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _flipped(self) -> None:
        self._flip()
        self._frames += 1
        self._arrived = self._app.stage.current
        self._answer_waiting()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), name="puppet-talk", daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as lines:
            for line in lines:
                try:
                    command = msgspec.json.decode(line, type=Command)
                except msgspec.DecodeError as error:
                    answered: Any = Refused(str(error))
                    self._count_unsent(1)
                else:
                    answered = self._ask(command)
                try:
                    lines.write(msgspec.json.encode(answered) + b"\n")
                    lines.flush()
                except OSError:
                    return
                finally:
                    self._count_unsent(-1)

    def _count_unsent(self, more: int) -> None:
        with self._sent:
            self._unsent += more
            self._sent.notify_all()

    def _ask(self, command: Command) -> Any:
        answers: SimpleQueue[Any] = SimpleQueue()

        def answer(answered: Any) -> None:
            self._count_unsent(1)
            answers.put(answered)

        self._commands.put((command, time.monotonic(), answer))
        answered = answers.get()
        if isinstance(command, Screenshot) and not isinstance(answered, Refused):
            # Only reading the pixels needs the screen thread; coding them takes ten times as long.
            try:
                save_png(answered, Path(command.path))
            except OSError as error:
                answered = Refused(f"the picture cannot be kept: {error}")
            else:
                answered = {"path": command.path}
        return answered

    def _turn(self, _passed: float) -> None:
        while True:
            try:
                command, came_in, answer = self._commands.get_nowait()
            except Empty:
                break
            self._do(command, came_in, answer)
        # In the middle of a turn a change may have reached half of the widgets: a robot sees frames, as a person does.
        if not Window.canvas.needs_redraw:
            self._answer_waiting()

    def _do(self, command: Command, came_in: float, answer: Answer) -> None:
        match command:
            case Describe():
                self._waiting.append((command, came_in + command.wait, answer))
                self._described = (-1, False)
            case Touch(points=points) if not points:
                answer(Refused("a touch needs at least one point"))
            case Touch():
                self._provider.play(command, came_in, answer)
            case Press():
                self._press(command.key, command.modifiers, command.repeats)
                answer({})
            case Type():
                for character in command.text:
                    self._press(character, [])
                answer({})
            case Screenshot():
                answer(grab(Window))
            case ReadPulse():
                answer(self._app.pulse.report())
            case Quit():
                answer({})
                self._app.stop()

    def _answer_waiting(self) -> None:
        if not self._waiting:
            return
        now = time.monotonic()
        # Nothing visible can have changed without a frame, but for the moment when taps are taken again.
        now_shown = (self._frames, guard.listening)
        changed = now_shown != self._described
        if not changed and all(now < until for _request, until, _answer in self._waiting):
            return
        self._described = now_shown
        view = self.view()
        for waiting in list(self._waiting):
            request, until, answer = waiting
            if view.digest != request.unlike or now >= until:
                self._waiting.remove(waiting)
                answer(view)

    def view(self) -> View:
        """What the window shows now."""
        seen = [thing for thing in look(Window) if thing.role != "screen"]
        stage = self._app.stage
        drawn = self._arrived == stage.current
        settled = drawn and guard.listening and not stage.transition.is_active
        size = (int(Window.width), int(Window.height))
        shown = View(stage.current or "", str(tr.language), size, settled, seen, "")
        return msgspec.structs.replace(shown, digest=blake2b(msgspec.json.encode(shown), digest_size=12).hexdigest())

    @staticmethod
    def _press(key: str, modifiers: list[str], repeats: int = 0) -> None:
        code = SPECIAL_KEYS.get(key, ord(key[0].lower()) if key else 0)
        typed = "" if key in SPECIAL_KEYS else key
        for _time in range(1 + repeats):
            if not Window.dispatch("on_key_down", code, 0, typed or None, modifiers):
                Window.dispatch("on_keyboard", code, 0, typed or None, modifiers)
            if typed and not {"ctrl", "alt"} & set(modifiers):
                Window.dispatch("on_textinput", typed)
        Window.dispatch("on_key_up", code, 0)


def attach(app: StationApp, path: Path) -> Puppet:
    """Serve robots on `path` as soon as the app has started, until it stops. The folder must be the bench's own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    puppet = Puppet(app, path)

    def begin(_app: object) -> None:
        # Kivy adds the configured provider after on_start; the puppet takes its place in the first turn. (Returning
        # anything true here would keep on_start from the app itself.)
        Clock.schedule_once(lambda _passed: puppet.start(), 0)

    app.bind(on_start=begin, on_stop=lambda _app: puppet.close())
    return puppet
