"""What a drawn hand or eye says of each position, from the capture under way. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from station.biometrics.samples import Position
from station.enrolment.capture import Live, Phase
from station.enrolment.steps import CAPTURES, Step
from station.screens.widgets.hands import Mark


def marks(step: Step, missing: Iterable[Position], live: Live) -> dict[Position, Mark]:
    """A mark for each position that the step is about; the others stay idle.

    While a new attempt is judged all that is asked for is lit again: the last verdict no longer holds.
    """
    left_out = frozenset(missing)
    found: dict[Position, Mark] = {}
    for position in CAPTURES[step]:
        score = live.scores.get(position) if live.step is step and live.phase is not Phase.JUDGING else None
        if position in left_out:
            found[position] = Mark.MISSING
        elif score is None:
            found[position] = Mark.ASKED
        else:
            found[position] = Mark.GOOD if score[1] else Mark.POOR
    return found
