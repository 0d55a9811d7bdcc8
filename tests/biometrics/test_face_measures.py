"""Light, sharpness and backdrop: what is measured follows what was drawn."""

from __future__ import annotations

import cv2
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from station.bench.people import faces
from station.bench.people.faces import View
from station.bench.people.likeness import Head, make_face
from station.bench.people.shapes import Tone
from station.biometrics import face
from station.biometrics.face import Backdrop
from station.biometrics.face.backdrop import hue_error
from station.biometrics.face.mesh import NOSE_TIP
from station.biometrics.gates import FaceGate
from station.biometrics.measures import scaled
from station.biometrics.samples import Measure, Verdict

Colour = NDArray[np.uint8]
GATE = FaceGate()
GREY = (128, 130, 127)
PERSON = make_face(7, Head.SHORT_HAIR)
GOOD = faces.frame(PERSON, faces.BLUE)


def values(verdict: Verdict) -> dict[str, float]:
    return {measure.name: measure.value for measure in verdict.measures}


def test_every_measure_that_ofiq_scales_has_its_scaled_value() -> None:
    verdict = face.assess(GOOD, GATE)
    on_scale = {measure.name: measure.scaled for measure in verdict.measures if measure.scaled is not None}
    assert len(on_scale) == 20
    assert all(0 <= value <= 100 for value in on_scale.values())
    assert on_scale["yaw"] == on_scale["roll"] == 100
    assert min(on_scale[name] for name in ("eyes_open", "mouth_open", "eye_distance", "faces")) > 85


def test_a_measure_does_not_depend_on_the_size_of_the_picture() -> None:
    large = np.asarray(cv2.resize(GOOD, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    small, twice = values(face.assess(GOOD, GATE)), values(face.assess(large, GATE))
    assert twice["eye_distance"] == pytest.approx(2 * small["eye_distance"], rel=0.03)
    for name, within in (("yaw", 2), ("pitch", 2), ("grey", 2), ("sharpness", 0.06), ("background_clutter", 0.05)):
        assert twice[name] == pytest.approx(small[name], abs=within)


@pytest.mark.parametrize("factor", [0.6, 1.0, 1.3])
def test_sharpness_leaves_light_and_contrast_alone(factor: float) -> None:
    lit = np.clip(GOOD.astype(np.float32) * factor, 0, 255).astype(np.uint8)
    sharp = values(face.assess(lit, GATE))["sharpness"]
    soft = values(face.assess(np.asarray(cv2.GaussianBlur(lit, (0, 0), 3.5), np.uint8), GATE))["sharpness"]
    assert sharp > GATE.min_sharpness > soft
    assert sharp == pytest.approx(values(face.assess(GOOD, GATE))["sharpness"], abs=0.05)


def smeared(picture: Colour, way: str, share: float) -> Colour:
    """As if the head moved by a share of the eye distance while the picture was taken."""
    length = round(share * values(face.assess(GOOD, GATE))["eye_distance"])
    kernel = {"across": np.ones((1, length)), "down": np.ones((length, 1)), "aslant": np.eye(round(length / 2**0.5))}[
        way
    ]
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.uint8)


@pytest.mark.parametrize("share", [0.1, 0.15])
@pytest.mark.parametrize("way", ["across", "down", "aslant"])
def test_a_smear_is_not_sharp_though_one_direction_is(way: str, share: float) -> None:
    verdict = face.assess(smeared(GOOD, way, share), GATE)
    assert values(verdict)["directional_sharpness"] < GATE.min_directional_sharpness
    assert (verdict.good, verdict.advice) == (False, "advice.face.blurred")


@pytest.mark.parametrize(("upper", "lower"), [(0.5, 1.0), (1.0, 0.5), (0.3, 1.0), (1.0, 0.3)])
def test_light_from_above_or_below_is_told(upper: float, lower: float) -> None:
    """Half of the face, split at the tip of the nose, is darker by so much."""
    mesh = face.examine_still(GOOD, GATE).mesh
    assert mesh is not None
    tip = mesh.points[NOSE_TIP, 1]
    below = 1 / (1 + np.exp((tip - np.arange(faces.HEIGHT)) / (0.08 * mesh.eye_distance)))
    lit = (GOOD * (upper + (lower - upper) * below)[:, None, None]).astype(np.uint8)
    verdict = face.assess(lit, GATE)
    assert values(verdict)["vertical_light"] > GATE.max_vertical_light
    assert verdict.advice in {"advice.face.uneven", "advice.face.dark"}
    assert values(face.assess(GOOD, GATE))["vertical_light"] < 1.5


@pytest.mark.parametrize("place", ["beard", "fringe"])
def test_a_beard_or_a_fringe_is_no_shadow(place: str) -> None:
    mesh = face.examine_still(GOOD, GATE).mesh
    assert mesh is not None
    (x, y), distance = mesh.eyes.mean(0), mesh.eye_distance
    grown = GOOD.copy()
    if place == "beard":
        middle, size = (round(x), round(y + 1.75 * distance)), (round(0.75 * distance), round(0.45 * distance))
    else:
        middle, size = (round(x), round(y - 0.75 * distance)), (round(0.9 * distance), round(0.6 * distance))
    cv2.ellipse(grown, middle, size, 0, 0, 360, (28, 22, 20), -1)
    seen = values(face.assess(grown, GATE))
    assert seen["vertical_light"] < 1.6
    assert seen["cover"] < GATE.max_cover


@pytest.mark.parametrize(
    ("backdrop", "wanted", "advice"),
    [
        (faces.RED, Backdrop.RED, None),
        (faces.BLUE, Backdrop.BLUE, None),
        ((219, 21, 20), Backdrop.RED, None),
        ((0, 144, 255), Backdrop.BLUE, None),
        ((20, 50, 120), Backdrop.BLUE, None),
        (faces.BLUE, Backdrop.RED, "advice.face.backdrop-red"),
        (faces.RED, Backdrop.BLUE, "advice.face.backdrop-blue"),
        (GREY, Backdrop.RED, "advice.face.backdrop-red"),
        ((235, 120, 20), Backdrop.RED, "advice.face.backdrop-red"),
        ((255, 192, 203), Backdrop.RED, "advice.face.backdrop-red"),
        ((250, 128, 114), Backdrop.RED, "advice.face.backdrop-red"),
        ((230, 140, 130), Backdrop.RED, "advice.face.backdrop-red"),
        ((255, 0, 100), Backdrop.RED, "advice.face.backdrop-red"),
        ((220, 0, 200), Backdrop.RED, "advice.face.backdrop-red"),
        ((128, 0, 32), Backdrop.RED, None),
        ((20, 160, 60), Backdrop.BLUE, "advice.face.backdrop-blue"),
        ((0, 0, 255), Backdrop.BLUE, None),
        ((0, 0, 200), Backdrop.BLUE, None),
        ((0, 0, 128), Backdrop.BLUE, None),
        ((20, 160, 200), Backdrop.BLUE, "advice.face.backdrop-blue"),
        ((8, 10, 16), Backdrop.BLUE, "advice.face.backdrop-blue"),
        ((14, 4, 4), Backdrop.RED, "advice.face.backdrop-red"),
        ((30, 18, 16), Backdrop.RED, "advice.face.backdrop-red"),
        ((60, 30, 28), Backdrop.RED, "advice.face.backdrop-red"),
        ((120, 70, 60), Backdrop.RED, "advice.face.backdrop-red"),
        (GREY, None, None),
        (faces.RED, None, None),
    ],
)
def test_the_backdrop_has_the_colour_of_the_birth_year(
    backdrop: Tone, wanted: Backdrop | None, advice: str | None
) -> None:
    result = face.examine_still(faces.frame(PERSON, backdrop), GATE, wanted)
    assert result.verdict.advice == advice
    assert result.verdict.good is (advice is None)
    assert result.ready


def test_a_school_without_backdrops_can_say_so() -> None:
    gate = msgspec.structs.replace(GATE, check_backdrop=False)
    verdict = face.assess(faces.frame(PERSON, GREY), gate, Backdrop.RED)
    assert verdict.good
    assert "backdrop_hue_error" not in values(verdict)


def test_odd_birth_years_are_red_and_even_ones_blue() -> None:
    assert [face.backdrop_of(year) for year in (2008, 2009)] == [Backdrop.BLUE, Backdrop.RED]
    assert hue_error(350, 10) == hue_error(10, 350) == 20


def test_clutter_behind_keeps_nobody_from_being_taken() -> None:
    """The student cannot change it; the verdict says it, and the operator decides."""
    result = face.examine_still(faces.frame(PERSON, faces.BLUE, 0.0, View.CLUTTERED), GATE)
    assert not result.verdict.good
    assert result.ready


def test_another_face_far_behind_does_not_count() -> None:
    picture = GOOD.copy()
    far = cv2.resize(faces.frame(make_face(8, Head.LONG_HAIR), faces.BLUE), None, fx=0.2, fy=0.2)
    picture[60 : 60 + far.shape[0], 20 : 20 + far.shape[1]] = far
    assert values(face.assess(picture, GATE))["faces"] == 1
    near = faces.frame(PERSON, faces.BLUE, 0.0, View.TWO)
    assert values(face.assess(near, GATE))["faces"] == 2


def test_a_face_that_fills_the_picture_is_found_in_a_still() -> None:
    tight = np.ascontiguousarray(GOOD[150:500, 470:810])
    verdict = face.assess(tight, GATE)
    assert verdict.advice == "advice.face.further"


def test_an_angle_is_graded_alike_to_both_sides() -> None:
    assert [scaled(Measure("yaw", angle, -8, 8)) for angle in (-8, -4, 0, 4, 8, 20)] == [50, 75, 100, 75, 50, 0]
