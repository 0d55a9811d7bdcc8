"""The console's door: who is in, and what a PIN does. Every function blocks; call them on a background thread.

A console that starts has nobody at it: whoever a crash or power cut left signed in is signed out first.
"""

from __future__ import annotations

from station import operators
from station.journal import Journal
from station.operators import ConsoleSettings, Outcome, SignIn, people
from station.operators.signing import CONSOLE


def close_after_restart(journal: Journal) -> None:
    """Sign out whoever the last run of this console left signed in."""
    with journal.command(CONSOLE) as tx:
        left = operators.signed_in(tx)
        if left is not None:
            operators.sign_out(tx, left.id, "restart")


def try_pin(journal: Journal, operator: str, pin: str, settings: ConsoleSettings) -> SignIn:
    """Sign in. Takes a tenth of a second or more."""
    return operators.sign_in(journal, operator, pin, settings)


def lock(journal: Journal, operator: str, reason: str = "asked") -> None:
    """Lock the console."""
    with journal.command(f"operator:{operator}") as tx:
        operators.sign_out(tx, operator, reason)


def change_pin(journal: Journal, operator: str, old: str, new: str, settings: ConsoleSettings) -> SignIn:
    """Give oneself a new PIN after proving the old one; the outcome says what came of the old PIN.

    Raises WeakPin when the new one is too easy to guess.
    """
    proven = operators.sign_in(journal, operator, old, settings)
    if proven.outcome is Outcome.SIGNED_IN:
        people.change_pin(journal, operator, new, settings, actor=f"operator:{operator}")
    return proven
