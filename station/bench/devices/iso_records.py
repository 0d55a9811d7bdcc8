"""Finger and iris image records as a certified scanner makes them: lossless JPEG 2000 inside."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from station.bench.devices.subject import Grey
from station.biometrics import coding
from station.biometrics.records import finger, iris
from station.biometrics.records.blocks import Quality
from station.biometrics.samples import Position

FINGER_PPI: Final = 500


def finger_record(picture: Grey, position: Position, quality: int, at: datetime) -> bytes:
    """ISO/IEC 19794-4:2011 with one representation."""
    height, width = picture.shape
    size = finger.Size(width, height, FINGER_PPI)
    coded = coding.iris_to_jpeg2000(picture)
    return finger.write(finger.of_image(coded, position, finger.JPEG2000_LOSSLESS, size, at, Quality(quality)))


def iris_record(picture: Grey, position: Position | None, quality: int, at: datetime) -> bytes:
    """ISO/IEC 19794-6:2011 with one representation."""
    height, width = picture.shape
    header = iris.grey_header(position, width, height)
    return iris.write(iris.of_image(coding.iris_to_jpeg2000(picture), header, at, Quality(quality)))
