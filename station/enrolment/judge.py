"""The capture runner's judge: quality measures of `biometrics`, the heavy ones in the worker process.

A look at a live frame (some 5 to 15 ms) stays on the capture thread, where OpenCV lets go of the GIL; sending a
frame to another process would cost more. Everything else runs in the worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from station.biometrics import assess
from station.biometrics.face import Backdrop, FaceResult, PortraitSettings
from station.biometrics.gates import FingerGate, Gates
from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import IRISES, SLAPS, Position, Sample
from station.biometrics.signature import strokes
from station.enrolment.judgement import Judgement, Look
from station.enrolment.settling import Settling
from station.enrolment.steps import Step
from station.enrolment.worker import Worker
from station.hardware.devices import FingerCapture, Image, PenPoint

UNUSABLE: Final = "advice.unusable"
"""What came from the device cannot be judged at all."""


class WorkerJudge:
    """Implements `judgement.Judge` on a worker."""

    def __init__(self, worker: Worker, gates: Gates, portrait: PortraitSettings | None = None) -> None:
        self._worker = worker
        self._gates = gates
        self._portrait = portrait or PortraitSettings()
        self._before: FaceResult | None = None
        self._settling = Settling()

    def look(self, frame: Image, backdrop: Backdrop | None) -> Look:
        """Is the live picture good enough to take, and if not, what to change?

        A wrong backdrop is said, but does not keep the picture from being taken: the student cannot change it, and
        the operator can accept it only when there is an attempt.
        """
        try:
            result = assess.look_at_face(frame, self._gates.face, self._before, backdrop)
        except UnusableImage:
            self._before = None
            return Look(good=False, advice=UNUSABLE)
        self._before = result
        look = Look(good=result.ready, advice=result.verdict.advice or "", present=result.present)
        return self._settling.settle(look)

    def photo(self, still: Image, backdrop: Backdrop | None) -> Judgement:
        """The portrait and the picture as it came; refused where nobody looks this way."""
        self._before, self._settling = None, Settling()
        try:
            samples = self._worker.run(assess.assess_face, still, self._gates.face, self._portrait, backdrop)
        except assess.NoFace as nobody:
            return Judgement(code=str(nobody))
        except UnusableImage:
            return Judgement(code=UNUSABLE)
        return Judgement(samples=samples)

    def fingers(
        self, step: Step, captures: Sequence[FingerCapture], missing: Sequence[Position], earlier: Sequence[Sample]
    ) -> Judgement:
        """A slap against the fingers taken before; the second index prints against the first."""
        try:
            judge = judge_verification if step is Step.VERIFY_INDEXES else judge_slap
            return self._worker.run(judge, captures, missing, earlier, self._gates.finger)
        except UnusableImage:
            return Judgement(code=UNUSABLE)

    def irises(self, images: Sequence[tuple[Position | None, Image]], missing: Sequence[Position]) -> Judgement:
        wanted = [position for position in IRISES if position not in missing]
        stated = [position for position, _ in images if position is not None]
        if len(images) != len(wanted) or len(set(stated)) != len(stated) or not set(stated) <= set(wanted):
            return Judgement(code="advice.iris.lacking")
        try:
            result = self._worker.run(assess.assess_irises, images, self._gates.iris, wanted)
        except UnusableImage:
            return Judgement(code=UNUSABLE)
        return Judgement(code=result.code) if result.code else Judgement(samples=result.samples)

    def signature(
        self, ink: Sequence[PenPoint], size_mm: tuple[float, float], earlier: Sample | None = None
    ) -> Judgement:
        """A signature by itself, or as the second against the `earlier` one's time series.

        An empty pad is no attempt that could be kept, or accepted by anybody.
        """
        if not strokes(ink):
            return Judgement(code="advice.signature.empty")
        try:
            return Judgement(
                samples=self._worker.run(assess.assess_signature, tuple(ink), size_mm, self._gates.signature, earlier)
            )
        except UnusableImage:
            return Judgement(code=UNUSABLE)


def judge_slap(
    captures: Sequence[FingerCapture], missing: Sequence[Position], earlier: Sequence[Sample], gate: FingerGate
) -> Judgement:
    """One slap. Fingers of the same slap from an earlier attempt are no duplicates."""
    (capture,) = captures
    own = SLAPS.get(capture.requested, (capture.requested,))
    others = assess.templates_of([sample for sample in earlier if sample.position not in own])
    result = assess.assess_slap(capture, missing, gate, others)
    return Judgement(code=result.code) if result.code else Judgement(samples=result.samples)


def judge_verification(
    captures: Sequence[FingerCapture], missing: Sequence[Position], earlier: Sequence[Sample], gate: FingerGate
) -> Judgement:
    """Single fingers, each matched 1:1 with the first impression of its position.

    The match decides, not the quality: a finger that the operator accepted dry will be dry again.
    """
    taken = [assess.assess_slap(capture, missing, gate) for capture in captures]
    code = next((result.code for result in taken if result.code), "")
    if code:
        return Judgement(code=code)
    probes = [template for result in taken for template in result.templates]
    first = assess.templates_of([s for s in earlier if s.position in {probe.position for probe in probes}])
    scores = assess.verify(probes, first)
    samples = tuple(sample for result in taken for sample in result.samples)
    return Judgement(
        samples=samples,
        matches={str(position): score for position, score in scores.items()},
        same=all(score >= gate.match_threshold for score in scores.values()),
    )
