"""The same person twice in a visit: found by the prints before the sign-off, shown, and never refused by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from station.bench.people.prints import Finger, impression, make_finger
from station.biometrics import coding
from station.biometrics.samples import RIGHT_FOUR, ImageFormat, Position, Sample, Verdict
from station.enrolment import commands, comparison
from station.enrolment.gallery import FOLDER, Gallery
from station.enrolment.keeping import keep_sample
from station.enrolment.recognition import Recogniser
from station.enrolment.spool import Spool
from station.enrolment.steps import EnrolmentSettings, Step
from station.enrolment.worker import Worker
from station.journal import alerts
from station.queue.states import TicketState

if TYPE_CHECKING:
    from tests.enrolment.conftest import Desk

HANDS = {
    name: {position: make_finger(seed * 10 + at) for at, position in enumerate(RIGHT_FOUR[:2])}
    for seed, name in enumerate(("siti", "budi"), start=1)
}
GOOD = Verdict(60, True)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    worker = Worker()
    worker.start()
    yield worker
    worker.close()


class Station:
    """A desk whose students have prints, and the recogniser beside it."""

    def __init__(self, desk: Desk, data: Path, worker: Worker) -> None:
        self.desk = desk
        self.desk.settings = EnrolmentSettings(steps=(Step.PHOTO, Step.RIGHT_FOUR, Step.SIGN_OFF))
        self.spool, self.gallery = Spool(data / "spool"), Gallery(data)
        self.recogniser = Recogniser(desk.journal, self.spool, self.gallery, worker, "student")

    def record(self, student: str, hand: dict[Position, Finger], number: int) -> str:
        """Everything before the sign-off, with this impression of the hand."""
        self.desk.start(student)
        face = np.full((640, 480, 3), 40 * number, np.uint8)
        self._take(Sample(Position.FACE, ImageFormat.JPEG2000, coding.face_to_jpeg2000(face), GOOD, 480, 640))
        prints = [self._print(position, impression(finger, number)) for position, finger in hand.items()]
        self._take(*prints)
        return self.desk.enrolment

    def _print(self, position: Position, pixels: np.ndarray) -> Sample:
        height, width = pixels.shape
        return Sample(position, ImageFormat.WSQ, coding.finger_to_wsq(pixels), GOOD, width, height, 500)

    def _take(self, *samples: Sample) -> None:
        now = self.desk.now
        taken = [keep_sample(self.spool, now.id, sample) for sample in samples]
        self.desk.act(lambda tx: commands.record_attempt(tx, now.id, now.step, taken, score=60, good=True), "student")

    def told(self) -> list[str]:
        return [a.about for a in alerts.open_alerts(self.desk.journal.db) if a.code == comparison.RESEMBLES]


@pytest.fixture
def station(desk: Desk, tmp_path: Path, worker: Worker) -> Station:
    return Station(desk, tmp_path, worker)


def _sign_off(station: Station, enrolment: str) -> None:
    station.desk.act(lambda tx: commands.sign_off(tx, enrolment))


def test_the_same_person_under_another_name_is_seen_before_the_sign_off(station: Station) -> None:
    first = station.record("stu_1", HANDS["siti"], 1)
    station.recogniser.round()
    _sign_off(station, first)
    second = station.record("stu_2", HANDS["siti"], 2)
    station.recogniser.round()
    assert station.told() == [second]
    assert station.desk.now.unseen == (first,)
    assert station.desk.refused(lambda tx: commands.sign_off(tx, second)) == "enrolment.resemblance-unseen"
    faces = [station.gallery.get(station.desk.now.visit, enrolment) for enrolment in (first, second)]
    assert all(face is not None and face.face.startswith(b"\xff\xd8") for face in faces)
    station.desk.act(lambda tx: comparison.see(tx, second, first, same=False), "operator:ani")
    assert station.told() == []
    seen = [row for row in station.desk.journal.events(second) if row.kind == "enrolment.resemblance-seen"]
    assert [row.actor for row in seen] == ["operator:ani"]
    _sign_off(station, second)
    assert station.desk.ticket_state is TicketState.FINISHED


def test_two_people_are_not_told_of(station: Station) -> None:
    first = station.record("stu_1", HANDS["siti"], 1)
    assert station.desk.refused(lambda tx: commands.sign_off(tx, first)) == "enrolment.being-compared"
    station.recogniser.round()
    _sign_off(station, first)
    station.record("stu_2", HANDS["budi"], 1)
    station.recogniser.round()
    assert station.told() == []
    assert station.desk.now.compared != ()
    _sign_off(station, station.desk.enrolment)


def test_a_recording_is_searched_for_once_and_again_after_new_prints(station: Station) -> None:
    enrolment = station.record("stu_1", HANDS["siti"], 1)
    for _ in range(2):
        station.recogniser.round()
    station.desk.act(lambda tx: commands.repeat(tx, enrolment, Step.RIGHT_FOUR))
    station.recogniser.round()
    prints = [station._print(position, impression(finger, 3)) for position, finger in HANDS["siti"].items()]
    station._take(*prints)
    station.recogniser.round()
    compared = [row for row in station.desk.journal.events(enrolment) if row.kind == "enrolment.compared"]
    assert len(compared) == 2


def test_a_student_who_begins_anew_is_nobody_else(station: Station) -> None:
    first = station.record("stu_1", HANDS["siti"], 1)
    station.recogniser.round()
    station.desk.act(lambda tx: commands.cancel(tx, first, "wrong-person"))
    station.record("stu_1", HANDS["siti"], 2)
    station.recogniser.round()
    assert station.told() == []


def test_prints_that_cannot_be_read_hold_nobody_up(station: Station) -> None:
    enrolment = station.record("stu_1", HANDS["siti"], 1)
    for path in (station.spool.root / enrolment).glob("*.sample"):
        path.write_bytes(b"damaged")
    station.recogniser.round()
    compared = [row.event for row in station.desk.journal.events(enrolment) if row.kind == "enrolment.compared"]
    assert [getattr(event, "failed", None) for event in compared] == [True]
    assert [alert.code for alert in alerts.open_alerts(station.desk.journal.db)] == [comparison.UNCOMPARED]
    _sign_off(station, enrolment)


def test_the_gallery_is_sealed_and_forgotten_with_the_visit(station: Station, tmp_path: Path) -> None:
    enrolment = station.record("stu_1", HANDS["siti"], 1)
    station.recogniser.round()
    visit = station.desk.now.visit
    likeness = station.gallery.get(visit, enrolment)
    assert likeness is not None
    kept = b"".join(path.read_bytes() for path in (tmp_path / FOLDER).rglob("*") if path.is_file())
    assert likeness.face not in kept
    assert not any(template.record in kept for template in likeness.templates)
    assert station.gallery.forget_but({visit}) == 0
    assert station.gallery.forget_but(()) == 1
    assert list((tmp_path / FOLDER).iterdir()) == []
