"""Code tables of finger images that ISO/IEC 19794-4:2005 and :2011 and ANSI/NIST-ITL share."""

from __future__ import annotations

from typing import Final

from station.biometrics.samples import FINGERS, Position

POSITION_CODES: Final = {position: number for number, position in enumerate(FINGERS, start=1)} | {
    Position.RIGHT_FOUR: 13,
    Position.LEFT_FOUR: 14,
    Position.THUMBS: 15,
}
"""ISO/IEC 19794-4 and ANSI/NIST-ITL code a finger and a slap alike."""

POSITIONS_2005: Final = {
    0: "unknown",
    1: "right thumb",
    2: "right index finger",
    3: "right middle finger",
    4: "right ring finger",
    5: "right little finger",
    6: "left thumb",
    7: "left index finger",
    8: "left middle finger",
    9: "left ring finger",
    10: "left little finger",
    13: "plain right four fingers",
    14: "plain left four fingers",
    15: "plain thumbs (2)",
    20: "unknown palm",
    21: "right full palm",
    22: "right writer's palm",
    23: "left full palm",
    24: "left writer's palm",
    25: "right lower palm",
    26: "right upper palm",
    27: "left lower palm",
    28: "left upper palm",
    29: "right other",
    30: "left other",
    31: "right interdigital",
    32: "right thenar",
    33: "right hypothenar",
    34: "left interdigital",
    35: "left thenar",
    36: "left hypothenar",
}

POSITIONS: Final = POSITIONS_2005 | {
    40: "right index and middle fingers",
    41: "right middle and ring fingers",
    42: "right ring and little fingers",
    43: "left index and middle fingers",
    44: "left middle and ring fingers",
    45: "left ring and little fingers",
    46: "right and left index fingers",
    47: "right index, middle and ring fingers",
    48: "right middle, ring and little fingers",
    49: "left index, middle and ring fingers",
    50: "left middle, ring and little fingers",
}

AN2_POSITIONS: Final = POSITIONS | {11: "plain right thumb", 12: "plain left thumb"}
"""ANSI/NIST-ITL codes a plain thumb of its own."""

SCALE_UNITS: Final = {1: "pixels per inch", 2: "pixels per centimetre"}

COMPRESSIONS_2005: Final = {
    0: "uncompressed, no bit packing",
    1: "uncompressed, bit packed",
    2: "compressed, WSQ",
    3: "compressed, JPEG",
    4: "compressed, JPEG 2000",
    5: "PNG",
}
COMPRESSIONS: Final = {
    0: "uncompressed, no bit packing",
    1: "uncompressed, bit packed",
    2: "compressed, WSQ",
    3: "compressed, JPEG lossy",
    4: "compressed, JPEG 2000 lossy",
    5: "compressed, JPEG 2000 lossless",
    6: "compressed, PNG",
}
PACKED: Final = 1

IMPRESSIONS_2005: Final = {
    0: "live-scan plain",
    1: "live-scan rolled",
    2: "nonlive-scan plain",
    3: "nonlive-scan rolled",
    7: "latent",
    8: "swipe",
    9: "live-scan contactless",
}
IMPRESSIONS: Final = {
    0: "live-scan plain",
    1: "live-scan rolled",
    2: "nonlive-scan plain",
    3: "nonlive-scan rolled",
    4: "latent impression",
    5: "latent tracing",
    6: "latent photo",
    7: "latent lift",
    8: "live-scan swipe",
    9: "live-scan vertical roll",
    10: "live-scan palm",
    11: "nonlive-scan palm",
    12: "latent palm impression",
    13: "latent palm tracing",
    14: "latent palm photo",
    15: "latent palm lift",
    24: "live-scan optical contactless plain",
    28: "other",
    29: "unknown",
}


def raw_size(width: int, height: int, depth: int, *, packed: bool) -> int:
    """Bytes of an uncompressed grey image: packed bit to bit, or whole bytes a pixel."""
    if packed:
        return (width * height * depth + 7) // 8
    return width * height * ((depth + 7) // 8)
