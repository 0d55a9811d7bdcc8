"""Lids, lips and glasses: shut eyes must not pass, and what is worn must not matter."""

from __future__ import annotations

from functools import cache

import cv2
import msgspec
import numpy as np
import pytest

from station.bench.people import faces
from station.bench.people.likeness import Expression, Face, Glasses, Head, make_face
from station.biometrics import face
from station.biometrics.face.examine import TURNS
from station.biometrics.face.eyes import Eye, look_at_eye
from station.biometrics.face.mesh import LEFT_EYE, RIGHT_EYE, Mesh
from station.biometrics.gates import FaceGate
from station.biometrics.samples import Measure

GATE = FaceGate()
PEOPLE = tuple(make_face(seed, head) for seed, head in enumerate(Head, start=1))
DARK = msgspec.structs.replace(PEOPLE[0], skin=(96, 64, 46))
FAIR = msgspec.structs.replace(PEOPLE[1], skin=(240, 208, 186))


@cache
def seen(person: Face, expression: Expression) -> face.FaceResult:
    return face.examine_still(faces.posed(person, faces.BLUE, expression=expression), GATE, face.Backdrop.BLUE)


def measure(result: face.FaceResult, name: str) -> Measure:
    return next(measure for measure in result.verdict.measures if measure.name == name)


def ratio_of_the_mesh(mesh: Mesh) -> float:
    """The lids' distance over the eye's width by the plain mesh, the smaller eye's: what is not to be used."""
    lids = ((159, 145, *RIGHT_EYE), (386, 374, *LEFT_EYE))
    at = mesh.points[:, :2]
    return min(float(np.hypot(*(at[a] - at[b])) / np.hypot(*(at[c] - at[d]))) for a, b, c, d in lids)


@pytest.mark.parametrize("person", PEOPLE)
def test_the_eyes_open_trap(person: Face) -> None:
    """The plain mesh sees shut eyes as open ones; the gap between the lids does not."""
    shut, opened = seen(person, Expression(eyes=0.0)), seen(person, Expression())
    assert shut.mesh is not None
    assert opened.mesh is not None
    assert ratio_of_the_mesh(shut.mesh) > 0.2
    assert measure(shut, "eyes_open").value < 0.9 * GATE.min_eyes_open
    assert (shut.verdict.good, shut.verdict.advice) == (False, "advice.face.eyes")
    assert measure(opened, "eyes_open").value > 0.08
    assert measure(opened, "eyes_open").scaled == 100
    assert opened.verdict.good


def test_one_shut_eye_is_enough_to_be_told() -> None:
    both = [faces.posed(PEOPLE[2], faces.BLUE, expression=Expression(eyes=eyes)) for eyes in (0.0, 1.0)]
    winking = np.concatenate([both[0][:, : faces.WIDTH // 2], both[1][:, faces.WIDTH // 2 :]], axis=1)
    result = face.examine_still(winking, GATE)
    assert result.seen is not None
    right, left = result.seen.lids
    assert right.gap < 0.3 * left.gap
    assert result.verdict.advice == "advice.face.eyes"


def test_the_iris_is_found_in_each_eye() -> None:
    person = PEOPLE[0]
    result = seen(person, Expression())
    assert result.mesh is not None
    picture = faces.posed(person, faces.BLUE)
    eyes = [look_at_eye(picture, result.mesh, eye) for eye in Eye]
    right, left = (eye.iris for eye in eyes)
    assert left[0] - right[0] == pytest.approx(2 * person.eye_gap * 122 * 1.2, rel=0.04)
    assert right[1] == pytest.approx(left[1], abs=3)


def test_live_frames_take_turns_and_still_see_the_eyes_shut() -> None:
    result = None
    opened, shut = (faces.posed(PEOPLE[1], faces.BLUE, expression=Expression(eyes=eyes)) for eyes in (1.0, 0.0))
    for _ in range(3):
        result = face.examine(opened, GATE, result)
        assert result.ready
    for _ in range(TURNS):
        result = face.examine(shut, GATE, result)
    assert result is not None
    assert result.verdict.advice == "advice.face.eyes"
    for _ in range(TURNS):
        result = face.examine(opened, GATE, result)
    assert result.ready


@pytest.mark.parametrize("person", PEOPLE)
def test_an_open_mouth_is_told(person: Face) -> None:
    result = seen(person, Expression(mouth=0.25))
    assert (result.verdict.good, result.verdict.advice) == (False, "advice.face.mouth")
    assert measure(result, "mouth_open").value > 2 * measure(seen(person, Expression()), "mouth_open").value


@pytest.mark.parametrize("person", [*PEOPLE, DARK, FAIR])
def test_scarf_hair_skin_and_clear_glasses_pass(person: Face) -> None:
    for expression in (Expression(), Expression(glasses=Glasses.CLEAR)):
        result = seen(person, expression)
        assert result.verdict.good, [m for m in result.verdict.measures if not m.passed]


@pytest.mark.parametrize("person", [*PEOPLE, DARK])
def test_a_lamp_in_the_glasses_is_told(person: Face) -> None:
    result = seen(person, Expression(glasses=Glasses.GLARE))
    assert (result.verdict.good, result.verdict.advice) == (False, "advice.face.glasses")


@pytest.mark.parametrize("factor", [1.1, 1.2, 1.3, 1.5])
def test_a_bright_picture_is_no_glare(factor: float) -> None:
    picture = faces.posed(FAIR, faces.BLUE).astype(np.float32)
    result = face.examine_still(np.clip(picture * factor, 0, 255).astype(np.uint8), GATE)
    assert result.verdict.advice in {None, "advice.face.bright"}


@pytest.mark.parametrize("person", [*PEOPLE, DARK, FAIR])
def test_dark_glasses_are_told(person: Face) -> None:
    picture = faces.posed(person, faces.BLUE)
    mesh = seen(person, Expression()).mesh
    assert mesh is not None
    for x, y in mesh.eyes:
        cv2.circle(picture, (round(x), round(y)), round(0.36 * mesh.eye_distance), (15, 15, 15), -1, cv2.LINE_AA)
    verdict = face.assess(picture, GATE)
    assert (verdict.good, verdict.advice) == (False, "advice.face.glasses")


LIT = {"advice.face.uneven", "advice.face.dark"}


def covered(person: Face, eye: Eye, what: str) -> face.FaceResult:
    """One eye behind something."""
    picture = faces.posed(person, faces.BLUE)
    mesh = seen(person, Expression()).mesh
    assert mesh is not None
    (x, y), far = mesh.eyes[eye], mesh.eye_distance
    rows, columns = np.mgrid[0 : faces.HEIGHT, 0 : faces.WIDTH]
    if what == "shadow":
        near = np.clip(10 * (1 - np.hypot((columns - x) / (0.5 * far), (rows - y) / (0.6 * far))), 0, 1)
        picture = (picture * (1 - 0.75 * near)[..., None]).astype(np.uint8)
    elif what == "hair":
        rng = np.random.default_rng(1)
        for at in x + far * rng.uniform(-0.5, 0.5, 90):
            start = round(at), round(y - 0.9 * far)
            end = round(at + far * rng.uniform(-0.2, 0.2)), round(y + 0.6 * far)
            tone = float(rng.uniform(20, 60))
            cv2.line(picture, start, end, (tone, tone, tone), round(0.02 * far), cv2.LINE_AA)
    elif what == "smear":
        soft = cv2.GaussianBlur(picture, (0, 0), 0.05 * far)
        near = np.clip(8 * (1 - np.hypot((columns - x) / (0.32 * far), (rows - y) / (0.27 * far))), 0, 1)[..., None]
        picture = (picture * (1 - near) + soft * near).astype(np.uint8)
    else:
        tones = {"patch": (15, 15, 15), "brown patch": (70, 50, 40), "gauze": (235, 232, 225), "plaster": person.skin}
        cv2.circle(picture, (round(x), round(y)), round(0.36 * far), tones[what], -1, cv2.LINE_AA)
    return face.examine_still(picture, GATE)


@pytest.mark.parametrize("eye", list(Eye))
@pytest.mark.parametrize("what", ["patch", "brown patch", "gauze", "plaster", "shadow", "hair", "smear"])
def test_what_covers_one_eye_is_told(what: str, eye: Eye) -> None:
    for person in (*PEOPLE, DARK, FAIR):
        result = covered(person, eye, what)
        assert measure(result, "eye_balance").value < GATE.min_eye_balance
        assert not result.verdict.good
        # A shadow or hair over half of the face darkens its cheek, too.
        told = {"shadow": LIT, "hair": LIT}.get(what, set()) | {"advice.face.hidden"}
        assert result.verdict.advice in told


@pytest.mark.parametrize("person", [*PEOPLE, DARK, FAIR])
def test_both_eyes_of_whoever_hides_nothing_are_alike(person: Face) -> None:
    for expression in (Expression(), Expression(glasses=Glasses.CLEAR)):
        assert measure(seen(person, expression), "eye_balance").value > 1.5 * GATE.min_eye_balance


@pytest.mark.parametrize("person", [DARK, FAIR])
def test_narrowed_and_shut_eyes_are_no_dark_glasses(person: Face) -> None:
    for eyes in (0.0, 0.3):
        assert measure(seen(person, Expression(eyes=eyes)), "eye_contrast").value > 2 * GATE.min_eye_contrast


@pytest.mark.parametrize("person", [*PEOPLE, DARK])
def test_light_from_one_side_is_told(person: Face) -> None:
    result = seen(person, Expression(side_light=0.8))
    assert measure(result, "side_light").value > GATE.max_side_light
    assert result.verdict.advice in {"advice.face.uneven", "advice.face.dark"}
    assert measure(seen(person, Expression()), "side_light").value < 1.5
