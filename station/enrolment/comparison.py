"""Was this student recorded already, under another name? What the search found, and what the operator said of it.

Nothing is refused here: resemblances are shown as an alert, looked at, and kept in the journal with who saw them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from station.enrolment.commands import Refused, read, require
from station.enrolment.state import Enrolment, Status
from station.journal import Transaction, alerts
from station.journal import events as ev

RESEMBLES: Final = "resembles"
"""Alert: somebody with the same prints was recorded in this visit."""
UNCOMPARED: Final = "uncompared"
"""Alert: whether somebody was could not be found out."""


def record(tx: Transaction, enrolment: str, samples: Sequence[str], students: int, found: Mapping[str, int]) -> None:
    """The prints were searched for among the others of the visit; what resembles them is for the operator to see."""
    now = require(tx, enrolment, Status.ACTIVE, Status.PARKED)
    tx.append(ev.EnrolmentCompared(samples=tuple(samples), students=students, found=dict(found)), enrolment)
    if set(found) - now.resemblances_seen.keys():
        alerts.raise_alert(tx, RESEMBLES, enrolment)


def fail(tx: Transaction, enrolment: str, samples: Sequence[str]) -> None:
    """The prints could not be searched for. The sign-off does not wait for ever; the operator is told."""
    require(tx, enrolment, Status.ACTIVE, Status.PARKED)
    tx.append(ev.EnrolmentCompared(samples=tuple(samples), students=0, failed=True), enrolment)
    alerts.raise_alert(tx, UNCOMPARED, enrolment)


def see(tx: Transaction, enrolment: str, other: str, *, same: bool) -> Enrolment:
    """The operator looked at both students. Whatever the answer, nothing is refused for it."""
    if other not in read(tx, enrolment).unseen:
        raise Refused("enrolment.no-such-resemblance", other)
    tx.append(ev.ResemblanceSeen(other=other, same=same), enrolment)
    now = read(tx, enrolment)
    if not now.unseen:
        alerts.clear_alerts(tx, RESEMBLES, enrolment)
    return now
