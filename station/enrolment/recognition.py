"""Finds a student who was recorded in this visit already, under another name or number.

It follows the journal beside the capture. As soon as a recording has its prints, they are searched for among those of
the visit's other students, in the worker process, while the student signs: so the operator sees both faces before
signing off. It is a hint and refuses nothing; who looked, and what the answer was, stands in the journal.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

import structlog

from station.biometrics import likeness
from station.biometrics.identify import Enrolled, identify
from station.biometrics.match import Template
from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import Position
from station.disk import DiskTrouble
from station.enrolment import commands, comparison, keeping
from station.enrolment.gallery import Gallery, Likeness
from station.enrolment.spool import Spool
from station.enrolment.state import Enrolment
from station.enrolment.worker import Worker, WorkerDied
from station.journal import Journal, Transaction

log: Final[Any] = structlog.get_logger()

ASK_SECONDS: Final = 0.5
"""How often the journal's version is looked at: some microseconds each."""
PROBES: Final = frozenset((Position.RIGHT_INDEX, Position.LEFT_INDEX, Position.RIGHT_THUMB, Position.LEFT_THUMB))
"""Fingers that are searched for: the largest, and enough of them that a bandage does not hide a person."""
RETRY_SECONDS: Final = 10.0
"""After a disk without room."""


class Recogniser:
    """Searches for each recording's prints once; one thread calls `run`."""

    def __init__(self, journal: Journal, spool: Spool, gallery: Gallery, worker: Worker, actor: str) -> None:
        self._journal = journal
        self._spool = spool
        self._gallery = gallery
        self._worker = worker
        self._actor = actor

    def run(self, stop: threading.Event) -> None:
        """Follow the journal until told to stop."""
        seen = -1
        while not stop.is_set():
            version = self._journal.data_version()
            if version == seen:
                stop.wait(ASK_SECONDS)
                continue
            try:
                self.round()
                seen = version
            except DiskTrouble as trouble:
                log.warning("recognition.waits", code=trouble.code)
                stop.wait(RETRY_SECONDS)
            except OSError as error:
                # A sample that cannot be read just now is not lost: it is compared when it can be.
                log.error("recognition.waits", detail=str(error))
                stop.wait(RETRY_SECONDS)

    def round(self) -> None:
        """Search for every recording that has its prints and was not searched for yet. Raises DiskTrouble."""
        rows = self._journal.db.execute(
            """SELECT e.id FROM enrolments e JOIN visits v ON v.id = e.visit
               WHERE v.closed_at IS NULL AND e.state IN ('active', 'parked')"""
        ).fetchall()
        for (enrolment,) in rows:
            now = commands.read(self._journal, enrolment)
            if now.to_compare:
                self._compare(now)

    def _compare(self, now: Enrolment) -> None:
        samples = [taken.id for taken in now.prints]
        others = [Enrolled(o.enrolment, o.templates) for o in self._gallery.others(now.visit, now.student)]
        try:
            own = Likeness(now.id, now.student, *self._drawn(now))
            probe = [template for template in own.templates if template.position in PROBES] or own.templates[:2]
            found = {c.student: c.score for c in self._worker.run(identify, probe, others)} if others else {}
        except (UnusableImage, WorkerDied) as error:
            log.error("recognition.failed", enrolment=now.id, detail=str(error))
            self._record(now, lambda tx: comparison.fail(tx, now.id, samples))
            return
        if not own.templates:
            self._record(now, lambda tx: comparison.fail(tx, now.id, samples))
            return
        self._gallery.put(now.visit, own)
        self._record(now, lambda tx: comparison.record(tx, now.id, samples, len(others), found))
        log.info("recognition.compared", enrolment=now.id, students=len(others), found=len(found))

    def _record(self, now: Enrolment, command: Callable[[Transaction], None]) -> None:
        try:
            with self._journal.command(self._actor) as tx:
                command(tx)
        except commands.Refused as refused:
            log.info("recognition.overtaken", enrolment=now.id, code=refused.code)

    def _drawn(self, now: Enrolment) -> tuple[tuple[Template, ...], bytes]:
        """Minutiae and the small face; what cannot be read is left out. Raises UnusableImage, WorkerDied."""
        recalled = (keeping.recall(self._spool, now.id, taken) for taken in now.prints)
        portrait = now.kept_sample(Position.FACE)
        face = keeping.recall(self._spool, now.id, portrait) if portrait is not None else None
        return self._worker.run(likeness.draw, [sample for sample in recalled if sample is not None], face)
