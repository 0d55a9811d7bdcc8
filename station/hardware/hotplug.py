"""What is plugged in and what went: sources of it, and the thread that watches one.

A source can always say what is there now (`scan`), and may wake early when something changes
(`wait`). The watcher compares scans; so an event that was lost, an observer that died, or two events
in the wrong order cost a few seconds at most and never a wrong picture.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

import msgspec
import structlog

from station.hardware.devices import Kind

BACK_OFF_SECONDS: Final = 1.0
"""Pause after a source failed, so that a broken one does not eat a core."""

_log = structlog.get_logger(__name__)


class Appeared(msgspec.Struct, frozen=True):
    """A device is there. `key` is new each time it is plugged in, if the source can tell."""

    key: str
    kind: Kind
    driver: str
    path: str
    properties: dict[str, str] = {}


class Vanished(msgspec.Struct, frozen=True):
    """The device with this key is not there any more."""

    key: str


PlugEvent = Appeared | Vanished


class Source(Protocol):
    """Somewhere devices come from."""

    def scan(self) -> Mapping[str, Appeared]:
        """All devices that are there now, by key. Raises OSError when that cannot be told."""
        ...

    def wait(self, seconds: float) -> None:
        """Return after `seconds`, or earlier when something may have changed. Raises OSError."""
        ...

    def close(self) -> None:
        """Make `wait` return soon; called from another thread."""
        ...


class Watcher:
    """Scans one source in a thread and tells what appeared and vanished.

    `tell` is called in that thread and must not block. What a failing source said last stays true
    until it can be asked again.
    """

    def __init__(self, source: Source, tell: Callable[[PlugEvent], None], every_seconds: float) -> None:
        self._source = source
        self._tell = tell
        self._every = every_seconds
        self._known: dict[str, Appeared] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"plug-{type(source).__name__}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._source.close()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._compare(self._source.scan())
                self._source.wait(self._every)
            except OSError as error:
                _log.warning("plug source failed; scanning again", source=type(self._source).__name__, error=str(error))
                self._stop.wait(BACK_OFF_SECONDS)

    def _compare(self, now: Mapping[str, Appeared]) -> None:
        for key in [key for key, known in self._known.items() if not _same(known, now.get(key))]:
            del self._known[key]
            self._tell(Vanished(key))
        for key, device in now.items():
            if key not in self._known:
                self._known[key] = device
                self._tell(device)


def _same(known: Appeared, now: Appeared | None) -> bool:
    """Whether it is still the same device; other properties may change while it stays plugged in."""
    return now is not None and (known.kind, known.driver, known.path) == (now.kind, now.driver, now.path)


class Descriptor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that stands for a device: the bench's, or one that udev cannot see (a network printer)."""

    kind: Kind
    driver: str
    path: str
    properties: dict[str, str] = {}


class DirectorySource:
    """Devices that are JSON files in a folder: plugged in when the file appears, unplugged when it goes."""

    POLL_SECONDS: Final = 0.2
    """Looking through a folder of ten files costs 50 microseconds; a person plugs no faster."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._closed = threading.Event()
        self._complained: set[str] = set()

    def scan(self) -> Mapping[str, Appeared]:
        found: dict[str, Appeared] = {}
        for path in sorted(self._folder.glob("*.json")):
            try:
                key = f"{path.name}@{path.stat().st_mtime_ns}"
                text = path.read_bytes()
            except FileNotFoundError:
                continue
            try:
                described = msgspec.json.decode(text, type=Descriptor)
            except msgspec.DecodeError as error:
                if key not in self._complained:
                    self._complained.add(key)
                    _log.warning("device file cannot be read", file=path.name, error=str(error))
                continue
            found[key] = Appeared(key, described.kind, described.driver, described.path, described.properties)
        return found

    def wait(self, seconds: float) -> None:
        self._closed.wait(min(seconds, self.POLL_SECONDS))

    def close(self) -> None:
        self._closed.set()
