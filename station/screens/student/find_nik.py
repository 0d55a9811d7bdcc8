"""Find yourself by the NIK, typed on large keys; only its last four digits can be read by who looks on."""

from __future__ import annotations

from typing import Any, Final

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.roster.nik import LENGTH
from station.screens.student.find import FindScreen
from station.screens.student.flow import Stage
from station.screens.student.router import Shown
from station.screens.theme import load_kv
from station.screens.widgets import field as _field  # noqa: F401  (its KV rules are used in find_nik.kv)
from station.screens.widgets import keys as _keys  # noqa: F401

SHOWN_DIGITS: Final = 4
HIDDEN: Final = "•"


def hidden(digits: str) -> str:
    """Typed digits as they are shown: all but the last four as dots."""
    kept = max(0, len(digits) - SHOWN_DIGITS)
    return HIDDEN * kept + digits[kept:]


class NikSearch(BoxLayout):
    """Field and keys."""

    screen = ObjectProperty(None, allownone=True, rebind=True)
    masked = StringProperty("")
    full = BooleanProperty(False)


class FindNik(FindScreen):
    """Sixteen digits, then the answer."""

    stage = Stage.NIK

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.search = NikSearch(screen=self)

    def update(self, state: Shown) -> None:
        self.search.masked = hidden(state.flow.typed)
        self.search.full = len(state.flow.typed) == LENGTH
        super().update(state)

    def type(self, digit: str) -> None:
        """One more digit."""
        if len(self.flow.typed) < LENGTH:
            self.move(self.flow.typing(self.flow.typed + digit))

    def erase(self) -> None:
        """One digit less."""
        self.move(self.flow.typing(self.flow.typed[:-1]))

    def find(self, button: Any) -> None:
        """Look it up."""
        nik = self.flow.typed
        if len(nik) == LENGTH:
            self.order(lambda desk: desk.by_nik(nik), button, self.found)


load_kv(__file__)
