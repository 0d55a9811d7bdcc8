"""A generated person: the same each time, in front of every device, well behaved or not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from station.bench.devices.subject import People
from station.bench.people import documents, faces, signatures
from station.bench.people.documents import Paper
from station.bench.people.person import RESTLESS_SECONDS, Behaviour, GeneratedPeople, invent_bearer, make_person
from station.bench.people.portrait import Head
from station.biometrics import face, finger, iris, signature
from station.biometrics.gates import Gates
from station.biometrics.match import THRESHOLD, extract, match
from station.biometrics.samples import FINGERS, IRISES, Position
from station.hardware.devices import PenPoint

GATES = Gates()
PEOPLE: People = GeneratedPeople()


def test_the_same_seed_is_the_same_person_and_another_is_not() -> None:
    assert make_person(5, sex="P") == make_person(5, sex="P")
    assert make_person(5) != make_person(6)
    seeds = {finger.seed for seed in range(50) for finger in make_person(seed).fingers.values()}
    assert len(seeds) == 500
    assert make_person(1, sex="L").face.head is Head.SHORT_HAIR
    assert {make_person(seed, sex="P").face.head for seed in range(20)} == {Head.HEAD_SCARF, Head.LONG_HAIR}
    assert make_person(1, birth_year=2009).backdrop == faces.RED
    assert make_person(1, birth_year=2008).backdrop == faces.BLUE


def test_a_good_person_passes_every_gate() -> None:
    standing = PEOPLE.subject("stu_one", "")
    for position in (Position.LEFT_THUMB, Position.RIGHT_LITTLE):
        first, second = standing.finger(position, 0), standing.finger(position, 1)
        assert first is not None
        assert second is not None
        assert finger.assess(first, 500, GATES.finger).good
        assert match(extract(position, first, 500), extract(position, second, 500)) >= THRESHOLD
    for position in IRISES:
        eye = standing.iris(position, 0)
        assert eye is not None
        assert iris.assess(eye, GATES.iris).good
    view = standing.view(0.5)
    assert view is not None
    assert face.assess(view, GATES.face).good
    ink = [PenPoint(p.x, p.y, p.pressure, p.t) for p in standing.signature(0)]
    assert signature.assess(ink, GATES.signature).good


def test_behaviours_do_what_they_say() -> None:
    dry = PEOPLE.subject("stu_two", Behaviour.DRY)
    print_ = dry.finger(Position.RIGHT_INDEX, 4)
    assert print_ is not None
    assert finger.assess(print_, 500, GATES.finger).advice == "advice.finger.dry"
    missing = PEOPLE.subject("stu_two", Behaviour.MISSING_FINGER)
    assert [position for position in FINGERS if missing.finger(position, 0) is None] == [Position.LEFT_LITTLE]
    stranger = PEOPLE.subject("stu_two", Behaviour.STRANGER_INDEXES)
    first, second = stranger.finger(Position.LEFT_INDEX, 0), stranger.finger(Position.LEFT_INDEX, 1)
    assert first is not None
    assert second is not None
    templates = [extract(Position.LEFT_INDEX, image, 500) for image in (first, second)]
    assert match(*templates) < THRESHOLD
    far = PEOPLE.subject("stu_two", Behaviour.FAR)
    for t, advice in ((0.0, "advice.face.closer"), (RESTLESS_SECONDS + 0.1, None)):
        view = far.view(t)
        assert view is not None
        assert face.assess(view, GATES.face).advice == advice
    sleepy = PEOPLE.subject("stu_two", Behaviour.SLEEPY).iris(Position.LEFT_IRIS, 0)
    assert sleepy is not None
    assert iris.assess(sleepy, GATES.iris).advice == "advice.iris.open"
    assert len(PEOPLE.subject("stu_two", Behaviour.DOT).signature(0)) < 10
    assert PEOPLE.subject("stu_two", Behaviour.ABSENT).finger(Position.LEFT_INDEX, 0) is None
    with pytest.raises(ValueError, match="hovering"):
        PEOPLE.subject("stu_two", "hovering")


def test_the_right_hand_again_is_the_right_hand() -> None:
    person = PEOPLE.subject("stu_three", Behaviour.SAME_HAND)
    right, left = person.finger(Position.RIGHT_RING, 0), person.finger(Position.LEFT_RING, 0)
    assert right is not None
    assert left is not None
    assert match(extract(Position.RIGHT_RING, right, 500), extract(Position.LEFT_RING, left, 500)) >= THRESHOLD


def test_two_signatures_of_one_person_resemble_and_those_of_two_do_not() -> None:
    def shape(seed: int, number: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        path = np.array([(p.x, p.y) for p in signatures.sign(seed, number)])
        path -= path.mean(axis=0)
        at = np.linspace(0, len(path) - 1, 200)
        return np.stack([np.interp(at, np.arange(len(path)), path[:, axis]) for axis in (0, 1)])

    own = [np.abs(shape(seed, 0) - shape(seed, 1)).mean() for seed in range(8)]
    others = [np.abs(shape(seed, 0) - shape(seed + 1, 0)).mean() for seed in range(8)]
    assert max(own) < min(others)


@pytest.mark.parametrize("paper", list(Paper))
def test_papers_are_drawn_and_differ_from_person_to_person(paper: Paper) -> None:
    first, second = PEOPLE.document("stu_one", paper), PEOPLE.document("stu_two", paper)
    assert first.shape in {(documents.LONG, documents.SHORT, 3), (documents.SHORT, documents.LONG, 3)}
    assert first.dtype == np.uint8
    assert not np.array_equal(first, second)
    assert np.array_equal(first, PEOPLE.document("stu_one", paper))
    # The red of CONTOH / SPECIMEN lies on every page.
    red = (first[..., 0].astype(int) - first[..., 1] > 30).mean()
    assert red > 0.01
    with pytest.raises(ValueError, match="passport"):
        PEOPLE.document("stu_one", "passport")


def test_given_papers_are_used_and_invented_numbers_belong_to_no_region() -> None:
    bearer = invent_bearer(3)
    assert len(bearer.nik) == len(bearer.no_kk) == 16
    assert bearer.nik.startswith("999999")
    assert bearer.birth_date > date(2007, 1, 1)
    given = GeneratedPeople({"stu_x": bearer})
    assert given.bearer("stu_x") is bearer
    assert documents.day(date(2009, 1, 7)) == "7 Januari 2009"
