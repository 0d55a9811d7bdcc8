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
        ((20, 160, 60), Backdrop.BLUE, "advice.face.backdrop-blue"),
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
