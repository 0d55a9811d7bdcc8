"""NIKs that lost their last digit in a spreadsheet and were then saved as text: what a whole list shows.

A spreadsheet keeps 15 digits, so a 16-digit number that was ever a number ends in 0. In a numeric cell, in
scientific notation and with a serial 0000 (which is never issued, and is what becomes of 0001 to 0009) that is
certain for the row alone. Otherwise a last 0 is nothing: at most one NIK in ten ends so by right. Only the list
can tell, and it does so with a known rate of error:

- More zeros than chance gives to one sheet in a thousand, and so many that most of them must be damage: not taken.
- More than chance gives to one sheet in a hundred, or any zero where another number of the sheet is certainly
  damaged: kept, and to be compared with the KK.

A single damaged NIK among whole ones, whose serial is above 0009, cannot be seen and is not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

BY_RIGHT: Final = 0.1
"""Share of serials that end in 0; of those in use fewer do, because most are below 0010."""
CERTAIN: Final = 0.001
DOUBTFUL: Final = 0.01


def judge(niks: Sequence[str], *, others_damaged: bool) -> str:
    """What the NIKs of a sheet that end in 0 are: the code of a finding for each of them, or empty.

    `others_damaged`: the sheet has numbers that a spreadsheet has certainly cut.
    """
    zeros = sum(1 for nik in niks if nik.endswith("0"))
    if not zeros:
        return ""
    chance = at_least(zeros, len(niks))
    innocent = (len(niks) - zeros) * BY_RIGHT / (1 - BY_RIGHT)
    if chance <= CERTAIN and innocent <= zeros / 2:
        return "nik-spreadsheet-damaged"
    return "nik-perhaps-damaged" if chance <= DOUBTFUL or others_damaged else ""


def at_least(zeros: int, count: int) -> float:
    """The probability that so many or more of `count` NIKs end in 0 by right (binomial)."""
    if zeros <= count * BY_RIGHT:
        return 1.0
    logs = math.log(BY_RIGHT), math.log(1 - BY_RIGHT)
    term = math.exp(
        math.lgamma(count + 1) - math.lgamma(zeros + 1) - math.lgamma(count - zeros + 1)
        + zeros * logs[0] + (count - zeros) * logs[1]
    )  # fmt: skip
    total = 0.0
    for more in range(zeros, count + 1):
        total += term
        term *= (count - more) / (more + 1) * BY_RIGHT / (1 - BY_RIGHT)
    return min(round(total, 9), 1.0)
