"""The gallery renders exhibits in both languages and the checker holds every widget's text inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

CODE = """
from station.screens.gallery import Exhibit, render
from station.screens.stage import Place
shown = render(
    {"failure": "station.screens.failure:Failure"},
    [Exhibit("failure", Place("failure", "ValueError"))],
    tmp_path / "out",
)
result = [
    [one.name, one.language, one.picture.relative_to(tmp_path).as_posix(), one.picture.stat().st_size > 2000,
     [list((m.rule, m.what)) for m in one.misfits]]
    for one in shown
]
"""


@pytest.mark.parametrize("size", ["1280x800", "1024x600", "1920x1080"])
def test_an_exhibit_is_rendered_in_each_language(in_window: Callable[..., Any], size: str) -> None:
    assert in_window(CODE, size) == [
        ["failure", language, f"out/{size}/{language}/failure.png", True, []] for language in ("id", "en")
    ]
