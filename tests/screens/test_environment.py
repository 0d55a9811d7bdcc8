from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from station.screens.environment import parse_size


@pytest.mark.parametrize(("text", "size"), [("1280x800", (1280, 800)), ("1024X600", (1024, 600))])
def test_a_window_size_is_read(text: str, size: tuple[int, int]) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "1280", "1280x", "x800", "-1x800", "1280x800x2", "12x8", "99999x800", "１２８０x800"]
)
def test_a_wrong_window_size_says_what_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="window"):
        parse_size(text)


def test_kivy_is_set_up_for_a_kiosk(in_window: Callable[..., Any]) -> None:
    result = in_window(
        """
from kivy.config import Config
from kivy.core.window import Window
import kivy, logging
result = {
    "escape": Config.get("kivy", "exit_on_escape"), "input": dict(Config.items("input")), "size": list(Window.size),
    "samples": Config.get("graphics", "multisamples"), "home": kivy.kivy_home_dir == str(home),
    "files": sorted(str(p.relative_to(home)) for p in home.rglob("*.ini")),
}
try:
    environment.prepare(environment.Display(home=home))
except RuntimeError as error:
    result["twice"] = str(error)
""",
        size="1024x600",
    )
    assert result["escape"] == "0"
    assert result["input"] == {"pointer": "mouse,disable_multitouch"}
    assert result["size"] == [1024, 600]
    assert result["samples"] == "0"
    assert result["home"]
    assert result["files"] == []
    assert "before importing" in result["twice"]
