"""Is this iris good enough? Pupil and limbus by Daugman's search, and measures after ISO/IEC 29794-6.

The pupil is the largest dark round spot, made exact by an integro-differential search over the whole circle.
The limbus is searched in the side sectors only, where lids do not hide it. Formulas of contrasts,
concentricity, pupil ratio and margins are those of ISO/IEC 29794-6:2015; usable area and sharpness are the
house's own (simple) measures until lids are modelled.
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.biometrics.gates import IrisGate
from station.biometrics.measures import scaled
from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import Measure, Verdict

Grey = NDArray[np.uint8]
Real = NDArray[np.floating]

WIDTH: Final = 640
"""Pictures are measured at this width, the usual one of iris scanners; others are resized for it."""
SHARP: Final = 1.0
"""Power of fine detail (variance of the Laplacian of a picture blurred by 1.5 px) that scores 50. Measured on
generated eyes: 2.7 to 3.7 sharp, 0.1 out of focus by 6 px."""


class Circles(msgspec.Struct, frozen=True):
    """Pupil and iris in pixels of the picture."""

    pupil_x: float
    pupil_y: float
    pupil_r: float
    iris_x: float
    iris_y: float
    iris_r: float


def find_circles(image: Grey) -> Circles | None:
    """Pupil and limbus of a grey near-infrared eye, or None. Raises UnusableImage."""
    if image.ndim != 2 or image.dtype != np.uint8:
        raise UnusableImage(f"An iris picture must be 8-bit grey, not {image.dtype} with {image.ndim} axes.")
    if min(image.shape) < 64 or image.size > 16_000_000:
        raise UnusableImage(f"A picture of {image.shape[1]}x{image.shape[0]} pixels cannot be an eye.")
    scale = WIDTH / image.shape[1]
    page = image if scale == 1 else cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # Opening takes away the lamps' reflections, which are bright and small.
    plain = cv2.morphologyEx(page, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (21, 21)))
    smooth = np.asarray(cv2.GaussianBlur(plain, (0, 0), 2.0), np.float32)
    start = _dark_spot(smooth)
    if start is None:
        return None
    x, y, radius = start
    around = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    px, py, pr = _search(smooth, (x, y), 8, np.arange(max(10, radius * 0.6), radius * 1.5), around)
    sides = np.deg2rad(np.concatenate([np.arange(-30, 46, 3), np.arange(135, 211, 3)]))
    limits = np.arange(max(1.35 * pr, 45), min(6.5 * pr, 0.36 * WIDTH))
    if limits.size < 8:
        return None
    ix, iy, ir = _search(smooth, (px, py), 12, limits, sides)
    return Circles(*(float(value / scale) for value in (px, py, pr, ix, iy, ir)))


def assess(image: Grey, gate: IrisGate) -> Verdict:
    """Judge one eye. Raises UnusableImage."""
    circles = find_circles(image)
    if circles is None:
        return Verdict(0, False, (Measure("found", 0, low=1),), "advice.iris.none")
    measures = (Measure("found", 1, low=1), *_measure(image, circles, gate))
    failed = {measure.name for measure in measures if not measure.passed}
    return Verdict(
        score=min(scaled(measure) for measure in measures[1:]),
        good=not failed,
        measures=measures,
        advice=next((advice for names, advice in _ADVICE if names & failed), None),
    )


# In this order: the first that applies is the one to say.
_ADVICE: Final = (
    ({"margin"}, "advice.iris.centre"),
    ({"usable", "pupil_contrast", "concentricity"}, "advice.iris.open"),
    ({"radius"}, "advice.iris.closer"),
    ({"sharpness"}, "advice.iris.still"),
    ({"contrast", "pupil_ratio_low", "pupil_ratio_high"}, "advice.iris.again"),
)


def _dark_spot(smooth: Real) -> tuple[float, float, float] | None:
    """Middle and radius of the roundest large dark region; lashes and lettering are dark, too, but not round."""
    darkest = float(np.percentile(smooth, 0.5))
    best: tuple[float, float, float] | None = None
    best_worth = 0.0
    for level in (darkest + 22, darkest + 40, darkest + 60):
        if level > 120:
            break  # Nothing in the picture is dark enough for a pupil.
        count, _, stats, middles = cv2.connectedComponentsWithStats((smooth < level).astype(np.uint8))
        for label in range(1, count):
            _, _, width, height, area = (int(v) for v in stats[label])
            if not (min(width, height) >= 14 and max(width, height) < 240 and 0.55 < width / height < 1.8):
                continue
            full = area / (np.pi / 4 * width * height)
            worth = area * (min(width, height) / max(width, height)) ** 2 if 0.8 < full < 1.15 else 0.0
            if worth > best_worth:
                best_worth = worth
                best = (float(middles[label][0]), float(middles[label][1]), (width + height) / 4)
    return best


def _search(
    smooth: Real, start: tuple[float, float], reach: int, radii: Real, angles: Real
) -> tuple[float, float, float]:
    """Daugman's operator: the circle across which the mean grey rises most; in two steps of 4 and 1 pixels."""
    best = (start[0], start[1], float(radii[0]))
    for step, extent in ((4, reach), (1, 3)):
        offsets = np.arange(-extent, extent + 1, step, dtype=np.float32)
        xs, ys = (best[0] + offsets)[None, :], (best[1] + offsets)[:, None]
        xs, ys = (np.broadcast_to(part, (offsets.size, offsets.size)).ravel() for part in (xs, ys))
        mx = xs[:, None, None] + radii[None, :, None] * np.cos(angles)
        my = ys[:, None, None] + radii[None, :, None] * np.sin(angles)
        shape = mx.shape
        flat = (shape[0], shape[1] * shape[2])
        picked = cv2.remap(
            np.asarray(smooth, np.float32),
            np.asarray(mx.reshape(flat), np.float32),
            np.asarray(my.reshape(flat), np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        means = np.asarray(picked).reshape(shape).mean(axis=2)
        rise = np.asarray(cv2.GaussianBlur(np.gradient(means, axis=1).astype(np.float32), (9, 1), 2.0))
        at, index = np.unravel_index(int(np.argmax(rise)), rise.shape)
        best = (float(xs[at]), float(ys[at]), float(radii[index]))
    return best


def _measure(image: Grey, circles: Circles, gate: IrisGate) -> tuple[Measure, ...]:
    c = circles
    rows, columns = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype(np.float32)
    from_iris = np.hypot(columns - c.iris_x, rows - c.iris_y) / c.iris_r
    from_pupil = np.hypot(columns - c.pupil_x, rows - c.pupil_y) / c.pupil_r
    beside = np.abs(rows - c.iris_y) < 0.5 * np.abs(columns - c.iris_x)
    annulus = (from_iris < 0.97) & (from_pupil > 1.06)
    smooth = np.asarray(cv2.GaussianBlur(image, (0, 0), 3.0), np.float32)
    pupil = _median(smooth[from_pupil < 0.8])
    iris = _median(smooth[annulus & beside])
    sclera = _median(smooth[(from_iris > 1.08) & (from_iris < 1.3) & beside])
    hidden = (smooth > (iris + max(sclera, iris + 20)) / 2) | (smooth < (pupil + iris) / 2)
    usable = 100 * float((annulus & ~hidden).sum()) / max(1.0, np.pi * (c.iris_r**2 - c.pupil_r**2) * 0.9)
    weber = abs(iris - pupil) / (20 + pupil)
    contrast = 100 * abs(sclera - iris) / max(sclera + iris - 2 * pupil, 1) if pupil < iris else 0.0
    detail = cv2.Laplacian(cv2.GaussianBlur(image.astype(np.float32), (0, 0), 1.5), cv2.CV_32F)
    inside = annulus & beside & ~hidden
    power = float(np.asarray(detail)[inside].var()) if inside.any() else 0.0
    height, width = image.shape
    sides = min(c.iris_x - c.iris_r, width - c.iris_x - c.iris_r) / (0.6 * c.iris_r)
    ends = min(c.iris_y - c.iris_r, height - c.iris_y - c.iris_r) / (0.2 * c.iris_r)
    apart = float(np.hypot(c.pupil_x - c.iris_x, c.pupil_y - c.iris_y)) / c.iris_r
    ratio = 100 * c.pupil_r / c.iris_r
    return (
        Measure("radius", round(c.iris_r, 1), low=gate.min_radius),
        Measure("usable", round(min(usable, 100.0), 1), low=gate.min_usable),
        Measure("contrast", round(contrast, 1), low=gate.min_contrast),
        Measure("pupil_contrast", round(100 * weber / (0.75 + weber), 1), low=gate.min_pupil_contrast),
        Measure("pupil_ratio_low", round(ratio, 1), low=gate.min_pupil_ratio),
        Measure("pupil_ratio_high", round(ratio, 1), high=gate.max_pupil_ratio),
        Measure("concentricity", round(100 * max(0.0, 1 - apart), 1), low=gate.min_concentricity),
        Measure("margin", round(100 * min(max(min(sides, ends), 0.0), 1.0), 1), low=gate.min_margin),
        Measure("sharpness", round(100 * power / (power + SHARP), 1), low=gate.min_sharpness),
    )


def _median(values: Real) -> float:
    return float(np.median(values)) if values.size else 0.0
