"""What a face is to do, as pictures: one for every advice at the photo, on the grid of the icons.

The live view is a mirror, so the student's own left is on the left here too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from station.screens.widgets.drawing import Pencil, Point

STROKE: Final = 1.5
FINE: Final = 1.2


def _ring(centre: Point, wide: float, high: float, lean: float = 0.0) -> list[Point]:
    cos, sin = math.cos(math.radians(lean)), math.sin(math.radians(lean))
    round_ = [(wide * math.cos(a / 18 * math.pi), high * math.sin(a / 18 * math.pi)) for a in range(36)]
    return [(centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos) for x, y in round_]


def _head(p: Pencil, centre: Point = (12, 12), size: float = 1.0, look: Point = (0, 0)) -> None:
    """A face; `look` moves its features to where it looks."""
    x, y = centre
    dx, dy = look[0] * size, look[1] * size
    p.line(_ring(centre, 5.6 * size, 7.2 * size), STROKE, closed=True)
    for side in (-1, 1):
        p.disc((x + dx + side * 2.1 * size, y + dy - 1.2 * size), 0.85 * size)
    p.line([(x + dx - 1.9 * size, y + dy + 3.2 * size), (x + dx + 1.9 * size, y + dy + 3.2 * size)], FINE * size)


def _arrow(p: Pencil, start: Point, end: Point) -> None:
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    p.line([start, end], STROKE)
    for turn in (2.5, -2.5):
        p.line([end, (end[0] + 2.4 * math.cos(angle + turn), end[1] + 2.4 * math.sin(angle + turn))], STROKE)


def _corners(p: Pencil) -> None:
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        far_x, far_y = 12 + x * 10.5, 12 + y * 10.5
        p.line([(far_x - x * 4, far_y), (far_x, far_y), (far_x, far_y - y * 4)], STROKE)


def _sun(p: Pencil, centre: Point, radius: float) -> None:
    p.disc(centre, radius)
    for step in range(8):
        x, y = math.cos(step * math.pi / 4), math.sin(step * math.pi / 4)
        p.line(
            [(centre[0] + x * (radius + 1), centre[1] + y * (radius + 1)),
             (centre[0] + x * (radius + 2), centre[1] + y * (radius + 2))],
            FINE,
        )  # fmt: skip


def _struck(p: Pencil) -> None:
    p.line([(3, 21), (21, 3)], 1.8)


def _none(p: Pencil) -> None:
    _corners(p)
    p.disc((12, 9), 3.2)
    p.area([(6.5, 19), (7.2, 15.8), (9, 14.2), (12, 13.6), (15, 14.2), (16.8, 15.8), (17.5, 19)])


def _many(p: Pencil) -> None:
    _head(p, (8, 13), 0.9)
    _head(p, (18, 10), 0.6)
    p.line([(14, 14), (22.5, 5.5)], 1.8)


def _centre(p: Pencil) -> None:
    _corners(p)
    _head(p, size=0.75)
    for x, y in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        _arrow(p, (12 + x * 11, 12 + y * 11), (12 + x * 7.4, 12 + y * 7.4))


def _closer(p: Pencil) -> None:
    _head(p, size=0.6)
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        _arrow(p, (12 + x * 5.6, 12 + y * 5.6), (12 + x * 10, 12 + y * 10))


def _further(p: Pencil) -> None:
    _head(p, size=0.75)
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        _arrow(p, (12 + x * 10.5, 12 + y * 10.5), (12 + x * 6.6, 12 + y * 6.6))


def _straight(p: Pencil) -> None:
    _head(p)
    for x in (-1, 1):
        p.line([(12 + x * 7.5, 11), (12 + x * 11, 11)], STROKE)
    p.line([(12, 1), (12, 3)], STROKE)
    p.line([(12, 21), (12, 23)], STROKE)


def _turn_left(p: Pencil) -> None:
    _head(p, (13.5, 11), look=(1.6, 0))
    _arrow(p, (18, 21), (4, 21))


def _turn_right(p: Pencil) -> None:
    _head(p, (10.5, 11), look=(-1.6, 0))
    _arrow(p, (6, 21), (20, 21))


def _chin_up(p: Pencil) -> None:
    _head(p, (10, 12), look=(0, 1.6))
    _arrow(p, (20, 18), (20, 6))


def _chin_down(p: Pencil) -> None:
    _head(p, (10, 12), look=(0, -1.6))
    _arrow(p, (20, 6), (20, 18))


def _level(p: Pencil) -> None:
    cos, sin = math.cos(math.radians(22)), math.sin(math.radians(22))
    p.line(_ring((13, 13), 5.2, 6.8, 22), STROKE, closed=True)
    for x, y in ((-2, -1.2), (2, -1.2)):
        p.disc((13 + x * cos - y * sin, 13 + x * sin + y * cos), 0.8)
    p.line([(13 + x * cos - 3.1 * sin, 13 + x * sin + 3.1 * cos) for x in (-1.8, 1.8)], FINE)
    for y in (1.5, 5, 8.5, 12, 15.5, 19):
        p.line([(3.5, y), (3.5, y + 1.6)], FINE)
    _arrow(p, (15.5, 3), (7, 3))


def _still(p: Pencil) -> None:
    _head(p, size=0.95)
    for x in (3, 21):
        p.line([(x, 5), (x, 19)], 2.2)


def _blurred(p: Pencil) -> None:
    _head(p, (13.2, 12), 0.95)
    p.line(_ring((9.5, 12), 5.2, 6.8), FINE, closed=True)
    for x in (2, 22):
        p.line([(x, 7), (x, 17)], 1.8)


def _dark(p: Pencil) -> None:
    p.area(_ring((9, 14), 5.4, 7))
    _sun(p, (19, 5.5), 1.9)
    _arrow(p, (12.5, 10.5), (16, 7.8))


def _bright(p: Pencil) -> None:
    _head(p, (8.5, 14.5), 0.85)
    _sun(p, (18, 6), 3)


def _uneven(p: Pencil) -> None:
    _head(p, (10, 13), 0.95)
    half = [point for point in _ring((10, 13), 5.3, 6.8) if point[0] <= 10]
    p.area(half)
    _sun(p, (20, 6), 1.8)


def _glasses(p: Pencil) -> None:
    for x in (6.8, 17.2):
        p.arc((x, 12), 4, 0, 360, STROKE)
    p.line([(10.8, 11.4), (13.2, 11.4)], STROKE)
    _struck(p)


def _eyes(p: Pencil) -> None:
    p.arc((12, 21), 12.6, 218, 322, STROKE)
    p.arc((12, 7), 12.6, 38, 142, STROKE)
    p.disc((12, 14), 3)
    _arrow(p, (12, 7), (12, 1.5))


def _hidden(p: Pencil) -> None:
    p.line(_ring((12, 12), 7, 9), STROKE, closed=True)
    p.disc((9, 10.5), 1.2)
    p.area([(12.6, 8), (18.4, 8), (18.4, 13), (12.6, 13)])
    _arrow(p, (18.4, 4.5), (22.5, 2))


def _covered(p: Pencil) -> None:
    _head(p)
    p.area([(7.2, 12.6), (12, 11.6), (16.8, 12.6), (16, 16.6), (12, 18.6), (8, 16.6)])
    _arrow(p, (17.5, 16), (22, 20))


def _mouth(p: Pencil) -> None:
    p.line([(3, 12), (7, 9.6), (10, 8.6), (12, 9.4), (14, 8.6), (17, 9.6), (21, 12)], STROKE)
    p.line([(3, 12), (21, 12)], STROKE)
    p.line([(3, 12), (7, 15), (12, 16.4), (17, 15), (21, 12)], STROKE)
    _arrow(p, (12, 1), (12, 6))
    _arrow(p, (12, 23), (12, 18.6))


def _backdrop(p: Pencil) -> None:
    p.area([(2, 2), (22, 2), (22, 22), (2, 22)])
    p.area(_ring((12, 11.5), 5.2, 6.6), cover=0)
    p.area([(4.5, 22), (6, 19.4), (9.5, 18.4), (14.5, 18.4), (18, 19.4), (19.5, 22)], cover=0)


def _background(p: Pencil) -> None:
    p.line([(2, 2), (22, 2), (22, 22), (2, 22)], STROKE, closed=True)
    for x, y in ((4, 5), (4, 10), (4, 15), (18, 5), (18, 10), (18, 15)):
        p.line([(x, y), (x + 2.4, y + 2.4)], FINE)
        p.line([(x + 2.4, y), (x, y + 2.4)], FINE)
    _head(p, (12, 13), 0.75)


FACE_SHAPES: Final[dict[str, Callable[[Pencil], None]]] = {
    "face-backdrop-blue": _backdrop,
    "face-backdrop-red": _backdrop,
    "face-background": _background,
    "face-blurred": _blurred,
    "face-bright": _bright,
    "face-centre": _centre,
    "face-chin-down": _chin_down,
    "face-chin-up": _chin_up,
    "face-closer": _closer,
    "face-colour": _background,
    "face-covered": _covered,
    "face-dark": _dark,
    "face-eyes": _eyes,
    "face-further": _further,
    "face-glasses": _glasses,
    "face-hidden": _hidden,
    "face-level": _level,
    "face-many": _many,
    "face-mouth": _mouth,
    "face-none": _none,
    "face-still": _still,
    "face-straight": _straight,
    "face-turn-left": _turn_left,
    "face-turn-right": _turn_right,
    "face-uneven": _uneven,
}
"""By the advice's id, with dashes for dots."""
