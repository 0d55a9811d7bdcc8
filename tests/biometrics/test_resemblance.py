"""Two signatures: of one hand, of two, of nobody."""

from __future__ import annotations

from itertools import product

import pytest

from station.bench.people import signatures
from station.biometrics.gates import SignatureGate
from station.biometrics.resemblance import resemblance
from station.biometrics.signature import assess
from station.hardware.devices import PenPoint

LIMIT = SignatureGate().min_resemblance
Ink = tuple[PenPoint, ...]


def ink(seed: int, number: int = 0) -> Ink:
    return tuple(PenPoint(p.x, p.y, p.pressure, p.t) for p in signatures.sign(seed, number))


@pytest.fixture(scope="session")
def hands() -> dict[tuple[int, int], Ink]:
    return {(seed, number): ink(seed, number) for seed in range(24) for number in (0, 1)}


def test_a_hand_is_like_itself(hands: dict[tuple[int, int], Ink]) -> None:
    own = [resemblance(hands[seed, 0], hands[seed, 1]) for seed in range(24)]
    assert min(own) > LIMIT
    assert resemblance(hands[1, 0], hands[1, 0]) == pytest.approx(100)


def test_other_hands_are_not(hands: dict[tuple[int, int], Ink]) -> None:
    others = [resemblance(hands[a, 0], hands[b, 1]) for a, b in product(range(24), repeat=2) if a != b]
    assert sum(other >= LIMIT for other in others) / len(others) < 0.03


def test_place_size_and_tempo_do_not_count() -> None:
    first = ink(5)
    moved = [PenPoint(p.x * 0.7 + 9, p.y * 0.7 - 3, p.pressure, p.t * 1.6) for p in first]
    assert resemblance(first, moved) > 98


def test_what_has_no_path_is_like_nothing() -> None:
    dot = [PenPoint(p.x, p.y, p.pressure, p.t) for p in signatures.dot(1)]
    for other in ([], dot, [PenPoint(1, 1, 0, 0)]):
        assert resemblance(ink(1), other) == 0


def test_the_second_signature_is_judged_against_the_first() -> None:
    gate = SignatureGate()
    assert assess(ink(2, 1), gate, signatures.PAD_MM, ink(2, 0)).good
    other = assess(ink(3, 1), gate, signatures.PAD_MM, ink(2, 0))
    assert (other.good, other.advice) == (False, "advice.signature.not-alike")
