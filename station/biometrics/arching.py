"""How ridges arch over a finger's end: what tells an end from a phalanx, and its upper half from its lower one."""

from __future__ import annotations

from typing import Final

import numpy as np

from station.biometrics.tips import CELL, RidgeMap, Tip, frame

_HALF_WIDTH: Final = 0.5
"""How far to each side of a finger's axis ridges are looked at, in its widths."""
_UPPER: Final = (-0.65, -0.1)
"""From where to where above its middle, in its widths."""
_FEWEST: Final = 10
"""Cells of skin that say anything."""


class Arches:
    """Answers for one platen."""

    def __init__(self, ridges: RidgeMap) -> None:
        self._skin = ridges.skin
        self._direction = ridges.turn / (np.abs(ridges.turn) + 1e-6) * ridges.coherence
        self._known: dict[Tip, float] = {}

    def of(self, tip: Tip) -> float:
        """How much ridges rise towards the middle in the upper half: 0.15 to 0.35 at finger ends, about 0 elsewhere."""
        if tip not in self._known:
            self._known[tip] = self._measured(tip)
        return self._known[tip]

    def mean(self, tips: tuple[Tip, ...] | list[Tip]) -> float:
        """Over several ends; 0 where there are none."""
        return float(np.mean([self.of(tip) for tip in tips])) if tips else 0.0

    def _measured(self, tip: Tip) -> float:
        reach = int(tip.width / CELL) + 1
        row, column = int(tip.y / CELL), int(tip.x / CELL)
        near = (slice(max(row - reach, 0), max(row + reach, 0)), slice(max(column - reach, 0), max(column + reach, 0)))
        skin = self._skin[near]
        # A slice may reach over the map's edge, its cells may not.
        rows, columns = (slice(part.start, part.start + size) for part, size in zip(near, skin.shape, strict=True))
        across, down = frame(tip, (rows, columns))
        upper = (np.abs(across) < _HALF_WIDTH) & (down > _UPPER[0]) & (down < _UPPER[1]) & (skin > 0)
        if upper.sum() < _FEWEST:
            return 0.0
        level = self._direction[near][upper] * np.exp(-2j * np.deg2rad(tip.angle))
        return float((level.imag * 2 * across[upper]).mean())
