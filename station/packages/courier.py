"""Brings sealed packages to the store, believes the office's receipts, and clears away what may go.

Each round does what is owed by the journal, and each step may be cut and repeated: a package is in the
store before it is said to be, and gone before it is said to be. A store that is away is no fault of
the package: it is said once and tried again in the next round.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import structlog

from station.clock import Clock
from station.journal import Journal
from station.journal import events as ev
from station.packages import receipts, sealing
from station.packages.delivery import deliver
from station.packages.problems import Code, Refused
from station.packages.receipts import Confirmed
from station.packages.signers import Signers
from station.packages.store import Store, StoreFailed

log = structlog.get_logger()

ACTOR: Final = "courier"


class Courier:
    """One station's way to the store, in whichever process runs it; only one does."""

    def __init__(self, journal: Journal, packages: Path, store: str, office: Signers, clock: Clock) -> None:
        """`store` is what `Store.open` takes; `office` whose receipts are believed."""
        self._journal = journal
        self._packages = packages
        self._url = store
        self._office = office
        self._clock = clock

    def deliver_owed(self) -> int:
        """Deliver what is sealed, oldest first; returns how many. A failure is recorded, and ends or skips."""
        delivered = 0
        for package_id, failure in self._owed("state = 'sealed'"):
            try:
                done = deliver(Store.open(self._url), self._packages, package_id)
            except Refused as refused:
                code = refused.problem.code
                if code != failure:
                    self._record(ev.PackageDeliveryFailed(code=code), package_id)
                    log.warning("package.delivery-failed", package=package_id, code=code)
                if code is Code.STORE_AWAY:
                    break
                continue
            self._record(ev.PackageDelivered(store=done.store), package_id)
            delivered += 1
        return delivered

    def confirm_owed(self) -> int:
        """Read the receipts of what is delivered; returns how many are new. Raises StoreFailed.

        A refused package is looked at again: the office may accept it once its cause is mended.
        """
        answered = 0
        for package_id, state in self._owed("state IN ('delivered', 'refused')", column="state"):
            confirmed = self._confirmed(package_id)
            if confirmed is None:
                continue
            receipt = confirmed.receipt
            if receipt.verdict == "accepted" or state != "refused":
                received = ev.PackageReceived(verdict=receipt.verdict, reason=receipt.reason, code=receipt.code)
                self._record(received, package_id)
                answered += 1
        return answered

    def purge_owed(self) -> int:
        """Delete the copies that the office has accepted; returns how many. Raises StoreFailed."""
        purged = 0
        for package_id, _ in self._owed("state = 'received'"):
            if sealing.package_path(self._packages, package_id).exists():
                confirmed = self._confirmed(package_id)
                if confirmed is None:
                    continue
                receipts.purge(self._packages, confirmed)
            else:
                sealing.remove(self._packages, package_id)  # cut between the two files, or before the event
            self._record(ev.PackagePurged(), package_id)
            purged += 1
        return purged

    def _confirmed(self, package_id: str) -> Confirmed | None:
        try:
            return receipts.confirm(Store.open(self._url), self._packages, package_id, self._office, self._clock.now())
        except StoreFailed:
            raise
        except Refused as refused:
            # Half-written in this moment, or not the office's: either way nobody believes it, and it is read again.
            log.warning("package.receipt-not-believed", package=package_id, code=refused.problem.code)
            return None

    def _owed(self, where: str, column: str = "failure") -> list[tuple[str, str | None]]:
        query = f"SELECT id, {column} FROM packages WHERE purged_at IS NULL AND {where} ORDER BY sealed_at, id"  # noqa: S608  # constants
        return [(row[0], row[1]) for row in self._journal.db.execute(query)]

    def _record(self, event: ev.Event, package_id: str) -> None:
        with self._journal.command(ACTOR) as tx:
            tx.append(event, package_id)
