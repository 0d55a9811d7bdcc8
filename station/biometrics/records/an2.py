"""ANSI/NIST-ITL files (traditional encoding): made through nistitl, read here with offsets.

nistitl's own parser drops leading zeros and does not end on a binary record of length 0, so files from
outside are read by this module, which keeps every field's tag and bytes and can write them again as they
were. What is made here reads back equal in both; a test holds that.

A file is a Type-1 record (text), then records of text fields divided by GS and ended by FS, the last field
(999) being bytes; or, of the types 3 to 8, a length, an IDC and bytes. Only Type-1's list of contents (CNT)
says which type a binary record has.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
import nistitl

from station.biometrics.records import an2_binary, pictures
from station.biometrics.records.an2_fields import OWN_DOMAIN, OWN_FIELDS, name_of
from station.biometrics.records.cursor import MAX_FIELDS, MAX_RECORD, RecordError
from station.biometrics.records.layout import Field, Told
from station.biometrics.records.pictures import Claim

FS: Final = b"\x1c"
GS: Final = b"\x1d"
RS: Final = b"\x1e"
US: Final = b"\x1f"
DATA: Final = 999
_BINARY: Final = range(3, 9)
_TAG: Final = re.compile(rb"(\d{1,2})\.(\d{2,4}):")
_LENGTH: Final = re.compile(rb"\d{1,2}\.0{0,2}1:(\d{1,10})(?=[\x1c\x1d])")
_COMPRESSED: Final = {
    b"NONE": "",
    b"WSQ20": "WSQ",
    b"WSQ": "WSQ",
    b"JPEGB": "JPEG",
    b"JPEGL": "JPEG",
    b"JP2": "JPEG 2000",
    b"JP2L": "JPEG 2000",
    b"PNG": "PNG",
}
"""Field 11, and what the image begins as."""
_IMAGES: Final = frozenset({10, 13, 14, 15, 16, 17, 19})
"""Types whose data are an image with size and compression in the fields 6, 7 and 11; others' data are their own."""
_PHOTO: Final = 10
_COLOURS: Final = {b"GRAY": 8, b"SRGB": 24, b"RGB": 24, b"YCC": 24, b"SYCC": 24}
"""Bits of an uncompressed pixel by the colour space of a Type-10 record."""
_LONGEST_TEXT: Final = 300
_LONGEST_CONTENTS: Final = 20_000
"""Bytes of the list of contents; the standard has at most 999 entries."""


class TaggedField(msgspec.Struct, frozen=True):
    """One field of a text record, its tag and value as they stand in the file."""

    tag: str
    """As written: record type, dot, field number."""
    value: bytes

    @property
    def number(self) -> int:
        return int(self.tag.partition(".")[2])

    def items(self) -> list[list[str]]:
        """The subfields and their information items, as text (UTF-8, or Latin-1 where it is not that)."""
        return [[_decode(item) for item in subfield.split(US)] for subfield in self.value.split(RS)]


class AnRecord(msgspec.Struct, frozen=True):
    """One logical record: of text fields, or binary."""

    type: int
    fields: tuple[TaggedField, ...] = ()
    idc: int = 0
    """Of a binary record; a text record has it in its second field."""
    binary: bytes | None = None

    def field(self, number: int) -> TaggedField | None:
        """The field of that number."""
        return next((field for field in self.fields if field.number == number), None)

    @property
    def image(self) -> bytes | None:
        """The image data of a text record."""
        data = self.field(DATA)
        return None if data is None else data.value


class AnFile(msgspec.Struct, frozen=True):
    """A whole file, Type-1 first."""

    records: tuple[AnRecord, ...]


Value = str | Sequence[str] | Sequence[Sequence[str]]


class Made(msgspec.Struct, frozen=True):
    """A record to make: its type, values by field number, and its image."""

    type: int
    values: dict[int, Value]
    image: bytes | None = None


def make(header: dict[int, Value], records: Sequence[Made]) -> bytes:
    """The bytes of a file whose Type-1 record has the values of `header`; lengths, CNT and IDCs are filled in.

    Text is written in UTF-8, which field 1.015 has to announce.
    """
    message = nistitl.Message()
    for number, value in header.items():
        setattr(message[0], f"_{number}", _encoded(value))
    for idc, made in enumerate(records):
        record = nistitl.AsciiRecord(made.type)
        record.IDC = idc
        for number, value in made.values.items():
            setattr(record, f"_{number}", _encoded(value))
        if made.image is not None:
            record += nistitl.BinaryField(made.type, DATA, made.image, alias="DATA")
        message += record
    return bytes(message.NIST)


def read(data: bytes) -> AnFile:
    """Read a file. Raises RecordError."""
    if len(data) > MAX_RECORD:
        raise RecordError(f"the file has {len(data)} bytes; more than {MAX_RECORD} are not read", MAX_RECORD)
    first, at = _read_text(data, 0, 1)
    types = _types(first)
    records = [first]
    fields = len(first.fields)
    for kind in types[1:]:
        if at == len(data):
            raise RecordError(f"the file ends after {len(records)} of {len(types)} records", at)
        start = at
        record, at = _read_binary(data, at, kind) if kind in _BINARY else _read_text(data, at, None)
        if record.type != kind:
            raise RecordError(f"a Type-{record.type} record stands where the contents list Type-{kind}", start)
        records.append(record)
        fields += len(record.fields) + 1
        if fields > MAX_FIELDS:
            raise RecordError(f"there are more than {MAX_FIELDS} fields; nobody means that", at)
    if at < len(data):
        raise RecordError(f"{len(data) - at} bytes stand after the {len(types)} records of the list of contents", at)
    return AnFile(tuple(records))


def write(file: AnFile) -> bytes:
    """The file's bytes as they were read. Raises RecordError where a record's length is not what it says."""
    parts: list[bytes] = []
    at = 0
    for record in file.records:
        if record.binary is not None:
            parts.append((len(record.binary) + 5).to_bytes(4, "big") + bytes([record.idc]) + record.binary)
        else:
            text = GS.join(field.tag.encode() + b":" + field.value for field in record.fields) + FS
            if int(record.fields[0].value) != len(text):
                raise RecordError(f"a Type-{record.type} record has {len(text)} bytes and says otherwise", at)
            parts.append(text)
        at += len(parts[-1])
    return b"".join(parts)


def tell(file: AnFile) -> Told:
    """Every field in the words of the standard."""
    domain = file.records[0].field(13)
    own = OWN_FIELDS if domain is not None and domain.value == US.join(part.encode() for part in OWN_DOMAIN) else {}
    told = tuple(_tell_record(record, number, own) for number, record in enumerate(file.records))
    return Told("ANSI/NIST-ITL file", parts=told, remarks=tuple(_contradictions(file.records)))


def _contradictions(records: Sequence[AnRecord]) -> Iterator[str]:
    """What the file says of itself and is not so. Nothing is lost by it, so the file is told all the same."""
    contents = records[0].field(3)
    entries = contents.items() if contents is not None else []
    if entries and (entries[0][0] != "1" or entries[0][1:] != [str(len(entries) - 1)]):
        said = ", ".join(entries[0])
        yield f"The contents (1.003) begin with {said!a}, and {len(entries) - 1} records follow Type-1."
    for number, (record, entry) in enumerate(zip(records[1:], entries[1:], strict=True), start=1):
        idc = record.field(2)
        own = str(record.idc) if record.binary is not None else _decode(idc.value) if idc is not None else ""
        if own.zfill(2) != "".join(entry[1:2]).zfill(2):
            yield f"Record {number} has the IDC {own!a}, and the contents say {''.join(entry[1:2])!a}."
    for number, record in enumerate(records):
        twice = sorted(tag for tag, count in Counter(field.tag for field in record.fields).items() if count > 1)
        if twice:
            yield f"Record {number} has {', '.join(twice)} more than once; the first counts here."
        yield from _wrong_image(record, number)


def _wrong_image(record: AnRecord, number: int) -> Iterator[str]:
    """What an image is not, of what the fields beside it say."""
    if record.image is None or record.type not in _IMAGES:
        return
    for field in (6, 7):
        if not _number(record, field):
            stands = record.field(field)
            said = _shown(stands.value) if stands is not None else "nothing"
            yield f"Record {number} has an image, and its field {field} says {said}, which is no number of pixels."
    compression = record.field(11)
    if compression is None:
        yield f"Record {number} has an image and does not say how it is compressed."
        return
    coded = _COMPRESSED.get(compression.value)
    seen = pictures.look(record.image)
    if coded is None:
        yield f"Record {number} is compressed by {_shown(compression.value)}, which the standard does not know."
    elif not coded and _number(record, 6) and _number(record, 7):
        yield from _wrong_pixels(record, number)
    elif coded and not pictures.is_of(seen, coded):
        kind = "no picture that is known here" if seen == pictures.UNKNOWN else seen.format
        yield f"Record {number} says {_decode(compression.value)}, and its image is {kind}."


def _wrong_pixels(record: AnRecord, number: int) -> Iterator[str]:
    """Uncompressed pixels that are not as many bytes as size and depth ask for."""
    length, pixels = len(record.image or b""), _number(record, 6) * _number(record, 7)
    seen = pictures.look(record.image or b"")
    if seen.width and seen.height:
        yield f"Record {number} says NONE, and its image begins as {seen.format}."
        return
    space = record.field(12)
    depth = _number(record, 12) if record.type != _PHOTO else _COLOURS.get(space.value if space else b"", 0)
    if depth:
        wanted = [pixels * ((depth + 7) // 8), (pixels * depth + 7) // 8]
        if length not in wanted:
            yield f"Record {number} has {length} bytes of image for {pixels} pixels of {depth} bits."
    elif length not in (pixels, 3 * pixels):
        yield f"Record {number} has {length} bytes of image for {pixels} pixels, and does not say of how many bits."


def _encoded(value: Value) -> str | list[str] | list[list[str]]:
    """Text as nistitl takes it: it writes Latin-1, so UTF-8 bytes are handed over as such characters."""
    if isinstance(value, str):
        if any(ord(char) < 0x20 for char in value):
            raise RecordError("a control character cannot stand in a text field", 0)
        return value.encode().decode("latin-1")
    return [_encoded(item) for item in value]  # type: ignore[return-value]  # the same nesting as it came in


def _shown(value: bytes) -> str:
    return ascii(_decode(value[:60]))


def _decode(item: bytes) -> str:
    try:
        return item.decode()
    except UnicodeDecodeError:
        return item.decode("latin-1")


def _read_text(data: bytes, start: int, wanted: int | None) -> tuple[AnRecord, int]:
    head = _TAG.match(data, start)
    length = _LENGTH.match(data, start)
    if head is None or length is None or (wanted is not None and int(head[1]) != wanted):
        what = "a record's type and length" if wanted is None else f"the length of a Type-{wanted} record"
        raise RecordError(f"{what} should stand here", start)
    end = start + int(length[1])
    if end > len(data):
        raise RecordError(f"the record says {int(length[1])} bytes, and {len(data) - start} are left", start)
    if end <= length.end() or data[end - 1 : end] != FS:
        raise RecordError("the record does not end with a file separator where its length says", max(end - 1, start))
    fields: list[TaggedField] = []
    separator = data.find(FS, start, end)
    at = start
    while at < end:
        if len(fields) > MAX_FIELDS:
            raise RecordError(f"there are more than {MAX_FIELDS} fields; nobody means that", at)
        tag = _TAG.match(data, at, end)
        if tag is None or tag[1] != head[1]:
            raise RecordError(f"a field of the Type-{int(head[1])} record should begin here", at)
        stop = end - 1
        if int(tag[2]) != DATA:
            # Only a data field may hold separators, and it is the last; so the first one found stays the first.
            group = data.find(GS, tag.end(), end)
            stop = group if group != -1 else end - 1
            if separator < stop:
                raise RecordError("a file separator stands inside the record", separator)
        fields.append(TaggedField(tag[0][:-1].decode(), data[tag.end() : stop]))
        at = stop + 1
    return AnRecord(int(head[1]), tuple(fields)), end


def _read_binary(data: bytes, start: int, kind: int) -> tuple[AnRecord, int]:
    length = int.from_bytes(data[start : start + 4], "big")
    if len(data) - start < 5 or length < 5 or start + length > len(data):
        raise RecordError(f"a Type-{kind} record says {length} bytes, and {len(data) - start} are left", start)
    return AnRecord(kind, idc=data[start + 4], binary=data[start + 5 : start + length]), start + length


def _types(first: AnRecord) -> list[int]:
    """The types of all records by Type-1's list of contents."""
    contents = first.field(3)
    if contents is None or len(contents.value) > _LONGEST_CONTENTS:
        raise RecordError("the Type-1 record has no list of contents (1.003) that could be one", 0)
    found = [items[0] for items in contents.items()]
    if not all(kind.isascii() and kind.isdigit() and len(kind) <= 2 for kind in found):
        raise RecordError("the list of contents (1.003) has an entry that is no record type", 0)
    return [int(kind) for kind in found]


def _tell_record(record: AnRecord, number: int, own: Mapping[int, str]) -> Told:
    if record.binary is not None:
        title = f"Record {number}, Type-{record.type}, {an2_binary.NAMES[record.type]}"
        return an2_binary.tell(record.type, record.idc, record.binary, title)
    names = own if record.type == 2 else {}
    fields = tuple(_tell_field(record.type, field, names) for field in record.fields)
    title = f"Record {number}, Type-{record.type}"
    if record.image is None:
        return Told(title, fields)
    compression = record.field(11)
    raw = compression is not None and compression.value == b"NONE"
    size = (_number(record, 6), _number(record, 7)) if record.type in _IMAGES else None
    # What its format should be is told of the whole file, beside what else contradicts itself there.
    claim = Claim(size if size and all(size) else None, raw=raw and record.type in _IMAGES)
    return Told(title, fields, (pictures.tell(record.image, claim),))


def _tell_field(kind: int, field: TaggedField, own: Mapping[int, str]) -> Field:
    name = f"{field.tag} {own.get(field.number) or name_of(kind, field.number)}"
    if field.number == DATA:
        return Field(name, len(field.value), "bytes")
    few = TaggedField(field.tag, field.value[: 4 * _LONGEST_TEXT])
    text = " | ".join(", ".join(items) for items in few.items())
    shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[:_LONGEST_TEXT])
    return Field(name, shown + ("..." if len(text) > _LONGEST_TEXT else ""))


def _number(record: AnRecord, number: int) -> int:
    field = record.field(number)
    text = field.value if field is not None else b""
    return int(text) if text.isdigit() and len(text) <= 5 else 0
