"""What all captures show beside their picture: one instruction, and after a full round of attempts, try again."""

from __future__ import annotations

from time import monotonic
from typing import Any, Final

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, OptionProperty, StringProperty

from station.enrolment.capture import Live, Phase
from station.screens.advice import advice, picture
from station.screens.student import words
from station.screens.student.follow import LiveShown, small
from station.screens.student.frame import StudentScreen
from station.screens.student.router import Shown
from station.screens.student.steady import Steady
from station.screens.student.view import Running
from station.screens.theme import load_kv, theme
from station.screens.widgets.badge import TONES, Tone
from station.screens.widgets.panel import Panel
from station.screens.widgets.words import LINE_HEIGHT, extents

TITLE_LINES: Final = 2
"""The instruction has room for so many lines at least: where it has fewer, what stands below stays where it is."""
TITLE_SHARE: Final = 0.62
"""It never takes more than this of the room that it shares with how it is done."""
JUDGING = "judging"
"""Stands for an instruction while there is nothing to do."""


_COLOURS: Final = {"face-backdrop-red": theme.ktp_red, "face-backdrop-blue": theme.ktp_blue}
"""Pictures that show a colour."""


def _instruction(live: Live) -> str:
    return JUDGING if live.phase is Phase.JUDGING else live.advice


def _is_about(live: Live, running: Running | None) -> bool:
    return running is not None and (live.enrolment, live.step) == (running.enrolment, running.step)


class Guide(Panel):
    """One instruction, large; below it how it is done."""

    screen = ObjectProperty(None, allownone=True, rebind=True)
    title = StringProperty("")
    text = StringProperty("")
    tone = OptionProperty(Tone.NOW, options=list(Tone))
    icon = StringProperty("dot")
    icon_size = NumericProperty(64)
    """In pixels at 1280x800; the same for all that a screen says, so that the words keep their place."""
    paused = BooleanProperty(False)
    colour = ObjectProperty(TONES[Tone.NOW][0])
    ground = ObjectProperty(TONES[Tone.NOW][1])

    def on_tone(self, _guide: object, tone: str) -> None:
        self.colour, self.ground, _icon = TONES[tone]

    def title_height(self, text: str, size: float, width: float, room: float) -> float:
        """The height in pixels for an instruction in letters of `size`, where the panel has `room` beside its icon."""
        line = size * LINE_HEIGHT
        needed = extents(text, round(size), True, round(width))[1] if text else 0.0
        shared = room - 2 * theme.gap - 3 * theme.s16
        return float(max(line, min(max(needed, TITLE_LINES * line), shared * TITLE_SHARE)))


class CaptureScreen(StudentScreen):
    """Base of the screens at which something is captured."""

    sign = "dot"
    """Icon of the guide while nothing is wrong."""
    judging = BooleanProperty(False)
    """What was presented is being checked, or the guide still says so."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.live = Live()
        self._steady = Steady(monotonic)
        self._at = ""

    def update(self, state: Shown) -> None:
        running = state.view.running
        at = f"{running.enrolment} {running.step}" if running is not None else ""
        if at != self._at:
            self._at = at
            self.live = Live()
            # Until the runner has come along it tells of the step before.
            self._steady.reset(_instruction(state.live if _is_about(state.live, running) else self.live))
        frame = state.live.frame
        self.show_live(LiveShown(state.live, small(frame) if frame is not None else None))
        self.tell()

    def show_live(self, shown: LiveShown) -> None:
        live, running = shown.live, self.shown.view.running if self.shown is not None else None
        if not _is_about(live, running):
            return
        self.live = live
        self.tell()

    def tell(self) -> None:
        """Say what to do now, calmly."""
        guide, live = self.ids.guide, self.live
        instruction = self._steady.offer(_instruction(live))
        guide.title = words._("Being checked …") if instruction == JUDGING else advice(instruction) or self.asks()
        guide.paused = live.phase is Phase.PAUSED
        self.judging = instruction == JUDGING or live.phase is Phase.JUDGING
        wrong = guide.paused or (instruction not in ("", JUDGING))
        guide.tone, guide.icon = (Tone.WARN, "warning") if wrong else (Tone.NOW, self.sign)
        shown = picture(instruction)
        if shown:
            guide.icon = shown
        guide.colour = _COLOURS.get(shown, TONES[guide.tone][0])
        if guide.paused:
            guide.text = words._("The operator helps you.")
        elif instruction == JUDGING:
            guide.text = words._("Please wait a moment")
        else:
            guide.text = self.hint()

    def asks(self) -> str:
        """What the step asks for, while nothing is wrong."""
        return ""

    def hint(self) -> str:
        """How it is done."""
        return ""

    def try_again(self) -> None:
        """Another attempt after the pause."""
        self.dispatch("on_capture", lambda runner: runner.again())


load_kv(__file__)
