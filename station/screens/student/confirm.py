"""The student confirms the data as it stands on the documents; the one screen that shows a NIK in full."""

from __future__ import annotations

from typing import Any, Final

from kivy.properties import StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.roster.nik import Sex
from station.roster.students import Student
from station.screens.student import words
from station.screens.student.frame import StudentScreen
from station.screens.student.router import Shown
from station.screens.theme import load_kv
from station.screens.widgets.kept import keep

_UNSTATED: Final = "–"
LONG_LINE: Final = 55
"""Characters that fit on one line; more get more room."""


class DataRow(BoxLayout):
    """One field with its value."""

    field = StringProperty("")
    value = StringProperty("")


def rows(student: Student) -> list[tuple[str, str]]:
    """Field and value as they are read out."""
    sex = {Sex.MALE: words._("Male"), Sex.FEMALE: words._("Female"), None: _UNSTATED}[student.sex]
    born = ", ".join(part for part in (student.birth_place, words.day(student.birth_date)) if part)
    parts = (
        student.street,
        f"RT {student.rt}" if student.rt else "",
        f"RW {student.rw}" if student.rw else "",
        student.hamlet,
        student.village,
        student.district,
    )
    return [
        (words._("Name"), student.name),
        (words._("NIK"), _grouped(student.nik) or _UNSTATED),
        (words._("Born"), born),
        (words._("Sex"), sex),
        (words._("Family card number"), _grouped(student.no_kk) or _UNSTATED),
        (words._("Address"), ", ".join(part for part in parts if part) or _UNSTATED),
    ]


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
        for row, (field, value) in zip(keep(self.ids.rows, DataRow, len(wanted)), wanted, strict=True):
            row.field, row.value = field, value
            row.size_hint_y = 1.5 if len(value) > LONG_LINE else 1

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
