"""Opaque ids: a prefix that says what it names, and 128 random bits.

They are random, never derived from a NIK or a name: a hash of sixteen digits can be searched
through in seconds.
"""

from __future__ import annotations

import secrets
from typing import Final

_DIGITS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS: Final = tuple(a + b for a in _DIGITS for b in _DIGITS)
"""Two digits of base 32 (RFC 4648) at a time: base64.b32encode costs 10 µs, and a school list needs 10,000 ids."""


def new(prefix: str) -> str:
    """A new id, such as ``tkt_…``: 26 characters of base 32 after the prefix."""
    bits = int.from_bytes(secrets.token_bytes(16), "big") << 2
    return f"{prefix}_{''.join([_PAIRS[bits >> shift & 1023] for shift in range(120, -1, -10)])}"
