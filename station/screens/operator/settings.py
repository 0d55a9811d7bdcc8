"""Settings of this console: language, hand, animations, PIN. They last until somebody else signs in."""

from __future__ import annotations

from station.screens.locale.speech import tr
from station.screens.operator.frame import OperatorScreen
from station.screens.theme import load_kv, theme


class SettingsScreen(OperatorScreen):
    """Each setting is a question with its answers beside it."""

    def speak(self, language: str) -> None:
        """In this language."""
        tr.language = language

    def use_hand(self, left: bool) -> None:
        """The primary action on this hand's side."""
        theme.left_handed = left

    def move(self, moves: bool) -> None:
        """With or without animations."""
        theme.moves = moves


load_kv(__file__)
