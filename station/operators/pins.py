"""PINs: which are taken, and how they are kept.

Argon2id with the second recommended parameters of RFC 9106 section 4 (64 MiB, 3 passes, 4 lanes):
some 60-170 ms a try on a small machine. That slows guessing at the console; a million six-digit
PINs are no secret to who holds hash and vault key, which is why the hash lies sealed in the vault.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Final

import argon2
from argon2.profiles import RFC_9106_LOW_MEMORY

_HASHER: Final = argon2.PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)

LONGEST: Final = 32
"""Digits; a bound on what is hashed, far above what anybody remembers."""


class WeakPin(Exception):
    """This PIN is not taken. `code`: `pin.not-digits`, `pin.too-short`, `pin.too-long` or `pin.too-simple`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def require_strong(pin: str, digits: int) -> None:
    """Refuse what is guessed first: runs (123456, 987654) and repeats (111111, 121212, 123123).

    Raises WeakPin.
    """
    if not (pin.isascii() and pin.isdigit()):
        raise WeakPin("pin.not-digits")
    if len(pin) < digits:
        raise WeakPin("pin.too-short")
    if len(pin) > LONGEST:
        raise WeakPin("pin.too-long")
    strides = {(int(right) - int(left)) % 10 for left, right in pairwise(pin)}
    repeats = (pin + pin).find(pin, 1) < len(pin)
    if repeats or strides in ({1}, {9}):
        raise WeakPin("pin.too-simple")


def hashed(pin: str) -> str:
    """The PIN's Argon2id hash in PHC form. Slow on purpose: never inside a journal transaction."""
    return _HASHER.hash(pin)


def matches(phc: str | None, pin: str) -> bool:
    """Is this the PIN? None stands for nobody and takes as long. Slow on purpose."""
    try:
        _HASHER.verify(phc or _nobody(), pin)
    except argon2.exceptions.VerifyMismatchError:
        return False
    return phc is not None


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody")
