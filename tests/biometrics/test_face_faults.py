"""What a camera, a lens or a mask does to a portrait: told as what it is, whatever else it upsets."""

from __future__ import annotations

from functools import cache

import cv2
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from station.bench.people import faces
from station.bench.people.likeness import Face, Head, make_face
from station.bench.people.shapes import Tone
from station.biometrics import face
from station.biometrics.face import advise
from station.biometrics.gates import FaceGate
from station.biometrics.samples import Verdict

Colour = NDArray[np.uint8]
GATE = FaceGate()
PEOPLE = (
    make_face(3, Head.SHORT_HAIR),
    make_face(2, Head.HEAD_SCARF),
    msgspec.structs.replace(make_face(1, Head.LONG_HAIR), skin=(96, 64, 46)),
    msgspec.structs.replace(make_face(2, Head.HEAD_SCARF), skin=(240, 208, 186)),
)


@cache
def taken(person: Face) -> Colour:
    return faces.posed(person, faces.RED)


def values(verdict: Verdict) -> dict[str, float]:
    return {measure.name: measure.value for measure in verdict.measures}


@pytest.mark.parametrize("person", PEOPLE)
def test_nothing_of_this_is_said_of_a_good_portrait(person: Face) -> None:
    seen = values(face.assess(taken(person), GATE))
    assert seen["upright"] > 0.02
    assert seen["shadows"] < 0.9 * GATE.max_shadows
    assert seen["mouth_contrast"] > 1.2 * GATE.min_mouth_contrast
    assert seen["cover"] < 0.6 * GATE.max_cover
    assert seen["natural_colour"] < 0.2 * GATE.max_unnatural


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("turned", [np.s_[::-1, ::-1], np.s_[::-1]])
def test_a_picture_upside_down_is_no_portrait(person: Face, turned: tuple[slice, ...]) -> None:
    result = face.examine_still(np.ascontiguousarray(taken(person)[turned]), GATE)
    assert result.verdict.advice in {"advice.face.level", "advice.face.none"}
    assert not result.present


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(("share", "veil"), [(0.3, 150), (0.5, 90)])
def test_fog_on_the_lens_is_told(person: Face, share: float, veil: int) -> None:
    verdict = face.assess((taken(person) * share + veil).astype(np.uint8), GATE)
    assert (verdict.good, verdict.advice) == (False, "advice.face.bright")


def masked(picture: Colour, tone: Tone) -> tuple[NDArray[np.float64], float]:
    """Paint a mask over mouth and nose. The middle between the eyes, and their distance."""
    mesh = face.examine_still(picture, GATE).mesh
    assert mesh is not None
    middle, far = mesh.eyes.mean(0), mesh.eye_distance
    outline = ((-0.95, 0.5), (0, 0.38), (0.95, 0.5), (0.7, 1.6), (0, 2.0), (-0.7, 1.6))
    cv2.fillPoly(picture, [np.round(middle + np.array(outline) * far).astype(np.int32)], tone, cv2.LINE_AA)
    return middle, far


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("tone", [(150, 190, 220), (235, 235, 235), (25, 25, 28), (240, 190, 200), (220, 180, 150)])
@pytest.mark.parametrize("pleats", [False, True])
def test_a_mask_is_to_be_taken_off(person: Face, tone: Tone, pleats: bool) -> None:
    picture = taken(person).copy()
    middle, far = masked(picture, tone)
    for down in (0.8, 1.0, 1.2, 1.4) if pleats else ():
        x, y, wide = round(middle[0]), round(middle[1] + down * far), round(0.8 * far)
        cv2.line(
            picture, (x - wide, y), (x + wide, y), tuple(int(0.8 * v) for v in tone), round(0.03 * far), cv2.LINE_AA
        )
    verdict = face.assess(picture, GATE)
    assert not verdict.good
    assert values(verdict)["mouth_contrast"] < GATE.min_mouth_contrast
    # A black mask on half of the face, or a bright one on a dark face, is a difference of light, too.
    assert verdict.advice in {"advice.face.covered", "advice.face.uneven", "advice.face.dark"}


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(
    ("tone", "print_"),
    [((230, 60, 90), (250, 250, 250)), ((30, 40, 90), (235, 230, 60)), ((240, 240, 240), (20, 20, 20))],
)
def test_a_printed_mask_is_to_be_taken_off(person: Face, tone: Tone, print_: Tone) -> None:
    """Its dots have as much contrast as lips."""
    picture = taken(person).copy()
    middle, far = masked(picture, tone)
    for row in range(6):
        for column in range(7):
            dot = middle + np.array(((column - 3) * 0.2 + row % 2 * 0.1, 0.6 + row * 0.2)) * far
            cv2.circle(picture, (round(dot[0]), round(dot[1])), round(0.05 * far), print_, -1, cv2.LINE_AA)
    verdict = face.assess(picture, GATE)
    assert values(verdict)["mouth_contrast"] > GATE.min_mouth_contrast
    assert values(verdict)["cover"] > GATE.max_cover
    assert verdict.advice in {"advice.face.covered", "advice.face.uneven", "advice.face.dark"}


@pytest.mark.parametrize("person", PEOPLE)
def test_a_camera_without_colours_is_the_operators_matter(person: Face) -> None:
    grey = np.repeat(cv2.cvtColor(taken(person), cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    exchanged = np.ascontiguousarray(taken(person)[..., ::-1])
    for picture in (grey, exchanged):
        result = face.examine_still(np.asarray(picture, np.uint8), GATE)
        assert (result.verdict.good, result.verdict.advice) == (False, "advice.face.colour")
        assert result.ready


def test_what_only_the_operator_can_mend_is_said_last() -> None:
    order = [message for _, message in advise._ORDER]
    assert order[-3:] == ["advice.face.colour", "advice.face.backdrop", "advice.face.background"]


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("share", [0.2, 0.3])
@pytest.mark.parametrize("down", [False, True])
def test_a_long_smear_takes_the_coarser_detail_too_and_is_still_told(person: Face, share: float, down: bool) -> None:
    mesh = face.examine_still(taken(person), GATE).mesh
    assert mesh is not None
    length = round(share * mesh.eye_distance)
    kernel = np.ones((length, 1) if down else (1, length), np.float32) / length
    verdict = face.assess(np.asarray(cv2.filter2D(taken(person), -1, kernel), np.uint8), GATE)
    assert values(verdict)["directional_sharpness"] < GATE.min_directional_sharpness
    assert not verdict.good
