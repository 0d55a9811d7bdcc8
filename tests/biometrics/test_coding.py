"""Bytes of the package's formats: right ones read back, wrong ones are refused."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from station.bench.people import faces, irises, portrait
from station.biometrics import coding
from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import ImageFormat

Grey = NDArray[np.uint8]


def test_a_face_is_small_and_close_to_the_original() -> None:
    picture = faces.frame(portrait.make_face(1, portrait.Head.SHORT_HAIR), faces.RED)
    data = coding.face_to_jpeg2000(picture)
    assert data[4:8] == b"jP  "
    assert len(data) == pytest.approx(picture.nbytes / coding.FACE_RATE, rel=0.1)
    back = coding.decode(data, ImageFormat.JPEG2000)
    error = np.mean((back.astype(float) - picture) ** 2)
    assert 10 * np.log10(255**2 / error) > 38


def test_an_iris_comes_back_bit_for_bit() -> None:
    eye = irises.eye(1).image
    assert np.array_equal(coding.decode(coding.iris_to_jpeg2000(eye), ImageFormat.JPEG2000), eye)


def test_a_print_is_wsq_at_about_fifteen_to_one(impressions: dict[tuple[int, int], Grey]) -> None:
    image = impressions[1, 0]
    data = coding.finger_to_wsq(image)
    assert data[:2] == b"\xff\xa0"
    assert 10 < image.nbytes / len(data) < 20
    back = coding.decode(data, ImageFormat.WSQ)
    assert back.shape == image.shape
    assert np.abs(back.astype(int) - image).mean() < 8


def test_png_keeps_pixels() -> None:
    picture = np.random.default_rng(3).integers(0, 255, (40, 50, 3), np.uint8)
    assert np.array_equal(coding.decode(coding.to_png(picture), ImageFormat.PNG), picture)


def test_bytes_of_another_kind_or_cut_are_refused(impressions: dict[tuple[int, int], Grey]) -> None:
    wsq = coding.finger_to_wsq(impressions[1, 0])
    png = coding.to_png(impressions[1, 0])
    for data, kind in (
        (b"", ImageFormat.WSQ),
        (b"abc", ImageFormat.PNG),
        (png, ImageFormat.WSQ),
        (wsq, ImageFormat.PNG),
        (wsq[:200], ImageFormat.WSQ),
        (wsq[: len(wsq) // 2], ImageFormat.WSQ),
        (png[: len(png) // 2], ImageFormat.PNG),
        (b"{}", ImageFormat.JSON),
    ):
        with pytest.raises(UnusableImage):
            coding.decode(data, kind)
