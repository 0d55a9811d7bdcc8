"""The photo: the live view with one instruction, then the photo itself for the student to agree to."""

from __future__ import annotations

from typing import Any

from station.enrolment.capture import Phase
from station.screens.pixels import Pixels
from station.screens.student import words
from station.screens.student.capture import CaptureScreen
from station.screens.student.follow import LiveShown
from station.screens.student.frame import StudentScreen
from station.screens.student.router import Shown
from station.screens.theme import load_kv
from station.screens.widgets import oval as _oval  # noqa: F401  (its KV rules are used in photo.kv)
from station.screens.widgets import picture as _picture  # noqa: F401


class Photo(CaptureScreen):
    """It takes itself when the face has been good for a moment."""

    sign = "camera"

    def show_live(self, shown: LiveShown) -> None:
        super().show_live(shown)
        if shown.live is not self.live:
            return
        self.ids.oval.steady = shown.live.steady
        if shown.pixels is not None:
            self.ids.picture.show(shown.pixels)
        elif shown.live.phase is Phase.PAUSED:
            self.ids.picture.clear()

    def asks(self) -> str:
        return words._("Look straight into the camera")

    def hint(self) -> str:
        return words._("Keep still until the ring is full. Mouth closed, eyes open, no glasses.")

    def leave(self) -> None:
        self.ids.picture.clear()
        self.ids.oval.steady = 0


class PhotoApproval(StudentScreen):
    """Agree, or take another."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._photo: Pixels | None = None

    def update(self, state: Shown) -> None:
        if state.photo is not None and state.photo is not self._photo:
            self._photo = state.photo
            self.ids.picture.show(state.photo)

    def leave(self) -> None:
        self._photo = None
        self.ids.picture.clear()

    def approve(self, button: Any) -> None:
        """The photo is to be the one on the card."""
        enrolment = self.enrolment
        self.order(lambda desk: desk.approve_photo(enrolment), button)

    def retake(self, button: Any) -> None:
        """Another photo."""
        enrolment = self.enrolment
        self.order(lambda desk: desk.reject_photo(enrolment), button)


load_kv(__file__)
