"""A state as icon, word and colour together, never colour alone."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from kivy.properties import ColorProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from station.screens.theme import Colour, load_kv, theme
from station.screens.widgets import icons as _icons  # noqa: F401  (its KV rules are used in badge.kv)
from station.screens.widgets.words import extents


class Tone(StrEnum):
    """What a state means to the reader."""

    PLAIN = "plain"
    NOW = "now"
    CALL = "call"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


TONES: Final[dict[str, tuple[Colour, Colour, str]]] = {
    Tone.PLAIN: (theme.ink_soft, theme.fog, "ring"),
    Tone.NOW: (theme.primary, theme.primary_tint, "dot"),
    Tone.CALL: (theme.ink, theme.call, "speaker"),
    Tone.GOOD: (theme.good, theme.good_tint, "check"),
    Tone.WARN: (theme.warn, theme.warn_tint, "warning"),
    Tone.BAD: (theme.bad, theme.bad_tint, "cross"),
}
"""Text colour, ground and usual icon of each tone."""


class Badge(BoxLayout):
    """A small rounded sign."""

    text = StringProperty("")
    tone = OptionProperty(Tone.PLAIN, options=list(Tone))
    icon = StringProperty("")
    """Another icon than the tone's own."""
    colour = ColorProperty(theme.ink_soft)
    ground = ColorProperty(theme.fog)
    shown_icon = StringProperty("ring")
    most = NumericProperty(24)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        for name in ("text", "tone", "icon", "most"):
            self.fbind(name, self._dress)
        self._dress()

    def _dress(self, *_: object) -> None:
        self.colour, self.ground, usual = TONES[self.tone]
        self.shown_icon = self.icon or usual
        size = max(8, round(self.most))
        self.width = extents(self.text, size, True, None)[0] + size * 2.6


load_kv(__file__)
