"""Finger image records by ISO/IEC 19794-4:2005: header "FIR", version "010". Older scanners still send them.

General header of 32 bytes (table 2 of that edition) with a record length of six bytes, then for each
view a header of 14 bytes (table 4) and the image data up to the view's length.
"""

from __future__ import annotations

from typing import Final

import msgspec

from station.biometrics.records import blocks, pictures
from station.biometrics.records.cursor import Reader, RecordError, Writer, check_start
from station.biometrics.records.finger import MAGIC, tell_raw
from station.biometrics.records.layout import Field, Layout, Slot, Told, code
from station.biometrics.records.pictures import Claim
from station.biometrics.records.positions import (
    COMPRESSIONS_2005,
    IMPRESSIONS_2005,
    PACKED,
    POSITIONS_2005,
    SCALE_UNITS,
)

VERSION: Final = b"010\0"
_KIND: Final = "ISO/IEC 19794-4:2005"
_VIEW_HEAD: Final = 14
_PICTURES: Final = {2: "WSQ", 3: "JPEG", 4: "JPEG 2000", 5: "PNG"}
"""What the image data begin as, by the code of the compression."""


class GeneralHeader(msgspec.Struct, frozen=True):
    """What all views of a record share."""

    device: int
    level: int
    fingers: int
    scale_units: int
    scan_horizontal: int
    scan_vertical: int
    image_horizontal: int
    image_vertical: int
    depth: int
    compression: int
    reserved: int = 0


class ViewHeader(msgspec.Struct, frozen=True):
    """What is the view's own."""

    position: int
    views: int
    view: int
    quality: int
    impression: int
    width: int
    height: int
    reserved: int = 0


class View(msgspec.Struct, frozen=True):
    """One view of a finger or palm."""

    header: ViewHeader
    image: bytes


class Finger2005Record(msgspec.Struct, frozen=True):
    """A whole record."""

    header: GeneralHeader
    views: tuple[View, ...]


_GENERAL: Final = Layout(
    GeneralHeader,
    Slot(2, "Capture device ID", codes={0: "unreported"}),
    Slot(2, "Image acquisition level"),
    Slot(1, "Number of fingers/palms"),
    code(1, "Scale units", SCALE_UNITS),
    Slot(2, "Scan resolution (horizontal)", "pixels per scale unit"),
    Slot(2, "Scan resolution (vertical)", "pixels per scale unit"),
    Slot(2, "Image resolution (horizontal)", "pixels per scale unit"),
    Slot(2, "Image resolution (vertical)", "pixels per scale unit"),
    Slot(1, "Pixel depth", "bits"),
    code(1, "Image compression algorithm", COMPRESSIONS_2005),
    Slot(2, "Reserved"),
)
_VIEW: Final = Layout(
    ViewHeader,
    code(1, "Finger/palm position", POSITIONS_2005),
    Slot(1, "Count of views"),
    Slot(1, "View number"),
    Slot(1, "Finger/palm image quality", "of 100", {254: "undefined"}),
    code(1, "Impression type", IMPRESSIONS_2005),
    Slot(2, "Horizontal line length", "pixels"),
    Slot(2, "Vertical line length", "pixels"),
    Slot(1, "Reserved"),
)


def read(data: bytes) -> Finger2005Record:
    """Read a record. Raises RecordError."""
    reader = check_start(data, MAGIC, VERSION, _KIND)
    blocks.check_length(reader, 6, len(data))
    header = _GENERAL.read(reader)
    views: list[View] = []
    while reader.left or not views:
        views.append(_read_view(reader))
    return Finger2005Record(header, tuple(views))


def write(record: Finger2005Record) -> bytes:
    """The record's bytes. Raises RecordError where a value does not fit its field."""
    writer = Writer()
    writer.put(MAGIC + VERSION)
    size = sum(_VIEW_HEAD + len(view.image) for view in record.views)
    writer.number(14 + _GENERAL.size + size, 6, "Length of record")
    _GENERAL.write(writer, record.header)
    for view in record.views:
        writer.number(_VIEW_HEAD + len(view.image), 4, "Length of finger data block")
        _VIEW.write(writer, view.header)
        writer.put(view.image)
    return writer.bytes()


def tell(record: Finger2005Record) -> Told:
    """Every field in the words of the standard."""
    fields = (Field("Format identifier", "FIR"), Field("Version number", "010"), *_GENERAL.tell(record.header))
    parts = tuple(_tell_view(record, view, number) for number, view in enumerate(record.views, start=1))
    distinct = len({view.header.position for view in record.views})
    odd = f"The header says {record.header.fingers} fingers or palms, the views have {distinct}."
    return Told(f"Finger image record, {_KIND}", fields, parts, (odd,) if distinct != record.header.fingers else ())


def _read_view(reader: Reader) -> View:
    start = reader.offset
    length = reader.number(4, "Length of finger data block")
    if length < _VIEW_HEAD or length - 4 > reader.left:
        raise RecordError(f"Length of finger data block is {length}, and {reader.left + 4} bytes are left", start)
    return View(_VIEW.read(reader), reader.take(length - _VIEW_HEAD, "Image data"))


def _tell_view(record: Finger2005Record, view: View, number: int) -> Told:
    header, general = view.header, record.header
    claim = Claim(
        (header.width, header.height),
        _PICTURES.get(general.compression, ""),
        general.compression <= PACKED,
        bits=general.depth,
    )
    picture = pictures.tell(view.image, claim)
    remarks = tell_raw(general.compression, header.width, header.height, general.depth, len(view.image))
    return Told(f"View {number}", _VIEW.tell(header), (picture,), remarks)
