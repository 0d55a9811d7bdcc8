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
        wanted = rows(running.student) if running is not None and running.student is not None else []
        box = self.ids.rows
        if [(row.field, row.value) for row in reversed(box.children)] != wanted:
            box.clear_widgets()
            for field, value in wanted:
                long = len(value) > LONG_LINE
                box.add_widget(DataRow(field=field, value=value, size_hint_y=1.5 if long else 1))

    def leave(self) -> None:
        self.ids.rows.clear_widgets()

    def confirm(self, button: Any) -> None:
        """It is right."""
        enrolment = self.enrolment
        self.order(lambda desk: desk.confirm(enrolment), button)

    def dispute(self, button: Any) -> None:
        """Something is wrong."""
        enrolment = self.enrolment
        self.order(lambda desk: desk.dispute(enrolment), button)


load_kv(__file__)
