"""How the student is found: three ways to choose from, and the answer that all of them end in."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.screens.locale.speech import tr
from station.screens.student import words
from station.screens.student.flow import Found, Stage
from station.screens.student.frame import StudentScreen
from station.screens.student.router import Shown
from station.screens.theme import load_kv
from station.screens.widgets.taps import guard


class Find(StudentScreen):
    """Scan, type, or choose."""

    def choose(self, stage: str) -> None:
        """Take one of the ways."""
        self.move(self.flow.to(Stage(stage)))


class Answer(BoxLayout):
    """Who was found, or why nobody was, and what to do."""

    screen = ObjectProperty(None, allownone=True, rebind=True)
    good = BooleanProperty(True)
    title = StringProperty("")
    text = StringProperty("")
    note = StringProperty("")
    settled = BooleanProperty(False)
    """Another try would end here again."""
    done = BooleanProperty(False)
    """It is good news: nothing is left to be done."""
    does = StringProperty("")
    instead = StringProperty("")
    """The words of the other button."""
    found: Found | None = None
    """What it tells of."""

    def tell(self, found: Found) -> None:
        """Show this."""
        self.found = found
        self.good = not found.problem
        self.settled = found.settled
        self.done = found.problem == "checkin.recorded"
        if found.problem:
            self.title, self.text = words.not_found(found)
            self.note = ""
        else:
            self.title = words._("Is this you?") if found.name else words._("You have a number already")
            self.text = found.name
            of_class = words._("Class {name}").format(name=found.class_name) if found.class_name else ""
            self.note = " · ".join(part for part in (of_class, words.apart(found)) if part)
        self.does, self.instead = words.answers(found)


class FindScreen(StudentScreen):
    """One way: a search, and in its place the answer once there is one."""

    search: Any = None

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.answer = Answer(screen=self)

    def update(self, state: Shown) -> None:
        found = state.flow.found
        another = found is not None and found != self.answer.found
        if found is not None:
            self.answer.tell(found)
        wanted = self.answer if found is not None else self.search
        holder = self.ids.holder
        if holder.children != [wanted]:
            holder.clear_widgets()
            holder.add_widget(wanted)
            another = True
        if another:
            # As good as another screen: a tap meant for what was there must not land on what has just come.
            guard.screen_changes(0.0)

    def found(self, found: Found) -> None:
        """There is an answer."""
        if self.shown is not None and self.shown.flow.stage is self.stage:
            self.move(self.flow.answered(found))

    @property
    def stage(self) -> Stage:
        """The stage of the check-in that this screen is."""
        raise NotImplementedError

    def take_number(self, button: Any) -> None:
        """It is the student: take a number."""
        found = self.flow.found
        if found is None or found.problem:
            return
        if found.ticket:
            self.move(self.flow.show_ticket(found.ticket))
            return
        language = str(tr.language)
        self.order(
            lambda desk: desk.check_in(found.student, language, found.via),
            button,
            lambda ticket: self.move(self.flow.show_ticket(ticket)),
        )

    def go_on(self, button: Any) -> None:
        """The main button of the answer."""
        found = self.flow.found
        if found is None or not found.problem:
            self.take_number(button)
        elif found.settled:
            self.move(self.flow.home())
        else:
            self.search_again()

    def go_elsewhere(self) -> None:
        """The other button: somebody else, or another way."""
        found = self.flow.found
        if found is not None and found.problem and not found.settled:
            self.move(self.flow.to(Stage.FIND))
        else:
            self.search_again()

    def search_again(self) -> None:
        """Not this one."""
        self.move(self.flow.answered(None).typing(""))

    def back(self) -> None:
        """To the three ways."""
        self.move(self.flow.to(Stage.FIND))


load_kv(__file__)
