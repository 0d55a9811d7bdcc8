"""Who may sign in at the console, and with which PIN.

A person is an opaque id in the journal; name and PIN hash are sealed in the vault. Wrong PINs make
further tries wait, then lock; what counts them are events, so that a restart forgets nothing.
"""

from station.operators.people import ConsoleSettings, Operator, OperatorRefused, everyone, find, signed_in
from station.operators.pins import WeakPin
from station.operators.signing import Outcome, SignIn, sign_in, sign_out, wait_left

__all__ = [
    "ConsoleSettings",
    "Operator",
    "OperatorRefused",
    "Outcome",
    "SignIn",
    "WeakPin",
    "everyone",
    "find",
    "sign_in",
    "sign_out",
    "signed_in",
    "wait_left",
]
