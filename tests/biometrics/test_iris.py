"""The iris gate: generated eyes with known circles, and one real picture where it is there."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from station.bench.people import irises
from station.bench.people.irises import Gaze
from station.biometrics import iris
from station.biometrics.gates import IrisGate
from station.biometrics.nbis import UnusableImage

GATE = IrisGate()


@pytest.mark.parametrize("seed", range(4))
def test_circles_are_found_where_they_were_drawn(seed: int) -> None:
    eye = irises.eye(seed, number=seed)
    found = iris.find_circles(eye.image)
    assert found is not None
    assert np.hypot(found.iris_x - eye.x, found.iris_y - eye.y) < 3
    assert np.hypot(found.pupil_x - eye.x, found.pupil_y - eye.y) < 3
    assert found.iris_r == pytest.approx(eye.iris, abs=3)
    assert found.pupil_r == pytest.approx(eye.pupil, abs=3)


def test_circles_scale_with_the_picture() -> None:
    eye = irises.eye(7)
    found = iris.find_circles(np.asarray(cv2.resize(eye.image, None, fx=0.5, fy=0.5), np.uint8))
    assert found is not None
    assert found.iris_r == pytest.approx(eye.iris / 2, abs=2)


def test_an_open_sharp_eye_passes() -> None:
    for seed in (5, 6):
        verdict = iris.assess(irises.eye(seed).image, GATE)
        assert verdict.good, verdict
        assert verdict.score >= 50


@pytest.mark.parametrize(
    ("gaze", "advice"),
    [
        (Gaze.HALF_SHUT, "advice.iris.open"),
        (Gaze.SHUT, "advice.iris.none"),
        (Gaze.BLURRED, "advice.iris.still"),
        (Gaze.ASIDE, "advice.iris.centre"),
    ],
)
def test_a_poor_eye_fails_with_the_advice_that_helps(gaze: Gaze, advice: str) -> None:
    for seed in (5, 6):
        verdict = iris.assess(irises.eye(seed, 0, gaze).image, GATE)
        assert (verdict.good, verdict.advice) == (False, advice)


def test_the_limbus_of_a_real_eye_is_found(reference: Path) -> None:
    image = cv2.imread(str(reference / "iris" / "anonymized.png"), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    found = iris.find_circles(np.asarray(image, np.uint8))
    assert found is not None
    # Read off the picture by eye: pupil 62 px around (328, 233), limbus 121 px.
    assert found.pupil_r == pytest.approx(62, abs=4)
    assert found.iris_r == pytest.approx(121, abs=4)
    assert np.hypot(found.pupil_x - 328, found.pupil_y - 233) < 4


def test_what_is_no_eye_is_not_found() -> None:
    for image in (
        np.random.default_rng(0).integers(0, 255, (480, 640), np.uint8),
        np.full((480, 640), 128, np.uint8),
        np.zeros((480, 640), np.uint8),
    ):
        assert iris.assess(image, GATE).advice == "advice.iris.none"


@pytest.mark.parametrize(
    "image", [np.zeros((480, 640, 3), np.uint8), np.zeros((8, 8), np.uint8), np.zeros((480, 640), np.uint16)]
)
def test_what_cannot_be_judged_is_refused(image: NDArray[np.uint8]) -> None:
    with pytest.raises(UnusableImage):
        iris.find_circles(image)
