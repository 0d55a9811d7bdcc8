"""Fields: one that shows what the house's own keys type, and one for a real keyboard."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from kivy.properties import AliasProperty, BooleanProperty, ListProperty, NumericProperty, StringProperty
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
    first_groups = ListProperty([])
    """Characters of the first groups, where they are others than the rest (day and month before a year)."""
    lines = NumericProperty(1)
    """Lines that it has room for; a text of one line shrinks to fit, a longer one is wrapped."""
    secret = BooleanProperty(False)
    problem = StringProperty("")
    """What is wrong with the text, in the reader's words."""

    def _get_shown(self) -> str:
        text = "•" * len(self.text) if self.secret else self.text
        if self.group:
            return " ".join(grouped(text, self.first_groups, int(self.group)))
        return text

    shown = AliasProperty(_get_shown, None, bind=("text", "secret", "group", "first_groups"), cache=True)


def grouped(text: str, first: Sequence[int], size: int) -> Iterator[str]:
    """A text in groups: of these sizes first, then all of one."""
    at = 0
    for length in itertools.chain(first, itertools.repeat(size)):
        if at >= len(text):
            return
        yield text[at : at + length]
        at += length


class TextField(TextInput):
    """A one-line field for the operator's keyboard."""

    role = "input"

    def __init__(self, **given: Any) -> None:
        given.setdefault("multiline", False)
        super().__init__(**given)


load_kv(__file__)
