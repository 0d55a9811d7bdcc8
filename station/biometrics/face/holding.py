"""Limits that hold: of live frames, what was good stays good, and what was wrong stays wrong, a little past its limit.

A measure that stands at its limit falls to either side of it from frame to frame; so would the instruction. Its limit
therefore moves away from the side on which it was in the last frame. A still is judged by the limits themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from station.biometrics.face.advise import UNSOUND
from station.biometrics.samples import Measure

MARGIN: Final = 0.03
"""How far a limit moves, over itself. Measured before a camera's noise and a body's sway: standard deviations of most
measures are 0.1 to 0.9 % of their limit."""
MARGINS: Final[Mapping[str, float]] = dict.fromkeys(("yaw", "pitch", "roll", "eyes_open", "mouth_open", "motion"), 0.1)
"""The same for the restless ones: their standard deviations are 2 to 8 %."""
FIXED: Final = UNSOUND | {"faces"}
"""What is no question of a little more or less."""


def hold(measures: Sequence[Measure], before: Sequence[Measure]) -> tuple[Measure, ...]:
    """The measures of a frame, their limits moved by how those of the frame before came out."""
    passed = {measure.name: measure.passed for measure in before if measure.name not in FIXED}
    return tuple(_moved(measure, passed[measure.name]) if measure.name in passed else measure for measure in measures)


def _moved(measure: Measure, passed: bool) -> Measure:
    share = MARGINS.get(measure.name, MARGIN) * (1 if passed else -1)
    return msgspec.structs.replace(
        measure,
        low=None if measure.low is None else measure.low - share * abs(measure.low),
        high=None if measure.high is None else measure.high + share * abs(measure.high),
    )
