"""The number: huge, with what it means, and the paper that comes."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from station.queue.states import TicketState, number_text
from station.screens.student import words
from station.screens.student.frame import StudentScreen
from station.screens.student.patience import Patience
from station.screens.student.router import Shown
from station.screens.theme import load_kv

RETURNS_AFTER = 15.0
"""Seconds: three short lines and a paper to take."""


class Ticket(StudentScreen):
    """Returns by itself, unless it is stopped."""

    ticket = StringProperty("")
    ahead = StringProperty("")
    span = StringProperty("")
    turn_icon = StringProperty("people")
    paper = StringProperty("")
    paper_icon = StringProperty("printer")
    stays = BooleanProperty(False)
    problem = BooleanProperty(False)
    waits = BooleanProperty(True)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._about = ""
        self._patience = Patience(self._again)

    def _begin(self, about: str) -> None:
        self._about = about
        self._patience.begin()
        self.stays = False
        self.ids.countdown.seconds = RETURNS_AFTER
        self.ids.countdown.start()

    def update(self, state: Shown) -> None:
        if state.flow.ticket != self._about:
            self._begin(state.flow.ticket)
        ticket = state.view.ticket
        if ticket is None or ticket.id != state.flow.ticket:
            return
        self.ticket = number_text(ticket.number)
        self.waits = waits = ticket.state is TicketState.WAITING
        self.turn_icon, turn = words.turn(ticket)
        self.ahead = words.ahead(ticket.ahead) if waits else turn
        self.span = words.span(ticket.minutes) if waits and ticket.ahead else ""
        self.paper_icon, self.paper = words.paper(ticket, late=self._patience.over)
        self.problem = self.paper_icon == "warning"

    def leave(self) -> None:
        self.ids.countdown.stop()
        self._patience.end()
        self._about = ""
        self.ticket = self.ahead = self.span = self.paper = ""

    def stay(self) -> None:
        """The student still reads."""
        self.stays = True
        self.ids.countdown.stop()

    def end(self) -> None:
        """Back to the start."""
        self.move(self.flow.home())


load_kv(__file__)
