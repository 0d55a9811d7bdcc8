"""Seals every enrolment that was signed off, and clears away what may go.

One at a time, so that an enrolment that cannot be sealed holds up no other. The order makes a cut at
any point harmless: package and signature durable, then the event, then the spool destroyed. Sealing
again gives the same package id, and start-up finishes what a crash left.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import structlog

from station import files
from station.clock import Clock
from station.enrolment import commands as enrolments
from station.enrolment.spool import Spool
from station.enrolment.state import Status
from station.journal import Journal
from station.journal import events as ev
from station.packages import gather, sealing
from station.packages.age import Recipients
from station.packages.sshsig import SigningKey

log = structlog.get_logger()

ACTOR: Final = "sealer"


class Keys(msgspec.Struct, frozen=True):
    """What a station seals with: its own signing key and the office's public ones."""

    signing: SigningKey
    recipients: Recipients

    @classmethod
    def load(cls, folder: Path) -> Keys:
        """From a data folder's `keys/`. Raises Refused, saying which file is missing or wrong."""
        return cls(SigningKey.load(folder / "station_ed25519"), Recipients.load(folder / "recipients.txt"))


class Sealer:
    """One station's sealing, in whichever process runs it; only one does."""

    def __init__(
        self,
        journal: Journal,
        spool: Spool,
        packages: Path,
        keys: Keys,
        source_of: Callable[[str], gather.Source],
        clock: Clock,
    ) -> None:
        self._journal = journal
        self._spool = spool
        self._packages = files.make_folder(packages)
        self._keys = keys
        self._source_of = source_of
        self._clock = clock

    def recover(self) -> None:
        """Finish what a crash left: half-made packages, spools of sealed enrolments, orphaned samples."""
        db = self._journal.db
        here = dict(db.execute("SELECT id, state FROM packages WHERE purged_at IS NULL").fetchall())
        recovered = sealing.recover(self._packages, here.keys(), self._is_leftover)
        orphans = 0
        for enrolment in self._spool.enrolments():
            try:
                now = enrolments.read(self._journal, enrolment)
            except enrolments.Refused:
                self._spool.destroy(enrolment)
                continue
            if now.status in (Status.SEALED, Status.DISCARDED):
                self._spool.destroy(enrolment)
            elif now.status is not Status.ACTIVE:
                # An active enrolment may have a sample on its way from another process just now.
                orphans += self._spool.sweep(enrolment, now.spooled())
        if recovered.removed or orphans:
            with self._journal.command(ACTOR) as tx:
                tx.append(ev.SystemRecovered(swept_files=len(recovered.removed), orphan_samples=orphans), "sealer")
        for package in recovered.foreign:
            log.error("package.unknown", package=package)
        for package in recovered.missing:
            # A received one may have been cut between its purge and the event; the courier finishes that.
            if here[package] != "received":
                log.error("package.missing", package=package)

    def _is_leftover(self, package: str) -> bool:
        """Is it of a sealing or a purge that was cut, so that nobody loses anything with it?

        A journal that was restored from a backup knows nothing of what was sealed since: that may exist only here.
        """
        known = self._journal.db.execute(
            "SELECT id, state FROM enrolments WHERE substr(id, instr(id, '_') + 1) = ?",
            (package.removeprefix(gather.PREFIX),),
        ).fetchone()
        if known is None:
            return False
        enrolment, state = known
        if state == Status.SIGNED_OFF:
            return bool(self._spool.samples(enrolment))
        return state in (Status.SEALED, Status.DISCARDED)

    def owed(self) -> list[tuple[str, int]]:
        """Enrolments that are signed off and not sealed, oldest first, with the seq of their last event."""
        query = "SELECT id, last_seq FROM enrolments WHERE state = 'signed_off' ORDER BY last_seq"
        return [(row[0], row[1]) for row in self._journal.db.execute(query)]

    def discard_owed(self) -> int:
        """Destroy the samples of cancelled enrolments whose visit is closed; returns how many."""
        query = """SELECT e.id FROM enrolments e JOIN visits v ON v.id = e.visit
                   WHERE e.state = 'cancelled' AND v.closed_at IS NOT NULL"""
        owed = [row[0] for row in self._journal.db.execute(query)]
        for enrolment in owed:
            self._spool.destroy(enrolment)
            with self._journal.command(ACTOR) as tx:
                enrolments.discard(tx, enrolment)
        return len(owed)

    def seal(self, enrolment: str) -> None:
        """Seal one that is owed, and destroy its spool.

        Raises DiskTrouble, SpoolDamaged when a sample is not what was captured, and Refused when record and
        files do not fit; then nothing was changed.
        """
        student = enrolments.read(self._journal, enrolment).student
        source = self._source_of(student)
        contents = gather.contents(self._journal, self._spool, enrolment, source, self._clock)
        sealed = sealing.seal(contents, self._keys.recipients, self._keys.signing, self._packages)
        with self._journal.command(ACTOR) as tx:
            tx.append(
                ev.PackageSealed(
                    enrolment=enrolment, sha256=sealed.sha256, size=sealed.size, bench=contents.record.bench
                ),
                sealed.id,
            )
        self._spool.destroy(enrolment)
        log.info("package.sealed", package=sealed.id, size=sealed.size)
