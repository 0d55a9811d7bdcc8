"""config.toml: what ships is well, and whatever is not is told with file, place and cause."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from station import config
from station.biometrics.face import PortraitSettings
from station.biometrics.gates import FaceGate, FingerGate, IrisGate, SignatureGate
from station.clock import SystemClock
from station.config import Config, ConfigError, StationSettings
from station.daemon.carrying import DeliverySettings
from station.daemon.health import HealthSettings
from station.enrolment.steps import EnrolmentSettings
from station.hardware.devices import Kind
from station.hardware.drivers import openers
from station.hardware.settings import DRIVES, DevicesSettings
from station.operators.people import ConsoleSettings
from station.queue.states import QueueSettings
from station.toml_lines import line_of


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
        ("enrolment", EnrolmentSettings, 'steps = ["identity", "identity", "sign_off"]'),
        ("enrolment", EnrolmentSettings, 'steps = ["identity", "photo"]'),
        ("enrolment", EnrolmentSettings, 'steps = ["sign_off", "photo"]'),
        ("enrolment", EnrolmentSettings, 'steps = ["verify_indexes", "right_four", "left_four", "sign_off"]'),
        ("enrolment", EnrolmentSettings, 'steps = ["photo_approval", "sign_off"]'),
        ("enrolment", EnrolmentSettings, 'documents = ["family-card", "family-card"]'),
        ("enrolment", EnrolmentSettings, 'documents = ["../passport"]'),
        ("station", StationSettings, 'id = ""'),
        ("station", StationSettings, 'id = "a b/../c"'),
        ("station", StationSettings, 'id = "a\\u0000b"'),
        ("station", StationSettings, 'id = "*"'),
        ("station", StationSettings, 'id = "a,b"'),
        ("station", StationSettings, 'id = "station-1\\n"'),
        ("station", StationSettings, 'office = " "'),
        ("station", StationSettings, 'office = "two\\nlines"'),
        ("delivery", DeliverySettings, 'store = "ftp://x/y"'),
        ("delivery", DeliverySettings, 'store = "s3://"'),
        ("delivery", DeliverySettings, 'store = "relative/path"'),
        ("delivery", DeliverySettings, 'store = "file://host/path"'),
        ("delivery", DeliverySettings, 'store = "/a\\u0000b"'),
        ("delivery", DeliverySettings, "retry_seconds = 400.0"),
        ("console", ConsoleSettings, "failures_before_wait = 20"),
        ("devices", DevicesSettings, 'trust = ""'),
        ("portrait", PortraitSettings, "width = 0"),
        ("portrait", PortraitSettings, "ratio = 0.0"),
        ("portrait", PortraitSettings, "eye_line = 0.9"),
        ("quality.finger", FingerGate, "min_grey = 200.0"),
        ("quality.finger", FingerGate, "min_nfiq2 = 101"),
        ("quality.finger", FingerGate, "min_coherence = 1.1"),
        ("quality.finger", FingerGate, "match_threshold = 0"),
        ("quality.face", FaceGate, "max_yaw = 91.0"),
        ("quality.face", FaceGate, "odd_hue = 361.0"),
        ("quality.iris", IrisGate, "min_usable = 101.0"),
        ("quality.signature", SignatureGate, "min_resemblance = 101.0"),
        ("quality.iris", IrisGate, "min_pupil_ratio = 71.0"),
        ("quality.signature", SignatureGate, "max_length_mm = 20.0"),
    ],
)
def test_every_room_has_its_bounds(tmp_path: Path, section: str, settings: type[msgspec.Struct], setting: str) -> None:
    with pytest.raises(ConfigError, match=rf"\[{section}\] in {tmp_path}/config.toml, line 2, .*{setting.split()[0]}"):
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


@pytest.mark.parametrize(
    "store", ["", "/media/stick/capture", "file:///media/stick", "s3://bucket", "s3://bucket/prefix"]
)
def test_a_store_that_may_be_one_is_taken(tmp_path: Path, store: str) -> None:
    assert written(tmp_path, f"[delivery]\nstore = '{store}'\n").section("delivery", DeliverySettings).store == store


MATCH = '[[devices.match]]\nkind = "camera"\ndriver = "v4l2"\nmatch = { A = "b" }\n'


@pytest.mark.parametrize(
    ("entry", "line", "said"),
    [
        ('kind = "camera"\ndriver = "nope"\nmatch = { A = "" }', 7, r"match\[2\]: driver: 'nope' is not known; .*"),
        ('kind = "camera"\ndriver = "escpos"\nmatch = { A = "" }', 7, r"match\[2\]: .*makes no camera.*printer"),
        ('kind = "camera"\ndriver = "v4l2"\nmatch = {}', 8, r"match\[2\].match: .*length >= 1"),
        ('kind = "toaster"\ndriver = "v4l2"\nmatch = { A = "b" }', 6, r"match\[2\].kind: .*toaster"),
    ],
)
def test_what_meets_no_device_is_refused(tmp_path: Path, entry: str, line: int, said: str) -> None:
    with pytest.raises(ConfigError, match=rf"config.toml, line {line}, cannot be used: {said}"):
        written(tmp_path, f"{MATCH}[[devices.match]]\n{entry}\n").section("devices", DevicesSettings)


def test_every_driver_says_which_devices_it_makes(tmp_path: Path) -> None:
    assert DRIVES.keys() == openers(tmp_path, SystemClock()).keys()
    assert set().union(*DRIVES.values()) <= set(Kind)


def test_the_file_to_mend_is_the_one_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = tmp_path / "machine.toml"
    machine.write_text('[station]\noffice = "Disdukcapil"\nid = ""\n[console]\nfailures_before_wait = 14\n')
    monkeypatch.setattr(config, "MACHINE", machine)
    both = written(tmp_path, '[station]\noffice = "Elsewhere"\n[console]\nfailures_before_lock = 6\n[queue]\nnew = 1\n')
    with pytest.raises(ConfigError, match=rf"{machine}, line 3, cannot be used: id: ''"):
        _ = both.station
    with pytest.raises(ConfigError, match=rf"{tmp_path}/config.toml, line 4, .*_wait, .*_lock: 14 is above 6"):
        both.section("console", ConsoleSettings)
    with pytest.raises(ConfigError, match=rf"{tmp_path}/config.toml, line 6, cannot be used: new: there is no such"):
        both.section("queue", QueueSettings)


def test_nothing_is_counted_that_no_clock_can_count(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"config.toml, line 2 has console.wait_seconds = 10{18}; no setting is"):
        written(tmp_path, f"[console]\nwait_seconds = {10**18}\n")


def test_a_file_of_notepad_is_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbf[station]\r\nid = 'x'\r\n")
    assert config.load(tmp_path).station.id == "x"


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("top",), 1),
        (("a", "b"), 3),
        (("a", "dotted", "key"), 4),
        (("a", "list", 1), 5),
        (("a", "absent"), 2),
        (("x", "y", 0, "k"), 10),
        (("x", "y", 1, "k"), 12),
        (("x", "y", 1, "z", "k"), 14),
        (("nowhere",), None),
    ],
)
def test_a_setting_is_found_on_its_line(place: tuple[str | int, ...], line: int | None) -> None:
    text = """top = 1
[a]   # with = a comment
b = 1
dotted.key = 1
list = [
  1,
  2,
]
[[x.y]]
k = 1
[["x".y]]
k = 2
[x.y.z]
k = 3
"""
    assert line_of(text, place) == line
