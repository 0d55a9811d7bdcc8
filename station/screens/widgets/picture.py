"""Live and still pictures, blitted fast.

The screen thread only hands bytes to the texture. Measured with llvmpipe on 2 cores: a 1280x720 RGB frame costs 10 ms a
blit, so pictures are shrunk to what is shown before they get here (`shrunk`, on the thread that reads the camera).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ColorProperty, ListProperty, ObjectProperty, OptionProperty
from kivy.uix.widget import Widget

from station.screens.pixels import Pixels, rows_of, shrunk
from station.screens.theme import load_kv, theme

__all__ = ["Picture", "Pixels", "rows_of", "shrunk"]


class Picture(Widget):
    """A picture, shown whole (`contain`) or filling the frame (`cover`)."""

    role = "picture"
    fit = OptionProperty("contain", options=["contain", "cover"])
    mirrored = BooleanProperty(False)
    """As in a mirror: what a person expects of a live view of themselves."""
    ground = ColorProperty(theme.line)
    texture = ObjectProperty(None, allownone=True)
    box = ListProperty([0, 0, 0, 0])
    """Where the picture is: x, y, width, height in window pixels."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        # Drawn here and not in KV: giving a Rectangle its texture resets its corners, so the order matters.
        with self.canvas:
            self._tint = Color(1, 1, 1, 0)
            self._rectangle = Rectangle(size=(0, 0))
        for name in ("pos", "size", "fit", "mirrored", "texture"):
            self.fbind(name, self._place)
        self._place()

    def show(self, pixels: Pixels) -> None:
        """Show rows of RGB; the texture is kept while the size stays the same."""
        height, width = pixels.shape[:2]
        if self.texture is None or tuple(self.texture.size) != (width, height):
            self.texture = Texture.create((width, height), colorfmt="rgb")
        self.texture.blit_buffer(np.ascontiguousarray(pixels).reshape(-1), colorfmt="rgb", bufferfmt="ubyte")
        self.canvas.ask_update()

    def clear(self) -> None:
        """Show nothing."""
        self.texture = None

    def _place(self, *_: object) -> None:
        if self.texture is None or self.width < 1 or self.height < 1:
            self.box = [self.x, self.y, 0, 0]
            self._rectangle.size = (0, 0)
            return
        wide, high = self.texture.size
        left = top = 0.0
        if self.fit == "contain":
            factor = min(self.width / wide, self.height / high)
            width, height = wide * factor, high * factor
            self.box = [self.center_x - width / 2, self.center_y - height / 2, width, height]
        else:
            factor = max(self.width / wide, self.height / high)
            left = (1 - self.width / (wide * factor)) / 2
            top = (1 - self.height / (high * factor)) / 2
            self.box = [self.x, self.y, self.width, self.height]
        right = 1 - left
        if self.mirrored:
            left, right = right, left
        # Rows come top first, so the texture's y runs down: bottom left corner first, as Kivy counts.
        self._tint.a = 1
        self._rectangle.texture = self.texture
        self._rectangle.pos, self._rectangle.size = self.box[:2], self.box[2:]
        self._rectangle.tex_coords = [left, 1 - top, right, 1 - top, right, top, left, top]


load_kv(__file__)
