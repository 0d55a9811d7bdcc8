"""Pupil and limbus of an eye in near infrared: Daugman's search, made robust, with ellipses in the end.

Candidates for the pupil are dark round spots at several levels and the best dark discs of a coarse search over the
whole picture; each is refined, gets a limbus, and the pair that stands out most is the eye. Edges are counted angle by
angle and clipped, so that a lamp's glint, a lash or a lid spoils its own few angles and not the mean. The limbus is
searched at the sides, where lids do not hide it, with the pupil painted over and its middle anywhere up to a third of
the radius from the pupil's; at last both are fitted as ellipses, because an eye that glances aside shows no circles.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.iris.ellipses import ANGLES, Ellipse, refine
from station.biometrics.nbis import UnusableImage

Grey = NDArray[np.uint8]
Real = NDArray[np.float32]

WIDTH: Final = 640
"""Pictures are searched at this width, the usual one of iris scanners; others are resized for it."""
MAX_PIXELS: Final = 16_000_000
COARSE: Final = 4
"""The whole picture is searched at a quarter of the size."""
RISE: Final = (-6.0, 24.0)
"""Grey levels that one angle may take from or give to an edge (over 4 pixels)."""
SIDES: Final = np.deg2rad(
    np.concatenate([np.arange(-38.0, 45, 3), np.arange(45.0, 135, 9), np.arange(135.0, 219, 3)])
).astype(np.float32)
"""Angles at which the limbus is searched: the sides, and a few below; upper lids hang deeper than lower ones rise."""
AROUND: Final = np.linspace(0, 2 * np.pi, 64, endpoint=False).astype(np.float32)
FEW_SIDES: Final = SIDES[::2]
"""As many as the coarse search of the limbus needs."""
MOST_CIRCLES: Final = 16_000
"""At once, each with two rows of points: OpenCV takes fewer than 32,768 rows."""
FARTHEST: Final = 0.35
"""How far off the iris's middle a pupil may be, in iris radii. 29794-6 refuses a tenth; what is farther off has to be
measured rightly for that."""
USUAL_OFFSET: Final = 0.15
UNUSUAL: Final = 0.3
"""What a limbus loses whose middle is USUAL_OFFSET radii or more off the pupil's, against one with the same middle.
Where lids leave only its sides, its height hardly matters (measured: 2% of the rise for 0.1 radii), and lashes over a
faint limbus draw it upwards."""
FINE: Final = 8
"""Pixels by which the coarse search may miss the limbus's middle, in x and y."""
HALO: Final = 1.12
"""So many radii of a pupil are painted over: beyond its edge, which is steeper than the limbus."""
FAINTEST_PUPIL: Final = 4.5
FAINTEST_LIMBUS: Final = 2.0
"""Mean clipped rise below which there is no edge. Measured: generated and real eyes 7 to 24 and 3 to 20, pictures
without an eye below 3.5 and 1.6."""
BESIDE: Final = tuple(np.deg2rad(np.arange(middle - 30.0, middle + 31, 3)).astype(np.float32) for middle in (0, 180))
"""Angles right and left of an iris, where an open eye shows its limbus."""
RISING: Final = 1.0
"""Grey levels from which an angle shows an edge."""
WHOLE_LIMBUS: Final = 0.65
"""Share of the limbus below which it is none: a circle through lids and lashes, where iris and sclera are of one tone.
Measured: real eyes 0.9 to 1, generated ones from 0.67, wrong circles in those of faint contrast up to 0.5."""
RIM: Final = 5.0
"""Grey levels by which a pupil may be brighter at its rim than where it is darkest."""
UNBELIEVED: Final = 12.0
"""What a pair of circles loses in worth whose limbus is not there on both sides: as much as a clear edge gives."""
BROKEN: Final = 40.0
"""What it loses in worth for the share of the pupil's edge that is missing. Measured: real pupils miss nothing, places
between lashes and circles half in a pupil a tenth to a half."""
LARGER: Final = 3.0
"""What it gains for each time that it is twice as large: lashes are full of small dark places with clear edges."""
INSIDE: Final = 0.38
"""Usual size of a pupil against the iris: where a dark iris was taken for a pupil, its pupil is looked for within."""


class Circles(msgspec.Struct, frozen=True):
    """Pupil and iris in pixels of the picture."""

    pupil: Ellipse
    iris: Ellipse
    pupil_rise: float = 0.0
    """How clear the pupil's edge is, in grey levels."""
    iris_rise: float = 0.0
    pupil_whole: float = 1.0
    """Share of the pupil's edge that is there; the rest is under a lid, or it is no pupil."""
    limbus_whole: float = 1.0
    """Share of the limbus that is there on the side where it is less clear. See WHOLE_LIMBUS."""

    def scaled(self, by: float) -> Circles:
        """The same in a picture `by` times the size."""
        return msgspec.structs.replace(self, pupil=self.pupil.scaled(by), iris=self.iris.scaled(by))


def find_circles(image: Grey) -> Circles | None:
    """Pupil and limbus of a grey near-infrared eye, or None. Raises UnusableImage."""
    check(image)
    scale = WIDTH / image.shape[1]
    if scale * image.shape[0] > 2 * WIDTH:
        scale = 2 * WIDTH / image.shape[0]
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    page = image if scale == 1 else np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=method))
    if min(page.shape) < 48:
        return None
    smooth = np.asarray(cv2.GaussianBlur(without_glints(np.asarray(page, np.uint8)), (0, 0), 2.0), np.float32)
    found = [pair for start in _starts(smooth) if (pair := _eye_around(smooth, start)) is not None]
    found += [pair for outer in tuple(found) if (pair := _eye_within(smooth, outer.pupil)) is not None]
    best = max(found, key=lambda circles: _worth(smooth, circles), default=None)
    return None if best is None else _exact(smooth, best).scaled(1 / scale)


def _worth(smooth: Real, circles: Circles) -> float:
    """How much two circles look like an eye: large, with clear edges and an evenly dark pupil."""
    doubt = UNBELIEVED if circles.limbus_whole < WHOLE_LIMBUS else 0.0
    doubt += BROKEN * (1 - _whole(smooth, circles.pupil))
    size = LARGER * float(np.log2(circles.iris.radius / WIDTH))
    *_, brighter = _darkest(smooth, circles.pupil)
    return circles.pupil_rise + 1.5 * min(circles.iris_rise, 12) + size - max(0.0, brighter - RIM) - doubt


def _eye_within(smooth: Real, iris: Ellipse) -> Circles | None:
    """What was taken for a pupil may be a dark iris in a bright eye, which has edges like a pupil's, but one inside."""
    x, y, brighter = _darkest(smooth, iris)
    return _eye_around(smooth, (x, y, INSIDE * iris.radius)) if brighter > RIM else None


def _darkest(smooth: Real, pupil: Ellipse) -> tuple[float, float, float]:
    """Where a pupil is darkest, and by how many grey levels its rim is brighter than that."""
    x, y, radius = pupil.x, pupil.y, pupil.radius
    top, left = max(0, round(y - radius)), max(0, round(x - radius))
    part = smooth[top : round(y + radius) + 1, left : round(x + radius) + 1]
    rows, columns = np.mgrid[top : top + part.shape[0], left : left + part.shape[1]]
    far = np.hypot(columns - x, rows - y) / radius
    rim = part[(far > 0.6) & (far < 0.85)]
    if not rim.size:
        return x, y, 0.0
    size = max(3, round(0.5 * radius))
    tones = np.where(far < 0.6, cv2.blur(part, (size, size)), np.inf)
    at = np.unravel_index(int(np.argmin(tones)), tones.shape)
    # Lamps in a pupil are bright, too, but leave gaps.
    return float(columns[at]), float(rows[at]), float(np.percentile(rim, 25) - tones[at])


def _whole(smooth: Real, pupil: Ellipse) -> float:
    """Share of a pupil's edge that is there."""
    near = pupil.radius + np.array([-1, 0, 1], np.float32)
    around = edge(smooth, pupil.x, pupil.y, near, AROUND).mean(axis=0)
    return float((around > 0.3 * float(np.median(around))).mean())


def check(image: Grey) -> None:
    """Raises UnusableImage for pixels that cannot be an eye."""
    if image.ndim != 2 or image.dtype != np.uint8:
        raise UnusableImage(f"An iris picture must be 8-bit grey, not {image.dtype} with {image.ndim} axes.")
    if min(image.shape) < 64 or image.size > MAX_PIXELS or max(image.shape) > 8 * min(image.shape):
        raise UnusableImage(f"A picture of {image.shape[1]}x{image.shape[0]} pixels cannot be an eye.")


def without_glints(page: Grey, size: int = 31) -> Grey:
    """Lamps' reflections filled with what is around them: bright spots of less than `size` pixels."""
    spot = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    opened = np.asarray(cv2.morphologyEx(page, cv2.MORPH_OPEN, spot))
    spots = ((page.astype(np.int16) - opened > 60) & (page > 150)).astype(np.uint8)
    wide = np.asarray(cv2.dilate(spots, np.ones((7, 7), np.uint8))) > 0
    return np.asarray(np.where(wide, np.minimum(opened, page), page), np.uint8)


def _starts(smooth: Real) -> Iterator[tuple[float, float, float]]:
    """Possible pupils: x, y and radius."""
    seen: list[tuple[float, float, float]] = []
    for start in (*_dark_spots(smooth), *_dark_discs(smooth)):
        if all(np.hypot(start[0] - x, start[1] - y) > 0.5 * r or abs(start[2] - r) > 0.3 * r for x, y, r in seen):
            seen.append(start)
            yield start


def _dark_spots(smooth: Real) -> list[tuple[float, float, float]]:
    """The roundest large dark regions at several levels; lashes and lettering are dark, too, but not round."""
    plain = np.asarray(cv2.morphologyEx(smooth, cv2.MORPH_OPEN, np.ones((15, 15), np.uint8)))
    darkest = float(np.percentile(plain, 0.5))
    worth: list[tuple[float, tuple[float, float, float]]] = []
    for level in (darkest + 14, darkest + 26, darkest + 40, darkest + 60):
        if level > 140:
            break  # Nothing in the picture is dark enough for a pupil.
        count, _, stats, middles = cv2.connectedComponentsWithStats((plain < level).astype(np.uint8))
        for label in range(1, min(count, 400)):
            _, _, width, height, area = (int(v) for v in stats[label])
            if not (min(width, height) >= 14 and max(width, height) < 300 and 0.5 < width / height < 2.0):
                continue
            full = area / (np.pi / 4 * width * height)
            if 0.7 < full < 1.2:
                round_ = (min(width, height) / max(width, height)) ** 2
                place = (float(middles[label][0]), float(middles[label][1]), (width + height) / 4)
                worth.append((area * round_, place))
    return [place for _, place in sorted(worth, reverse=True)[:4]]


def _dark_discs(smooth: Real) -> list[tuple[float, float, float]]:
    """The discs that are darkest against the ring around them, over the whole picture at a quarter of its size."""
    small = np.asarray(cv2.resize(smooth, None, fx=1 / COARSE, fy=1 / COARSE, interpolation=cv2.INTER_AREA))
    places: list[tuple[float, tuple[float, float, float]]] = []
    for radius in (4, 5, 6.5, 8, 10, 12.5, 15.5, 19, 23, 28):
        outer = radius + max(2.0, 0.25 * radius)
        half = int(np.ceil(outer)) + 1
        if 2 * half >= min(small.shape):
            break
        rows, columns = np.mgrid[-half : half + 1, -half : half + 1]
        far = np.hypot(rows, columns)
        disc, ring = (
            (far <= radius - 0.5).astype(np.float32),
            ((far > radius + 0.5) & (far <= outer)).astype(np.float32),
        )
        mean = np.asarray(cv2.filter2D(small, cv2.CV_32F, disc / disc.sum()))
        square = np.asarray(cv2.filter2D(small * small, cv2.CV_32F, disc / disc.sum()))
        around = np.asarray(cv2.filter2D(small, cv2.CV_32F, ring / ring.sum()))
        uneven = np.sqrt(np.maximum(square - mean * mean, 0))
        value = around - mean - 1.5 * uneven
        for _ in range(2):
            at = np.unravel_index(int(np.argmax(value)), value.shape)
            places.append((float(value[at]), (at[1] * float(COARSE), at[0] * float(COARSE), radius * COARSE)))
            value[max(at[0] - half, 0) : at[0] + half, max(at[1] - half, 0) : at[1] + half] = -1e9
    return [place for value, place in sorted(places, reverse=True)[:4] if value > 0]


def _eye_around(smooth: Real, start: tuple[float, float, float]) -> Circles | None:
    x, y, radius = start
    radii = np.arange(max(8.0, radius * 0.6), radius * 1.5 + 3, dtype=np.float32)
    px, py, pr, pupil_rise = search(smooth, (x, y), max(8, round(0.3 * radius)), radii, AROUND)
    if pupil_rise < FAINTEST_PUPIL:
        return None
    # An iris is 1.3 to 7 times as wide as its pupil and fits at least half into the picture.
    most = min(7.0 * pr, 0.48 * max(smooth.shape), 0.75 * min(smooth.shape))
    least = max(1.3 * pr, 34)
    if most - least < 8:
        return None
    pupil = Ellipse(px, py, pr, pr)
    plain = without_pupil(smooth, pupil)
    ix, iy, ir = _limbus_near(plain, pupil, least, most)
    limits = np.arange(max(least, ir - 12), min(most, ir + 13), dtype=np.float32)
    ix, iy, ir, iris_rise = search(plain, (ix, iy), FINE, limits, SIDES, (px, py))
    if iris_rise < FAINTEST_LIMBUS or np.hypot(ix - px, iy - py) > FARTHEST * ir:
        return None
    iris = Ellipse(ix, iy, ir, ir)
    whole = _seen_beside(plain, iris)
    if whole < WHOLE_LIMBUS:
        # Beside a very wide pupil this search ends a few pixels off.
        whole = _seen_beside(plain, _limbus(plain, iris, pupil))
    return Circles(pupil, iris, pupil_rise, iris_rise, limbus_whole=whole)


def _seen_beside(plain: Real, iris: Ellipse) -> float:
    """Share of a limbus that shows as an edge, on the plainer side; what lies off the picture is not asked for."""
    return min(_seen(plain, iris, angles) for angles in BESIDE)


def _seen(plain: Real, iris: Ellipse, angles: Real) -> float:
    x, y = iris.points(angles)
    within = (x >= 3) & (x < plain.shape[1] - 3) & (y >= 3) & (y < plain.shape[0] - 3)
    if within.sum() < angles.size // 3:
        return 1.0
    far = np.hypot(x - iris.x, y - iris.y)[within]
    # A pixel or two off the edge is still the edge.
    rises = [
        edge(plain, iris.x, iris.y, np.asarray(far + off, np.float32), angles[within]).diagonal() for off in (-2, 0, 2)
    ]
    best = max(rises, key=lambda one: float(np.clip(one, *RISE).mean()))
    return float((best > RISING).mean()) if float(np.clip(best, *RISE).mean()) >= FAINTEST_LIMBUS else 0.0


def without_pupil(smooth: Real, pupil: Ellipse) -> Real:
    """The picture with the pupil in the tone of the iris around it."""
    out = HALO * pupil.radius
    top, left = max(0, int(pupil.y - 1.2 * out)), max(0, int(pupil.x - 1.2 * out))
    part = smooth[top : int(pupil.y + 1.2 * out) + 2, left : int(pupil.x + 1.2 * out) + 2]
    rows, columns = np.mgrid[top : top + part.shape[0], left : left + part.shape[1]].astype(np.float32)
    far = pupil.share(columns, rows)
    ring = part[(far > HALO) & (far < 1.2 * HALO)]
    plain = smooth.copy()
    plain[top : top + part.shape[0], left : left + part.shape[1]][far <= HALO] = np.median(ring) if ring.size else 0
    return plain


def _limbus_near(plain: Real, pupil: Ellipse, least: float, most: float) -> tuple[float, float, float]:
    """The limbus to within a few pixels: the best of all circles around the pupil, at a quarter of the size."""
    shrunk = cv2.resize(plain, None, fx=1 / COARSE, fy=1 / COARSE, interpolation=cv2.INTER_AREA)
    small = np.asarray(shrunk, np.float32)
    reach = np.arange(0, FARTHEST * most / COARSE, 2, dtype=np.float32)
    offsets = np.concatenate([-reach[:0:-1], reach])
    sizes = np.arange(least / COARSE, most / COARSE, dtype=np.float32)
    dx, dy, radii = (np.asarray(part, np.float32) for part in np.meshgrid(offsets, offsets, sizes))
    off = np.hypot(dx, dy)
    # The pupil lies within the iris, and not at its edge.
    real = (off <= FARTHEST * radii) & (off + 1.1 * pupil.radius / COARSE <= radii)
    # Pixels are counted from their middles, which lie apart in the two sizes.
    x = np.asarray(dx[real] + (pupil.x + 0.5) / COARSE - 0.5, np.float32)
    y = np.asarray(dy[real] + (pupil.y + 0.5) / COARSE - 0.5, np.float32)
    far = np.asarray(radii[real], np.float32)
    usual = _usual(np.asarray(off[real] / radii[real], np.float32))
    best = int(np.argmax(_rises(small, x, y, far) * usual))
    return float((x[best] + 0.5) * COARSE - 0.5), float((y[best] + 0.5) * COARSE - 0.5), float(far[best] * COARSE)


def _rises(small: Real, x: Real, y: Real, radii: Real) -> Real:
    """Mean clipped rise across each of many circles."""
    parts = (slice(first, first + MOST_CIRCLES) for first in range(0, x.size, MOST_CIRCLES))
    edges = (edge(small, x[part, None], y[part, None], radii[part], FEW_SIDES, half=1.0) for part in parts)
    return np.asarray(np.concatenate([np.clip(rises, *RISE).mean(axis=1) for rises in edges]), np.float32)


def _usual(off: Real) -> Real:
    """What a limbus counts whose middle is so many radii off the pupil's."""
    return np.asarray(1 - UNUSUAL * np.minimum(1.0, off / USUAL_OFFSET), np.float32)


def _exact(smooth: Real, found: Circles) -> Circles:
    pupil = _refined(smooth, found.pupil, Ellipse(0, 0, 1, 1), np.ones(ANGLES.size, bool))
    plain = without_pupil(smooth, pupil)
    iris = _limbus(plain, found.iris, pupil)
    whole = _whole(smooth, pupil)
    return Circles(pupil, iris, found.pupil_rise, found.iris_rise, whole, _seen_beside(plain, iris))


def _limbus(plain: Real, near: Ellipse, pupil: Ellipse) -> Ellipse:
    # The upper lid covers the top of nearly every iris.
    return _refined(plain, near, pupil, np.sin(ANGLES) > -0.4)


def _refined(smooth: Real, one: Ellipse, like: Ellipse, trusted: NDArray[np.bool_]) -> Ellipse:
    radii = np.arange(max(4.0, 0.85 * one.first), 1.15 * one.first, 0.5, dtype=np.float32)
    return refine(edge(smooth, one.x, one.y, radii, ANGLES), radii, one, like, trusted)


def search(
    smooth: Real,
    start: tuple[float, float],
    reach: int,
    radii: Real,
    angles: Real,
    pupil: tuple[float, float] | None = None,
) -> tuple[float, float, float, float]:
    """Daugman's operator: the circle across which grey rises most; its middle, radius and rise in grey levels.

    In two steps of 4 and 1 pixels. Of two limbuses that rise alike, the one nearer to the pupil's middle is it.
    """

    def worth(one: tuple[float, float, float, float]) -> float:
        if pupil is None:
            return one[3]
        off = np.hypot(one[0] - pupil[0], one[1] - pupil[1]) / one[2]
        return one[3] * float(_usual(np.asarray(off, np.float32)))

    best = (start[0], start[1], float(radii[0]), -1e9)
    for step, extent in ((4, reach), (1, 3)):
        offsets = np.arange(-extent, extent + 1, step, dtype=np.float32)
        xs, ys = (best[0] + offsets)[None, :], (best[1] + offsets)[:, None]
        xs, ys = (np.broadcast_to(part, (offsets.size, offsets.size)).ravel() for part in (xs, ys))
        if step == 1:
            radii = radii[np.abs(radii - best[2]) <= 8]
        best = max(
            (_best_radius(smooth, float(x), float(y), radii, angles) for x, y in zip(xs, ys, strict=True)),
            key=worth,
        )
    return best


def _best_radius(smooth: Real, x: float, y: float, radii: Real, angles: Real) -> tuple[float, float, float, float]:
    rises = edge(smooth, x, y, radii, angles)
    means = np.clip(rises, *RISE).mean(axis=1)
    profile = np.convolve(means, (0.25, 0.5, 0.25), mode="same") if means.size > 2 else means
    index = int(np.argmax(profile))
    return x, y, float(radii[index]), float(profile[index])


def edge(smooth: Real, x: float | Real, y: float | Real, radii: Real, angles: Real, half: float = 2.0) -> Real:
    """Grey outside minus grey inside of each circle at each angle; what lies off the picture is 0.

    All circles have one middle, or each its own (x and y are columns then).
    """
    cos, sin = np.cos(angles)[None, :], np.sin(angles)[None, :]
    near, far = (radii - half)[:, None], (radii + half)[:, None]
    mx = np.asarray(np.concatenate([x + near * cos, x + far * cos]), np.float32)
    my = np.asarray(np.concatenate([y + near * sin, y + far * sin]), np.float32)
    picked = np.asarray(cv2.remap(smooth, mx, my, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    count = radii.size
    within = (mx[count:] >= 0) & (mx[count:] < smooth.shape[1]) & (my[count:] >= 0) & (my[count:] < smooth.shape[0])
    return np.asarray((picked[count:] - picked[:count]) * within, np.float32)
