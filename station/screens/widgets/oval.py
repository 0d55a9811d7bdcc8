"""The oval over the live picture of a face, with a ring that fills while the student holds still."""

from __future__ import annotations

from typing import Any

import numpy as np
from kivy.clock import Clock
from kivy.properties import BoundedNumericProperty, ColorProperty, ListProperty, ObjectProperty
from kivy.uix.widget import Widget

from station.screens.theme import load_kv, theme
from station.screens.widgets.drawing import Pencil, tintable


class FaceOval(Widget):
    """Lay it over a Picture: everything outside the oval is dimmed. The oval is 3 wide to 4 high, 84 % of the
    height."""

    steady = BoundedNumericProperty(0.0, min=0.0, max=1.0)
    """How much of the ring is full."""
    ring_colour = ColorProperty(theme.paper)
    veil = ObjectProperty(None, allownone=True)
    oval = ListProperty([0, 0, 1, 1])
    """x, y, width, height of the oval in window pixels."""

    def __init__(self, **given: Any) -> None:
        self._redraw = Clock.create_trigger(self._draw, -1)
        super().__init__(**given)
        self.fbind("size", self._redraw)
        self.fbind("pos", self._place)
        self._redraw()

    def _place(self, *_: object) -> None:
        high = self.height * 0.84
        wide = high * 0.75
        self.oval = [self.center_x - wide / 2, self.center_y - high / 2, wide, high]

    def _draw(self, _passed: float) -> None:
        width, height = round(self.width), round(self.height)
        self._place()
        if width < 8 or height < 8:
            return
        pencil = Pencil(width, height, (width, height))
        angles = np.linspace(0, 2 * np.pi, 180)
        wide, high = self.oval[2] / 2, self.oval[3] / 2
        pencil.area([(width / 2 + wide * np.cos(a), height / 2 + high * np.sin(a)) for a in angles])
        self.veil = tintable(255 - pencil.drawn())


load_kv(__file__)
