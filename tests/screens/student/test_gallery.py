"""Every screen in every state fits at every size; and every message id has words.

Both languages at 1280x800; at the other sizes the longer one, Indonesian, because they differ by one factor only.
"""

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
shown = render(TABLE, exhibits(), None, {languages})
result = [sorted({{e.place.screen for e in exhibits()}}) == sorted(TABLE)] + [
    f"{{one.name}} {{one.language}}: {{m.rule}} {{m.what}}" for one in shown for m in one.misfits
]
"""

STAGE = """
import msgspec
from kivy.base import EventLoop
from kivy.core.window import Window
from station.enrolment.capture import Phase
from station.enrolment.steps import Step
from station.screens.sight import look
from station.screens.stage import Stage
from station.screens.student.exhibits import exhibits
from station.screens.student.router import TABLE
from station.screens.theme import theme
EventLoop.ensure_window()
theme.fit(*Window.size)
stage = Stage(TABLE, size=Window.size)
Window.add_widget(stage)
EventLoop.start()

def exhibited(name, **live):
    place = next(e.place for e in exhibits() if e.name == name)
    state = msgspec.structs.replace(place.state, live=msgspec.structs.replace(place.state.live, **live))
    screen = stage.go(msgspec.structs.replace(place, state=state))
    for _turn in range(4):
        EventLoop.idle()
    return screen
"""

LETTERS = """
screen = exhibited("confirm-longest")
result = [[row.children[0].text, row.children[0].font_size / theme.body] for row in screen.ids.rows.children]
"""

JUDGED = """
exhibited("signature-judging")
result = [[[seen.text, seen.enabled] for seen in look(Window) if seen.role == "button"]]
result.append(exhibited("approve", step=Step.VERIFY_INDEXES, phase=Phase.JUDGING, ink=()).ids.guide.title)
"""

WORDS = """
from station.screens.advice import ADVICE
result = sorted(ADVICE)
"""


@pytest.mark.parametrize(
    ("size", "languages"), [("1280x800", ("id", "en")), ("1024x600", ("id",)), ("1920x1080", ("id",))]
)
def test_every_screen_fits(in_window: Callable[..., Any], size: str, languages: tuple[str, ...]) -> None:
    assert in_window(FITS.format(languages=languages), size) == [True]


def test_what_is_long_is_not_the_smallest(in_window: Callable[..., Any]) -> None:
    sizes = dict(in_window(STAGE + LETTERS, "1024x600"))
    assert "Belum ada NIK" in sizes
    assert min(sizes.values()) > 0.75, sizes


def test_nothing_can_be_done_with_a_signature_that_is_judged(in_window: Callable[..., Any]) -> None:
    buttons, next_asks = in_window(STAGE + JUDGED)
    assert {text.partition(" ")[0]: enabled for text, enabled in buttons if "Bantuan" not in text} == {
        "English": True,
        "Hapus": False,
        "Selesai": False,
    }
    assert next_asks == "Saya menyatakan:", "what was judged before is not this signature"


def test_every_advice_has_words(in_window: Callable[..., Any]) -> None:
    sources = [*(ROOT / "station" / "biometrics").glob("*.py"), *(ROOT / "station" / "enrolment").glob("*.py")]
    said = {code for path in sources for code in re.findall(r'"(advice\.[a-z.-]+)"', path.read_text("utf-8"))}
    assert said
    assert said <= set(in_window(WORDS))
