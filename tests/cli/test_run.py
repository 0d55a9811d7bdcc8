"""`station run`: all processes of a bench station start and end together."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from station.bench.devices.control import RIG_FILE
from station.cli import run, screen
from station.cli.display import require_display
from station.cli.options import bench_data_dir
from station.errors import StationError
from station.journal import Journal

PATIENCE = 90.0


def test_without_a_display_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(StationError, match="no display") as refused:
        CliRunner().invoke(run.app, ["--bench", "--data", str(tmp_path)], catch_exceptions=False)
    assert "station day --bench" in refused.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("window", ["student", "operator"])
def test_a_screen_without_a_display_says_so_and_makes_nothing(
    window: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(StationError, match="no display") as refused:
        CliRunner().invoke(screen.app, [window, "--data", str(tmp_path / "data")], catch_exceptions=False)
    assert "--offscreen" in refused.value.hint
    assert not (tmp_path / "data").exists()


def test_another_way_of_drawing_is_no_missing_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SDL_VIDEODRIVER", "offscreen")
    require_display("")


def test_the_bench_is_never_the_folder_of_a_real_station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("station.cli.options.MACHINE_DATA", tmp_path / "machine")
    assert run._bench(tmp_path / "station") == bench_data_dir() == tmp_path / "station-bench"
    (tmp_path / "machine").mkdir()
    assert run._bench(tmp_path / "machine") == bench_data_dir()
    assert run._bench(tmp_path / "chosen") == tmp_path / "chosen"


def test_everything_starts_and_ends_together(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "station", "run", "--bench", "--offscreen", "--data", str(tmp_path)]
    pause = threading.Event()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert any("Close a window" in line for line in process.stdout)
            journal = Journal.open(tmp_path)
            for _ in range(int(PATIENCE / 0.1)):
                kinds = {row.kind for row in journal.since(0)}
                if {"system.started", "device.appeared"} <= kinds and (tmp_path / "bench" / RIG_FILE).exists():
                    break
                assert process.poll() is None
                pause.wait(0.1)
            else:
                pytest.fail("the devices never came up")
            journal.close()
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
    assert not (tmp_path / "bench" / RIG_FILE).exists()
    assert sorted(path.stem for path in (tmp_path / "logs").iterdir()) == [
        "bench", "devices", "office", "operator", "student",
    ]  # fmt: skip
