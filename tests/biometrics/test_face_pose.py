"""Pose: zero, signs and size of yaw, pitch and roll, and what must not be believed of a mesh."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from station.bench.people import faces
from station.bench.people.faces import View
from station.bench.people.likeness import Face, Head, make_face
from station.biometrics import face
from station.biometrics.face.detection import FoundFace, find_faces
from station.biometrics.face.mesh import Mesh, find_mesh_closely
from station.biometrics.face.pose import Pose, pose_of
from station.biometrics.gates import FaceGate

Colour = NDArray[np.uint8]
GATE = FaceGate()
PEOPLE = tuple(make_face(seed, head) for seed, head in enumerate(Head, start=1))


@cache
def look(picture: bytes) -> tuple[FoundFace, Mesh, Pose]:
    rgb = np.frombuffer(picture, np.uint8).reshape(faces.HEIGHT, faces.WIDTH, 3)
    (found,) = find_faces(rgb)
    mesh = find_mesh_closely(rgb, found)
    return found, mesh, pose_of(mesh)


def pose(rgb: Colour) -> Pose:
    return look(rgb.tobytes())[2]


def rotated(rgb: Colour, degrees: float) -> Colour:
    """Turned anticlockwise about the middle."""
    matrix = cv2.getRotationMatrix2D((faces.WIDTH / 2, faces.HEIGHT / 2), degrees, 1.0)
    turned = cv2.warpAffine(rgb, matrix, (faces.WIDTH, faces.HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8)


@pytest.mark.parametrize("person", PEOPLE)
def test_a_face_that_looks_into_the_camera_is_near_zero(person: Face) -> None:
    seen = pose(faces.posed(person, faces.BLUE))
    assert abs(seen.yaw) < 3
    assert abs(seen.pitch) < 6
    assert abs(seen.roll) < 1.5
    assert seen.misfit < 0.05


@pytest.mark.parametrize("person", PEOPLE)
def test_yaw_is_positive_to_the_own_left_and_grows_with_the_turn(person: Face) -> None:
    read = {angle: pose(faces.posed(person, faces.BLUE, yaw=angle)).yaw for angle in (-30, -15, 15, 30)}
    for angle, yaw in read.items():
        assert yaw == pytest.approx(angle, abs=9)
    assert read[-30] < read[-15] < -5 < 5 < read[15] < read[30]


@pytest.mark.parametrize("person", PEOPLE)
def test_pitch_is_positive_downwards_and_grows_with_the_nod(person: Face) -> None:
    level = pose(faces.posed(person, faces.BLUE)).pitch
    read = {angle: pose(faces.posed(person, faces.BLUE, pitch=angle)).pitch - level for angle in (-24, -12, 12, 24)}
    for angle, pitch in read.items():
        assert pitch == pytest.approx(angle, abs=13)
    assert read[-24] < read[-12] < -3 < 3 < read[12] < read[24]


@pytest.mark.parametrize("angle", [-20, -10, 10, 20])
def test_turning_the_picture_by_an_angle_moves_roll_by_it(angle: float) -> None:
    """Positive towards the right shoulder: anticlockwise in the picture."""
    upright = faces.posed(PEOPLE[0], faces.RED, yaw=6)
    before, after = pose(upright), pose(rotated(upright, angle))
    assert after.roll - before.roll == pytest.approx(angle, abs=1.5)
    assert after.yaw == pytest.approx(before.yaw, abs=3)
    assert after.pitch == pytest.approx(before.pitch, abs=4)


@pytest.mark.parametrize(("yaw", "pitch", "roll"), [(15, 0, 0), (0, 0, 12), (-12, 8, -9)])
def test_a_mirror_turns_yaw_and_roll_around_and_leaves_pitch(yaw: float, pitch: float, roll: float) -> None:
    picture = faces.posed(PEOPLE[2], faces.RED, yaw=yaw, pitch=pitch, roll=roll)
    seen, mirrored = pose(picture), pose(np.ascontiguousarray(picture[:, ::-1]))
    assert mirrored.yaw == pytest.approx(-seen.yaw, abs=2.5)
    assert mirrored.roll == pytest.approx(-seen.roll, abs=1.5)
    assert mirrored.pitch == pytest.approx(seen.pitch, abs=2.5)


def test_the_profile_trap() -> None:
    """On a profile the mesh is sure of itself and reads half of the turn. The five points are not fooled."""
    sure = 0
    for person in PEOPLE:
        for yaw in (-75, 75):
            picture = faces.posed(person, faces.BLUE, yaw=yaw)
            found, mesh, seen = look(picture.tobytes())
            sure += mesh.score > 0.95 and abs(seen.yaw) < 60
            assert not found.sane or found.turn > GATE.max_turn
            result = face.examine_still(picture, GATE)
            assert result.verdict.advice == "advice.face.straight"
            assert not result.present
            assert not face.examine(picture, GATE).present
    assert sure >= 4


def test_a_profile_is_refused_however_it_is_framed() -> None:
    for seed, head in ((5, Head.LONG_HAIR), (6, Head.HEAD_SCARF)):
        verdict = face.assess(faces.frame(make_face(seed, head), faces.RED, 0.0, View.PROFILE), GATE)
        assert not verdict.good
        assert verdict.advice in {"advice.face.straight", "advice.face.none"}
