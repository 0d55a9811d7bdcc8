"""Measures as bars: quality against its limit, and distance from the iris scanner."""

from __future__ import annotations

from kivy.properties import AliasProperty, BooleanProperty, BoundedNumericProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from station.screens.theme import load_kv
from station.screens.widgets import icons as _icons  # noqa: F401  (its KV rules are used in bars.kv)


class QualityBar(BoxLayout):
    """One measure from 0 to 1 with its lower limit marked; passed or not is told by icon and word beside it."""

    role = "measure"
    name = StringProperty("")
    value = BoundedNumericProperty(0.0, min=0.0, max=1.0)
    limit = BoundedNumericProperty(0.0, min=0.0, max=1.0)
    word = StringProperty("")
    """The value as the reader is told it."""
    passed = BooleanProperty(True)

    def _get_spoken(self) -> str:
        return f"{self.name} {self.word}".strip()

    spoken = AliasProperty(_get_spoken, None, bind=("name", "word"))


class Track(Widget):
    """The bar itself."""

    value = NumericProperty(0.0)
    limit = NumericProperty(0.0)
    passed = BooleanProperty(True)


class DistanceBar(Widget):
    """Where the face is between too close (0) and too far (1); the good zone is in the middle, from `low` to `high`."""

    role = "measure"
    value = BoundedNumericProperty(0.5, min=0.0, max=1.0)
    low = NumericProperty(0.4)
    high = NumericProperty(0.6)


load_kv(__file__)
