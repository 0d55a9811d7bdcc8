"""Nobody is being served at this screen: closed, the welcome with the board of numbers, and a number that is called."""

from __future__ import annotations

from kivy.properties import NumericProperty, ObjectProperty, StringProperty

from station.queue.states import number_text
from station.screens.student import words
from station.screens.student.flow import Stage
from station.screens.student.frame import Fact, StudentScreen
from station.screens.student.router import Shown
from station.screens.student.view import Board
from station.screens.theme import load_kv, theme
from station.screens.widgets.kept import keep
from station.screens.widgets.panel import Panel
from station.screens.widgets.words import Number


class Closed(StudentScreen):
    """No visit is open."""


class BoardNumber(Number):
    """A number of the board: beside the point of the screen, so not a text of its own to those who read it."""

    role = "measure"
    number = StringProperty("")
    """Empty where there is none yet, which is said in words: a dash of this size looks like a fault."""
    large = NumericProperty(theme.body)
    """Font size of a number, in pixels of the window."""


class BoardPanel(Panel):
    """Now, next, before."""

    serving = StringProperty("")
    following = StringProperty("")
    before = StringProperty("")

    def tell(self, board: Board) -> None:
        """Show these numbers."""
        self.serving = number_text(board.serving) if board.serving else ""
        self.following = "   ".join(number_text(number) for number in board.following)
        self.before = number_text(board.before) if board.before else ""


class _OnBoard(StudentScreen):
    """Anybody may check in."""

    waiting = StringProperty("")
    span = StringProperty("")

    def update(self, state: Shown) -> None:
        board = state.view.board
        self.ids.board.tell(board)
        self.waiting = words.waiting(board.waiting)
        self.span = words.span(board.minutes) if board.ahead else words._("No waiting")

    def start(self) -> None:
        """The student wants a number."""
        self.move(self.flow.to(Stage.FIND))


class Welcome(_OnBoard):
    """The idle screen."""

    school = StringProperty("")
    bring = ObjectProperty(())

    def update(self, state: Shown) -> None:
        super().update(state)
        self.school = state.view.school
        wanted = [("paper", words.document(each)) for each in state.view.documents]
        wanted.append(("eye", words._("No glasses and no contact lenses for the photo")))
        if self.bring != wanted:
            self.bring = wanted
            facts = keep(self.ids.bring, lambda: Fact(most=theme.caption * 1.1), len(wanted))
            for fact, (icon, text) in zip(facts, wanted, strict=True):
                fact.icon, fact.text = icon, text


class Called(_OnBoard):
    """One number, large enough for the whole room."""

    called = StringProperty("")
    again = StringProperty("")

    def update(self, state: Shown) -> None:
        super().update(state)
        board = state.view.board
        self.called = number_text(board.called) if board.called else ""
        self.again = words._("Called {n} times").format(n=board.calls) if board.calls > 1 else ""


load_kv(__file__)
