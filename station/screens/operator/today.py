"""Today: the queue, the recording that runs, what needs the operator, and the next number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kivy.clock import Clock
from kivy.properties import StringProperty

from station.queue.states import TicketState, number_text
from station.screens.operator import alerts as _alerts  # noqa: F401  (its KV rules are used in today.kv)
from station.screens.operator import now as _now  # noqa: F401
from station.screens.operator.desk import Desk
from station.screens.operator.frame import OperatorScreen
from station.screens.operator.pages import Name, Shown
from station.screens.operator.queue import ASIDE, CALL, DONE, IN_LINE, RETURN, line
from station.screens.operator.view import View
from station.screens.operator.words import _, _n
from station.screens.theme import load_kv
from station.screens.widgets.buttons import PushButton

GROUPS: Final = {"line": IN_LINE, "aside": ASIDE, "done": DONE}
RECALL_AFTER: Final = 2.0
"""Seconds after a call before it can be repeated: the board is still saying the number, and each call counts."""
_FIRST: Final = {TicketState.CALLED: 0, TicketState.SERVING: 1}


class TodayScreen(OperatorScreen):
    """The operator's usual place."""

    group = StringProperty("line")
    """Which tickets are listed: `line`, `aside` or `done`."""
    waiting_text = StringProperty("")
    aside_text = StringProperty("")
    done_text = StringProperty("")
    empty_text = StringProperty("")
    packages_text = StringProperty("")

    def __init__(self, **given: Any) -> None:
        self._just_called = False
        self._recall_again = Clock.create_trigger(self._may_recall, RECALL_AFTER)
        super().__init__(**given)

    def update(self, state: Shown) -> None:
        view = state.view
        self.ids.card.show(view)
        self.ids.alerts.show(view)
        self._show_queue(view)
        self._show_buttons(view)
        packages = view.packages
        self.packages_text = _("Packages: {sealed} sealed · {delivered} delivered · {received} received").format(
            sealed=packages.sealed, delivered=packages.delivered, received=packages.received
        )

    def on_group(self, _screen: object, _group: str) -> None:
        self._show_queue(self.view)

    def _show_queue(self, view: View) -> None:
        self.waiting_text = _("Waiting {n}").format(n=view.count(TicketState.WAITING))
        self.aside_text = _("Aside {n}").format(n=view.count(*ASIDE))
        self.done_text = _("Done {n}").format(n=view.count(*DONE))
        self.empty_text = {
            "line": _("Nobody waits. Who checks in appears here."),
            "aside": _("Nobody is parked or missed."),
            "done": _("Nobody is finished yet."),
        }[self.group]
        listed = [row for row in view.queue if row.state in GROUPS[self.group]]
        listed.sort(key=lambda row: _FIRST.get(row.state, 2))
        if self.group == "done":
            listed.sort(key=lambda row: -row.number)
        self.ids.queue.rows = [line(row) for row in listed]

    def _show_buttons(self, view: View) -> None:
        called = view.called
        number = number_text(called.number) if called else ""
        ids = self.ids
        ids.next.text = _("Call next")
        ids.next.reason = (
            _("{number} is called").format(number=number)
            if called
            else ""
            if view.count(TicketState.WAITING)
            else _("nobody waits")
        )
        # Whether an action can be taken back is known to the journal alone; that there was none, to an empty queue.
        ids.undo.reason = "" if view.queue else _("nothing to take back")
        ids.recall.text = _("Recall {number}").format(number=number) if called else _("Recall")
        ids.missed.text = _("Missed {number}").format(number=number) if called else _("Missed")
        nobody = "" if called else _("nobody is called")
        ids.recall.reason = nobody or (_("called just now") if self._just_called else "")
        calls = view.miss_after - called.calls if called else 0
        early = "" if view.may_miss else _n("recall once more", "recall {n} more times", calls).format(n=calls)
        ids.missed.reason = nobody or early

    # Taps and keys

    def call_next(self) -> None:
        """Call whoever is next."""
        self._call(lambda desk: desk.call_next(), self.ids.next)

    def _call(self, command: Callable[[Desk], Any], button: PushButton | None) -> None:
        self._just_called = True
        self._recall_again.cancel()
        self._recall_again()
        self._show_buttons(self.view)
        self.order(command, button)

    def _may_recall(self, _passed: float) -> None:
        self._just_called = False
        self._show_buttons(self.view)

    def recall(self) -> None:
        """Call the called number again."""
        called = self.view.called
        if called is not None:
            self._call(lambda desk: desk.call(called.ticket), self.ids.recall)

    def miss(self) -> None:
        """The called student did not come."""
        called = self.view.called
        if called is not None:
            self.order(lambda desk: desk.miss(called.ticket), self.ids.missed)

    def undo(self) -> None:
        """Take back the last action on a ticket."""

        def done(number: int) -> None:
            self.say(_("Taken back: number {number}.").format(number=number_text(number)))

        self.order(lambda desk: desk.undo(), self.ids.undo, done)

    def act(self, what: str, ticket: str, button: PushButton | None) -> None:
        """A row of the queue was tapped."""
        if what == CALL:
            self._call(lambda desk: desk.call(ticket), button)
        elif what == RETURN:
            self.order(lambda desk: desk.give_back(ticket), button)
        else:
            self.open(Name.FILE, ticket)

    def clear(self, alert: str, button: PushButton | None) -> None:
        """An alert was seen to."""
        self.order(lambda desk: desk.clear_alert(alert), button)

    def key(self, key: str) -> bool:
        buttons: dict[str, Any] = {"n": self.ids.next, "r": self.ids.recall, "m": self.ids.missed}
        if key in buttons:
            self.press(buttons[key])
            return True
        if key == "p":
            self._park()
            return True
        return False

    def _park(self) -> None:
        """Park who is being recorded, else who is called."""
        view = self.view
        ticket = view.now.ticket if view.now is not None else view.called.ticket if view.called is not None else ""
        if ticket:
            self.open(Name.PARK, ticket)


load_kv(__file__)
