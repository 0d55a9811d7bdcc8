"""Code reader that types: a keyboard wedge, grabbed, so that codes never land in a text field.

The reader must be set to a US keyboard layout and to end each code with Enter, which is how they
leave the factory.
"""

from __future__ import annotations

import threading
import time
from typing import Final

from station.hardware.devices import DeviceGone, DeviceInfo, Kind
from station.hardware.input_events import EV_KEY, EV_SYN, SYN_DROPPED, EventSource, InputEvent, InputGone

GAP_SECONDS: Final = 0.5
"""Readers type a key every 1 to 20 ms; after a gap of half a second what came before was cut off."""

LONGEST_CODE: Final = 512

_ENTER: Final = frozenset({28, 96})
_SHIFT: Final = frozenset({42, 54})
_PRESSED: Final = 1
_ROWS: Final = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
)
_KEYS: Final = {
    first + number: pair
    for first, plain, shifted in _ROWS
    for number, pair in enumerate(zip(plain, shifted, strict=True))
}
"""linux/input-event-codes.h: key code -> characters without and with Shift, US layout."""


class KeyParser:
    """Key events in, whole codes out."""

    def __init__(self) -> None:
        self._text = ""
        self._shift: set[int] = set()
        self._last = 0.0
        self._void = False

    def feed(self, event: InputEvent) -> str | None:
        """The code that `event` ends, if any."""
        if event.type == EV_SYN and event.code == SYN_DROPPED:
            self._void = True
            self._last = event.t
            self._shift.clear()
        if event.type != EV_KEY:
            return None
        if event.code in _SHIFT:
            (self._shift.add if event.value else self._shift.discard)(event.code)
            return None
        if event.value != _PRESSED:
            return None
        if event.t - self._last > GAP_SECONDS:
            self._text, self._void = "", False
        self._last = event.t
        if event.code in _ENTER:
            text, void = self._text, self._void
            self._text, self._void = "", False
            return text if text and not void else None
        if event.code in _KEYS and len(self._text) < LONGEST_CODE:
            self._text += _KEYS[event.code][bool(self._shift)]
        return None


class WedgeReader:
    """A CodeReader on an event source."""

    def __init__(self, source: EventSource, info: DeviceInfo) -> None:
        self._source = source
        self._info = info
        self._parser = KeyParser()
        self._codes: list[str] = []
        self._lock = threading.Lock()

    @property
    def info(self) -> DeviceInfo:
        return self._info

    def read(self, deadline: float) -> str | None:
        """The next code; None when none came in time. Raises DeviceGone."""
        until = time.monotonic() + deadline
        with self._lock:
            while not self._codes:
                left = until - time.monotonic()
                if left <= 0:
                    return None
                try:
                    events = self._source.read(left)
                except InputGone as error:
                    raise DeviceGone(Kind.CODE, str(error)) from error
                self._codes.extend(code for event in events if (code := self._parser.feed(event)) is not None)
            return self._codes.pop(0)

    def close(self) -> None:
        with self._lock:
            self._source.close()
