"""The station's processes as a person would start them, watched and started again when they die.

On the appliance systemd does this; here it is for `station run`, the robot day and the crash tests.
Restarts have a limit: a process that dies at once, again and again, is a fault to be seen.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from station.clock import Clock, SystemClock

QUICK_SECONDS: Final = 20.0
QUICK_DEATHS: Final = 6
"""More deaths than this within so many seconds, none of them asked for, and the process is given up."""

STOP_SECONDS: Final = 10.0


class Program(msgspec.Struct, frozen=True):
    """One process to keep running: `station <arguments>`."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str] = {}
    nice: int = 0
    """How far it steps back behind the others: what is no part of a station must not take its processor."""
    may_end: bool = False
    """Ending well is its own wish (a window was closed): it is not started again."""


class Death(msgspec.Struct, frozen=True):
    """A process ended without being told to."""

    name: str
    code: int
    at: float


class Processes:
    """Keeps programs running in a folder; their output goes to `logs/<name>.log`."""

    def __init__(self, logs: Path, clock: Clock | None = None) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._clock = clock or SystemClock()
        self._programs: dict[str, Program] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._asked: set[int] = set()
        self._given_up: set[str] = set()
        self._ended: set[str] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="processes", daemon=True)
        self.deaths: list[Death] = []

    def start(self, programs: Sequence[Program]) -> None:
        """Start programs and keep them running from now on."""
        with self._lock:
            for program in programs:
                self._programs[program.name] = program
                self._launch(program)
        if not self._watcher.is_alive():
            self._watcher.start()

    def pid(self, name: str) -> int | None:
        """The process id of a program, while it runs."""
        with self._lock:
            process = self._running.get(name)
            return process.pid if process is not None and process.poll() is None else None

    def kill(self, name: str) -> bool:
        """SIGKILL a program, as a power cut or the kernel would; it is started again. False when it was not running."""
        with self._lock:
            process = self._running.get(name)
            if process is None or process.poll() is not None:
                return False
            self._asked.add(process.pid)
            process.send_signal(signal.SIGKILL)
            return True

    def given_up(self) -> frozenset[str]:
        """Programs that died too often."""
        with self._lock:
            return frozenset(self._given_up)

    def ended(self) -> frozenset[str]:
        """Programs that may end by themselves, and did."""
        with self._lock:
            return frozenset(self._ended)

    def stop(self) -> dict[str, int]:
        """Ask all to end, in reverse order, and kill what does not; returns the exit codes."""
        self._stop.set()
        if self._watcher.is_alive():
            self._watcher.join()
        codes = {}
        for name, process in reversed(self._running.items()):
            if process.poll() is None:
                process.terminate()
            try:
                codes[name] = process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                codes[name] = process.wait()
        return codes

    def _launch(self, program: Program) -> None:
        with (self._logs / f"{program.name}.log").open("ab") as log:
            # setpriv has the kernel kill the program when this process dies, however it dies: a day that was cut
            # off must not go on behind the back of the one that resumes it.
            follow = ["setpriv", "--pdeathsig", "KILL", "nice", "-n", str(program.nice)]
            self._running[program.name] = subprocess.Popen(
                [*follow, sys.executable, "-m", "station", *program.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **_quiet(), **program.environment},
                start_new_session=True,
            )

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            with self._lock:
                for name, process in list(self._running.items()):
                    code = process.poll()
                    if code is None or name in self._given_up | self._ended:
                        continue
                    if code == 0 and self._programs[name].may_end:
                        self._ended.add(name)
                        continue
                    if process.pid in self._asked:
                        self._asked.discard(process.pid)
                    else:
                        self.deaths.append(Death(name, code, self._clock.monotonic()))
                    if self._too_often(name):
                        self._given_up.add(name)
                    else:
                        self._launch(self._programs[name])

    def _too_often(self, name: str) -> bool:
        since = self._clock.monotonic() - QUICK_SECONDS
        return sum(1 for death in self.deaths if death.name == name and death.at >= since) > QUICK_DEATHS


def _quiet() -> Mapping[str, str]:
    return {"PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1"}
