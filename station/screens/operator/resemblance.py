"""The same person twice? Two students of this visit whose prints are alike, face beside face.

Nothing is refused here and nothing decided by itself: the operator looks and says what it is, and the journal keeps
that.
"""

from __future__ import annotations

from typing import Any, Final

from kivy.properties import StringProperty

from station.queue.states import number_text
from station.screens.operator.frame import OperatorScreen
from station.screens.operator.pages import Shown
from station.screens.operator.view import PairView, PersonView
from station.screens.operator.words import _
from station.screens.pixels import Pixels
from station.screens.theme import load_kv, theme

SIDES: Final = ("first", "second")
FACE: Final = (360, 480)
"""Pixels at 1280x800."""


class ResemblanceScreen(OperatorScreen):
    """One pair at a time."""

    first_name = StringProperty("")
    first_text = StringProperty("")
    second_name = StringProperty("")
    second_text = StringProperty("")

    def __init__(self, **given: Any) -> None:
        self._faces_of: PairView | None = None
        super().__init__(**given)

    def update(self, state: Shown) -> None:
        pair = state.view.pair(state.page.ticket)
        if pair is None:
            return
        for side, person in zip(SIDES, (pair.first, pair.second), strict=True):
            setattr(self, f"{side}_name", person.name)
            setattr(self, f"{side}_text", _told(person))
        if pair != self._faces_of:
            self._load(pair)

    def _load(self, pair: PairView) -> None:
        self._faces_of = pair
        for side in SIDES:
            self.ids[side].clear()
        self._offer(_("the faces are being opened"))
        width, height = (round(theme.px(size)) for size in FACE)
        both = (pair.first.enrolment, pair.second.enrolment)

        def show(faces: tuple[Pixels | None, ...]) -> None:
            if self._faces_of == pair:
                self.show_faces(faces)

        self.fetch(lambda desk: desk.faces(pair.visit, both, width, height), show)

    def show_faces(self, faces: tuple[Pixels | None, ...]) -> None:
        """Both faces, where they are known."""
        for side, face in zip(SIDES, faces, strict=True):
            if face is not None:
                self.ids[side].show(face)
        self._offer("")

    def _offer(self, reason: str) -> None:
        """Nobody answers before there is something to see; `reason` says so on the buttons, empty when there is."""
        self.ids.same.reason = self.ids.different.reason = reason

    def same(self) -> None:
        """One person."""
        pair = self._faces_of
        if pair is not None:
            first, second = pair.first.enrolment, pair.second.enrolment
            self.order(lambda desk: desk.say_same(first, second), self.ids.same, self._answered_same)

    def different(self) -> None:
        """Two people."""
        pair = self._faces_of
        if pair is not None:
            first, second = pair.first.enrolment, pair.second.enrolment
            self.order(lambda desk: desk.say_different(first, second), self.ids.different)

    def _answered_same(self, _result: object) -> None:
        self.say(_("Noted. Cancel this recording, or correct the name, as it is needed."))


def _told(person: PersonView) -> str:
    parts = (number_text(person.number), person.class_name, f"NIK {person.nik}" if person.nik else _("no NIK"))
    return " · ".join(part for part in parts if part)


load_kv(__file__)
