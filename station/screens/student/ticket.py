"""The number: huge, with what it means, and the paper that comes."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import BooleanProperty, StringProperty

from station.queue.states import TicketState, number_text
from station.screens.student import words
from station.screens.student.frame import StudentScreen
from station.screens.student.router import Shown
from station.screens.theme import load_kv

RETURNS_AFTER = 15.0
"""Seconds: three short lines and a paper to take."""
PAPER_LATE = 4.0
"""Seconds after which a paper that has not come is not promised any more; a printer that works needs half of one."""


class Ticket(StudentScreen):
    """Returns by itself, unless it is stopped."""

    ticket = StringProperty("")
    ahead = StringProperty("")
    span = StringProperty("")
    turn = StringProperty("")
    paper = StringProperty("")
    paper_icon = StringProperty("printer")
    stays = BooleanProperty(False)
    problem = BooleanProperty(False)
    waits = BooleanProperty(True)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._about = ""
        self._late = False
        self._waiting: Any = Clock.create_trigger(self._paper_is_late, PAPER_LATE)

    def _begin(self, about: str) -> None:
        self._about, self._late = about, False
        self._waiting.cancel()
        self._waiting()
        self.stays = False
        self.ids.countdown.seconds = RETURNS_AFTER
        self.ids.countdown.start()

    def _paper_is_late(self, _passed: float) -> None:
        self._late = True
        if self.shown is not None:
            self.update(self.shown)

    def update(self, state: Shown) -> None:
        if state.flow.ticket != self._about:
            self._begin(state.flow.ticket)
        ticket = state.view.ticket
        if ticket is None or ticket.id != state.flow.ticket:
            return
        self.ticket = number_text(ticket.number)
        self.waits = waits = ticket.state is TicketState.WAITING
        self.turn = words.turn(ticket)
        self.ahead = words.ahead(ticket.ahead) if waits else self.turn
        self.span = words.span(ticket.minutes) if waits and ticket.ahead else ""
        self.paper_icon, self.paper = words.paper(ticket, late=self._late)
        self.problem = self.paper_icon == "warning"

    def leave(self) -> None:
        self.ids.countdown.stop()
        self._waiting.cancel()
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
