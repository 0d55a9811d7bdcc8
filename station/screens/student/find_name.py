"""Find yourself by class and name: the class is a touch, names stay masked until two letters of the own are typed."""

from __future__ import annotations

from functools import partial
from typing import Any

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.roster import names
from station.roster.register import Listed
from station.screens.student import words
from station.screens.student.find import FindScreen
from station.screens.student.flow import Flow, Stage
from station.screens.student.router import Shown
from station.screens.theme import load_kv
from station.screens.widgets import field as _field  # noqa: F401  (its KV rules are used in find_name.kv)
from station.screens.widgets import keys as _keys  # noqa: F401
from station.screens.widgets.buttons import Choice
from station.screens.widgets.rows import Row

LONGEST = 40
"""Letters that a student may type: enough to tell any two names of a class apart."""


class ClassChoice(BoxLayout):
    """The classes, as large buttons."""

    screen = ObjectProperty(None, allownone=True, rebind=True)

    def show(self, classes: tuple[str, ...]) -> None:
        """Offer these."""
        grid = self.ids.classes
        if [choice.text for choice in reversed(grid.children)] == list(classes):
            return
        grid.clear_widgets()
        for name in classes:
            choice = Choice(text=name)
            choice.size_hint_x = 1
            choice.bind(on_act=partial(self._chosen, name))
            grid.add_widget(choice)

    def _chosen(self, name: str, _choice: object) -> None:
        self.screen.choose_class(name)


class NameRow(Row):
    """One name, on two lines where it is long, over what tells namesakes apart."""

    text = StringProperty("")
    apart = StringProperty("")


class NameSearch(BoxLayout):
    """Letters and the names that fit."""

    screen = ObjectProperty(None, allownone=True, rebind=True)
    class_name = StringProperty("")
    typed = StringProperty("")

    def show(self, flow: Flow) -> None:
        """List who fits; none is named before enough letters are typed."""
        self.class_name, self.typed = flow.class_name, flow.typed
        rows = [{"key": person.id, "text": person.name, "apart": words.apart(person)} for person in flow.people]
        if self.ids.names.rows != rows:
            self.ids.names.rows = rows
        enough = len(names.key(flow.typed)) >= names.LETTERS_TO_SHOW
        self.ids.names.empty = words._("No such name in this class") if enough else ""


class FindName(FindScreen):
    """Class, letters, name, then the answer."""

    stage = Stage.NAME

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.choice = ClassChoice(screen=self)
        self.names = NameSearch(screen=self)
        self.search = self.choice

    def update(self, state: Shown) -> None:
        if state.flow.class_name:
            self.search = self.names
            self.names.show(state.flow)
        else:
            self.search = self.choice
            self.choice.show(state.view.classes)
        super().update(state)

    def choose_class(self, name: str) -> None:
        """The student's class."""
        self._look_up(self.flow.choosing(name))

    def type(self, letter: str) -> None:
        """One more letter."""
        if len(self.flow.typed) < LONGEST:
            self._look_up(self.flow.typing(self.flow.typed + letter, self.flow.people))

    def erase(self) -> None:
        """One letter less."""
        self._look_up(self.flow.typing(self.flow.typed[:-1], self.flow.people))

    def pick(self, student: str) -> None:
        """The student touched a name."""
        person = next((person for person in self.flow.people if person.id == student), None)
        if person is not None:
            self.order(lambda desk: desk.chosen(person), done=self.found)

    def search_again(self) -> None:
        """Not this one: back to the names of the class."""
        self._look_up(self.flow.answered(None).typing(""))

    def back(self) -> None:
        """One choice back."""
        if self.flow.class_name and self.flow.found is None:
            self.move(self.flow.choosing(""))
        else:
            super().back()

    def _look_up(self, flow: Flow) -> None:
        self.move(flow)
        class_name, typed = flow.class_name, flow.typed
        self.order(lambda desk: desk.listed(class_name, typed), done=partial(self._list, class_name, typed))

    def _list(self, class_name: str, typed: str, people: tuple[Listed, ...]) -> None:
        # What was typed meanwhile has a look-up of its own.
        if (class_name, typed) == (self.flow.class_name, self.flow.typed):
            self.move(self.flow.typing(typed, people))


load_kv(__file__)
