from __future__ import annotations

from collections.abc import Callable
from typing import Any


def test_percentiles_are_upper_edges_and_the_maximum_is_exact(in_window: Callable[..., Any]) -> None:
    result = in_window(
        """
from station.screens.pulse import Histogram
empty = Histogram()
gaps = Histogram()
for value in range(100):
    gaps.add(value + 0.5)
other = Histogram()
other.add(5000.25)
merged = Histogram()
merged.merge(gaps.bins, gaps.max)
merged.merge(other.bins, other.max)
result = [
    [empty.percentile(0.5), empty.spread().max],
    [gaps.percentile(0.5), gaps.percentile(0.95), gaps.percentile(0.99), gaps.max],
    [merged.count, merged.percentile(0.5), merged.max, merged.spread().p99],
]
"""
    )
    assert result == [[0.0, 0.0], [50.0, 95.0, 99.0, 99.5], [101, 51.0, 5000.25, 100.0]]


def test_a_blocked_screen_thread_is_seen_and_a_press_is_timed(in_window: Callable[..., Any]) -> None:
    result = in_window(
        """
import time
from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent
from kivy.uix.button import Button
from station.screens.pulse import Pulse
EventLoop.ensure_window()
button = Button()
Window.add_widget(button)
EventLoop.start()
for _ in range(5):
    EventLoop.idle()
pulse = Pulse()
pulse.attach(Window, Clock)
def block(_passed):
    until = time.monotonic() + 0.3
    while time.monotonic() < until:
        pass
for turn in range(20):
    if turn == 10:
        Clock.schedule_once(block, 0)
    EventLoop.idle()
class Touch(MotionEvent):
    def __init__(self, at):
        super().__init__("test", 1, at, is_touch=True, type_id="touch")
    def depack(self, args):
        self.profile = ("pos",)
        self.sx, self.sy = args
        super().depack(args)
touch = Touch((0.5, 0.5))
touch.ud["came_in"] = time.monotonic() - 0.05
EventLoop.post_dispatch_input("begin", touch)
EventLoop.idle()
pulse.write(tmp_path / "pulse.json")
written = json.loads((tmp_path / "pulse.json").read_text())
result = [written["ui_frame_gap_ms"], written["touch_to_frame_ms"], written["frames_drawn"]]
"""
    )
    gaps, touches, frames = result
    assert gaps["max"] >= 300
    assert gaps["p50"] < gaps["max"]
    assert touches["count"] == 1
    assert touches["max"] >= 50
    assert frames >= 1
