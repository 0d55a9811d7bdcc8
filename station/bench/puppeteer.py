"""The robot's side of the puppet: find things by what is on the screen, touch them, wait for what comes.

Knows nothing of the app's code: only texts, roles and places. Every wait has a deadline, and what was on the screen
is in the error when it passes.
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

T = TypeVar("T")


class Thing(msgspec.Struct, frozen=True):
    """One visible thing, in window pixels from the bottom left."""

    role: str
    text: str
    x: float
    y: float
    width: float
    height: float
    enabled: bool
    chosen: bool
    note: str
    clipped: bool
    kind: str

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


class Sight(msgspec.Struct, frozen=True):
    """What the window shows."""

    screen: str
    language: str
    size: tuple[int, int]
    settled: bool
    seen: list[Thing]
    digest: str

    def all(self, text: str | re.Pattern[str] = "", role: str = "", enabled: bool | None = None) -> list[Thing]:
        """Things with this text (whole text, or a pattern found in it), role and state; empty matches all."""

        def matches(thing: Thing) -> bool:
            if isinstance(text, re.Pattern):
                if not text.search(thing.text):
                    return False
            elif text and thing.text != text:
                return False
            return (not role or thing.role == role) and (enabled is None or thing.enabled == enabled)

        return [thing for thing in self.seen if matches(thing)]

    def find(self, text: str | re.Pattern[str] = "", role: str = "", enabled: bool | None = None) -> Thing | None:
        """The topmost such thing."""
        return next(iter(self.all(text, role, enabled)), None)

    @property
    def texts(self) -> list[str]:
        """Every text on the screen."""
        return [thing.text for thing in self.seen if thing.text]


class PuppetError(Exception):
    """The app refused a command or is gone."""


class NotSeen(PuppetError):
    """A deadline passed before what was waited for was on the screen."""


class Puppeteer:
    """One robot's hands and eyes on one app."""

    def __init__(self, path: Path, deadline: float = 20.0) -> None:
        """Connects to the app's socket, which may appear within `deadline` seconds. Raises NotSeen."""
        self._socket = _connect(path, deadline)
        self._lines = self._socket.makefile("rwb")
        self._socket.settimeout(60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the app, which may be gone already."""
        with contextlib.suppress(OSError):
            self._lines.close()
        self._socket.close()

    def look(self) -> Sight:
        """What the window shows now."""
        return self._sight({"command": "describe"})

    def wait_until(self, seen: Callable[[Sight], T | None], deadline: float = 10.0, what: str = "") -> T:
        """The first result of `seen` that is neither None nor False. Raises NotSeen after `deadline` seconds."""
        until = time.monotonic() + deadline
        sight = self.look()
        while True:
            found = seen(sight)
            if found is not None and found is not False:
                return found
            left = until - time.monotonic()
            if left <= 0:
                wanted = what or "what was waited for"
                raise NotSeen(f"{wanted} not seen in {deadline} s on {sight.screen}: {sight.texts}")
            sight = self._sight({"command": "describe", "unlike": sight.digest, "wait": min(left, 5.0)})

    def wait_for(self, text: str | re.Pattern[str] = "", role: str = "", deadline: float = 10.0) -> Thing:
        """Wait until such a thing is visible."""
        return self.wait_until(lambda sight: sight.find(text, role), deadline, f"{role} {text}")

    def wait_for_screen(self, screen: str, deadline: float = 10.0) -> Sight:
        """Wait until a screen stands and takes taps."""

        def stands(sight: Sight) -> Sight | None:
            return sight if sight.screen == screen and sight.settled else None

        return self.wait_until(stands, deadline, f"screen {screen}")

    def tap(self, text: str | re.Pattern[str] = "", role: str = "button", deadline: float = 10.0) -> Thing:
        """Wait until such a thing is there, takes taps and is enabled; then tap its middle."""

        def ready(sight: Sight) -> Thing | None:
            return sight.find(text, role, enabled=True) if sight.settled else None

        thing = self.wait_until(ready, deadline, f"{role} {text}")
        self.touch(*thing.centre)
        return thing

    def touch(self, x: float, y: float, taps: int = 1) -> None:
        """A finger down and up; answers when it is up again."""
        self._call({"command": "touch", "points": [(x, y)], "taps": taps})

    def swipe(self, start: tuple[float, float], end: tuple[float, float], turns: int = 8) -> None:
        """A finger dragged in a straight line."""
        steps = [step / turns for step in range(turns + 1)]
        way = [(start[0] + (end[0] - start[0]) * s, start[1] + (end[1] - start[1]) * s) for s in steps]
        self._call({"command": "touch", "points": way})

    def press(self, key: str, *modifiers: str, repeats: int = 0) -> None:
        """One key of the keyboard, such as `n`, `enter` or `l` with `ctrl`; held, so that it comes `repeats` times
        again."""
        self._call({"command": "press", "key": key, "modifiers": list(modifiers), "repeats": repeats})

    def type(self, text: str) -> None:
        """Type on the keyboard."""
        self._call({"command": "type", "text": text})

    def type_on_keys(self, text: str) -> None:
        """Type with the finger on the keys of the screen."""
        for character in text:
            self.tap(character, role="key")

    def screenshot(self, path: Path) -> None:
        """Write the window as PNG, by the app."""
        self._call({"command": "screenshot", "path": str(path)})

    def pulse(self) -> dict[str, Any]:
        """The app's pulse report."""
        return dict(msgspec.json.decode(self._call({"command": "pulse"})))

    def quit(self) -> None:
        """Close the app as its supervisor would."""
        self._call({"command": "quit"})

    def _sight(self, request: dict[str, Any]) -> Sight:
        return msgspec.json.decode(self._call(request), type=Sight)

    def _call(self, request: dict[str, Any]) -> bytes:
        try:
            self._lines.write(msgspec.json.encode(request) + b"\n")
            self._lines.flush()
            line = self._lines.readline()
        except OSError as error:
            raise PuppetError(f"the app is gone: {error}") from error
        if not line:
            raise PuppetError("the app is gone: it closed the connection")
        if line.startswith(b'{"error"'):
            raise PuppetError(str(msgspec.json.decode(line)["error"]))
        return bytes(line)


def _connect(path: Path, deadline: float) -> socket.socket:
    until = time.monotonic() + deadline
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
        except OSError as error:
            connection.close()
            if time.monotonic() >= until:
                raise NotSeen(f"no app on {path} within {deadline} s: {error}") from error
            time.sleep(0.05)
        else:
            return connection
