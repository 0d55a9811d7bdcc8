"""Every console screen in every state of its gallery: nothing cut, nothing over another.

Both languages at 1280x800; at the other sizes the longer one, Indonesian, because they differ by one factor only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

CODE = """
from station.screens.gallery import render
from station.screens.operator.exhibits import exhibits
from station.screens.operator.pages import TABLE
from station.screens.theme import theme
theme.left_handed = {left_handed}
mirrored = ("today", "file", "correct", "sign-in")
chosen = [one for one in exhibits() if not theme.left_handed or one.place.screen in mirrored]
shown = render(TABLE, chosen, None, {languages})
covered = {{one.place.screen for one in exhibits()}}
result = [
    sorted(set(TABLE) - covered),
    [[one.name, one.language, m.rule, m.what] for one in shown for m in one.misfits],
]
"""


@pytest.mark.parametrize(
    ("size", "languages", "left_handed"),
    [
        ("1280x800", ("id", "en"), False),
        ("1024x600", ("id",), False),
        ("1920x1080", ("id",), False),
        ("1280x800", ("id",), True),
    ],
)
def test_everything_fits(
    in_window: Callable[..., Any], size: str, languages: tuple[str, ...], left_handed: bool
) -> None:
    code = CODE.format(languages=languages, left_handed=left_handed)
    assert in_window(code, size) == [[], []]
