"""What both robots have in common: eyes, a finger, words in the language of the screen, patience.

A robot looks, decides by what is on the screen, does one thing, and looks again. It keeps no plan that a restart
could break: an app that was killed comes back somewhere, and the robot goes on from there.
"""

from __future__ import annotations

import gettext
import re
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from station.bench.day.album import Album
from station.bench.devices import control
from station.bench.puppeteer import NotSeen, Puppeteer, PuppetError, Sight, Thing
from station.errors import StationError
from station.screens.locale.catalogue import catalogue

LOOK_SECONDS: Final = 0.12
"""Between two looks with nothing to do: a person's glance, and little work for the screen."""
COME_BACK_SECONDS: Final = 30.0
"""How long an app that was killed may take to be back."""


class Robot:
    """One person who watches one screen. `act` is what makes an operator or a student of it."""

    app = ""

    def __init__(self, socket: Path, folder: Path, stop: threading.Event, languages: Sequence[str]) -> None:
        """`languages` are those in which the album shows the screens."""
        self._socket = socket
        self._bench = folder / "bench"
        self._album = Album(folder / "screens", self.app, languages)
        self._stop = stop

    def run(self) -> None:
        """Live at the screen until told to stop."""
        while not self._stop.is_set():
            try:
                with Puppeteer(self._socket, COME_BACK_SECONDS) as puppet:
                    self._live(puppet)
            except (PuppetError, NotSeen, OSError):
                self._stop.wait(LOOK_SECONDS)

    def act(self, puppet: Puppeteer, sight: Sight) -> bool:
        """Do one thing, if there is one to do; says whether."""
        raise NotImplementedError

    def presentable(self, _sight: Sight) -> bool:
        """Is this what the album should show of the screen?"""
        return True

    def _live(self, puppet: Puppeteer) -> None:
        while not self._stop.is_set():
            sight = puppet.look()
            if sight.settled and self._album.wants(sight) and self.presentable(sight):
                self._album.take(puppet, sight)
                self._album.passed(sight)
                continue
            if not (sight.settled and self.act(puppet, sight)):
                self._stop.wait(LOOK_SECONDS)

    def direct(self, *commands: control.Command) -> bool:
        """Tell the emulated devices something; False when they are away just now."""
        try:
            for command in commands:
                control.send(self._bench, command)
        except StationError:
            return False
        return True


def said(sight: Sight, english: str) -> str:
    """The words as this screen would show them."""
    return words(sight.language).gettext(english)


def buttons(sight: Sight, english: str) -> list[Thing]:
    """The enabled buttons with these words; `{…}` in them stands for anything."""
    pattern = re.sub(r"\\\{\w+\\\}", ".+", re.escape(said(sight, english)))
    return sight.all(re.compile(f"^{pattern}$"), role="button", enabled=True)


def button(sight: Sight, english: str) -> Thing | None:
    """The topmost such button."""
    return next(iter(buttons(sight, english)), None)


def tap(puppet: Puppeteer, sight: Sight, english: str) -> bool:
    """Tap the button with these words, if it is there and takes taps."""
    found = button(sight, english)
    if found is None:
        return False
    puppet.touch(*found.centre)
    return True


@cache
def words(language: str) -> gettext.NullTranslations:
    """The catalogue of a language."""
    return catalogue(language)
