"""Finger and iris image records: every coding, and bytes that are no record."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import PIL.Image
import pytest
import wsq  # noqa: F401 (registers its coding with Pillow)

from station.bench.devices.iso_records import finger_record, iris_record
from station.bench.devices.subject import Grey
from station.biometrics.samples import FINGERS, IRISES, Position
from station.hardware.sbi.iso19794 import BadRecord, read_finger, read_iris

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
PICTURE: Grey = (127 + 100 * np.sin(np.indices((64, 100)).sum(0) * 0.7)).astype(np.uint8)
DEPTH, COMPRESSION, WIDTH = 16 + 18 + 6 + 11, 16 + 18 + 6 + 12, 16 + 18 + 6 + 14
"""Offsets of fields of a finger record with one quality block."""


def _with_picture(coded: bytes, compression: int) -> bytes:
    """A finger record whose picture is replaced."""
    body = bytearray(finger_record(PICTURE, Position.RIGHT_THUMB, 50, AT))
    start = 16 + 18 + 6 + 18
    body[COMPRESSION] = compression
    body[start:] = struct.pack(">I", len(coded)) + coded
    body[16:20] = struct.pack(">I", len(body) - 16)
    body[8:12] = struct.pack(">I", len(body))
    return bytes(body)


def _coded(kind: str) -> bytes:
    out = io.BytesIO()
    PIL.Image.fromarray(PICTURE).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("position", FINGERS)
def test_each_finger(position: Position) -> None:
    read = read_finger(finger_record(PICTURE, position, 50, AT))
    assert read.position is position
    assert (read.image.width, read.image.height, read.image.ppi) == (100, 64, 500)
    assert read.image.pixels == PICTURE.tobytes()


@pytest.mark.parametrize("position", IRISES)
def test_each_eye(position: Position) -> None:
    read = read_iris(iris_record(PICTURE, position, 50, AT))
    assert read.position is position
    assert read.image.pixels == PICTURE.tobytes()


@pytest.mark.parametrize(
    ("compression", "kind", "worst"), [(0, "", 0), (2, "WSQ", 15), (3, "JPEG", 5), (5, "JPEG2000", 0), (6, "PNG", 0)]
)
def test_each_coding(compression: int, kind: str, worst: int) -> None:
    coded = _coded(kind) if kind else PICTURE.tobytes()
    pixels = np.frombuffer(read_finger(_with_picture(coded, compression)).image.pixels, np.uint8)
    off = np.abs(pixels.reshape(PICTURE.shape).astype(int) - PICTURE.astype(int))
    assert off.mean() <= worst


@pytest.mark.parametrize("change", [lambda c: c[: len(c) // 2], lambda c: c[:200], lambda c: b"\xff\xa0" + c[9:]])
def test_a_damaged_wsq_picture(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BadRecord, match="cannot be decoded"):
        read_finger(_with_picture(change(_coded("WSQ")), 2))


@pytest.mark.parametrize("cut", [0, 3, 15, 16, 33, 40, 57, 61, 70, 200])
def test_a_record_cut_short(cut: int) -> None:
    with pytest.raises(BadRecord):
        read_finger(finger_record(PICTURE, Position.LEFT_RING, 50, AT)[:cut])


def test_one_kind_is_not_the_other() -> None:
    with pytest.raises(BadRecord):
        read_iris(finger_record(PICTURE, Position.LEFT_RING, 50, AT))
    with pytest.raises(BadRecord):
        read_finger(iris_record(PICTURE, Position.LEFT_IRIS, 50, AT))


@pytest.mark.parametrize(("offset", "value"), [(DEPTH, 16), (WIDTH, 0xFF), (COMPRESSION, 0), (13, 0)])
def test_a_header_that_lies(offset: int, value: int) -> None:
    record = bytearray(finger_record(PICTURE, Position.LEFT_RING, 50, AT))
    record[offset] = value
    with pytest.raises(BadRecord):
        read_finger(bytes(record))


def test_no_byte_makes_it_fall_over() -> None:
    whole = finger_record(PICTURE, Position.LEFT_RING, 50, AT)
    dice = random.Random(7)
    read = 0
    for _ in range(300):
        record = bytearray(whole)
        for _ in range(3):
            record[dice.randrange(len(record))] = dice.randrange(256)
        try:
            read_finger(bytes(record))
            read += 1
        except BadRecord:
            continue
    assert read > 0
