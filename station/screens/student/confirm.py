"""The student confirms the data as it stands on the documents; the one screen that shows a NIK in full."""

from __future__ import annotations

from typing import Any, Final

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.roster.nik import Sex
from station.roster.students import Student
from station.screens.student import words
from station.screens.student.frame import StudentScreen
from station.screens.student.router import Shown
from station.screens.theme import load_kv
from station.screens.widgets.kept import keep

_ROOM: Final = ((90, 2.7), (45, 1.6))
"""Height of a row whose value is longer than so many characters, beside 1 for what fits on one line of the smallest
window: what is long is not to be the smallest."""


class DataRow(BoxLayout):
    """One field with its value."""

    field = StringProperty("")
    value = StringProperty("")
    ruled = BooleanProperty(True)
    """A line parts it from the next."""


def rows(student: Student) -> list[tuple[str, str]]:
    """Field and value as they are read out."""
    unstated = words._("Not stated")
    sex = {Sex.MALE: words._("Male"), Sex.FEMALE: words._("Female"), None: unstated}[student.sex]
    born = ", ".join(part for part in (student.birth_place, words.day(student.birth_date)) if part)
    parts = (
        student.street,
        f"RT\u00a0{student.rt}" if student.rt else "",
        f"RW\u00a0{student.rw}" if student.rw else "",
        student.hamlet,
        student.village,
        student.district,
    )
    return [
        (words._("Name"), student.name),
        (words._("NIK"), _grouped(student.nik) or words._("No NIK yet")),
        (words._("Born"), born or unstated),
        (words._("Sex"), sex),
        (words._("Family card number"), _grouped(student.no_kk) or unstated),
        (words._("Address"), ", ".join(part for part in parts if part) or unstated),
    ]


def _room(value: str) -> float:
    return next((height for length, height in _ROOM if len(value) > length), 1.0)


def _grouped(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


class Confirm(StudentScreen):
    """Right, or something is wrong."""

    def update(self, state: Shown) -> None:
        running = state.view.running
        if running is None or running.student is None:
            self.leave()
            return
        wanted = rows(running.student)
        shown = keep(self.ids.rows, DataRow, len(wanted))
        for row, (field, value) in zip(shown, wanted, strict=True):
            row.field, row.value = field, value
            row.size_hint_y = _room(value)
            row.ruled = row is not shown[-1]

    def leave(self) -> None:
        for row in self.ids.rows.children:
            # Not cleared away: rows are costly to make. What they said is.
            row.value = ""

    def confirm(self, button: Any) -> None:
        """It is right."""
        enrolment = self.enrolment
        self.order(lambda desk: desk.confirm(enrolment), button)

    def dispute(self, button: Any) -> None:
        """Something is wrong."""
        enrolment = self.enrolment
        self.order(lambda desk: desk.dispute(enrolment), button)


load_kv(__file__)
