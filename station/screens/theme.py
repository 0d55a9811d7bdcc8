"""The visual language of both displays, declared once: colours, spaces, radius and type.

Sizes are given in pixels of a 1280x800 window and follow the real window by one factor. In KV, write
`theme.body`, `theme.primary`, `theme.s16`; a screen states what it shows and never a colour or size of its own.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final

from kivy.event import EventDispatcher
from kivy.lang import Builder
from kivy.lang.parser import global_idmap
from kivy.properties import AliasProperty, BooleanProperty, NumericProperty, StringProperty

Colour = tuple[float, float, float, float]
"""Red, green, blue and opacity from 0 to 1, as Kivy takes them."""

BASE_WIDTH: Final = 1280
BASE_HEIGHT: Final = 800


class Audience(StrEnum):
    """Who reads the window now: sizes differ, colours do not."""

    STUDENT = "student"
    OPERATOR = "operator"


def colour(code: str, opacity: float = 1.0) -> Colour:
    """A `#RRGGBB` code as Kivy takes it."""
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return (red, green, blue, opacity)


def contrast(first: Colour, second: Colour) -> float:
    """Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, "contrast ratio" and "relative luminance")."""

    def luminance(of: Colour) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in of[:3]]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class _Sizes:
    """Pixels at 1280x800 that depend on the audience: (student, operator)."""

    title = (56, 28)
    body = (34, 20)
    caption = (24, 16)
    number = (220, 64)
    target = (96, 56)
    radius = (16, 10)
    gap = (24, 16)
    edge = (40, 24)
    bar = (112, 64)


def _sized(name: str) -> AliasProperty:
    student, operator = getattr(_Sizes, name)

    def size(theme: Theme) -> float:
        return float((student if theme.audience == Audience.STUDENT else operator) * theme.scale)

    return AliasProperty(size, None, bind=("scale", "audience"), cache=True)


def _scaled(pixels: int) -> AliasProperty:
    def size(theme: Theme) -> float:
        return float(pixels * theme.scale)

    return AliasProperty(size, None, bind=("scale",), cache=True)


class Theme(EventDispatcher):
    """The tokens, observable so that a change of window or audience moves everything that uses them."""

    paper: ClassVar[Colour] = colour("#FFFFFF")
    fog: ClassVar[Colour] = colour("#F2F5F9")
    line: ClassVar[Colour] = colour("#D5DCE6")
    ink: ClassVar[Colour] = colour("#0F1B2D")
    ink_soft: ClassVar[Colour] = colour("#445469")
    primary: ClassVar[Colour] = colour("#0B4F8A")
    primary_pressed: ClassVar[Colour] = colour("#083A66")
    primary_tint: ClassVar[Colour] = colour("#E3EEF8")
    """Behind what is selected or under way; ink on it keeps 7:1."""
    call: ClassVar[Colour] = colour("#F2A900")
    call_pressed: ClassVar[Colour] = colour("#DD9B00")
    good: ClassVar[Colour] = colour("#0B7A4B")
    good_tint: ClassVar[Colour] = colour("#E4F3EC")
    warn: ClassVar[Colour] = colour("#9A5B00")
    warn_tint: ClassVar[Colour] = colour("#FBF0DC")
    bad: ClassVar[Colour] = colour("#B3261E")
    bad_pressed: ClassVar[Colour] = colour("#8C1D18")
    bad_tint: ClassVar[Colour] = colour("#FBE9E7")
    skin: ClassVar[Colour] = colour("#CBD6E3")
    """The drawn hand and face: deliberately nobody's."""
    ktp_red: ClassVar[Colour] = colour("#DB1514")
    ktp_blue: ClassVar[Colour] = colour("#0090FF")
    veil: ClassVar[Colour] = colour("#0F1B2D", 0.55)
    """Over the screen, behind an alert."""
    clear: ClassVar[Colour] = (0.0, 0.0, 0.0, 0.0)

    scale = NumericProperty(1.0)
    """Pixels of this window per pixel at 1280x800."""
    audience = StringProperty(Audience.STUDENT)
    moves = BooleanProperty(True)
    """False: no animation at all."""
    left_handed = BooleanProperty(False)
    """The primary action stands bottom left."""

    title = _sized("title")
    body = _sized("body")
    caption = _sized("caption")
    number = _sized("number")
    target = _sized("target")
    radius = _sized("radius")
    gap = _sized("gap")
    edge = _sized("edge")
    bar = _sized("bar")
    table = _scaled(18)
    s1 = _scaled(1)
    s2 = _scaled(2)
    s4 = _scaled(4)
    s8 = _scaled(8)
    s16 = _scaled(16)
    s24 = _scaled(24)
    s40 = _scaled(40)
    s64 = _scaled(64)

    def fit(self, width: float, height: float) -> None:
        """Follow a window of this size in pixels."""
        self.scale = min(width / BASE_WIDTH, height / BASE_HEIGHT)

    def px(self, pixels: float) -> float:
        """Pixels at 1280x800 in pixels of this window, for drawing code; KV uses the properties."""
        return float(pixels * self.scale)

    def moment(self) -> float:
        """Seconds that a movement takes: 0.15, or 0 where nothing moves."""
        return 0.15 if self.moves else 0.0


theme: Final = Theme()
"""The one theme of this process; every KV file knows it as `theme`."""
global_idmap["theme"] = theme


def load_kv(module_file: str) -> None:
    """Load the .kv file that stands beside a module; a second load changes nothing."""
    path = str(Path(module_file).with_suffix(".kv"))
    if path not in Builder.files:
        Builder.load_file(path)


load_kv(__file__)
