"""Surfaces: a card on the fog, and a line between things."""

from __future__ import annotations

from kivy.properties import ColorProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from station.screens.theme import load_kv, theme


class Panel(BoxLayout):
    """A white card with round corners."""

    fill = ColorProperty(theme.paper)
    edge_colour = ColorProperty(theme.line)


class Rule(Widget):
    """A thin line across."""


load_kv(__file__)
