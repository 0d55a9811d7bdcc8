"""Pictures of the window as it stands, for the gallery, the bench and the technician."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels
from PIL import Image

from station.files import make_folder, write_durably


def grab(window: Any) -> npt.NDArray[np.uint8]:
    """The window's pixels as rows of RGB, first row on top.

    Draws once more and reads before the buffers are swapped, since what the back buffer holds after a swap is not
    defined (all zero with SDL's offscreen driver). Costs one frame on the screen thread; RGBA, because its rows need
    no padding.
    """
    width, height = window.system_size
    window.dispatch("on_draw")
    data = glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE)
    return np.frombuffer(data, np.uint8).reshape(height, width, 4)[::-1, :, :3]


def save_png(pixels: npt.NDArray[np.uint8], path: Path) -> None:
    """Write a PNG, whole or not at all: who finds it there need not take it again.

    Takes tens of milliseconds: call it off the screen thread. Raises OSError, DiskTrouble among them.
    """
    coded = BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(coded, "PNG", compress_level=3)
    make_folder(path.parent, 0o755)
    write_durably(path, coded.getvalue(), mode=0o644)
