"""Fields: one that shows what the house's own keys type, and one for a real keyboard."""

from __future__ import annotations

from typing import Any

from kivy.properties import AliasProperty, BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.textinput import TextInput

from station.screens.theme import load_kv


class Field(BoxLayout):
    """Shows typed text in groups, with a mark where the next character goes; `secret` shows dots."""

    role = "input"
    text = StringProperty("")
    hint = StringProperty("")
    group = NumericProperty(0)
    """Characters a group (4 for a NIK); 0 for none."""
    secret = BooleanProperty(False)
    problem = StringProperty("")
    """What is wrong with the text, in the reader's words."""

    def _get_shown(self) -> str:
        text = "•" * len(self.text) if self.secret else self.text
        if self.group:
            size = int(self.group)
            text = " ".join(text[at : at + size] for at in range(0, len(text), size))
        return text

    shown = AliasProperty(_get_shown, None, bind=("text", "secret", "group"), cache=True)


class TextField(TextInput):
    """A one-line field for the operator's keyboard."""

    role = "input"

    def __init__(self, **given: Any) -> None:
        given.setdefault("multiline", False)
        super().__init__(**given)


load_kv(__file__)
