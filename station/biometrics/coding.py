"""Pixels to bytes and back, in the formats of the capture package.

Fingers are WSQ (the codec of NBIS at its fixed bit rate of 0.75, nominally 15:1), the face is lossy JPEG 2000,
an iris is lossless JPEG 2000, documents and signatures are PNG.
"""

from __future__ import annotations

import io
from typing import Any, Final

import numpy as np
import PIL.Image
import wsq as _wsq  # noqa: F401  # registers the WSQ format with Pillow
from numpy.typing import NDArray

from station.biometrics.nbis import UnusableImage
from station.biometrics.samples import ImageFormat

Pixels = NDArray[np.uint8]

FACE_RATE: Final = 20
"""Compression ratio of a portrait: 46 dB on a 960x1280 picture of 184 KB; ISO/IEC 19794-5 allows 20:1 or so."""
ORIGINAL_BYTES: Final = 2 << 20
"""What a package of some 5 MB has room for. A 1280x720 frame takes 0.9 to 1.4 MB without loss, and half a second less
than as PNG; an 18 megapixel still comes to 26:1, 45 dB and more."""
MAX_PIXELS: Final = 60_000_000
"""Larger pictures are not decoded: bounded memory for whatever comes in."""

_PILLOW: Final = {
    ImageFormat.JPEG2000: "JPEG2000",
    ImageFormat.WSQ: "WSQ",
    ImageFormat.PNG: "PNG",
    ImageFormat.JPEG: "JPEG",
}


def face_to_jpeg2000(rgb: Pixels, rate: int = FACE_RATE) -> bytes:
    """A portrait as lossy JPEG 2000 (JP2 file) at a compression ratio of `rate` to 1."""
    return _save(rgb, "JPEG2000", irreversible=True, quality_mode="rates", quality_layers=[rate])


def original_to_jpeg2000(rgb: Pixels) -> bytes:
    """A camera's picture as it came: lossless up to ORIGINAL_BYTES, above that at the rate that fits them."""
    if rgb.size <= ORIGINAL_BYTES * 2:
        whole = _save(rgb, "JPEG2000", irreversible=False)
        if len(whole) <= ORIGINAL_BYTES:
            return whole
    return face_to_jpeg2000(rgb, max(2, -(-rgb.size // ORIGINAL_BYTES)))


def iris_to_jpeg2000(grey: Pixels) -> bytes:
    """An eye as lossless JPEG 2000 (JP2 file)."""
    return _save(grey, "JPEG2000", irreversible=False)


def finger_to_wsq(grey: Pixels) -> bytes:
    """A print or a slap at 500 ppi as WSQ."""
    return _save(grey, "WSQ")


def to_png(pixels: Pixels, ppi: int = 0) -> bytes:
    """Any grey or RGB picture as PNG, with its resolution where that is known."""
    return _save(pixels, "PNG", **({"dpi": (ppi, ppi)} if ppi else {}))


def decode(data: bytes, image_format: ImageFormat) -> Pixels:
    """Grey (height, width) or RGB (height, width, 3) pixels of a coded picture.

    Raises UnusableImage for bytes that are not what `image_format` says, or too large.
    """
    name = _PILLOW.get(image_format)
    if name is None:
        raise UnusableImage(f"{image_format} is no picture format.")
    try:
        with PIL.Image.open(io.BytesIO(data), formats=(name,)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise UnusableImage(f"A picture of {image.width}x{image.height} pixels is too large.")
            plain = image if image.mode in ("L", "RGB") else image.convert("RGB")
            return np.array(plain, dtype=np.uint8)
    except UnusableImage:
        raise
    except Exception as error:  # The WSQ codec raises bare Exception, and UnboundLocalError for a cut header.
        raise UnusableImage(f"These {len(data)} bytes are no readable {name} picture.") from error


def _save(pixels: Pixels, name: str, **options: Any) -> bytes:
    out = io.BytesIO()
    PIL.Image.fromarray(np.ascontiguousarray(pixels)).save(out, name, **options)
    return out.getvalue()
