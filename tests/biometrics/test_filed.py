"""Slaps in files of which nobody says which they are: named where that can be told."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from station.bench.people import hands, prints
from station.bench.people.hands import Laying
from station.bench.people.prints import Grey
from station.biometrics.filed import Wanted, slap_verdicts
from station.biometrics.gates import Gates
from station.biometrics.reading import Reading
from station.biometrics.samples import THUMBS, Position


@pytest.fixture(scope="module")
def thumbs() -> dict[Position, Grey]:
    return {position: prints.impression(prints.make_finger(900_000 + i)) for i, position in enumerate(THUMBS)}


def named(image: Grey, wanted: Wanted) -> list[str]:
    return [name for name, _ in slap_verdicts(Reading(image, "PNG"), 500, wanted, Gates())]


def test_broad_thumbs_are_no_four_fingers(thumbs: dict[Position, Grey]) -> None:
    """Each is as broad as two fingers that touch."""
    broad = {
        position: np.asarray(cv2.resize(print_, None, fx=1.6, fy=1.1, interpolation=cv2.INTER_CUBIC), np.uint8)
        for position, print_ in thumbs.items()
    }
    image = hands.lay_hand(Position.THUMBS, broad, Laying(tilt=5.0, press=0.0, spread=1.6)).image
    assert named(image, Wanted()) == [Position.THUMBS, *THUMBS]


@pytest.mark.parametrize("shift", [-300.0, 0.0, 300.0])
def test_a_finger_alone_is_judged_and_not_named(thumbs: dict[Position, Grey], shift: float) -> None:
    only = {THUMBS[0]: thumbs[THUMBS[0]]}
    image = hands.lay_hand(Position.THUMBS, only, Laying(press=0.0, shift=(shift, 0.0))).image
    assert named(image, Wanted()) == ["", ""]
    told = named(image, Wanted(position=Position.THUMBS, missing=(THUMBS[1],)))
    assert told == [Position.THUMBS, THUMBS[0]]
