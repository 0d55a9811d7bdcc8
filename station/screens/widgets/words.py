"""Text that always fits: shrunk to a least size first, then wrapped, and shortened with an ellipsis only as a last
resort.

`FitLabel` fills the box it is given. `FlowLabel` takes its width and grows downwards as its text needs. Sizes come from
the theme through the classes of words.kv (Title, Body, Caption, Number, Cell).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.label import Label

from station.screens.theme import load_kv

LEAST: Final = 0.6
"""How far a text may shrink: 34 px of body become 20, still twice the size of print at arm's length."""
LINE_HEIGHT: Final = 1.15


@lru_cache(maxsize=2048)
def extents(text: str, size: int, bold: bool, width: int | None) -> tuple[int, int]:
    """Width and height of a text in pixels when wrapped at `width`, or on one line for None."""
    label = CoreLabel(
        text=text, font_size=size, font_name="Roboto", bold=bold, text_size=(width, None), line_height=LINE_HEIGHT
    )
    label.resolve_font_name()
    wide, high = label.render()
    return int(wide), int(high)


def fitting(text: str, bold: bool, box: tuple[int, int], most: int, least: int, one_line: bool) -> tuple[int, bool]:
    """The largest font size at which a text fits into a box without breaking a word, and whether it fits at all."""
    longest = max(text.split(), key=lambda word: extents(word, most, bold, None)[0], default="")

    def fits(size: int) -> bool:
        if one_line:
            wide, high = extents(text, size, bold, None)
            return wide <= box[0] and high <= box[1]
        return extents(longest, size, bold, None)[0] <= box[0] and extents(text, size, bold, box[0])[1] <= box[1]

    if fits(most):
        return most, True
    low, high = least, most
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low, fits(low)


class FitLabel(Label):
    """A text in a fixed box."""

    most = NumericProperty(34)
    """Font size wanted, in pixels of the window."""
    one_line = BooleanProperty(False)
    least = NumericProperty(LEAST)
    """How far it may shrink before it is shortened."""
    clipped = BooleanProperty(False)
    """True when the text is shortened because it does not fit even at its least size."""
    may_shorten = BooleanProperty(False)
    """The text may end in an ellipsis here (a list cell whose whole text is shown elsewhere)."""

    def __init__(self, **given: Any) -> None:
        self._refit = Clock.create_trigger(self._fit, -1)
        super().__init__(**given)
        for name in ("text", "size", "most", "least", "bold", "one_line", "padding"):
            self.fbind(name, self._refit)
        self._refit()

    def _fit(self, _passed: float) -> None:
        left, top, right, bottom = self.padding
        box = (int(self.width - left - right), int(self.height - top - bottom))
        if box[0] < 8 or box[1] < 8 or not self.text:
            return
        most = max(8, round(self.most))
        least = max(8, round(most * self.least))
        size, fits = fitting(self.text, bool(self.bold), box, most, least, bool(self.one_line))
        self.text_size = (self.width, self.height)
        self.font_size = size
        self.clipped = not fits
        self.shorten = not fits
        self.max_lines = 1 if self.one_line else 0


class FlowLabel(Label):
    """A text of a given width that takes the height it needs."""


class Title(FitLabel):
    """What to do now; one a screen."""


class Body(FitLabel):
    """Plain text in a box."""


class Caption(FitLabel):
    """Small text: names of steps, units, notes."""


class Number(FitLabel):
    """The queue number, as large as the box lets it be."""


class Cell(FitLabel):
    """One line in a table or list; shortened where it must be."""


class Paragraph(FlowLabel):
    """Plain text that grows downwards."""


load_kv(__file__)
