"""Tower light drivers against the emulated light, and the pins against a recorder."""

from __future__ import annotations

import importlib.util
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from station.bench.devices import lights as bench
from station.bench.devices.lights import BenchLights
from station.hardware.devices import DeviceError, DeviceGone, DeviceInfo, Kind, Light
from station.hardware.lights import lamps
from station.hardware.lights.gpio import GpioLights, rpi_gpio
from station.hardware.lights.lamps import SHOWN, Lamp
from station.hardware.lights.relay import RelayLights, command
from station.hardware.lights.serial_tower import SerialTower
from station.hardware.wires import open_wire

INFO = DeviceInfo(Kind.LIGHTS, "test", bench=True)


@pytest.fixture
def bench_lights(tmp_path: Path) -> Iterator[BenchLights]:
    lights = BenchLights(tmp_path / "lights.json")
    lights.plug()
    yield lights
    lights.unplug()


def test_no_two_messages_look_the_same() -> None:
    assert len({tuple(sorted((k.value, v.value) for k, v in shown.items())) for shown in SHOWN.values()}) == len(Light)


def test_the_tower_shows_each_message(bench_lights: BenchLights) -> None:
    tower = SerialTower(open_wire(bench_lights.path), INFO)
    for light in Light:
        tower.show(light)
        wanted = {lamp.value: SHOWN[light].get(lamp, lamps.Glow.OFF).name.lower() for lamp in Lamp}
        assert bench_lights.wait_for(2, buzzer="off", **wanted), (light, bench_lights.states)
    tower.close()
    assert json.loads(bench_lights.state_file.read_text())["red"] == "on"


def test_the_emulated_tower_outlives_a_disk_without_room(
    bench_lights: BenchLights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "_AGAIN_SECONDS", 0.05)
    bench_lights.state_file.mkdir()
    tower = SerialTower(open_wire(bench_lights.path), INFO)
    for light in (Light.CALL, Light.BUSY):
        tower.show(light)
        assert bench_lights.wait_for(2, **{lamp.value: glow.name.lower() for lamp, glow in SHOWN[light].items()})
    bench_lights.state_file.rmdir()
    give_up = time.monotonic() + 5
    while not bench_lights.state_file.exists():
        assert time.monotonic() < give_up
        time.sleep(0.02)
    tower.close()
    assert json.loads(bench_lights.state_file.read_text()) == bench_lights.states


def test_the_relay_board_blinks_by_its_driver(bench_lights: BenchLights, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lamps, "HALF_PERIOD_SECONDS", 0.05)
    relay = RelayLights(open_wire(bench_lights.path), INFO)
    relay.show(Light.CALL)
    for _ in range(2):
        assert bench_lights.wait_for(2, green="on")
        assert bench_lights.wait_for(2, green="off")
    relay.show(Light.BUSY)
    assert bench_lights.wait_for(2, green="off", yellow="on", red="off")
    relay.close()


def test_relay_bytes_are_those_of_the_data_sheet() -> None:
    assert command(Lamp.RED, True) == bytes.fromhex("a00101a2")
    assert command(Lamp.YELLOW, False) == bytes.fromhex("a00300a3")


def test_an_unplugged_light_is_gone(bench_lights: BenchLights) -> None:
    tower = SerialTower(open_wire(bench_lights.path), INFO)
    bench_lights.unplug()
    with pytest.raises(DeviceGone):
        tower.show(Light.FREE)
    tower.close()


def test_a_light_unplugged_while_blinking_is_gone_at_the_next_message(
    bench_lights: BenchLights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lamps, "HALF_PERIOD_SECONDS", 0.02)
    relay = RelayLights(open_wire(bench_lights.path), INFO)
    relay.show(Light.HELP)
    assert bench_lights.wait_for(2, yellow="on")
    bench_lights.unplug()
    with pytest.raises(DeviceGone):
        relay.show(Light.FREE)
    relay.close()


class Pins:
    """Pins that remember what was put out on them."""

    BCM = 11
    OUT = 0

    def __init__(self) -> None:
        self.levels: dict[int, int] = {}
        self.mode = 0

    def setmode(self, mode: int) -> None:
        self.mode = mode

    def setup(self, channel: int, direction: int, *, initial: int) -> None:
        assert direction == self.OUT
        self.levels[channel] = initial

    def output(self, channel: int, value: int) -> None:
        assert channel in self.levels
        self.levels[channel] = value

    def cleanup(self, channel: int) -> None:
        del self.levels[channel]


def test_pins_follow_the_message() -> None:
    pins = Pins()
    lights = GpioLights(pins, {Lamp.RED: 17, Lamp.GREEN: 27}, INFO)
    assert pins.mode == Pins.BCM
    lights.show(Light.FAULT)
    assert pins.levels == {17: 1, 27: 0}
    lights.show(Light.BUSY)
    assert pins.levels == {17: 0, 27: 0}
    lights.close()
    assert pins.levels == {}


@pytest.mark.skipif(importlib.util.find_spec("RPi") is not None, reason="this computer has RPi.GPIO")
def test_a_computer_without_pins_says_so() -> None:
    with pytest.raises(DeviceError) as caught:
        rpi_gpio()
    assert caught.value.code == "lights.no-gpio"
