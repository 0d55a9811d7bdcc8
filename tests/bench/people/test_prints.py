"""Generated fingers: the same from the same seed, good enough, and told apart."""

from __future__ import annotations

import numpy as np

from station.bench.people import prints, slaps
from station.bench.people.prints import Pattern, Skin
from station.biometrics import nbis
from station.biometrics.samples import RIGHT_FOUR, SLAPS, THUMBS, Position


def test_the_same_finger_gives_the_same_ridges() -> None:
    finger = prints.make_finger(7)
    first = prints.impression(finger, 0)
    prints._master.cache_clear()
    assert np.array_equal(first, prints.impression(prints.make_finger(7), 0))
    assert not np.array_equal(first, prints.impression(finger, 1))
    assert first.shape == (prints.HEIGHT, prints.WIDTH)
    assert first.dtype == np.uint8


def test_good_impressions_of_every_class_score_forty_or_more() -> None:
    seen = set()
    for seed in range(40, 100):
        finger = prints.make_finger(seed)
        if finger.pattern not in seen:
            seen.add(finger.pattern)
            score = nbis.read_ridges(prints.impression(finger)).nfiq2
            assert score is not None
            assert score >= 40, finger
    assert seen == set(Pattern)


def test_dry_and_wet_fingers_score_clearly_less() -> None:
    for seed in (1, 2):
        for skin in (Skin.DRY, Skin.WET):
            score = nbis.read_ridges(prints.impression(prints.make_finger(seed), 0, skin)).nfiq2
            assert score is not None
            assert score <= 30


def test_classes_come_in_natural_shares() -> None:
    patterns = [prints.make_finger(seed).pattern for seed in range(2000)]
    for pattern, share in prints.SHARES.items():
        assert abs(patterns.count(pattern) / 2000 - share) < 0.03


def test_a_slap_says_where_each_finger_lies() -> None:
    impressions = {p: prints.impression(prints.make_finger(i)) for i, p in enumerate(RIGHT_FOUR)}
    slap = slaps.lay(Position.RIGHT_FOUR, impressions, tilt=10)
    assert slap.image.shape == (1500, 1600)
    assert [placed.position for placed in slap.placed] == list(RIGHT_FOUR)
    assert [placed.x for placed in slap.placed] == sorted(placed.x for placed in slap.placed)
    for placed in slap.placed:
        x, y = round(placed.x), round(placed.y)
        assert slap.image[y - 60 : y + 60, x - 60 : x + 60].mean() < 200
    assert slap.image[:150].min() > 200


def test_a_left_hand_is_the_mirror_image_and_a_missing_finger_leaves_a_gap() -> None:
    impressions = {p: prints.impression(prints.make_finger(i)) for i, p in enumerate(SLAPS[Position.LEFT_FOUR])}
    del impressions[Position.LEFT_MIDDLE]
    slap = slaps.lay(Position.LEFT_FOUR, impressions)
    assert len(slap.placed) == 3
    assert [placed.x for placed in slap.placed] == sorted((placed.x for placed in slap.placed), reverse=True)
    thumbs = slaps.lay(Position.THUMBS, {p: prints.impression(prints.make_finger(i)) for i, p in enumerate(THUMBS)})
    by_position = {placed.position: placed.x for placed in thumbs.placed}
    assert by_position[Position.LEFT_THUMB] < by_position[Position.RIGHT_THUMB]
