"""One function a step: captured pixels in, coded and judged samples out.

All are pure and take and give picklable values, so that they run in a worker process. Within a slap the
fingers are judged in two threads: NBIS lets go of the GIL (see `station.biometrics.nbis`).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics import coding, face, finger, iris, nbis, signature
from station.biometrics.gates import FaceGate, FingerGate, IrisGate, SignatureGate
from station.biometrics.match import Duplicate, Template, find_duplicates, match
from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import FINGERS, IRISES, SLAPS, ImageFormat, Measure, Position, Sample, Verdict
from station.hardware.devices import FingerCapture, Image, PenPoint

THREADS: Final = 2


class NoFace(UnusableImage):
    """There is not one face that looks this way; the message is the id of what to say."""


class SlapResult(msgspec.Struct, frozen=True):
    """What a slap gave: its fingers, then the slap itself where the device gave it."""

    samples: tuple[Sample, ...]
    templates: tuple[Template, ...]
    lacking: tuple[Position, ...] = ()
    """Fingers that were asked for and are not there."""
    unasked: tuple[Position, ...] = ()
    """Fingers that are there though they are missing by exception, or belong to another slap."""
    duplicates: tuple[Duplicate, ...] = ()
    """One finger under two positions: within the slap, or against the earlier ones (the wrong hand)."""

    @property
    def code(self) -> str:
        """Why the whole capture must be refused: a message id, or empty."""
        if self.duplicates:
            taken_now = {template.position for template in self.templates}
            across = any(duplicate.second not in taken_now for duplicate in self.duplicates)
            return "advice.finger.wrong-hand" if across else "advice.finger.duplicate"
        if self.unasked:
            return "advice.finger.unasked"
        return "advice.finger.lacking" if self.lacking else ""


def pixels_of(image: Image) -> NDArray[np.uint8]:
    """The array of a device's picture. Raises UnusableImage where size and bytes do not agree."""
    if image.channels not in (1, 3) or len(image.pixels) != image.width * image.height * image.channels:
        raise UnusableImage(
            f"The device gave {len(image.pixels)} bytes for {image.width}x{image.height}x{image.channels} pixels."
        )
    shape = (image.height, image.width) if image.channels == 1 else (image.height, image.width, 3)
    return np.frombuffer(image.pixels, np.uint8).reshape(shape)


def assess_slap(
    capture: FingerCapture, missing: Sequence[Position], gate: FingerGate, earlier: Sequence[Template] = ()
) -> SlapResult:
    """Judge every finger of a slap or of a single-finger request, code all, and look for duplicates.

    `earlier` are templates of fingers taken before, to find a hand or finger laid down twice.
    Raises UnusableImage where a picture cannot be judged at all.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(lambda pair: _finger(pair[0], pair[1], gate), capture.fingers))
        whole = pool.submit(_whole, capture.requested, capture.slap) if capture.slap is not None else None
        samples = [sample for sample, _ in results]
        templates = tuple(template for _, template in results)
        asked = set(SLAPS.get(capture.requested, (capture.requested,))) - set(missing)
        found = {position for position, _ in capture.fingers}
        lacking = tuple(position for position in FINGERS if position in asked - found)
        if whole is not None:
            samples.append(_with_verdict(whole.result(), samples, lacking))
    return SlapResult(
        samples=tuple(samples),
        templates=templates,
        lacking=lacking,
        unasked=tuple(position for position in FINGERS if position in found - asked),
        duplicates=find_duplicates(templates, earlier, gate.match_threshold),
    )


def templates_of(samples: Sequence[Sample]) -> tuple[Template, ...]:
    """Templates of coded single fingers, to compare later ones with."""
    fingers = [sample for sample in samples if sample.position in FINGERS]
    with ThreadPoolExecutor(THREADS) as pool:
        return tuple(pool.map(_template, fingers))


def verify(captured: Sequence[Template], first: Sequence[Template]) -> dict[Position, int]:
    """Bozorth3 score of each second impression against the first one of the same position."""
    known = {template.position: template for template in first}
    return {probe.position: match(probe, known[probe.position]) for probe in captured if probe.position in known}


def look_at_face(
    frame: Image, gate: FaceGate, before: face.FaceResult | None = None, backdrop: face.Backdrop | None = None
) -> face.FaceResult:
    """Judge a live frame; pass the last result, of which some measures go on."""
    return face.examine(pixels_of(frame), gate, before, backdrop)


def assess_face(
    still: Image, gate: FaceGate, settings: face.PortraitSettings, backdrop: face.Backdrop | None = None
) -> tuple[Sample, ...]:
    """Judge a still; the portrait cut of it, and the picture as it came.

    Raises UnusableImage where nobody is there to cut a portrait of.
    """
    pixels = pixels_of(still)
    result = face.examine_still(pixels, gate, backdrop)
    if result.mesh is None:
        raise NoFace(result.verdict.advice or "advice.face.none")
    portrait = face.cut_portrait(pixels, result.mesh, settings)
    height, width = portrait.shape[:2]
    coded, original = coding.face_to_jpeg2000(portrait), coding.original_to_jpeg2000(pixels)
    return (
        Sample(Position.FACE, ImageFormat.JPEG2000, coded, result.verdict, width, height),
        Sample(Position.FACE_ORIGINAL, ImageFormat.JPEG2000, original, result.verdict, still.width, still.height),
    )


def assess_irises(images: Sequence[tuple[Position, Image]], gate: IrisGate) -> tuple[Sample, ...]:
    """Judge and code each eye, right before left."""
    ordered = sorted(images, key=lambda pair: IRISES.index(pair[0]))
    return tuple(_iris(position, image, gate) for position, image in ordered)


def assess_signature(
    ink: Sequence[PenPoint], size_mm: tuple[float, float], gate: SignatureGate
) -> tuple[Sample, Sample]:
    """Judge a signature; its picture (PNG) and its time series (JSON), with the same verdict."""
    verdict = signature.assess(ink, gate)
    picture = signature.render(ink)
    height, width = picture.shape
    png = coding.to_png(picture, signature.PPI)
    return (
        Sample(Position.SIGNATURE, ImageFormat.PNG, png, verdict, width, height, signature.PPI),
        Sample(Position.SIGNATURE, ImageFormat.JSON, signature.series(ink, size_mm), verdict),
    )


def _finger(position: Position, image: Image, gate: FingerGate) -> tuple[Sample, Template]:
    pixels = nbis.to_500_ppi(pixels_of(image), image.ppi)
    result = finger.examine(pixels, nbis.PPI, gate)
    height, width = pixels.shape
    data = coding.finger_to_wsq(pixels)
    sample = Sample(position, ImageFormat.WSQ, data, result.verdict, width, height, nbis.PPI)
    return sample, Template(position, result.template)


def _whole(position: Position, slap: Image) -> Sample:
    """The slap as it was, without a verdict of its own yet."""
    pixels = nbis.to_500_ppi(pixels_of(slap), slap.ppi)
    height, width = pixels.shape
    data = coding.finger_to_wsq(pixels)
    return Sample(position, ImageFormat.WSQ, data, Verdict(0, False), width, height, nbis.PPI)


def _with_verdict(slap: Sample, fingers: Sequence[Sample], lacking: Sequence[Position]) -> Sample:
    """A slap is as good as its worst finger, and not good without a finger that was asked for."""
    worst = min((sample.verdict for sample in fingers), key=lambda verdict: (verdict.good, verdict.score), default=None)
    count = Measure("fingers", len(fingers), low=len(fingers) + len(lacking))
    verdict = Verdict(
        score=0 if worst is None else worst.score,
        good=worst is not None and worst.good and not lacking,
        measures=(count,),
        advice="advice.finger.lacking" if lacking or worst is None else worst.advice,
    )
    return Sample(slap.position, slap.format, slap.data, verdict, slap.width, slap.height, slap.ppi)


def _template(sample: Sample) -> Template:
    return Template(sample.position, nbis.read_minutiae(coding.decode(sample.data, sample.format)))


def _iris(position: Position, image: Image, gate: IrisGate) -> Sample:
    pixels = pixels_of(image)
    verdict = iris.assess(pixels, gate)
    data = coding.iris_to_jpeg2000(pixels)
    return Sample(position, ImageFormat.JPEG2000, data, verdict, image.width, image.height)
