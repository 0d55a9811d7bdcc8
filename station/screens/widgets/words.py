"""Text that always fits: shrunk to a least size first, then wrapped, within a word where there is no other way, and
shortened with an ellipsis only as a last resort.

`FitLabel` fills the box it is given. `FlowLabel` takes its width and grows downwards as its text needs. Sizes come from
the theme through the classes of words.kv (Title, Body, Caption, Number, Cell).

A text on a screen that is not shown waits: `catch_up` draws what waits on the screen that comes, `draw_some` the others
when there is time. A change of language alters every text of every screen built so far, and drawing them all at once
held the student's screen for 130 ms on an idle machine, three times as long while prints were judged (measured on 2
cores without a GPU).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from kivy.core.text import Label as CoreLabel
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.label import Label
from kivy.uix.screenmanager import Screen
from kivy.uix.widget import Widget

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
    """The largest font size at which a text fits into a box, and whether it fits at all.

    A word is broken only where the text would not fit otherwise: a name of sixty letters may be one word.
    """
    longest = max(text.split(), key=lambda word: extents(word, most, bold, None)[0], default="")

    def fits_whole(size: int) -> bool:
        if one_line:
            wide, high = extents(text, size, bold, None)
            return wide <= box[0] and high <= box[1]
        return extents(longest, size, bold, None)[0] <= box[0] and fits_broken(size)

    def fits_broken(size: int) -> bool:
        return extents(text, size, bold, box[0])[1] <= box[1]

    size = _largest(most, least, fits_whole)
    if size is None and not one_line:
        size = _largest(most, least, fits_broken)
    return (least, False) if size is None else (size, True)


def _largest(most: int, least: int, fits: Callable[[int], bool]) -> int | None:
    """The largest size from `most` down to `least` that fits; None where none does."""
    if fits(most):
        return most
    if not fits(least):
        return None
    low, high = least, most - 1
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low


_waiting: dict[int, PatientLabel] = {}
"""Labels whose text is not drawn yet because nobody sees it, by uid, the longest waiting first."""


class PatientLabel(Label):
    """A text that is drawn when it is seen, once a frame however much of it changed."""

    def texture_update(self, *given: Any) -> None:
        if _is_seen(self):
            self.draw()
        else:
            _waiting[self.uid] = self

    def draw(self) -> None:
        """Draw the text as it is now."""
        _waiting.pop(self.uid, None)
        self.fit()
        # A new texture: writing into the old one would wait until the processor has drawn the last frame with it.
        self._label.texture = None
        super().texture_update()
        # What `fit` changed asked for another drawing, which this one was.
        self._trigger_texture.cancel()

    def fit(self) -> None:
        """Choose the font's size and the text's box before it is drawn."""


def _is_seen(widget: Widget) -> bool:
    """False for what stands on a screen that was taken off the window, or was not yet put on it."""
    top = widget
    while top.parent is not None and top.parent is not top:
        top = top.parent
    return not isinstance(top, Screen)


def catch_up() -> None:
    """Draw the texts that waited for the screen that is shown now."""
    for label in list(_waiting.values()):
        if _is_seen(label):
            label.draw()


def draw_some(seconds: float) -> None:
    """Draw texts that nobody sees yet for about this long, so that their screens come up sooner."""
    end = time.monotonic() + seconds
    while _waiting and time.monotonic() < end:
        label = next(iter(_waiting.values()))
        label.draw()
        if label.texture is not None:
            # The letters themselves are painted when the texture is first used.
            label.texture.bind()


class FitLabel(PatientLabel):
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
        super().__init__(**given)
        for name in ("size", "most", "least", "one_line"):
            self.fbind(name, self._trigger_texture)

    def fit(self) -> None:
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


class FlowLabel(PatientLabel):
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
