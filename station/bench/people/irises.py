"""Eyes in near infrared that belong to nobody, grey, with the truth about them: circles, lids, glints, side.

A texture of radial fibres, a ring around the pupil and dark pits is grown in polar coordinates from the seed, so the
same eye has the same iris in every picture; what is around it is a `Scene`: size, light, lids, lashes, lens, focus.
`eye` makes the pictures of the bench's people, `variety` draws scenes as different as cameras and people are.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from station.bench.people.eyelids import Aperture, lashes, lids

Grey = NDArray[np.uint8]
Real = NDArray[np.float32]

WIDTH: Final = 640
HEIGHT: Final = 480


class Gaze(StrEnum):
    """How the eye is held before the scanner."""

    GOOD = "good"
    HALF_SHUT = "half-shut"
    SHUT = "shut"
    BLURRED = "blurred"
    ASIDE = "aside"
    """The iris is cut by the picture's edge."""


class Lens(StrEnum):
    """What is worn on the eye."""

    NONE = "none"
    SOFT = "soft"
    """Clear: its edge shows as a thin ring on the sclera."""
    PATTERNED = "patterned"
    """Printed: a grid of dots over the iris, too."""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one picture but the iris's own texture. Lengths in pixels, tones in grey levels."""

    width: int = WIDTH
    height: int = HEIGHT
    x: float = WIDTH / 2
    y: float = HEIGHT / 2
    iris: float = 120.0
    flatness: float = 0.0
    """How much shorter than wide the iris and pupil are: a glance to the side, a camera from below."""
    pupil: float = 48.0
    pupil_dx: float = 0.0
    """The pupil's middle from the iris's; a person's lies a little towards the nose."""
    pupil_dy: float = 0.0
    right: bool = True
    """A right eye: the nose is at the picture's right."""
    tone: float = 104.0
    pupil_tone: float = 22.0
    sclera: float = 176.0
    skin: float = 158.0
    glints: tuple[tuple[float, float, float], ...] = ((-0.35, -0.25, 7.0), (0.30, -0.25, 7.0))
    """x and y in pupil radii from the pupil's middle, radius in pixels."""
    upper: float = 1.02
    """How far the upper lid's edge is above the iris's middle, in iris radii."""
    lower: float = 1.12
    lash_length: float = 30.0
    lash_fall: float = 0.0
    """0 for lashes that rise, 1 for lashes that hang over the iris."""
    lens: Lens = Lens.NONE
    blur: float = 0.8
    smear: float = 0.0
    """Length of a movement during exposure."""
    noise: float = 1.8
    turn: float = 0.0
    """Turn of the head in radians: the iris's texture turns with it."""


class Eye(msgspec.Struct, frozen=True):
    """One picture with the truth about it: circles in pixels."""

    image: Grey
    x: float
    y: float
    pupil: float
    iris: float
    scene: Scene
    hidden: NDArray[np.bool_]
    """Where lids, lashes and glints cover whatever is below."""

    @property
    def usable(self) -> float:
        """Per cent of the iris that nothing covers."""
        scene = self.scene
        rows, columns = np.mgrid[0 : scene.height, 0 : scene.width].astype(np.float32)
        squash = 1 - scene.flatness
        outer = np.hypot(columns - scene.x, (rows - scene.y) / squash) <= scene.iris
        dx, dy = columns - scene.x - scene.pupil_dx, (rows - scene.y - scene.pupil_dy) / squash
        ring = outer & (np.hypot(dx, dy) > scene.pupil)
        return 100 * float((ring & ~self.hidden).sum()) / max(1.0, float(ring.sum()))


def eye(seed: int, number: int = 0, gaze: Gaze = Gaze.GOOD) -> Eye:
    """The `number`-th picture of an eye; even seeds are right eyes, odd ones left, as with the bench's people."""
    own = np.random.default_rng((seed, 0x1E))
    rng = np.random.default_rng((seed, 0x1F, number, list(Gaze).index(gaze)))
    iris = float(own.uniform(112, 128))
    right = seed % 2 == 0
    shut = {Gaze.SHUT: 1.0, Gaze.HALF_SHUT: 0.62}.get(gaze, 0.0)
    return draw(
        seed,
        Scene(
            x=WIDTH / 2 + float(rng.uniform(-14, 14)) + (235 if gaze is Gaze.ASIDE else 0),
            y=HEIGHT / 2 + float(rng.uniform(-8, 8)),
            iris=iris,
            pupil=iris * float(rng.uniform(0.34, 0.46)),
            pupil_dx=(1 if right else -1) * 0.03 * iris,
            right=right,
            upper=1.02 * (1 - shut) - 0.25 * shut,
            lower=1.12 - 0.80 * shut,
            lash_fall=shut,
            blur=6.0 if gaze is Gaze.BLURRED else 0.8,
            turn=float(rng.uniform(-0.06, 0.06)),
        ),
        number,
    )


def variety(seed: int) -> Scene:
    """A scene of any camera and person: 640x480 to 1280x960, light and dark, glints, glasses, lids, glances."""
    rng = np.random.default_rng((seed, 0x21))
    scale = float(rng.choice([1.0, 1.0, 1.25, 1.6, 2.0]))
    width, height = round(WIDTH * scale), round(HEIGHT * scale)
    iris = float(rng.uniform(80, min(200.0, 0.36 * height)))
    right = bool(rng.random() < 0.5)
    pupil = iris * float(rng.uniform(0.24, 0.62))
    tone = float(rng.uniform(62, 135))
    pupil_tone = float(rng.uniform(8, 34))
    lamp = int(rng.integers(4))
    glints = {
        0: ((0.1, -0.1, 0.05 * iris),),
        1: tuple((0.45 * np.cos(a), 0.45 * np.sin(a), 0.03 * iris) for a in np.linspace(0, 6.28, 9)[:-1]),
        2: ((-0.95, -0.2, 0.06 * iris), (1.0, -0.25, 0.05 * iris)),
        3: ((0.2, 0.3, 0.09 * iris), (2.2, -1.6, 0.16 * iris), (-3.4, 1.8, 0.20 * iris)),
    }[lamp]
    return Scene(
        width=width,
        height=height,
        x=width / 2 + float(rng.uniform(-0.06, 0.06)) * width,
        y=height / 2 + float(rng.uniform(-0.05, 0.05)) * height,
        iris=iris,
        flatness=float(rng.uniform(0, 0.05)),
        pupil=pupil,
        pupil_dx=(1 if right else -1) * float(rng.uniform(0.0, 0.07)) * iris,
        pupil_dy=float(rng.uniform(-0.03, 0.04)) * iris,
        right=right,
        tone=tone,
        pupil_tone=pupil_tone,
        sclera=tone + float(rng.uniform(35, 100)),
        skin=float(rng.uniform(120, 235)),
        glints=tuple((float(x), float(y), float(r)) for x, y, r in glints),
        upper=float(rng.uniform(0.62, 1.2)),
        lower=float(rng.uniform(0.85, 1.3)),
        lash_length=float(rng.uniform(0.15, 0.45)) * iris,
        lash_fall=float(rng.uniform(0, 0.8)),
        blur=float(rng.uniform(0.6, 2.2)),
        smear=float(rng.choice([0.0, 0.0, 5.0])),
        noise=float(rng.uniform(1, 5)),
        turn=float(rng.uniform(-0.1, 0.1)),
    )


def draw(seed: int, scene: Scene, number: int = 0) -> Eye:
    """The eye of a seed in a scene."""
    rng = np.random.default_rng((seed, 0x1D, number))
    rows, columns = np.mgrid[0 : scene.height, 0 : scene.width].astype(np.float32)
    squash = 1 - scene.flatness
    dx, dy = columns - scene.x, (rows - scene.y) / squash
    px, py = dx - scene.pupil_dx, dy - scene.pupil_dy / squash
    radius, in_pupil = np.hypot(dx, dy), np.hypot(px, py)
    unit = scene.iris / 120
    page = scene.sclera - 26 * (np.abs(columns - scene.x) / 320 / unit) ** 2 + 4 * noise(rng, radius.shape, 50 * unit)
    page = _veins(page, rng, scene)
    page = over(page, _tones(seed, scene, px, py, radius, in_pupil), inside(radius, scene.iris, 5.0 * unit))
    if scene.lens is not Lens.NONE:
        page = _lens(page, scene, radius, np.arctan2(dy, dx))
    page = over(page, np.full_like(page, scene.pupil_tone), inside(in_pupil, scene.pupil, 2.5 * unit))
    hidden = np.zeros(page.shape, bool)
    for gx, gy, size in scene.glints:
        spot = np.hypot(px - gx * scene.pupil, py - gy * scene.pupil)
        page = over(page, np.full_like(page, 252), inside(spot, size, 3.0))
        hidden |= spot < size
    aperture = Aperture(scene.x, scene.y, scene.iris, scene.upper, scene.lower, scene.right)
    page, skin = lids(page, aperture, scene.skin, rng)
    page, hairs = lashes(page, aperture, scene.lash_length, scene.lash_fall, rng)
    # Lamps light the middle most.
    away = np.hypot(columns - 0.5 * scene.width, rows - 0.55 * scene.height) / (0.5 * scene.width)
    page = np.asarray(cv2.GaussianBlur(page * (1.06 - 0.30 * away**2), (0, 0), scene.blur), np.float32)
    if scene.smear:
        page = np.asarray(cv2.blur(page, (max(1, round(scene.smear)), 1)), np.float32)
    page = page + rng.normal(0, scene.noise, page.shape).astype(np.float32)
    image = np.clip(page, 0, 255).astype(np.uint8)
    return Eye(image, scene.x, scene.y, scene.pupil, scene.iris, scene, hidden | skin | hairs)


def _tones(seed: int, scene: Scene, px: Real, py: Real, radius: Real, in_pupil: Real) -> Real:
    """The iris: texture between pupil and limbus, stretched as the pupil opens and closes."""
    texture = _texture(np.random.default_rng((seed, 0x1E, 1)))
    share = np.clip((in_pupil - scene.pupil) / np.maximum(in_pupil - scene.pupil + scene.iris - radius, 1), 0, 1)
    angle = np.mod(np.arctan2(py, px) + scene.turn + np.pi, 2 * np.pi) / (2 * np.pi)
    fibres = cv2.remap(
        texture,
        np.asarray(angle * (texture.shape[1] - 1), np.float32),
        np.asarray(share * (texture.shape[0] - 1), np.float32),
        cv2.INTER_LINEAR,
    )
    ring = np.exp(-(((share - 0.28) / 0.1) ** 2))
    contrast = scene.tone / 104
    return np.asarray(scene.tone + contrast * (10 * np.asarray(fibres) + 8 * ring - 12 * share**6), np.float32)


def _lens(page: Real, scene: Scene, radius: Real, angle: Real) -> Real:
    edge = 1.17 * scene.iris
    wide = 0.014 * scene.iris
    page = (
        page
        + 12 * np.exp(-(((radius - edge) / wide) ** 2))
        - 14 * np.exp(-(((radius - edge - 2.2 * wide) / wide) ** 2))
    )
    if scene.lens is Lens.PATTERNED:
        share = np.clip(radius / scene.iris, 0, 2)
        dots = np.cos(angle * 72) * np.cos(2 * np.pi * share * 12 + np.pi * np.round(angle * 72 / np.pi))
        printed = ((share > 0.52) & (share < 1.0)).astype(np.float32) * (dots > 0.25)
        page = page - 45 * np.asarray(cv2.GaussianBlur(printed, (0, 0), 0.8), np.float32)
    return np.asarray(page, np.float32)


def _veins(page: Real, rng: np.random.Generator, scene: Scene) -> Real:
    drawn = np.zeros(page.shape, np.float32)
    for _ in range(10):
        side = rng.choice([-1, 1])
        at = np.array(
            [scene.x + side * scene.iris * rng.uniform(1.5, 2.2), scene.y + scene.iris * rng.uniform(-0.5, 0.5)]
        )
        for _ in range(8):
            to = at + np.array([-side * rng.uniform(2, 8), rng.uniform(-5, 5)]) * scene.iris / 120
            ends = [(round(float(x)), round(float(y))) for x, y in (at, to)]
            cv2.line(drawn, ends[0], ends[1], float(rng.uniform(4, 12)), 1, cv2.LINE_AA)
            at = to
    return np.asarray(page - cv2.GaussianBlur(drawn, (0, 0), 0.8), np.float32)


def noise(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Real:
    """A smooth random field of mean 0 and deviation 1 with features of `scale` pixels."""
    small = rng.normal(0, 1, (int(shape[0] / scale * 2) + 3, int(shape[1] / scale * 2) + 3)).astype(np.float32)
    field = np.asarray(cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC), np.float32)
    return np.asarray((field - field.mean()) / (field.std() + 1e-6), np.float32)


def _texture(rng: np.random.Generator) -> Real:
    """Fibres in polar coordinates: rows from pupil to limbus, columns around; the ends meet."""
    field = np.zeros((96, 1024), np.float32)
    for down, along, weight in ((40, 3, 0.7), (24, 7, 0.8), (9, 9, 0.5), (30, 40, 0.6)):
        grain = rng.normal(0, 1, field.shape).astype(np.float32)
        wide = np.concatenate([grain, grain, grain], axis=1)
        smooth = np.asarray(cv2.GaussianBlur(wide, (0, 0), sigmaX=along, sigmaY=down / 2))[:, 1024:2048]
        field += weight * smooth / (smooth.std() + 1e-6)
    for _ in range(14):
        at = rng.integers((30, 10), (80, 1014))
        cv2.ellipse(field, (int(at[1]), int(at[0])), (9, 7), 0, 0, 360, -2.2, -1)
    return np.asarray(cv2.GaussianBlur(field, (0, 0), 1.0), np.float32)


def inside(radius: Real, size: float, soft: float) -> Real:
    """1 within the radius, 0 outside, over a soft edge."""
    return np.asarray(np.clip(0.5 - (radius - size) / soft, 0, 1), np.float32)


def over(page: Real, ink: Real, mask: Real) -> Real:
    """Paint `ink` on the page where the mask is 1."""
    return np.asarray(page + (ink - page) * mask, np.float32)
