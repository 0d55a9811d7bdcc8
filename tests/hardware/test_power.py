"""Mains and battery from a folder laid out as sysfs lays it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from station.hardware.power import PowerState, read_power


def _supply(root: Path, name: str, **files: str) -> None:
    (root / name).mkdir()
    for file, text in files.items():
        (root / name / file).write_text(text + "\n")


@pytest.mark.parametrize(
    ("status", "online", "expected"),
    [
        ("Discharging", "0", PowerState(on_mains=False, battery_percent=41, charging=False)),
        ("Charging", "1", PowerState(on_mains=True, battery_percent=41, charging=True)),
        ("Unknown", "1", PowerState(on_mains=True, battery_percent=41, charging=None)),
    ],
)
def test_a_laptop(status: str, online: str, expected: PowerState, tmp_path: Path) -> None:
    _supply(tmp_path, "AC", type="Mains", online=online)
    _supply(tmp_path, "BAT0", type="Battery", capacity="41", status=status)
    _supply(tmp_path, "hid-mouse", type="Battery", scope="Device", capacity="3", status="Discharging")
    assert read_power(tmp_path) == expected


def test_two_batteries_count_by_the_emptier(tmp_path: Path) -> None:
    _supply(tmp_path, "BAT0", type="Battery", capacity="80", status="Full")
    _supply(tmp_path, "BAT1", type="Battery", capacity="7", status="Discharging")
    assert read_power(tmp_path) == PowerState(None, 7, True)


def test_a_machine_without_supplies_knows_nothing(tmp_path: Path) -> None:
    assert read_power(tmp_path) == PowerState()
    assert read_power(tmp_path / "absent") == PowerState()


def test_files_that_cannot_be_read_are_left_out(tmp_path: Path) -> None:
    _supply(tmp_path, "BAT0", type="Battery", capacity="n/a", status="Unknown")
    _supply(tmp_path, "AC", type="Mains")
    assert read_power(tmp_path) == PowerState()
