"""Where the student stands: named steps, done, now and to come."""

from __future__ import annotations

from typing import Any

from kivy.properties import ListProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.screens.theme import load_kv
from station.screens.widgets import icons as _icons  # noqa: F401  (its KV rules are used in progress.kv)
from station.screens.widgets.kept import keep
from station.screens.widgets.words import extents


class Step(BoxLayout):
    """One named step."""

    name = StringProperty("")
    ordinal = StringProperty("1")
    state = OptionProperty("next", options=["done", "now", "next"])
    role = "step"


class StepBar(BoxLayout):
    """All steps in a row, each as wide as its name needs, so that all names keep one size. `at` is the index of the
    step of now; len(steps) when all are done."""

    steps = ListProperty([])
    at = NumericProperty(0)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.fbind("steps", self._show)
        self.fbind("at", self._show)
        self._show()

    def _show(self, *_: object) -> None:
        for index, (step, name) in enumerate(zip(keep(self, Step, len(self.steps)), self.steps, strict=True)):
            step.name = name
            step.ordinal = str(index + 1)
            step.size_hint_x = extents(name, 24, True, None)[0] + 80
            step.state = "done" if index < self.at else "now" if index == self.at else "next"


load_kv(__file__)
