"""Lists that change while a finger is on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

LIST = """
from kivy.base import EventLoop
from kivy.core.window import Window
from station.bench.puppet import PuppetTouch
from station.screens.theme import theme
from station.screens.widgets.rows import Rows
EventLoop.ensure_window()
theme.fit(*Window.size)
EventLoop.start()
rows = Rows(size_hint=(None, None), size=(600, 700))
Window.add_widget(rows)
picked = []
rows.bind(on_pick=lambda _rows, key: picked.append(key))
def turns(wanted=lambda: False, most=8):
    for _turn in range(most):
        if wanted():
            break
        EventLoop.idle()
def show(*keys, end=""):
    rows.rows = [{"key": key, "text": key, "note": "", "end": end, "chosen": False} for key in keys]
    turns()
def widgets():
    return {line.key: line for line in rows.children[-1].children[0].children}
def share(line):
    x, y = line.to_window(*line.center)
    return x / (Window.width - 1), y / (Window.height - 1)
def down(key):
    finger = PuppetTouch("test", 1, share(widgets()[key]))
    EventLoop.post_dispatch_input("begin", finger)
    turns(lambda: widgets()[key].state == "down", 400)
    return finger
def up(finger, picks, most=400):
    EventLoop.post_dispatch_input("end", finger)
    turns(lambda: len(picked) >= picks, most)
"""


@pytest.mark.parametrize(
    "then",
    [("new", "a", "b", "c", "d"), ("b", "c", "d"), ("d", "c", "b", "a"), ("b",), ("x", "y", "z", "b")],
    ids=["one-more", "one-less", "turned", "alone", "others"],
)
def test_a_tap_acts_on_the_row_that_it_went_down_on(in_window: Callable[..., Any], then: tuple[str, ...]) -> None:
    code = f"""
show("a", "b", "c", "d")
finger = down("b")
show(*{then!r}, end="1 min")
up(finger, 1)
result = picked
"""
    assert in_window(LIST + code) == ["b"]


def test_a_tap_on_a_row_that_goes_meanwhile_does_nothing(in_window: Callable[..., Any]) -> None:
    code = """
show("a", "b", "c")
finger = down("b")
show("a", "c", "e")
up(finger, 1, most=40)  # twice as long as a tap takes in a list
result = picked
"""
    assert in_window(LIST + code) == []


def test_rows_keep_their_widgets_and_few_are_made(in_window: Callable[..., Any]) -> None:
    code = """
names = [f"{number:04d}" for number in range(120)]
show(*names)
first = widgets()
show(*names, end="1 min")
same = [widgets()[key] is line for key, line in first.items()]
made = set(first.values())
view = rows.children[-1]
for step in range(15):
    view.scroll_y = 1 - step / 15
    turns(most=2)
    made |= set(widgets().values())
for turn in range(8):
    show(*names[turn:], end=str(turn))
    made |= set(widgets().values())
result = [all(same), len(same), len(made), sorted(widgets())[0] > names[7]]
"""
    same, seen, made, later = in_window(LIST + code)
    assert same
    assert later
    assert seen > 5
    assert made <= 2 * seen + 2


def test_two_rows_tapped_one_after_the_other_both_act(in_window: Callable[..., Any]) -> None:
    code = """
rows.bind(on_pick=lambda _rows, key: show("a", "b", "c", end=key))
show("a", "b", "c")
for count, key in enumerate(("a", "b", "c"), 1):
    up(down(key), count)
result = picked
"""
    assert in_window(LIST + code) == ["a", "b", "c"]
