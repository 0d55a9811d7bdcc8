"""Tickets: check-in, call, missed, parked, returned, priority, cancelled."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from station.clock import SetClock
from station.journal import Journal, Transaction, projections
from station.journal import events as ev
from station.journal.verify import verify
from station.queue import Refused, Ticket, TicketState, commands, queries
from tests.queue.conftest import ANI, SETTINGS, act, check_in, numbers, refused, state


def test_two_taps_are_one_check_in(journal: Journal) -> None:
    first = check_in(journal, "stu_1")
    assert check_in(journal, "stu_1") == first
    assert (first.number, check_in(journal, "stu_2").number) == (1, 2)


def test_two_processes_check_the_same_student_in_once(journal: Journal, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from station.journal import Journal\n"
        "from station.queue import commands\n"
        "from station.queue.states import QueueSettings\n"
        "j = Journal.open(Path(sys.argv[1]))\n"
        "for student in range(12):\n"
        "    with j.command('student') as tx:\n"
        "        t = commands.check_in(tx, f'stu_{student}', QueueSettings(), language='en', via='code')\n"
        "    print(t.id, t.number)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [process.communicate(timeout=60)[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    assert printed[0] == printed[1]
    assert numbers(journal) == list(range(1, 13))
    assert verify(journal.db).finding is None


def test_check_in_needs_an_open_visit(journal: Journal) -> None:
    act(journal, commands.close_visit)
    with pytest.raises(Refused, match="no-visit"):
        check_in(journal, "stu_1")


def test_a_recorded_student_gets_no_second_ticket_another_day(journal: Journal) -> None:
    ticket = check_in(journal, "stu_1")
    with journal.command(ANI) as tx:
        commands.call(tx, ticket.id)
        commands.serve(tx, ticket.id, "enr_1")
        tx.append(ev.EnrolmentStarted(student="stu_1", ticket=ticket.id, visit=ticket.visit, steps=("photo",)), "enr_1")
        tx.append(ev.EnrolmentSignedOff(), "enr_1")
        commands.finish(tx, ticket.id)
    assert check_in(journal, "stu_1").id == ticket.id
    act(journal, commands.close_visit)
    act(journal, lambda tx: commands.open_visit(tx, "sch_2"))
    with pytest.raises(Refused, match="already-recorded"):
        check_in(journal, "stu_1")


def test_unknown_language_and_priority_are_errors_of_the_caller(journal: Journal) -> None:
    with pytest.raises(ValueError, match="language"), journal.command("student") as tx:
        commands.check_in(tx, "stu_1", SETTINGS, language="fr", via="nik")
    with pytest.raises(ValueError, match="priority"):
        check_in(journal, "stu_1", priority="vip")


def test_numbers_start_at_one_for_each_visit(journal: Journal) -> None:
    check_in(journal, "stu_1")
    act(journal, commands.close_visit)
    act(journal, lambda tx: commands.open_visit(tx, "sch_2"))
    assert check_in(journal, "stu_1").number == 1
    assert numbers(journal) == [1]


def test_one_visit_at_a_time(journal: Journal) -> None:
    assert refused(journal, lambda tx: commands.open_visit(tx, "sch_2")) == "queue.visit-open"


def test_a_visit_is_not_closed_under_a_student(journal: Journal, three: tuple[Ticket, ...]) -> None:
    act(journal, commands.call_next)
    assert refused(journal, commands.close_visit) == "queue.visit-busy"
    act(journal, lambda tx: commands.miss(tx, three[0].id))
    act(journal, commands.close_visit)


def test_nothing_is_done_to_tickets_of_a_closed_visit(journal: Journal, three: tuple[Ticket, ...]) -> None:
    waiting, parked, _ = (ticket.id for ticket in three)
    act(journal, lambda tx: commands.park(tx, parked))
    act(journal, commands.close_visit)
    stale: list[Callable[[Transaction], object]] = [
        lambda tx: commands.call(tx, waiting),
        lambda tx: commands.serve(tx, waiting, "enr_1"),
        lambda tx: commands.miss(tx, waiting),
        lambda tx: commands.park(tx, waiting),
        lambda tx: commands.give_back(tx, parked, SETTINGS),
        lambda tx: commands.prioritise(tx, waiting, "exam"),
        lambda tx: commands.cancel(tx, waiting),
        lambda tx: commands.note(tx, waiting, "x"),
        lambda tx: commands.reprint(tx, waiting),
        lambda tx: commands.choose_language(tx, waiting, "en"),
        lambda tx: commands.finish(tx, waiting),
    ]
    assert {refused(journal, command) for command in stale} == {"queue.no-ticket"}
    act(journal, lambda tx: commands.open_visit(tx, "sch_2"))
    assert {refused(journal, command) for command in stale} == {"queue.no-ticket"}


def test_called_in_order_one_at_a_time(journal: Journal, three: tuple[Ticket, ...]) -> None:
    act(journal, commands.call_next)
    assert state(journal, three[0]) is TicketState.CALLED
    assert refused(journal, commands.call_next) == "queue.one-called"
    assert refused(journal, lambda tx: commands.call(tx, three[1].id)) == "queue.one-called"
    act(journal, lambda tx: commands.serve(tx, three[0].id, "enr_1"))
    act(journal, commands.call_next)
    assert numbers(journal, TicketState.CALLED) == [2]


def test_nobody_waits(journal: Journal) -> None:
    assert refused(journal, commands.call_next) == "queue.nobody-waits"


def test_calling_again_counts(journal: Journal, three: tuple[Ticket, ...]) -> None:
    for calls in (1, 2, 3):
        act(journal, lambda tx: commands.call(tx, three[0].id))
        assert queries.ticket(journal.db, three[0].id).calls == calls
    assert queries.last_called(journal.db, three[0].visit, 5) == [1]


def test_anyone_can_be_called_out_of_turn(journal: Journal, three: tuple[Ticket, ...]) -> None:
    act(journal, lambda tx: commands.call(tx, three[2].id))
    assert numbers(journal, TicketState.CALLED) == [3]


def test_missed_waits_behind_the_next_two_and_nobody_slips_by_more_than_one(journal: Journal) -> None:
    tickets = [check_in(journal, f"stu_{n}") for n in range(1, 6)]
    act(journal, commands.call_next)
    act(journal, lambda tx: commands.miss(tx, tickets[0].id))
    assert numbers(journal) == [2, 3, 4, 5]
    act(journal, lambda tx: commands.give_back(tx, tickets[0].id, SETTINGS))
    assert numbers(journal) == [2, 3, 1, 4, 5]


def test_two_missed_keep_their_order(journal: Journal) -> None:
    tickets = [check_in(journal, f"stu_{n}") for n in range(1, 6)]
    for ticket in tickets[:2]:
        act(journal, commands.call_next)
        act(journal, lambda tx, ticket=ticket: commands.miss(tx, ticket.id))  # type: ignore[misc]  # a default binds it
    for ticket in tickets[:2]:
        act(journal, lambda tx, ticket=ticket: commands.give_back(tx, ticket.id, SETTINGS))  # type: ignore[misc]  # a default binds it
    assert numbers(journal) == [3, 4, 1, 2, 5]


def test_who_comes_back_is_called_anew(journal: Journal) -> None:
    ticket = check_in(journal, "stu_1")
    for _call in range(3):
        act(journal, lambda tx: commands.call(tx, ticket.id))
    act(journal, lambda tx: commands.miss(tx, ticket.id))
    act(journal, lambda tx: commands.give_back(tx, ticket.id, SETTINGS))
    act(journal, lambda tx: commands.call(tx, ticket.id))
    assert queries.ticket(journal.db, ticket.id).calls == 1


def test_missed_with_nobody_waiting_is_next(journal: Journal) -> None:
    ticket = check_in(journal, "stu_1")
    act(journal, commands.call_next)
    act(journal, lambda tx: commands.miss(tx, ticket.id))
    act(journal, lambda tx: commands.give_back(tx, ticket.id, SETTINGS))
    assert numbers(journal) == [1]


def test_parked_keeps_the_place(journal: Journal, three: tuple[Ticket, ...]) -> None:
    act(journal, lambda tx: commands.park(tx, three[0].id, "family card at home"))
    assert numbers(journal) == [2, 3]
    act(journal, lambda tx: commands.give_back(tx, three[0].id, SETTINGS))
    assert numbers(journal) == [1, 2, 3]


def test_only_the_called_are_missed_and_only_the_absent_return(journal: Journal, three: tuple[Ticket, ...]) -> None:
    assert refused(journal, lambda tx: commands.miss(tx, three[0].id)) == "queue.is-waiting"
    assert refused(journal, lambda tx: commands.give_back(tx, three[0].id, SETTINGS)) == "queue.is-waiting"
    assert refused(journal, lambda tx: commands.finish(tx, three[0].id)) == "queue.is-waiting"
    assert refused(journal, lambda tx: commands.call(tx, "tkt_none")) == "queue.no-ticket"


def test_priority_goes_first_in_its_own_order(journal: Journal, three: tuple[Ticket, ...]) -> None:
    check_in(journal, "stu_4", "disability")
    act(journal, lambda tx: commands.prioritise(tx, three[2].id, "exam"))
    assert numbers(journal) == [3, 4, 1, 2]
    act(journal, lambda tx: commands.prioritise(tx, three[2].id, "disability"))
    assert numbers(journal) == [3, 4, 1, 2]
    act(journal, lambda tx: commands.prioritise(tx, three[2].id, ""))
    assert numbers(journal) == [4, 1, 2, 3]


def test_priority_that_was_missed_is_taken_back_without_losing_the_place(journal: Journal) -> None:
    first = check_in(journal, "stu_1", "exam")
    for n in (2, 3, 4):
        check_in(journal, f"stu_{n}")
    act(journal, commands.call_next)
    act(journal, lambda tx: commands.miss(tx, first.id))
    act(journal, lambda tx: commands.give_back(tx, first.id, SETTINGS))
    assert numbers(journal) == [2, 3, 1, 4]
    act(journal, lambda tx: commands.prioritise(tx, first.id, ""))
    assert numbers(journal) == [2, 3, 1, 4]
    act(journal, lambda tx: commands.prioritise(tx, first.id, "exam"))
    assert numbers(journal) == [1, 2, 3, 4]


def test_a_cancelled_student_may_check_in_again(journal: Journal, three: tuple[Ticket, ...]) -> None:
    act(journal, lambda tx: commands.cancel(tx, three[0].id, "ill"))
    assert numbers(journal) == [2, 3]
    assert check_in(journal, "stu_1").number == 4
    assert refused(journal, lambda tx: commands.cancel(tx, three[0].id)) == "queue.is-cancelled"


def test_a_cancellation_is_taken_back_whatever_was_done_since(journal: Journal, three: tuple[Ticket, ...]) -> None:
    """Not by undo, which takes the last action back alone: until the visit is closed."""
    first, second, third = three
    act(journal, lambda tx: commands.cancel(tx, first.id, "went-home"))
    act(journal, lambda tx: commands.note(tx, first.id, "back again"))
    act(journal, lambda tx: commands.call(tx, second.id))
    assert refused(journal, lambda tx: commands.reinstate(tx, third.id)) == "queue.is-waiting"
    act(journal, lambda tx: commands.reinstate(tx, first.id))
    assert state(journal, first) is TicketState.PARKED
    act(journal, lambda tx: commands.give_back(tx, first.id, SETTINGS))
    assert numbers(journal) == [1, 3]
    tables = projections.dump(journal.db)
    journal.rebuild()
    assert projections.dump(journal.db) == tables


def test_a_cancellation_that_was_gone_on_from_stays(journal: Journal, three: tuple[Ticket, ...]) -> None:
    first, second, _third = three
    act(journal, lambda tx: commands.cancel(tx, first.id, "wrong-person"))
    check_in(journal, "stu_1")
    assert refused(journal, lambda tx: commands.reinstate(tx, first.id)) == "queue.checked-in-anew"
    act(journal, lambda tx: commands.cancel(tx, second.id, "went-home"))
    act(journal, commands.close_visit)
    assert refused(journal, lambda tx: commands.reinstate(tx, second.id)) == "queue.no-ticket"


def test_the_chosen_language_is_remembered_and_stands_in_no_ones_way(
    journal: Journal, three: tuple[Ticket, ...]
) -> None:
    act(journal, commands.call_next)
    act(journal, lambda tx: commands.choose_language(tx, three[0].id, "en"), "student")
    head = journal.head()
    act(journal, lambda tx: commands.choose_language(tx, three[0].id, "en"), "student")
    assert journal.head() == head
    assert queries.ticket(journal.db, three[0].id).language == "en"
    act(journal, commands.undo)
    after = queries.ticket(journal.db, three[0].id)
    assert (after.state, after.language) == (TicketState.WAITING, "en")
    with pytest.raises(ValueError, match="not one of"):
        act(journal, lambda tx: commands.choose_language(tx, three[0].id, "fr"))


def test_notes_are_sealed(journal: Journal, three: tuple[Ticket, ...], tmp_path: Path) -> None:
    act(journal, lambda tx: commands.note(tx, three[0].id, "Siti brings the card at ten"))
    kept = queries.ticket(journal.db, three[0].id).note
    assert kept is not None
    assert journal.vault.get(kept) == b"Siti brings the card at ten"
    assert b"Siti" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_the_queue_survives_midnight_and_a_restart(
    journal: Journal, three: tuple[Ticket, ...], clock: SetClock, tmp_path: Path
) -> None:
    act(journal, commands.call_next)
    clock.advance(26 * 3600)
    again = Journal.open(tmp_path, clock)
    assert numbers(again) == [2, 3]
    assert check_in(again, "stu_4").number == 4
    assert check_in(again, "stu_2") == three[1]
    assert numbers(again, TicketState.CALLED) == [1]
    again.close()


def test_history_has_a_row_for_each_period(journal: Journal, three: tuple[Ticket, ...], clock: SetClock) -> None:
    clock.advance(60)
    act(journal, commands.call_next)
    clock.advance(30)
    act(journal, lambda tx: commands.miss(tx, three[0].id))
    periods = queries.history(journal.db, three[0].id)
    assert [(p["state"], p["actor"]) for p in periods] == [("waiting", "student"), ("called", ANI), ("missed", ANI)]
    assert [p["ended_at"] for p in periods] == [p["started_at"] for p in periods[1:]] + [None]


def test_counts_have_every_state(journal: Journal, three: tuple[Ticket, ...]) -> None:
    act(journal, commands.call_next)
    counts = queries.counts(journal.db, three[0].visit)
    assert counts == {**dict.fromkeys(TicketState, 0), TicketState.WAITING: 2, TicketState.CALLED: 1}


def test_paper_is_owed_until_printed_and_no_longer_than_the_visit(journal: Journal, three: tuple[Ticket, ...]) -> None:
    def owed() -> list[int]:
        return [ticket.number for ticket in queries.to_print(journal.db)]

    assert owed() == [1, 2, 3]
    act(journal, lambda tx: tx.append(ev.TicketPrintStarted(), three[0].id))
    act(journal, lambda tx: tx.append(ev.TicketPrintFailed(code="printer.paper-end"), three[0].id))
    assert owed() == [1, 2, 3]
    act(journal, lambda tx: tx.append(ev.TicketPrinted(), three[0].id))
    act(journal, lambda tx: commands.cancel(tx, three[1].id))
    assert owed() == [3]
    act(journal, lambda tx: commands.reprint(tx, three[0].id))
    assert owed() == [1, 3]
    act(journal, commands.close_visit)
    assert owed() == []
