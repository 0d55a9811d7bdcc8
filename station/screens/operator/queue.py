"""The list of tickets: one row each, a tap opens the file, its button does what comes next for it."""

from __future__ import annotations

from typing import Any, Final

from kivy.properties import BooleanProperty, ColorProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.queue.states import TicketState, number_text
from station.screens.operator import words
from station.screens.operator.view import QueueRow
from station.screens.operator.words import _
from station.screens.theme import load_kv, theme
from station.screens.widgets.badge import TONES, Tone
from station.screens.widgets.rows import Line, Rows
from station.screens.widgets.taps import Tappable

IN_LINE: Final = (TicketState.CALLED, TicketState.SERVING, TicketState.WAITING)
ASIDE: Final = (TicketState.PARKED, TicketState.MISSED)
DONE: Final = (TicketState.FINISHED, TicketState.CANCELLED)

PRIORITY: Final = ("star", TONES[Tone.WARN][0])
NEEDS: Final = ("person", TONES[Tone.WARN][0])
NOTE: Final = ("paper", TONES[Tone.NOW][0])
"""Icon and colour of what is to be known about a student; its words are in the file."""

CALL: Final = "call"
RETURN: Final = "return"


class LineBody(Tappable, BoxLayout):
    """The part of a row that opens the file."""

    row = ObjectProperty(None, allownone=True, rebind=True)

    @property
    def spoken(self) -> str:
        """The whole row as one text."""
        return self.row.spoken if self.row is not None else ""


class QueueLine(Line):
    """One ticket."""

    number = StringProperty("")
    name = StringProperty("")
    said = StringProperty("")
    """State and time in words."""
    detail = StringProperty("")
    """The same, but for who waits as most do: there the clock says it, and the class has room."""
    class_name = StringProperty("")
    hints = StringProperty("")
    """The words of the signs before the class, for who does not see them."""
    first = BooleanProperty(False)
    """Has priority."""
    noted = BooleanProperty(False)
    """There is a note."""
    icon = StringProperty("ring")
    colour = ColorProperty(theme.ink_soft)
    action = StringProperty("")
    """`call`, `return` or nothing."""
    action_text = StringProperty("")
    marked = BooleanProperty(False)
    """Called or being recorded now."""

    @property
    def spoken(self) -> str:
        """Number, masked name, state, and what the signs say."""
        return " · ".join(part for part in (self.number, self.name, self.said, self.class_name, self.hints) if part)

    def act(self, what: str, button: Any = None) -> None:
        """Tell the list."""
        if self.list_of is not None:
            self.list_of.dispatch("on_act", what, self.key, button)


class QueueList(Rows):
    """All tickets of one group."""

    def __init__(self, **given: Any) -> None:
        self.register_event_type("on_act")
        super().__init__(kind=QueueLine, **given)

    def on_act(self, _what: str, _ticket: str, _button: Any) -> None:
        """A row's button (`call`, `return`) or the row itself (`open`) was tapped."""


def line(row: QueueRow) -> dict[str, Any]:
    """A row's properties."""
    word, tone, icon = words.STATES[row.state]
    time = words.minutes(row.minutes)
    waited = f"{_(word)} {time}"
    if row.state is TicketState.CALLED and row.calls > 1:
        waited = _("called {n} times, {time}").format(n=row.calls, time=time)
    extra = [_(words.PRIORITIES[row.priority])] if row.priority else []
    extra += [_("note")] if row.has_note else []
    action = CALL if row.state is TicketState.WAITING else RETURN if row.state in ASIDE else ""
    texts = {CALL: _("Call {number}"), RETURN: _("Return {number}"), "": ""}
    return {
        "key": row.ticket,
        "number": number_text(row.number),
        "name": row.name,
        "said": waited,
        "detail": " · ".join(filter(None, (time if row.state is TicketState.WAITING else waited, row.class_name))),
        "class_name": row.class_name,
        "hints": " · ".join(extra),
        "first": bool(row.priority),
        "noted": row.has_note,
        "icon": icon,
        "colour": TONES[tone][0],
        "action": action,
        "action_text": texts[action].format(number=number_text(row.number)),
        "marked": row.state in (TicketState.CALLED, TicketState.SERVING),
    }


load_kv(__file__)
