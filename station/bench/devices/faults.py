"""Named faults of emulated devices, and the switchboard that holds them.

A device asks its `Faults` each time it acts; whoever plays the trouble (`station bench fault`, a
robot, a test) sets them from another thread.
"""

from __future__ import annotations

import threading
from enum import StrEnum
from typing import Final


class Fault(StrEnum):
    """What can be wrong with an emulated device."""

    UNPLUGGED = "unplug"
    PAPER_END = "paper-end"
    PAPER_NEAR_END = "paper-near-end"
    COVER_OPEN = "cover-open"
    OFFLINE = "offline"
    SILENT = "silent"
    GARBLED = "garbled"
    SLOW = "slow"
    BUSY = "busy"
    NOT_READY = "not-ready"
    FORGED = "forged"
    """A scanner signs with keys that nobody vouches for."""
    BAD_HASH = "bad-hash"
    REPLAYED = "replayed"
    """A scanner answers with the transaction of another request."""
    WRONG_TIME = "wrong-time"
    WRONG_SIDE = "wrong-side"
    """A scanner answers with another finger or eye than it was asked for."""
    NO_SIDE = "no-side"
    """An iris scanner does not say which eye it took."""


CLEARED_BY: Final = {
    "plug": Fault.UNPLUGGED,
    "paper-ok": Fault.PAPER_END,
    "cover-closed": Fault.COVER_OPEN,
    "online": Fault.OFFLINE,
    "well": None,
}
"""Names that end a fault; `well` ends all but `unplug`."""


class Faults:
    """The faults of one device right now."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: set[Fault] = set()

    def set(self, name: str) -> None:
        """Start or end a fault by name. Raises ValueError for a name that does not exist."""
        with self._lock:
            if name not in CLEARED_BY:
                self._now.add(Fault(name))
            elif (cleared := CLEARED_BY[name]) is None:
                self._now &= {Fault.UNPLUGGED}
            else:
                self._now.discard(cleared)
                if name == "paper-ok":
                    self._now.discard(Fault.PAPER_NEAR_END)

    def __contains__(self, fault: Fault) -> bool:
        with self._lock:
            return fault in self._now

    def names(self) -> tuple[str, ...]:
        """The faults that are on, sorted."""
        with self._lock:
            return tuple(sorted(self._now))
