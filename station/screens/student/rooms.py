"""The rooms behind one touchscreen, opened together and closed together."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from station.clock import Clock
from station.config import Config
from station.enrolment.backdrop import wanted_backdrop
from station.enrolment.capture import CaptureRunner
from station.enrolment.gallery import Gallery
from station.enrolment.judgement import Judge
from station.enrolment.recognition import Recogniser
from station.enrolment.spool import Spool
from station.enrolment.steps import EnrolmentSettings
from station.enrolment.worker import Worker
from station.hardware.broker import Broker
from station.hardware.devices import Kind
from station.hardware.readiness import Readiness
from station.hardware.watch import Reporter, Watch
from station.journal import Journal
from station.roster import register
from station.screens.student.desk import ACTOR, StudentDesk
from station.screens.student.reading import Reader

OWN_KINDS: Final = (Kind.CAMERA, Kind.FINGERPRINT, Kind.IRIS, Kind.SIGNATURE, Kind.CODE)
"""The devices that this process opens."""


class Rooms:
    """Journal, spool, devices and capture of one process."""

    def __init__(self, data: Path, config: Config, broker: Broker, judge: Judge, worker: Worker, clock: Clock) -> None:
        """`broker` lends OWN_KINDS and is not started yet. Raises JournalError, ConfigError."""
        self.journal = Journal.open(data, clock)
        register.prepare(self.journal)
        self.broker = broker
        spool = Spool(data / "spool")
        self.desk = StudentDesk(self.journal, spool, config)
        self.reader = Reader(self.journal, config)
        settings = config.section("enrolment", EnrolmentSettings)
        self.runner = CaptureRunner(
            self.journal, spool, broker, judge, settings, clock, ACTOR, partial(wanted_backdrop, self.journal)
        )
        self.recogniser = Recogniser(self.journal, spool, Gallery(data), worker, ACTOR)
        self._reporter = Reporter(broker, Watch(self.journal, ACTOR))
        self._readiness = Readiness(broker, self._reporter.tell)

    def start(self) -> None:
        """Begin to watch devices; following the recording needs a thread of the app's (`runner.run`)."""
        self._reporter.start()
        self.broker.start()
        self._readiness.start()

    def close(self) -> None:
        """Stop all of it."""
        self.broker.close()
        self._readiness.close()
        self._reporter.close()
        self.journal.close()
