"""CBEFF biometric information records in XML: the BIAS patron format that OASIS published and MOSIP uses.

A record (BIR) has a header, at most one biometric data block (an ISO/IEC 19794 record, in base64) and
records inside it; here a parent without a block holds one child for each sample. Element names and
their order are those of the schema `cbeff.xsd`. Format owner 257 is ISO/IEC JTC 1/SC 37, whose format
types for the parts of 19794 are 7 (finger image), 8 (face image), 9 (iris image) and 14 (signature, full).

XML says the same in many ways, so what is equal after writing and reading is the record, and the bytes
of each block; a file that was written here is written again byte for byte.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final
from xml.sax.saxutils import escape

import msgspec

from station.biometrics.records.cursor import RecordError
from station.biometrics.records.layout import Field, Told
from station.biometrics.records.xml_nodes import (
    BLANK,
    LONGEST_NUMBER,
    SCHEMA_INSTANCE,
    Children,
    Node,
    is_nil,
    number_of,
    parse,
    text_of,
)

NAMESPACE: Final = "http://docs.oasis-open.org/bias/ns/biaspatronformat-1.0/"
SC37: Final = 257
FINGER_IMAGE: Final = 7
FACE_IMAGE: Final = 8
IRIS_IMAGE: Final = 9
SIGNATURE_FULL: Final = 14

TYPES: Final = (
    "Scent", "DNA", "Face", "Finger", "Foot", "Vein", "HandGeometry", "Iris", "Retina", "Voice", "Gait",
    "Keystroke", "LipMovement", "SignatureSign",
)  # fmt: skip
"""The schema has "Ear ", too, with a blank that no item of a list can have: so no document with an ear is valid."""
SUBTYPES: Final = ("Left", "Right", "Thumb", "IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger")
VEIN_SUBTYPES: Final = ("LeftVein", "RightVein", "Palm", "BackOfHand", "Wrist", "Reserved1", "Reserved2")
LEVELS: Final = ("Raw", "Intermediate", "Processed")
PURPOSES: Final = ("Verify", "Identify", "Enroll", "EnrollVerify", "EnrollIdentify", "Audit")
_UUID: Final = re.compile(r"[a-fA-F0-9]{8}-([a-fA-F0-9]{4}-){3}[a-fA-F0-9]{12}")
_TIME: Final = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_ZONE: Final = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_MOMENT: Final = re.compile(rf"(-?(?:[1-9]\d{{3,}}|0\d{{3}}))-(\d\d)-(\d\d)T{_TIME}{_ZONE}", re.ASCII)
"""xs:dateTime: year, month, day, and what follows."""
_GREGORIAN_CYCLE: Final = 400
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Version(msgspec.Struct, frozen=True):
    """A version of the patron format or of CBEFF."""

    major: int
    minor: int


class BirInfo(msgspec.Struct, frozen=True):
    """Who made the record and when; moments are kept as written."""

    integrity: bool = False
    creator: str | None = None
    index: str | None = None
    payload: bytes | None = None
    created: str | None = None
    not_before: str | None = None
    not_after: str | None = None


class BdbInfo(msgspec.Struct, frozen=True):
    """What the biometric data block holds."""

    challenge: bytes | None = None
    index: str | None = None
    format_owner: int | None = None
    format_type: int | None = None
    encryption: bool | None = None
    created: str | None = None
    not_before: str | None = None
    not_after: str | None = None
    types: tuple[str, ...] | None = None
    subtypes: tuple[str, ...] | None = None
    level: str | None = None
    product_owner: int | None = None
    product_type: int | None = None
    purpose: str | None = None
    quality: int | None = None


class SbInfo(msgspec.Struct, frozen=True):
    """The format of the security block."""

    format_owner: int | None = None
    format_type: int | None = None


class Entry(msgspec.Struct, frozen=True):
    """One of the patron's own additions."""

    key: str
    value: str


class Bir(msgspec.Struct, frozen=True):
    """One biometric information record."""

    info: BirInfo
    version: Version | None = None
    cbeff_version: Version | None = None
    bdb_info: BdbInfo | None = None
    sb_info: SbInfo | None = None
    children: tuple[Bir, ...] = ()
    bdb: bytes | None = None
    sb: bytes | None = None
    others: tuple[Entry | None, ...] = ()
    """None is one that says that it is nil."""


def moment(at: datetime) -> str:
    """A moment as xs:dateTime in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read(data: bytes) -> Bir:
    """Read a document. Raises RecordError with the byte at which the element in question begins."""
    root = parse(data, NAMESPACE)
    if root.name != "BIR":
        raise RecordError(f"the root element is {root.name}, not BIR", root.offset)
    return _bir(root)


def write(bir: Bir) -> bytes:
    """The document, indented, in UTF-8. Raises RecordError for what XML or the schema cannot hold.

    It is read again before it is given away: what the schema does not allow never leaves.
    """
    nil = f' xmlns:xsi="{SCHEMA_INSTANCE}"' if _has_nil(bir) else ""
    lines = [*_element(f'BIR xmlns="{NAMESPACE}"{nil}', _bir_lines(bir), "")]
    text = _HEAD + "\n".join(lines) + "\n"
    found = re.search("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    if found:
        raise RecordError(f"the character {found[0]!a} cannot stand in XML", found.start())
    made = text.encode()
    if read(made) != bir:
        raise RecordError("the record would be read as another than it is", 0)
    return made


def is_uuid(text: str) -> bool:
    """Whether a text is of the schema's UUIDType."""
    return _UUID.fullmatch(text) is not None


def is_moment(text: str) -> bool:
    """Whether a text is an xs:dateTime of XML Schema 1.0, which has no year 0; blanks around it are not of it."""
    found = _MOMENT.fullmatch(text)
    if found is None or len(found[1]) > LONGEST_NUMBER:
        return False
    year, month, day = (int(part) for part in found.groups())
    try:
        # The calendar repeats itself, so years that Python's does not have stand as well in its first cycles.
        date(year % _GREGORIAN_CYCLE + _GREGORIAN_CYCLE, month, day)
    except ValueError:
        return False
    return year != 0


def _has_nil(bir: Bir) -> bool:
    return None in bir.others or any(_has_nil(child) for child in bir.children)


def _moment(inside: Children, name: str) -> str | None:
    text = inside.form(name, lambda text: is_moment(text.strip(BLANK)))
    return None if text is None else text.strip(BLANK)


def _bir(node: Node) -> Bir:
    inside = Children(node)
    version, cbeff = _version(inside.take("Version")), _version(inside.take("CBEFFVersion"))
    info = _bir_info(inside.must("BIRInfo"))
    bdb_info, sb_info = _bdb_info(inside.take("BDBInfo")), _sb_info(inside.take("SBInfo"))
    children = []
    while (child := inside.take("BIR")) is not None:
        children.append(_bir(child))
    bdb, sb = inside.octets("BDB"), inside.octets("SB")
    others: list[Entry | None] = []
    while (other := inside.take("Others")) is not None:
        if is_nil(other):
            others.append(None)
            continue
        entry = Children(other)
        others.append(Entry(text_of(entry.must("Key")), text_of(entry.must("Value"))))
        entry.finish()
    inside.finish()
    return Bir(info, version, cbeff, bdb_info, sb_info, tuple(children), bdb, sb, tuple(others))


def _version(node: Node | None) -> Version | None:
    if node is None:
        return None
    inside = Children(node)
    version = Version(number_of(inside.must("Major"), 0, None), number_of(inside.must("Minor"), 0, None))
    inside.finish()
    return version


def _bir_info(node: Node) -> BirInfo:
    inside = Children(node)
    creator, index, payload = inside.text("Creator"), inside.form("Index", is_uuid), inside.octets("Payload")
    integrity = inside.truth("Integrity")
    if integrity is None:
        raise RecordError("BIRInfo has no Integrity where the schema asks for it", node.offset)
    moments = [_moment(inside, name) for name in ("CreationDate", "NotValidBefore", "NotValidAfter")]
    inside.finish()
    return BirInfo(integrity, creator, index, payload, *moments)


def _bdb_info(node: Node | None) -> BdbInfo | None:
    if node is None:
        return None
    inside = Children(node)
    info = BdbInfo(
        challenge=inside.octets("ChallengeResponse"),
        index=inside.form("Index", is_uuid),
        format_owner=inside.number("FormatOwner", 1),
        format_type=inside.number("FormatType", 1),
        encryption=inside.truth("Encryption"),
        created=_moment(inside, "CreationDate"),
        not_before=_moment(inside, "NotValidBefore"),
        not_after=_moment(inside, "NotValidAfter"),
        types=inside.words("Type", TYPES),
        subtypes=inside.words("Subtype", SUBTYPES, VEIN_SUBTYPES),
        level=inside.word("Level", LEVELS),
        product_owner=inside.number("ProductOwner", 1),
        product_type=inside.number("ProductType", 1),
        purpose=inside.word("Purpose", PURPOSES),
        quality=inside.number("Quality", -2, 100),
    )
    inside.finish()
    return info


def _sb_info(node: Node | None) -> SbInfo | None:
    if node is None:
        return None
    inside = Children(node)
    info = SbInfo(inside.number("FormatOwner", 1), inside.number("FormatType", 1))
    inside.finish()
    return info


def _element(name: str, inner: Iterator[str], indent: str) -> Iterator[str]:
    yield f"{indent}<{name}>"
    for line in inner:
        yield f"{indent}  {line}"
    yield f"{indent}</{name.split()[0]}>"


def _leaf(name: str, value: str | bytes | bool | int | tuple[str, ...] | None) -> Iterator[str]:
    if value is None:
        return
    if isinstance(value, bytes):
        text = base64.b64encode(value).decode()
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = " ".join(value) if isinstance(value, tuple) else str(value)
    yield f"<{name}>{escape(text, {chr(13): '&#13;'})}</{name}>"


def _bir_lines(bir: Bir) -> Iterator[str]:
    for name, version in (("Version", bir.version), ("CBEFFVersion", bir.cbeff_version)):
        if version is not None:
            yield from _element(name, _leaves(("Major", version.major), ("Minor", version.minor)), "")
    info = bir.info
    about = _leaves(
        ("Creator", info.creator), ("Index", info.index), ("Payload", info.payload), ("Integrity", info.integrity),
        ("CreationDate", info.created), ("NotValidBefore", info.not_before), ("NotValidAfter", info.not_after),
    )  # fmt: skip
    yield from _element("BIRInfo", about, "")
    if bir.bdb_info is not None:
        yield from _element("BDBInfo", _leaves(*_bdb_pairs(bir.bdb_info)), "")
    if bir.sb_info is not None:
        sb = bir.sb_info
        yield from _element("SBInfo", _leaves(("FormatOwner", sb.format_owner), ("FormatType", sb.format_type)), "")
    for child in bir.children:
        yield from _element("BIR", _bir_lines(child), "")
    yield from _leaves(("BDB", bir.bdb), ("SB", bir.sb))
    for entry in bir.others:
        if entry is None:
            yield '<Others xsi:nil="true"/>'
            continue
        yield from _element("Others", _leaves(("Key", entry.key), ("Value", entry.value)), "")


def _leaves(*pairs: tuple[str, str | bytes | bool | int | tuple[str, ...] | None]) -> Iterator[str]:
    for name, value in pairs:
        yield from _leaf(name, value)


def _bdb_pairs(info: BdbInfo) -> list[tuple[str, str | bytes | bool | int | tuple[str, ...] | None]]:
    return [
        ("ChallengeResponse", info.challenge), ("Index", info.index), ("FormatOwner", info.format_owner),
        ("FormatType", info.format_type), ("Encryption", info.encryption), ("CreationDate", info.created),
        ("NotValidBefore", info.not_before), ("NotValidAfter", info.not_after), ("Type", info.types),
        ("Subtype", info.subtypes), ("Level", info.level), ("ProductOwner", info.product_owner),
        ("ProductType", info.product_type), ("Purpose", info.purpose), ("Quality", info.quality),
    ]  # fmt: skip


def tell_header(bir: Bir, title: str) -> Told:
    """Every field of the record's header; its block and the records inside it are told by `show`."""
    fields = []
    for name, version in (("Version", bir.version), ("CBEFF version", bir.cbeff_version)):
        if version is not None:
            fields.append(Field(name, f"{version.major}.{version.minor}"))
    info = bir.info
    pairs: list[tuple[str, str | bytes | bool | int | tuple[str, ...] | None]] = [
        ("Creator", info.creator), ("Index", info.index), ("Payload", info.payload), ("Integrity", info.integrity),
        ("Creation date", info.created), ("Not valid before", info.not_before), ("Not valid after", info.not_after),
    ]  # fmt: skip
    if bir.bdb_info is not None:
        pairs += [(f"BDB {name}", value) for name, value in _bdb_pairs(bir.bdb_info)]
    if bir.sb_info is not None:
        pairs += [("SB FormatOwner", bir.sb_info.format_owner), ("SB FormatType", bir.sb_info.format_type)]
    pairs.append(("Security block", bir.sb))
    pairs += [("Other", "nil") if entry is None else (f"Other: {entry.key}", entry.value) for entry in bir.others]
    fields += [Field(name, _told(value)) for name, value in pairs if value is not None]
    return Told(title, tuple(fields))


def _told(value: str | bytes | bool | int | tuple[str, ...]) -> str | int:
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        # JSON's readers take no longer numbers.
        return value if abs(value) < 1 << 63 else str(value)
    return ascii(" ".join(value) if isinstance(value, tuple) else value)[1:-1]
