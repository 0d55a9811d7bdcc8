"""The iris gate: generated eyes with known circles, lids, lenses and sides, and one real picture where it is there."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from station.bench.people import irises
from station.bench.people.irises import Eye, Gaze, Lens, Scene
from station.biometrics import iris
from station.biometrics.gates import IrisGate
from station.biometrics.iris.boundaries import WHOLE_LIMBUS
from station.biometrics.iris.mirrored import is_mirrored
from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import IRISES, Position, Verdict

GATE = IrisGate()


@pytest.fixture(scope="session")
def varied() -> tuple[Eye, ...]:
    """Eyes of other cameras and people: sizes, tones, glints, lids, glances."""
    return tuple(irises.draw(seed, irises.variety(seed), seed) for seed in range(12))


@pytest.fixture(scope="session")
def real(reference: Path) -> NDArray[np.uint8]:
    image = cv2.imread(str(reference / "iris" / "anonymized.png"), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return np.asarray(image, np.uint8)


def measured(verdict: Verdict, name: str) -> float:
    return next(measure.value for measure in verdict.measures if measure.name == name)


def test_circles_are_found_whatever_the_camera_and_the_person(varied: tuple[Eye, ...]) -> None:
    radii, middles = [], []
    for eye in varied:
        scene, found = eye.scene, iris.find_circles(eye.image)
        assert found is not None
        flat = np.sqrt(1 - scene.flatness)
        radii += [abs(found.iris.radius / (scene.iris * flat) - 1), abs(found.pupil.radius / (scene.pupil * flat) - 1)]
        pupil_off = np.hypot(found.pupil.x - scene.x - scene.pupil_dx, found.pupil.y - scene.y - scene.pupil_dy)
        middles += [np.hypot(found.iris.x - scene.x, found.iris.y - scene.y) / scene.iris, pupil_off / scene.iris]
    assert np.percentile(radii, 95) < 0.03
    assert np.percentile(middles, 95) < 0.05
    assert max(*radii, *middles) < 0.1


@pytest.mark.parametrize("seed", [0, 3])
def test_black_lashes_before_white_skin_are_no_eye(seed: int) -> None:
    """A camera so near that the iris fills the picture, and a limbus fainter than what the lashes show."""
    lamps = tuple((0.45 * np.cos(turn), 0.45 * np.sin(turn), 8.0) for turn in np.linspace(0, 2 * np.pi, 8, False))
    scene = Scene(
        iris=195, pupil=80, pupil_tone=44, tone=118, sclera=140, skin=250, upper=0.8, lower=1.0,
        lash_length=80, lash_fall=0.6, blur=1.2, glints=lamps,
    )  # fmt: skip
    found = iris.find_circles(irises.draw(seed, scene).image)
    assert found is not None
    assert found.pupil.radius == pytest.approx(scene.pupil, rel=0.03)
    assert found.iris.radius == pytest.approx(scene.iris, rel=0.03)
    assert np.hypot(found.iris.x - scene.x, found.iris.y - scene.y) < 0.03 * scene.iris


def test_a_dark_iris_in_a_bright_eye_is_no_pupil() -> None:
    """The search for dark discs finds the whole iris first: its pupil is looked for inside, wherever it lies."""
    rows, columns = np.mgrid[0:480, 0:640].astype(np.float32)
    page = np.full((480, 640), 225, np.float32)
    page[np.hypot(columns - 300, rows - 250) < 100] = 62
    page[np.hypot(columns - 318, rows - 256) < 34] = 40
    rng = np.random.default_rng(5)
    smooth = cv2.GaussianBlur(page + rng.normal(0, 3, page.shape).astype(np.float32), (0, 0), 1.5)
    found = iris.find_circles(np.clip(smooth, 0, 255).astype(np.uint8))
    assert found is not None
    assert found.pupil.radius == pytest.approx(34, abs=2)
    assert found.iris.radius == pytest.approx(100, abs=2)


@pytest.mark.parametrize("degrees", [0, 60, 90, 180, 225, 270])
@pytest.mark.parametrize("share", [0.15, 0.3])
def test_a_pupil_far_off_the_middle_does_not_mislead_the_limbus(share: float, degrees: int) -> None:
    far = 120 * share
    scene = Scene(pupil_dx=far * np.cos(np.deg2rad(degrees)), pupil_dy=far * np.sin(np.deg2rad(degrees)))
    image = irises.draw(7, scene).image
    found = iris.find_circles(image)
    assert found is not None
    assert found.iris.radius == pytest.approx(120, abs=3)
    assert np.hypot(found.iris.x - scene.x, found.iris.y - scene.y) < 3
    verdict = iris.assess(image, GATE)
    assert measured(verdict, "concentricity") == pytest.approx(100 * (1 - share), abs=3)
    assert not verdict.good


def test_circles_scale_with_the_picture() -> None:
    eye = irises.eye(7)
    found = iris.find_circles(np.asarray(cv2.resize(eye.image, None, fx=0.5, fy=0.5), np.uint8))
    assert found is not None
    assert found.iris.radius == pytest.approx(eye.iris / 2, abs=2)


def test_the_hidden_part_of_the_iris_is_known(varied: tuple[Eye, ...]) -> None:
    off = [abs(measured(iris.assess(eye.image, GATE), "usable_area") - eye.usable) for eye in varied]
    assert np.median(off) < 5
    assert np.percentile(off, 80) < 12


def test_upper_and_lower_lid_are_told_apart() -> None:
    low = iris.assess(irises.draw(3, Scene(upper=0.55, lower=1.2, skin=215)).image, GATE)
    high = iris.assess(irises.draw(3, Scene(upper=1.2, lower=0.6, skin=215)).image, GATE)
    assert measured(low, "upper_lid") > 8 > 3 > measured(low, "lower_lid")
    assert measured(high, "lower_lid") > 8 > 3 > measured(high, "upper_lid")


def test_an_open_sharp_eye_passes() -> None:
    for seed in (5, 6):
        verdict = iris.assess(irises.eye(seed).image, GATE)
        assert verdict.good, verdict
        assert verdict.score >= 50
        assert verdict.advice is None


@pytest.mark.parametrize(
    ("gaze", "advice"),
    [
        (Gaze.HALF_SHUT, "advice.iris.open"),
        (Gaze.SHUT, "advice.iris.open"),
        (Gaze.BLURRED, "advice.iris.still"),
        (Gaze.ASIDE, "advice.iris.centre"),
    ],
)
def test_a_poor_eye_fails_with_the_advice_that_helps(gaze: Gaze, advice: str) -> None:
    for seed in (5, 6):
        verdict = iris.assess(irises.eye(seed, 0, gaze).image, GATE)
        assert (verdict.good, verdict.advice) == (False, advice)


@pytest.mark.parametrize("scene", [Scene(sclera=112), Scene(sclera=108), Scene(tone=168), Scene(tone=172)])
def test_a_limbus_too_faint_to_be_found_is_said_to_be_so(scene: Scene) -> None:
    for seed in range(3):
        result = iris.examine(irises.draw(seed, scene).image, GATE)
        assert (result.verdict.good, result.verdict.advice) == (False, "advice.iris.contrast")
        wrong = measured(result.verdict, "radius") != pytest.approx(scene.iris, rel=0.05)
        # A circle through the lids is not believed: it has neither a code nor a side.
        assert not wrong or measured(result.verdict, "limbus") < WHOLE_LIMBUS
        assert not wrong or (result.code, result.side, result.evidence) == (None, None, 0)


def test_a_clear_limbus_is_seen_on_both_sides(varied: tuple[Eye, ...]) -> None:
    assert min(measured(iris.assess(eye.image, GATE), "limbus") for eye in varied) >= WHOLE_LIMBUS


@pytest.mark.parametrize(
    ("darker", "brighter"), [(0.4, 0), (0.15, 0), (0.25, 110), (0.5, 100)], ids=["dim", "dark", "fog", "haze"]
)
def test_darkness_and_fog_are_no_blur_and_no_shut_eye(darker: float, brighter: float) -> None:
    for seed in (5, 6):
        image = (irises.eye(seed).image * darker + brighter).astype(np.uint8)
        verdict = iris.assess(image, GATE)
        assert (verdict.good, verdict.advice) == (False, "advice.iris.contrast")


LAMPS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "in the pupil": ((0, 0, 25),),
    "over the pupil": ((0, 0, 40),),
    "on its edge": ((0.9, 0, 60),),
    "two windows": ((1.5, 0, 60), (-1.5, 0, 60)),
    "beside the pupil": ((1.8, -0.8, 40),),
}


@pytest.mark.parametrize("lamps", list(LAMPS))
def test_a_large_reflection_is_told_as_one(lamps: str) -> None:
    for seed in (2, 7):
        verdict = iris.assess(irises.draw(seed, Scene(glints=LAMPS[lamps])).image, GATE)
        assert (verdict.good, verdict.advice) == (False, "advice.iris.reflection")


@pytest.mark.parametrize("pupil", [28.0, 48.0])
@pytest.mark.parametrize("width", [640, 1000])
def test_a_ring_of_lamps_in_the_pupil_is_usual(width: int, pupil: float) -> None:
    zoom = width / 640
    ring = tuple(
        (0.5 * float(np.cos(angle)), 0.5 * float(np.sin(angle)), 5 * zoom)
        for angle in np.linspace(0, 2 * np.pi, 12, endpoint=False)
    )
    scene = Scene(
        width=width,
        height=round(480 * zoom),
        x=width / 2,
        y=240 * zoom,
        iris=120 * zoom,
        pupil=pupil * zoom,
        glints=ring,
    )
    verdict = iris.assess(irises.draw(7, scene).image, GATE)
    assert verdict.good, [one for one in verdict.measures if not one.passed]


def test_white_skin_and_sclera_are_no_reflection(real: NDArray[np.uint8]) -> None:
    bright = np.clip(real.astype(np.float32) * 1.3, 0, 255).astype(np.uint8)
    for image in (real, bright, np.full((480, 640), 255, np.uint8)):
        assert not is_mirrored(image)
    assert iris.assess(np.full((480, 640), 255, np.uint8), GATE).advice == "advice.iris.none"


@pytest.mark.parametrize(
    ("scene", "advice"),
    [
        (Scene(pupil=22), "advice.iris.dimmer"),
        (Scene(pupil=88), "advice.iris.light"),
        (Scene(pupil=96), "advice.iris.light"),
        (Scene(pupil_dx=20), "advice.iris.straight"),
        (Scene(pupil_dy=-15), "advice.iris.straight"),
        (Scene(iris=70, pupil=28), "advice.iris.closer"),
        (Scene(x=60), "advice.iris.centre"),
        (Scene(y=400), "advice.iris.centre"),
        (Scene(upper=0.0), "advice.iris.open"),
        (Scene(lower=0.3), "advice.iris.open"),
        (Scene(smear=20), "advice.iris.still"),
    ],
)
def test_each_fault_has_its_own_advice(scene: Scene, advice: str) -> None:
    verdict = iris.assess(irises.draw(7, scene).image, GATE)
    assert (verdict.good, verdict.advice) == (False, advice)


def test_a_picture_cut_through_the_iris_is_to_be_centred() -> None:
    image = irises.draw(7, Scene()).image
    for cut in (image[:, 260:], image[200:], image[:, :380]):
        verdict = iris.assess(np.ascontiguousarray(cut), GATE)
        assert (verdict.good, verdict.advice) == (False, "advice.iris.centre")


def test_the_boundaries_of_a_real_eye_are_found(real: NDArray[np.uint8]) -> None:
    found = iris.find_circles(real)
    assert found is not None
    # Read off the picture by eye: pupil 62 px around (328, 233), limbus 121 px.
    assert found.pupil.radius == pytest.approx(62, abs=4)
    assert found.iris.radius == pytest.approx(121, abs=3)
    assert np.hypot(found.pupil.x - 328, found.pupil.y - 233) < 4


def test_a_real_eye_measures_within_the_recommended_values(real: NDArray[np.uint8]) -> None:
    result = iris.examine(real, GATE)
    assert result.verdict.good, result.verdict
    # The tear duct is at the picture's right: a right eye.
    assert result.side is not Position.LEFT_IRIS
    assert not result.lens


def test_what_is_no_eye_is_not_found() -> None:
    ramp = np.tile(np.linspace(0, 255, 640).astype(np.uint8), (480, 1))
    for image in (
        np.random.default_rng(0).integers(0, 255, (480, 640), np.uint8),
        np.full((480, 640), 128, np.uint8),
        np.zeros((480, 640), np.uint8),
        ramp,
    ):
        assert iris.assess(image, GATE).advice == "advice.iris.none"


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((480, 640, 3), np.uint8),
        np.zeros((8, 8), np.uint8),
        np.zeros((480, 640), np.uint16),
        np.zeros((70, 9000), np.uint8),
    ],
)
def test_what_cannot_be_judged_is_refused(image: NDArray[np.uint8]) -> None:
    with pytest.raises(UnusableImage):
        iris.find_circles(image)


def test_one_eye_is_known_again_and_others_are_not() -> None:
    codes = {
        (seed, number): iris.examine(irises.eye(seed, number).image, GATE).code
        for seed in range(4)
        for number in (0, 1)
    }
    for (first, a), (second, b) in combinations(codes.items(), 2):
        assert a is not None
        assert b is not None
        apart = iris.distance(a, b)
        assert apart is not None
        assert (apart < iris.SAME_EYE) == (first[0] == second[0]), (first, second, apart)


@pytest.mark.parametrize("lens", list(Lens))
def test_a_contact_lens_is_told_and_never_refused(lens: Lens) -> None:
    for seed in (1, 2):
        result = iris.examine(irises.draw(seed, Scene(lens=lens)).image, GATE)
        assert result.lens is (lens is not Lens.NONE)
        assert result.verdict.good
        assert result.verdict.advice == (None if lens is Lens.NONE else "advice.iris.lens")


def test_an_office_may_refuse_lenses() -> None:
    strict = IrisGate(max_lens_edge=6.0)
    verdict = iris.assess(irises.draw(1, Scene(lens=Lens.SOFT)).image, strict)
    assert (verdict.good, verdict.advice) == (False, "advice.iris.lens")


def test_a_side_is_named_rightly_or_not_at_all(varied: tuple[Eye, ...]) -> None:
    named = [(iris.examine(eye.image, GATE).side, eye.scene.right) for eye in varied]
    wrong = [side for side, right in named if side is not None and (side is Position.RIGHT_IRIS) != right]
    assert wrong == []
    assert sum(side is not None for side, _ in named) >= 6


def test_two_eyes_in_one_picture_are_told_by_place() -> None:
    right, left = irises.eye(4).image, irises.eye(5).image
    pair = iris.split_pair(np.hstack([right, left]))
    assert [position for position, _ in pair] == [Position.RIGHT_IRIS, Position.LEFT_IRIS]
    assert (pair[0][1] == right).all()
    assert iris.split_pair(right) == ()


def test_eyes_without_a_name_keep_their_order_unless_they_clearly_show_the_other() -> None:
    right, left = IRISES
    assert iris.name_eyes((None, None), (0.1, -0.1), IRISES) == (right, left)
    assert iris.name_eyes((None, None), (-0.2, 0.2), IRISES) == (right, left)
    assert iris.name_eyes((None, None), (-1.2, 1.2), IRISES) == (left, right)
    assert iris.name_eyes((left, None), (2.0, -2.0), IRISES) == (left, right)
    assert iris.name_eyes((None,), (2.0,), (left,)) == (left,)
    with pytest.raises(ValueError, match="2 pictures for 1"):
        iris.name_eyes((None, None), (0.0, 0.0), (left,))
