"""How plain it is behind the head: what of the picture is the person, and what of the rest is not one colour.

A model of the backdrop (one colour and a smooth fall of light) is fitted to the frame around the patch, robustly, so
that a corner full of something else does not draw it away. What differs from it and hangs together with the face is
the person: hair, scarf and shoulders, however broad. The rest that differs is clutter, and so is what reaches the
patch's side, as a sofa, a horizon or a wall behind does: nobody's head is as broad as that. Only a scarf's fall
may be, or long hair: they come down to the side, steeply, below the eyes, while furniture lies level.

Measured on a thumbnail, 4 pixels of the patch to a cell: 0.05 of the eye distance, so that noise and weave are gone.
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.face.aligned import CENTRE_X, EYE_DISTANCE, EYES_Y, HEIGHT, WIDTH, Aligned

Cells = NDArray[np.bool_]
Lab = NDArray[np.float32]

_CELL: Final = 4
_SHAPE: Final = (HEIGHT // _CELL, WIDTH // _CELL)
_ROWS, _COLUMNS = np.mgrid[: _SHAPE[0], : _SHAPE[1]]
_X: Final = ((_COLUMNS + 0.5) * _CELL - CENTRE_X) / EYE_DISTANCE
_Y: Final = ((_ROWS + 0.5) * _CELL - EYES_Y) / EYE_DISTANCE
"""Each cell's place from the middle between the eyes, in eye distances."""
_LOWEST: Final = 1.5
"""Down to the chin: shoulders lie lower where the backdrop shows beside them, 1.6 and more."""
_TOP: Final = (_Y < -2.0) & (np.abs(_X) > 1.0)
"""Above the crown, beside the highest hair and turbans."""
_RIM: Final = ((np.abs(_X) > 2.08) & (_Y < _LOWEST)) | _TOP
"""Where nobody is. Measured: broad hair reaches 2.0, scarves 1.9 at the mouth."""
_MODEL: Final = ((np.abs(_X) > 1.9) & (_Y < _LOWEST)) | _TOP
_ZONE: Final = ((np.abs(_X) > 1.3) & (_Y < _LOWEST)) | _TOP
_BESIDE: Final = 1.6
"""Beyond this a row that something other reaches from the side is all of it: usual hair ends there."""
_CLEAR: Final = _ZONE & (np.abs(_X) > np.where(_Y < 0, 1.65, 1.9))
"""Where a scarf of the backdrop's own colour, that no colour tells from it, has none of its folds."""
_FACE: Final = _X**2 + ((_Y - 0.25) / 1.6) ** 2 < 1
_FEWEST: Final = 90
"""Cells of the frame without which nothing is said."""
_SURFACE: Final = np.stack((np.ones_like(_X), _X, _Y, _X**2, _Y**2), -1).astype(np.float32)
_STIFF: Final = np.diag((0.0, 1.0, 1.0, 4.0, 4.0)) * 0.002
"""Against a surface that follows what is clutter."""
_ROUNDS: Final = 5
_LIGHT: Final = 0.5
"""How much counts what light alone makes of a colour: it falls off over one cloth, and lies in its folds."""
OTHER: Final = 8.0
"""Distance in CIELAB, so weighed, from the backdrop's model that is something else. Measured: cloth, walls and
their folds stay under 5."""
STEP: Final = 4.0
"""The same within four cells that is an edge, on both sides of which the model may yet be near."""
_LONG: Final = 8
"""Cells across or down from which an edge is one, 0.4 eye distances, and no blotch of a coarse JPEG."""
_SIDE: Final = 7
"""Columns at each side in which the fall of a scarf is followed: 0.35 eye distances."""
_STEEP: Final = 1.0
"""Rows by which it falls a column, at least."""
_AROUND: Final = np.ones((7, 7), np.uint8)
"""Cells around the person and the picture's edge in which no edge is looked for."""


class Behind(msgspec.Struct, frozen=True):
    """What stands behind, as shares of what is seen of it."""

    clutter: float
    """Of another colour than the backdrop."""
    edges: float
    """Where it changes at once."""
    plain: Cells
    """Which cells of the thumbnail are the backdrop."""
    colours: NDArray[np.uint8]
    """Their colours: (number, 3)."""

    def on_patch(self) -> Cells:
        """The backdrop on the patch itself, a cell inside its outline."""
        inside = cv2.erode(self.plain.astype(np.uint8), np.ones((3, 3), np.uint8))
        return np.asarray(cv2.resize(inside, (WIDTH, HEIGHT), interpolation=cv2.INTER_NEAREST) > 0)


def measure_behind(face: Aligned) -> Behind | None:
    """None where the picture shows too little beside the head."""
    size = _SHAPE[::-1]
    lit = cv2.resize(face.rgb[: _SHAPE[0] * _CELL, : _SHAPE[1] * _CELL], size, interpolation=cv2.INTER_AREA)
    lab = np.asarray(cv2.cvtColor(lit.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
    shown = face.inside[_CELL // 2 :: _CELL, _CELL // 2 :: _CELL][: _SHAPE[0], : _SHAPE[1]]
    inner = cv2.erode(shown.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1) > 0
    if int((_MODEL & inner).sum()) < _FEWEST:
        return None
    lab = _shaded(lab, np.median(lab[_MODEL & inner], axis=0))
    other = np.sqrt(((lab - _fitted(lab, _MODEL & inner)) ** 2).sum(-1)) > OTHER
    person = _person(other)
    counted = inner & ((_ZONE & ~person) | _reached(other & inner, _falls(other & inner)))
    plain = inner & _ZONE & ~person & ~other
    if int(plain.sum()) < _FEWEST:
        plain = inner & _MODEL
    return Behind(
        clutter=float((other & counted).sum() / max(int(counted.sum()), 1)),
        edges=_edges(lab, inner, person),
        plain=plain,
        colours=np.asarray(lit[plain], np.uint8),
    )


def _shaded(lab: Lab, middle: Lab) -> Lab:
    """Colours by the light of one of them, weighed, and by two parts across it.

    L* + 16, a* and b* all grow with the cube root of the light.
    """
    way = middle + np.array((16.0, 0.0, 0.0), np.float32)
    _, _, axes = np.linalg.svd(way[None].astype(np.float64))
    return np.asarray(lab @ (axes.T * (_LIGHT, 1.0, 1.0)), np.float32)


def _fitted(lab: Lab, on: Cells) -> Lab:
    """The backdrop's model for every cell, by weights that leave out what lies far from it.

    Light falls off over it and may change its hue, so that each part is a surface.
    """
    surface, values = _SURFACE[on].astype(np.float64), lab[on].astype(np.float64)
    found = np.zeros((surface.shape[1], 3))
    found[0] = np.median(values, axis=0)
    for number in range(_ROUNDS):
        off = ((values - surface @ found) ** 2).sum(1)
        weights = 1 / (1 + off / (64.0 if number < 2 else 16.0)) ** 2
        weighted = surface * weights[:, None]
        found = np.linalg.solve(surface.T @ weighted + _STIFF * weights.sum(), weighted.T @ values)
    return np.asarray(_SURFACE @ found, np.float32)


def _person(other: Cells) -> Cells:
    """What differs from the backdrop and hangs together with the face."""
    _, labels = cv2.connectedComponents((other | _FACE).astype(np.uint8), connectivity=4)
    own = int(labels[EYES_Y // _CELL, CENTRE_X // _CELL])
    return np.asarray(np.equal(labels, own), np.bool_)


def _falls(other: Cells) -> Cells:
    """The sides at which what differs comes down from the head: all cells of such a side."""
    found = np.zeros(_SHAPE, np.bool_)
    filled = cv2.morphologyEx(other.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)) > 0
    lowest, eyes = int((_LOWEST * EYE_DISTANCE + EYES_Y) / _CELL), EYES_Y // _CELL
    for side in (np.s_[:, _SIDE - 1 :: -1], np.s_[:, -_SIDE:]):
        columns = filled[side][:lowest]
        # How far up from the chin each column is filled, outermost last.
        tops = lowest - np.cumprod(columns[::-1], axis=0).sum(0)
        if tops[-1] > eyes and tops[-1] - tops[0] >= _STEEP * (_SIDE - 1):
            found[side] = True
    return found


def _reached(other: Cells, falls: Cells) -> Cells:
    """What is no person's though it hangs together with one: the rows of which something other reaches the rim."""
    found = _TOP & ~falls
    rim = _RIM & other & ~falls
    for side in (_X < -_BESIDE, _X > _BESIDE):
        found |= side & (rim & side).any(1)[:, None]
    return np.asarray(found, np.bool_)


def _edges(lab: Lab, inner: Cells, person: Cells) -> float:
    """Share of the backdrop that lies at an edge."""
    smooth = cv2.GaussianBlur(lab, (0, 0), 1.0)
    step = np.zeros(_SHAPE, np.float32)
    step[:, 2:-2] = ((smooth[:, 4:] - smooth[:, :-4]) ** 2).sum(-1)
    step[2:-2] = np.maximum(step[2:-2], ((smooth[4:] - smooth[:-4]) ** 2).sum(-1))
    away = cv2.dilate(person.astype(np.uint8), _AROUND) == 0
    away &= cv2.erode(inner.astype(np.uint8), _AROUND, borderValue=1) > 0
    where = away & _CLEAR
    if int(where.sum()) < _FEWEST:
        return 0.0
    edges = ((step > STEP**2) & where).astype(np.uint8)
    _, _, boxes, _ = cv2.connectedComponentsWithStats(edges, connectivity=8)
    long = boxes[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(1, initial=0) >= _LONG
    return float(boxes[1:, cv2.CC_STAT_AREA][long].sum() / where.sum())
