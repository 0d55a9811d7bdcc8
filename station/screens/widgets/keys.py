"""Keys to type with a finger: a numeric keypad, and letters for names.

Both dispatch `on_key(text)` for a character and `on_erase` for one character back; what is typed belongs to the screen.
"""

from __future__ import annotations

from typing import Any, Final

from kivy.event import EventDispatcher
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

from station.screens.theme import load_kv
from station.screens.widgets import icons as _icons  # noqa: F401  (its KV rules are used in keys.kv)
from station.screens.widgets.taps import Tappable

ERASE: Final = "erase"
LETTER_ROWS: Final = ("QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM'.")
"""Names of the roster are written in capitals, with apostrophes and dots (Ma'ruf, M. Yusuf)."""


class Key(Tappable, AnchorLayout):
    """One key; `value` is what it types, or ERASE."""

    role = "key"
    value = StringProperty("")
    label = StringProperty("")
    icon = StringProperty("")
    weight = NumericProperty(1)

    def __init__(self, **given: Any) -> None:
        super().__init__(repeats=True, **given)


class _Typing(EventDispatcher):
    """Hands on what the keys of a pad type."""

    def __init__(self, **given: Any) -> None:
        self.register_event_type("on_key")
        self.register_event_type("on_erase")
        super().__init__(**given)

    def _key(self, value: str, label: str = "", icon: str = "", weight: float = 1) -> Key:
        key = Key(value=value, label=label or value, icon=icon, weight=weight)
        key.bind(on_act=self._typed)
        return key

    def _typed(self, key: Key) -> None:
        if key.value == ERASE:
            self.dispatch("on_erase")
        else:
            self.dispatch("on_key", key.value)

    def on_key(self, _value: str) -> None:
        """A character was typed."""

    def on_erase(self) -> None:
        """The last character is to go."""


class Keypad(_Typing, GridLayout):
    """Digits, as on a telephone."""

    def __init__(self, **given: Any) -> None:
        super().__init__(cols=3, **given)
        for digit in "123456789":
            self.add_widget(self._key(digit))
        self.add_widget(BoxLayout())
        self.add_widget(self._key("0"))
        self.add_widget(self._key(ERASE, icon="erase"))


class Letters(_Typing, BoxLayout):
    """Letters, as on a keyboard."""

    def __init__(self, **given: Any) -> None:
        super().__init__(orientation="vertical", **given)
        for number, letters in enumerate(LETTER_ROWS):
            row = LetterRow()
            for letter in letters:
                row.add_widget(self._key(letter))
            if number == 1:
                row.add_widget(self._key(ERASE, icon="erase"))
            if number == 2:
                row.add_widget(self._key(" ", icon="space"))
            self.add_widget(row)


class LetterRow(BoxLayout):
    """One row of letters."""


load_kv(__file__)
