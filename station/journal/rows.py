"""A journal row as it stands in the table, and the chain that ties each row to the one before.

chain = SHA-256(previous chain ‖ row), where row is the RFC 8785 form of the JSON array
[seq, at, boot, actor, kind, subject, data] and data is itself the RFC 8785 text of the event.
The first row's previous chain is 32 zero bytes.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec
import rfc8785

from station.journal.events import KINDS, Event, kind_of

GENESIS: Final = "00" * 32


class Row(msgspec.Struct, frozen=True):
    """One event as recorded. `at` is ISO 8601 UTC; order is by `seq`, because clocks lie."""

    seq: int
    at: str
    boot: str
    actor: str
    kind: str
    subject: str
    data: str
    chain: str

    @property
    def event(self) -> Event:
        """The typed event. Raises msgspec.ValidationError when the data does not fit its kind."""
        return msgspec.json.decode(self.data, type=KINDS[self.kind])


def encode(event: Event) -> str:
    """The event's fields as RFC 8785 text, without the kind (it has a column of its own)."""
    fields: dict[str, Any] = msgspec.to_builtins(event)
    fields.pop("kind")
    return rfc8785.dumps(fields).decode()


def link(previous: str, seq: int, at: str, boot: str, actor: str, kind: str, subject: str, data: str) -> str:
    """The chain value of a row, as hexadecimal."""
    row = rfc8785.dumps([seq, at, boot, actor, kind, subject, data])
    return hashlib.sha256(bytes.fromhex(previous) + row).hexdigest()


def make(previous: str, seq: int, at: str, boot: str, actor: str, event: Event, subject: str) -> Row:
    """The row that records `event` after the row whose chain is `previous`."""
    kind, data = kind_of(event), encode(event)
    return Row(seq, at, boot, actor, kind, subject, data, link(previous, seq, at, boot, actor, kind, subject, data))
