"""Exceptions: which finger or eye cannot be taken, why, and a photo of it where that helps."""

from __future__ import annotations

from typing import Any, Final

from kivy.properties import ObjectProperty, StringProperty

from station.biometrics.samples import IRISES, LEFT_FOUR, RIGHT_FOUR, Position
from station.journal import events as ev
from station.screens.operator import words
from station.screens.operator.frame import OperatorScreen
from station.screens.operator.pages import Shown
from station.screens.operator.words import _
from station.screens.theme import load_kv
from station.screens.widgets import eyes as _eyes  # noqa: F401  (its KV rules are used in exception.kv)
from station.screens.widgets.buttons import Choice
from station.screens.widgets.hands import Mark

SIDES: Final = {
    "left": (Position.LEFT_THUMB, *LEFT_FOUR, Position.LEFT_IRIS),
    "right": (Position.RIGHT_THUMB, *RIGHT_FOUR, Position.RIGHT_IRIS),
}


class ExceptionScreen(OperatorScreen):
    """Choosing one that is an exception already offers to take it back."""

    chosen = StringProperty("")
    reason = StringProperty("")
    photo = ObjectProperty(None, allownone=True)
    """The photo's sample, already in the spool."""
    photo_text = StringProperty("")

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for side, positions in SIDES.items():
            for position in positions:
                choice = Choice(size_hint=(1, None))
                choice.position = position
                choice.bind(on_act=lambda choice: self.choose(choice.position))
                self.ids[side].add_widget(choice)
        for code in words.EXCEPTION_REASONS:
            choice = Choice(size_hint=(1, None))
            choice.code = code
            choice.bind(on_act=lambda choice: self.choose_reason(choice.code))
            self.ids.reasons.add_widget(choice)

    def enter(self, state: Shown) -> None:
        self.chosen, self.reason, self.photo = "", "", None

    def update(self, state: Shown) -> None:
        missing = state.view.now.missing if state.view.now is not None else ()
        for side in SIDES:
            for choice in self.ids[side].children:
                position = choice.position
                choice.text = words.position(position)
                choice.icon = "cross" if position in missing else ""
                choice.chosen = position == self.chosen
        marks = {str(position): str(Mark.MISSING) for position in missing}
        if self.chosen and self.chosen not in marks:
            marks[self.chosen] = str(Mark.ASKED)
        self.ids.hands.marks = {p: m for p, m in marks.items() if p not in IRISES}
        self.ids.eyes.marks = {p: m for p, m in marks.items() if p in IRISES}
        for choice in self.ids.reasons.children:
            choice.text = _(words.EXCEPTION_REASONS[choice.code])
            choice.chosen = choice.code == self.reason
        self._show_buttons(self.chosen in {str(position) for position in missing})

    def _show_buttons(self, withdraws: bool) -> None:
        act, photo = self.ids.act, self.ids.photo
        act.text = _("It can be taken after all") if withdraws else _("Record the exception")
        act.reason = (
            _("choose a finger or an eye")
            if not self.chosen
            else ""
            if withdraws or self.reason
            else _("choose a reason")
        )
        photo.text = _("Take the photo again") if self.photo is not None else _("Take a photo")
        photo.icon = "check" if self.photo is not None else "camera"
        photo.reason = "" if self.chosen and not withdraws else _("choose a finger or an eye")

    def choose(self, position: Position) -> None:
        """This one cannot be taken."""
        self.chosen, self.photo = str(position), None
        self._again()

    def choose_reason(self, reason: str) -> None:
        """For this reason."""
        self.reason = reason
        self._again()

    def take_photo(self) -> None:
        """Take a photo with the document camera."""
        now, chosen = self.view.now, self.chosen
        if now is None:
            return

        def done(sample: ev.SampleTaken) -> None:
            if self.chosen == chosen:
                self.photo = sample
                self._again()

        enrolment = now.enrolment
        self.fetch(lambda desk: desk.take_picture(enrolment, chosen), done, self.ids.photo)

    def act(self) -> None:
        """Record it, or take it back."""
        now = self.view.now
        if now is None:
            return
        enrolment, position, reason, photo = now.enrolment, Position(self.chosen), self.reason, self.photo
        if position in now.missing:
            self.order(lambda desk: desk.withdraw_exception(enrolment, position), self.ids.act, self._done)
        else:
            self.order(lambda desk: desk.except_position(enrolment, position, reason, photo), self.ids.act, self._done)

    def _done(self, _result: object) -> None:
        self.back()


load_kv(__file__)
