"""Where the student stands: named steps, done, now and to come."""

from __future__ import annotations

from typing import Any, Final

from kivy.properties import ListProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.screens.theme import load_kv, theme
from station.screens.widgets import icons as _icons  # noqa: F401  (its KV rules are used in progress.kv)
from station.screens.widgets.kept import keep
from station.screens.widgets.words import LEAST, extents

SIZE: Final = 0.85
"""Of a name, as a share of a caption's."""
MARK: Final = 0.9
"""Of the tick before the name of a step that is done, likewise."""


class Step(BoxLayout):
    """One named step."""

    name = StringProperty("")
    ordinal = StringProperty("1")
    state = OptionProperty("next", options=["done", "now", "next"])
    most = NumericProperty(20)
    """Font size of the name, in pixels of the window."""
    mark = NumericProperty(20)
    """Side of the tick of a step that is done, likewise."""
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
        size = self._size_for_all()
        for index, (step, name) in enumerate(zip(keep(self, Step, len(self.steps)), self.steps, strict=True)):
            step.name = name
            step.ordinal = str(index + 1)
            step.most, step.mark = size, theme.caption * MARK
            step.size_hint_x = self._needs(name, size)
            step.state = "done" if index < self.at else "now" if index == self.at else "next"

    def _size_for_all(self) -> int:
        """The largest size at which all names fit beside each other, marked as done and bold."""
        most = round(theme.caption * SIZE)
        sizes = range(most, round(most * LEAST), -1)
        return next((size for size in sizes if sum(self._needs(n, size) for n in self.steps) <= self.width), sizes[-1])

    def _needs(self, name: str, size: int) -> float:
        mark = theme.caption * MARK + theme.s4
        return float(extents(name, size, True, None)[0] + mark + 2 * theme.s8 + 2)


load_kv(__file__)
