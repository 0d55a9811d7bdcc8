"""The drawn hands: which fingers are asked for, missing, and how each was judged.

Hands are seen as the student sees their own on the scanner: backs up, the right hand's thumb on the left. A state is
told by colour and a sign on the fingertip, never by colour alone.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from kivy.clock import Clock
from kivy.properties import AliasProperty, DictProperty, ListProperty, ObjectProperty
from kivy.uix.widget import Widget

from station.biometrics.samples import FINGERS, Position
from station.screens.locale.speech import mark, tr
from station.screens.theme import Colour, load_kv, theme
from station.screens.widgets.drawing import Pencil, Point, ink, smooth, textured


class Mark(StrEnum):
    """What the drawing says of one finger or eye."""

    IDLE = "idle"
    ASKED = "asked"
    GOOD = "good"
    POOR = "poor"
    MISSING = "missing"


COLOURS: Final[dict[str, Colour]] = {
    Mark.IDLE: theme.skin,
    Mark.ASKED: theme.primary,
    Mark.GOOD: theme.good,
    Mark.POOR: theme.warn,
    Mark.MISSING: theme.paper,
}

WIDTH: Final = 100.0
HEIGHT: Final = 122.0
_BONES: Final[dict[str, tuple[Point, Point, float]]] = {
    "index": ((37, 70), (31, 23), 14.5),
    "middle": ((52, 68), (51, 13), 15),
    "ring": ((67, 69), (70.5, 20), 14.2),
    "little": ((80, 76), (89, 38), 12.4),
    "thumb": ((41, 100), (12.5, 64), 15.5),
}
"""Right hand: where each finger begins, where its tip's centre is, and how wide it is; units of WIDTH by HEIGHT."""
_PALM: Final[list[Point]] = [
    (29, 70), (44, 63), (60, 62), (76, 65), (87, 75), (86, 94), (78, 112), (62, 118), (46, 116), (34, 104), (29, 86),
]  # fmt: skip

FINGER_NAMES: Final = {
    Position.RIGHT_THUMB: mark("right thumb"),
    Position.RIGHT_INDEX: mark("right index finger"),
    Position.RIGHT_MIDDLE: mark("right middle finger"),
    Position.RIGHT_RING: mark("right ring finger"),
    Position.RIGHT_LITTLE: mark("right little finger"),
    Position.LEFT_THUMB: mark("left thumb"),
    Position.LEFT_INDEX: mark("left index finger"),
    Position.LEFT_MIDDLE: mark("left middle finger"),
    Position.LEFT_RING: mark("left ring finger"),
    Position.LEFT_LITTLE: mark("left little finger"),
}


class Hands(Widget):
    """One hand or both. `marks` maps a Position to a Mark; a finger without one is idle."""

    role = "picture"
    sides = ListProperty(["left", "right"])
    """Which hands, from left to right."""
    marks = DictProperty({})
    texture = ObjectProperty(None, allownone=True)

    def _get_spoken(self) -> str:
        said = [tr._(FINGER_NAMES[finger]) for finger in FINGERS if self.marks.get(finger) == Mark.ASKED]
        return ", ".join(said)

    spoken = AliasProperty(_get_spoken, None, bind=("marks",))
    """The fingers asked for, in words."""

    def __init__(self, **given: Any) -> None:
        self._redraw = Clock.create_trigger(self._draw, -1)
        super().__init__(**given)
        for name in ("size", "sides", "marks"):
            self.fbind(name, self._redraw)
        self._redraw()

    def _draw(self, _passed: float) -> None:
        width, height = round(self.width), round(self.height)
        if width < 8 or height < 8 or not self.sides:
            return
        sheet = Pencil(width, height, (WIDTH * len(self.sides), HEIGHT), ink(theme.paper, 0))
        for number, side in enumerate(self.sides):
            self._draw_hand(sheet, side, number * WIDTH)
        self.texture = textured(sheet.drawn())

    def _draw_hand(self, sheet: Pencil, side: str, left: float) -> None:
        def at(point: Point) -> Point:
            x = point[0] if side == "right" else WIDTH - point[0]
            return (left + x, point[1])

        skin, edge, paper = ink(theme.skin), ink(theme.line), ink(theme.paper)
        for name, (base, tip, wide) in _BONES.items():
            state = self.marks.get(f"{side}-{name}", Mark.IDLE)
            bone = [at(base), at(tip)]
            sheet.line(bone, wide + 2.4, cover=paper)
            if state == Mark.MISSING:
                sheet.line(bone, wide, cover=edge)
                sheet.line(bone, wide - 2.4, cover=paper)
            else:
                sheet.line(bone, wide, cover=ink(COLOURS[state]))
            self._sign(sheet, state, at(tip), wide * 0.3)
        palm = [at(p) for p in smooth(_PALM)]
        sheet.line(palm, 2.4, closed=True, cover=paper)
        sheet.area(palm, cover=skin)

    @staticmethod
    def _sign(sheet: Pencil, state: str, at: Point, size: float) -> None:
        x, y = at
        white, ink_soft = ink(theme.paper), ink(theme.ink_soft)
        if state == Mark.GOOD:
            sheet.line([(x - size, y), (x - size * 0.2, y + size * 0.8), (x + size, y - size * 0.8)], 1.9, cover=white)
        elif state == Mark.POOR:
            sheet.line([(x, y - size), (x, y + size * 0.1)], 2.2, cover=white)
            sheet.disc((x, y + size), 1.2, cover=white)
        elif state == Mark.MISSING:
            sheet.line([(x - size, y - size), (x + size, y + size)], 1.8, cover=ink_soft)
            sheet.line([(x - size, y + size), (x + size, y - size)], 1.8, cover=ink_soft)
        elif state == Mark.ASKED:
            sheet.disc((x, y), size * 0.75, cover=white)


load_kv(__file__)
