"""Renders every screen in given states, as PNG, and says what does not fit.

An exhibit is a screen with a state; the student's and the operator's rooms each keep a list of theirs with
invented people. One window has one size for its life, so one process renders one size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.lang import Builder

from station.screens.capture import grab, save_png
from station.screens.fit import Misfit, misfits
from station.screens.locale.catalogue import LANGUAGES
from station.screens.locale.speech import tr
from station.screens.sight import look
from station.screens.stage import Place, Stage
from station.screens.theme import Audience, theme

FRAMES = 4
"""Turns given to each exhibit: layouts that depend on one another need up to three (measured on all widgets)."""


class Exhibit(msgspec.Struct, frozen=True):
    """A screen in a state."""

    name: str
    """File name without ending; tells states of one screen apart (`photo-good`)."""
    place: Place
    act: Callable[[Any], None] | None = None
    """What a person did on the screen since it was shown: typed, chose."""


class Shown(msgspec.Struct, frozen=True):
    """One exhibit as it was rendered."""

    name: str
    language: str
    picture: Path | None
    misfits: tuple[Misfit, ...]


def render(
    table: Mapping[str, str],
    exhibits: Iterable[Exhibit],
    out: Path | None,
    languages: Sequence[str] = LANGUAGES,
) -> list[Shown]:
    """Render into `out/<width>x<height>/<language>/<name>.png`, or only look where `out` is None."""
    EventLoop.ensure_window()
    theme.moves = False
    theme.fit(*Window.size)
    Window.clearcolor = theme.fog
    stage = Stage(table, size=Window.size)
    Window.add_widget(stage)
    EventLoop.start()
    shown: list[Shown] = []
    try:
        for exhibit in exhibits:
            for language in languages:
                tr.language = language
                shown.append(_render_one(stage, exhibit, language, out))
    finally:
        Window.remove_widget(stage)
    return shown


def _lay_out() -> None:
    """A turn of the event loop without its drawing and its pause, which take long and change nothing that is seen."""
    Clock._max_fps = 0.0  # how the clock is told not to pause; Kivy has no public name for it
    Clock.tick()
    Builder.sync()
    Clock.tick_draw()
    Builder.sync()


def _render_one(stage: Stage, exhibit: Exhibit, language: str, out: Path | None) -> Shown:
    screen = stage.go(exhibit.place)
    if exhibit.act is not None:
        exhibit.act(screen)
    for _turn in range(FRAMES):
        if out is None:
            _lay_out()
        else:
            EventLoop.idle()
    picture = None
    if out is not None:
        width, height = (int(side) for side in Window.size)
        picture = out / f"{width}x{height}" / language / f"{exhibit.name}.png"
        save_png(grab(Window), picture)
    found = misfits(look(Window), Audience(screen.audience), theme.scale)
    return Shown(exhibit.name, language, picture, tuple(found))
