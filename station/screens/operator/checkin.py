"""Search and check in: by class and name, NIK, invitation code or queue number."""

from __future__ import annotations

from typing import Any, Final

from kivy.clock import Clock
from kivy.properties import StringProperty

from station.queue.states import number_text
from station.screens.locale.speech import tr
from station.screens.operator import words
from station.screens.operator.desk import Found
from station.screens.operator.frame import OperatorScreen, text_row
from station.screens.operator.pages import Name, Shown
from station.screens.operator.words import _
from station.screens.theme import load_kv
from station.screens.widgets.rows import Row

SEARCH_AFTER: Final = 0.2
"""Seconds without another key after which what was typed is looked for."""


class ClassRow(Row):
    """A class; a long name on two lines."""

    text = StringProperty("")


class FoundRow(Row):
    """A student: the name over what tells others of the same name apart."""

    text = StringProperty("")
    note = StringProperty("")
    end = StringProperty("")

    @property
    def spoken(self) -> str:
        """All of it as one text."""
        return " · ".join(part for part in (self.text, self.note, self.end) if part)


class CheckInScreen(OperatorScreen):
    """Names stay masked until two letters of them were typed."""

    class_name = StringProperty("")
    chosen = StringProperty("")
    language = StringProperty("")
    """Of the ticket: the student's, whatever the console speaks."""

    def __init__(self, **given: Any) -> None:
        self._found: tuple[Found, ...] = ()
        self._language = ""
        self._search = Clock.create_trigger(self._look, SEARCH_AFTER)
        super().__init__(**given)
        self.ids.classes.kind, self.ids.found.kind = ClassRow, FoundRow
        self.field = self.ids.typed
        self.field.bind(text=lambda *_args: self._search())

    def enter(self, state: Shown) -> None:
        self.class_name, self.chosen, self._found = "", "", ()
        self.language = self._language = state.language
        self.ids.typed.text = ""

    def resume(self) -> None:
        self._look()

    def update(self, state: Shown) -> None:
        visit = state.view.visit
        self.ids.classes.rows = [
            {"key": name, "text": name, "chosen": name == self.class_name}
            for name in (visit.classes if visit is not None else ())
        ]
        self._show_found()

    def choose_class(self, name: str) -> None:
        """Only this class; again: all."""
        self.class_name = "" if name == self.class_name else name
        self._again()
        self._search()

    def _look(self, _passed: float = 0.0) -> None:
        typed, class_name = self.ids.typed.text, self.class_name

        def done(found: tuple[Found, ...]) -> None:
            if (typed, class_name) == (self.ids.typed.text, self.class_name):
                self._found = found
                if self.chosen not in {each.student for each in found}:
                    self.chosen = found[0].student if len(found) == 1 else ""
                self._show_found()

        self.order(lambda desk: desk.find(typed, class_name), done=done)

    def _show_found(self) -> None:
        asked = bool(self.ids.typed.text or self.class_name)
        self.ids.found.empty = (
            _("Nobody found. Type another spelling, or choose the class.")
            if asked
            else _("Choose a class, or type a name, the NIK, the code of the invitation or a queue number.")
        )
        self.ids.found.rows = [
            text_row(each.student, each.name, _about(each), _standing(each), chosen=each.student == self.chosen)
            for each in self._found
        ]
        self._show_button()

    def _show_button(self) -> None:
        act, chosen = self.ids.act, self._chosen()
        act.text = _("Check in")
        act.reason = ""
        if chosen is None:
            act.reason = _("choose a student")
        elif chosen.ticket:
            act.text = _("Open the file of {number}").format(number=number_text(chosen.number))
        elif chosen.recorded:
            act.reason = _("is recorded already")

    def _chosen(self) -> Found | None:
        return next((each for each in self._found if each.student == self.chosen), None)

    def choose(self, student: str) -> None:
        """This student."""
        self.chosen = student
        self._show_found()

    def entered(self) -> None:
        self.press(self.ids.act)

    def act(self) -> None:
        """Check in, or open the file of who is checked in already."""
        chosen = self._chosen()
        if chosen is None:
            return
        if chosen.ticket:
            self.open(Name.FILE, chosen.ticket)
            return

        def done(number: int) -> None:
            self.say(_("Checked in with number {number}.").format(number=number_text(number)))
            self.ids.typed.text = ""
            self.language = station_language
            self._look()

        student, language, station_language = chosen.student, str(self.language), self._language
        self.order(lambda desk: desk.check_in(student, language), self.ids.act, done)


def _about(found: Found) -> str:
    born = _("born on {day}").format(day=tr.birthday(found.born)) if found.born is not None else ""
    return " · ".join(part for part in (found.class_name, born, f"NIK {found.nik}" if found.nik else "") if part)


def _standing(found: Found) -> str:
    if found.state is not None and found.number:
        return f"{number_text(found.number)} {words.state(found.state)}"
    return _("recorded") if found.recorded else ""


load_kv(__file__)
