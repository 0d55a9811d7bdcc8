"""From a measured value to the 0 to 100 scale that OFIQ publishes for it: "OFIQ-scaled" values.

OFIQ is the reference implementation of ISO/IEC 29794-5. The numbers are those of its `ofiq_config.jaxn` and, where that
has none, of its documentation; a test holds them against native and scaled value of the 28 pictures of its
`expected_results.csv`. Only the scale is OFIQ's: the values come from other models than its own, so the results are
never to be called OFIQ scores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, exp, floor, pi, radians, sin
from typing import Final

import msgspec


class Sigmoid(msgspec.Struct, frozen=True):
    """height * (offset + sign * logistic((value - middle) / width)), the shape of most of OFIQ's mappings."""

    height: float
    middle: float
    width: float
    offset: float = 0.0
    sign: float = 1.0

    def __call__(self, value: float) -> float:
        return self.height * (self.offset + self.sign * logistic(value, self.middle, self.width))


def logistic(value: float, middle: float, width: float) -> float:
    return 1 / (1 + exp(-max(-700.0, min(700.0, (value - middle) / width))))


def _falling(height: float, middle: float, width: float, offset: float = 1.0) -> Sigmoid:
    return Sigmoid(height, middle, width, offset, -1.0)


_HEAD_SIZE: Final = _falling(200, 0.0, 0.05)


def _head_size(value: float) -> float:
    return _HEAD_SIZE(abs(value - 0.45))


def _angle(degrees: float) -> float:
    return 100 * max(0.0, cos(radians(degrees))) ** 2


def _luminance_mean(value: float) -> float:
    return 100 * logistic(value, 0.2, 0.05) * (1 - logistic(value, 0.8, 0.05))


def _luminance_variance(value: float) -> float:
    return 100 * sin(pi * 60 * value / (60 * value + 1))


_MARGIN_SIDE: Final = Sigmoid(100, 0.9, 0.1)

MAPPINGS: Final[Mapping[str, Callable[[float], float]]] = {
    "BackgroundUniformity": _falling(190, 10, 100),
    "IlluminationUniformity": lambda value: 100 * max(0.0, value) ** 0.3,
    "LuminanceMean": _luminance_mean,
    "LuminanceVariance": _luminance_variance,
    "UnderExposurePrevention": _falling(120, 0.92, 0.05, 0.832),
    "OverExposurePrevention": lambda value: 1 / (value + 0.01),
    "DynamicRange": lambda value: 12.5 * value,
    "NaturalColour": _falling(200, 0, 10),
    "SingleFacePresent": lambda value: 100 * (1 - value),
    "EyesOpen": Sigmoid(100, 0.02, 0.01),
    "MouthClosed": _falling(100, 0.2, 0.06),
    "InterEyeDistance": Sigmoid(100, 70, 20),
    "HeadSize": _head_size,
    "LeftwardCropOfTheFaceImage": _MARGIN_SIDE,
    "RightwardCropOfTheFaceImage": _MARGIN_SIDE,
    "MarginAboveOfTheFaceImage": Sigmoid(100, 1.4, 0.1),
    "MarginBelowOfTheFaceImage": Sigmoid(100, 1.8, 0.1),
    "HeadPoseYaw": _angle,
    "HeadPosePitch": _angle,
    "HeadPoseRoll": _angle,
}
"""Native value to scaled value, before rounding, by OFIQ's name of the measure."""


def scale(measure: str, native: float) -> int:
    """The OFIQ-scaled value of a native one: a whole number from 0 to 100."""
    return floor(min(max(MAPPINGS[measure](native), 0.0), 100.0) + 0.5)
