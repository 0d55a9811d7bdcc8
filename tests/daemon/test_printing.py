"""Every paper once: printer well, empty, gone, late; the process killed between start and outcome."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from station.clock import SystemClock
from station.daemon.papers import COPY, Papers
from station.daemon.printing import PrintingDesk, School, may_be_about
from station.hardware.devices import Kind
from station.journal import Journal, alerts
from station.journal import events as ev
from station.queue import commands, queries
from station.queue.states import QueueSettings

Bench = Any
"""The class stands in conftest.py, which is not imported."""


@pytest.fixture
def desk(journal: Journal, bench: Bench) -> PrintingDesk:
    papers = Papers("Disdukcapil", ZoneInfo("Asia/Makassar"), ("family-card",))
    school = School(lambda school: f"name of {school}", lambda ticket: date(2099, 8, 17))
    return PrintingDesk(journal, bench.broker, papers, school, QueueSettings(), SystemClock())


def print_state(journal: Journal, ticket: str) -> str:
    return queries.ticket(journal.db, ticket).print_state


def kinds(journal: Journal, subject: str) -> list[str]:
    return [row.kind for row in journal.events(subject)]


def papers_of(bench: Bench) -> list[bytes]:
    return [path.read_bytes() for path in sorted(bench.printer.tickets.glob("*.bin"))]


def open_codes(journal: Journal) -> list[str]:
    return [alert.code for alert in alerts.open_alerts(journal.db)]


def test_a_ticket_comes_out_once(
    journal: Journal, bench: Bench, desk: PrintingDesk, check_in: Any, running: Any, eventually: Any
) -> None:
    bench.plug(Kind.PRINTER)
    with running(desk.run):
        tickets = [check_in("stu_1"), check_in("stu_2", "en")]
        for ticket in tickets:
            eventually(lambda ticket=ticket: print_state(journal, ticket.id) == "printed")
    assert kinds(journal, tickets[0].id) == ["ticket.issued", "ticket.print-started", "ticket.printed"]
    assert len(papers_of(bench)) == 2
    assert b"Nomor antrean Anda" in papers_of(bench)[0]
    assert b"name of sch_1" in papers_of(bench)[0]
    assert b"Your queue number" in papers_of(bench)[1]
    assert not any(COPY.encode() in paper for paper in papers_of(bench))
    appeared = [row.event for row in journal.events(Kind.PRINTER)]
    assert appeared == [ev.DeviceAppeared(driver="escpos", bench=True)]


def test_tickets_wait_for_paper_and_the_operator_is_told_once(
    journal: Journal, bench: Bench, desk: PrintingDesk, check_in: Any, running: Any, eventually: Any
) -> None:
    bench.plug(Kind.PRINTER)
    bench.printer.faults.set("paper-end")
    with running(desk.run):
        first, second = check_in("stu_1"), check_in("stu_2")
        eventually(lambda: open_codes(journal) == ["printer.paper-end"])
        bench.printer.faults.set("cover-open")
        eventually(lambda: open_codes(journal) == ["printer.cover-open"])
        bench.printer.faults.set("well")
        eventually(lambda: print_state(journal, second.id) == "printed")
    assert open_codes(journal) == []
    assert [first.id.encode() in paper for paper in papers_of(bench)] == [True, False]
    assert not any(COPY.encode() in paper for paper in papers_of(bench))
    assert kinds(journal, first.id).count("ticket.print-started") <= 2
    assert kinds(journal, Kind.PRINTER).count("device.faulted") == 2
    assert kinds(journal, Kind.PRINTER)[-1] == "device.recovered"


def test_an_idle_printer_without_paper_is_noticed(
    journal: Journal, bench: Bench, desk: PrintingDesk, running: Any, eventually: Any
) -> None:
    bench.plug(Kind.PRINTER)
    with running(desk.run):
        eventually(lambda: kinds(journal, Kind.PRINTER) == ["device.appeared"])
        bench.printer.faults.set("paper-end")
        eventually(lambda: open_codes(journal) == ["printer.paper-end"])
        bench.printer.faults.set("paper-ok")
        eventually(lambda: open_codes(journal) == [])


def test_a_ticket_waits_for_a_printer_and_follows_it_to_another_port(
    journal: Journal, bench: Bench, desk: PrintingDesk, check_in: Any, running: Any, eventually: Any
) -> None:
    with running(desk.run):
        first = check_in("stu_1")
        eventually(lambda: open_codes(journal) == ["printer.gone"])
        assert print_state(journal, first.id) == "wanted"
        bench.plug(Kind.PRINTER)
        eventually(lambda: print_state(journal, first.id) == "printed")
        assert open_codes(journal) == []
        bench.unplug(Kind.PRINTER)
        eventually(lambda: open_codes(journal) == ["printer.gone"])
        second = check_in("stu_2")
        bench.plug(Kind.PRINTER)
        eventually(lambda: print_state(journal, second.id) == "printed")
    assert len(papers_of(bench)) == 2
    assert open_codes(journal) == []


def test_what_was_cancelled_or_is_done_is_not_printed(
    journal: Journal, bench: Bench, desk: PrintingDesk, check_in: Any, running: Any, eventually: Any
) -> None:
    cancelled, other = check_in("stu_1"), check_in("stu_2")
    with journal.command("operator:ani") as tx:
        commands.cancel(tx, cancelled.id)
    bench.plug(Kind.PRINTER)
    with running(desk.run):
        eventually(lambda: print_state(journal, other.id) == "printed")
    assert print_state(journal, cancelled.id) == "wanted"
    assert len(papers_of(bench)) == 1


def test_a_reprint_is_a_copy(
    journal: Journal, bench: Bench, desk: PrintingDesk, check_in: Any, running: Any, eventually: Any
) -> None:
    bench.plug(Kind.PRINTER)
    with running(desk.run):
        ticket = check_in("stu_1")
        eventually(lambda: print_state(journal, ticket.id) == "printed")
        with journal.command("operator:ani") as tx:
            commands.reprint(tx, ticket.id)
        eventually(lambda: print_state(journal, ticket.id) == "printed")
    assert [COPY.encode() in paper for paper in papers_of(bench)] == [False, True]


def test_the_slip_follows_the_finish(
    journal: Journal, bench: Bench, desk: PrintingDesk, check_in: Any, running: Any, eventually: Any
) -> None:
    bench.plug(Kind.PRINTER)
    with running(desk.run):
        ticket = check_in("stu_1")
        eventually(lambda: print_state(journal, ticket.id) == "printed")
        with journal.command("operator:ani") as tx:
            commands.call(tx, ticket.id)
            commands.serve(tx, ticket.id, "enr_1")
            commands.finish(tx, ticket.id)
        eventually(lambda: queries.ticket(journal.db, ticket.id).slip_state == "printed")
    assert b"17 Agustus 2099" in papers_of(bench)[1]


def test_a_started_paper_without_an_outcome_is_printed_as_a_copy(
    journal: Journal, bench: Bench, desk: PrintingDesk, check_in: Any, running: Any, eventually: Any
) -> None:
    ticket = check_in("stu_1")
    with journal.command("devices") as tx:
        tx.append(ev.TicketPrintStarted(), ticket.id)
    bench.plug(Kind.PRINTER)
    with running(desk.run):
        eventually(lambda: print_state(journal, ticket.id) == "printed")
    assert COPY.encode() in papers_of(bench)[0]
    started = [row.event for row in journal.events(ticket.id) if row.kind == "ticket.print-started"]
    assert started == [ev.TicketPrintStarted(), ev.TicketPrintStarted(copy=True)]


STARTED, PRINTED = ev.TicketPrintStarted(), ev.TicketPrinted()
EMPTY, GONE = ev.TicketPrintFailed(code="printer.paper-end"), ev.TicketPrintFailed(code="printer.gone")


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        ([], False),
        ([STARTED], True),
        ([STARTED, EMPTY], False),
        ([STARTED, EMPTY, STARTED, EMPTY], False),
        ([STARTED, GONE], True),
        ([STARTED, GONE, STARTED, EMPTY], True),
        ([STARTED, STARTED, EMPTY], True),
        ([STARTED, PRINTED], True),
        ([STARTED, PRINTED, STARTED, EMPTY], True),
        ([ev.SlipPrintStarted()], False),
    ],
)
def test_when_a_paper_may_be_about(happened: list[ev.Event], expected: bool, journal: Journal) -> None:
    with journal.command("devices") as tx:
        for event in happened:
            tx.append(event, "tkt_x")
    assert may_be_about(journal.events("tkt_x"), slip=False) is expected
    slips = [isinstance(event, ev.SlipPrintStarted) for event in happened]
    assert may_be_about(journal.events("tkt_x"), slip=True) is any(slips)


PROGRAM = """
import sys, threading
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo
from station.clock import SystemClock
from station.daemon.papers import Papers
from station.daemon.printing import PrintingDesk, School
from station.hardware.broker import Broker
from station.hardware.devices import Kind
from station.hardware.drivers import openers
from station.hardware.hotplug import DirectorySource
from station.journal import Journal
from station.queue.states import QueueSettings

folder = Path(sys.argv[1])
broker = Broker([DirectorySource(folder / "dev")], openers(folder, SystemClock()), kinds=(Kind.PRINTER,))
broker.start()
papers = Papers("Disdukcapil", ZoneInfo("Asia/Makassar"), ())
school = School(lambda school: "", lambda ticket: None)
journal = Journal.open(folder / "data")
PrintingDesk(journal, broker, papers, school, QueueSettings(), SystemClock()).run(threading.Event())
"""


def test_killed_while_printing_every_ticket_is_on_paper_and_a_second_one_says_so(
    journal: Journal, bench: Bench, check_in: Any, eventually: Callable[..., None], tmp_path: Path
) -> None:
    bench.plug(Kind.PRINTER)
    bench.printer.faults.set("slow")
    tickets = [check_in(f"stu_{n}") for n in range(3)]
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    for number in range(3):
        process = subprocess.Popen(command)
        try:
            eventually(lambda n=number: kinds(journal, tickets[n].id).count("ticket.print-started") >= 1)
            taken = bench.printer.bytes_taken
            eventually(lambda enough=taken + 100 * number: bench.printer.bytes_taken > enough)
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.wait(10)
    process = subprocess.Popen(command)
    try:
        for ticket in tickets:
            eventually(lambda ticket=ticket: print_state(journal, ticket.id) == "printed")
    finally:
        process.terminate()
        process.wait(10)
    printed = papers_of(bench)
    for ticket in tickets:
        mine = [paper for paper in printed if ticket.id.encode() in paper]
        assert mine
        assert all(COPY.encode() in paper for paper in mine[1:])


def test_from_commit_to_the_last_byte(
    journal: Journal, bench: Bench, desk: PrintingDesk, check_in: Any, running: Any, eventually: Any
) -> None:
    """A generous bound, for a machine that is busy with other tests; `make bench` measures it."""
    bench.plug(Kind.PRINTER)
    clock = SystemClock()
    taken = []
    with running(desk.run):
        eventually(lambda: kinds(journal, Kind.PRINTER) == ["device.appeared"])
        for n in range(10):
            check_in(f"stu_{n}")
            begun = clock.monotonic()
            assert bench.printer.wait_for_tickets(n + 1, 10)
            taken.append(clock.monotonic() - begun)
    assert sorted(taken)[5] < 0.3
    assert threading.active_count() < 20
