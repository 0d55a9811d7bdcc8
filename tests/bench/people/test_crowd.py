"""The crowd: who behaves how, drawn ahead, kept on disk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from station.bench.devices.subject import Grey, People
from station.bench.people import crowd as crowds
from station.bench.people.crowd import AHEAD, Crowd, Manner
from station.bench.people.person import Behaviour, GeneratedPeople, Standing, seed_of
from station.biometrics import finger, iris
from station.biometrics.gates import Gates
from station.biometrics.match import THRESHOLD, extract, match
from station.biometrics.samples import RIGHT_FOUR, Position

GATES = Gates()


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Crowd]:
    crowd = Crowd(tmp_path / "cache")
    yield crowd
    crowd.close()


def shown(image: Grey | None) -> Grey:
    assert image is not None
    return image


def test_it_shows_the_very_person_that_the_generator_draws(crowd: Crowd) -> None:
    people: People = crowd
    one, drawn = people.subject("stu_one", ""), GeneratedPeople().subject("stu_one", "")
    for position in (Position.LEFT_THUMB, Position.RIGHT_IRIS):
        present = one.iris if position is Position.RIGHT_IRIS else one.finger
        expected = drawn.iris if position is Position.RIGHT_IRIS else drawn.finger
        assert np.array_equal(shown(present(position, 1)), shown(expected(position, 1)))
    assert one.signature(0) == drawn.signature(0)
    assert np.array_equal(shown(one.view(0.5)), shown(drawn.view(0.5)))
    assert people.document("stu_one", "family-card").shape == people.document("stu_two", "family-card").shape


def test_a_later_impression_is_of_the_same_finger(crowd: Crowd) -> None:
    someone = crowd.subject("stu_one", "poor:right_four")
    first, second = (shown(someone.finger(Position.RIGHT_INDEX, attempt)) for attempt in (0, 4))
    assert not np.array_equal(first, second)
    assert match(*(extract(Position.RIGHT_INDEX, image, 500) for image in (first, second))) >= THRESHOLD


def test_poor_samples_stay_below_the_threshold_at_every_attempt(crowd: Crowd) -> None:
    dry = crowd.subject("stu_two", "poor:right_four,poor:irises")
    for attempt in range(3):
        for position in RIGHT_FOUR[1:]:
            assert not finger.assess(shown(dry.finger(position, attempt)), 500, GATES.finger).good
        assert not iris.assess(shown(dry.iris(Position.LEFT_IRIS, attempt)), GATES.iris).good
    assert finger.assess(shown(dry.finger(Position.LEFT_RING, 0)), 500, GATES.finger).good


def test_what_is_missing_is_never_presented(crowd: Crowd) -> None:
    one = crowd.subject("stu_one", "missing:left-ring,missing:right-iris,sleepy")
    assert one.finger(Position.LEFT_RING, 3) is None
    assert one.iris(Position.RIGHT_IRIS, 0) is None
    assert not iris.assess(shown(one.iris(Position.LEFT_IRIS, 0)), GATES.iris).good
    assert iris.assess(shown(one.iris(Position.LEFT_IRIS, 1)), GATES.iris).good
    absent = crowd.subject("stu_one", "absent")
    assert absent.finger(Position.LEFT_RING, 0) is None


@pytest.mark.parametrize(
    "text", ["hovering", "poor:photo", "poor:identity", "poor:nothing", "missing:nose", "missing:face", "dot,sleepy"]
)
def test_what_nobody_can_do_is_refused(text: str, crowd: Crowd) -> None:
    with pytest.raises(ValueError, match=r"nothing|nose|hovering|takes no|is no finger|one of them"):
        crowd.subject("stu_one", text)


def test_manners_are_read() -> None:
    assert Manner.parse("") == Manner()
    assert Manner.parse("missing:left-ring,dot").behaviour is Behaviour.DOT
    assert Manner.parse("poor:thumbs").poor == {Position.RIGHT_THUMB, Position.LEFT_THUMB}


def test_everything_of_a_smooth_recording_is_drawn_ahead_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pictures are drawn without being asked for; a second crowd over the same folder draws none of them."""
    drawn: list[str] = []
    done = threading.Event()

    def draw(picture: crowds._Picture, standing: Standing) -> Grey:
        drawn.append(picture.name)
        if len(drawn) == len(AHEAD):
            done.set()
        return np.full((4, 4), len(drawn), np.uint8)

    monkeypatch.setattr(crowds, "_draw", draw)
    first = Crowd(tmp_path)
    first.subject("stu_one", "")
    assert done.wait(20)
    first.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(drawn)
    second = Crowd(tmp_path)
    again = second.subject("stu_one", "")
    assert [shown(again.finger(position, attempt))[0, 0] for position, attempt in AHEAD] == list(
        range(1, len(AHEAD) + 1)
    )
    second.close()
    assert len(drawn) == len(AHEAD)


@pytest.mark.parametrize("left", [b"", b"\x89PNG\r\n\x1a\n cut short"])
def test_a_kept_picture_that_was_cut_is_drawn_anew(left: bytes, tmp_path: Path, crowd: Crowd) -> None:
    (tmp_path / "cache" / f"{seed_of('stu_one')}-left-thumb-7-good.png").write_bytes(left)
    drawn = GeneratedPeople().subject("stu_one", "").finger(Position.LEFT_THUMB, 7)
    assert np.array_equal(shown(crowd.subject("stu_one", "").finger(Position.LEFT_THUMB, 7)), shown(drawn))
