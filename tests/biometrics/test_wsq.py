"""WSQ pictures of others: whatever their bytes say, the process that asks lives on."""

from __future__ import annotations

import contextlib
import random

import numpy as np
import pytest
from numpy.typing import NDArray

from station.biometrics import coding, wsq, wsq_count
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


def _sized(data: bytearray, width: int, height: int) -> bytes:
    at = data.index(b"\xff\xa2") + 6
    data[at : at + 4] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(data)


@pytest.mark.parametrize(
    ("width", "height"), [(257, 320), (256, 321), (255, 320), (256, 400), (1500, 1600), (65535, 30), (16, 16), (0, 0)]
)
def test_a_size_that_the_data_do_not_have_and_no_comment_that_tells(whole: bytes, width: int, height: int) -> None:
    with pytest.raises(UnusableImage, match="damaged or cut short: its size asks for"):
        wsq.decode(_sized(_without_comment(whole), width, height))


def test_what_cannot_be_told_is_a_size_of_the_same_area(whole: bytes) -> None:
    assert wsq.decode(_sized(_without_comment(whole), 320, 256)).shape == (256, 320)


def test_pictures_of_every_size_and_kind_have_what_their_size_asks_for() -> None:
    rng = np.random.default_rng(5)
    for width, height in rng.integers(64, 300, (60, 2)):
        rows, columns = np.indices((height, width))
        ridges = 90 * np.sin(0.7 * columns + 12 * np.sin(rows / 60)) if width % 5 else np.zeros((height, width))
        noisy = 127 + ridges + rng.normal(0, (0, 2, 20)[width % 3], (height, width))
        wsq_count.check(coding.finger_to_wsq(np.clip(noisy, 0, 255).astype(np.uint8)))


def test_each_subband_stands_once_in_the_picture() -> None:
    for width, height in ((256, 320), (257, 321), (545, 622), (63, 65), (1600, 1500), (1, 1)):
        areas = wsq_count.areas(width, height)
        assert len(areas) == wsq_count.SUBBANDS
        # The diagonal quarter is not coded.
        assert sum(areas) == width * height - (width // 2) * (height // 2)


@pytest.mark.parametrize("kept", [0, 2, 50, 1000, 3000, -1])
def test_segments_that_end_early_are_no_error_of_another_kind(whole: bytes, kept: int) -> None:
    with pytest.raises(ValueError, match=r"its (segments|size|data)"):
        wsq_count.check(whole[:kept])


@pytest.mark.parametrize("seed", range(40))
def test_changed_bytes_end_in_an_answer(whole: bytes, seed: int) -> None:
    rng = random.Random(seed)
    data = bytearray(whole)
    for _ in range(4):
        data[rng.randrange(2, 900)] = rng.randrange(256)
    with contextlib.suppress(ValueError):
        wsq_count.check(bytes(data))


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
