"""Battery and disk against their limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.daemon.health import HealthSettings, HealthWatch
from station.hardware.power import PowerState, read_power
from station.journal import Journal, alerts

SETTINGS = HealthSettings(battery_percent=20, disk_megabytes=1000)


def codes(journal: Journal) -> list[str]:
    return [alert.code for alert in alerts.open_alerts(journal.db)]


def look(journal: Journal, power: PowerState, megabytes: int = 5000) -> list[str]:
    HealthWatch(
        journal, journal.path.parent, SETTINGS, power=lambda: power, free_bytes=lambda folder: megabytes * 1_000_000
    ).look()
    return codes(journal)


def test_a_low_battery_is_told_until_mains_or_charge(journal: Journal) -> None:
    def on_battery(percent: int) -> PowerState:
        return PowerState(on_mains=False, battery_percent=percent)

    assert look(journal, on_battery(20)) == []
    for percent in (19, 10, 21, 24):
        assert look(journal, on_battery(percent)) == ["power.low"]
    assert look(journal, on_battery(25)) == []
    assert look(journal, on_battery(3)) == ["power.low"]
    assert look(journal, PowerState(on_mains=True, battery_percent=3)) == []
    raised = [row.kind for row in journal.since(0)].count("alert.raised")
    assert raised == 2


def test_no_battery_is_no_alarm(journal: Journal) -> None:
    assert look(journal, PowerState()) == []


@pytest.mark.parametrize(("megabytes", "after"), [(999, ["disk.low"]), (1100, ["disk.low"]), (1200, [])])
def test_a_full_disk_is_told_before_it_is_full(megabytes: int, after: list[str], journal: Journal) -> None:
    assert look(journal, PowerState(), 500) == ["disk.low"]
    assert look(journal, PowerState(), megabytes) == after


def test_what_the_kernel_says_is_what_is_compared(journal: Journal, tmp_path: Path) -> None:
    battery = tmp_path / "supplies" / "BAT0"
    battery.mkdir(parents=True)
    for name, value in {"type": "Battery", "capacity": "7", "status": "Discharging"}.items():
        (battery / name).write_text(f"{value}\n")
    watch = HealthWatch(
        journal, journal.path.parent, HealthSettings(disk_megabytes=0), power=lambda: read_power(tmp_path / "supplies")
    )
    watch.look()
    assert codes(journal) == ["power.low"]
