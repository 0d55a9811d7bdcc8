"""Sign in: who you are by name, then the PIN; what is wrong and how long to wait."""

from __future__ import annotations

from typing import Any, Final

from kivy.clock import Clock
from kivy.properties import NumericProperty, StringProperty

from station.operators import Outcome, SignIn
from station.screens.operator.frame import OperatorScreen
from station.screens.operator.pages import Shown
from station.screens.operator.view import View
from station.screens.operator.words import _
from station.screens.theme import load_kv
from station.screens.widgets.buttons import Choice

LONGEST_PIN: Final = 32
ADD_OPERATOR: Final = "station operators add".replace(" ", "\N{NO-BREAK SPACE}")
"""A command stays on one line: broken, it reads as two."""


class SignInScreen(OperatorScreen):
    """Dispatches `on_try_pin(operator, pin, button)`; the app answers with `answer`."""

    chosen = StringProperty("")
    """Id of who signs in."""
    message = StringProperty("")
    nobody = StringProperty("")
    """What stands where the names would, while there are none."""
    wait = NumericProperty(0)
    """Seconds until the next try of the chosen operator."""
    longest = NumericProperty(LONGEST_PIN)

    def __init__(self, **given: Any) -> None:
        self.register_event_type("on_try_pin")
        self._listed: list[tuple[str, str, bool]] = []
        self._waits: dict[str, int] = {}
        self._counted: View | None = None
        self._digits = 6
        super().__init__(**given)
        self.field = self.ids.pin
        self.field.bind(text=lambda *_args: self._judge())
        self._counting: Any = None

    def enter(self, state: Shown) -> None:
        self.ids.pin.text, self.message = "", ""
        if len(state.view.operators) == 1:
            self.chosen = state.view.operators[0].id
        elif self.chosen not in {operator.id for operator in state.view.operators}:
            self.chosen = ""

    def update(self, state: Shown) -> None:
        self._digits = state.pin_digits
        barred = self._barred
        listed = [(o.id, o.name, o.locked) for o in state.view.operators]
        if listed != self._listed:
            self._listed = listed
            self._list()
        text = _("There are no operators yet. The technician adds them with: {command}")
        self.nobody = "" if listed else text.format(command=ADD_OPERATOR)
        if state.view is not self._counted:
            # The same view is shown again in another language; its seconds have been counted down since.
            self._counted = state.view
            self._count({o.id: o.wait_seconds for o in state.view.operators if o.wait_seconds})
        if barred and not self._barred:
            self.message = ""
        self._judge()

    @property
    def _barred(self) -> bool:
        """No PIN of who is chosen is looked at now."""
        return self.wait > 0 or any(locked for operator, _name, locked in self._listed if operator == self.chosen)

    def _list(self) -> None:
        box = self.ids.people
        box.clear_widgets()
        for operator, name, locked in self._listed:
            tile = Choice(
                text=name, icon="lock" if locked else "person", size_hint=(1, None), chosen=operator == self.chosen
            )
            tile.operator = operator
            tile.bind(on_act=lambda _tile, operator=operator: self.choose(operator))
            box.add_widget(tile)

    def choose(self, operator: str) -> None:
        """This is me."""
        self.chosen = operator
        self.ids.pin.text, self.message = "", ""
        for tile in self.ids.people.children:
            tile.chosen = tile.operator == operator
        self.wait = self._waits.get(operator, 0)
        self._judge()

    def _judge(self) -> None:
        enter = self.ids.enter
        if not self._listed:
            enter.reason = _("no operators yet")
        elif not self.chosen:
            enter.reason = _("choose your name")
        elif any(locked for operator, _name, locked in self._listed if operator == self.chosen):
            enter.reason = _("locked: ask the technician")
        elif self.wait > 0:
            enter.reason = _("again in {n} s").format(n=self.wait)
        elif len(self.ids.pin.text) < self._digits:
            enter.reason = _("{n} digits or more").format(n=self._digits)
        else:
            enter.reason = ""

    def typed(self, text: str) -> None:
        if text.isascii() and text.isdigit():
            super().typed(text)

    def entered(self) -> None:
        self.press(self.ids.enter)

    def try_pin(self) -> None:
        """Have the PIN looked at."""
        pin = self.ids.pin.text
        self.message = ""
        self.dispatch("on_try_pin", self.chosen, pin, self.ids.enter)

    def on_try_pin(self, _operator: str, _pin: str, _button: Any) -> None:
        """A PIN is to be looked at."""

    def answer(self, outcome: SignIn) -> None:
        """What came of the try."""
        self.clear()
        match outcome.outcome:
            case Outcome.WRONG:
                self.message = _("Wrong PIN. Try again.")
            case Outcome.WAIT:
                self.message = _("Too many wrong PINs. Wait, then try again.")
            case Outcome.LOCKED:
                self.message = _("Too many wrong PINs: locked. The technician can unlock you.")
            case Outcome.SIGNED_IN:
                self.message = ""
        self._count({**self._waits, self.chosen: outcome.wait_seconds})

    def clear(self) -> None:
        """Forget what was typed."""
        self.ids.pin.text = ""

    def _count(self, waits: dict[str, int]) -> None:
        """Seconds that each operator has to wait from now on."""
        self._waits = waits
        self.wait = waits.get(self.chosen, 0)
        if any(waits.values()) and self._counting is None:
            self._counting = Clock.schedule_interval(self._second, 1.0)
        self._judge()

    def _second(self, _passed: float) -> None:
        barred = self._barred
        self._waits = {operator: left - 1 for operator, left in self._waits.items() if left > 1}
        self.wait = self._waits.get(self.chosen, 0)
        if barred and not self._barred:
            self.message = ""
        if not self._waits:
            self._counting.cancel()
            self._counting = None
        self._judge()


load_kv(__file__)
