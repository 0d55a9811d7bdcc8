"""How ridges arch over a finger's end: what tells an end from a phalanx, and its upper half from its lower one."""

from __future__ import annotations

import numpy as np

from station.biometrics.tips import CELL, RidgeMap, Tip

_HALF_WIDTH = 0.5
_UPPER = (-0.65, -0.1)
_FEWEST = 10


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
        rows, columns = np.mgrid[: skin.shape[0], : skin.shape[1]].astype(np.float32)
        dx = ((columns + near[1].start + 0.5) * CELL - tip.x) / tip.width
        dy = ((rows + near[0].start + 0.5) * CELL - tip.y) / tip.width
        turn = float(np.deg2rad(tip.angle))
        sine, cosine = float(np.sin(turn)), float(np.cos(turn))
        across, down = cosine * dx + sine * dy, -sine * dx + cosine * dy
        upper = (np.abs(across) < _HALF_WIDTH) & (down > _UPPER[0]) & (down < _UPPER[1]) & (skin > 0)
        if upper.sum() < _FEWEST:
            return 0.0
        level = self._direction[near][upper] * np.exp(-2j * turn)
        return float((level.imag * 2 * across[upper]).mean())
