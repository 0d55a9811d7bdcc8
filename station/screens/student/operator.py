"""The operator acts: at the documents, and at the sign-off. The student sees what happens."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ObjectProperty

from station.screens.student import words
from station.screens.student.frame import Fact, StudentScreen
from station.screens.student.router import Shown
from station.screens.theme import load_kv, theme
from station.screens.widgets.kept import keep


class WithOperator(StudentScreen):
    """Identity and documents."""

    disputed = BooleanProperty(False)
    bring = ObjectProperty(())

    def update(self, state: Shown) -> None:
        running = state.view.running
        self.disputed = running is not None and running.disputed
        wanted = [words.document(each) for each in state.view.documents]
        if self.bring != wanted:
            self.bring = wanted
            facts = keep(self.ids.bring, lambda: Fact(icon="paper", most=theme.body), len(wanted))
            for fact, text in zip(facts, wanted, strict=True):
                fact.text = text


class Finishing(StudentScreen):
    """The operator looks everything over."""


load_kv(__file__)
