"""A boundary made exact: edge points angle by angle, and the ellipse or circle that most of them lie on.

A circle has three numbers and an ellipse five; the ellipse is taken only where points stand on most sides and agree on
it, since lids take the top and bottom of a limbus, and half a circle's points fit many ellipses.
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float32]

ANGLES: Final = np.linspace(0, 2 * np.pi, 144, endpoint=False).astype(np.float32)
NEAR: Final = 0.02
"""Points this far from a fit, in radii, still lie on it."""
FLATTEST: Final = 0.87
"""Short over long axis. Eyes turned by 30 degrees are this flat; a flatter fit is a fit to something else."""


class Ellipse(msgspec.Struct, frozen=True):
    """A boundary in pixels; `angle` is that of the first half-axis against the rows, in radians."""

    x: float
    y: float
    first: float
    second: float
    angle: float = 0.0

    @property
    def radius(self) -> float:
        """Of the circle with the same area."""
        return float(np.sqrt(self.first * self.second))

    def scaled(self, by: float) -> Ellipse:
        """The same in a picture `by` times the size."""
        return Ellipse(self.x * by, self.y * by, self.first * by, self.second * by, self.angle)

    def share(self, columns: Real, rows: Real) -> Real:
        """How far out each pixel is: 0 in the middle, 1 on the boundary."""
        dx, dy = columns - self.x, rows - self.y
        along = dx * np.cos(self.angle) + dy * np.sin(self.angle)
        across = dy * np.cos(self.angle) - dx * np.sin(self.angle)
        return np.asarray(np.hypot(along / self.first, across / self.second), np.float32)

    def points(self, angles: Real) -> tuple[Real, Real]:
        """x and y of the boundary in the given directions from the middle."""
        turned = angles - self.angle
        far = 1 / np.hypot(np.cos(turned) / self.first, np.sin(turned) / self.second)
        return (
            np.asarray(self.x + far * np.cos(angles), np.float32),
            np.asarray(self.y + far * np.sin(angles), np.float32),
        )


def refine(rises: Real, radii: Real, known: Ellipse, like: Ellipse, trusted: NDArray[np.bool_]) -> Ellipse:
    """The ellipse through the edges near a circle. `rises` holds them by radius and by ANGLES.

    Where too few sides show for an ellipse of its own, it has the shape of `like` or of a circle, whichever fits
    better. Only `trusted` angles count for that; an ellipse of its own may lean on all.
    """
    height = rises.max(axis=0)
    clear = height > 0.4 * float(np.median(height))
    far = radii[rises.argmax(axis=0)]
    x = np.asarray(known.x + far * np.cos(ANGLES), np.float32)
    y = np.asarray(known.y + far * np.sin(ANGLES), np.float32)
    # The first fit leans on the circle that is known: what is far from it is a lid, a lash, the collarette.
    first = clear & trusted & (np.abs(far - known.first) < 0.07 * known.first)
    round_ = Ellipse(0, 0, 1, 1)
    fits = [_of_shape(x, y, first, clear & trusted, shape) for shape in (round_, like)]
    whole = [fit for fit in fits if fit is not None and abs(fit[0].radius - known.first) < 0.1 * known.first]
    if not whole:
        return known
    best = whole[0]
    # A pupil has dents of its own, so its shape must fit clearly better than a circle.
    if len(whole) == 2 and _on(whole[1][0], x, y, clear) > 1.04 * _on(best[0], x, y, clear):
        best = whole[1]
    own = _ellipse(x, y, best[1], clear, best[0])
    near = clear & (np.minimum(_off(own, x, y), _off(best[0], x, y)) < NEAR)
    return own if _off(own, x, y)[near].mean() < 0.95 * _off(best[0], x, y)[near].mean() else best[0]


def _off(fitted: Ellipse, x: Real, y: Real) -> Real:
    """How far each point lies from it, in radii."""
    return np.asarray(np.abs(fitted.share(x, y) - 1), np.float32)


def _on(fitted: Ellipse, x: Real, y: Real, clear: NDArray[np.bool_]) -> int:
    """How many points lie on it, almost exactly."""
    return int((clear & (_off(fitted, x, y) < max(NEAR / 2, 0.7 / fitted.radius))).sum())


def _of_shape(
    x: Real, y: Real, keep: NDArray[np.bool_], clear: NDArray[np.bool_], shape: Ellipse
) -> tuple[Ellipse, NDArray[np.bool_]] | None:
    """The ellipse with the axes of `shape`, and the points on it."""
    cos, sin = float(np.cos(shape.angle)), float(np.sin(shape.angle))
    across, down = shape.first / shape.radius, shape.second / shape.radius
    u, v = (x * cos + y * sin) / across, (y * cos - x * sin) / down
    for _ in range(5):
        if keep.sum() < 24:
            return None
        middle_u, middle_v, radius = _circle(np.asarray(u[keep], np.float32), np.asarray(v[keep], np.float32))
        off = np.abs(np.hypot(u - middle_u, v - middle_v) - radius)
        keep = clear & (off < NEAR * radius)
    along, aside = middle_u * across, middle_v * down
    fitted = Ellipse(along * cos - aside * sin, along * sin + aside * cos, radius * across, radius * down, shape.angle)
    return fitted, keep


def _circle(x: Real, y: Real) -> tuple[float, float, float]:
    """Least squares (Kasa): middle and radius."""
    cx, cy = float(x.mean()), float(y.mean())
    u, v = x - cx, y - cy
    matrix = np.stack([u, v, np.ones_like(u)], axis=1)
    solved, *_ = np.linalg.lstsq(matrix, u * u + v * v, rcond=None)
    radius = float(np.sqrt(max(solved[2] + (solved[0] ** 2 + solved[1] ** 2) / 4, 1.0)))
    return cx + float(solved[0]) / 2, cy + float(solved[1]) / 2, radius


def _ellipse(x: Real, y: Real, keep: NDArray[np.bool_], clear: NDArray[np.bool_], plain: Ellipse) -> Ellipse:
    """The points' own ellipse, where they stand on all four sides."""
    quarters = [int(part.sum()) for part in np.split(np.roll(keep, ANGLES.size // 8), 4)]
    if min(quarters) < 14:
        return plain
    points = np.stack([x, y], axis=1).astype(np.float32)
    fitted = plain
    for _ in range(3):
        if keep.sum() < 60:
            return plain
        (cx, cy), (first, second), degrees = cv2.fitEllipseDirect(points[keep])
        fitted = Ellipse(float(cx), float(cy), float(first) / 2, float(second) / 2, float(np.deg2rad(degrees)))
        if not min(first, second) > FLATTEST * max(first, second) or abs(fitted.radius / plain.radius - 1) > 0.06:
            return plain
        far = np.abs(fitted.share(x, y) - 1) * fitted.radius
        keep = clear & (far < NEAR * plain.radius)
    return fitted
