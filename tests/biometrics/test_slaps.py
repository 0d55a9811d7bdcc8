"""A platen's picture: fingers found and named, and what is wrong with the hand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from station.bench.measures import slaps as rates
from station.bench.people import hand_prints, hands, prints
from station.bench.people.hand_prints import Prints
from station.bench.people.hands import Laying
from station.bench.people.prints import Grey
from station.biometrics import assess, match, slaps
from station.biometrics.gates import FingerGate
from station.biometrics.match import Template
from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import LEFT_FOUR, RIGHT_FOUR, SLAPS, THUMBS, Position
from station.hardware.devices import FingerCapture, Image

GATE = FingerGate()
CALM = Laying(tilt=6.0, shift=(0.0, 40.0))

STEEP = (29, 30, 34, 79, 96, 139, 163, 179, 238, 317, 342, 381)
"""Turned by 17 degrees or more with second phalanges in view, or a single thumb above its phalanx: what a direction
taken from the clearest ends alone gets wrong."""


@pytest.fixture(scope="session")
def person() -> Prints:
    return hand_prints.draw_prints(0)


def platen(person: Prints, slap: Position, laying: Laying = CALM, *, without: Position | None = None) -> Grey:
    shown = {position: person[position][0] for position in SLAPS[slap] if position is not without}
    return hands.lay_hand(slap, shown, laying).image


def test_generated_slaps_are_read_right() -> None:
    """A small part of what `python -m station.bench.measures.slaps` measures on a thousand."""
    wrong = []
    for number in (*range(10), *STEEP):
        drawn = rates.draw(number, people=1)
        missing = tuple(set(SLAPS[drawn.requested]) - set(drawn.there))
        view = slaps.look(drawn.slap.image, drawn.requested, missing)
        placed = {place.position: (place.x, place.y) for place in drawn.slap.placed}
        found = {position: (finger.x, finger.y) for position, finger in view.fingers}
        near = placed.keys() == found.keys() and all(np.hypot(*np.subtract(placed[p], found[p])) < 118 for p in placed)
        if not near or view.code:
            wrong.append(number)
    assert not wrong


@pytest.fixture(scope="session")
def somebody_else() -> Prints:
    return hand_prints.draw_prints(1, 1)


@pytest.mark.parametrize("slap", list(SLAPS))
def test_every_finger_has_its_place_its_turn_and_a_verdict(person: Prints, slap: Position) -> None:
    for tilt in (-25.0, 0.0, 25.0):
        laying = Laying(tilt=tilt, size=0.9, spread=0.5)
        shown = {position: person[position][0] for position in SLAPS[slap]}
        laid = hands.lay_hand(slap, shown, laying)
        view = slaps.look(laid.image, slap, ())
        assert view.code == ""
        truth = {place.position: place for place in laid.placed}
        for position, finger in view.fingers:
            assert finger.angle == pytest.approx(truth[position].angle, abs=15)
            assert np.hypot(finger.x - truth[position].x, finger.y - truth[position].y) < 100
    judged = slaps.examine(laid.image, 500, slap, (), GATE)
    assert {finger.position for finger in judged.fingers} == set(SLAPS[slap])
    assert judged.verdict.good, judged
    assert judged.advice == ()


@pytest.mark.parametrize("tilt", [-20.0, 12.0])
@pytest.mark.parametrize("slap", [Position.RIGHT_FOUR, Position.LEFT_FOUR])
def test_no_phalanx_stands_for_the_missing_finger(person: Prints, slap: Position, tilt: float) -> None:
    for gone in SLAPS[slap]:
        view = slaps.look(platen(person, slap, Laying(tilt=tilt), without=gone), slap, ())
        assert (view.code, len(view.fingers)) == ("advice.finger.lacking", 3), gone


@pytest.mark.parametrize("tilt", [-20.0, 12.0])
@pytest.mark.parametrize("slap", [Position.RIGHT_FOUR, Position.LEFT_FOUR])
def test_no_phalanx_stands_beside_the_only_finger(person: Prints, slap: Position, tilt: float) -> None:
    """One finger alone does not show the hand's direction: askew, its own phalanx would be a second finger."""
    for left in SLAPS[slap]:
        laid = hands.lay_hand(slap, {left: person[left][0]}, Laying(tilt=tilt, press=0.8))
        excused = slaps.look(laid.image, slap, tuple(position for position in SLAPS[slap] if position is not left))
        assert (excused.code, [position for position, _ in excused.fingers]) == ("", [left])
        assert excused.fingers[0][1].angle == pytest.approx(laid.placed[0].angle, abs=25)
        told = slaps.look(laid.image, slap, ())
        assert (told.code, len(told.fingers)) == ("advice.finger.lacking", 1), left


def test_no_phalanx_stands_beside_the_only_thumb(person: Prints) -> None:
    for left, excused in (THUMBS, THUMBS[::-1]):
        for tilt in (-25.0, -10.0, 10.0, 25.0):
            image = hands.lay_hand(Position.THUMBS, {left: person[left][0]}, Laying(tilt=tilt, press=0.9)).image
            view = slaps.look(image, Position.THUMBS, (excused,))
            assert (view.code, [position for position, _ in view.fingers]) == ("", [left]), tilt


def traced(image: Grey, earlier: Grey, share: float) -> Grey:
    """The picture on glass on which an earlier hand left a share of its ink."""
    ink = np.clip((238 - earlier.astype(np.float32)) / 238, 0, 1)
    return np.asarray(np.clip(image * (1 - share * ink), 0, 255), np.uint8)


@pytest.mark.parametrize("slap", [Position.RIGHT_FOUR, Position.LEFT_FOUR])
def test_nobody_elses_trace_stands_for_the_missing_finger(
    person: Prints, somebody_else: Prints, slap: Position
) -> None:
    earlier = platen(somebody_else, slap, Laying(tilt=-4.0))
    for gone in SLAPS[slap]:
        clear = platen(person, slap, without=gone)
        for share, codes in ((0.14, ("lacking",)), (0.3, ("lacking", "trace"))):
            view = slaps.look(traced(clear, earlier, share), slap, ())
            assert view.code.removeprefix("advice.finger.") in codes, (gone, share)


@pytest.mark.parametrize("share", [0.14, 0.26])
def test_fingers_are_found_over_traces(person: Prints, somebody_else: Prints, share: float) -> None:
    for slap in (Position.RIGHT_FOUR, Position.LEFT_FOUR):
        laid = hands.lay_hand(slap, {position: person[position][0] for position in SLAPS[slap]}, CALM)
        earlier = platen(somebody_else, slap, Laying(tilt=-14.0, shift=(90.0, -60.0)))
        view = slaps.look(traced(laid.image, earlier, share), slap, ())
        assert view.code == ""
        truth = {place.position: place for place in laid.placed}
        for position, found in view.fingers:
            assert np.hypot(found.x - truth[position].x, found.y - truth[position].y) < 100, position


def test_a_dry_finger_is_no_trace(person: Prints) -> None:
    """It is pale, but there are patches in it that touch. None is lost; one in ten is too pale to be told apart."""
    codes = []
    for number in range(8):
        dry = RIGHT_FOUR[number % 4]
        shown = {position: person[position][0] for position in RIGHT_FOUR}
        shown[dry] = prints.impression(prints.make_finger(700 + number, 0.85), 0, prints.Skin.DRY)
        view = slaps.look(hands.lay_hand(Position.RIGHT_FOUR, shown, CALM).image, Position.RIGHT_FOUR, ())
        assert view.lacking == (), number
        codes.append(view.code)
    assert set(codes) <= {"", "advice.finger.trace"}
    assert codes.count("") >= 6


def test_a_fifth_finger_above_the_hand(person: Prints) -> None:
    fifth = person[Position.RIGHT_INDEX][1]
    for slap in (Position.RIGHT_FOUR, Position.LEFT_FOUR):
        for left in (480, 640, 800):
            image = platen(person, slap, Laying(shift=(0.0, 250.0)))
            place = image[20 : 20 + fifth.shape[0], left : left + fifth.shape[1]]
            np.minimum(place, fifth, out=place)
            view = slaps.look(image, slap, ())
            assert (view.code, len(view.fingers), view.extra) == ("advice.finger.unasked", 4, 1), (slap, left)


@pytest.mark.parametrize(("pen", "grey"), [(6, 90), (8, 60)])
def test_handwriting_stands_for_no_finger(person: Prints, pen: int, grey: int) -> None:
    """Four lines of it have a finger's outline; on inked cards there is some beside the prints."""
    whole = hands.lay_hand(Position.RIGHT_FOUR, {position: person[position][0] for position in RIGHT_FOUR}, CALM)
    for place in whole.placed:
        image = platen(person, Position.RIGHT_FOUR, without=place.position).copy()
        right = np.arange(0, 230, 2)
        for row, (tall, long) in enumerate(((38, 8.1), (33, 5.2), (30, 5.6), (40, 7.7))):
            down = tall * np.sin(right / long) + 8 * np.sin(right / 23)
            line = np.column_stack((place.x - 115 + right, place.y - 150 + 75 * row + down))
            cv2.polylines(image, [line.astype(np.int32)], False, grey, pen, cv2.LINE_AA)
        view = slaps.look(image, Position.RIGHT_FOUR, ())
        assert (view.code, view.lacking) == ("advice.finger.lacking", (place.position,))


def test_a_soaked_finger_is_told_to_be_wet(person: Prints) -> None:
    """Its ridges are drowned but for the rim."""
    for soaked in RIGHT_FOUR:
        shown = {position: person[position][0].copy() for position in RIGHT_FOUR}
        covered = (cv2.GaussianBlur(shown[soaked], (0, 0), 9) < 190).astype(np.float32)
        shown[soaked] = (238 - 128 * cv2.GaussianBlur(covered, (0, 0), 10)).astype(np.uint8)
        view = slaps.look(hands.lay_hand(Position.RIGHT_FOUR, shown, CALM).image, Position.RIGHT_FOUR, ())
        assert (view.code, view.lacking) == ("advice.finger.wet", (soaked,))


def test_three_fingers_for_four(person: Prints) -> None:
    for gone in (Position.RIGHT_MIDDLE, Position.RIGHT_LITTLE):
        image = platen(person, Position.RIGHT_FOUR, without=gone)
        told = slaps.look(image, Position.RIGHT_FOUR, ())
        assert (told.code, told.lacking, told.lacking_sure) == ("advice.finger.lacking", (gone,), True)
        excused = slaps.look(image, Position.RIGHT_FOUR, (gone,))
        assert (excused.code, excused.lacking) == ("", ())
        assert [position for position, _ in excused.fingers] == [p for p in RIGHT_FOUR if p is not gone]


def test_a_finger_that_is_excepted_and_there_all_the_same(person: Prints) -> None:
    told = slaps.look(platen(person, Position.LEFT_FOUR), Position.LEFT_FOUR, (Position.LEFT_LITTLE,))
    assert (told.code, told.unasked) == ("advice.finger.unasked", (Position.LEFT_LITTLE,))


def test_the_other_hand_is_told_by_its_shape(person: Prints) -> None:
    for laid, asked in ((Position.RIGHT_FOUR, Position.LEFT_FOUR), (Position.LEFT_FOUR, Position.RIGHT_FOUR)):
        image = platen(person, laid)
        assert slaps.look(image, asked, ()).code == "advice.finger.wrong-hand"
        assert slaps.look(image, laid, ()).code == ""


def test_a_hand_upside_down(person: Prints) -> None:
    image = np.ascontiguousarray(platen(person, Position.RIGHT_FOUR)[::-1, ::-1])
    assert slaps.look(image, Position.RIGHT_FOUR, ()).code == "advice.finger.upside-down"
    thumbs = np.ascontiguousarray(platen(person, Position.THUMBS)[::-1, ::-1])
    assert slaps.look(thumbs, Position.THUMBS, ()).code == "advice.finger.upside-down"


@pytest.mark.parametrize("number", [16, 28, 53])
def test_thumbs_upside_down_without_their_phalanges(number: int) -> None:
    """Their outline is the same both ways: only the ridges tell."""
    shown = {p: prints.impression(prints.make_finger(900_000 + number * 16 + i, 0.95)) for i, p in enumerate(THUMBS)}
    image = hands.lay_hand(Position.THUMBS, shown, Laying(tilt=8.0, press=0.0)).image
    assert slaps.look(image, Position.THUMBS, ()).code == ""
    turned = np.ascontiguousarray(image[::-1, ::-1])
    assert slaps.look(turned, Position.THUMBS, ()).code == "advice.finger.upside-down"


@pytest.mark.parametrize("tilt", [-20.0, 0.0, 12.0])
def test_tips_only_are_to_be_put_down_lower(person: Prints, tilt: float) -> None:
    shown = {position: person[position][0] for position in RIGHT_FOUR}
    laid = hands.lay_hand(Position.RIGHT_FOUR, shown, Laying(tilt=tilt, shift=(0.0, 40.0)))
    rows, columns = np.mgrid[: laid.image.shape[0], : laid.image.shape[1]]
    tips = np.zeros(laid.image.shape, bool)
    for _, found in slaps.look(laid.image, Position.RIGHT_FOUR, ()).fingers:
        turn = np.deg2rad(found.angle)
        right, down = columns - found.x, rows - found.y
        across, along = np.cos(turn) * right + np.sin(turn) * down, np.cos(turn) * down - np.sin(turn) * right
        tips |= (np.abs(across) < 0.6 * found.width) & (np.abs(along + found.height / 2) < 0.4 * found.width)
    view = slaps.look(np.where(tips, laid.image, 238).astype(np.uint8), Position.RIGHT_FOUR, ())
    assert view.code == "advice.finger.lower"


def test_four_fingers_for_thumbs_and_none_at_all(person: Prints) -> None:
    assert slaps.look(platen(person, Position.RIGHT_FOUR), Position.THUMBS, ()).code == "advice.finger.unasked"
    rng = np.random.default_rng(3)
    empty = np.clip(rng.normal(238, 2, (1500, 1600)), 0, 255).astype(np.uint8)
    noise = rng.integers(0, 255, (1500, 1600), np.uint8)
    for nothing in (empty, noise):
        told = slaps.examine(nothing, 500, Position.RIGHT_FOUR, (), GATE)
        assert (told.code, told.fingers, told.verdict.good) == ("advice.finger.none", (), False)
        assert told.lacking == RIGHT_FOUR


def test_the_same_hand_and_the_same_finger_twice(person: Prints) -> None:
    earlier = [match.extract(position, person[position][0], 500) for position in RIGHT_FOUR]
    again = {position: person[position][1] for position in RIGHT_FOUR}
    laid = hands.lay_hand(Position.RIGHT_FOUR, again, CALM).image
    same = slaps.examine(laid, 500, Position.LEFT_FOUR, (), GATE, earlier)
    assert same.code == "advice.finger.wrong-hand"
    assert {duplicate.second for duplicate in same.duplicates} == set(RIGHT_FOUR)
    thumb = person[Position.RIGHT_THUMB]
    twice = hands.lay_hand(Position.THUMBS, dict(zip(THUMBS, thumb, strict=True)), CALM).image
    assert slaps.examine(twice, 500, Position.THUMBS, (), GATE).code == "advice.finger.duplicate"
    one = [Template(Position.LEFT_INDEX, earlier[2].record)]
    assert slaps.examine(laid, 500, Position.RIGHT_FOUR, (), GATE, one).code == "advice.finger.duplicate"


def test_a_device_that_gives_the_platen_only(person: Prints) -> None:
    image = platen(person, Position.LEFT_FOUR)
    for channels in (1, 3):
        pixels = image if channels == 1 else np.repeat(image[..., None], 3, axis=2)
        whole = Image(image.shape[1], image.shape[0], channels, pixels.tobytes(), 500)
        result = assess.assess_slap(FingerCapture(Position.LEFT_FOUR, (), whole), (), GATE)
        assert [sample.position for sample in result.samples] == [*LEFT_FOUR, Position.LEFT_FOUR]
        assert (result.code, result.samples[-1].verdict.good) == ("", True)


def test_a_device_that_gives_both_is_checked(person: Prints) -> None:
    cut = [(p, person[p][0]) for p in RIGHT_FOUR]
    fingers = tuple((p, Image(print_.shape[1], print_.shape[0], 1, print_.tobytes(), 500)) for p, print_ in cut)
    image = np.ascontiguousarray(platen(person, Position.RIGHT_FOUR)[::-1, ::-1])
    turned = Image(image.shape[1], image.shape[0], 1, image.tobytes(), 500)
    told = assess.assess_slap(FingerCapture(Position.RIGHT_FOUR, fingers, turned), (), GATE)
    assert told.code == "advice.finger.upside-down"
    assert not told.samples[-1].verdict.good


def test_other_resolutions_grounds_and_what_is_refused(person: Prints) -> None:
    image = platen(person, Position.RIGHT_FOUR, Laying(ground=200, contrast=0.6, halo=20.0, noise=3.0, uneven=12.0))
    assert slaps.examine(image, 500, Position.RIGHT_FOUR, (), GATE).code == ""
    doubled = np.asarray(cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    assert slaps.examine(doubled, 1000, Position.RIGHT_FOUR, (), GATE).code == ""
    with pytest.raises(UnusableImage, match="does not say how many pixels"):
        slaps.examine(image, 0, Position.RIGHT_FOUR, (), GATE)
    with pytest.raises(UnusableImage, match="light ridges on a dark ground"):
        slaps.examine(np.asarray(255 - image, np.uint8), 500, Position.RIGHT_FOUR, (), GATE)


@pytest.mark.parametrize("shape", [(32, 32), (33, 900), (1500, 40)])
def test_odd_pictures_hold_no_fingers(shape: tuple[int, int]) -> None:
    blank = np.full(shape, 230, np.uint8)
    assert slaps.examine(blank, 500, Position.THUMBS, (), GATE).code == "advice.finger.none"


def test_a_finger_over_the_edge_is_to_be_moved(person: Prints) -> None:
    image = platen(person, Position.RIGHT_FOUR)[:, 200:]
    told = slaps.examine(np.ascontiguousarray(image), 500, Position.RIGHT_FOUR, (), FingerGate(min_area_mm2=190))
    index = next(finger for finger in told.fingers if finger.position is Position.RIGHT_INDEX)
    assert index.cut_off
    assert index.verdict.advice == "advice.finger.middle"


def test_a_little_finger_need_not_cover_as_much(person: Prints) -> None:
    gate = FingerGate(min_area_mm2=190, min_little_area_mm2=170)
    told = slaps.examine(platen(person, Position.RIGHT_FOUR), 500, Position.RIGHT_FOUR, (), gate)
    asked = {
        finger.position: measure.low
        for finger in told.fingers
        for measure in finger.verdict.measures
        if measure.name == "area_mm2"
    }
    assert asked == {position: 170 if position is Position.RIGHT_LITTLE else 190 for position in RIGHT_FOUR}
