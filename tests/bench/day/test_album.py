"""What the album knows of itself, and how whoever comes first fills it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from station.bench.day.album import TRIES, Album, missing
from station.bench.day.cast import Actor
from station.bench.day.crowd import CrowdRobot
from station.bench.day.director import Director
from station.bench.puppeteer import Sight, Thing
from station.screens.operator import pages
from station.screens.student import router

TILES = {"code": "Scan the invitation", "nik": "Type the NIK", "name": "Find my name"}


def thing(text: str, x: float) -> Thing:
    return Thing("button", text, x, 0, 10, 10, True, False, "", False, "Tile")


def sight(screen: str, *texts: str) -> Sight:
    return Sight(screen, "en", (1280, 800), True, [thing(text, 100.0 * at) for at, text in enumerate(texts)], "")


class Finger:
    """Instead of an app: keeps what is touched."""

    def __init__(self, shown: Sight) -> None:
        self.shown = shown
        self.touched: list[str] = []

    def touch(self, x: float, _y: float) -> None:
        self.touched += [thing.text for thing in self.shown.seen if thing.centre[0] == x]


def pictured(folder: Path, language: str, *names: str) -> None:
    (folder / language).mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / language / f"{name}.png").touch()


def test_what_is_missing_is_every_screen_in_every_language_but_those_that_are_there(tmp_path: Path) -> None:
    assert len(missing(tmp_path)) == 2 * (len(router.Name) + len(pages.Name))
    pictured(tmp_path, "id", *(f"student-{name}" for name in router.Name), *(f"operator-{n}" for n in pages.Name))
    pictured(tmp_path, "en", *(f"student-{name}" for name in router.Name if name != "find_nik"))
    assert missing(tmp_path, ("id",)) == missing(tmp_path, ()) == ()
    assert missing(tmp_path, ("id", "en")) == ("en/student-find_nik", *(f"en/operator-{name}" for name in pages.Name))


def test_the_album_gives_a_screen_up_that_it_cannot_get(tmp_path: Path) -> None:
    album = Album(tmp_path, "student", ("en",))
    for _ in range(TRIES):
        assert album.lacks("find_nik")
        album.passed(sight("find_nik"))
    assert not album.lacks("find_nik")
    assert not Album(tmp_path, "student", ()).lacks("find_nik")


def test_who_comes_first_looks_into_every_way_to_check_in_and_takes_the_own_one(tmp_path: Path) -> None:
    who = Actor(index=0, person="1-0", name="Siti", nik="", class_name="XI", language="en", via="code")
    robot: Any = CrowdRobot(tmp_path / "none", tmp_path, threading.Event(), Director([who], {}), ("en",))
    robot._checking_in = who
    taken = []
    for _ in TILES:
        finger = Finger(sight("find", *TILES.values()))
        robot.act(finger, finger.shown)
        (tile,) = finger.touched
        taken.append(tile)
        screen = next(f"find_{way}" for way, text in TILES.items() if text == tile)
        pictured(tmp_path / "screens", "en", f"student-{screen}")
        if screen != "find_code":
            finger = Finger(sight(screen, "Back"))
            robot.act(finger, finger.shown)
            assert finger.touched == ["Back"]
    assert taken == [TILES["nik"], TILES["name"], TILES["code"]]
