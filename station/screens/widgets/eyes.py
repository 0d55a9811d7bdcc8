"""Both eyes in two circles: which is asked for, missing, and how each was judged."""

from __future__ import annotations

from typing import Any, Final

from kivy.clock import Clock
from kivy.properties import DictProperty, ObjectProperty
from kivy.uix.widget import Widget

from station.biometrics.samples import Position
from station.screens.theme import load_kv, theme
from station.screens.widgets.drawing import Pencil, Point, ink, textured
from station.screens.widgets.hands import COLOURS, Mark

WIDTH: Final = 240.0
HEIGHT: Final = 110.0
SIDES: Final = ((Position.LEFT_IRIS, (60.0, 55.0)), (Position.RIGHT_IRIS, (180.0, 55.0)))
"""As in a mirror and as the hands are drawn: the reader's left eye on the left."""


class Eyes(Widget):
    """`marks` maps an iris Position to a Mark; an eye without one is idle."""

    role = "picture"
    marks = DictProperty({})
    texture = ObjectProperty(None, allownone=True)

    def __init__(self, **given: Any) -> None:
        self._redraw = Clock.create_trigger(self._draw, -1)
        super().__init__(**given)
        for name in ("size", "marks"):
            self.fbind(name, self._redraw)
        self._redraw()

    def _draw(self, _passed: float) -> None:
        width, height = round(self.width), round(self.height)
        if width < 8 or height < 8:
            return
        sheet = Pencil(width, height, (WIDTH, HEIGHT), ink(theme.paper, 0))
        for position, centre in SIDES:
            self._draw_eye(sheet, self.marks.get(position, Mark.IDLE), centre)
        self.texture = textured(sheet.drawn())

    @staticmethod
    def _draw_eye(sheet: Pencil, state: str, centre: Point) -> None:
        x, y = centre
        frame = ink(theme.line if state in (Mark.IDLE, Mark.MISSING) else COLOURS[state])
        line, paper = ink(theme.ink if state != Mark.MISSING else theme.ink_soft), ink(theme.paper)
        sheet.disc(centre, 50, cover=frame)
        sheet.disc(centre, 46, cover=paper)
        if state != Mark.MISSING:
            sheet.disc(centre, 14.5, cover=ink(theme.primary if state in (Mark.IDLE, Mark.ASKED) else COLOURS[state]))
            sheet.disc(centre, 6.5, cover=ink(theme.ink))
            sheet.disc((x + 4.5, y - 5), 2.6, cover=paper)
        sheet.arc((x, y + 26), 43, 222, 318, 3.4, cover=line)
        sheet.arc((x, y - 26), 43, 42, 138, 3.4, cover=line)
        if state == Mark.GOOD:
            sheet.disc((x + 36, y + 36), 13, cover=ink(theme.good))
            sheet.line([(x + 30, y + 36), (x + 34.5, y + 41), (x + 43, y + 31)], 3, cover=paper)
        elif state == Mark.POOR:
            sheet.disc((x + 36, y + 36), 13, cover=ink(theme.warn))
            sheet.line([(x + 36, y + 29), (x + 36, y + 37)], 3, cover=paper)
            sheet.disc((x + 36, y + 42.5), 1.8, cover=paper)
        elif state == Mark.MISSING:
            sheet.line([(x - 12, y - 12), (x + 12, y + 12)], 3.4, cover=line)
            sheet.line([(x - 12, y + 12), (x + 12, y - 12)], 3.4, cover=line)


load_kv(__file__)
