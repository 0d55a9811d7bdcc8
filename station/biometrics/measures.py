"""How measures of different kinds become one score."""

from __future__ import annotations

from station.biometrics.samples import Measure


def scaled(measure: Measure) -> int:
    """A measure on the scale of 0 to 100 on which its limit is 50: so measures of all kinds compare.

    A lower limit scales in proportion (twice the limit is 100), an upper one falls from 100 at zero; a negative lower
    limit is one to the other side, as for an angle.
    """
    parts = [100.0]
    if measure.low is not None and measure.low != 0:
        share = 50 * measure.value / measure.low
        parts.append(share if measure.low > 0 else 100 - share)
    if measure.high is not None and measure.high > 0:
        parts.append(100 - 50 * measure.value / measure.high)
    return round(min(max(min(parts), 0.0), 100.0))
