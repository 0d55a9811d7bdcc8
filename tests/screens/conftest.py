"""Screens are tested in processes of their own: Kivy keeps one window, one clock and one theme a process.

Tests that need a window run a small program with `in_window`, or drive a real app through its puppet (`sample`). Both
need EGL and a software rasteriser (Debian: libegl1 libgl1-mesa-dri libgles2).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from station.bench.puppeteer import Puppeteer

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)]), "PYTHONWARNINGS": "error"}


@pytest.fixture
def in_window(tmp_path: Path) -> Callable[..., Any]:
    """Run Python code in a process with a prepared window; what it assigns to `result` comes back through JSON."""

    def run(code: str, size: str = "1280x800") -> Any:
        answer = tmp_path / "answer.json"
        program = f"""
import gc, json, sys, warnings
gc.disable()  # a full collection over all of Kivy's objects costs more than a screen, and the process ends soon
from pathlib import Path
from station.screens import environment
width, height = environment.parse_size({size!r})
home = Path({str(tmp_path)!r}) / "kivy"
environment.prepare(environment.Display(home=home, width=width, height=height, offscreen=True))
tmp_path = Path({str(tmp_path)!r})
{code}
Path({str(answer)!r}).write_text(json.dumps(result))
"""
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return json.loads(answer.read_text())

    return run


class Sample:
    """The sample app in its own process, and a robot on it."""

    def __init__(self, folder: Path) -> None:
        socket = folder / "puppet.sock"
        self.log = (folder / "app.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "sample_app.py"), str(socket), str(folder / "kivy")],
            env=environment(),
            stderr=self.log,
        )
        self.robot = Puppeteer(socket)

    def close(self) -> None:
        self.robot.close()
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(10)
        self.log.close()

    def logged(self) -> str:
        self.log.seek(0)
        return self.log.read()


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    running = Sample(tmp_path)
    yield running
    running.close()
