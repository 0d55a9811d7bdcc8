"""The sealing desk: what was signed off becomes a package, and samples that nobody needs any more are destroyed.

It follows the journal in a thread of its own, away from the printer. An enrolment that cannot be sealed is
told to the operator and left as it is; the others go on. Without keys, or without room on the disk, all is
tried again: what is owed stays owed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from station import disk
from station.clock import Clock
from station.config import StationSettings
from station.disk import DiskTrouble
from station.enrolment.commands import LOST
from station.enrolment.gallery import Gallery
from station.enrolment.spool import Spool, SpoolDamaged
from station.journal import Journal, alerts
from station.packages import gather, record
from station.packages.problems import Code, Refused
from station.packages.sealer import ACTOR, Keys, Sealer
from station.roster.register import Register

ABOUT: Final = "sealing"
"""What the alerts of this desk are about, where it is no single enrolment."""
OURS: Final = "package."
"""Codes of alerts about what cannot be sealed begin so; what follows says why."""
UNREAD: Final = f"{OURS}unread"
"""What is to be sealed cannot be read or written just now, and nobody knows anything of damage."""

POLL_SECONDS: Final = 0.25
RETRY_SECONDS: Final = 5.0
"""How long a full disk, an absent key or a file that cannot be opened is left alone."""

log = structlog.get_logger()

Source = Callable[[str], gather.Source]


class SealingDesk:
    """Seals what is owed; one thread, `run`."""

    def __init__(self, journal: Journal, data: Path, source_of: Source, clock: Clock) -> None:
        """`data` is the station's data folder; `source_of` finds what stands behind a student's package."""
        self._journal = journal
        self._data = data
        self._source_of = source_of
        self._clock = clock
        self._gallery = Gallery(data)
        self._sealer: Sealer | None = None
        self._failed: dict[str, tuple[int, str]] = {}
        """Enrolments that could not be sealed: the seq of their last event then, and the alert's code."""

    def run(self, stop: threading.Event) -> None:
        """Seal until told to stop."""
        seen, not_before = -1, 0.0
        while not stop.is_set():
            version = self._journal.data_version()
            if version != seen and self._clock.monotonic() >= not_before:
                if self.round():
                    seen = version
                else:
                    not_before = self._clock.monotonic() + RETRY_SECONDS
            stop.wait(POLL_SECONDS)

    def round(self) -> bool:
        """Do all that is owed now; False when it is to be tried again soon."""
        problems = [self._tried(self._work), self._tried(self._forget_closed)]
        problem = next(filter(None, problems), "")
        wanted = {(code, enrolment) for enrolment, (_, code) in self._failed.items()}
        if problem:
            log.warning("sealing.waits", code=problem)
            wanted.add((problem, ABOUT))
        try:
            self._tell(wanted)
        except DiskTrouble:
            # The alert itself is not taken. The screens say so wherever something is to be kept.
            return False
        return not problem

    def _tried(self, work: Callable[[], None]) -> str:
        """Do one part of a round; returns why it could not be finished, or nothing."""
        try:
            work()
        except DiskTrouble as trouble:
            return trouble.code
        except OSError as error:
            # What could not be read just now (too many open files, no right to it) is no less whole for that.
            log.error("sealing.unreadable", detail=str(error))
            return UNREAD
        except Refused as refused:
            return f"{OURS}{refused.problem.code}"
        return ""

    def _work(self) -> None:
        sealer = self._ready()
        owed = dict(sealer.owed())
        self._failed = {enrolment: told for enrolment, told in self._failed.items() if enrolment in owed}
        for enrolment, seq in owed.items():
            self._seal(sealer, enrolment, seq)
        sealer.discard_owed()

    def _ready(self) -> Sealer:
        """The sealer, which first finishes what a crash left. Raises Refused while the station has no keys."""
        if self._sealer is None:
            keys = Keys.load(self._data / "keys")
            spool, packages = Spool(self._data / "spool"), self._data / "packages"
            sealer = Sealer(self._journal, spool, packages, keys, self._source_of, self._clock)
            sealer.recover()
            self._sealer = sealer
        return self._sealer

    def _seal(self, sealer: Sealer, enrolment: str, seq: int) -> None:
        """Seal one; a damaged one is tried again only when something happened to it, or after a restart."""
        if self._failed.get(enrolment, (-1, ""))[0] == seq:
            return
        self._failed.pop(enrolment, None)
        try:
            sealer.seal(enrolment)
        except SpoolDamaged as damage:
            log.error("sealing.failed", enrolment=enrolment, code=LOST, detail=str(damage))
            self._failed[enrolment] = (seq, LOST)
        except Refused as refused:
            log.error("sealing.failed", enrolment=enrolment, code=refused.problem.code, where=refused.problem.where)
            self._failed[enrolment] = (seq, f"{OURS}{refused.problem.code}")

    def _forget_closed(self) -> None:
        """Whom a visit recorded is known until it is closed."""
        rows = self._journal.db.execute("SELECT id FROM visits WHERE closed_at IS NULL").fetchall()
        gone = self._gallery.forget_but({visit for (visit,) in rows})
        if gone:
            log.info("gallery.forgotten", visits=gone)

    def _tell(self, wanted: set[tuple[str, str]]) -> None:
        """Raise and clear alerts, so that they say what is so now. Raises DiskTrouble."""
        known = {
            (alert.code, alert.about): alert.id
            for alert in alerts.open_alerts(self._journal.db)
            if alert.code.startswith(OURS) or (alert.code in disk.CODES and alert.about == ABOUT)
        }
        if wanted != known.keys():
            with self._journal.command(ACTOR) as tx:
                for key in known.keys() - wanted:
                    alerts.clear_alert(tx, known[key])
                for code, about in sorted(wanted - known.keys()):
                    alerts.raise_alert(tx, code, about)


def source_of(journal: Journal, settings: StationSettings) -> Source:
    """Finds what stands behind a package in the register. Each call reads on its own thread's connection."""

    def find(student: str) -> gather.Source:
        register = Register.of(journal)
        known = register.get(student)
        if known is None:
            raise Refused(
                Code.RECORD, "The student is not in the register.", student, "Import the school's list again."
            )
        school = next(school for school in register.schools() if school.id == known.school)
        return gather.Source(settings, known.student, record.School(name=school.name, npsn=school.npsn))

    return find
