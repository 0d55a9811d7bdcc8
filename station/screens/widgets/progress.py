"""Where the student stands: named steps, done, now and to come.

Where all names in a row would be too small to read, those of the steps that are done give way, whose tick says enough,
and then those that are furthest away.
"""

from __future__ import annotations

from typing import Any, Final

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.screens.theme import load_kv, theme
from station.screens.widgets import icons as _icons  # noqa: F401  (its KV rules are used in progress.kv)
from station.screens.widgets.kept import keep
from station.screens.widgets.words import LEAST, extents

SIZE: Final = 0.85
"""Of a name, as a share of a caption's."""
MARK: Final = 0.9
"""Of the tick before the name of a step that is done, likewise."""


READABLE: Final = 0.85
"""Of the largest size of a name: below it, names are left out."""
NAMED_AT_LEAST: Final = 2
"""The step of now and the next."""


class Step(BoxLayout):
    """One named step."""

    name = StringProperty("")
    ordinal = StringProperty("1")
    state = OptionProperty("next", options=["done", "now", "next"])
    most = NumericProperty(20)
    """Font size of the name, in pixels of the window."""
    mark = NumericProperty(20)
    """Side of the tick of a step that is done, likewise."""
    named = BooleanProperty(True)
    """There is room for the name."""
    role = "step"


class StepBar(BoxLayout):
    """All steps in a row, each as wide as its name needs with its mark, all names in one size. `at` is the index of the
    step of now; len(steps) when all are done."""

    steps = ListProperty([])
    at = NumericProperty(0)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for name in ("steps", "at", "width"):
            self.fbind(name, self._show)
        self._show()

    def _show(self, *_: object) -> None:
        count, at = len(self.steps), min(int(self.at), len(self.steps))
        named, marked = range(count), range(count)
        size = self._size_for(named, marked)
        if size < round(theme.caption * SIZE * READABLE):
            named, marked = range(at, count), range(at)
            size = self._size_for(named, marked)
        while size < round(theme.caption * SIZE * READABLE) and len(named) > NAMED_AT_LEAST:
            named = named[:-1]
            size = self._size_for(named, marked)
        for index, (step, name) in enumerate(zip(keep(self, Step, count), self.steps, strict=True)):
            step.name = name
            step.ordinal = str(index + 1)
            step.most, step.mark = size, theme.caption * MARK
            step.named = index in named
            step.size_hint_x = self._needs(name if step.named else "", size, index in marked)
            step.state = "done" if index < at else "now" if index == at else "next"

    def _size_for(self, named: range, marked: range) -> int:
        """The largest size at which these names fit beside each other, bold, with room for these ticks."""
        most = round(theme.caption * SIZE)
        sizes = range(most, round(most * LEAST), -1)

        def width(size: int) -> float:
            return sum(self._needs(n if i in named else "", size, i in marked) for i, n in enumerate(self.steps))

        return next((size for size in sizes if width(size) <= self.width), sizes[-1])

    @staticmethod
    def _needs(name: str, size: int, marked: bool) -> float:
        mark = theme.caption * MARK + theme.s4 if marked or not name else 0
        return float((extents(name, size, True, None)[0] if name else 0) + mark + 2 * theme.s8 + 2)


load_kv(__file__)
