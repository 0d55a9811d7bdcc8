"""The robot students at the touchscreen: check in, step up when called, go through the steps."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from station.bench.day import timing
from station.bench.day.cast import Actor, Turn
from station.bench.day.director import Director
from station.bench.day.robot import Robot, button, said, tap
from station.bench.devices.control import Enter, Leave, Scan, SetFault, Sign
from station.bench.puppeteer import NotSeen, Puppeteer, Sight

LETTERS_TYPED: Final = 4
SIGNING_PACE: Final = 4.0
"""Robots sign so many times as fast as people."""
_WAYS: Final = {"code": "Scan the invitation", "nik": "Type the NIK", "name": "Find my name"}
"""Tiles of the ways to check in."""
_NUMBER: Final = re.compile(r"^\d{3,}$")


class CrowdRobot(Robot):
    """All students of the day, one after the other at one screen."""

    app = "student"

    def __init__(
        self, socket: Path, folder: Path, stop: threading.Event, director: Director, languages: Sequence[str]
    ) -> None:
        super().__init__(socket, folder, stop, languages)
        self._folder = folder
        self._director = director
        self._checking_in: Actor | None = None
        self._touched_at = 0.0
        self._before_devices: tuple[str, int] | None = None
        self._unplugged = False

    def act(self, puppet: Puppeteer, sight: Sight) -> bool:
        try:
            return {
                "welcome": self._come_in,
                "called": self._called,
                "find": self._find,
                "find_code": self._by_code,
                "find_nik": self._by_nik,
                "find_name": self._by_name,
                "ticket": self._ticket,
                "with_operator": self._stand_there,
                "confirm": self._confirm,
                "photo": self._stand_there,
                "photo_approval": self._approve_photo,
                "signature": self._sign,
                "fingers": self._fingers,
                "irises": self._try,
                "wait_device": self._plug,
                "verify": self._try,
                "approve": self._sign,
                "done": self._go,
                "failure": self._restart,
            }.get(sight.screen, self._wait)(puppet, sight)
        except NotSeen:
            return False

    def _restart(self, puppet: Puppeteer, sight: Sight) -> bool:
        return tap(puppet, sight, "Restart")

    def _wait(self, _puppet: Puppeteer, _sight: Sight) -> bool:
        return False

    # Checking in

    def _come_in(self, puppet: Puppeteer, sight: Sight) -> bool:
        coming = self._director.without_number()
        if not coming:
            return False
        if self._checking_in is not coming[0]:
            self._touched_at = 0.0
        self._checking_in = coming[0]
        if sight.language != coming[0].language:
            return self._switch(puppet, sight)
        return tap(puppet, sight, "Start")

    def _switch(self, puppet: Puppeteer, sight: Sight) -> bool:
        found = sight.find("English" if sight.language == "id" else "Indonesia", role="button", enabled=True)
        if found is not None:
            puppet.touch(*found.centre)
        return found is not None

    def _called(self, puppet: Puppeteer, sight: Sight) -> bool:
        number = _shown_number(sight)
        actor = self._director.actor(number)
        if actor is not None and not actor.has(Turn.MISSED):
            self._step_before_devices(actor, number or 0)
            self._director.step_up(number)
            return False
        return self._come_in(puppet, sight)

    def _find(self, puppet: Puppeteer, sight: Sight) -> bool:
        actor = self._checking_in
        if actor is None:
            return tap(puppet, sight, "Back to the start")
        # Whoever comes first looks into all ways: there may be nobody who takes the other ones.
        others = (way for way in _WAYS if way != actor.via and self._album.lacks(f"find_{way}"))
        way = next(others, actor.via)
        found = sight.find(re.compile(re.escape(said(sight, _WAYS[way]))), role="button", enabled=True)
        if found is not None:
            puppet.touch(*found.centre)
        return found is not None

    def _by_code(self, puppet: Puppeteer, sight: Sight) -> bool:
        actor = self._checking_in
        if actor is None or actor.via != "code":
            return tap(puppet, sight, "Back")
        if self._take_number(puppet, sight):
            return True
        if not self.direct(Scan(self._director.codes[actor.person])):
            return False
        self._wait_for_answer(puppet, sight)
        return True

    def _by_nik(self, puppet: Puppeteer, sight: Sight) -> bool:
        actor = self._checking_in
        if actor is None or actor.via != "nik":
            return tap(puppet, sight, "Back")
        if self._take_number(puppet, sight):
            return True
        puppet.type_on_keys(actor.nik)
        puppet.tap(said(sight, "Find me"))
        self._wait_for_answer(puppet, sight)
        return True

    def _by_name(self, puppet: Puppeteer, sight: Sight) -> bool:
        actor = self._checking_in
        if actor is None or actor.via != "name":
            return tap(puppet, sight, "Back")
        if self._take_number(puppet, sight):
            return True
        own = sight.find(actor.name, role="button", enabled=True)
        if own is not None:
            puppet.touch(*own.centre)
            self._wait_for_answer(puppet, sight)
            return True
        class_name = sight.find(actor.class_name, role="button", enabled=True)
        if class_name is not None:
            puppet.touch(*class_name.centre)
            puppet.wait_until(lambda now: now.find("A", role="key"), what="letters")
            return True
        letters = re.sub(r"[^A-Z]", "", actor.name.upper())[:LETTERS_TYPED]
        puppet.type_on_keys(letters)
        puppet.wait_until(lambda now: now.find(actor.name, role="button"), what="the own name")
        return True

    def _take_number(self, puppet: Puppeteer, sight: Sight) -> bool:
        if button(sight, "Try again") is not None:
            return tap(puppet, sight, "Try again")
        at = time.time()
        if tap(puppet, sight, "Take a number"):
            # A second tap before the screen has changed is no second check-in.
            self._touched_at = self._touched_at or at
            return True
        return tap(puppet, sight, "Show my number")

    def _wait_for_answer(self, puppet: Puppeteer, sight: Sight) -> None:
        answers = [said(sight, text) for text in ("Take a number", "Show my number", "Try again")]
        puppet.wait_until(
            lambda now: next((a for a in answers if now.find(a, role="button")), None), deadline=5.0, what="an answer"
        )

    def _ticket(self, puppet: Puppeteer, sight: Sight) -> bool:
        number = _shown_number(sight)
        if number is not None and self._checking_in is not None:
            if self._director.actor(number) is None and self._touched_at:
                timing.note(self._folder, number, self._touched_at)
            self._director.holds(self._checking_in, number)
            self._checking_in = None
        return tap(puppet, sight, "Finish")

    # Being recorded

    def _here(self, sight: Sight) -> tuple[Actor, int] | None:
        """Who stands at the screen, by the number on it; that person is before the devices."""
        number = _shown_number(sight)
        actor = self._director.actor(number)
        if actor is None or number is None:
            return None
        self._step_before_devices(actor, number)
        return actor, number

    def _step_before_devices(self, actor: Actor, number: int) -> None:
        try:
            rig = (self._bench / "rig.json").stat().st_mtime_ns
        except FileNotFoundError:
            return
        standing = (actor.person, rig)
        if standing != self._before_devices:
            manners = {Turn.POOR_SAMPLE: "poor:right_four", Turn.MISSING_FINGER: "missing:left-little"}
            behaviour = ",".join(manner for turn, manner in manners.items() if actor.has(turn))
            if self.direct(Enter(person=actor.person, behaviour=behaviour)):
                self._before_devices = standing

    def _stand_there(self, _puppet: Puppeteer, sight: Sight) -> bool:
        self._here(sight)
        return False

    def _confirm(self, puppet: Puppeteer, sight: Sight) -> bool:
        here = self._here(sight)
        if here is not None and self._director.due(here[0], Turn.WRONG_DATA):
            self._director.turned(here[0], Turn.WRONG_DATA)
            return tap(puppet, sight, "Something is wrong")
        return tap(puppet, sight, "It is right")

    def _approve_photo(self, puppet: Puppeteer, sight: Sight) -> bool:
        here = self._here(sight)
        if here is not None and self._director.due(here[0], Turn.NEW_PHOTO):
            self._director.turned(here[0], Turn.NEW_PHOTO)
            return tap(puppet, sight, "NEW PHOTO")
        return tap(puppet, sight, "I AGREE")

    def _sign(self, puppet: Puppeteer, sight: Sight) -> bool:
        here = self._here(sight)
        if here is None:
            return False
        if here[0].has(Turn.PARKED) and self._director.due(here[0], Turn.PARKED) and sight.screen == "signature":
            return False
        if tap(puppet, sight, "Finish signing"):
            return True
        if sight.find(said(sight, "Finish signing"), role="button", enabled=False) is None:
            return self._try(puppet, sight)
        if not self.direct(Sign(pace=SIGNING_PACE)):
            return False
        finish = said(sight, "Finish signing")
        puppet.wait_until(
            lambda now: now.find(finish, role="button", enabled=True) or (True if now.screen != sight.screen else None),
            deadline=5.0,
            what="ink",
        )
        return True

    def _try(self, puppet: Puppeteer, sight: Sight) -> bool:
        here = self._here(sight)
        if here is not None and here[0].has(Turn.POOR_SAMPLE) and sight.screen in ("fingers", "verify"):
            return False
        return tap(puppet, sight, "Try once more")

    def _fingers(self, puppet: Puppeteer, sight: Sight) -> bool:
        """The iris scanner's cable comes off meanwhile: at the irises it would be too late, they are quickly taken."""
        here = self._here(sight)
        if here is not None and self._unplugs(here[0]) and not self._unplugged:
            self._unplugged = self.direct(SetFault("iris", "unplug"))
            return self._unplugged
        return self._try(puppet, sight)

    def _unplugs(self, actor: Actor) -> bool:
        """Whose turn it is, or a later one: a day may have been cut off before the pictures of it were taken."""
        first = next((other.index for other in self._director.actors if other.has(Turn.UNPLUGGED)), actor.index)
        missed = actor.index > first and self._album.lacks("wait_device")
        return missed or self._director.due(actor, Turn.UNPLUGGED)

    def _plug(self, _puppet: Puppeteer, sight: Sight) -> bool:
        """Somebody sees that the cable is off, and puts it back."""
        here = self._here(sight)
        if not self._unplugged or here is None or not self.direct(SetFault("iris", "plug")):
            return False
        self._unplugged = False
        self._director.turned(here[0], Turn.UNPLUGGED)
        return True

    def _go(self, puppet: Puppeteer, sight: Sight) -> bool:
        self._director.step_up(None)
        if self.direct(Leave()):
            self._before_devices = None
        return tap(puppet, sight, "Finish")


def _shown_number(sight: Sight) -> int | None:
    """The queue number on the screen."""
    for thing in sight.seen:
        if _NUMBER.match(thing.text) and thing.role == "label":
            return int(thing.text)
    return None
