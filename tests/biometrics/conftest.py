"""Generated samples, made once a run, and the folder of reference data where it is there."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from station.bench.people import prints
from station.bench.people.prints import Finger, Skin

Grey = NDArray[np.uint8]


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of reference data; skips where it is absent."""
    folder = Path(os.environ.get("STATION_REFERENCE", Path(__file__).parents[2] / ".." / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"reference data not found in {folder}; set STATION_REFERENCE")
    return folder


@pytest.fixture(scope="session")
def fingers() -> tuple[Finger, ...]:
    """Six fingers, one of each class among them."""
    return tuple(prints.make_finger(seed) for seed in range(6))


@pytest.fixture(scope="session")
def impressions(fingers: tuple[Finger, ...]) -> dict[tuple[int, int], Grey]:
    """Two good impressions of each finger, by finger and number."""
    return {(i, number): prints.impression(finger, number) for i, finger in enumerate(fingers) for number in (0, 1)}


@pytest.fixture(scope="session")
def skins(fingers: tuple[Finger, ...]) -> dict[Skin, Grey]:
    """One finger in each condition."""
    return {skin: prints.impression(fingers[2], 0, skin) for skin in Skin}
