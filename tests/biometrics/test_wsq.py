"""WSQ pictures of others: whatever their bytes say, the process that asks lives on."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.typing import NDArray

from station.biometrics import coding, wsq
from station.biometrics.nbis import UnusableImage

Grey = NDArray[np.uint8]


@pytest.fixture(scope="module")
def picture() -> Grey:
    rows, columns = np.indices((320, 256))
    return np.asarray(127 + 90 * np.sin(0.7 * columns + 12 * np.sin(rows / 60)), np.uint8)


@pytest.fixture(scope="module")
def whole(picture: Grey) -> bytes:
    return coding.finger_to_wsq(picture)


def _without_comment(data: bytes) -> bytearray:
    length = int.from_bytes(data[4:6], "big")
    assert data[2:4] == b"\xff\xa8"
    return bytearray(data[:2] + data[4 + length :])


def test_it_is_decoded_as_in_place(picture: Grey, whole: bytes) -> None:
    assert wsq.size_of(whole) == (256, 320)
    assert np.abs(wsq.decode(whole).astype(int) - picture).mean() < 8


def test_a_size_that_the_data_do_not_have(whole: bytes) -> None:
    data = bytearray(whole)
    at = data.index(b"\xff\xa2") + 6
    data[at : at + 4] = (30).to_bytes(2, "big") + (65535).to_bytes(2, "big")
    with pytest.raises(UnusableImage, match="65535x30 pixels, its comment 256x320"):
        wsq.decode(bytes(data))


@pytest.mark.parametrize("seed", range(12))
def test_changed_tables_are_refused_or_decoded_and_nothing_else(whole: bytes, seed: int) -> None:
    rng = random.Random(seed)
    data = _without_comment(whole)
    for _ in range(3):
        data[rng.randrange(2, 900)] = rng.randrange(256)
    try:
        decoded = wsq.decode(bytes(data))
    except UnusableImage as error:
        assert "WSQ picture is damaged" in str(error)
    else:
        assert decoded.shape == wsq.size_of(bytes(data))[::-1]


@pytest.mark.parametrize("kept", [2, 9, 200, 3000])
def test_cut_short(whole: bytes, kept: int) -> None:
    with pytest.raises(UnusableImage, match="damaged or cut short"):
        wsq.decode(whole[:kept])
