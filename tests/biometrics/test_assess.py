"""A step from pixels to samples, also in another process."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from station.bench.people import faces, irises, portrait, signatures, slaps
from station.biometrics import assess, coding
from station.biometrics.face import PortraitSettings
from station.biometrics.gates import Gates
from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import IRISES, LEFT_FOUR, RIGHT_FOUR, THUMBS, ImageFormat, Position
from station.hardware.devices import FingerCapture, Image, PenPoint

Grey = NDArray[np.uint8]
GATES = Gates()


def image(pixels: NDArray[np.uint8], ppi: int = 0) -> Image:
    return Image(pixels.shape[1], pixels.shape[0], 1 if pixels.ndim == 2 else 3, pixels.tobytes(), ppi)


def capture(
    slap: Position, positions: tuple[Position, ...], impressions: dict[tuple[int, int], Grey], number: int = 0
) -> FingerCapture:
    shown = {position: impressions[index, number] for index, position in enumerate(positions)}
    platen = slaps.lay(slap, shown)
    fingers = tuple((position, image(pixels, 500)) for position, pixels in shown.items())
    return FingerCapture(slap, fingers, image(platen.image, platen.ppi))


@pytest.fixture(scope="session")
def right(impressions: dict[tuple[int, int], Grey]) -> assess.SlapResult:
    return assess.assess_slap(capture(Position.RIGHT_FOUR, RIGHT_FOUR, impressions), (), GATES.finger)


def test_a_slap_gives_its_fingers_and_itself_as_wsq(right: assess.SlapResult) -> None:
    assert [sample.position for sample in right.samples] == [*RIGHT_FOUR, Position.RIGHT_FOUR]
    for sample in right.samples:
        assert sample.format is ImageFormat.WSQ
        assert sample.ppi == 500
        assert sample.verdict.good
        assert coding.decode(sample.data, sample.format).shape == (sample.height, sample.width)
    assert right.samples[-1].verdict.score == min(sample.verdict.score for sample in right.samples[:-1])
    assert right.code == ""
    assert (right.lacking, right.unasked, right.duplicates) == ((), (), ())


def test_a_finger_that_was_asked_for_and_is_not_there_is_told(impressions: dict[tuple[int, int], Grey]) -> None:
    one = capture(Position.THUMBS, THUMBS[:1], impressions)
    result = assess.assess_slap(one, (), GATES.finger)
    assert result.lacking == (Position.LEFT_THUMB,)
    assert result.code == "advice.finger.lacking"
    assert not result.samples[-1].verdict.good
    excused = assess.assess_slap(one, (Position.LEFT_THUMB,), GATES.finger)
    assert excused.code == ""
    assert excused.samples[-1].verdict.good
    other = assess.assess_slap(one, THUMBS, GATES.finger)
    assert other.unasked == (Position.RIGHT_THUMB,)
    assert other.code == "advice.finger.unasked"


def test_the_right_hand_given_as_left_is_found_at_the_step(
    right: assess.SlapResult, impressions: dict[tuple[int, int], Grey]
) -> None:
    earlier = assess.templates_of(right.samples)
    assert [template.position for template in earlier] == list(RIGHT_FOUR)
    again = assess.assess_slap(capture(Position.LEFT_FOUR, LEFT_FOUR, impressions, 1), (), GATES.finger, earlier)
    assert {(d.first, d.second) for d in again.duplicates} == set(zip(LEFT_FOUR, RIGHT_FOUR, strict=True))
    assert again.code == "advice.finger.wrong-hand"


def test_one_finger_twice_in_a_slap_is_found(impressions: dict[tuple[int, int], Grey]) -> None:
    twice = FingerCapture(
        Position.THUMBS,
        (
            (Position.RIGHT_THUMB, image(impressions[0, 0], 500)),
            (Position.LEFT_THUMB, image(impressions[0, 1], 500)),
        ),
    )
    result = assess.assess_slap(twice, (), GATES.finger)
    assert result.code == "advice.finger.duplicate"
    assert [sample.position for sample in result.samples] == [Position.RIGHT_THUMB, Position.LEFT_THUMB]


def test_the_second_impression_is_matched_with_the_first_one_kept_as_wsq(
    right: assess.SlapResult, impressions: dict[tuple[int, int], Grey]
) -> None:
    kept = assess.templates_of(right.samples)
    for number, same in ((0, True), (5, False)):
        second = FingerCapture(Position.RIGHT_INDEX, ((Position.RIGHT_INDEX, image(impressions[number, 1], 500)),))
        result = assess.assess_slap(second, (), GATES.finger)
        assert result.code == ""
        score = assess.verify(result.templates, kept)[Position.RIGHT_INDEX]
        assert (score >= GATES.finger.match_threshold) is same


def test_a_slap_is_judged_alike_in_another_process(
    right: assess.SlapResult, impressions: dict[tuple[int, int], Grey]
) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        job = pool.submit(assess.assess_slap, capture(Position.RIGHT_FOUR, RIGHT_FOUR, impressions), (), GATES.finger)
        assert job.result() == right


def test_face_and_irises_become_samples() -> None:
    picture = faces.frame(portrait.make_face(2, portrait.Head.HEAD_SCARF), faces.BLUE)
    portrait_sample, original = assess.assess_face(image(picture), GATES.face, PortraitSettings())
    assert (portrait_sample.position, portrait_sample.format) == (Position.FACE, ImageFormat.JPEG2000)
    assert coding.decode(portrait_sample.data, portrait_sample.format).shape == (640, 480, 3)
    assert portrait_sample.verdict.good
    assert original.position == Position.FACE_ORIGINAL
    assert coding.decode(original.data, original.format).tobytes() == picture.tobytes()
    assert assess.look_at_face(image(picture), GATES.face).verdict.good
    eyes = [(position, irises.eye(seed)) for seed, position in enumerate(reversed(IRISES))]
    result = assess.assess_irises([(position, image(eye.image)) for position, eye in eyes], GATES.iris)
    samples = result.samples
    assert result.code == ""
    assert [sample.position for sample in samples] == list(IRISES)
    assert coding.decode(samples[1].data, samples[1].format).tobytes() == eyes[0][1].image.tobytes()


def test_one_eye_for_two_is_found() -> None:
    twice = [(position, image(irises.eye(3, number).image)) for number, position in enumerate(IRISES)]
    assert assess.assess_irises(twice, GATES.iris).code == "advice.iris.same-eye"


def test_a_signature_becomes_a_picture_and_a_series() -> None:
    ink = [PenPoint(p.x, p.y, p.pressure, p.t) for p in signatures.sign(2)]
    picture, series = assess.assess_signature(ink, signatures.PAD_MM, GATES.signature)
    assert (picture.format, series.format) == (ImageFormat.PNG, ImageFormat.JSON)
    assert picture.verdict == series.verdict
    assert picture.verdict.good
    empty, _ = assess.assess_signature([], signatures.PAD_MM, GATES.signature)
    assert not empty.verdict.good


def test_a_device_that_gives_other_bytes_than_it_says_is_refused() -> None:
    with pytest.raises(UnusableImage, match="bytes for 640x480x1"):
        assess.assess_irises([(Position.LEFT_IRIS, Image(640, 480, 1, b"short"))], GATES.iris)
