"""Signatures as pictures: ink on white, as scanned or as the station draws them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from station.bench.devices.subject import StrokePoint
from station.bench.people import signatures
from station.biometrics import signature
from station.biometrics.gates import SignatureGate
from station.biometrics.nbis import UnusableImage
from station.biometrics.scanned import assess_picture
from station.biometrics.signature import render
from station.hardware.devices import PenPoint

GATE = SignatureGate()


def drawn(points: tuple[StrokePoint, ...]) -> NDArray[np.uint8]:
    return render([PenPoint(p.x, p.y, p.pressure, p.t) for p in points])


def scan(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """On a large sheet, grey at one side, with the scanner's noise."""
    sheet = np.full((1400, 2200), 240.0)
    sheet[200 : 200 + ink.shape[0], 300 : 300 + ink.shape[1]] -= 0.9 * (255 - ink.astype(float))
    sheet *= np.linspace(1, 0.8, 2200)
    return np.clip(sheet + np.random.default_rng(1).normal(0, 4, sheet.shape), 0, 255).astype(np.uint8)


def test_pictures_of_signatures_pass() -> None:
    for seed in range(8):
        picture = drawn(signatures.sign(seed))
        verdict = assess_picture(picture, signature.PPI, GATE)
        assert verdict.good, (seed, verdict)
        assert assess_picture(scan(picture), signature.PPI, GATE).good


def test_the_length_of_the_ink_is_read_off_the_picture() -> None:
    points = [PenPoint(p.x, p.y, p.pressure, p.t) for p in signatures.sign(4)]
    true = next(m.value for m in signature.assess(points, GATE).measures if m.name == "length_mm")
    seen = next(m.value for m in assess_picture(render(points), signature.PPI, GATE).measures if m.name == "length_mm")
    assert seen == pytest.approx(true, rel=0.2)


def test_blank_dot_and_scribble_are_told_apart() -> None:
    noise = np.random.default_rng(2).integers(225, 255, (400, 900)).astype(np.uint8)
    for blank in (np.full((400, 900), 255, np.uint8), np.full((400, 900), 210, np.uint8), noise):
        assert assess_picture(blank, 300, GATE).advice == "advice.signature.empty"
    assert assess_picture(drawn(signatures.dot(1)), signature.PPI, GATE).advice == "advice.signature.dot"
    for seed in range(6):
        picture = drawn(signatures.scribble(seed))
        assert assess_picture(picture, signature.PPI, GATE).advice == "advice.signature.scribble", seed


def test_a_picture_of_unknown_resolution_is_judged_but_not_taken() -> None:
    verdict = assess_picture(drawn(signatures.sign(3)), 0, GATE)
    assert (verdict.good, verdict.advice) == (False, "advice.signature.resolution")


def test_white_on_black_is_refused_with_words() -> None:
    with pytest.raises(UnusableImage, match="dark ink on white"):
        assess_picture(255 - drawn(signatures.sign(3)), signature.PPI, GATE)
