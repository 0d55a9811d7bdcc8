"""Rectangles with round corners and their outlines, as instructions for .kv files: `Plate` and `Edge`.

Kivy's own smooth shapes are drawn as some hundred triangles each; a processor that draws without a GPU spent a third of
every frame on them. Here the corners are drawn once into a small texture, and a shape is nine textured quads, an
outline eight. What is not to be seen gets the size (0, 0): with a clear colour alone it would cost as much.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, ClassVar, Final

from kivy.factory import Factory
from kivy.graphics import Mesh

from station.screens.widgets.drawing import OVERSAMPLING, Pencil, rounded, tintable

_CELLS: Final = tuple((column, row) for row in range(3) for column in range(3))


def _triangles(cells: Sequence[tuple[int, int]]) -> list[int]:
    """Of cells of a grid of 3 by 3, over its 16 points: two a cell."""
    corners = [row * 4 + column for column, row in cells]
    return [point for at in corners for point in (at, at + 1, at + 5, at, at + 5, at + 4)]


class _Patch(Mesh):
    """A texture with corners that keep their size, and a middle that is stretched; sizes in pixels of the window."""

    indices_used: ClassVar[list[int]]

    def __init__(self, pos: Sequence[float] = (0, 0), size: Sequence[float] = (0, 0), radius: float = 0.0) -> None:
        super().__init__(mode="triangles")
        self._pos, self._size, self._radius = pos, size, radius
        self._corner = 1
        self._redraw()

    def _drawn(self) -> tuple[int, Any]:
        """Side of the corners in pixels, and the texture: corners with two pixels between them."""
        raise NotImplementedError

    def _redraw(self) -> None:
        self._corner, texture = self._drawn()
        self.texture = texture
        self._lay()

    def _lay(self) -> None:
        if min(self._size) <= 0:
            self.indices, self.vertices = [], []
            return
        corner, side = self._corner, 2 * self._corner + 2
        across, up = (
            ((at, 0.0), (at + within, corner / side), (at + length - within, 1 - corner / side), (at + length, 1.0))
            for at, length in zip(self._pos, self._size, strict=True)
            for within in (min(corner, length / 2),)
        )
        self.vertices = [value for y, v in up for x, u in across for value in (x, y, u, v)]
        self.indices = self.indices_used

    @property
    def pos(self) -> Sequence[float]:
        """Lower left corner."""
        return self._pos

    @pos.setter
    def pos(self, pos: Sequence[float]) -> None:
        self._pos = pos
        self._lay()

    @property
    def size(self) -> Sequence[float]:
        """Width and height."""
        return self._size

    @size.setter
    def size(self, size: Sequence[float]) -> None:
        self._size = size
        self._lay()

    @property
    def radius(self) -> float:
        """Of the outer corners."""
        return self._radius

    @radius.setter
    def radius(self, radius: float) -> None:
        self._radius = radius
        self._redraw()


class Plate(_Patch):
    """A filled rectangle."""

    indices_used = _triangles(_CELLS)

    def _drawn(self) -> tuple[int, Any]:
        corner = max(1, math.ceil(self._radius))
        return corner, _filled(corner, round(self._radius, 1))


class Edge(_Patch):
    """The outline of a rectangle, drawn inside it."""

    indices_used = _triangles([cell for cell in _CELLS if cell != (1, 1)])

    def __init__(self, width: float = 1.0, **given: Any) -> None:
        self._width = width
        super().__init__(**given)

    def _drawn(self) -> tuple[int, Any]:
        corner = math.ceil(max(self._radius, self._width, 1.0))
        return corner, _outlined(corner, round(self._radius, 1), round(self._width, 1))

    @property
    def width(self) -> float:
        """Of the line."""
        return self._width

    @width.setter
    def width(self, width: float) -> None:
        self._width = width
        self._redraw()


@lru_cache(maxsize=64)
def _filled(corner: int, radius: float) -> Any:
    side = 2 * corner + 2
    pencil = Pencil(side, side, (side, side))
    pencil.area(_inside(side, 0.0, radius))
    return _kept(pencil)


@lru_cache(maxsize=64)
def _outlined(corner: int, radius: float, width: float) -> Any:
    side = 2 * corner + 2
    pencil = Pencil(side, side, (side, side))
    pencil.area(_inside(side, 0.0, radius))
    pencil.area(_inside(side, width, max(0.0, radius - width)), cover=0)
    return _kept(pencil)


def _inside(side: int, margin: float, radius: float) -> list[tuple[float, float]]:
    # A polygon fills the pixels on its right and lower border too.
    end = side - margin - 1 / OVERSAMPLING
    return rounded(margin, margin, end, end, radius)


def _kept(pencil: Pencil) -> Any:
    texture = tintable(pencil.drawn())
    # A corner is as large as its picture, and between them is one colour: nothing to interpolate, at a third of the
    # cost.
    texture.min_filter = texture.mag_filter = "nearest"
    return texture


Factory.register("Plate", cls=Plate)
Factory.register("Edge", cls=Edge)
