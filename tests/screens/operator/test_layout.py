"""What the gallery's general checks cannot tell: that a sign is where it is looked for, and how a value is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

CODE = """
from kivy.core.window import Window
from station.screens.gallery import FRAMES, _lay_out
from station.screens.operator.exhibits import exhibits
from station.screens.operator.pages import TABLE
from station.screens.stage import Stage
from station.screens.theme import theme
theme.fit(*Window.size)
theme.moves = False
stage = Stage(TABLE, size=Window.size)
Window.add_widget(stage)
by_name = {one.name: one for one in exhibits()}

def show(name):
    screen = stage.go(by_name[name].place)
    if by_name[name].act is not None:
        by_name[name].act(screen)
    for _turn in range(FRAMES):
        _lay_out()
    return screen

def all_of(kind, top):
    return [one for one in top.walk(restrict=True) if type(one).__name__ == kind and one.opacity > 0.5]
"""


def test_a_date_is_typed_day_month_year(in_window: Callable[..., Any]) -> None:
    code = CODE + "result = show('operator-correct').ids.value.shown"
    assert in_window(code) == "17 08 2009"


@pytest.mark.parametrize("size", ["1280x800", "1024x600"])
def test_priority_and_note_show_in_the_queue(in_window: Callable[..., Any], size: str) -> None:
    code = (
        CODE
        + """
lines = all_of("QueueLine", show("operator-today-waiting"))
result = sorted(
    [line.number, [hint.name for hint in all_of("Hint", line)][::-1], all(
        hint.height >= theme.caption and hint.right < all_of("SecondaryButton", line)[0].x
        for hint in all_of("Hint", line)
    )]
    for line in lines
)[:3]
"""
    )
    assert in_window(code, size) == [["017", ["star"], True], ["018", ["paper"], True], ["019", [], True]]


@pytest.mark.parametrize("size", ["1280x800", "1024x600"])
def test_corrected_values_are_read_whole_and_large(in_window: Callable[..., Any], size: str) -> None:
    """They are compared with the documents: as large as other values, on as many lines as they need."""
    code = (
        CODE
        + """
lines = all_of("FieldLine", show("operator-file"))
labels = [label for line in lines for label in all_of("FlowLabel", line)]
result = [
    min(label.font_size for label in labels) / theme.scale,
    all(label.texture_size[0] <= label.width + 1 and label.texture_size[1] <= label.height + 1 for label in labels),
    any("SETIAWAN" in label.text for label in labels),
]
"""
    )
    assert in_window(code, size) == [16, True, True]


def test_no_button_of_a_row_lies_under_the_scroll_bar(in_window: Callable[..., Any]) -> None:
    code = (
        CODE
        + """
screen = show("operator-today-waiting")
(view,) = all_of("RowView", screen.ids.queue)
result = max(b.to_window(b.right, 0)[0] for b in all_of("SecondaryButton", view)) < view.right - view.bar_width
"""
    )
    assert in_window(code) is True


@pytest.mark.parametrize("size", ["1280x800", "1024x600"])
def test_verdicts_and_tabs_have_one_size_each(in_window: Callable[..., Any], size: str) -> None:
    code = (
        CODE
        + """
lines = all_of("AttemptLine", show("operator-today-fingers"))
verdicts = [label for line in lines for label in all_of("Caption", line)]
tabs = all_of("Choice", show("operator-file").ids.documents)
names = [label for tab in tabs for label in all_of("FitLabel", tab) if label.text]
result = [sorted({label.font_size for label in labels}) for labels in (verdicts, names)]
"""
    )
    verdicts, tabs = in_window(code, size)
    assert (len(verdicts), len(tabs)) == (1, 1)


def test_what_nobody_did_cannot_be_taken_back_and_the_button_says_so(in_window: Callable[..., Any]) -> None:
    code = CODE + "result = [show(f'operator-today-{of}').ids.undo.reason for of in ('empty', 'waiting')]"
    assert in_window(code) == ["belum ada tindakan", ""]


def test_the_frame_says_that_needed_devices_are_not_there(in_window: Callable[..., Any]) -> None:
    code = (
        CODE
        + """
sign = show("operator-today-empty").ids.status.ids.devices
lines = all_of("DeviceLine", show("operator-devices-lacking"))
result = [sign.text, sign.tone, sorted({line.state for line in lines if line.tone == "warn"})]
"""
    )
    assert in_window(code) == ["4 dari 8 perangkat siap", "warn", ["belum terpasang, diperlukan"]]
