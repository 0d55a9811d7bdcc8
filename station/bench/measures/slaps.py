"""`python -m station.bench.measures.slaps [SLAPS] [PEOPLE]`: how often a platen is read right, on generated hands.

Every slap is drawn anew (hand, tilt, spread, pressure, ground, dirt, missing fingers) from its number, so that a
failure can be looked at again. The prints come from a pool of people, since those are what takes long.
Writes the rates to out/slaps.json; exits with 1 where a promised rate is not reached.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from station.bench.people import hand_prints, hands
from station.bench.people.slaps import Slap
from station.biometrics import match, nbis, slaps
from station.biometrics.match import Template
from station.biometrics.samples import SLAPS, Position
from station.files import make_folder

SLAPS_DRAWN: Final = 1000
PEOPLE: Final = 12
PROCESSES: Final = 2
NEAR_MM: Final = 6.0
"""How far from the truth a finger's middle may be found."""
SEEN: Final = 0.5
"""A finger of which less than this lies on the glass is neither there nor missing: such slaps are drawn again."""
OTHER: Final = {Position.RIGHT_FOUR: Position.LEFT_FOUR, Position.LEFT_FOUR: Position.RIGHT_FOUR}
OUT: Final = Path("out")


class Drawn(msgspec.Struct, frozen=True):
    """A generated slap and what is true of it."""

    number: int
    person: int
    requested: Position
    there: tuple[Position, ...]
    recorded: bool
    """Did the operator record the missing finger as an exception?"""
    laying: hands.Laying
    slap: Slap


class Outcome(msgspec.Struct, frozen=True):
    """What the station made of one slap; None where a question does not apply."""

    number: int
    count: bool
    positions: bool
    angle: float
    """Mean error in degrees."""
    alarm: bool
    """Was a hand that lay there rightly refused as upside down, the other one, or known already?"""
    other_hand: bool | None = None
    """Was the hand told by its shape when the other one was asked for?"""
    same_hand: bool | None = None
    """Was it told by its prints when it had been taken before?"""
    upside_down: bool | None = None


class Rates(msgspec.Struct, frozen=True):
    """The shares over all slaps, 0 to 1, and the numbers of those that failed."""

    slaps: int
    count: float
    positions: float
    angle: float
    other_hand_by_shape: float
    same_hand_by_prints: float
    upside_down: float
    false_alarms: float
    failed: tuple[int, ...]


def draw(number: int, people: int = PEOPLE) -> Drawn:
    """The slap of that number."""
    rng = np.random.default_rng((number, 0xD2))
    person = int(rng.integers(people))
    requested = (Position.RIGHT_FOUR, Position.LEFT_FOUR, Position.THUMBS)[int(rng.choice(3, p=[0.4, 0.4, 0.2]))]
    there = list(SLAPS[requested])
    if rng.random() < 0.25:
        there.remove(there[int(rng.integers(len(there)))])
    impression = int(rng.integers(2))
    prints = hand_prints.draw_prints(person)
    recorded = bool(rng.random() < 0.6)
    for again in range(40):
        laying = hands.draw_laying(number + 1_000_003 * again)
        slap = hands.lay_hand(requested, {p: prints[p][impression] for p in there}, laying, number)
        if all(hands.visible_share(placed, 0.85) >= SEEN for placed in slap.placed):
            break
    return Drawn(number, person, requested, tuple(there), recorded, laying, slap)


def judge(number: int, people: int = PEOPLE) -> Outcome:
    """Draw a slap and put all questions to it."""
    drawn = draw(number, people)
    image = drawn.slap.image
    missing = tuple(p for p in SLAPS[drawn.requested] if p not in drawn.there) if drawn.recorded else ()
    view = slaps.look(image, drawn.requested, missing)
    offs = [_off(drawn, position, found.x, found.y, found.angle) for position, found in view.fingers]
    count = len(view.fingers) + view.extra == len(drawn.there)
    told = view.lacking_sure or drawn.recorded
    templates = [Template(p, nbis.read_minutiae(found.image)) for p, found in view.fingers]
    others = tuple(t for t in _templates(drawn.person) if t.position not in SLAPS[drawn.requested])
    duplicates = match.find_duplicates(templates, others)
    result = Outcome(
        number=number,
        count=count,
        positions=count and (not told or all(off is not None for off in offs)),
        angle=float(np.mean([off for off in offs if off is not None] or [0.0])),
        alarm=view.upside_down or view.other_hand or bool(duplicates),
    )
    if drawn.requested is Position.THUMBS:
        return result
    own = tuple(t for t in _templates(drawn.person) if t.position in SLAPS[drawn.requested])
    asked = OTHER[drawn.requested]
    wrong = slaps.look(image, asked, ())
    renamed = [Template(p, nbis.read_minutiae(found.image)) for p, found in wrong.fingers]
    code = slaps.duplicate_code(asked, renamed, match.find_duplicates(renamed, own))
    turned = slaps.look(np.ascontiguousarray(image[::-1, ::-1]), drawn.requested, missing)
    return msgspec.structs.replace(
        result,
        other_hand=wrong.other_hand if len(drawn.there) == 4 else None,
        same_hand=code == "advice.finger.wrong-hand",
        upside_down=turned.upside_down,
    )


def rates(outcomes: Sequence[Outcome]) -> Rates:
    """Shares of the slaps to which each question applies."""

    def share(answers: Sequence[bool | None]) -> float:
        asked = [answer for answer in answers if answer is not None]
        return round(sum(asked) / max(len(asked), 1), 4)

    return Rates(
        slaps=len(outcomes),
        count=share([o.count for o in outcomes]),
        positions=share([o.positions for o in outcomes]),
        angle=round(float(np.median([o.angle for o in outcomes])), 2),
        other_hand_by_shape=share([o.other_hand for o in outcomes]),
        same_hand_by_prints=share([o.same_hand for o in outcomes]),
        upside_down=share([o.upside_down for o in outcomes]),
        false_alarms=share([o.alarm for o in outcomes]),
        failed=tuple(
            o.number
            for o in outcomes
            if not o.positions or o.alarm or False in (o.other_hand, o.same_hand, o.upside_down)
        ),
    )


def _off(drawn: Drawn, position: Position, x: float, y: float, angle: float) -> float | None:
    """Degrees between the truth and what was found for a position; None where that finger is not there."""
    for placed in drawn.slap.placed:
        if placed.position is position and np.hypot(placed.x - x, placed.y - y) < NEAR_MM / 25.4 * nbis.PPI:
            return float(abs(placed.angle - angle))
    return None


@lru_cache(maxsize=PEOPLE)
def _templates(person: int) -> tuple[Template, ...]:
    """As taken before: the first impression of every finger."""
    return tuple(Template(p, nbis.read_minutiae(images[0])) for p, images in hand_prints.draw_prints(person).items())


def main(arguments: Sequence[str]) -> int:
    """Measure; 1 where 99 in 100 or the false alarms are missed."""
    numbers = [*map(int, arguments), *(SLAPS_DRAWN, PEOPLE)[len(arguments) :]]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        outcomes = list(pool.map(partial(judge, people=numbers[1]), range(numbers[0]), chunksize=10))
    found = rates(outcomes)
    text = msgspec.json.format(msgspec.json.encode(found), indent=1)
    (make_folder(OUT, 0o755) / "slaps.json").write_bytes(text + b"\n")
    sys.stdout.write(text.decode() + "\n")
    held = min(found.count, found.positions, found.same_hand_by_prints) >= 0.99 and found.false_alarms <= 0.001
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
