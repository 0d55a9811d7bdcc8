"""Any record, recognised by its content and told: what `station records show` prints."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from station.biometrics.records import an2, cbeff, face, face2005, finger, finger2005, iris, iris2005, signature
from station.biometrics.records.cbeff import Bir
from station.biometrics.records.cursor import MAX_RECORD, RecordError
from station.biometrics.records.layout import Field, Told

_READERS: Final[dict[bytes, Callable[[bytes], Told]]] = {
    finger.MAGIC + finger.VERSION: lambda data: finger.tell(finger.read(data)),
    finger.MAGIC + finger2005.VERSION: lambda data: finger2005.tell(finger2005.read(data)),
    face.MAGIC + face.VERSION: lambda data: face.tell(face.read(data)),
    face.MAGIC + face2005.VERSION: lambda data: face2005.tell(face2005.read(data)),
    iris.MAGIC + iris.VERSION: lambda data: iris.tell(iris.read(data)),
    iris.MAGIC + iris2005.VERSION: lambda data: iris2005.tell(iris2005.read(data)),
    signature.MAGIC + signature.VERSION: lambda data: signature.tell(signature.read(data)),
}
_CBEFF_NAMES: Final = {
    finger.MAGIC: ("a finger image record", "Finger", cbeff.FINGER_IMAGE),
    face.MAGIC: ("a face image record", "Face", cbeff.FACE_IMAGE),
    iris.MAGIC: ("an iris image record", "Iris", cbeff.IRIS_IMAGE),
    signature.MAGIC: ("a signature time series record", "SignatureSign", cbeff.SIGNATURE_FULL),
}
"""What a block begins with, and how CBEFF names it."""
_KNOWN: Final = ", ".join(ascii(start[:7].decode().replace("\0", " ")) for start in _READERS)
_XML: Final = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"\xfe\xff\0<")
_AN2: Final = b"1."


def tell(data: bytes) -> Told:
    """What is in a record of any format that is read here. Raises RecordError."""
    if len(data) > MAX_RECORD:
        raise RecordError(f"the file has {len(data)} bytes; more than {MAX_RECORD} are not read", MAX_RECORD)
    reader = _READERS.get(data[:8])
    if reader is not None:
        return reader(data)
    if data[:3] in {start[:3] for start in _READERS} and data[3:4] == b"\0":
        raise RecordError(f"the version {data[4:8]!a} of a {data[:3].decode()} record is not read here", 4)
    if data.lstrip()[:4].startswith(_XML):
        return tell_bir(cbeff.read(data))
    if data.startswith(_AN2):
        return an2.tell(an2.read(data))
    raise RecordError(
        f"it begins with {data[:8]!a}: none of {_KNOWN}, no CBEFF in XML (<) and no ANSI/NIST-ITL file (1.001:)", 0
    )


def tell_file(path: Path) -> Told:
    """What is in a file; at most as much of it is read as a record may have. Raises RecordError, OSError."""
    # Opening a pipe would wait for whoever writes to it.
    if not stat.S_ISREG(path.stat().st_mode):
        raise RecordError("this is no regular file", 0)
    with path.open("rb") as file:
        return tell(file.read(MAX_RECORD + 1))


def tell_bir(bir: Bir, title: str = "CBEFF biometric information record") -> Told:
    """The record's header, its block told as what it is, and the records inside it."""
    head = cbeff.tell_header(bir, title)
    parts = [tell_bir(child, f"Biometric information record {n}") for n, child in enumerate(bir.children, start=1)]
    remarks: tuple[str, ...] = ()
    if bir.bdb is not None:
        try:
            parts.insert(0, tell(bir.bdb))
            remarks = tuple(_misnamed(bir))
        except RecordError as error:
            length = Field("Biometric data block", len(bir.bdb), "bytes")
            parts.insert(0, Told("Biometric data block", (length,)))
            remarks = (f"Its biometric data block is not read: {error}",)
    return Told(head.title, head.fields, tuple(parts), remarks)


def _misnamed(bir: Bir) -> Iterator[str]:
    """What a record's header says of its block and the block's first bytes do not."""
    magic, info = (bir.bdb or b"")[:4], bir.bdb_info
    if info is None or magic not in _CBEFF_NAMES:
        return
    part, kind, format_type = _CBEFF_NAMES[magic]
    known = {number for _, _, number in _CBEFF_NAMES.values()}
    if info.format_owner == cbeff.SC37 and info.format_type != format_type and info.format_type in known:
        yield f"Its BDB FormatType is {info.format_type}, that of {part} is {format_type}."
    if info.types is not None and kind not in info.types:
        yield f"Its BDB Type is {' '.join(info.types) or 'empty'}, and the block is {part}."


def lines(told: Told, indent: str = "") -> Iterator[str]:
    """The same for people: a line a field, parts indented."""
    yield f"{indent}{told.title}"
    for field in told.fields:
        text = f"{field.value} {field.unit}".rstrip()
        yield f"{indent}  {field.name}: {text}{f' ({field.meaning})' if field.meaning else ''}"
    for remark in told.remarks:
        yield f"{indent}  ! {remark}"
    for part in told.parts:
        yield from lines(part, f"{indent}  ")
