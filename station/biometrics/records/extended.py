"""Extended data blocks after a finger image, by ISO/IEC 19794-4:2011: segmentation, annotation, comments, others.

A block is kept as its bytes. Segmentation and annotation are taken apart for telling where their fields
fill the block exactly; where they do not, the block is told as the bytes that it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import msgspec

from station.biometrics.records.cursor import Reader, RecordError, Writer
from station.biometrics.records.layout import UNDEFINED, Field, Told
from station.biometrics.records.positions import POSITIONS

SEGMENTATION: Final = 0x0001
ANNOTATION: Final = 0x0002
_COMMENTS: Final = range(0x0003, 0x0100)
_HEAD: Final = 4
_ANNOTATIONS: Final = {1: "amputated finger", 2: "unable to print (e.g. bandaged)"}


class ExtendedBlock(msgspec.Struct, frozen=True):
    """One block; `data` is what follows code and length."""

    code: int
    data: bytes


def read_extended(reader: Reader) -> tuple[ExtendedBlock, ...]:
    """The blocks up to the end of the representation."""
    found = []
    while reader.left:
        start = reader.offset
        kind = reader.number(2, "Extended data block identification code")
        length = reader.number(2, "Extended data block length")
        if not _HEAD <= length <= reader.left + _HEAD:
            raise RecordError(
                f"Extended data block length is {length}, and {reader.left + _HEAD} bytes are left", start
            )
        found.append(ExtendedBlock(kind, reader.take(length - _HEAD, "Extended data block")))
    return tuple(found)


def write_extended(writer: Writer, blocks: Sequence[ExtendedBlock]) -> None:
    """The blocks, one after another."""
    for block in blocks:
        writer.number(block.code, 2, "Extended data block identification code")
        writer.number(len(block.data) + _HEAD, 2, "Extended data block length")
        writer.put(block.data)


def tell_extended(blocks: Sequence[ExtendedBlock]) -> tuple[Told, ...]:
    """A part for each block."""
    return tuple(_tell(block) for block in blocks)


def _tell(block: ExtendedBlock) -> Told:
    head = Field("Extended data block identification code", block.code, meaning=_kind(block.code))
    size = Field("Extended data block length", len(block.data) + _HEAD, "bytes")
    title = f"Extended data block, {_kind(block.code)}"
    try:
        if block.code == SEGMENTATION:
            inside, parts = _segmentation(Reader(block.data))
            return Told(title, (head, size, *inside), parts)
        if block.code == ANNOTATION:
            return Told(title, (head, size), _annotation(Reader(block.data)))
    except RecordError:
        remark = ("Its fields do not fill it exactly; it is told as bytes.",)
        return Told(title, (head, size, _digest(block.data)), remarks=remark)
    if block.code in _COMMENTS and block.data.rstrip(b"\0").isascii():
        return Told(title, (head, size, Field("Comment data", ascii(block.data.rstrip(b"\0").decode())[1:-1])))
    return Told(title, (head, size, _digest(block.data)))


def _kind(code: int) -> str:
    if code in (SEGMENTATION, ANNOTATION):
        return "segmentation" if code == SEGMENTATION else "annotation"
    if code in _COMMENTS:
        return "comment"
    return "reserved" if code == 0 else "vendor-defined"


def _digest(data: bytes) -> Field:
    return Field("SHA-256 of the block's data", hashlib.sha256(data).hexdigest())


def _segmentation(reader: Reader) -> tuple[tuple[Field, ...], tuple[Told, ...]]:
    names = ("Segmentation algorithm vendor identifier", "Segmentation algorithm identifier")
    fields = [Field(name, reader.number(2, name)) for name in names]
    fields.append(Field("Segmentation quality score", reader.number(1, "Segmentation quality score"), "of 100"))
    names = ("Segmentation quality algorithm vendor identifier", "Segmentation quality algorithm identifier")
    fields += [Field(name, reader.number(2, name)) for name in names]
    count = reader.number(1, "Number of segmentation data")
    parts = tuple(_segment(reader, number) for number in range(1, count + 1))
    reader.finish("the segmentation data")
    return tuple(fields), parts


def _segment(reader: Reader, number: int) -> Told:
    position = _position(reader)
    quality = Field("Finger quality", reader.number(1, "Finger quality"), "of 100")
    points = []
    for _ in range(reader.number(1, "Number of coordinates")):
        points.append((reader.number(2, "X coordinate"), reader.number(2, "Y coordinate")))
    text = " ".join(f"({x}, {y})" for x, y in points)
    turned = Field("Finger orientation", reader.number(1, "Finger orientation"))
    return Told(f"Segment {number}", (position, quality, Field("Coordinates", text, "pixels"), turned))


def _annotation(reader: Reader) -> tuple[Told, ...]:
    told = []
    for number in range(1, reader.number(1, "Number of annotations") + 1):
        position = _position(reader)
        reason = reader.number(1, "Annotation code")
        what = Field("Annotation code", reason, meaning=_ANNOTATIONS.get(reason, UNDEFINED))
        told.append(Told(f"Annotation {number}", (position, what)))
    reader.finish("the annotations")
    return tuple(told)


def _position(reader: Reader) -> Field:
    position = reader.number(1, "Finger/palm position")
    return Field("Finger/palm position", position, meaning=POSITIONS.get(position, UNDEFINED))
