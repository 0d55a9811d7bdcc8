"""The robot operator: signs in with a PIN, calls, compares documents, excepts, accepts, parks, signs off."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from station.bench.day.album import SWITCH, Album
from station.bench.day.cast import SCHOOL, Actor, Turn
from station.bench.day.director import Director
from station.bench.day.folder import OPERATOR, PIN
from station.bench.day.robot import Robot, button, buttons, said, tap
from station.bench.devices.control import Lay
from station.bench.puppeteer import NotSeen, Puppeteer, Sight

DOCUMENTS: Final = {
    "birth-certificate": "Birth certificate",
    "family-card": "Family card (KK)",
    "parental-consent": "Consent of the parents",
}
RECALLS_BEFORE_MISSED: Final = 2
LOOKS_OVER: Final = 40
"""Looks that the operator takes at most before signing off, some five seconds."""
CORRECTED: Final = " BARU"
"""What the operator adds to the street of the student whose data was wrong."""
_NUMBER: Final = re.compile(r"^(\d{3,})")
_ROW: Final = re.compile(r"^\d{3,} ·")


class ConsoleRobot(Robot):
    """Sits at the operator's console."""

    app = "operator"

    def __init__(
        self, socket: Path, folder: Path, stop: threading.Event, director: Director, languages: Sequence[str]
    ) -> None:
        super().__init__(socket, folder, stop, languages)
        self._languages = tuple(languages)
        self._director = director
        self._compared: set[tuple[int, str]] = set()
        self._recalls: dict[int, int] = {}
        self._toured: set[str] = set()
        self._fixed: set[str] = set()
        self._looked_over = 0
        self._students_album = Album(folder / "screens", "student", languages)
        self.close_visit = threading.Event()
        """Set when everybody has gone: the visit may be closed."""
        self.finished = threading.Event()
        """Set when the visit is closed and nothing is left to see."""

    def act(self, puppet: Puppeteer, sight: Sight) -> bool:
        try:
            return {
                "sign-in": self._sign_in,
                "visit": self._open_visit,
                "today": self._today,
                "file": self._file,
                "failure": self._restart,
                "resemblance": self._resemblance,
                "end-of-day": self._end_of_day,
            }.get(sight.screen, self._go_back)(puppet, sight)
        except NotSeen:
            # What was waited for did not come (the app was killed, somebody was quicker): look again.
            return False

    def presentable(self, sight: Sight) -> bool:
        """An empty queue with nobody at the station says little."""
        return sight.screen != "today" or _shown_number(sight) is not None

    def _restart(self, puppet: Puppeteer, sight: Sight) -> bool:
        return tap(puppet, sight, "Restart")

    def _go_back(self, puppet: Puppeteer, sight: Sight) -> bool:
        return tap(puppet, sight, "Go back") or tap(puppet, sight, "Today")

    def _sign_in(self, puppet: Puppeteer, sight: Sight) -> bool:
        switch = sight.find(SWITCH, role="button", enabled=True)
        if switch is not None and self._languages and sight.language not in self._languages:
            puppet.touch(*switch.centre)
            return True
        if not tap(puppet, sight, OPERATOR):
            return False
        puppet.type_on_keys(PIN)
        puppet.tap(said(sight, "Sign in"))
        puppet.wait_until(lambda now: now if now.screen != "sign-in" else None, what="signed in")
        return True

    def _open_visit(self, puppet: Puppeteer, sight: Sight) -> bool:
        if self.close_visit.is_set():
            self._album.keep(puppet, sight)
            if self._album.holds("visit"):
                self.finished.set()
                return False
            self._change_language(puppet, sight)
            return True
        if tap(puppet, sight, "Open the visit"):
            return True
        school = sight.find(re.compile(re.escape(SCHOOL), re.IGNORECASE), role="button", enabled=True)
        if school is not None:
            puppet.touch(*school.centre)
        return school is not None

    def _today(self, puppet: Puppeteer, sight: Sight) -> bool:
        if tap(puppet, sight, "Done") or tap(puppet, sight, "Compare"):
            return True
        number = _shown_number(sight)
        actor = self._director.actor(number)
        if number is not None and actor is not None:
            start = button(sight, "Start {number}") or button(sight, "Go on with {number}")
            if start is not None or button(sight, "Recall {number}") is not None:
                return self._called(puppet, sight, number, actor)
            return self._running(puppet, sight, number, actor)
        return self._free(puppet, sight)

    def _called(self, puppet: Puppeteer, sight: Sight, number: int, actor: Actor) -> bool:
        if actor.has(Turn.MISSED) and len(self._director.actors) > 1:
            if self._recalls.get(number, 0) >= RECALLS_BEFORE_MISSED and tap(puppet, sight, "Missed {number}"):
                return True
            return self._recall(puppet, sight, number)
        if self._director.due(actor, Turn.RECALLED):
            if not self._recall(puppet, sight, number):
                return False
            self._director.turned(actor, Turn.RECALLED)
            return True
        if self._director.present != number:
            return False
        return tap(puppet, sight, "Start {number}") or tap(puppet, sight, "Go on with {number}")

    def _recall(self, puppet: Puppeteer, sight: Sight, number: int) -> bool:
        """Call once more, as soon as the console takes it."""
        if not tap(puppet, sight, "Recall {number}"):
            return False
        self._recalls[number] = self._recalls.get(number, 0) + 1
        return True

    def _running(self, puppet: Puppeteer, sight: Sight, number: int, actor: Actor) -> bool:
        if button(sight, "Identity is right") is not None:
            if sight.language in self._languages and sight.language not in self._toured:
                return self._tour(puppet, sight)
            if self._director.due(actor, Turn.MISSING_FINGER):
                return self._except_finger(puppet, sight, actor)
            return tap(puppet, sight, "Identity is right")
        if _at_documents(sight):
            return tap(puppet, sight, "Open the file")
        if self._director.due(actor, Turn.PARKED) and _at_step(sight, "Signature"):
            return self._park(puppet, sight, actor)
        if button(sight, "Accept with a reason") is not None:
            return self._accept(puppet, sight, actor)
        return self._sign_off(puppet, sight)

    def _sign_off(self, puppet: Puppeteer, sight: Sight) -> bool:
        """Look everything over first; the student's screen says so meanwhile, and the album wants to show it."""
        if button(sight, "Sign off") is None:
            return False
        self._looked_over += 1
        if not self._students_album.holds("finishing") and self._looked_over % LOOKS_OVER:
            return False
        return tap(puppet, sight, "Sign off")

    def _free(self, puppet: Puppeteer, sight: Sight) -> bool:
        for back in buttons(sight, "Return {number}"):
            number = int(back.text.split()[-1])
            actor = self._director.actor(number)
            if actor is not None and actor.has(Turn.PARKED) and not actor.has(Turn.MISSED):
                puppet.touch(*back.centre)
                return True
        if not self._director.line_stands:
            return False
        if tap(puppet, sight, "Call next"):
            return True
        aside = sight.find(re.compile(f"^{re.escape(said(sight, 'Aside {n}').format(n=0))[:-1]}[1-9]"), role="button")
        if aside is not None and not aside.chosen and self._director.actors:
            puppet.touch(*aside.centre)
            return True
        if self.close_visit.is_set():
            return tap(puppet, sight, "End of day")
        return False

    def _file(self, puppet: Puppeteer, sight: Sight) -> bool:
        number = _shown_number(sight)
        actor = self._director.actor(number)
        if number is None or actor is None or not _at_documents(sight):
            return self._go_back(puppet, sight)
        for document, name in DOCUMENTS.items():
            if (number, document) not in self._compared:
                return self._compare(puppet, sight, number, actor, document, name)
        disputed = actor.has(Turn.WRONG_DATA) and not self._director.due(actor, Turn.WRONG_DATA)
        if disputed and actor.person not in self._fixed:
            return self._correct(puppet, sight, actor)
        return tap(puppet, sight, "Documents are right")

    def _compare(self, puppet: Puppeteer, sight: Sight, number: int, actor: Actor, document: str, name: str) -> bool:
        self.direct(Lay(person=actor.person, document=document))
        puppet.tap(said(sight, name))
        first, again = said(sight, "Take a picture"), said(sight, "Take the picture again")
        if puppet.look().find(again, role="button") is None:
            puppet.tap(first)
            puppet.wait_until(lambda now: now.find(again, role="button", enabled=True), what="the document's picture")
        puppet.tap(said(sight, "Present"))
        compared = f"{said(sight, name)}: {said(sight, 'present, compared')}"
        puppet.wait_until(lambda now: now.find(compared), what="the document is compared")
        self._compared.add((number, document))
        return True

    def _correct(self, puppet: Puppeteer, sight: Sight, actor: Actor) -> bool:
        puppet.tap(said(sight, "Correct the data"))
        there = puppet.wait_for_screen("correct")
        puppet.tap(re.compile(f"^{re.escape(said(there, 'Street'))}:"))
        puppet.type_on_keys(CORRECTED)
        puppet.tap(said(there, DOCUMENTS["family-card"]))
        puppet.tap(said(there, "Record the corrections"))
        puppet.wait_until(lambda now: now if now.screen != "correct" else None, what="corrections recorded")
        self._fixed.add(actor.person)
        return True

    def _except_finger(self, puppet: Puppeteer, sight: Sight, actor: Actor) -> bool:
        puppet.tap(said(sight, "Exception"))
        there = puppet.wait_for_screen("exception")
        puppet.tap(said(there, "left little finger"))
        puppet.tap(said(there, "Missing"))
        puppet.tap(said(there, "Record the exception"))
        puppet.wait_until(lambda now: now if now.screen != "exception" else None, what="exception recorded")
        self._director.turned(actor, Turn.MISSING_FINGER)
        return True

    def _accept(self, puppet: Puppeteer, sight: Sight, actor: Actor) -> bool:
        puppet.tap(said(sight, "Accept with a reason"))
        there = puppet.wait_for_screen("accept")
        self._album.keep(puppet, there)
        if not self._album.holds("accept"):
            puppet.tap(said(there, "Go back"))
            self._change_language(puppet, puppet.wait_for_screen("today"))
            return True
        puppet.tap(said(there, "Skin worn or dry"))
        puppet.tap(said(there, "Accept the sample"))
        puppet.wait_until(lambda now: now if now.screen != "accept" else None, what="sample accepted")
        self._director.turned(actor, Turn.POOR_SAMPLE)
        return True

    def _resemblance(self, puppet: Puppeteer, sight: Sight) -> bool:
        if button(sight, "Two different people") is None:
            return False
        self._album.keep(puppet, sight)
        if self._album.holds("resemblance"):
            return tap(puppet, sight, "Two different people")
        puppet.tap(said(sight, "Go back"))
        self._change_language(puppet, puppet.wait_for_screen("today"))
        return True

    def _park(self, puppet: Puppeteer, sight: Sight, actor: Actor) -> bool:
        puppet.tap(said(sight, "Park"))
        there = puppet.wait_for_screen("park")
        puppet.tap(said(there, "Has to go back to class"))
        puppet.tap(said(there, "Park"))
        puppet.wait_until(lambda now: now if now.screen != "park" else None, what="parked")
        self._director.turned(actor, Turn.PARKED)
        self._director.step_up(None)
        return True

    def _end_of_day(self, puppet: Puppeteer, sight: Sight) -> bool:
        if not self.close_visit.is_set():
            return tap(puppet, sight, "Today")
        return tap(puppet, sight, "Close the visit")

    def _tour(self, puppet: Puppeteer, sight: Sight) -> bool:
        """Open every page once, as somebody new to the console would; then the same in the other language."""
        self._toured.add(sight.language)
        for page in ("Packages", "Devices", "End of day", "Settings", "Today"):
            self._visit_page(puppet, sight, page)
        for page in ("Exception", "Repeat a step", "Park", "Cancel", "Check in"):
            self._visit_page(puppet, sight, page, "Go back")
        waiting = [thing for thing in puppet.look().all(_ROW, role="button", enabled=True) if not thing.chosen]
        if len(waiting) > 1:
            puppet.touch(*min(waiting, key=lambda row: row.y).centre)  # the lowest is last in line, and waits
            # The page is there before the student's file is: look when its buttons stand.
            puppet.wait_until(lambda now: button(now, "Priority") if now.settled else None, what="priority")
            self._visit_page(puppet, sight, "Priority", "Go back")
            puppet.tap(said(sight, "Go back"))
            puppet.wait_for_screen("today")
        puppet.tap(said(sight, "Settings"))
        puppet.wait_for_screen("settings")
        self._visit_page(puppet, sight, "Change the PIN", "Go back")
        puppet.tap(said(sight, "Today"))
        puppet.wait_for_screen("today")
        puppet.tap(said(sight, "Open the file"))
        self._album.keep(puppet, puppet.wait_for_screen("file"))
        for page in ("Correct the data", "Note"):
            self._visit_page(puppet, sight, page, "Go back")
        puppet.tap(said(sight, "Go back"))
        puppet.wait_for_screen("today")
        if len(self._toured) < len(self._languages):
            self._change_language(puppet, sight)
        return True

    def _change_language(self, puppet: Puppeteer, sight: Sight) -> None:
        puppet.tap(said(sight, "Settings"))
        puppet.wait_for_screen("settings")
        puppet.tap("English" if sight.language == "id" else "Bahasa Indonesia")
        there = puppet.wait_until(
            lambda now: now if now.settled and now.language != sight.language else None, what="other language"
        )
        puppet.tap(said(there, "Today"))
        puppet.wait_until(lambda now: now if now.screen != "settings" else None, what="today")

    def _visit_page(self, puppet: Puppeteer, sight: Sight, page: str, back: str = "") -> None:
        before = puppet.look()
        found = button(before, page)
        if found is None:
            return
        puppet.touch(*found.centre)
        there = puppet.wait_until(
            lambda now: now if now.settled and (not back or now.screen != before.screen) else None, what=page
        )
        self._album.keep(puppet, there)
        if back:
            puppet.tap(said(there, back))
            puppet.wait_for_screen(before.screen)


def _shown_number(sight: Sight) -> int | None:
    """The number of the student whom the screen is about."""
    for thing in sight.seen:
        found = _NUMBER.match(thing.text) if thing.kind in ("Number", "Title") else None
        if found:
            return int(found.group(1))
    start = button(sight, "Start {number}") or button(sight, "Recall {number}")
    return int(start.text.split()[-1]) if start is not None and start.text.split()[-1].isdigit() else None


def _at_documents(sight: Sight) -> bool:
    """Are documents to be compared now? The button that ends it is grey until all of them are."""
    return sight.find(said(sight, "Documents are right"), role="button") is not None


def _at_step(sight: Sight, step: str) -> bool:
    pattern = re.compile(rf": {re.escape(said(sight, step))}($| ·)")
    return any(pattern.search(thing.text) for thing in sight.seen)
