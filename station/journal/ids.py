"""Opaque ids: a prefix that says what it names, and 128 random bits.

They are random, never derived from a NIK or a name: a hash of sixteen digits can be searched
through in seconds.
"""

from __future__ import annotations

import base64
import secrets


def new(prefix: str) -> str:
    """A new id, such as ``tkt_…``: 26 characters of base 32 after the prefix."""
    return f"{prefix}_{base64.b32encode(secrets.token_bytes(16)).decode().rstrip('=').lower()}"
