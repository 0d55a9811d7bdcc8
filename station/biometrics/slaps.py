"""A whole platen judged: which fingers lie there, how good each is, and what is wrong with the hand.

The station's own segmentation, for scanners that hand over the platen's picture only and to check those that hand
over both. Which finger is missing is told where a hand's proportions tell it (`lacking_sure`); exceptions that the
operator recorded narrow down what is expected. Everything here is a pure function of picklable values.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics import finger, hand, nbis, segment, tips
from station.biometrics.gates import FingerGate
from station.biometrics.match import Duplicate, Template, find_duplicates
from station.biometrics.samples import FINGERS, SLAPS, THUMBS, Measure, Position, Verdict

SEARCHED: Final = dict.fromkeys((Position.THUMBS, *THUMBS), tips.THUMB_WIDTHS)
"""Breadths to look for, where they are not those of fingers."""
OTHER_HAND: Final = 1.0
"""By how much better the other hand must explain four fingers to be called the wrong one. Of 592 generated hands the
true one led by 1.0 or more in 587, and none was behind by more than 0.01; a hand whose fingers lie
symmetrically says nothing."""
_OTHER_SIDE: Final = {Position.RIGHT_FOUR: -1.0, Position.LEFT_FOUR: 1.0}


class SlapFinger(msgspec.Struct, frozen=True):
    """One finger of a platen, judged. Lengths in pixels at 500 ppi, from the picture's upper left corner."""

    position: Position
    x: float
    y: float
    """The middle of its box."""
    width: float
    height: float
    angle: float
    """Degrees clockwise from upright."""
    cut_off: bool
    """Does it reach over the picture's edge?"""
    verdict: Verdict
    template: bytes
    """ISO/IEC 19794-2:2005 record."""


class SlapView(msgspec.Struct, frozen=True):
    """Which fingers lie on a platen, not yet judged."""

    fingers: tuple[tuple[Position, segment.Finger], ...]
    """In the order of ISO/IEC 19794-4."""
    lacking: tuple[Position, ...]
    """Fingers that were asked for and are not there."""
    lacking_sure: bool
    """False where the geometry does not tell which of the fingers is missing."""
    unasked: tuple[Position, ...]
    """Fingers that are there though they are missing by exception."""
    extra: int
    """Finger ends beyond those that a hand has."""
    upside_down: bool
    other_hand: bool
    """Do the proportions say that this is the other hand?"""
    preference: float
    """By how much the other hand's proportions explain four fingers better, see `Pose`; 0 where there are fewer."""
    soaked: bool
    """Does something of a finger's size without ridges lie beside the fingers, as a wet finger does?"""
    shallow: bool
    """Do half the fingers that are asked for, or more, touch the glass with their tips only?"""

    @property
    def code(self) -> str:
        """Why the whole capture must be refused: a message id, or empty."""
        if self.shallow and (self.upside_down or self.unasked or self.extra or self.lacking):
            # Tips say neither which way up nor which finger they are.
            return "advice.finger.lower"
        if not self.fingers:
            return "advice.finger.none"
        if any(finger.faint for _, finger in self.fingers):
            # Who that was, and so which hand it is, can be told with the glass clean.
            return "advice.finger.trace"
        if self.upside_down:
            return "advice.finger.upside-down"
        if self.other_hand:
            return "advice.finger.wrong-hand"
        if self.unasked or self.extra:
            return "advice.finger.unasked"
        if self.lacking:
            return "advice.finger.wet" if self.soaked else "advice.finger.lacking"
        return ""


class SlapExamination(msgspec.Struct, frozen=True):
    """A platen with its fingers judged."""

    requested: Position
    fingers: tuple[SlapFinger, ...]
    lacking: tuple[Position, ...]
    lacking_sure: bool
    unasked: tuple[Position, ...]
    extra: int
    upside_down: bool
    other_hand: bool
    duplicates: tuple[Duplicate, ...]
    """One finger under two positions: within the slap, or against the earlier ones."""
    code: str
    """Why the whole capture must be refused: a message id, or empty."""
    verdict: Verdict
    """The worst finger's, never good where `code` says something."""

    @property
    def advice(self) -> tuple[str, ...]:
        """All that there is to say, the most important first."""
        own = (entry.verdict.advice for entry in self.fingers)
        said = (self.code, *(advice for advice in own if advice))
        return tuple(dict.fromkeys(code for code in said if code))


def examine(
    image: NDArray[np.uint8],
    ppi: int,
    slap: Position,
    missing: Sequence[Position],
    gate: FingerGate,
    earlier: Sequence[Template] = (),
) -> SlapExamination:
    """Segment and judge a grey platen for `slap` without the `missing` fingers; compare it with `earlier` ones.

    Raises UnusableImage where there is nothing to judge: wrong pixels, unknown ppi, light ridges on dark ground.
    """
    view = look(nbis.to_500_ppi(image, ppi), slap, missing)
    with ThreadPoolExecutor(nbis.THREADS) as pool:
        results = list(pool.map(lambda pair: finger.examine(pair[1].image, nbis.PPI, gate.of(pair[0])), view.fingers))
    judged = tuple(
        _judged(position, found, result) for (position, found), result in zip(view.fingers, results, strict=True)
    )
    templates = tuple(Template(entry.position, entry.template) for entry in judged)
    duplicates = find_duplicates(templates, earlier, gate.match_threshold)
    code = duplicate_code(slap, templates, duplicates) or view.code
    return SlapExamination(
        requested=slap,
        fingers=judged,
        lacking=view.lacking,
        lacking_sure=view.lacking_sure,
        unasked=view.unasked,
        extra=view.extra,
        upside_down=view.upside_down,
        other_hand=view.other_hand,
        duplicates=duplicates,
        code=code,
        verdict=_worst(judged, code, len(judged) + len(view.lacking)),
    )


def look(image: NDArray[np.uint8], slap: Position, missing: Sequence[Position]) -> SlapView:
    """Find and name the fingers on a grey platen at 500 ppi. Raises UnusableImage."""
    slots = SLAPS.get(slap, (slap,))
    asked = [slot for slot in slots if slot not in missing]
    platen = segment.segment(image, len(slots), len(asked), SEARCHED.get(slap, tips.WIDTHS))
    best = sorted(platen.fingers, key=lambda found: -found.tip.score)[: len(slots)]
    fingers = [found for found in platen.fingers if any(found is kept for kept in best)]
    size = (float(image.shape[1]), float(image.shape[0]))
    ends = [found.tip for found in fingers]
    named = hand.name(ends, asked if len(fingers) <= len(asked) else slots, size)
    # Three fingers lie as well on the one hand as on the other.
    other = platen.right_hand * _OTHER_SIDE.get(slap, 0.0) if len(ends) == len(slots) else 0.0
    pairs = dict(zip(named.positions, fingers, strict=True))
    return SlapView(
        fingers=tuple((position, pairs[position]) for position in FINGERS if position in pairs),
        lacking=tuple(position for position in FINGERS if position in asked and position not in pairs),
        lacking_sure=named.sure,
        unasked=tuple(position for position in FINGERS if position in pairs and position not in asked),
        extra=len(platen.fingers) - len(fingers),
        upside_down=platen.upside_down,
        other_hand=not missing and not platen.upside_down and other > OTHER_HAND,
        preference=other,
        soaked=platen.soaked > 0,
        shallow=0 < len(asked) <= platen.shallow * 2,
    )


def duplicate_code(slap: Position, taken: Sequence[Template], duplicates: Sequence[Duplicate]) -> str:
    """What to call fingers that lie there under two positions: half a hand or more is the wrong hand."""
    if not duplicates:
        return ""
    here = {template.position for template in taken}
    across = {duplicate.first for duplicate in duplicates if duplicate.second not in here}
    is_hand = slap in SLAPS and slap is not Position.THUMBS and len(across) * 2 >= len(here)
    return "advice.finger.wrong-hand" if is_hand else "advice.finger.duplicate"


def whole_verdict(verdicts: Sequence[Verdict], code: str, wanted: int) -> Verdict:
    """A slap is as good as its worst finger, and not good where something is wrong with the hand."""
    worst = min(verdicts, key=lambda verdict: (verdict.good, verdict.score), default=None)
    return Verdict(
        score=0 if worst is None else worst.score,
        good=worst is not None and worst.good and not code,
        measures=(Measure("fingers", len(verdicts), low=wanted),),
        advice=code or (worst.advice if worst is not None else "advice.finger.none"),
    )


def _worst(judged: Sequence[SlapFinger], code: str, wanted: int) -> Verdict:
    return whole_verdict([entry.verdict for entry in judged], code, wanted)


def cut_out_verdict(verdict: Verdict, found: segment.Finger) -> Verdict:
    """The same with the finger's turn; what is not good since it lies over the edge must be moved, not pressed."""
    measures = (*verdict.measures, Measure("angle", round(found.angle, 1)))
    advice = "advice.finger.middle" if found.cut_off and not verdict.good else verdict.advice
    return msgspec.structs.replace(verdict, measures=measures, advice=advice)


def _judged(position: Position, found: segment.Finger, result: finger.FingerResult) -> SlapFinger:
    return SlapFinger(
        position=position,
        x=round(found.x, 1),
        y=round(found.y, 1),
        width=round(found.width, 1),
        height=round(found.height, 1),
        angle=round(found.angle, 1),
        cut_off=found.cut_off,
        verdict=cut_out_verdict(result.verdict, found),
        template=result.template,
    )
