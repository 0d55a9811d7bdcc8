"""An emulated tower light at the far end of a pty: one-byte and four-byte protocols.

Writes what its lamps do to a JSON file at each change: `{"red": "off", "yellow": "off", "green": "blink"}`. Where the
file has no room the lamps go on, as lamps do, and the file follows when it can.
"""

from __future__ import annotations

import contextlib
import json
import os
import pty
import select
import threading
import time
import tty
from pathlib import Path
from typing import Final

import structlog

from station.files import write_durably

_TICK_SECONDS = 0.05
_LAMPS: Final = {0x01: "red", 0x02: "yellow", 0x04: "green", 0x08: "buzzer"}
_RELAYS: Final = {1: "red", 2: "green", 3: "yellow", 4: "buzzer"}
_GLOWS: Final = {0x10: "on", 0x20: "off", 0x40: "blink"}
_AGAIN_SECONDS: Final = 1.0
"""Between two tries to keep what the lamps do, after one that failed."""

_log = structlog.get_logger(__name__)


class BenchLights:
    """Runs in a thread from `plug` to `unplug`."""

    def __init__(self, state_file: Path) -> None:
        self.state_file = state_file
        self.path = ""
        self.states = dict.fromkeys(_LAMPS.values(), "off")
        self._master = -1
        self._slave = -1
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._changed = threading.Condition()
        self._kept = self.states
        self._keep_at = 0.0

    def plug(self) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="bench-lights", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        for fd in (self._master, self._slave):
            if fd >= 0:
                os.close(fd)
        self._master = self._slave = -1

    def wait_for(self, deadline: float, **lamps: str) -> bool:
        """Wait until the named lamps are in the given states."""
        with self._changed:
            return self._changed.wait_for(lambda: lamps.items() <= self.states.items(), deadline)

    def _run(self) -> None:
        rest = b""
        while not self._stop.is_set():
            readable, _, _ = select.select([self._master], [], [], _TICK_SECONDS)
            if readable:
                with contextlib.suppress(BlockingIOError):
                    rest = self._take(rest + os.read(self._master, 256))
            if self._kept != self.states and time.monotonic() >= self._keep_at:
                self._keep(self.states)

    def _take(self, data: bytes) -> bytes:
        states = dict(self.states)
        while data:
            if data[0] == 0xA0:
                if len(data) < 4:
                    break
                if sum(data[:3]) & 0xFF == data[3] and data[1] in _RELAYS:
                    states[_RELAYS[data[1]]] = "on" if data[2] else "off"
                data = data[4:]
                continue
            glow = _GLOWS.get(data[0] & 0xF0)
            for bit, lamp in _LAMPS.items():
                if glow is not None and data[0] & bit:
                    states[lamp] = glow
            data = data[1:]
        if states != self.states:
            self._keep(states)
            with self._changed:
                self.states = states
                self._changed.notify_all()
        return data

    def _keep(self, states: dict[str, str]) -> None:
        try:
            write_durably(self.state_file, json.dumps(states).encode(), mode=0o644)
        except OSError as error:
            _log.warning("bench.lights-not-kept", error=str(error))
            self._keep_at = time.monotonic() + _AGAIN_SECONDS
        else:
            self._kept = states
