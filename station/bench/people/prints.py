"""Fingerprints that belong to nobody: one seed, one finger, as many impressions as asked for.

The method is that of SFinGe (Cappelli, Maio, Maltoni, ICPR 2002; Handbook of Fingerprint Recognition,
3rd ed., chapter 7), written anew in three steps:

1. an orientation field from a singularity model (zero-pole, Sherlock and Monro 1993; for arches a
   sine), one of five classes with the shares that Henry's classes have in people;
2. a master: noise filtered again and again by Gabor kernels turned along the field, until ridges
   stand. Minutiae appear by themselves where ridge fronts meet. It runs at 250 ppi, where ridges are
   some 4.5 px apart (smooth waves, so nothing is lost), and is then enlarged: a quarter of the work;
3. an impression: the master bent (rotation, shift, smooth skin distortion), pressed (ridge width),
   cut to the contact area, with pores, scratches, uneven ink and sensor noise.

Impressions of one finger match by Bozorth3, those of two do not, and good ones score NFIQ 2 of 40 or
more; `tests/bench/people/test_prints.py` holds that. A master takes most of the time and is cached in
this process; `Finger` may be pickled to another.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Field = NDArray[np.float32]

PPI: Final = 500
"""Pixels per inch of every impression: ISO/IEC 19794-4 setting level 30/31."""
WIDTH: Final = 400
HEIGHT: Final = 512
"""Pixels of one impression: 20 by 26 mm, a little over the 416x560 of NIST's examples' contact area."""
SHAPE: Final = (HEIGHT, WIDTH)
MARGIN: Final = 48
"""Pixels of master beyond each edge, so that a turned impression still has ridges everywhere."""
BINS: Final = 16
"""Orientations of the filter bank: 11 degrees apart, half of the kernel's own angular width (sigma)."""
PASSES: Final = 16
"""More passes grow fewer minutiae, at 4 ms each: 8 leave some 150, 16 some 105, 40 some 100."""


class Pattern(StrEnum):
    """Henry's classes. Values name them in reports."""

    ARCH = "arch"
    TENTED_ARCH = "tented-arch"
    LEFT_LOOP = "left-loop"
    RIGHT_LOOP = "right-loop"
    WHORL = "whorl"


SHARES: Final = {
    Pattern.ARCH: 0.037,
    Pattern.TENTED_ARCH: 0.029,
    Pattern.LEFT_LOOP: 0.338,
    Pattern.RIGHT_LOOP: 0.317,
    Pattern.WHORL: 0.279,
}
"""Natural distribution of the classes: Wilson, Candela, Watson (1994), as cited in the Handbook."""


class Skin(StrEnum):
    """How the finger meets the glass."""

    GOOD = "good"
    DRY = "dry"
    WET = "wet"
    LIGHT = "light"
    """Hardly pressed: a small contact area."""
    TIP = "tip"
    """Only the finger tip is on the glass."""


class Finger(msgspec.Struct, frozen=True):
    """One finger of one person. The same values always give the same ridges."""

    seed: int
    pattern: Pattern
    period: float
    """Ridge period in pixels at 500 ppi; people's index fingers: 8 to 11 (0.4 to 0.55 mm)."""
    length: float = 1.0
    """Size of the contact area against an adult index finger."""


def make_finger(seed: int, length: float = 1.0) -> Finger:
    """Draw a finger's class and ridge period from its seed."""
    rng = np.random.default_rng((seed, 0xF1))
    patterns = list(SHARES)
    pattern = patterns[int(rng.choice(len(patterns), p=np.array(list(SHARES.values()))))]
    return Finger(seed=seed, pattern=pattern, period=float(rng.uniform(8.6, 10.6)), length=length)


def impression(finger: Finger, number: int = 0, skin: Skin = Skin.GOOD) -> Grey:
    """The `number`-th impression of a finger, HEIGHT x WIDTH, dark ridges on light ground, 500 ppi."""
    rng = np.random.default_rng((finger.seed, 0x1A, number, list(Skin).index(skin)))
    ridges = _bend(_master(finger), rng)
    contact = _contact(finger, skin, rng)
    if skin is Skin.DRY:
        ink = _dry(ridges, rng)
    elif skin is Skin.WET:
        ink = _wet(ridges, rng)
    else:
        ink = _well(ridges, rng)
    page = 238 - 215 * np.clip(ink, 0, 1) * contact + rng.normal(0, 2.0, SHAPE)
    return np.clip(cv2.GaussianBlur(page.astype(np.float32), (0, 0), 0.6), 0, 255).astype(np.uint8)


def _well(ridges: Field, rng: np.random.Generator) -> Field:
    """Ink of a finger in good condition: full ridges, even pressure, pores."""
    pressure = 0.04 + 0.10 * _smooth_noise(rng, SHAPE, 40)
    ink = (0.5 + 0.5 * np.tanh(2.2 * (ridges + pressure))) * (1 - _pores(rng, ridges))
    return np.asarray(ink * (0.80 + 0.07 * _smooth_noise(rng, SHAPE, 60)) + 0.05 * _smooth_noise(rng, SHAPE, 0.9))


def _dry(ridges: Field, rng: np.random.Generator) -> Field:
    """Ink of a dry finger: thin, broken ridges, bare patches, little contrast. NFIQ 2 of 0 to 25."""
    broken = 0.5 + 0.5 * np.tanh(1.8 * (ridges - 0.6 + 0.8 * _smooth_noise(rng, SHAPE, 2)))
    lost = _smooth_noise(rng, SHAPE, 1.4) + _smooth_noise(rng, SHAPE, 5) + 1.3 * _smooth_noise(rng, SHAPE, 26)
    return np.asarray(broken * np.clip(0.3 - lost, 0, 1) * 0.5 + 0.03 * _smooth_noise(rng, SHAPE, 0.9))


def _wet(ridges: Field, rng: np.random.Generator) -> Field:
    """Ink of a wet finger: valleys filled, pools, ridges run into each other. NFIQ 2 of 15 to 30."""
    pools = np.clip(_smooth_noise(rng, SHAPE, 14) * 1.2 + 0.5, 0, 1)
    ink = np.asarray(0.5 + 0.5 * np.tanh(1.3 * (ridges + 1 + 1.6 * pools)), dtype=np.float32)
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), 2.9) * 1.02 + 0.03 * _smooth_noise(rng, SHAPE, 0.9))


@lru_cache(maxsize=32)
def _master(finger: Finger) -> Field:
    """Ridges of the whole finger as a wave of -1 (valley) to 1 (ridge), with MARGIN around."""
    height, width = HEIGHT + 2 * MARGIN, WIDTH + 2 * MARGIN
    rng = np.random.default_rng((finger.seed, 0x3A))
    angles = _orientation(finger, (height // 2, width // 2), rng)
    wave = rng.normal(0, 1, angles.shape).astype(np.float32)
    kernels = _kernels(finger.period / 2)
    bins = np.round(angles / np.pi * BINS).astype(np.uint8) % BINS
    for _ in range(PASSES):
        wave = _along(wave, bins, kernels)
    return np.asarray(cv2.resize(wave, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _kernels(period: float) -> list[Field]:
    """Gabor kernels without a mean, one for each orientation.

    The envelope's sigma is 0.65 periods: a narrower one grows more minutiae than fingers have (150 at 0.45).
    A radius of 5 keeps OpenCV on its direct path (up to 11x11), three times as fast as its DFT here.
    """
    y, x = np.mgrid[-5:6, -5:6].astype(np.float32)
    envelope = np.exp(-(x * x + y * y) / (2 * (0.65 * period) ** 2))
    kernels = []
    for index in range(BINS):
        angle = np.pi * index / BINS
        across = -x * np.sin(angle) + y * np.cos(angle)
        kernel = envelope * np.cos(2 * np.pi * across / period)
        kernel -= envelope * kernel.sum() / envelope.sum()
        kernels.append((kernel / np.abs(kernel).sum()).astype(np.float32))
    return kernels


def _along(wave: Field, bins: Grey, kernels: list[Field]) -> Field:
    """Filter each pixel by the kernel of its own orientation, then press the result into -1 to 1."""
    out = np.zeros_like(wave)
    reach = kernels[0].shape[0] // 2
    for index, kernel in enumerate(kernels):
        mask = (bins == index).view(np.uint8)
        left, top, width, height = cv2.boundingRect(mask)
        if width == 0:
            continue
        above, before = min(top, reach), min(left, reach)
        around = np.s_[top - above : top + height + reach, left - before : left + width + reach]
        filtered = cv2.filter2D(wave[around], cv2.CV_32F, kernel, borderType=cv2.BORDER_REFLECT)
        inner = np.s_[above : above + height, before : before + width]
        here = np.s_[top : top + height, left : left + width]
        cv2.copyTo(filtered[inner], mask[here], out[here])
    return np.asarray(np.tanh(out * (2.5 / (np.abs(out).mean() + 1e-6))), np.float32)


def _orientation(finger: Finger, shape: tuple[int, int], rng: np.random.Generator) -> Field:
    """Ridge direction (radians, modulo pi, in image axes) at every pixel."""
    height, width = shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    x = (x - width / 2) / height * 2
    y = (height / 2 - y) / height * 2
    lean = rng.uniform(-0.1, 0.1)
    x, y = x * rng.uniform(0.8, 1.2), y * rng.uniform(0.85, 1.2)
    if finger.pattern is Pattern.ARCH:
        rise = rng.uniform(0.9, 1.3)
        swell = np.exp(-(((y - rng.uniform(-0.15, 0.05)) / 0.5) ** 2))
        angles = np.arctan(-rise * swell * np.sin(np.pi * (x - lean) / 0.9) * (np.abs(x - lean) < 0.9))
        angles += 0.9 * np.clip(y - 0.15, 0, None) * -x * 1.8
    else:
        cores, deltas = _singularities(finger.pattern, rng)
        z = (x - lean) + 1j * y
        angles = np.zeros(shape)
        for core in cores:
            angles += 0.5 * np.angle((z - core) * -1j)
        for delta in deltas:
            angles -= 0.5 * np.angle((z - delta) * -1j)
        angles -= 0.35 * x * np.clip(y + 0.25, -0.5, 1.0)
    angles += 0.16 * _smooth_noise(rng, shape, height / 3.5)
    # Image rows grow downwards: the angle turns its sign.
    return np.asarray(np.mod(-angles, np.pi), np.float32)


def _singularities(pattern: Pattern, rng: np.random.Generator) -> tuple[list[complex], list[complex]]:
    """Cores and deltas in units of half the finger's height, y upwards."""

    def near(x: float, y: float) -> complex:
        return complex(x + rng.uniform(-0.13, 0.13), y + rng.uniform(-0.13, 0.13))

    if pattern is Pattern.LEFT_LOOP:
        return [near(0.0, 0.10)], [near(0.42, -0.38)]
    if pattern is Pattern.RIGHT_LOOP:
        return [near(0.0, 0.10)], [near(-0.42, -0.38)]
    if pattern is Pattern.TENTED_ARCH:
        return [complex(0.0, rng.uniform(0.0, 0.1))], [complex(0.0, rng.uniform(-0.5, -0.4))]
    gap = rng.uniform(0.06, 0.2)
    middle = near(0.0, 0.08)
    return [middle + 1j * gap, middle - 1j * gap], [near(-0.48, -0.42), near(0.48, -0.42)]


def _bend(master: Field, rng: np.random.Generator) -> Field:
    """Turn, shift and stretch the master as a finger laid down anew: at most 8 degrees, 16 px, 3 px of skin."""
    turn = np.deg2rad(rng.uniform(-8, 8))
    shift = rng.uniform(-16, 16, 2)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    across, down = x - WIDTH / 2, y - HEIGHT / 2
    skin = [3.0 * _smooth_noise(rng, SHAPE, 70) for _ in range(2)]
    from_x = np.cos(turn) * across + np.sin(turn) * down + WIDTH / 2 + MARGIN + shift[0] + skin[0]
    from_y = -np.sin(turn) * across + np.cos(turn) * down + HEIGHT / 2 + MARGIN + shift[1] + skin[1]
    bent = cv2.remap(
        master, from_x.astype(np.float32), from_y.astype(np.float32), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )
    return np.asarray(bent, np.float32)


def _contact(finger: Finger, skin: Skin, rng: np.random.Generator) -> Field:
    """Where the skin touches the glass, 0 to 1: a dome above, straight sides, a soft lower end."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    scale = finger.length * {Skin.LIGHT: 0.55, Skin.TIP: 0.9}.get(skin, 1.0)
    half_width, half_height = 178 * scale, 238 * scale
    centre_y = HEIGHT / 2 if skin is not Skin.TIP else HEIGHT / 2 - 238 * finger.length + half_height
    across = np.abs(x - WIDTH / 2 - rng.uniform(-4, 4)) / half_width
    down = (y - centre_y) / half_height
    # The upper half is round, the lower half is squarer (superellipse).
    power = np.where(down < 0, 2.1, 3.2)
    edge = across**power + np.abs(down) ** power + 0.035 * _smooth_noise(rng, SHAPE, 30)
    if skin is Skin.TIP:
        edge = np.maximum(edge, 1 + (down + 0.25) * 2)
    rough = 0.02 * _smooth_noise(rng, SHAPE, 2)
    return np.asarray(np.clip((1 - edge + rough) / 0.08, 0, 1), np.float32)


def _pores(rng: np.random.Generator, ridges: Field) -> Field:
    """Sweat pores: light dots on ridge lines, and one or two thin scratches."""
    marks = np.zeros(SHAPE, np.float32)
    spots = rng.integers(0, SHAPE, (900, 2))
    spots = spots[ridges[spots[:, 0], spots[:, 1]] > 0.8]
    marks[spots[:, 0], spots[:, 1]] = 4.0
    for _ in range(int(rng.integers(0, 3))):
        start = rng.uniform((60, 100), (WIDTH - 60, HEIGHT - 100))
        end = start + rng.uniform(-50, 50, 2)
        cv2.line(marks, tuple(int(v) for v in start), tuple(int(v) for v in end), 0.8, 1, cv2.LINE_AA)
    return np.clip(cv2.GaussianBlur(marks, (0, 0), 0.9), 0, 0.75)


def _smooth_noise(rng: np.random.Generator, shape: tuple[int, int], scale: float) -> Field:
    """Smooth random field of mean 0 and deviation 1 with features of about `scale` pixels."""
    if scale < 4:
        field = np.asarray(cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), scale))
    else:
        small = (int(shape[1] / scale * 2) + 4, int(shape[0] / scale * 2) + 4)
        coarse = cv2.GaussianBlur(rng.normal(0, 1, small[::-1]).astype(np.float32), (0, 0), 1.0)
        field = np.asarray(cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC))
    return np.asarray((field - field.mean()) / (field.std() + 1e-6), np.float32)
