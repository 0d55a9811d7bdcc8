"""What is captured and how it is judged, in the words of ISO/IEC 2382-37 and 19794.

A *sample* is what a device gave; an *attempt* is one try at a step; a *verdict* is what the
configured gate says of one sample. These types cross every room, so they carry no behaviour.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec


class Position(StrEnum):
    """Finger, slap, eye or other position. Values are the file names of the capture package."""

    RIGHT_THUMB = "right-thumb"
    RIGHT_INDEX = "right-index"
    RIGHT_MIDDLE = "right-middle"
    RIGHT_RING = "right-ring"
    RIGHT_LITTLE = "right-little"
    LEFT_THUMB = "left-thumb"
    LEFT_INDEX = "left-index"
    LEFT_MIDDLE = "left-middle"
    LEFT_RING = "left-ring"
    LEFT_LITTLE = "left-little"
    RIGHT_FOUR = "right-four"
    LEFT_FOUR = "left-four"
    THUMBS = "thumbs"
    RIGHT_IRIS = "right-iris"
    LEFT_IRIS = "left-iris"
    FACE = "face"
    FACE_ORIGINAL = "face-original"
    """The picture as the camera gave it, of which FACE is the portrait."""
    SIGNATURE = "signature"


RIGHT_FOUR: Final = (Position.RIGHT_INDEX, Position.RIGHT_MIDDLE, Position.RIGHT_RING, Position.RIGHT_LITTLE)
LEFT_FOUR: Final = (Position.LEFT_INDEX, Position.LEFT_MIDDLE, Position.LEFT_RING, Position.LEFT_LITTLE)
THUMBS: Final = (Position.RIGHT_THUMB, Position.LEFT_THUMB)
FINGERS: Final = (Position.RIGHT_THUMB, *RIGHT_FOUR, Position.LEFT_THUMB, *LEFT_FOUR)
"""In the order of ISO/IEC 19794-4 table 2: codes 1 to 10."""
IRISES: Final = (Position.RIGHT_IRIS, Position.LEFT_IRIS)
"""In the order of ISO/IEC 19794-6: right is 1, left is 2."""
SLAPS: Final = {Position.RIGHT_FOUR: RIGHT_FOUR, Position.LEFT_FOUR: LEFT_FOUR, Position.THUMBS: THUMBS}


class ImageFormat(StrEnum):
    """How the bytes of a sample are coded; values are file extensions."""

    JPEG2000 = "jp2"
    WSQ = "wsq"
    PNG = "png"
    JPEG = "jpg"
    JSON = "json"


class Measure(msgspec.Struct, frozen=True):
    """One measured property of a sample."""

    name: str
    value: float
    low: float | None = None
    """The gate's lower limit, where it has one."""
    high: float | None = None
    """The gate's upper limit, where it has one."""
    scaled: float | None = None
    """The same on the 0 to 100 scale of a published mapping (OFIQ's for a face), where there is one."""

    @property
    def passed(self) -> bool:
        return (self.low is None or self.value >= self.low) and (self.high is None or self.value <= self.high)


class Verdict(msgspec.Struct, frozen=True):
    """What the gate says of one sample.

    `score` (0 to 100) orders attempts so that the best is kept: NFIQ 2 for a finger, the worst
    scaled measure elsewhere. `advice` is a message id (`advice.finger.dry`, ...) of the most
    useful thing to tell the student, or None where there is nothing to tell; of a good sample it
    is a remark (a contact lens is suspected), nothing to be done again for.
    """

    score: int
    good: bool
    measures: tuple[Measure, ...] = ()
    advice: str | None = None


class Sample(msgspec.Struct, frozen=True):
    """One captured thing, coded, with the verdict on it."""

    position: Position
    format: ImageFormat
    data: bytes
    verdict: Verdict
    width: int = 0
    height: int = 0
    ppi: int = 0
    """Pixels per inch; 0 where the word has no meaning (face, iris)."""
