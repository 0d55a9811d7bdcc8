"""Two screens for the tests of the frame."""

from __future__ import annotations

from kivy.properties import NumericProperty, StringProperty

from station.screens.stage import StationScreen
from station.screens.widgets import (  # noqa: F401  (their KV rules are used in sample_screens.kv)
    buttons,
    field,
    keys,
    panel,
    picture,
    rows,
    topbar,
    words,
)


class First(StationScreen):
    count = NumericProperty(0)
    done = NumericProperty(0)
    typed = StringProperty("")
    heard = StringProperty("")


class Second(StationScreen):
    picked = StringProperty("")
