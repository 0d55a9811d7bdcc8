"""One student's fingers among those of many."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from numpy.typing import NDArray

from station.biometrics import identify, match
from station.biometrics.identify import Enrolled
from station.biometrics.match import Template
from station.biometrics.samples import Position

Grey = NDArray[np.uint8]
INDEXES = (Position.RIGHT_INDEX, Position.LEFT_INDEX)


@pytest.fixture(scope="session")
def records(impressions: dict[tuple[int, int], Grey]) -> dict[tuple[int, int], bytes]:
    return {key: match.extract(Position.RIGHT_INDEX, image, 500).record for key, image in impressions.items()}


def student(name: str, *fingers: bytes) -> Enrolled:
    return Enrolled(name, tuple(Template(p, r) for p, r in zip(INDEXES, fingers, strict=False)))


def test_who_was_recorded_before_is_found_among_strangers(records: dict[tuple[int, int], bytes]) -> None:
    known = [student(f"stu_{i}", records[i, 0], records[(i + 1) % 6, 0]) for i in range(6)]
    probe = [Template(INDEXES[0], records[2, 1]), Template(INDEXES[1], records[3, 1])]
    found = identify.identify(probe, known)
    assert [candidate.student for candidate in found] == ["stu_2"]
    assert found[0].score == sum(found[0].fingers.values())
    assert set(found[0].fingers) == set(INDEXES)
    assert pickle.loads(pickle.dumps(found)) == found


def test_one_good_finger_is_enough_and_chunks_join(records: dict[tuple[int, int], bytes]) -> None:
    known = [student("stu_a", records[0, 0], records[1, 0]), student("stu_b", records[0, 0])]
    probe = [Template(INDEXES[0], records[0, 1]), Template(INDEXES[1], records[5, 1])]
    joined = identify.best([*identify.identify(probe, known[:1]), *identify.identify(probe, known[1:])])
    assert joined == identify.identify(probe, known)
    assert {candidate.student for candidate in joined} == {"stu_a", "stu_b"}


def test_fingers_that_one_side_lacks_count_for_nothing(records: dict[tuple[int, int], bytes]) -> None:
    known = [student("stu_a", b"", records[1, 0])]
    assert identify.identify([Template(INDEXES[0], records[0, 1])], known) == ()
    assert identify.identify([], known) == ()
    assert identify.identify([Template(INDEXES[1], b"")], known) == ()


def test_more_fingers_need_more_together() -> None:
    assert identify.threshold(1) > match.THRESHOLD
    assert [identify.threshold(n) - identify.threshold(n - 1) for n in (2, 3)] == [identify.MORE] * 2
