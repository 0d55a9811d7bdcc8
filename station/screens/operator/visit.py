"""Open a visit: choose the school."""

from __future__ import annotations

from kivy.properties import StringProperty

from station.screens.operator.frame import OperatorScreen, text_row
from station.screens.operator.pages import Shown
from station.screens.operator.words import _, _n
from station.screens.theme import load_kv
from station.screens.widgets import rows as _rows  # noqa: F401  (its KV rules are used in visit.kv)


class VisitScreen(OperatorScreen):
    """Shown while no visit is open."""

    school = StringProperty("")

    def enter(self, state: Shown) -> None:
        schools = state.view.schools
        self.school = schools[0].id if len(schools) == 1 else ""

    def update(self, state: Shown) -> None:
        self.ids.schools.rows = [
            text_row(
                school.id,
                school.name or _("School without a name"),
                end=_n("{n} student", "{n} students", school.students).format(n=school.students),
                chosen=school.id == self.school,
            )
            for school in state.view.schools
        ]
        self.ids.begin.reason = (
            _("no school list yet") if not state.view.schools else "" if self.school else _("choose a school")
        )

    def choose(self, school: str) -> None:
        """This school."""
        self.school = school
        if self.shown is not None:
            self.update(self.shown)

    def begin(self) -> None:
        """Open the visit."""
        school = self.school
        self.order(lambda desk: desk.open_visit(school), self.ids.begin)

    def entered(self) -> None:
        self.press(self.ids.begin)


load_kv(__file__)
