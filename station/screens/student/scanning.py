"""Fingers and irises: what is asked for is lit, what is missing is crossed, each verdict stands at its place."""

from __future__ import annotations

from typing import Final

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.biometrics.samples import Position
from station.enrolment.steps import Step
from station.screens.locale.speech import mark
from station.screens.student import words
from station.screens.student.capture import CaptureScreen
from station.screens.student.marks import marks
from station.screens.theme import load_kv
from station.screens.widgets import eyes as _eyes  # noqa: F401  (its KV rules are used in scanning.kv)
from station.screens.widgets.badge import Tone
from station.screens.widgets.hands import FINGER_NAMES, Mark
from station.screens.widgets.kept import keep

SIDES: Final = {Step.RIGHT_FOUR: ["right"], Step.LEFT_FOUR: ["left"]}
"""Hands that are drawn; both for the other steps."""

EYE_NAMES: Final = {Position.RIGHT_IRIS: mark("right eye"), Position.LEFT_IRIS: mark("left eye")}

NOBODY: Final = "advice.iris.none"
"""Nothing went wrong: there is nobody before the scanner yet."""

_SAYS: Final[dict[Mark, tuple[str, str]]] = {
    Mark.ASKED: (Tone.NOW, mark("to do")),
    Mark.GOOD: (Tone.GOOD, mark("good")),
    Mark.POOR: (Tone.WARN, mark("once more")),
    Mark.MISSING: (Tone.PLAIN, mark("left out")),
}
_JUDGED: Final = mark("checking")
"""Said of what is asked for while it is judged."""


class Verdict(BoxLayout):
    """One finger or eye by name, with what became of it."""

    name = StringProperty("")
    word = StringProperty("")
    tone = StringProperty(Tone.PLAIN)
    icon = StringProperty("")


class _Scanning(CaptureScreen):
    def tell(self) -> None:
        super().tell()
        running = self.shown.view.running if self.shown is not None else None
        if running is None:
            return
        found = marks(running.step, running.missing, self.live)
        picture = self.ids.picture
        if picture.marks != found:
            picture.marks = found
        if "sides" in picture.properties():
            picture.sides = SIDES.get(running.step, ["left", "right"])
        self._list(found)

    def _list(self, found: dict[Position, Mark]) -> None:
        rows = keep(self.ids.verdicts, Verdict, len(found))
        for row, (position, state) in zip(rows, found.items(), strict=True):
            tone, word = _SAYS[state]
            if state is Mark.ASKED and self.judging:
                word = _JUDGED
            row.name = words._(FINGER_NAMES.get(position) or EYE_NAMES[position])
            row.tone, row.word = tone, words._(word)
            row.icon = "cross" if state is Mark.MISSING else ""

    @property
    def step(self) -> Step | None:
        running = self.shown.view.running if self.shown is not None else None
        return running.step if running is not None else None


class Fingers(_Scanning):
    """Four fingers of one hand, or both thumbs."""

    sign = "finger"

    def asks(self) -> str:
        return words._(words.FINGER_STEPS[self.step][0]) if self.step in words.FINGER_STEPS else ""

    def hint(self) -> str:
        if self.live.advice:
            return self.asks()
        return words._(words.FINGER_STEPS[self.step][1]) if self.step in words.FINGER_STEPS else ""


class Verify(Fingers):
    """Both index fingers again."""


class Irises(_Scanning):
    """Both eyes."""

    sign = "eye"

    def asks(self) -> str:
        return words._("Look into the scanner")

    def hint(self) -> str:
        if self.live.advice not in ("", NOBODY):
            # How it is done would say again what the advice says.
            return words._("It is tried again by itself.")
        return words._("Eyes wide open. Take off glasses and contact lenses.")


load_kv(__file__)
