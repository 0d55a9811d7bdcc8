"""An emulated code reader that types: key events of a US keyboard on a Unix socket."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from station.bench.devices.sockets import Outlet
from station.hardware.input_events import EV_KEY, EV_SYN, SYN_REPORT, InputEvent

KEY_SECONDS: Final = 0.002
"""Time stamps of the keys are so far apart; they are sent at once."""

_SHIFT: Final = 42
_ENTER: Final = 28
_KEYS: Final = {
    **{char: (code, False) for code, char in enumerate("1234567890-=", 2)},
    **{char: (code, True) for code, char in enumerate("!@#$%^&*()_+", 2)},
    **{char: (first + at, False) for first, row in ((16, "qwertyuiop[]"), (30, "asdfghjkl;'`"), (43, "\\zxcvbnm,./"))
       for at, char in enumerate(row)},
    **{char: (first + at, True) for first, row in ((16, "QWERTYUIOP{}"), (30, 'ASDFGHJKL:"~'), (43, "|ZXCVBNM<>?"))
       for at, char in enumerate(row)},
    " ": (57, False),
}  # fmt: skip


class BenchWedge:
    """Plugged and unplugged like the others; `scan` types a code."""

    def __init__(self, path: Path) -> None:
        self._outlet = Outlet(path)

    @property
    def path(self) -> str:
        return str(self._outlet.path)

    def plug(self) -> None:
        self._outlet.plug()

    def unplug(self) -> None:
        self._outlet.unplug()

    def wait_for_reader(self, deadline: float) -> bool:
        return self._outlet.wait_for_reader(deadline)

    def scan(self, text: str, *, enter: bool = True, at: float | None = None) -> None:
        """Type `text` and Enter. Raises KeyError for a character that no US keyboard has."""
        now = time.monotonic() if at is None else at
        data = b""
        for char in text:
            code, shift = _KEYS[char]
            keys = [(_SHIFT, 1), (code, 1), (code, 0), (_SHIFT, 0)] if shift else [(code, 1), (code, 0)]
            data += _strokes(now, keys)
            now += KEY_SECONDS
        if enter:
            data += _strokes(now, [(_ENTER, 1), (_ENTER, 0)])
        self._outlet.pour(data)


def _strokes(now: float, keys: list[tuple[int, int]]) -> bytes:
    return b"".join(
        InputEvent(now, EV_KEY, code, value).pack() + InputEvent(now, EV_SYN, SYN_REPORT, 0).pack()
        for code, value in keys
    )
