"""A picture file that anybody may have made -> pixels, or an error in words, in bounded memory.

The kind of file is told by its content, never by its name. Size and depth are read from the header, and what is too
large is refused before a pixel is decoded. What would be changed silently on the way to 8 bits (16-bit samples, CMYK)
is refused with what to do instead; what has one right reading (palette, white behind transparency, a phone's turned
portrait) is done.
"""

from __future__ import annotations

import io
import stat
import struct
import warnings
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import PIL.Image
import PIL.ImageOps
import wsq as _wsq  # noqa: F401  # registers the WSQ format with Pillow
from numpy.typing import NDArray

from station.biometrics import wsq
from station.biometrics.headers import is_cut, kind_of, wsq_ppi
from station.biometrics.nbis import UnusableImage
from station.biometrics.unread import unread_kind, unread_make

Pixels = NDArray[np.uint8]

MOST_BYTES: Final = 256 * 1024 * 1024
"""No picture of MOST_PIXELS is larger as a file, even uncompressed."""
MOST_PIXELS: Final = 50_000_000
"""The largest phone cameras' pictures (50 million); decoded they fill 150 MB."""
LEAST_SIDE: Final = 16
"""Narrower than this, nothing can be seen in a picture."""
LEAST_PPI: Final = 100
"""A smaller figure (72, 96) is a screen's, put in by a program that knew none."""


class Reading(msgspec.Struct, frozen=True):
    """A decoded picture: grey (height, width) or RGB (height, width, 3)."""

    pixels: Pixels
    format: str
    """PNG, JPEG, JPEG2000, BMP, TIFF, PPM, WSQ or WEBP."""
    ppi: int = 0
    """Pixels per inch by the file's own word; 0 where it says none, or not one."""
    uneven_ppi: tuple[int, int] | None = None
    """Pixels per inch across and down, where the file says two different ones."""
    two_levels: bool = False
    """The file is black and white without greys: ink may be like that, skin and eyes are not."""


def read_picture(path: Path, most_pixels: int = MOST_PIXELS) -> Reading:
    """Decode a picture file. Raises UnusableImage, whose text says what is wrong and what to do."""
    data = read_bytes(path)
    kind = kind_of(data)
    if unread := unread_kind(data, kind):
        raise UnusableImage(unread)
    try:
        with warnings.catch_warnings():
            # Pillow warns of odd metadata on standard error; the pixels alone count here.
            warnings.simplefilter("ignore")
            with PIL.Image.open(io.BytesIO(data), formats=(kind,)) as image:
                _refuse_by_header(image, kind, data, most_pixels)
                if kind == "WSQ":
                    return Reading(wsq.decode(data), kind, wsq_ppi(data))
                across, down = _ppi(image.info)
                even = abs(across - down) <= 0.01 * across
                reading = _decoded(image, kind, across if even else 0)
                return reading if even else msgspec.structs.replace(reading, uneven_ppi=(across, down))
    except UnusableImage:
        raise
    except PIL.Image.DecompressionBombError as error:
        raise UnusableImage(f"The picture has far more than the {most_pixels:,} pixels that can be judged.") from error
    except MemoryError as error:
        raise UnusableImage("There is not enough memory for this picture.") from error
    # Decoders meet damage in many ways, down to UnboundLocalError in the WSQ plug-in.
    except Exception as error:
        raise UnusableImage(_failed(error, data, kind)) from error


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """A whole regular file. Raises UnusableImage."""
    try:
        facts = path.stat()
        # Opening a pipe would wait for whoever writes to it.
        if not stat.S_ISREG(facts.st_mode):
            raise UnusableImage("This is no file with a picture in it.")
        if facts.st_size > most:
            raise UnusableImage(f"The file has {facts.st_size:,} bytes; more than {most:,} are not read.")
        with path.open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise UnusableImage(f"The file cannot be opened: {error.strerror or error}.") from error


def grey(pixels: Pixels) -> Pixels:
    """Luma (ITU-R BT.601) of RGB pixels; grey ones as they are."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(PIL.Image.fromarray(pixels).convert("L"), np.uint8)


def _refuse_by_header(image: PIL.Image.Image, kind: str, data: bytes, most_pixels: int) -> None:
    width, height = image.size
    if width * height > most_pixels:
        raise UnusableImage(
            f"The picture is {width}x{height} pixels; more than {most_pixels:,} pixels are not judged. Make it smaller."
        )
    if min(width, height) < LEAST_SIDE:
        raise UnusableImage(f"The picture is only {width}x{height} pixels.")
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        raise UnusableImage("The picture has samples of more than 8 bits. Save it with 8 bits a sample.")
    if image.mode in ("CMYK", "LAB", "HSV"):
        raise UnusableImage(f"The picture's colours are {image.mode}, for print. Save it as grey or RGB.")
    # An MPO file is a phone's JPEG with a second, smaller picture behind the first.
    if kind != "JPEG" and getattr(image, "n_frames", 1) > 1:
        raise UnusableImage(f"The file holds {getattr(image, 'n_frames', 1)} pictures. Give one picture a file.")
    if is_cut(data, kind):
        raise UnusableImage(f"The {kind} picture is damaged or cut short: its end is missing.")


def _decoded(image: PIL.Image.Image, kind: str, ppi: int) -> Reading:
    two_levels = image.mode == "1"
    image.load()
    upright = _upright(image)
    if upright.mode in ("P", "PA", "LA", "La", "RGBa", "RGBX") or "transparency" in upright.info:
        upright = upright.convert("RGBA")
    if upright.mode == "RGBA":
        white = PIL.Image.new("RGBA", upright.size, (255, 255, 255, 255))
        upright = PIL.Image.alpha_composite(white, upright).convert("RGB")
    plain = upright if upright.mode in ("L", "RGB") else upright.convert("L" if two_levels else "RGB")
    pixels = np.array(plain, dtype=np.uint8)
    if pixels.ndim == 3 and (pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all():
        pixels = np.ascontiguousarray(pixels[..., 0])
    return Reading(pixels, kind, ppi, two_levels=two_levels)


def _upright(image: PIL.Image.Image) -> PIL.Image.Image:
    """Turned as its EXIF orientation says; damaged EXIF data says nothing."""
    try:
        return PIL.ImageOps.exif_transpose(image)
    except (SyntaxError, ValueError, TypeError, KeyError, OSError, struct.error, ZeroDivisionError):
        return image


def _ppi(info: dict[Any, Any]) -> tuple[int, int]:
    """What the metadata says across and down, where both are something that a scanner could mean; else (0, 0)."""
    try:
        across, down = (float(value) for value in info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ZeroDivisionError):
        return 0, 0
    if not all(np.isfinite(value) and LEAST_PPI <= value < 100_000 for value in (across, down)):
        return 0, 0
    return round(across), round(down)


def _failed(error: Exception, data: bytes, kind: str) -> str:
    """What to say of a file that could not be decoded."""
    told = _told(error)
    if isinstance(error, PIL.UnidentifiedImageError) and (unread := unread_make(data, kind)):
        return unread
    if told.lower().startswith("unsupported"):
        return f"The {kind} picture is of a kind that is not read here: {told}. Save it as PNG."
    return f"The {kind} picture is damaged or cut short: {told}."


def _told(error: Exception) -> str:
    if isinstance(error, PIL.UnidentifiedImageError):
        return "its header cannot be read"
    return str(error).strip().rstrip(".").split("\n")[0][:120] or type(error).__name__
