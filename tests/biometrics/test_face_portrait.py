"""The portrait: upright, eyes level, cut by ISO/IEC 19794-5; and the picture as it came beside it."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from station.bench.people import faces
from station.bench.people.likeness import Head, make_face
from station.biometrics import coding, face
from station.biometrics.face import PortraitSettings
from station.biometrics.face.detection import search_faces
from station.biometrics.face.mesh import find_mesh_closely
from station.biometrics.gates import FaceGate
from station.biometrics.samples import ImageFormat

Colour = NDArray[np.uint8]
PERSON = make_face(3, Head.HEAD_SCARF)


def portrait_of(picture: Colour, settings: PortraitSettings) -> Colour:
    mesh = face.examine_still(picture, FaceGate()).mesh
    assert mesh is not None
    return face.cut_portrait(picture, mesh, settings)


def eyes_of(portrait: Colour) -> NDArray[np.float64]:
    (found,) = search_faces(portrait)
    return find_mesh_closely(portrait, found).eyes


@pytest.mark.parametrize("roll", [-12, 0, 7])
def test_eyes_are_level_and_where_the_standard_wants_them(roll: float) -> None:
    settings = PortraitSettings()
    portrait = portrait_of(faces.posed(PERSON, faces.BLUE, roll=roll), settings)
    assert portrait.shape == (640, 480, 3)
    right, left = eyes_of(portrait)
    assert abs(np.degrees(np.arctan2(left[1] - right[1], left[0] - right[0]))) < 1.5
    assert (right + left) / 2 == pytest.approx((240, 288), abs=6)
    assert left[0] - right[0] == pytest.approx(120, abs=6)


def test_size_and_ratio_come_from_the_configuration() -> None:
    settings = PortraitSettings(width=300, ratio=1.5, eye_line=0.4, eye_distance=0.3)
    portrait = portrait_of(faces.posed(PERSON, faces.BLUE), settings)
    assert portrait.shape == (450, 300, 3)
    right, left = eyes_of(portrait)
    assert (right + left) / 2 == pytest.approx((150, 180), abs=5)
    assert left[0] - right[0] == pytest.approx(90, abs=5)


def test_a_large_still_is_averaged_down() -> None:
    small = faces.posed(PERSON, faces.BLUE)
    rng = np.random.default_rng(4)
    large = np.repeat(np.repeat(small, 3, axis=0), 3, axis=1).astype(np.float32)
    noisy = np.clip(large + rng.normal(0, 12, large.shape), 0, 255).astype(np.uint8)
    portrait = portrait_of(noisy, PortraitSettings())
    # A corner of the backdrop: the noise of nine pixels becomes a third of one pixel's.
    assert portrait[:60, :60, 1].astype(np.float32).std() < 6


def test_beyond_the_picture_the_backdrop_goes_on() -> None:
    picture = faces.posed(PERSON, faces.BLUE)[:, 420:860]
    portrait = portrait_of(np.ascontiguousarray(picture), PortraitSettings())
    assert np.abs(portrait[40:200, :8].astype(int) - faces.BLUE).mean() < 20


@pytest.mark.parametrize(
    "wrong", [{"width": 10}, {"width": 100_000}, {"ratio": 0.5}, {"eye_line": 0.9}, {"eye_distance": 0.0}]
)
def test_a_portrait_that_the_standard_does_not_know_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, PortraitSettings, strict=True)


def test_the_original_is_kept_without_loss_as_far_as_a_package_has_room() -> None:
    frame = faces.frame(PERSON, faces.RED)
    coded = coding.original_to_jpeg2000(frame)
    assert coding.decode(coded, ImageFormat.JPEG2000).tobytes() == frame.tobytes()
    assert len(coded) < coding.ORIGINAL_BYTES
    noise = np.random.default_rng(1).integers(0, 256, (1000, 1500, 3), np.uint8)
    assert len(coding.original_to_jpeg2000(noise)) <= coding.ORIGINAL_BYTES * 1.02
    assert coding.decode(coding.original_to_jpeg2000(noise), ImageFormat.JPEG2000).shape == noise.shape
