"""Handwriting and print on a platen's picture or an inked card, that look like a finger's end by their outline.

What tells them from a print is the width of what is dark and light: ridges and valleys stand 0.25 to 0.8 mm apart over
the whole of a finger's end, pen strokes leave paper between them. So does a wet finger's pool, but that is dark
throughout, and a dry finger's ridges are broken, but as wide as others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.ridged import PATCH, ridge_shares
from station.biometrics.tips import CELL, RidgeMap, Tip, frame

RIDGED: Final = 0.45
"""Share of the contrast as wide as ridges, the median over an end, under which it is writing. Measured: handwriting on
an inked card 0.30, real ends beside it 0.63 to 0.83, generated ones 0.93 and more, dry ones from 0.7."""
_FILLED: Final = 0.6
"""Share of a square that must have contrast."""
_FEWEST: Final = 3
"""Squares that say anything."""
_END: Final = (0.6, 0.75)
"""Half the breadth and height of an end, in its widths."""
_AROUND: Final = (0.9, 1.1)
"""The same of what is taken away with it."""
_PAPER: Final = 0.4
"""How near the middle grey of writing is to the paper's, as a share of the way from there to its ink: of a pool it is
dark."""


def find_written(image: NDArray[np.uint8], ridges: RidgeMap, tips: Sequence[Tip]) -> list[Tip]:
    """Which of the ends on a grey picture at 500 ppi are writing."""
    return [tip for tip in tips if _is_written(image, ridges, tip)]


def without(ridges: RidgeMap, written: Sequence[Tip]) -> RidgeMap:
    """The map without what lies at these ends."""
    skin, dark = ridges.skin.copy(), ridges.dark.copy()
    for tip in written:
        across, down = frame(tip, (slice(0, skin.shape[0]), slice(0, skin.shape[1])))
        taken = (np.abs(across) < _AROUND[0]) & (np.abs(down) < _AROUND[1])
        skin[taken] = dark[taken] = 0
    return msgspec.structs.replace(ridges, skin=skin, dark=dark)


def _is_written(image: NDArray[np.uint8], ridges: RidgeMap, tip: Tip) -> bool:
    across, down = frame(tip, (slice(0, ridges.skin.shape[0]), slice(0, ridges.skin.shape[1])))
    end = (np.abs(across) < _END[0]) & (np.abs(down) < _END[1]) & (ridges.skin > 0)
    if not end.any():
        return False
    rows, columns = np.nonzero(end)
    top, left = max(int(rows.min()) * CELL - PATCH // 2, 0), max(int(columns.min()) * CELL - PATCH // 2, 0)
    part = image[top : (int(rows.max()) + 1) * CELL + PATCH // 2, left : (int(columns.max()) + 1) * CELL + PATCH // 2]
    cells = end[top // CELL :, left // CELL :].astype(np.uint8)
    region = cv2.resize(cells, None, fx=CELL, fy=CELL, interpolation=cv2.INTER_NEAREST)[
        : part.shape[0], : part.shape[1]
    ]
    part = part[: region.shape[0], : region.shape[1]]
    ink, middle, paper = (float(grey) for grey in np.percentile(part[region > 0], (5, 50, 95)))
    if paper - middle > _PAPER * (paper - ink):
        return False
    shares = ridge_shares(part.astype(np.float32), region > 0, _FILLED)
    return shares.size >= _FEWEST and float(np.median(shares)) < RIDGED
