"""Round corners as they come out on the window, pixel by pixel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.screens.conftest import in_window as in_window

DRAW = """
from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.graphics import Color
from kivy.uix.widget import Widget
from station.screens.capture import grab
from station.screens.widgets.plates import Edge, Plate
EventLoop.ensure_window()
Window.clearcolor = (0, 0, 0, 1)
page = Widget(size=Window.size)
Window.add_widget(page)
with page.canvas:
    Color(1, 1, 1, 1)
    shapes = [
        Plate(pos=(100, 100), size=(200, 80), radius=16),
        Edge(pos=(400, 100), size=(200, 80), radius=16, width=2),
        Plate(pos=(700, 100), size=(8, 8), radius=4),
        Plate(pos=(800, 100), size=(10, 40), radius=16),
        Plate(),
        Edge(pos=(900, 100)),
    ]
EventLoop.start()

def frame():
    for _turn in range(3):
        EventLoop.idle()
    rows = grab(Window)[::-1]
    return rows[..., 0]
"""

SEEN = """
seen = frame()
plate, edge = seen[100:180, 100:300], seen[100:180, 400:600]
dot, narrow = seen[100:108, 700:708], seen[100:140, 800:810]
mirrored = [abs(part.astype(int) - part[::-1, ::-1]).max() for part in (plate, edge, dot)]
outside = seen.copy()
for left, width, height in ((100, 200, 80), (400, 200, 80), (700, 8, 8), (800, 10, 40)):
    outside[100:100 + height, left:left + width] = 0
result = {
    "plate": [int(plate[0, 0]), int(plate[0, 100]), int(plate[40, 100]), int(plate[40, 0]), int(plate[2, 2])],
    "edge": [int(edge[at]) for at in ((0, 0), (0, 100), (1, 100), (2, 100), (40, 1), (40, 100))],
    "dot": [int(dot[0, 0]), int(dot[4, 4])],
    "narrow": [int(narrow[20, 0]), int(narrow[20, 9])],
    "smooth": int(((plate[:16, :16] > 20) & (plate[:16, :16] < 235)).sum()),
    "mirrored": [int(off) for off in mirrored],
    "outside": int(outside.max()),
}
"""

CHANGED = """
frame()
plate, edge = shapes[:2]
plate.pos, plate.size = (120, 300), (60, 60)
plate.radius = 0
edge.size, edge.width = (0, 0), 4
seen = frame()
result = [int(seen[300, 120]), int(seen[359, 179]), int(seen[140, 200]), int(seen[100:180, 400:600].max())]
"""


def test_corners_are_round_and_smooth_and_nothing_is_drawn_beside(in_window: Callable[..., Any]) -> None:
    seen = in_window(DRAW + SEEN)
    assert seen["plate"] == [0, 255, 255, 255, 0]
    assert seen["edge"] == [0, 255, 255, 0, 255, 0]
    assert seen["dot"][0] < 40
    assert seen["dot"][1] == 255
    assert seen["narrow"] == [255, 255]
    assert 8 <= seen["smooth"] <= 60
    assert max(seen["mirrored"]) <= 40, "an eighth of a pixel's cover"
    assert seen["outside"] == 0


def test_they_follow_what_is_set_and_no_size_is_nothing(in_window: Callable[..., Any]) -> None:
    assert in_window(DRAW + CHANGED) == [255, 255, 0, 0]
