from __future__ import annotations

from collections.abc import Callable
from typing import Any

CODE = """
from station.screens.theme import theme, contrast, colour, Audience
from station.screens.widgets.badge import TONES
student = {
    "ink on paper": (theme.ink, theme.paper), "ink on fog": (theme.ink, theme.fog),
    "soft on paper": (theme.ink_soft, theme.paper), "soft on fog": (theme.ink_soft, theme.fog),
    "primary on paper": (theme.primary, theme.paper), "primary on fog": (theme.primary, theme.fog),
    "primary on tint": (theme.primary, theme.primary_tint), "paper on pressed": (theme.paper, theme.primary_pressed),
    "ink on call": (theme.ink, theme.call), "ink on line": (theme.ink, theme.line),
    "ink on tint": (theme.ink, theme.primary_tint),
    "ink on call pressed": (theme.ink, theme.call_pressed),
}
operator = {f"badge {tone}": (front, ground) for tone, (front, ground, _icon) in TONES.items()}
operator |= {"bad on paper": (theme.bad, theme.paper), "soft on line": (theme.ink_soft, theme.line)}
result = {
    "student": {name: contrast(*pair) for name, pair in student.items()},
    "operator": {name: contrast(*pair) for name, pair in operator.items()},
    "known": contrast(colour("#000000"), colour("#FFFFFF")),
}
sizes = {}
for width, height in ((1280, 800), (1024, 600), (1920, 1080)):
    theme.fit(width, height)
    for audience in Audience:
        theme.audience = audience
        sizes[f"{width}x{height} {audience}"] = [theme.title, theme.body, theme.target, theme.s16]
result["sizes"] = sizes
"""


def test_texts_have_enough_contrast(in_window: Callable[..., Any]) -> None:
    result = in_window(CODE)
    assert round(result["known"], 3) == 21
    low = {name: ratio for name, ratio in result["student"].items() if ratio < 7}
    assert low == {}
    low = {name: ratio for name, ratio in result["operator"].items() if ratio < 4.5}
    assert low == {}
    assert result["sizes"]["1280x800 student"] == [56, 34, 96, 16]
    assert result["sizes"]["1280x800 operator"] == [28, 20, 56, 16]
    assert result["sizes"]["1024x600 student"] == [42, 25.5, 72, 12]
    assert [round(size, 2) for size in result["sizes"]["1920x1080 operator"]] == [37.8, 27.0, 75.6, 21.6]
