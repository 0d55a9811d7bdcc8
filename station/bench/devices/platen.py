"""What a scanner's live view shows: the presented pictures side by side, small, as JPEG."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Final

import PIL.Image

from station.bench.devices.subject import Grey

SIZE: Final = (640, 240)
_WHITE: Final = 255


def jpeg(pictures: Iterable[Grey]) -> bytes:
    """The pictures in one row on a white platen."""
    shown = list(pictures)
    row = PIL.Image.new("L", SIZE, _WHITE)
    for number, picture in enumerate(shown):
        small = PIL.Image.fromarray(picture)
        small.thumbnail((SIZE[0] // len(shown), SIZE[1]))
        row.paste(small, (number * SIZE[0] // len(shown), 0))
    out = io.BytesIO()
    row.save(out, "JPEG", quality=80)
    return out.getvalue()
