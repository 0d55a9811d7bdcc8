"""The colour of the backdrop: cloths as they are sold and what they are mistaken for, in the lights of classrooms.

A lamp is three gains in linear light. A camera balances most of a warm lamp away, but not all: of a blackbody at
3000 K (1 : 0.46 : 0.15 against daylight) a third of the way is left, of the blue of open shade as much.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from station.bench.people.shapes import Tone
from station.biometrics.face import Backdrop
from station.biometrics.face.backdrop import shade_of
from station.biometrics.face.measured import colour_of
from station.biometrics.gates import FaceGate

GATE: Final = FaceGate()

DAYLIGHT: Final = (1.0, 1.0, 1.0)
WARM: Final = (1.21, 0.97, 0.67)
FLUORESCENT: Final = (0.94, 1.06, 0.92)
LIGHTS: Final = {
    "6500 K": DAYLIGHT,
    "3000 K": WARM,
    "fluorescent": FLUORESCENT,
    "open shade": (0.95, 1.0, 1.13),
    "a quarter of the light": tuple(0.25 * gain for gain in DAYLIGHT),
    "half of warm light": tuple(0.5 * gain for gain in WARM),
    "half a stop too much": tuple(1.4 * gain for gain in DAYLIGHT),
}

RED: Final[dict[str, Tone]] = {
    "cloth": (200, 22, 30),
    "print": (219, 21, 20),
    "pure": (255, 0, 0),
    "crimson": (220, 20, 60),
    "carmine": (150, 0, 24),
    "brick": (178, 34, 34),
    "vermilion": (227, 66, 52),
    "dark": (120, 10, 16),
    "maroon": (128, 0, 0),
    "burgundy": (128, 0, 32),
    "wine": (90, 10, 18),
    "faded": (205, 62, 60),
    "worn": (190, 60, 62),
}
BLUE: Final[dict[str, Tone]] = {
    "cloth": (10, 104, 214),
    "print": (0, 144, 255),
    "pure": (0, 0, 255),
    "royal": (65, 105, 225),
    "cobalt": (0, 71, 171),
    "denim": (21, 96, 189),
    "navy": (0, 0, 128),
    "dark": (20, 50, 120),
    "faded": (70, 120, 200),
}
NEITHER: Final[dict[str, Tone]] = {
    "pink": (255, 192, 203),
    "hot pink": (255, 105, 180),
    "deep pink": (255, 20, 147),
    "dusty pink": (200, 110, 120),
    "rose": (255, 0, 127),
    "magenta": (220, 0, 200),
    "mulberry": (197, 75, 140),
    "salmon": (250, 128, 114),
    "pale salmon": (230, 140, 130),
    "coral": (255, 127, 80),
    "terracotta": (226, 114, 91),
    "orange": (235, 120, 20),
    "dark orange": (255, 140, 0),
    "orange-red": (255, 69, 0),
    "rust": (183, 65, 14),
    "peach": (255, 203, 164),
    "skin": (200, 150, 120),
    "sienna": (160, 82, 45),
    "brown": (120, 70, 60),
    "dark brown": (60, 30, 28),
    "purple": (120, 10, 160),
    "violet": (90, 20, 220),
    "lavender": (150, 150, 230),
    "plum": (142, 69, 133),
    "teal": (20, 160, 200),
    "cyan": (0, 200, 220),
    "pale sky": (135, 206, 235),
    "powder blue": (160, 190, 230),
    "slate": (112, 128, 144),
    "green": (20, 160, 60),
    "yellow": (240, 220, 40),
    "white": (245, 245, 245),
    "grey": (128, 130, 127),
    "black": (8, 10, 16),
    "black with a red cast": (14, 4, 4),
}


def lit(tone: Tone, gains: tuple[float, ...]) -> NDArray[np.float64]:
    """What a camera gives for a cloth in a light."""
    coded = np.array(tone) / 255
    linear = np.where(coded > 0.04045, ((coded + 0.055) / 1.055) ** 2.4, coded / 12.92)
    seen = np.clip(linear * gains, 0, 1)
    return np.asarray(np.round(255 * np.where(seen > 0.0031308, 1.055 * seen ** (1 / 2.4) - 0.055, 12.92 * seen)))


def taken(tone: Tone, light: str, wanted: Backdrop) -> bool:
    return all(measure.passed for measure in colour_of(shade_of(lit(tone, LIGHTS[light])), wanted, GATE))


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize(("wanted", "cloths"), [(Backdrop.RED, RED), (Backdrop.BLUE, BLUE)])
def test_cloths_of_the_colour_pass_in_any_light(light: str, wanted: Backdrop, cloths: dict[str, Tone]) -> None:
    assert [name for name, tone in cloths.items() if not taken(tone, light, wanted)] == []


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize(("wanted", "others"), [(Backdrop.RED, BLUE | NEITHER), (Backdrop.BLUE, RED | NEITHER)])
def test_other_colours_pass_in_no_light(light: str, wanted: Backdrop, others: dict[str, Tone]) -> None:
    assert [name for name, tone in others.items() if taken(tone, light, wanted)] == []


@pytest.mark.parametrize("tone", [*RED.values(), *BLUE.values()])
def test_the_strength_of_the_light_leaves_hue_and_saturation_alone(tone: Tone) -> None:
    full, dim = (shade_of(lit(tone, LIGHTS[light])) for light in ("6500 K", "a quarter of the light"))
    assert dim.hue == pytest.approx(full.hue, abs=2)
    assert dim.saturation == pytest.approx(full.saturation, rel=0.04)
    assert dim.chroma < 0.7 * full.chroma
