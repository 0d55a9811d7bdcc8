"""The face gate: generated people before a generated camera."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from station.bench.people import faces, portrait
from station.bench.people.faces import View
from station.bench.people.portrait import Head
from station.biometrics import face
from station.biometrics.face import FoundFace
from station.biometrics.gates import FaceGate
from station.biometrics.nbis import UnusableImage

GATE = FaceGate()


@pytest.mark.parametrize("head", list(Head))
def test_a_good_portrait_passes_with_hair_or_head_scarf(head: Head) -> None:
    for seed in (1, 2):
        picture = faces.frame(portrait.make_face(seed, head), faces.backdrop_for(2008 + seed))
        verdict = face.assess(picture, GATE)
        assert verdict.good, verdict
        assert verdict.score >= 50
        assert verdict.advice is None


@pytest.mark.parametrize(
    ("view", "advice"),
    [
        (View.EMPTY, "advice.face.none"),
        (View.TWO, "advice.face.many"),
        (View.OFF_CENTRE, "advice.face.centre"),
        (View.FAR, "advice.face.closer"),
        (View.NEAR, "advice.face.further"),
        (View.TILTED, "advice.face.level"),
        (View.DARK, "advice.face.dark"),
        (View.BRIGHT, "advice.face.bright"),
        (View.BLURRED, "advice.face.blurred"),
        (View.EYES_SHUT, "advice.face.eyes"),
        (View.MOUTH_OPEN, "advice.face.mouth"),
        (View.GLARE, "advice.face.glasses"),
        (View.SIDE_LIGHT, "advice.face.uneven"),
        (View.TURNED_LEFT, "advice.face.turn-right"),
        (View.TURNED_RIGHT, "advice.face.turn-left"),
        (View.CHIN_UP, "advice.face.chin-down"),
        (View.CHIN_DOWN, "advice.face.chin-up"),
        (View.PROFILE, "advice.face.straight"),
        (View.CLUTTERED, "advice.face.background"),
    ],
)
def test_a_poor_portrait_fails_with_the_advice_that_helps(view: View, advice: str) -> None:
    for seed, head in ((1, Head.LONG_HAIR), (2, Head.HEAD_SCARF)):
        verdict = face.assess(faces.frame(portrait.make_face(seed, head), faces.BLUE, 0.2, view), GATE)
        assert (verdict.good, verdict.advice) == (False, advice)
        assert verdict.score < 50


def test_five_points_lie_where_the_face_was_drawn() -> None:
    drawn = portrait.make_face(3, Head.SHORT_HAIR)
    (found,) = face.find_faces(faces.frame(drawn, faces.RED))
    assert found.eye_distance == pytest.approx(2 * drawn.eye_gap * portrait.UNIT * 1.2, rel=0.15)
    assert abs(found.roll) < 3
    assert found.sane
    assert found.confidence > 0.9


def test_movement_between_frames_is_seen() -> None:
    person = portrait.make_face(4, Head.SHORT_HAIR)
    first = face.examine(faces.frame(person, faces.RED, 1.0), GATE)
    still = face.examine(faces.frame(person, faces.RED, 1.067), GATE, first)
    assert still.verdict.good
    start = face.examine(faces.frame(person, faces.RED, 1.0, View.MOVING), FaceGate(min_sharpness=0))
    moving = face.examine(faces.frame(person, faces.RED, 1.2, View.MOVING), FaceGate(min_sharpness=0), start)
    assert moving.verdict.advice == "advice.face.still"


def points(nose: float, right_eye: float = 140.0) -> FoundFace:
    return FoundFace(50, 20, 140, 180, 0.9, ((80, 100), (right_eye, 100), (nose, 130), (88, 160), (132, 160)))


def test_a_profile_is_not_sane() -> None:
    assert points(nose=110).sane
    assert points(nose=110).turn == pytest.approx(0)
    assert points(nose=135).turn > GATE.max_turn
    assert not points(nose=150).sane
    assert not points(nose=95, right_eye=100).sane


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((400, 400), np.uint8),
        np.zeros((4, 4, 3), np.uint8),
        np.zeros((90, 90, 3), np.uint16),
        np.zeros((33, 900, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(image: NDArray[np.uint8]) -> None:
    with pytest.raises(UnusableImage):
        face.find_faces(image)


@pytest.mark.parametrize("shape", [(32, 32, 3), (40, 300, 3), (2000, 260, 3), (641, 427, 3)])
@pytest.mark.parametrize("make", ["black", "white", "noise"])
def test_whatever_the_picture_it_is_judged(shape: tuple[int, int, int], make: str) -> None:
    rng = np.random.default_rng(5)
    filled = {"black": np.zeros(shape, np.uint8), "white": np.full(shape, 255, np.uint8)}
    picture = filled.get(make, rng.integers(0, 256, shape, np.uint8))
    result = face.examine_still(picture, GATE)
    assert (result.verdict.good, result.verdict.score, result.present) == (False, 0, False)
    # In noise of 32 pixels YuNet sees now none, now three: its answer depends on the sizes it met before.
    assert result.verdict.advice in {"advice.face.none", "advice.face.straight", "advice.face.many"}
    assert not face.examine(picture, GATE).present


@pytest.mark.parametrize("keep", [np.s_[:, :640], np.s_[:330], np.s_[300:], np.s_[:, 560:720], np.s_[260:420, 540:740]])
def test_a_face_that_is_cut_by_the_edge_is_not_good(keep: tuple[slice, ...]) -> None:
    picture = np.ascontiguousarray(faces.frame(portrait.make_face(3, Head.SHORT_HAIR), faces.RED)[keep])
    result = face.examine_still(picture, GATE)
    assert not result.verdict.good
    assert result.verdict.advice is not None
