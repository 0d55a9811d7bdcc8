"""The signature as it is drawn on the pad."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.graphics import Color, InstructionGroup, SmoothLine
from kivy.properties import ListProperty
from kivy.uix.widget import Widget

from station.hardware.devices import PenPoint
from station.screens.theme import load_kv, theme


class InkView(Widget):
    """Strokes in the pad's own proportions; a new point costs one vertex, not a redraw of the signature."""

    role = "picture"
    pad = ListProperty([80.0, 40.0])
    """Width and height of the pad in millimetres."""

    def __init__(self, **given: Any) -> None:
        self._points: list[PenPoint] = []
        self._line: Any = None
        self._down = False
        super().__init__(**given)
        self._ink = InstructionGroup()
        self.canvas.add(self._ink)
        for name in ("pos", "size", "pad"):
            self.fbind(name, self._redraw)
        self._redraw()

    @property
    def empty(self) -> bool:
        """Whether nothing was drawn."""
        return not any(point.pressure > 0 for point in self._points)

    def add(self, points: Sequence[PenPoint]) -> None:
        """Draw on from the last point; pressure 0 lifts the pen."""
        self._points.extend(points)
        self._draw(points)

    def clear(self) -> None:
        """Begin again."""
        self._points.clear()
        self._redraw()

    def _redraw(self, *_: object) -> None:
        self._ink.clear()
        self._ink.add(Color(*theme.ink))
        self._line, self._down = None, False
        self._draw(self._points)

    def _draw(self, points: Sequence[PenPoint]) -> None:
        factor = min(self.width / self.pad[0], self.height / self.pad[1])
        left = self.center_x - self.pad[0] * factor / 2
        top = self.center_y + self.pad[1] * factor / 2
        for point in points:
            if point.pressure <= 0:
                self._down = False
                continue
            if not self._down:
                self._line = SmoothLine(width=max(1.2, theme.px(2.2)), overdraw_width=1.2)
                self._ink.add(self._line)
                self._down = True
            self._line.points += [left + point.x * factor, top - point.y * factor]


load_kv(__file__)
