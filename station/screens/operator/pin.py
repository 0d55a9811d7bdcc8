"""Change the PIN: the old one, the new one, the new one again."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, StringProperty

from station.operators import Outcome, SignIn
from station.screens.locale.speech import mark
from station.screens.operator.frame import OperatorScreen
from station.screens.operator.pages import Shown
from station.screens.operator.signin import LONGEST_PIN
from station.screens.operator.words import _
from station.screens.theme import load_kv

QUESTIONS = (mark("Your current PIN"), mark("The new PIN"), mark("The new PIN again"))


class PinScreen(OperatorScreen):
    """Dispatches `on_change_pin(old, new, button)`; the app answers with `answer`."""

    at = NumericProperty(0)
    title = StringProperty("")
    message = StringProperty("")
    longest = NumericProperty(LONGEST_PIN)

    def __init__(self, **given: Any) -> None:
        self.register_event_type("on_change_pin")
        self._typed: list[str] = []
        self._digits = 6
        super().__init__(**given)
        self.field = self.ids.pin
        self.field.bind(text=lambda *_args: self._judge())

    def enter(self, state: Shown) -> None:
        self._digits = state.pin_digits
        self.message = ""
        self.clear()

    def leave(self) -> None:
        self.clear()

    def update(self, state: Shown) -> None:
        self.title = _(QUESTIONS[int(self.at)])
        self._judge()

    def clear(self) -> None:
        """Begin again."""
        self._typed = []
        self.at = 0
        self.ids.pin.text = ""
        self._again()

    def typed(self, text: str) -> None:
        if text.isascii() and text.isdigit():
            super().typed(text)

    def entered(self) -> None:
        self.press(self.ids.next)

    def _judge(self) -> None:
        enough = len(self.ids.pin.text) >= self._digits
        self.ids.next.reason = "" if enough else _("{n} digits or more").format(n=self._digits)
        self.ids.next.text = _("Change the PIN") if self.at == 2 else _("Go on")

    def go_on(self) -> None:
        """Take this PIN and ask for the next."""
        self.message = ""
        self._typed.append(self.ids.pin.text)
        self.ids.pin.text = ""
        if len(self._typed) < len(QUESTIONS):
            self.at = len(self._typed)
            self._again()
            return
        old, new, again = self._typed
        if new == again:
            self.dispatch("on_change_pin", old, new, self.ids.next)
        else:
            self.message = _("The two new PINs differ. Begin again.")
            self.clear()

    def on_change_pin(self, _old: str, _new: str, _button: Any) -> None:
        """The PIN is to be changed."""

    def answer(self, outcome: SignIn) -> None:
        """What came of it."""
        self.clear()
        if outcome.outcome is Outcome.SIGNED_IN:
            self.say(_("The PIN is changed."))
            self.back()
        elif outcome.outcome is Outcome.WRONG:
            self.message = _("Your current PIN was wrong. Begin again.")
        else:
            self.message = _("Too many wrong PINs. Wait, then try again.")


load_kv(__file__)
