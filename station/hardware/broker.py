"""Lends devices by kind, whichever is there, and notices when one is gone.

`get` opens a device when it is first asked for and keeps it open. When a call on it raises
DeviceGone, or the plug source says that it vanished, the handle is dropped, and the next `get` opens
the same device again or another one of its kind, on whatever port. Listeners are told of every
change of state, in whatever thread it happened: they must only put it somewhere.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Literal, cast, overload

import msgspec
import structlog

from station.hardware.devices import (
    Camera,
    CodeReader,
    Device,
    DeviceError,
    DeviceGone,
    DeviceInfo,
    DocumentScanner,
    FingerprintScanner,
    IrisScanner,
    Kind,
    SignaturePad,
    StatusLights,
    TicketPrinter,
)
from station.hardware.drivers import Opener
from station.hardware.hotplug import Appeared, PlugEvent, Source, Watcher

RETRY_SECONDS: Final = 0.5
"""Pause before a device that could not be opened is tried again, while somebody waits for it."""

_log = structlog.get_logger(__name__)


class State(StrEnum):
    """How it stands with a kind of device."""

    ABSENT = "absent"
    PRESENT = "present"
    """Plugged in, not opened yet."""
    OPEN = "open"
    FAULT = "fault"
    """Plugged in, and cannot be opened; `error` says why."""


class Status(msgspec.Struct, frozen=True):
    """State of one kind, for screens and the journal."""

    kind: Kind
    state: State
    info: DeviceInfo | None = None
    path: str = ""
    error: str = ""
    """Message id, such as `fingerprint.untrusted`."""


Listener = Callable[[Status], None]


class _Slot:
    """What the broker knows of one kind."""

    def __init__(self) -> None:
        self.there: dict[str, Appeared] = {}
        self.device: Device | None = None
        self.key = ""
        self.opening = False
        self.error: DeviceError | None = None
        self.retry_at = 0.0


class Broker:
    """Thread-safe. `kinds` limits it to what this process owns; others are ignored."""

    def __init__(
        self,
        sources: Sequence[Source],
        openers: Mapping[str, Opener],
        *,
        kinds: Collection[Kind] = tuple(Kind),
        rescan_seconds: float = 5.0,
    ) -> None:
        self._openers = dict(openers)
        self._slots = {kind: _Slot() for kind in Kind if kind in kinds}
        self._changed = threading.Condition()
        self._listeners: list[Listener] = []
        self._closed = False
        self._closing: queue.SimpleQueue[Device | None] = queue.SimpleQueue()
        self._closer = threading.Thread(target=self._close_dropped, name="broker-closer", daemon=True)
        self._watchers = [Watcher(source, self._plugged, rescan_seconds) for source in sources]

    def start(self) -> None:
        """Begin to watch."""
        self._closer.start()
        for watcher in self._watchers:
            watcher.start()

    def close(self) -> None:
        """Stop watching, close all devices; whoever waits in `get` gets DeviceGone."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for watcher in self._watchers:
            watcher.close()
        with self._changed:
            for slot in self._slots.values():
                self._let_go(slot)
        self._closing.put(None)
        if self._closer.ident is not None:
            self._closer.join()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of every change from now on; returns what ends that."""
        with self._changed:
            self._listeners.append(listener)

        def unsubscribe() -> None:
            with self._changed:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return unsubscribe

    def statuses(self) -> tuple[Status, ...]:
        """How each kind stands now."""
        with self._changed:
            return tuple(_status(kind, slot) for kind, slot in self._slots.items())

    @overload
    def get(self, kind: Literal[Kind.CAMERA], deadline: float) -> Camera: ...
    @overload
    def get(self, kind: Literal[Kind.FINGERPRINT], deadline: float) -> FingerprintScanner: ...
    @overload
    def get(self, kind: Literal[Kind.IRIS], deadline: float) -> IrisScanner: ...
    @overload
    def get(self, kind: Literal[Kind.SIGNATURE], deadline: float) -> SignaturePad: ...
    @overload
    def get(self, kind: Literal[Kind.PRINTER], deadline: float) -> TicketPrinter: ...
    @overload
    def get(self, kind: Literal[Kind.LIGHTS], deadline: float) -> StatusLights: ...
    @overload
    def get(self, kind: Literal[Kind.DOCUMENT], deadline: float) -> DocumentScanner: ...
    @overload
    def get(self, kind: Literal[Kind.CODE], deadline: float) -> CodeReader: ...
    @overload
    def get(self, kind: Kind, deadline: float) -> Device: ...

    def get(self, kind: Kind, deadline: float) -> Any:
        """A device of `kind`, waiting at most `deadline` seconds for one to be there.

        Raises DeviceGone when none is, DeviceError when the one that is there cannot be opened.
        """
        until = time.monotonic() + deadline
        slot = self._slots[kind]
        while True:
            with self._changed:
                chosen = self._choose(kind, slot, until)
                if chosen is None:
                    return _Watched(cast(Device, slot.device), lambda device: self._gone(kind, device))
            self._open(kind, slot, chosen)

    def _choose(self, kind: Kind, slot: _Slot, until: float) -> Appeared | None:
        """Wait for an open device (None) or for one that the caller shall open now."""
        while True:
            if self._closed:
                raise DeviceGone(kind, "devices are closed")
            if slot.device is not None:
                return None
            now = time.monotonic()
            if slot.there and not slot.opening and now >= slot.retry_at:
                slot.opening = True
                return next(iter(slot.there.values()))
            if now >= until:
                raise slot.error if slot.error is not None and slot.there else DeviceGone(kind, "not plugged in")
            pause = until - now
            if slot.there and not slot.opening:
                pause = min(pause, slot.retry_at - now)
            self._changed.wait(pause)

    def _open(self, kind: Kind, slot: _Slot, chosen: Appeared) -> None:
        """Open outside the lock: a scanner's service may take seconds."""
        device: Device | None = None
        error: DeviceError | None = None
        try:
            device = self._opener(chosen)(chosen)
        except DeviceError as raised:
            error = raised
            _log.warning("device cannot be opened", kind=kind, driver=chosen.driver, error=str(raised))
        with self._changed:
            slot.opening = False
            slot.error = error
            slot.retry_at = time.monotonic() + RETRY_SECONDS if error is not None else 0.0
            if device is not None:
                if chosen.key in slot.there and not self._closed:
                    slot.device, slot.key = device, chosen.key
                else:
                    self._closing.put(device)
            if error is not None and chosen.key in slot.there and len(slot.there) > 1:
                slot.there[chosen.key] = slot.there.pop(chosen.key)
            self._tell(kind, slot)

    def _opener(self, device: Appeared) -> Opener:
        try:
            return self._openers[device.driver]
        except KeyError:
            known = ", ".join(sorted(self._openers))
            raise DeviceError(f"{device.kind}.no-driver", f"{device.driver!r} is none of {known}") from None

    def _gone(self, kind: Kind, device: Device) -> None:
        with self._changed:
            slot = self._slots[kind]
            if slot.device is device:
                self._let_go(slot)
                self._tell(kind, slot)

    def _plugged(self, event: PlugEvent) -> None:
        with self._changed:
            if isinstance(event, Appeared):
                slot = self._slots.get(event.kind)
                if slot is None:
                    return
                slot.there[event.key] = event
                slot.error, slot.retry_at = None, 0.0
                self._tell(event.kind, slot)
                return
            for kind, slot in self._slots.items():
                if event.key in slot.there:
                    del slot.there[event.key]
                    slot.error = None
                    if slot.key == event.key:
                        self._let_go(slot)
                    self._tell(kind, slot)

    def _let_go(self, slot: _Slot) -> None:
        if slot.device is not None:
            self._closing.put(slot.device)
        slot.device, slot.key = None, ""

    def _tell(self, kind: Kind, slot: _Slot) -> None:
        self._changed.notify_all()
        status = _status(kind, slot)
        for listener in list(self._listeners):
            listener(status)

    def _close_dropped(self) -> None:
        """Close handles in a thread of its own: a close waits for a call that is still running on it."""
        while (device := self._closing.get()) is not None:
            device.close()


class _Watched:
    """A device whose calls tell the broker when they raise DeviceGone."""

    def __init__(self, device: Device, on_gone: Callable[[Device], None]) -> None:
        self._device = device
        self._on_gone = on_gone

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._device, name)
        if not callable(value):
            return value

        def call(*arguments: Any, **named: Any) -> Any:
            try:
                return value(*arguments, **named)
            except DeviceGone:
                self._on_gone(self._device)
                raise

        return call


def _status(kind: Kind, slot: _Slot) -> Status:
    if slot.device is not None:
        return Status(kind, State.OPEN, slot.device.info, slot.there[slot.key].path if slot.key in slot.there else "")
    if not slot.there:
        return Status(kind, State.ABSENT)
    path = next(iter(slot.there.values())).path
    if slot.error is not None:
        return Status(kind, State.FAULT, path=path, error=slot.error.code)
    return Status(kind, State.PRESENT, path=path)
