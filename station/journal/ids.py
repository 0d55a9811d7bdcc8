"""Opaque ids: a prefix that says what it names, and 130 random bits.

They are random, never derived from a NIK or a name: a hash of sixteen digits can be searched
through in seconds.
"""

from __future__ import annotations

import secrets
from typing import Final

_DIGITS: Final = b"abcdefghijklmnopqrstuvwxyz234567"
_DIGIT_OF: Final = bytes(_DIGITS[byte % 32] for byte in range(256))
"""A digit of base 32 (RFC 4648) for each byte; each digit stands for eight bytes, so all are as likely."""
_LENGTH: Final = 26


def new(prefix: str) -> str:
    """A new id, such as ``tkt_…``: 26 characters of base 32 after the prefix."""
    return many(prefix, 1)[0]


def many(prefix: str, count: int) -> list[str]:
    """So many new ids at 0.3 µs each: a school list needs 10,000."""
    digits = secrets.token_bytes(_LENGTH * count).translate(_DIGIT_OF).decode()
    return [f"{prefix}_{digits[at : at + _LENGTH]}" for at in range(0, len(digits), _LENGTH)]
