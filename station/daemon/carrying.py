"""The carrier: rounds of the courier when something is owed, pauses when the store fails, alerts about both.

A store that is away is left alone for longer each time. What the operator is told follows from the
packages as they stand, so that an alert ends by itself when its cause is gone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from station import disk
from station.clock import Clock
from station.config import Lasting, Settings
from station.disk import DiskTrouble
from station.journal import Journal, alerts
from station.packages.courier import ACTOR, Courier
from station.packages.problems import Code, Refused
from station.packages.signers import Signers
from station.packages.store import not_a_store

STORE: Final = "store"
"""What alerts about the store as a whole are about."""

REFUSED: Final = "packages.refused"
_OURS: Final = "packages."

POLL_SECONDS: Final = 0.25

log = structlog.get_logger()


class DeliverySettings(Settings, frozen=True, kw_only=True):
    """[delivery] of config.toml."""

    store: str = ""
    retry_seconds: Lasting = 5.0
    longest_retry_seconds: Lasting = 300.0
    receipts_seconds: Lasting = 30.0

    def __post_init__(self) -> None:
        if self.store and (wrong := not_a_store(self.store)):
            raise ValueError(f"store: {self.store!r} {wrong}")
        if self.retry_seconds > self.longest_retry_seconds:
            raise ValueError(
                f"retry_seconds, longest_retry_seconds: {self.retry_seconds:g} is above {self.longest_retry_seconds:g}"
            )


class Carrier:
    """Carries what is owed; one thread, `run`."""

    def __init__(
        self, journal: Journal, packages: Path, office: Callable[[], Signers], settings: DeliverySettings, clock: Clock
    ) -> None:
        """`office` reads the keys whose receipts are believed, at each round; it may raise Refused."""
        self._journal = journal
        self._packages = packages
        self._office = office
        self._settings = settings
        self._clock = clock
        self._pause = settings.retry_seconds
        self._not_before = 0.0
        self._receipts_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Carry until told to stop; without a store in the settings there is nothing to do."""
        if not self._settings.store:
            log.info("carrier.off", reason="no store is configured")
            return
        seen = -1
        while not stop.is_set():
            now = self._clock.monotonic()
            version = self._journal.data_version()
            if now >= self._not_before and (version != seen or now >= self._receipts_at):
                seen = version if self.round() else -1
            stop.wait(POLL_SECONDS)

    def round(self) -> bool:
        """Do all that is owed now; False when something failed and a pause was begun."""
        problem = self._carry()
        try:
            self._alert(problem)
        except DiskTrouble as trouble:
            problem = problem or trouble.code
        if problem:
            log.warning("carrier.waits", code=problem, seconds=self._pause)
            self._not_before = self._clock.monotonic() + self._pause
            self._pause = min(self._pause * 2, self._settings.longest_retry_seconds)
            return False
        self._pause = self._settings.retry_seconds
        return True

    def _carry(self) -> str:
        """One round; returns why it could not be finished, or nothing."""
        try:
            courier = Courier(self._journal, self._packages, self._settings.store, self._office(), self._clock)
            courier.deliver_owed()
            if self._clock.monotonic() >= self._receipts_at:
                courier.confirm_owed()
                courier.purge_owed()
                self._receipts_at = self._clock.monotonic() + self._settings.receipts_seconds
        except Refused as refused:
            return refused.problem.code
        except DiskTrouble as trouble:
            return trouble.code
        failed = self._journal.db.execute(
            "SELECT failure FROM packages WHERE state = 'sealed' AND failure IS NOT NULL LIMIT 1"
        ).fetchone()
        return "" if failed is None else str(failed[0])

    def _alert(self, problem: str) -> None:
        """Raise and clear alerts, so that they say what the packages say."""
        wanted = {(f"{_OURS}{problem}", STORE)} if problem and problem not in disk.CODES else set()
        for package, state, failure in self._journal.db.execute(
            "SELECT id, state, failure FROM packages WHERE purged_at IS NULL"
        ):
            if state == "refused":
                wanted.add((REFUSED, package))
            elif state == "sealed" and failure is not None and failure != Code.STORE_AWAY:
                wanted.add((f"{_OURS}{failure}", package))
                wanted.discard((f"{_OURS}{failure}", STORE))
        known = {
            (alert.code, alert.about): alert.id
            for alert in alerts.open_alerts(self._journal.db)
            if alert.code.startswith(_OURS)
        }
        if wanted != known.keys():
            with self._journal.command(ACTOR) as tx:
                for key in known.keys() - wanted:
                    alerts.clear_alert(tx, known[key])
                for code, about in sorted(wanted - known.keys()):
                    alerts.raise_alert(tx, code, about)
