"""Short questions before something is done: why accept, park or cancel; which step again; which priority; a note."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from kivy.properties import StringProperty

from station.enrolment.steps import Step
from station.queue.states import number_text
from station.screens.locale.speech import mark
from station.screens.operator import words
from station.screens.operator.desk import Desk
from station.screens.operator.frame import OperatorScreen
from station.screens.operator.pages import Shown
from station.screens.operator.words import _
from station.screens.theme import load_kv
from station.screens.widgets.buttons import Choice
from station.screens.widgets.kept import keep


class QuestionScreen(OperatorScreen):
    """One of several answers, or the operator's own words."""

    question: ClassVar[str] = ""
    explanation: ClassVar[str] = ""
    answers: ClassVar[Mapping[str, str]] = {}
    act_text: ClassVar[str] = ""
    own_words: ClassVar[bool] = True
    required: ClassVar[str] = mark("choose or write a reason")
    hint: ClassVar[str] = mark("Or in your own words")

    title = StringProperty("")
    chosen = StringProperty("-")
    """Code of the answer; `-` for none, because an empty code is an answer too."""

    def __init__(self, **given: Any) -> None:
        self._offered: object = None
        super().__init__(**given)
        if self.own_words:
            self.field = self.ids.words
            self.field.bind(text=lambda *_args: self._judge())
        else:
            for part in (self.ids.words, self.ids.letters):
                part.parent.remove_widget(part)

    def enter(self, state: Shown) -> None:
        self.choose("-")
        if self.own_words:
            self.ids.words.text = ""

    def offered(self, _state: Shown) -> Mapping[str, str]:
        """Codes and texts of the answers, not yet translated."""
        return self.answers

    def update(self, state: Shown) -> None:
        row = state.view.row(state.page.ticket)
        self.title = f"{number_text(row.number)} · {_(self.question)}" if row is not None else _(self.question)
        self.ids.explanation.text = _(self.explanation) if self.explanation else ""
        self.ids.act.text = _(self.act_text)
        if self.own_words:
            self.ids.words.hint = _(self.hint)
        offered = {code: _(text) for code, text in self.offered(state).items()}
        if offered != self._offered:
            self._offered = offered
            choices = keep(self.ids.answers, self._choice, len(offered))
            for choice, (code, text) in zip(choices, offered.items(), strict=True):
                choice.code, choice.text, choice.chosen = code, text, code == self.chosen
        for choice in self.ids.answers.children:
            choice.icon = "check" if choice.code == self.current(state) else ""
        self._judge()

    def current(self, _state: Shown) -> str:
        """Code of the answer that holds now; `-` where none does."""
        return "-"

    def _choice(self) -> Choice:
        choice = Choice(size_hint=(1, None))
        choice.bind(on_act=lambda choice: self.choose(choice.code))
        return choice

    def choose(self, code: str) -> None:
        """This answer; choosing it again lets it go."""
        self.chosen = "-" if self.chosen == code else code
        for choice in self.ids.answers.children:
            choice.chosen = choice.code == self.chosen
        self._judge()

    @property
    def answer(self) -> str:
        """The own words where there are any, else the chosen code, else `-`."""
        own = self.field.text.strip() if self.field is not None else ""
        return own or str(self.chosen)

    def _judge(self) -> None:
        self.ids.act.reason = _(self.required) if self.answer == "-" else ""

    def entered(self) -> None:
        self.press(self.ids.act)

    def act(self) -> None:
        """Do it, then go back."""
        if self.shown is not None:
            self.order(self.command(self.shown, self.answer), self.ids.act, lambda _result: self.leave_page())

    def command(self, shown: Shown, answer: str) -> Callable[[Desk], Any]:
        """What the answer leads to."""
        raise NotImplementedError


class AcceptScreen(QuestionScreen):
    """Keep the best attempt below the threshold."""

    question = mark("Why is this sample accepted?")
    explanation = mark("The best attempt is kept. The reason goes into the package; write no names and no numbers.")
    answers = words.ACCEPT_REASONS
    act_text = mark("Accept the sample")

    def command(self, shown: Shown, answer: str) -> Callable[[Desk], Any]:
        enrolment = shown.view.now.enrolment if shown.view.now is not None else ""
        return lambda desk: desk.accept(enrolment, answer)


class RepeatScreen(QuestionScreen):
    """Do a step again."""

    question = mark("Which step is to be done again?")
    explanation = mark("Steps that stand on it are done again too. Nothing that was captured is lost.")
    act_text = mark("Repeat the step")
    own_words = False
    required = mark("choose a step")

    def offered(self, state: Shown) -> Mapping[str, str]:
        now = state.view.now
        done = [*now.done, now.step] if now is not None else []
        return {str(step): words.STEPS[step] for step in dict.fromkeys(done) if step is not Step.SIGN_OFF}

    def command(self, shown: Shown, answer: str) -> Callable[[Desk], Any]:
        enrolment = shown.view.now.enrolment if shown.view.now is not None else ""
        return lambda desk: desk.repeat(enrolment, Step(answer))


class ParkScreen(QuestionScreen):
    """Set aside."""

    question = mark("Why is this set aside?")
    explanation = mark("Nothing is lost: it goes on at the same step when the student is back.")
    answers = words.PARK_REASONS
    act_text = mark("Park")

    def command(self, shown: Shown, answer: str) -> Callable[[Desk], Any]:
        return lambda desk: desk.park(shown.page.ticket, answer)


class CancelScreen(QuestionScreen):
    """Give up."""

    question = mark("Why is this cancelled?")
    explanation = mark("It can be taken back until the visit is closed. Then what was captured is destroyed.")
    answers = words.CANCEL_REASONS
    act_text = mark("Cancel the recording")

    def command(self, shown: Shown, answer: str) -> Callable[[Desk], Any]:
        return lambda desk: desk.cancel(shown.page.ticket, answer)


class NoteScreen(QuestionScreen):
    """The note about the student, to be written or gone on with; one that is emptied is taken away."""

    question = mark("What is to be remembered?")
    explanation = mark("The note stays on this station and is seen by operators only.")
    act_text = mark("Keep the note")
    hint = mark("Write the note")
    required = mark("nothing is changed")

    def enter(self, state: Shown) -> None:
        super().enter(state)
        self.ids.words.text = _note(state)

    @property
    def answer(self) -> str:
        return str(self.ids.words.text).strip()

    @property
    def unsaved(self) -> bool:
        return self.shown is not None and self.answer != _note(self.shown)

    def _judge(self) -> None:
        self.ids.act.reason = "" if self.unsaved else _(self.required)

    def command(self, shown: Shown, answer: str) -> Callable[[Desk], Any]:
        return lambda desk: desk.note(shown.page.ticket, answer)


class PriorityScreen(QuestionScreen):
    """Who goes first."""

    question = mark("Why does this student go first?")
    explanation = mark("Who has priority is called before the others, in the order of arrival.")
    answers = words.PRIORITIES
    act_text = mark("Set the priority")
    own_words = False
    required = mark("choose one")

    def enter(self, state: Shown) -> None:
        super().enter(state)
        self.choose(self.current(state))

    def current(self, state: Shown) -> str:
        row = state.view.row(state.page.ticket)
        return row.priority if row is not None else "-"

    def _judge(self) -> None:
        super()._judge()
        if self.shown is not None and self.answer == self.current(self.shown):
            self.ids.act.reason = _("it stands so already")

    def command(self, shown: Shown, answer: str) -> Callable[[Desk], Any]:
        return lambda desk: desk.prioritise(shown.page.ticket, answer)


def _note(state: Shown) -> str:
    """The note as it stands."""
    return state.view.file.note if state.view.file is not None else ""


load_kv(__file__)
