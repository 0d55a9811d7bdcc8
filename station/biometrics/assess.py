"""One function a step: captured pixels in, coded and judged samples out.

All are pure and take and give picklable values, so that they run in a worker process. Within a slap the
fingers are judged in two threads: NBIS lets go of the GIL (see `station.biometrics.nbis`).
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics import coding, face, finger, iris, nbis, segment, signature, slaps
from station.biometrics.gates import FaceGate, FingerGate, IrisGate, SignatureGate
from station.biometrics.match import Duplicate, Template, find_duplicates, match
from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import FINGERS, IRISES, SLAPS, ImageFormat, Position, Sample, Verdict
from station.biometrics.slaps import SlapView
from station.hardware.devices import FingerCapture, Image, PenPoint


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
    requested: Position = Position.RIGHT_FOUR
    seen: str = ""
    """What the station's own look at the platen finds wrong with the hand: a message id, or empty."""

    @property
    def code(self) -> str:
        """Why the whole capture must be refused: a message id, or empty."""
        if self.duplicates:
            return slaps.duplicate_code(self.requested, self.templates, self.duplicates)
        if self.seen:
            return self.seen
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


def grey_of(image: Image) -> NDArray[np.uint8]:
    """The same as grey: a scanner's driver may give three equal channels."""
    pixels = pixels_of(image)
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def assess_slap(
    capture: FingerCapture, missing: Sequence[Position], gate: FingerGate, earlier: Sequence[Template] = ()
) -> SlapResult:
    """Judge every finger of a slap or of a single-finger request, code all, and look for duplicates.

    A device that gives the platen only is segmented here; one that gives both is checked: what it took for fingers
    stays, but a hand upside down, the other hand, or one finger too many on the platen is told.
    `earlier` are templates of fingers taken before, to find a hand or finger laid down twice.
    Raises UnusableImage where a picture cannot be judged at all.
    """
    with ThreadPoolExecutor(nbis.THREADS) as pool:
        platen = None if capture.slap is None else nbis.to_500_ppi(grey_of(capture.slap), capture.slap.ppi)
        coded = None if platen is None else pool.submit(coding.finger_to_wsq, platen)
        seen = None if platen is None else slaps.look(platen, capture.requested, missing)
        if capture.fingers or seen is None:
            results = list(pool.map(lambda pair: _finger(pair[0], pair[1], gate), capture.fingers))
        else:
            results = list(pool.map(lambda pair: _cut_out(pair[0], pair[1], gate), seen.fingers))
        samples = [sample for sample, _ in results]
        templates = tuple(template for _, template in results)
        found = {sample.position for sample in samples}
        asked = set(SLAPS.get(capture.requested, (capture.requested,))) - set(missing)
        result = SlapResult(
            samples=tuple(samples),
            templates=templates,
            lacking=tuple(position for position in FINGERS if position in asked - found),
            unasked=tuple(position for position in FINGERS if position in found - asked),
            duplicates=find_duplicates(templates, earlier, gate.match_threshold),
            requested=capture.requested,
            seen=_wrong_with(seen, bool(capture.fingers)),
        )
        if platen is None or coded is None:
            return result
        verdicts = [sample.verdict for sample in samples]
        verdict = slaps.whole_verdict(verdicts, result.code, len(verdicts) + len(result.lacking))
        height, width = platen.shape
        whole = Sample(capture.requested, ImageFormat.WSQ, coded.result(), verdict, width, height, nbis.PPI)
        return msgspec.structs.replace(result, samples=(*samples, whole))


def templates_of(samples: Sequence[Sample]) -> tuple[Template, ...]:
    """Templates of coded single fingers, to compare later ones with."""
    fingers = [sample for sample in samples if sample.position in FINGERS]
    with ThreadPoolExecutor(nbis.THREADS) as pool:
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


class IrisesResult(msgspec.Struct, frozen=True):
    """What a look into the iris scanner gave, right before left."""

    samples: tuple[Sample, ...]
    distance: float | None = None
    """Hamming distance of the two eyes' codes; None where there are no two to compare."""

    @property
    def code(self) -> str:
        """Why the whole capture must be refused: a message id, or empty."""
        return "advice.iris.same-eye" if self.distance is not None and self.distance < iris.SAME_EYE else ""


def assess_irises(
    images: Sequence[tuple[Position | None, Image]], gate: IrisGate, wanted: Sequence[Position] = IRISES
) -> IrisesResult:
    """Judge and code each eye, tell which it is where the device does not, and find one eye given for both."""
    with ThreadPoolExecutor(nbis.THREADS) as pool:
        judged = list(pool.map(lambda pair: iris.examine(pixels_of(pair[1]), gate), images))
    stated = [position for position, _ in images]
    evidence = [result.evidence for result in judged]
    named = iris.name_eyes(stated, evidence, wanted) if None in stated else [one for one in stated if one is not None]
    samples = [
        _iris(position, image, result.verdict)
        for position, (_, image), result in zip(named, images, judged, strict=True)
    ]
    codes = [result.code for result in judged if result.code is not None]
    apart = iris.distance(codes[0], codes[1]) if len(codes) == 2 else None
    return IrisesResult(tuple(sorted(samples, key=lambda sample: IRISES.index(sample.position))), apart)


def assess_signature(
    ink: Sequence[PenPoint], size_mm: tuple[float, float], gate: SignatureGate, earlier: Sample | None = None
) -> tuple[Sample, Sample]:
    """Judge a signature; its picture (PNG) and its time series (JSON), with the same verdict.

    `earlier` is the time series of the student's first signature, where this is the second.
    """
    first = None if earlier is None else signature.read_series(earlier.data)[0]
    verdict = signature.assess(ink, gate, size_mm, first)
    picture = signature.render(ink)
    height, width = picture.shape
    png = coding.to_png(picture, signature.PPI)
    return (
        Sample(Position.SIGNATURE, ImageFormat.PNG, png, verdict, width, height, signature.PPI),
        Sample(Position.SIGNATURE, ImageFormat.JSON, signature.series(ink, size_mm), verdict),
    )


def _wrong_with(seen: SlapView | None, segmented: bool) -> str:
    """A device that cuts out fingers itself may see faint ones that the station does not: what lacks is its word."""
    if seen is None or (segmented and seen.code in ("advice.finger.none", "advice.finger.lacking")):
        return ""
    return seen.code


def _finger(position: Position, image: Image, gate: FingerGate) -> tuple[Sample, Template]:
    """A finger that the device cut out."""
    return _coded(position, nbis.to_500_ppi(grey_of(image), image.ppi), gate, None)


def _cut_out(position: Position, found: segment.Finger, gate: FingerGate) -> tuple[Sample, Template]:
    """A finger that the station cut out."""
    return _coded(position, found.image, gate, found)


def _coded(
    position: Position, pixels: NDArray[np.uint8], gate: FingerGate, found: segment.Finger | None
) -> tuple[Sample, Template]:
    result = finger.examine(pixels, nbis.PPI, gate.of(position))
    verdict = result.verdict if found is None else slaps.cut_out_verdict(result.verdict, found)
    height, width = pixels.shape
    sample = Sample(position, ImageFormat.WSQ, coding.finger_to_wsq(pixels), verdict, width, height, nbis.PPI)
    return sample, Template(position, result.template)


def _template(sample: Sample) -> Template:
    return Template(sample.position, nbis.read_minutiae(coding.decode(sample.data, sample.format)))


def _iris(position: Position, image: Image, verdict: Verdict) -> Sample:
    data = coding.iris_to_jpeg2000(pixels_of(image))
    return Sample(position, ImageFormat.JPEG2000, data, verdict, image.width, image.height)
