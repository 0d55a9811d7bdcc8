"""A look at a live frame against the least that it needs: YuNet finding the face, and one mesh laid on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from station.bench.measures.ratio import Ratio, compare
from station.bench.people import faces
from station.bench.people.likeness import Head, make_face
from station.biometrics import face
from station.biometrics.face import models
from station.biometrics.face.detection import LOOK
from station.biometrics.face.mesh import SIDE
from station.biometrics.gates import FaceGate

Colour = NDArray[np.uint8]

LIMIT: Final = 2.0
RUNS: Final = 15
FRAMES: Final = 24
"""One and a half seconds before the camera, at 1280x720."""


def measure(folder: Path, progress: Callable[[str], None]) -> Ratio:
    """Both sides see the same frames; the station's look goes on from frame to frame, as at the photo."""
    del folder
    progress(f"looking at {FRAMES} live frames {RUNS} times")
    person = make_face(3, Head.HEAD_SCARF)
    frames = [faces.frame(person, faces.RED, number / 15) for number in range(FRAMES)]
    return compare(
        "a look at a live frame",
        (f"judge {FRAMES} frames of 1280x720", lambda: _judge(frames)),
        ("bare YuNet and mesh on the same", lambda: _bare(frames)),
        limit=LIMIT,
        runs=RUNS,
    )


def _judge(frames: list[Colour]) -> None:
    gate, result = FaceGate(), None
    for frame in frames:
        result = face.examine(frame, gate, result, face.Backdrop.RED)


def _bare(frames: list[Colour]) -> None:
    """What any program does at least: shrink, detect, cut the box, lay the mesh."""
    for frame in frames:
        scale = LOOK / frame.shape[1]
        small = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        detector = models.yunet(small.shape[1], small.shape[0])
        _, rows = detector.detect(cv2.cvtColor(small, cv2.COLOR_RGB2BGR))
        left, top, width, height = (max(0, int(value / scale)) for value in rows[0][:4])
        box = frame[top : top + height, left : left + width]
        models.run(models.MESH, np.asarray(cv2.resize(box, (SIDE, SIDE)), np.uint8))
