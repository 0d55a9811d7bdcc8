"""What the measures say of a capture, and who is asked for it: the words between runner, judge and journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import msgspec

from station.biometrics.face import Backdrop
from station.biometrics.samples import ImageFormat, Position, Sample
from station.enrolment.steps import Step
from station.hardware.devices import FingerCapture, Image, PenPoint


class Judgement(msgspec.Struct, frozen=True):
    """What the measures say of one capture. `code` refuses it: nothing of it is kept."""

    samples: tuple[Sample, ...] = ()
    code: str = ""
    matches: dict[str, int] = {}
    """Bozorth3 scores against the first prints, where the step compares."""
    same: bool = True
    """Where the step compares: is each the finger that it was the first time?"""

    @property
    def judged(self) -> tuple[Sample, ...]:
        return tuple(sample for sample in self.samples if sample.position not in WHOLE and not _is_series(sample))

    @property
    def score(self) -> int:
        return min((sample.verdict.score for sample in self.judged), default=0)

    @property
    def good(self) -> bool:
        """Where the step compares, the match decides: a finger accepted dry is dry again the second time."""
        if self.matches:
            return True
        return bool(self.judged) and all(sample.verdict.good for sample in self.judged)

    @property
    def advice(self) -> str:
        """What to do about it; where all is good, a remark of the measures (a contact lens is suspected)."""
        told = sorted((s.verdict for s in self.judged if s.verdict.advice), key=lambda verdict: verdict.good)
        return (told[0].advice or "") if told else ""


WHOLE: Final = frozenset((Position.RIGHT_FOUR, Position.LEFT_FOUR, Position.THUMBS, Position.FACE_ORIGINAL))
"""Kept beside what was judged of it."""


def _is_series(sample: Sample) -> bool:
    return sample.format is ImageFormat.JSON


class Look(msgspec.Struct, frozen=True):
    """A quick look at a live frame: good enough to take, or what to change."""

    good: bool
    advice: str = ""
    present: bool = False
    """Is one person there, looking this way?"""


class Judge(Protocol):
    """The quality measures, wherever they run."""

    def look(self, frame: Image, backdrop: Backdrop | None) -> Look: ...

    def photo(self, still: Image, backdrop: Backdrop | None) -> Judgement: ...

    def fingers(
        self, step: Step, captures: Sequence[FingerCapture], missing: Sequence[Position], earlier: Sequence[Sample]
    ) -> Judgement: ...

    def irises(self, images: Sequence[tuple[Position | None, Image]], missing: Sequence[Position]) -> Judgement: ...

    def signature(
        self, ink: Sequence[PenPoint], size_mm: tuple[float, float], earlier: Sample | None = None
    ) -> Judgement: ...
