"""The widgets in a real window: what fits, what is drawn, what a tap does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SHELF = """
import numpy as np
from kivy.base import EventLoop
from kivy.core.window import Window
from station.screens.theme import theme, Audience
from station.screens.fit import misfits
from station.screens.sight import look
from station.screens.capture import grab
EventLoop.ensure_window()
theme.fit(*Window.size)
theme.moves = False
Window.clearcolor = theme.fog
EventLoop.start()
def place(widget):
    Window.add_widget(widget)
    for _ in range(5):
        EventLoop.idle()
    return widget
"""


@pytest.mark.parametrize("size", ["1280x800", "1024x600", "1920x1080"])
def test_a_long_name_shrinks_wraps_and_is_never_cut(in_window: Callable[..., Any], size: str) -> None:
    result = in_window(
        SHELF
        + """
from station.screens.widgets.words import Title, Cell
name = "MUHAMMAD ABDURRAHMAN AL-GHAZALI PUTRA KUSUMAWARDHANA SYARIFUDDIN"[:60]
title = place(Title(text=name, size_hint=(None, None), size=(theme.px(900), theme.px(150))))
cell = place(Cell(text=name, size_hint=(None, None), size=(theme.px(200), theme.px(40)), pos=(0, theme.px(300))))
cut = place(Title(text=name, size_hint=(None, None), size=(theme.px(60), theme.px(30)), pos=(0, theme.px(500))))
result = {
    "title": [title.clipped, title.texture_size[0] <= title.width, title.texture_size[1] <= title.height],
    "least": title.font_size >= 0.6 * theme.title - 1,
    "cell": [cell.clipped, cell.may_shorten],
    "found": [m.rule for m in misfits(look(Window), Audience.STUDENT, theme.scale)],
}
""",
        size,
    )
    assert result["title"] == [False, True, True]
    assert result["least"]
    assert result["cell"] == [True, True]
    # The title is cut; the cell may be shortened, but has shrunk below what a student reads.
    assert result["found"] == ["cut-text", "small-text"]


def test_a_name_that_is_one_long_word_is_broken_before_it_is_cut(in_window: Callable[..., Any]) -> None:
    result = in_window(
        SHELF
        + """
from station.screens.widgets.words import Title
def title(text, width, height):
    made = place(Title(text=text, size_hint=(None, None), size=(width, height)))
    return [made.clipped, made.texture_size[0] <= width, made.texture_size[1] <= height, made.font_size]
word = title("W" * 60, 900, 300)
result = [word, title("W" * 60, 900, 50)[0], title("SITI AMINAH", 250, 300), title("SITI AMINAH", 250, 80)]
"""
    )
    (*word, _size), line, (*name, size), (*cramped, shrunk) = result
    assert word == [False, True, True]
    assert line is True  # three lines of letters do not go into the height of one
    # What fits by being wrapped or shrunk is never broken.
    assert (name, size) == ([False, True, True], 56)
    assert (cramped, shrunk < 56) == ([False, True, True], True)


def test_the_checker_finds_what_does_not_fit(in_window: Callable[..., Any]) -> None:
    result = in_window(
        SHELF
        + """
from kivy.uix.floatlayout import FloatLayout
from station.screens.widgets.buttons import PrimaryButton, SecondaryButton
root = FloatLayout()
for button, pos in ((PrimaryButton(text="One"), (0, 300)), (SecondaryButton(text="Two"), (60, 340)),
                    (SecondaryButton(text="Edge"), (1250, 600))):
    button.pos = pos
    root.add_widget(button)
place(root)
small = PrimaryButton(text="Small", pos=(600, 100))
root.add_widget(small)
small.height = 40
EventLoop.idle()
result = sorted(m.rule for m in misfits(look(Window), Audience.STUDENT, theme.scale))
"""
    )
    assert result == ["cut-off", "overlap", "small-target"]


def test_the_hand_shows_each_finger_in_its_place(in_window: Callable[..., Any]) -> None:
    result = in_window(
        SHELF
        + """
from station.screens.widgets.hands import Hands, Mark
def rows(marks):
    hands = place(Hands(marks=marks, size_hint=(None, None), size=(400, 244)))
    pixels = np.frombuffer(hands.texture.pixels, np.uint8).reshape(244, 400, 4).astype(int)
    Window.remove_widget(hands)
    return pixels
plain = rows({})
result = {}
for side, finger in (("right", "index"), ("right", "little"), ("left", "index"), ("left", "thumb")):
    lit = rows({f"{side}-{finger}": Mark.ASKED})
    changed = np.argwhere(np.abs(lit - plain).sum(axis=2) > 60)
    result[f"{side}-{finger}"] = [float(changed[:, 1].mean()), len(changed)]
"""
    )
    # Backs of the hands: left hand on the left; both index fingers and thumbs towards the middle.
    assert 100 < result["left-index"][0] < 200 < result["right-index"][0] < 300
    assert result["right-index"][0] < result["right-little"][0]
    assert result["left-index"][0] < result["left-thumb"][0] < 200
    assert all(count > 300 for _at, count in result.values())


def test_a_live_picture_is_a_mirror_and_upright(in_window: Callable[..., Any]) -> None:
    result = in_window(
        SHELF
        + """
from station.screens.widgets.picture import Picture, shrunk, rows_of
pixels = np.zeros((90, 160, 3), np.uint8)
pixels[:30, :40] = (255, 0, 0)
result = []
for mirrored in (False, True):
    picture = place(Picture(mirrored=mirrored, size_hint=(None, None), size=(160, 90), pos=(100, 100)))
    picture.show(pixels)
    EventLoop.idle()
    shot = grab(Window)[800 - 190:800 - 100, 100:260]
    red = np.argwhere(shot[:, :, 0] > 200)
    result.append([int(red[:, 0].mean()), int(red[:, 1].mean())])
    Window.remove_widget(picture)
result.append(list(shrunk(pixels, 80, 80).shape))
result.append(list(rows_of(bytes(12), 4, 3, 1).shape))
"""
    )
    assert result == [[14, 19], [14, 139], [45, 80, 3], [3, 4, 3]]


def test_ink_follows_the_pen(in_window: Callable[..., Any]) -> None:
    result = in_window(
        SHELF
        + """
from station.hardware.devices import PenPoint
from station.screens.widgets.ink import InkView
ink = place(InkView(pad=[80, 40], size_hint=(None, None), size=(800, 400)))
result = [ink.empty]
ink.add([PenPoint(10, 5, 0.5, 0.0), PenPoint(70, 5, 0.5, 0.1), PenPoint(70, 5, 0.0, 0.2)])
EventLoop.idle()
shot = grab(Window)[400:, :800].astype(int)
dark = np.argwhere(shot.sum(axis=2) < 150)
result += [ink.empty, [int(dark[:, 1].min()), int(dark[:, 1].max()), int(dark[:, 0].mean())]]
ink.clear()
EventLoop.idle()
result += [ink.empty, int((grab(Window)[400:, :800].astype(int).sum(axis=2) < 150).sum())]
"""
    )
    assert result[0] is True
    assert result[1] is False
    left, right, height = result[2]
    assert abs(left - 100) <= 3
    assert abs(right - 700) <= 3
    assert abs(height - 50) <= 3
    assert result[3:] == [True, 0]


def test_the_primary_action_stands_bottom_right_or_left(in_window: Callable[..., Any]) -> None:
    result = in_window(
        SHELF
        + """
from station.screens.widgets.buttons import ActionRow, PrimaryButton, SecondaryButton
row = ActionRow(size_hint=(1, None))
first, second = PrimaryButton(text="Take the photo"), SecondaryButton(text="Back")
row.add_widget(first); row.add_widget(second)
place(row)
result = [first.right == Window.width, second.right < first.x]
theme.left_handed = True
EventLoop.idle()
result += [first.x == 0, second.x > first.right]
row.size_hint_x = None
row.width = 200
for _ in range(3): EventLoop.idle()
result += [second.right <= 201]
"""
    )
    assert result == [True] * 5


def test_a_button_that_gets_its_words_later_looks_like_one_that_had_them(in_window: Callable[..., Any]) -> None:
    result = in_window(
        SHELF
        + """
from station.screens.widgets.buttons import SecondaryButton
from station.screens.widgets.words import FitLabel
def label(button):
    (found,) = [w for w in button.walk(restrict=True) if isinstance(w, FitLabel) and w.text]
    return [found.x, found.width, found.font_size]
result = []
for icon in ("", "check"):
    first = place(SecondaryButton(text="Call next", icon=icon))
    later = place(SecondaryButton(icon=icon))
    later.text = "Call next"
    for _ in range(5): EventLoop.idle()
    result.append([label(first), label(later)])
"""
    )
    for first, later in result:
        assert first == later


def test_a_text_nobody_sees_waits_and_is_there_when_its_screen_comes(in_window: Callable[..., Any]) -> None:
    result = in_window(
        SHELF
        + """
from kivy.uix.screenmanager import NoTransition, Screen, ScreenManager
from station.screens.widgets.words import Title, catch_up, draw_some
stage = ScreenManager(transition=NoTransition())
labels = {}
for name in ("first", "second", "third"):
    labels[name] = Title(text="before")
    screen = Screen(name=name)
    screen.add_widget(labels[name])
    stage.add_widget(screen)
    screen.size = Window.size
place(stage)
drawn = {name: 0 for name in labels}
for name, label in labels.items():
    label.bind(texture=lambda _label, texture, name=name: drawn.update({name: drawn[name] + (texture is not None)}))
for label in labels.values():
    label.text = "a longer text than there was before"
    label.most = 30
EventLoop.idle()
result = [dict(drawn)]
stage.current = "second"
catch_up()
result += [dict(drawn), labels["second"].texture_size]
draw_some(1.0)
result.append(dict(drawn))
EventLoop.idle()
result.append(dict(drawn))
"""
    )
    seen, caught_up, size, drawn, later = result
    assert seen == {"first": 1, "second": 0, "third": 0}
    assert caught_up == {"first": 1, "second": 1, "third": 0}
    assert size == [1280, 800]
    assert drawn == {"first": 1, "second": 1, "third": 1}
    assert later == drawn


def test_rows_are_kept_for_later(in_window: Callable[..., Any]) -> None:
    result = in_window(
        SHELF
        + """
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget
from station.screens.widgets.kept import keep
box = BoxLayout()
made = []
def make():
    made.append(Widget())
    return made[-1]
three = list(keep(box, make, 3))
one = list(keep(box, make, 1))
four = list(keep(box.proxy_ref, make, 4))
result = [len(made), one == three[:1], len(four), set(four) == set(made), list(reversed(box.children)) == four]
"""
    )
    assert result == [4, True, 4, True, True]


def test_a_cut_text_is_seen_in_a_row_too(in_window: Callable[..., Any]) -> None:
    """A row is one thing to touch; a text of it that is cut is no less cut."""
    code = """
from kivy.core.window import Window
from kivy.lang import Builder
from station.screens.gallery import _lay_out
from station.screens.sight import look
from station.screens.widgets.rows import Rows
rows = Rows(size=(300, 200))
Window.add_widget(rows)
Builder.load_string('''
<Strict@TextRow>:
    FitLabel:
        text: root.text
        one_line: True
''')
from kivy.factory import Factory
rows.kind = Factory.Strict
result = []
for text in ("SITI", "RADEN AJENG MAHARANI KUSUMANINGTYAS PUTRI WULANDARI SETIAWAN"):
    rows.rows = [{"key": "1", "text": text}]
    for _turn in range(4):
        _lay_out()
    result.append([seen.clipped for seen in look(Window) if seen.role == "button"])
"""
    assert in_window(code) == [[False], [True]]


def test_names_of_steps_stay_readable_where_there_is_little_room(in_window: Callable[..., Any]) -> None:
    """First those of steps that are done give way, then those that are furthest away; never that of now."""
    code = """
from station.screens.theme import theme
from station.screens.widgets.progress import READABLE, SIZE, StepBar
bar = StepBar(steps=["Data", "Foto", "Tanda tangan", "Sidik jari", "Iris mata", "Selesai"])
result = []
for width, at in ((900, 3), (440, 3), (300, 0), (300, 6)):
    bar.size, bar.at = (width, 60), at
    steps = bar.children[::-1]
    assert all(step.most >= round(theme.caption * SIZE * READABLE) for step in steps), (width, at, steps[0].most)
    result.append("".join(("N" if step.named else "-") for step in steps))
"""
    assert in_window(code) == ["NNNNNN", "---NNN", "NN----", "------"]


def test_what_stands_at_the_end_of_a_row_is_inside_it(in_window: Callable[..., Any]) -> None:
    result = in_window(
        SHELF
        + """
from station.screens.widgets import buttons, words
from station.screens.widgets.rows import Rows
rows = place(Rows(size_hint=(None, None), size=(1200, 400)))
found = []
for text, note, end in (("SMAN 1", "", "132"), ("SMAN 1", "Paringin", "132"), ("SMAN 1", "Paringin", "")):
    rows.rows = [{"key": "a", "text": text, "note": note, "end": end, "chosen": False}]
    for _ in range(5):
        EventLoop.idle()
    (row,) = [thing for thing in look(Window) if thing.role == "button"]
    found.append([row.text, row.clipped])
rows.rows = []
loose = place(buttons.SecondaryButton(text="Go", size_hint=(None, None), size=(200, 100), pos=(600, 600)))
before = [m.rule for m in misfits(look(Window), Audience.OPERATOR, theme.scale)]
loose.add_widget(words.FitLabel(text="far off", size_hint=(None, None), size=(300, 40)))
for _ in range(5):
    EventLoop.idle()
result = [found, before, [m.rule for m in misfits(look(Window), Audience.OPERATOR, theme.scale)]]
"""
    )
    told, before, after = result
    assert told == [["SMAN 1 · 132", False], ["SMAN 1 · Paringin · 132", False], ["SMAN 1 · Paringin", False]]
    assert (before, after) == ([], ["cut-text"])


def test_a_tap_that_waited_for_a_slow_frame_does_nothing(in_window: Callable[..., Any]) -> None:
    """A finger taps twice while the screen thread is at work: the second tap was meant for what was there."""
    result = in_window(
        SHELF
        + """
import time
from station.screens.widgets.buttons import PrimaryButton
from station.screens.widgets.taps import AFTER_CHANGE, DOUBLE, guard
slow = place(PrimaryButton(text="Go on", size_hint=(None, None), size=(200, 100)))
there = place(PrimaryButton(text="Call", size_hint=(None, None), size=(200, 100), pos=(0, 300)))
acted = []
def work(_button):
    acted.append("slow")
    end = time.monotonic() + max(AFTER_CHANGE, DOUBLE) + 0.1
    while time.monotonic() < end:
        pass
def change(button):
    work(button)
    guard.screen_changes(0.0)
there.bind(on_act=lambda _button: acted.append("there"))
def tap_while(act):
    slow.bind(on_act=act)
    slow.dispatch("on_release")
    slow.dispatch("on_release")
    there.dispatch("on_release")
    EventLoop.idle()
    slow.dispatch("on_release")
    there.dispatch("on_release")
    slow.unbind(on_act=act)
    done, acted[:] = list(acted), []
    return done
def rest():
    end = time.monotonic() + 2 * DOUBLE
    while time.monotonic() < end:
        EventLoop.idle()
result = [tap_while(work)]
rest()
result.append(tap_while(change))
rest()
there.dispatch("on_release")
result.append(acted)
"""
    )
    # Another button on the same screen is another wish; on a screen that has just come it is a slip.
    assert result == [["slow", "there"], ["slow"], ["there"]]
