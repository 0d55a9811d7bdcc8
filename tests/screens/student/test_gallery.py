"""Every screen in every state fits at every size, in both languages; and every message id has words."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.screens.conftest import in_window as in_window

ROOT = Path(__file__).parents[3]

FITS = """
from station.screens.gallery import render
from station.screens.student.exhibits import exhibits
from station.screens.student.router import TABLE
shown = render(TABLE, exhibits(), None)
result = [sorted({e.place.screen for e in exhibits()}) == sorted(TABLE)] + [
    f"{one.name} {one.language}: {m.rule} {m.what}" for one in shown for m in one.misfits
]
"""

LETTERS = """
from kivy.base import EventLoop
from kivy.core.window import Window
from station.screens.stage import Stage
from station.screens.student.exhibits import exhibits
from station.screens.student.router import TABLE
from station.screens.theme import theme
EventLoop.ensure_window()
theme.fit(*Window.size)
stage = Stage(TABLE, size=Window.size)
Window.add_widget(stage)
EventLoop.start()
screen = stage.go(next(e.place for e in exhibits() if e.name == "confirm-longest"))
for _turn in range(4):
    EventLoop.idle()
result = [[row.children[0].text, row.children[0].font_size / theme.body] for row in screen.ids.rows.children]
"""

WORDS = """
from station.screens.advice import ADVICE
result = sorted(ADVICE)
"""


@pytest.mark.parametrize("size", ["1280x800", "1024x600", "1920x1080"])
def test_every_screen_fits(in_window: Callable[..., Any], size: str) -> None:
    assert in_window(FITS, size) == [True]


def test_what_is_long_is_not_the_smallest(in_window: Callable[..., Any]) -> None:
    sizes = dict(in_window(LETTERS, "1024x600"))
    assert "Belum ada NIK" in sizes
    assert min(sizes.values()) > 0.75, sizes


def test_every_advice_has_words(in_window: Callable[..., Any]) -> None:
    sources = [*(ROOT / "station" / "biometrics").glob("*.py"), *(ROOT / "station" / "enrolment").glob("*.py")]
    said = {code for path in sources for code in re.findall(r'"(advice\.[a-z.-]+)"', path.read_text("utf-8"))}
    assert said
    assert said <= set(in_window(WORDS))
