"""The frame of the apps, driven as a robot drives it: a real app in a real window in its own process."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from station.bench.puppeteer import NotSeen, PuppetError
from station.screens.environment import EXIT_FAILED


def test_a_robot_sees_touches_and_types(sample, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    robot = sample.robot
    sight = robot.wait_for_screen("first")
    assert sight.language == "id"
    assert sight.find("Bantuan", "button")
    assert sight.find("Never", "button").note == "not today"
    assert not sight.find("Never", "button").enabled

    robot.tap("Count")
    robot.wait_for("count 1 done 0")
    robot.type_on_keys("1224")
    robot.wait_for("1224", role="input")
    robot.tap("erase", role="key")
    robot.wait_for("122", role="input")
    robot.press("l", "ctrl")
    robot.wait_for("heard 108 l ctrl")
    robot.press("f1")
    robot.wait_for(re.compile("heard 282"))
    robot.press("escape")
    robot.wait_for(re.compile("heard 27 "))

    robot.tap("English")
    robot.wait_for("Help", "button")
    robot.wait_for("This screen has to start again")

    robot.tap("Go on")
    robot.wait_for_screen("second")
    robot.tap("row 2")
    robot.wait_for("Second 2")
    row = robot.look().find("row 3", "button")
    robot.swipe(row.centre, (row.centre[0], row.centre[1] + 300))
    robot.wait_until(lambda sight: sight.find("row 1") is None)
    assert robot.look().find("Second 2"), "a swipe picks nothing"

    robot.screenshot(tmp_path / "second.png")
    with Image.open(tmp_path / "second.png") as picture:
        assert picture.size == (1280, 800)
        assert len(picture.getcolors(1280 * 800) or []) > 1000, "the live picture is noise"
    with pytest.raises(NotSeen, match=r"row \d"):
        robot.wait_for("nowhere", deadline=0.2)

    pulse = robot.pulse()
    assert pulse["ui_frame_gap_ms"]["count"] > 20
    assert pulse["touch_to_frame_ms"]["count"] >= 1
    robot.quit()
    assert sample.process.wait(10) == 0


def test_a_picture_that_cannot_be_kept_is_refused_and_the_robot_goes_on(sample, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    robot = sample.robot
    robot.wait_for_screen("first")
    (tmp_path / "file").touch()
    with pytest.raises(PuppetError, match="cannot be kept"):
        robot.screenshot(tmp_path / "file" / "first.png")
    assert robot.look().screen == "first"
    assert "Traceback" not in sample.logged()


def test_a_picture_is_whole_or_not_there(in_window, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    result = in_window(
        """
import resource
import numpy as np
from station.screens.capture import save_png
noise = np.random.default_rng(1).integers(0, 255, (100, 100, 3), np.uint8)
kept = tmp_path / "pictures" / "kept.png"
save_png(noise, kept)
first = kept.read_bytes()
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
try:
    save_png(255 - noise, kept)
    result = "written"
except OSError:
    result = [kept.read_bytes() == first, [path.name for path in kept.parent.iterdir()]]
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
"""
    )
    assert result == [True, ["kept.png"]]


def test_a_tap_counts_once(sample) -> None:  # type: ignore[no-untyped-def]
    robot = sample.robot
    sight = robot.wait_for_screen("first")
    # A double tap on one button.
    robot.touch(*sight.find("Count").centre, taps=2)
    robot.wait_for("count 1 done 0")
    # A command under way takes no second tap, and says that it works.
    robot.tap("Slow")
    robot.touch(*sight.find("Slow").centre, taps=3)
    assert not robot.look().find("Slow").enabled
    robot.wait_for("count 1 done 1")
    # What cannot be done now does nothing.
    robot.touch(*sight.find("Never").centre)
    # The second tap of a double tap on "Go on" does not land on what the next screen has there.
    robot.touch(*sight.find("Go on").centre, taps=2)
    robot.wait_for_screen("second")
    robot.tap("Back")
    robot.wait_for_screen("first")
    assert robot.look().find("count 1 done 1")


def test_a_failing_screen_says_so_and_leaves_for_a_restart(sample) -> None:  # type: ignore[no-untyped-def]
    robot = sample.robot
    robot.tap("Fail")
    robot.wait_for_screen("failure")
    assert robot.look().find("ValueError")
    # The app may be gone before it can say that the finger is up.
    with suppress(PuppetError):
        robot.tap("Mulai ulang")
    assert sample.process.wait(10) == EXIT_FAILED
    with pytest.raises(PuppetError):
        robot.look()
    logged = sample.logged()
    assert "ValueError" in logged
    assert "sample_app.py" in logged
    assert "secret" not in logged


def test_a_screen_that_is_gone_back_to_at_once_is_there(in_window) -> None:  # type: ignore[no-untyped-def]
    """A device that is back before the screen that waits for it has come; Esc right after F2."""
    result = in_window(
        """
import time
from kivy.base import EventLoop
from kivy.core.window import Window
from station.screens.sight import look
from station.screens.stage import Place, Stage, StationScreen
from station.screens.theme import theme
EventLoop.ensure_window()
theme.fit(*Window.size)
EventLoop.start()
told = []
StationScreen.show = lambda screen, state: told.append(f"{screen.name} shows")
StationScreen.leave = lambda screen: told.append(f"{screen.name} leaves")
def wait(seconds):
    end = time.monotonic() + seconds
    while True:
        EventLoop.idle()
        if time.monotonic() >= end:
            return
result = []
for moves in (False, True):
    theme.moves = moves
    stage = Stage(dict.fromkeys("abc", "station.screens.stage:StationScreen"), size=Window.size)
    Window.add_widget(stage)
    stage.go(Place("a"))
    wait(0.1)
    told.clear()
    for name in ("b", "a", "c", "a"):
        stage.go(Place(name))
    wait(2 * theme.moment() + 0.1)
    result.append([[(screen.name, screen.opacity) for screen in stage.children], list(told)])
    Window.remove_widget(stage)
"""
    )
    for shown, told in result:
        assert shown == [["a", 1]]
        last = len(told) - 1 - told[::-1].index("a shows")
        assert "a leaves" in told[:last]
        assert "a leaves" not in told[last:]
