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
    """A new id, such as ``tkt_…``: 26 characters of base 32 after the prefix. It costs 1 µs: lists need 10,000."""
    return f"{prefix}_{secrets.token_bytes(_LENGTH).translate(_DIGIT_OF).decode()}"
