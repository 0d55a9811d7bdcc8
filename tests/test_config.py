"""config.toml: what ships is well, and whatever is not is told with file, place and cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from station import config
from station.config import Config, ConfigError, Settings, StationSettings
from station.daemon.carrying import DeliverySettings
from station.daemon.health import HealthSettings
from station.enrolment.steps import EnrolmentSettings
from station.hardware.settings import DevicesSettings
from station.operators.people import ConsoleSettings
from station.queue.states import QueueSettings


@pytest.fixture(autouse=True)
def no_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(config, "MACHINE", tmp_path / "absent" / "config.toml")


def written(folder: Path, text: str) -> Config:
    (folder / "config.toml").write_text(text)
    return config.load(folder)


def test_what_ships_is_what_the_code_defaults_to(tmp_path: Path) -> None:
    shipped = config.load(tmp_path)
    assert shipped.sources == (config.SHIPPED,)
    assert shipped.station == StationSettings()
    assert shipped.section("queue", QueueSettings) == QueueSettings()


def test_the_data_folder_wins(tmp_path: Path) -> None:
    assert written(tmp_path, "[queue]\npace_window = 3\n").section("queue", QueueSettings) == QueueSettings(
        pace_window=3
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[delivry]\nstore = 'x'\n", r"has \[delivry\], .*\[delivery\]"),
        ("store = 'x'\n", r"has \[store\], which is no section"),
        ("[health]\nevery_seconds = -1\n", "health.every_seconds = -1"),
        ("[quality.finger]\nmin_area_mm2 = nan\n", "quality.finger.min_area_mm2 = nan"),
        ("[enrolment]\ncapture_seconds = inf\n", "enrolment.capture_seconds = inf"),
        ("[[devices.match]]\nextra = -2\n", r"devices.match\[1\].extra = -2"),
        ("[station\n", "not valid TOML"),
    ],
)
def test_a_file_that_cannot_be_meant_so_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        written(tmp_path, text)
    assert str(tmp_path / "config.toml") in str(caught.value)


@pytest.mark.parametrize(
    "setting", ["missed_after_calls = 0", "first_minutes = 0.0", "pace_window = 0", "returned_behind = 'x'", "new = 1"]
)
def test_settings_have_bounds(tmp_path: Path, setting: str) -> None:
    with pytest.raises(ConfigError, match=r"\[queue\] in .*config.toml") as caught:
        written(tmp_path, f"[queue]\n{setting}\n").section("queue", QueueSettings)
    assert setting.split()[0] in str(caught.value)


@pytest.mark.parametrize(
    ("section", "settings", "setting"),
    [
        ("console", ConsoleSettings, "pin_digits = 3"),
        ("console", ConsoleSettings, "pin_digits = 13"),
        ("console", ConsoleSettings, "failures_before_lock = 0"),
        ("console", ConsoleSettings, "idle_lock_seconds = 0"),
        ("delivery", DeliverySettings, "retry_seconds = 0.0"),
        ("health", HealthSettings, "battery_percent = 101"),
        ("devices", DevicesSettings, "rescan_seconds = 0.0"),
        ("enrolment", EnrolmentSettings, "attempts_before_accept = 0"),
        ("enrolment", EnrolmentSettings, "steps = []"),
    ],
)
def test_every_room_has_its_bounds(tmp_path: Path, section: str, settings: type[Settings], setting: str) -> None:
    with pytest.raises(ConfigError, match=rf"\[{section}\] in .*{setting.split()[0]}"):
        written(tmp_path, f"[{section}]\n{setting}\n").section(section, settings)


@pytest.mark.parametrize("setting", ["language = 'fr'", "time_zone = 'Mars/Olympus'"])
def test_the_station_speaks_and_lives_where_it_can(tmp_path: Path, setting: str) -> None:
    with pytest.raises(ConfigError, match=setting.split()[0]):
        _ = written(tmp_path, f"[station]\n{setting}\n").station


def test_a_folder_or_a_dangling_link_is_no_absent_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.mkdir()
    with pytest.raises(ConfigError, match=r"config\.toml cannot be read: Is a directory"):
        config.load(tmp_path)
    path.rmdir()
    path.symlink_to("nowhere.toml")
    with pytest.raises(ConfigError, match=r"config\.toml cannot be read: No such file"):
        config.load(tmp_path)
