"""Icons, drawn in code on a grid of 24 by 24 with a stroke of 2: no font, no picture files.

An icon never stands alone for a meaning: it is beside a word. `Icon.name` is a key of SHAPES; unknown names raise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from kivy.properties import ColorProperty, ObjectProperty, OptionProperty
from kivy.uix.widget import Widget

from station.screens.theme import load_kv, theme
from station.screens.widgets.drawing import Pencil, rounded, tintable
from station.screens.widgets.face_icons import FACE_SHAPES

GRID: Final = 24.0
STROKE: Final = 2.2

Draw = Callable[[Pencil], None]


def _check(p: Pencil) -> None:
    p.line([(4.5, 12.5), (10, 18), (19.5, 6.5)], 2.8)


def _cross(p: Pencil) -> None:
    p.line([(6, 6), (18, 18)], 2.8)
    p.line([(18, 6), (6, 18)], 2.8)


def _warning(p: Pencil) -> None:
    p.line([(12, 3.5), (21.5, 20), (2.5, 20)], STROKE, closed=True)
    p.line([(12, 9.5), (12, 14)], STROKE)
    p.disc((12, 17), 1.3)


def _clock(p: Pencil) -> None:
    p.arc((12, 12), 9, 0, 360, STROKE)
    p.line([(12, 7), (12, 12), (15.5, 14)], STROKE)


def _help(p: Pencil) -> None:
    p.arc((12, 9), 4.2, 180, 385, STROKE + 0.2)
    p.line([(15.8, 10.8), (12, 13.2), (12, 15)], STROKE + 0.2)
    p.disc((12, 19), 1.5)


def _hand_up(p: Pencil) -> None:
    for x, top in ((7, 7.5), (10.4, 4), (13.8, 4.5), (17.2, 7)):
        p.line([(x, top), (x, 13)], 2.6)
    p.area(rounded(5.7, 11, 18.5, 21.5, 5))
    p.line([(6.5, 17), (3.5, 12.8)], 2.6)


def _back(p: Pencil) -> None:
    p.line([(14.5, 5), (7.5, 12), (14.5, 19)], 2.6)


def _forward(p: Pencil) -> None:
    p.line([(9.5, 5), (16.5, 12), (9.5, 19)], 2.6)


def _camera(p: Pencil) -> None:
    p.line([(3, 8), (7, 8), (9, 5), (15, 5), (17, 8), (21, 8), (21, 19), (3, 19)], STROKE, closed=True)
    p.arc((12, 13), 3.6, 0, 360, STROKE)


def _pen(p: Pencil) -> None:
    p.line([(4, 20), (5, 15.5), (16, 4.5), (19.5, 8), (8.5, 19)], STROKE, closed=True)


def _eye(p: Pencil) -> None:
    p.arc((12, 19), 12, 216, 324, STROKE)
    p.arc((12, 5), 12, 36, 144, STROKE)
    p.disc((12, 12), 3.4)


def _finger(p: Pencil) -> None:
    for radius in (8.5, 5.4, 2.3):
        p.arc((12, 11.5), radius, 180, 360, 1.9)
        p.line([(12 - radius, 11.5), (12 - radius, 16 + radius / 4)], 1.9)
        p.line([(12 + radius, 11.5), (12 + radius, 16 + radius / 4)], 1.9)


def _printer(p: Pencil) -> None:
    p.box(3, 9, 21, 17, STROKE, 2)
    p.line([(7, 9), (7, 3.5), (17, 3.5), (17, 9)], STROKE)
    p.line([(7, 14.5), (7, 21), (17, 21), (17, 14.5)], STROKE)


def _plug(p: Pencil) -> None:
    p.line([(8.5, 3), (8.5, 8)], STROKE)
    p.line([(15.5, 3), (15.5, 8)], STROKE)
    p.line([(6, 8.5), (18, 8.5), (18, 12), (15, 16), (9, 16), (6, 12)], STROKE, closed=True)
    p.line([(12, 16), (12, 21.5)], STROKE)


def _lock(p: Pencil) -> None:
    p.area(rounded(4.5, 10.5, 19.5, 21, 2.5))
    p.arc((12, 10), 4.6, 180, 360, STROKE)
    p.line([(7.4, 10), (7.4, 12)], STROKE)
    p.line([(16.6, 10), (16.6, 12)], STROKE)


def _person(p: Pencil) -> None:
    p.disc((12, 8), 4.3)
    p.area([(4, 21), (4.6, 17.4), (7.2, 14.9), (12, 14), (16.8, 14.9), (19.4, 17.4), (20, 21)])


def _people(p: Pencil) -> None:
    p.disc((9, 8.5), 3.6)
    p.area([(2, 20), (2.6, 16.6), (5, 14.4), (9, 13.7), (13, 14.4), (15.4, 16.6), (16, 20)])
    p.disc((16.8, 9), 2.9)
    p.area([(17.6, 20), (17, 16), (15.2, 13.9), (17, 13.5), (20, 14.2), (21.6, 16.2), (22, 20)])


def _erase(p: Pencil) -> None:
    p.line([(9, 5), (21, 5), (21, 19), (9, 19), (2.5, 12)], STROKE, closed=True)
    p.line([(11.5, 9), (17, 15)], STROKE)
    p.line([(17, 9), (11.5, 15)], STROKE)


def _search(p: Pencil) -> None:
    p.arc((10.5, 10.5), 6.5, 0, 360, STROKE)
    p.line([(15.5, 15.5), (21, 21)], 2.6)


def _paper(p: Pencil) -> None:
    p.line([(5, 3), (14, 3), (19, 8), (19, 21), (5, 21)], STROKE, closed=True)
    p.line([(8.5, 12), (15.5, 12)], 1.9)
    p.line([(8.5, 16), (15.5, 16)], 1.9)


def _ticket(p: Pencil) -> None:
    p.line(
        [(3, 6), (21, 6), (21, 10), (19.5, 12), (21, 14), (21, 18), (3, 18), (3, 14), (4.5, 12), (3, 10)],
        STROKE,
        closed=True,
    )
    p.line([(14.5, 9), (14.5, 15)], 1.8)


def _battery(p: Pencil) -> None:
    p.box(2.5, 7.5, 19, 16.5, STROKE, 1.8)
    p.line([(21.5, 10.5), (21.5, 13.5)], STROKE)
    p.area([(5.2, 10), (13, 10), (13, 14), (5.2, 14)])


def _redo(p: Pencil) -> None:
    p.arc((12, 12.5), 7.8, -35, 250, STROKE)
    p.area([(19.8, 3.2), (20.6, 10.2), (13.9, 8.2)])


def _minus(p: Pencil) -> None:
    p.line([(5, 12), (19, 12)], 2.8)


def _plus(p: Pencil) -> None:
    p.line([(5, 12), (19, 12)], 2.8)
    p.line([(12, 5), (12, 19)], 2.8)


def _dot(p: Pencil) -> None:
    p.disc((12, 12), 5.5)


def _ring(p: Pencil) -> None:
    p.arc((12, 12), 6.5, 0, 360, STROKE)


def _pause(p: Pencil) -> None:
    p.line([(8, 5.5), (8, 18.5)], 3.6)
    p.line([(16, 5.5), (16, 18.5)], 3.6)


def _speaker(p: Pencil) -> None:
    p.area([(3, 9), (7, 9), (12.5, 4), (12.5, 20), (7, 15), (3, 15)])
    p.arc((12.5, 12), 4.2, -50, 50, STROKE)
    p.arc((12.5, 12), 8.2, -50, 50, STROKE)


def _box(p: Pencil) -> None:
    p.line([(3.5, 7.5), (12, 3), (20.5, 7.5), (20.5, 16.5), (12, 21), (3.5, 16.5)], STROKE, closed=True)
    p.line([(3.5, 7.5), (12, 12), (20.5, 7.5)], STROKE)
    p.line([(12, 12), (12, 21)], STROKE)


def _code(p: Pencil) -> None:
    for x, y in ((3.5, 3.5), (14, 3.5), (3.5, 14)):
        p.box(x, y, x + 6.5, y + 6.5, STROKE, 1)
    for x, y in ((15, 15), (20, 15), (17.5, 17.5), (15, 20), (20, 20)):
        p.area([(x - 1.2, y - 1.2), (x + 1.2, y - 1.2), (x + 1.2, y + 1.2), (x - 1.2, y + 1.2)])


def _shift(p: Pencil) -> None:
    p.line([(12, 4), (20, 12.5), (15.5, 12.5), (15.5, 19.5), (8.5, 19.5), (8.5, 12.5), (4, 12.5)], STROKE, closed=True)


def _space(p: Pencil) -> None:
    p.line([(3, 12), (3, 17), (21, 17), (21, 12)], STROKE)


def _light(p: Pencil) -> None:
    p.line([(8, 9), (8, 4.5), (16, 4.5), (16, 9)], STROKE)
    p.box(6.5, 9, 17.5, 18, STROKE, 1)
    p.line([(4.5, 21), (19.5, 21)], STROKE)


def _star(p: Pencil) -> None:
    tips = [(math.radians(90 + 36 * n), 10.5 if n % 2 == 0 else 4.4) for n in range(10)]
    p.area([(12 + far * math.cos(turn), 12.8 - far * math.sin(turn)) for turn, far in tips])


SHAPES: Final[dict[str, Draw]] = {
    "back": _back,
    "battery": _battery,
    "box": _box,
    "camera": _camera,
    "check": _check,
    "clock": _clock,
    "code": _code,
    "cross": _cross,
    "dot": _dot,
    "erase": _erase,
    "eye": _eye,
    "finger": _finger,
    "forward": _forward,
    "hand-up": _hand_up,
    "help": _help,
    "light": _light,
    "lock": _lock,
    "minus": _minus,
    "paper": _paper,
    "pause": _pause,
    "pen": _pen,
    "people": _people,
    "person": _person,
    "plug": _plug,
    "plus": _plus,
    "printer": _printer,
    "redo": _redo,
    "ring": _ring,
    "search": _search,
    "shift": _shift,
    "space": _space,
    "speaker": _speaker,
    "star": _star,
    "ticket": _ticket,
    "warning": _warning,
    **FACE_SHAPES,
}


@lru_cache(maxsize=256)
def texture(name: str, size: int) -> Any:
    """One icon as a texture of size by size pixels, white, to be tinted."""
    pencil = Pencil(size, size, (GRID, GRID))
    SHAPES[name](pencil)
    return tintable(pencil.drawn())


class Icon(Widget):
    """One icon in one colour; as large as the widget's shorter side."""

    name = OptionProperty("dot", options=sorted(SHAPES))
    colour = ColorProperty(theme.ink)
    texture = ObjectProperty(None, allownone=True)

    def on_kv_post(self, _base: object) -> None:
        self._draw()

    def on_size(self, *_: object) -> None:
        self._draw()

    def on_name(self, *_: object) -> None:
        self._draw()

    def _draw(self) -> None:
        side = round(min(self.size))
        if side >= 4:
            self.texture = texture(self.name, side)


load_kv(__file__)
