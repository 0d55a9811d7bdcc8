"""Find yourself by the invitation: hold its code before the camera, or under the reader."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from station.screens.pixels import Pixels
from station.screens.student.find import FindScreen
from station.screens.student.flow import Stage
from station.screens.theme import load_kv
from station.screens.widgets import picture as _picture  # noqa: F401  (its KV rules are used in find_code.kv)


class CodeSearch(BoxLayout):
    """The live picture with the frame to aim at."""

    screen = ObjectProperty(None, allownone=True, rebind=True)
    camera = BooleanProperty(True)


class FindCode(FindScreen):
    """Aim, then the answer."""

    stage = Stage.CODE

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.search = CodeSearch(screen=self)

    def aim(self, pixels: Pixels | None, *, camera: bool) -> None:
        """What the camera sees now; None for nothing new."""
        self.search.camera = camera
        if not camera:
            self.search.ids.picture.clear()
        elif pixels is not None:
            self.search.ids.picture.show(pixels)

    def leave(self) -> None:
        self.search.ids.picture.clear()


load_kv(__file__)
