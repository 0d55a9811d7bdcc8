"""The last action on a ticket, taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station.clock import SetClock
from station.journal import Journal, Transaction, projections
from station.journal import events as ev
from station.queue import Ticket, TicketState, commands, queries
from tests.queue.conftest import SETTINGS, act, check_in, numbers, refused

UNDONE: dict[str, tuple[Callable[[Transaction, str], object], ...]] = {
    "call": (commands.call,),
    "call again": (commands.call, commands.call),
    "miss": (commands.call, commands.miss),
    "park": (commands.park,),
    "park the called": (commands.call, commands.park),
    "return the parked": (commands.park, lambda tx, t: commands.give_back(tx, t, SETTINGS)),
    "return the missed": (commands.call, commands.miss, lambda tx, t: commands.give_back(tx, t, SETTINGS)),
    "prioritise": (lambda tx, t: commands.prioritise(tx, t, "exam"),),
    "prioritise no longer": (
        lambda tx, t: commands.prioritise(tx, t, "exam"),
        lambda tx, t: commands.prioritise(tx, t, ""),
    ),
    "cancel": (commands.cancel,),
    "cancel the missed": (commands.call, commands.miss, commands.cancel),
}


@pytest.mark.parametrize("name", UNDONE)
def test_the_last_action_is_undone_once(name: str, journal: Journal, three: tuple[Ticket, ...]) -> None:
    *before, last = UNDONE[name]
    for command in before:
        act(journal, lambda tx, command=command: command(tx, three[0].id))  # type: ignore[misc]  # a default binds it
    was = queries.ticket(journal.db, three[0].id)
    act(journal, lambda tx: last(tx, three[0].id))
    assert _place(queries.ticket(journal.db, three[0].id)) != _place(was)
    act(journal, commands.undo)
    assert _place(queries.ticket(journal.db, three[0].id)) == _place(was)
    assert refused(journal, commands.undo) == "queue.nothing-to-undo"
    tables = projections.dump(journal.db)
    journal.rebuild()
    assert projections.dump(journal.db) == tables


def _place(ticket: Ticket) -> tuple[TicketState, int, int, str]:
    return ticket.state, ticket.rank, ticket.calls, ticket.priority


def test_paper_and_notes_do_not_stand_in_the_way_of_undo(journal: Journal, three: tuple[Ticket, ...]) -> None:
    act(journal, commands.call_next)
    act(journal, lambda tx: tx.append(ev.TicketPrintStarted(), three[0].id), "devices")
    act(journal, lambda tx: tx.append(ev.TicketPrinted(), three[0].id), "devices")
    act(journal, lambda tx: commands.note(tx, three[0].id, "tall"))
    act(journal, commands.undo)
    after = queries.ticket(journal.db, three[0].id)
    assert (after.state, after.print_state) == (TicketState.WAITING, "printed")
    assert after.note is not None


def test_a_recording_is_not_undone_away(journal: Journal, three: tuple[Ticket, ...]) -> None:
    act(journal, commands.call_next)
    act(journal, lambda tx: commands.serve(tx, three[0].id, "enr_1"))
    assert refused(journal, commands.undo) == "queue.nothing-to-undo"
    act(journal, lambda tx: commands.park(tx, three[0].id))
    assert refused(journal, commands.undo) == "queue.undo-in-enrolment"


@pytest.mark.parametrize(
    "slip",
    [
        lambda tx, ticket: commands.call(tx, ticket),
        lambda tx, ticket: commands.prioritise(tx, ticket, "exam"),
        lambda tx, ticket: commands.park(tx, ticket, "unwell"),
        lambda tx, ticket: commands.cancel(tx, ticket, "went-home"),
    ],
)
def test_a_slip_that_is_undone_makes_nobodys_waiting_shorter(
    slip: Callable[[Transaction, str], object], journal: Journal, clock: SetClock, three: tuple[Ticket, ...]
) -> None:
    since = queries.ticket(journal.db, three[0].id).state_at
    clock.advance(40 * 60)
    act(journal, lambda tx: slip(tx, three[0].id))
    clock.advance(60)
    act(journal, commands.undo)
    assert queries.ticket(journal.db, three[0].id).state_at == since
    tables = projections.dump(journal.db)
    journal.rebuild()
    assert projections.dump(journal.db) == tables


def test_each_operator_undoes_the_own_actions(journal: Journal, three: tuple[Ticket, ...]) -> None:
    act(journal, lambda tx: commands.park(tx, three[0].id))
    act(journal, lambda tx: commands.park(tx, three[1].id), "operator:budi")
    act(journal, commands.undo)
    assert numbers(journal) == [1, 3]
    assert refused(journal, commands.undo, "operator:candra") == "queue.nothing-to-undo"


def test_undo_does_not_call_two_at_once(journal: Journal, three: tuple[Ticket, ...]) -> None:
    act(journal, commands.call_next)
    act(journal, lambda tx: commands.miss(tx, three[0].id))
    act(journal, commands.call_next, "operator:budi")
    assert refused(journal, commands.undo) == "queue.one-called"


def test_undo_of_a_cancel_gives_no_second_ticket(journal: Journal, three: tuple[Ticket, ...]) -> None:
    act(journal, lambda tx: commands.cancel(tx, three[0].id))
    check_in(journal, "stu_1")
    assert refused(journal, commands.undo) == "queue.checked-in-anew"


def test_undo_does_not_reach_into_the_visit_before(journal: Journal, three: tuple[Ticket, ...]) -> None:
    act(journal, lambda tx: commands.park(tx, three[0].id))
    act(journal, commands.close_visit)
    act(journal, lambda tx: commands.open_visit(tx, "sch_2"))
    assert refused(journal, commands.undo) == "queue.nothing-to-undo"
