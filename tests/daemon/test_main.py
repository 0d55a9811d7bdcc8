"""The whole process but its command line: on the shipped configuration, with a plugged-in bench."""

from __future__ import annotations

import threading
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from station import config
from station.clock import SystemClock
from station.daemon import main
from station.daemon.supervise import Worker
from station.enrolment import commands as enrolments
from station.hardware.devices import Kind
from station.journal import Journal
from station.journal import events as ev
from station.queue import commands, queries
from station.queue.states import QueueSettings
from station.roster import register
from station.roster.register import Register
from station.roster.students import Student

Bench = Any
"""The class stands in conftest.py, which is not imported."""


def test_it_prints_lights_up_and_stops_when_told(
    journal: Journal, data: Path, bench: Bench, check_in: Any, running: Any, eventually: Any
) -> None:
    extra = threading.Event()
    more = [Worker("extra", lambda stop: extra.set())]
    bench.plug(Kind.PRINTER)
    bench.plug(Kind.LIGHTS)
    ticket = check_in("stu_1").id
    with running(lambda stop: main.run(data, config.load(data), bench.broker, SystemClock(), stop, more=more)):
        eventually(lambda: queries.ticket(journal.db, ticket).print_state == "printed")
        assert bench.lights.wait_for(10, green="on")
        assert extra.wait(10)
    started = next(row for row in journal.since(0) if row.kind == "system.started")
    assert started.subject == "devices"
    assert b"Disdukcapil Kabupaten Balangan" in next(bench.printer.tickets.glob("*.bin")).read_bytes()


def test_only_one_process_seals_and_prints_for_a_folder(
    journal: Journal, data: Path, bench: Bench, running: Any
) -> None:
    """The start of a second one cleared away what the first was just sealing."""
    begun, stop = threading.Event(), threading.Event()
    more = [Worker("extra", lambda stop: begun.set())]
    settings = config.load(data)
    with running(lambda stop: main.run(data, settings, bench.broker, SystemClock(), stop, more=more)):
        assert begun.wait(10)
        with pytest.raises(main.AlreadyRuns, match="another process"):
            main.run(data, settings, bench.broker, SystemClock(), stop)
        assert len([row for row in journal.since(0) if row.kind == "system.started"]) == 1
    stop.set()
    main.run(data, settings, bench.broker, SystemClock(), stop)


def test_the_slip_names_the_17th_birthday_as_corrected(journal: Journal, check_in: Any) -> None:
    register.prepare(journal)
    with journal.command("roster") as tx:
        students = Register(tx.db, tx.vault)
        school = students.add_school("SMAN 1 Paringin", "30301234")
        student = students.add(school.id, [Student("Siti Aminah", date(2010, 2, 28))])[0]
    found = main.school_of(journal)
    assert (found.name_of(school.id), found.name_of("sch_none")) == ("SMAN 1 Paringin", "")
    ticket = check_in(student)
    assert found.card_on(ticket) == date(2027, 2, 28)
    assert found.card_on(check_in("stu_unknown")) is None
    enrolment = "enr_1"
    with journal.command("operator:ani") as tx:
        commands.call(tx, ticket.id)
        commands.serve(tx, ticket.id, enrolment)
        begun = ev.EnrolmentStarted(student=student, ticket=ticket.id, visit=ticket.visit, steps=("documents",))
        tx.append(begun, enrolment)
        enrolments.correct(tx, enrolment, {"birth_date": "2008-02-29"}, "birth-certificate")
    assert found.card_on(queries.ticket(journal.db, ticket.id)) == date(2025, 3, 1)


def test_every_section_of_the_shipped_configuration_is_read(journal: Journal, data: Path, bench: Bench) -> None:
    made = partial(main.workers, journal, data, config.load(data), bench.broker, SystemClock())
    assert [worker.name for worker in made()] == ["printing", "lights", "sealer", "carrier", "health"]
    assert QueueSettings() == config.load(data).section("queue", QueueSettings)
