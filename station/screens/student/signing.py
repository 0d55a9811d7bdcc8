"""The signature on the pad, shown as it is drawn: the one for the card, and the one that approves everything."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from station.hardware.devices import PenPoint
from station.screens.student import words
from station.screens.student.capture import CaptureScreen
from station.screens.student.follow import LiveShown
from station.screens.student.router import Shown
from station.screens.theme import load_kv
from station.screens.widgets import ink as _ink  # noqa: F401  (its KV rules are used in signing.kv)


class Signature(CaptureScreen):
    """Sign, then say that it is done."""

    sign = "pen"

    title = StringProperty("")
    empty = BooleanProperty(True)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._ink: tuple[PenPoint, ...] = ()

    def update(self, state: Shown) -> None:
        super().update(state)
        self.title = self.headline()

    def headline(self) -> str:
        """What this signature is for."""
        return words._("Sign on the pad")

    def asks(self) -> str:
        return words._("Inside the frame, the way you always sign")

    def show_live(self, shown: LiveShown) -> None:
        super().show_live(shown)
        if shown.live is self.live:
            self._draw(shown.live.ink, shown.live.pad_mm)

    def _draw(self, ink: tuple[PenPoint, ...], pad: tuple[float, float]) -> None:
        view = self.ids.ink
        if ink and tuple(view.pad) != pad:
            view.pad = list(pad)
        if len(ink) < len(self._ink) or ink[: len(self._ink)][-1:] != self._ink[-1:]:
            view.clear()
            self._ink = ()
        view.add(ink[len(self._ink) :])
        self._ink = ink
        self.empty = view.empty

    def leave(self) -> None:
        self.ids.ink.clear()
        self._ink = ()
        self.empty = True
        self.judging = False

    def done(self) -> None:
        """The student has signed."""
        self.dispatch("on_capture", lambda runner: runner.pen_done())

    def clear(self) -> None:
        """Begin again."""
        self.dispatch("on_capture", lambda runner: runner.pen_clear())


class Approve(Signature):
    """The signature that approves the recording."""

    def headline(self) -> str:
        return words._("Approve with your signature")

    def asks(self) -> str:
        return words._("I confirm:")

    def hint(self) -> str:
        return words._("My data is right. The photo, signature, fingerprints and irises are mine.")


load_kv(__file__)
