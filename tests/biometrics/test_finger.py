"""The finger gate: NIST's own scores, and what must never pass it."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from station.bench.people import irises
from station.bench.people.prints import Skin
from station.biometrics import finger, nbis
from station.biometrics.gates import FingerGate
from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import Verdict

Grey = NDArray[np.uint8]
GATE = FingerGate()


def measure(verdict: Verdict, name: str) -> float:
    return next(m.value for m in verdict.measures if m.name == name)


@pytest.mark.parametrize("number", range(1, 6))
def test_nfiq2_equals_the_scores_that_nist_published(reference: Path, number: int) -> None:
    folder = reference / "fingerprints" / "nfiq2-sfinge"
    image = cv2.imread(str(folder / f"SFinGe_Test0{number}.pgm"), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    published = (folder / f"SFinGe_Test0{number}_output.txt").read_text()
    score = re.search(r"UnifiedQualityScore: (\d+)", published)
    assert score is not None

    verdict = finger.assess(np.asarray(image, np.uint8), 500, GATE)

    assert verdict.score == int(score[1])
    assert verdict.good
    found = nbis.read_ridges(np.asarray(image, np.uint8)).features
    for name in ("OCL_Bin10_Mean", "LCS_Bin10_Mean", "Mu", "FingerJetFX_MinutiaeCount"):
        expected = re.search(rf"^{name}: ([\d.]+)$", published, re.MULTILINE)
        assert expected is not None
        assert found[name] == pytest.approx(float(expected[1]), rel=1e-4)


def test_good_prints_pass(impressions: dict[tuple[int, int], Grey]) -> None:
    for image in (impressions[0, 0], impressions[3, 0]):
        verdict = finger.assess(image, 500, GATE)
        assert verdict.good, verdict
        assert verdict.advice is None
        assert verdict.score >= 40


@pytest.mark.parametrize(
    ("skin", "advice"),
    [
        (Skin.DRY, "advice.finger.dry"),
        (Skin.WET, "advice.finger.wet"),
        (Skin.LIGHT, "advice.finger.press"),
        (Skin.TIP, "advice.finger.lower"),
    ],
)
def test_a_poor_print_fails_and_says_what_to_do(skins: dict[Skin, Grey], skin: Skin, advice: str) -> None:
    verdict = finger.assess(skins[skin], 500, GATE)
    assert not verdict.good
    assert verdict.advice == advice
    assert verdict.score < finger.assess(skins[Skin.GOOD], 500, GATE).score


def noise() -> Grey:
    return np.random.default_rng(1).integers(0, 255, (500, 400), np.uint8)


def test_noise_has_an_nfiq2_but_never_passes() -> None:
    scored = nbis.read_ridges(noise()).nfiq2
    assert scored is not None
    assert scored > 30, "the trap is no trap any more"
    verdict = finger.assess(noise(), 500, GATE)
    assert (verdict.score, verdict.good) == (0, False)
    assert not finger.assess(noise(), 500, FingerGate(min_nfiq2=0)).good


def test_nothing_on_the_glass_is_told_as_such() -> None:
    blank = np.full((500, 400), 238, np.uint8)
    assert finger.assess(blank, 500, GATE).advice == "advice.finger.none"
    assert nbis.read_ridges(blank).nfiq2 is None
    stripes = np.full((500, 400), 127, np.uint8)
    stripes[::9] = 255
    assert not finger.assess(stripes, 500, GATE).good
    assert not finger.assess(np.zeros((500, 400), np.uint8), 500, GATE).good


def test_other_resolutions_are_brought_to_500_ppi(impressions: dict[tuple[int, int], Grey]) -> None:
    image = impressions[0, 0]
    doubled = np.asarray(cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    verdict = finger.assess(doubled, 1000, GATE)
    assert verdict.good
    assert abs(verdict.score - finger.assess(image, 500, GATE).score) <= 15
    at_500 = finger.measure_contact(image).area_mm2
    assert measure(verdict, "area_mm2") == pytest.approx(at_500, rel=0.03)


@pytest.mark.parametrize(
    ("image", "ppi", "says"),
    [
        (np.zeros((400, 400), np.uint8), 0, "does not say"),
        (np.zeros((400, 400), np.uint8), -500, "does not say"),
        (np.zeros((400, 400), np.uint8), 72, "72 pixels per inch"),
        (np.zeros((400, 400, 3), np.uint8), 500, "8-bit grey"),
        (np.zeros((400, 400), np.uint16), 500, "8-bit grey"),
        (np.zeros((1, 1), np.uint8), 500, "too small"),
        (np.zeros((5000, 5000), np.uint8), 500, "larger than a platen"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_the_reason(image: Grey, ppi: int, says: str) -> None:
    with pytest.raises(UnusableImage, match=says):
        finger.assess(image, ppi, GATE)


def test_the_gate_decides_by_its_own_limits(impressions: dict[tuple[int, int], Grey]) -> None:
    strict = finger.assess(impressions[0, 0], 500, FingerGate(min_nfiq2=100))
    assert not strict.good
    assert strict.advice == "advice.finger.again"


def test_a_picture_larger_than_nfiq2_reads_is_cut_to_the_print(impressions: dict[tuple[int, int], Grey]) -> None:
    """A rolled print on a card comes with its box: above 800 x 1000 pixels NFIQ 2 fails on it."""
    card = np.full((1100, 1300), 235, np.uint8)
    card[500:1012, 800:1200] = impressions[0, 0]
    score = nbis.read_ridges(card).nfiq2
    alone = nbis.read_ridges(impressions[0, 0]).nfiq2
    assert score is not None
    assert alone is not None
    assert abs(score - alone) <= 15


def test_light_ridges_on_a_dark_ground_are_refused(impressions: dict[tuple[int, int], Grey]) -> None:
    page = cv2.copyMakeBorder(impressions[0, 0], 60, 60, 60, 60, cv2.BORDER_CONSTANT, value=238)
    assert finger.assess(np.asarray(page, np.uint8), 500, GATE).good
    with pytest.raises(UnusableImage, match="light ridges on a dark ground"):
        finger.assess(np.asarray(255 - page, np.uint8), 500, GATE)


def test_an_eye_is_no_finger() -> None:
    verdict = finger.assess(irises.eye(1).image, 500, GATE)
    assert not verdict.good
    assert measure(verdict, "ridges") < GATE.min_ridges
