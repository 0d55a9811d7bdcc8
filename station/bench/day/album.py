"""One picture of every screen in each language, taken as the day goes by.

When a robot meets a screen that is not in the album yet, it takes a picture, touches the language switch, takes
another, and touches it back: what a visitor to the day would do to see both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from station.bench.puppeteer import Puppeteer, Sight
from station.screens.operator import pages
from station.screens.student import router

LANGUAGES: Final = ("id", "en")
SCREENS: Final[dict[str, tuple[str, ...]]] = {"student": tuple(router.Name), "operator": tuple(pages.Name)}
"""All that a day can show."""
SWITCH: Final = re.compile(r"^(English|Indonesia|Bahasa Indonesia)$", re.IGNORECASE)
"""What the language switch says: the other language."""

SETTLE_LOOKS: Final = 80
TRIES: Final = 3


class Album:
    """The pictures under `folder`/<language>/<app>-<screen>.png."""

    def __init__(self, folder: Path, app: str, languages: Sequence[str] = LANGUAGES) -> None:
        """`languages` are those that pictures are wanted in; with none the album stays empty."""
        self._folder = folder
        self._app = app
        self._languages = tuple(languages)
        self._tries: Counter[str] = Counter()

    def wants(self, sight: Sight) -> bool:
        """Is there a language in which this screen is not in the album?"""
        return bool(sight.screen) and self.lacks(sight.screen)

    def lacks(self, screen: str) -> bool:
        """Is it worth going to this screen for the album?"""
        return self._tries[screen] < TRIES and not self.holds(screen)

    def passed(self, sight: Sight) -> None:
        """The screen was visited; after some visits, what is still missing of it stays missing."""
        self._tries[sight.screen] += 1

    def holds(self, screen: str) -> bool:
        """Is the screen in the album, in every language?"""
        return all(self._path(language, screen).exists() for language in self._languages)

    def take(self, puppet: Puppeteer, sight: Sight) -> None:
        """Take the missing pictures of the screen that is shown now; gives up quietly when it passes meanwhile."""
        self._picture(puppet, sight)
        if self.holds(sight.screen):
            return
        switch = sight.find(SWITCH, role="button", enabled=True)
        if switch is None:
            return
        puppet.touch(*switch.centre)
        other = self._until(puppet, sight.screen, lambda language: language != sight.language)
        if other is None:
            return
        self._picture(puppet, other)
        back = other.find(SWITCH, role="button", enabled=True)
        if back is not None:
            puppet.touch(*back.centre)
            self._until(puppet, sight.screen, lambda language: language == sight.language)

    def keep(self, puppet: Puppeteer, sight: Sight) -> None:
        """Take a picture of the screen in the language that it shows now, if there is none."""
        self._picture(puppet, sight)

    def _until(self, puppet: Puppeteer, screen: str, speaks: Callable[[str], bool]) -> Sight | None:
        for _ in range(SETTLE_LOOKS):
            sight = puppet.look()
            if sight.screen != screen:
                return None
            if sight.settled and speaks(sight.language):
                return sight
        return None

    def _picture(self, puppet: Puppeteer, sight: Sight) -> None:
        path = self._path(sight.language, sight.screen)
        if sight.language in self._languages and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            puppet.screenshot(path)

    def _path(self, language: str, screen: str) -> Path:
        return _picture_of(self._folder, language, self._app, screen)


def missing(folder: Path, languages: Sequence[str] = LANGUAGES) -> tuple[str, ...]:
    """What an album lacks: `<language>/<app>-<screen>` of every screen that there is."""
    return tuple(
        path.relative_to(folder).with_suffix("").as_posix()
        for app, screens in SCREENS.items()
        for screen in screens
        for language in languages
        if not (path := _picture_of(folder, language, app, screen)).exists()
    )


def _picture_of(folder: Path, language: str, app: str, screen: str) -> Path:
    return folder / language / f"{app}-{screen}.png"
