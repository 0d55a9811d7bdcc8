"""The recording is complete: what happens next, and when the card comes."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from station.screens.student import words
from station.screens.student.frame import StudentScreen
from station.screens.student.patience import Patience
from station.screens.student.router import Shown
from station.screens.theme import load_kv

RETURNS_AFTER = 20.0
"""Seconds: four short lines and a slip to take."""


class Done(StudentScreen):
    """Returns by itself, unless it is stopped."""

    card = StringProperty("")
    slip = StringProperty("")
    slip_icon = StringProperty("printer")
    stays = BooleanProperty(False)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._patience = Patience(self._again)

    def enter(self, state: Shown) -> None:
        self.stays = False
        self._patience.begin()
        self.ids.countdown.seconds = RETURNS_AFTER
        self.ids.countdown.start()

    def update(self, state: Shown) -> None:
        finished = state.view.finished
        if finished is None:
            return
        if finished.card_now or finished.card_on is None:
            self.card = words._("Your card can be printed now.")
        else:
            text = words._("Your card is printed when you are 17: from {day}.")
            self.card = text.format(day=words.day(finished.card_on))
        self.slip_icon, self.slip = words.slip(finished, late=self._patience.over)

    def leave(self) -> None:
        self.ids.countdown.stop()
        self._patience.end()

    def stay(self) -> None:
        """The student still reads."""
        self.stays = True
        self.ids.countdown.stop()

    def end(self) -> None:
        """Back to the start."""
        finished = self.shown.view.finished if self.shown is not None else None
        self.move(self.flow.told(finished.enrolment) if finished is not None else self.flow.home())


load_kv(__file__)
