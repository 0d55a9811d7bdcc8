"""Signing in: one try with a PIN, and the waits that follow wrong ones.

The wait is measured by the machine's monotonic clock, which all processes of a boot share and
nobody can set; wall time plays no part, so neither a dead clock battery nor a clock set forward
shortens or stretches it. After a reboot the whole wait counts from the boot: pulling the plug gains
nothing, and the most that anybody ever waits is the nominal wait.

The PIN is compared outside the transaction (it costs about a tenth of a second), and everything is
checked again inside it: many tries at once are counted one by one, and a right PIN among them is
refused once a wait or a lock has begun.
"""

from __future__ import annotations

import math
from enum import StrEnum

import msgspec

from station.journal import Journal, Transaction
from station.journal import events as ev
from station.operators import people, pins
from station.operators.people import ConsoleSettings, Operator

CONSOLE = "console"
"""Actor of what happens before anybody is signed in."""


class Outcome(StrEnum):
    """What became of a try to sign in."""

    SIGNED_IN = "signed-in"
    WRONG = "wrong"
    """Wrong PIN, or nobody of that name."""
    WAIT = "wait"
    """Not looked at: a wait runs."""
    LOCKED = "locked"


class SignIn(msgspec.Struct, frozen=True):
    """The outcome of one try."""

    outcome: Outcome
    operator: Operator | None = None
    """Who is signed in now; None unless SIGNED_IN."""
    wait_seconds: int = 0
    """How long the next try has to wait, rounded up."""


def sign_in(journal: Journal, name_or_id: str, pin: str, settings: ConsoleSettings) -> SignIn:
    """Try to sign in. A try during a wait is not looked at and does not count."""
    known = people.find(journal, name_or_id)
    if known is None:
        pins.matches(None, pin)
        return SignIn(Outcome.WRONG)
    barred = _barred(journal, journal, known.id)
    if barred is not None:
        return barred
    phc = people.pin_hash(journal, known.id)
    right = pins.matches(phc, pin)
    with journal.command(known.actor if right else CONSOLE) as tx:
        barred = _barred(journal, tx, known.id)
        if barred is not None:
            return barred
        if right and people.pin_hash(tx, known.id) == phc:
            tx.append(ev.OperatorSignedIn(), known.id)
            return SignIn(Outcome.SIGNED_IN, people.find(tx, known.id))
        return _failed(tx, known.id, settings)


def sign_out(tx: Transaction, operator: str, reason: str = "asked") -> None:
    """Lock the console again; nothing happens where the operator is not signed in."""
    found = people.find(tx, operator)
    if found is not None and found.signed_in:
        tx.append(ev.OperatorSignedOut(reason=reason), operator)


def wait_after(failures: int, settings: ConsoleSettings) -> int:
    """Seconds to wait after so many wrong PINs: none at first, then doubling."""
    beyond = failures - settings.failures_before_wait
    return settings.wait_seconds * 2**beyond if beyond >= 0 else 0


def wait_left(journal: Journal, operator: str) -> int:
    """Seconds until a PIN of this operator is looked at again; 0 where none is waited for."""
    barred = _barred(journal, journal, operator)
    return barred.wait_seconds if barred is not None else 0


def _failed(tx: Transaction, operator: str, settings: ConsoleSettings) -> SignIn:
    failures = 1 + int(tx.db.execute("SELECT failures FROM operators WHERE id = ?", (operator,)).fetchone()[0])
    locks = failures >= settings.failures_before_lock
    wait = 0 if locks else wait_after(failures, settings)
    tx.append(ev.OperatorSignInFailed(wait_seconds=wait, uptime=round(tx.clock.monotonic(), 3)), operator)
    if locks:
        people.lock(tx, operator, "failures")
        return SignIn(Outcome.LOCKED)
    return SignIn(Outcome.WRONG, wait_seconds=wait)


def _barred(journal: Journal, source: Transaction | Journal, operator: str) -> SignIn | None:
    """Why no PIN is looked at now, if so."""
    state, wait, since, boot = source.db.execute(
        "SELECT state, wait_seconds, wait_from, wait_boot FROM operators WHERE id = ?", (operator,)
    ).fetchone()
    if state == "locked":
        return SignIn(Outcome.LOCKED)
    begun = since if boot == journal.boot else 0.0
    left = min(wait, begun + wait - journal.clock.monotonic())
    return SignIn(Outcome.WAIT, wait_seconds=math.ceil(left)) if left > 0 else None
