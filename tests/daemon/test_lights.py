"""One light follows from the journal, on lights that come and go."""

from __future__ import annotations

from typing import Any

import pytest

from station.daemon.lights import LightsDesk, light_for
from station.hardware.devices import Kind, Light
from station.journal import Journal, alerts
from station.journal import events as ev
from station.queue import commands

Bench = Any
"""The class stands in conftest.py, which is not imported."""


def test_the_message_follows_from_what_happened(journal: Journal, check_in: Any) -> None:
    shown = [light_for(journal.db)]

    def happen(event: ev.Event, subject: str) -> None:
        with journal.command("operator:ani") as tx:
            tx.append(event, subject)
        shown.append(light_for(journal.db))

    ticket = check_in("stu_1").id
    happen(ev.TicketCalled(calls=1), ticket)
    happen(ev.DeviceFaulted(code="printer.paper-end"), Kind.PRINTER)
    happen(ev.TicketServed(enrolment="enr_1"), ticket)
    happen(ev.DeviceRecovered(), Kind.PRINTER)
    started = ev.EnrolmentStarted(student="stu_1", ticket=ticket, visit="vis", steps=("photo",))
    happen(started, "enr_1")
    happen(ev.AlertRaised(code="help.student"), "alr_1")
    happen(ev.AlertCleared(), "alr_1")
    happen(ev.AlertRaised(code="helpless"), "alr_2")
    happen(ev.EnrolmentSignedOff(), "enr_1")
    happen(ev.TicketFinished(), ticket)
    with journal.command("operator:ani") as tx:
        commands.close_visit(tx)
    shown.append(light_for(journal.db))
    assert shown == [
        Light.FREE,
        Light.CALL,
        Light.CALL,
        Light.FAULT,
        Light.FREE,
        Light.BUSY,
        Light.HELP,
        Light.BUSY,
        Light.BUSY,
        Light.FREE,
        Light.FREE,
        Light.OFF,
    ]


@pytest.mark.parametrize("code", ["help", "help.reading"])
def test_help_comes_before_all_and_even_between_visits(code: str, journal: Journal, check_in: Any) -> None:
    with journal.command("operator:ani") as tx:
        commands.close_visit(tx)
        alerts.raise_alert(tx, code)
    assert light_for(journal.db) is Light.HELP


def test_lights_show_it_and_show_it_again_on_another_port(
    journal: Journal, bench: Bench, check_in: Any, running: Any, eventually: Any
) -> None:
    bench.plug(Kind.LIGHTS)
    with running(LightsDesk(journal, bench.broker).run):
        assert bench.lights.wait_for(10, green="on", red="off", yellow="off")
        ticket = check_in("stu_1").id
        with journal.command("operator:ani") as tx:
            commands.call(tx, ticket)
        assert bench.lights.wait_for(10, green="blink")
        bench.unplug(Kind.LIGHTS)
        eventually(lambda: [alert.code for alert in alerts.open_alerts(journal.db)] == ["lights.gone"])
        bench.lights.states = dict.fromkeys(bench.lights.states, "off")
        bench.plug(Kind.LIGHTS)
        assert bench.lights.wait_for(10, green="blink")
        eventually(lambda: not alerts.open_alerts(journal.db))
    assert bench.lights.wait_for(10, green="off", yellow="off", red="off")
