"""Finds what does not fit on a screen: cut texts, things over one another, targets too small for a finger."""

from __future__ import annotations

from itertools import combinations
from typing import Final

import msgspec

from station.screens.sight import TOUCHED, Seen
from station.screens.theme import Audience

TARGETS: Final = {Audience.STUDENT: 96, Audience.OPERATOR: 56}
"""Least height of what is touched, in pixels at 1280x800."""
LETTERS: Final = {Audience.STUDENT: 16, Audience.OPERATOR: 12}
"""Least size of a text, likewise: what shrinks further is to be wrapped or given room."""
READABLE: Final = 11
"""Least size of a text in pixels of the window, however small that is."""
SOLID: Final = frozenset({"label", "button", "key", "input", "step", "measure"})
"""Roles that nothing else may lie over. Pictures may carry text, lists their rows."""
SLACK: Final = 2.0
"""Pixels by which edges may meet without being an overlap: rounding of a layout."""


class Misfit(msgspec.Struct, frozen=True):
    """One thing that does not fit."""

    rule: str
    """`cut-text`, `small-text`, `cut-off`, `overlap` or `small-target`."""
    what: str


def misfits(seen: list[Seen], audience: Audience, scale: float) -> list[Misfit]:
    """Everything that does not fit among what is visible, at `scale` window pixels per pixel at 1280x800."""
    found: list[Misfit] = []
    solid = [thing for thing in seen if thing.role in SOLID]
    for thing in solid:
        if thing.clipped:
            found.append(Misfit("cut-text", _name(thing)))
        if 0 < thing.letters < max(READABLE, LETTERS[audience] * scale - 0.5):
            found.append(Misfit("small-text", f"{_name(thing)} in {thing.letters:.0f} px"))
        if thing.cut == "window":
            found.append(Misfit("cut-off", f"{_name(thing)} lies beyond the window's edge"))
    for one, other in combinations(solid, 2):
        across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
        up = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
        if across > SLACK and up > SLACK:
            found.append(Misfit("overlap", f"{_name(one)} and {_name(other)} by {across:.0f}x{up:.0f} px"))
    least = TARGETS[audience] * scale - 0.5
    for thing in seen:
        if thing.role in TOUCHED and not thing.cut and thing.height < least:
            found.append(Misfit("small-target", f"{_name(thing)} is {thing.height:.0f} px high, not {least:.0f}"))
    return found


def _name(thing: Seen) -> str:
    return f"{thing.kind} {thing.text[:40]!r}"
