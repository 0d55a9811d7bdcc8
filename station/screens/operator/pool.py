"""Widgets that are made once and shown again.

Making a button costs as much as laying out a list (some 4 ms on 2 cores without a GPU), and the buttons of a recording
change with each of its steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from station.screens.widgets.buttons import PushButton

Act = Callable[[PushButton], None]


class Buttons:
    """The buttons of one place, by what they do."""

    def __init__(self) -> None:
        self._made: dict[str, PushButton] = {}
        self._acts: dict[str, Act] = {}

    def get(self, key: str, kind: type[PushButton], text: str, act: Act) -> PushButton:
        """The button of this key, with this text, doing this from now on."""
        self._acts[key] = act
        button = self._made.get(key)
        if button is None:
            button = self._made[key] = kind(text=text)
            button.bind(on_act=lambda pressed: self._acts[key](pressed))
        button.text = text
        button.reason = ""
        return button


def fill(row: Any, buttons: Sequence[PushButton]) -> None:
    """Have a row hold these buttons, in this order; a row that does so already is left alone."""
    if list(reversed(row.children)) != list(buttons):
        row.clear_widgets()
        for button in buttons:
            row.add_widget(button)
