"""What a capture package says of one enrolment: `data/enrolment.json`, and the files beside it.

The JSON Schema next to this module is generated from these structs (`station packages schema`) and
published with the format. Fields may be added with a default in format 1; a change of meaning makes
a format 2, because packages are read for decades. Times are ISO 8601 with their offset.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from station.biometrics.samples import SLAPS, ImageFormat, Position
from station.packages.problems import Code, Refused

FORMAT: Final = "capture-package/1"
SCHEMA: Final = Path(__file__).with_name("enrolment.schema.json")

Moment = Annotated[datetime, Meta(tz=True)]
DataPath = Annotated[str, Meta(description="Path of a file, relative to the bag's data folder.")]

_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FILE: Final = re.compile(
    r"face(-original)?\.jp2|(signature|approval)\.(png|json)|(fingers|slaps)/[a-z-]{1,40}\.wsq|irises/(left|right)\.jp2"
    r"|documents/[a-z0-9][a-z0-9_-]{0,39}\.(jpg|png|jp2)|exceptions/[a-z-]{1,40}\.(jpg|png|jp2)"
)


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Station(_Part, frozen=True, kw_only=True):
    """Where it was recorded. `id` is the name under which the station signs."""

    id: str
    software: str
    name: str = ""
    time_zone: str = ""
    """IANA name of the zone whose dates hold there (Asia/Makassar): times stand in UTC here, and some exchange formats
    ask for local dates. Empty in packages from before it was kept."""


class School(_Part, frozen=True, kw_only=True):
    """The school that was visited; `npsn` is its national number."""

    name: str
    npsn: str = ""


class Biographic(_Part, frozen=True, kw_only=True):
    """The student's data as confirmed by the student, after corrections."""

    name: str
    nik: str | None = None
    """Population number as found; None where the student has none. The office judges its form."""
    family_card: str | None = None
    """No KK."""
    nisn: str | None = None
    sex: Literal["male", "female"] | None = None
    birth_place: str = ""
    birth_date: date | None = None
    birth_certificate: str = ""
    religion: str = ""
    blood_type: str = ""
    nationality: str = ""
    address: str = ""
    rt: str = ""
    rw: str = ""
    hamlet: str = ""
    village: str = ""
    district: str = ""
    postal_code: str = ""
    class_group: str = ""
    """The class at school (rombel)."""
    special_needs: str = ""


class Correction(_Part, frozen=True, kw_only=True):
    """One field that was changed from a document."""

    field: str
    before: str
    after: str
    document: str = ""
    by: str
    at: Moment


class Step(_Part, frozen=True, kw_only=True):
    """One step of the enrolment. `outcome` is `done`, `accepted` or `excepted`."""

    name: str
    outcome: str
    completed_at: Moment
    by: str = ""
    attempt: int = 0
    """The attempt that was kept, where the step captures; 0 elsewhere."""


class Attempt(_Part, frozen=True, kw_only=True):
    """One try at a step, kept or not."""

    step: str
    number: int
    at: Moment
    outcome: Literal["kept", "accepted", "not-kept", "refused"]
    """`accepted`: kept below the threshold, by an operator with a reason. `refused`: came to nothing."""
    score: int = 0
    good: bool = False
    advice: str = ""
    code: str = ""
    """Why it was refused."""
    reason: str = ""
    """Why the operator accepted it."""
    by: str = ""
    device: str = ""


class Sample(_Part, frozen=True, kw_only=True):
    """One kept sample and the file that holds it."""

    position: Position
    path: DataPath
    format: ImageFormat
    step: str
    attempt: int
    at: Moment
    score: int
    """0 to 100; NFIQ 2 for a finger, the worst scaled measure elsewhere."""
    good: bool
    measures: dict[str, float] = {}
    width: int = 0
    height: int = 0
    ppi: int = 0
    """Pixels per inch; 0 where the word has no meaning."""
    device: str = ""


class Missing(_Part, frozen=True, kw_only=True):
    """A finger or eye that could not be taken."""

    position: Position
    reason: str
    photo: DataPath | None = None
    by: str
    at: Moment


class Document(_Part, frozen=True, kw_only=True):
    """A document that the operator compared with the data."""

    document: str
    present: bool
    path: DataPath | None = None
    by: str
    at: Moment


class Match(_Part, frozen=True, kw_only=True):
    """One 1:1 comparison of the second index print with the first. `score` is Bozorth3's."""

    position: Position
    attempt: int
    score: int
    passed: bool


class Approval(_Part, frozen=True, kw_only=True):
    """Somebody answered for something: `data` and `photo` by the student, `enrolment` by both."""

    of: Literal["data", "photo", "enrolment"]
    by: str
    """`student`, or an operator's id."""
    at: Moment


class Person(_Part, frozen=True, kw_only=True):
    """An operator who took part, by id."""

    id: str
    role: str = "operator"


class Device(_Part, frozen=True, kw_only=True):
    """A device that took part, as it named itself."""

    kind: str
    driver: str
    make: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    bench: bool = False


class JournalHead(_Part, frozen=True, kw_only=True):
    """The station's journal when this was sealed. A later, shorter journal has been cut."""

    seq: Annotated[int, Meta(ge=1)]
    chain: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Record(_Part, frozen=True, kw_only=True):
    """One student's enrolment, complete."""

    format: Literal["capture-package/1"] = FORMAT
    id: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]{0,63}$")]
    """The package."""
    enrolment: str
    student: str
    """The student's id in the station's journal."""
    bench: bool
    """True when any device was emulated: not a real enrolment, refused by the office."""
    started_at: Moment
    sealed_at: Moment
    station: Station
    school: School | None = None
    visit: str = ""
    biographic: Biographic
    corrections: tuple[Correction, ...] = ()
    steps: tuple[Step, ...]
    attempts: tuple[Attempt, ...] = ()
    samples: tuple[Sample, ...] = ()
    exceptions: tuple[Missing, ...] = ()
    documents: tuple[Document, ...] = ()
    matches: tuple[Match, ...] = ()
    approvals: tuple[Approval, ...] = ()
    people: tuple[Person, ...]
    devices: tuple[Device, ...] = ()
    journal: JournalHead


class Contents(msgspec.Struct, frozen=True):
    """All that goes into one package: the record, its files, and its lines of the journal.

    `files` are (path relative to data/, bytes); `journal` is what `lines.write` gives.
    """

    record: Record
    files: Sequence[tuple[str, bytes]]
    journal: bytes


def path_of(position: Position, coded: ImageFormat) -> str:
    """Where the sample of a position stands in the package, relative to data/."""
    if position in SLAPS:
        return f"slaps/{position}.{coded}"
    if position in (Position.RIGHT_IRIS, Position.LEFT_IRIS):
        return f"irises/{position.removesuffix('-iris')}.{coded}"
    if position in (Position.FACE, Position.FACE_ORIGINAL, Position.SIGNATURE):
        return f"{position}.{coded}"
    return f"fingers/{position}.{coded}"


def is_id(text: str) -> bool:
    """Whether `text` can name a package (and so a file, here and in the store)."""
    return _ID.fullmatch(text) is not None


def encode(record: Record) -> bytes:
    """The record as indented JSON, for a reader without tools."""
    return msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"


def decode(data: bytes, where: str) -> Record:
    """The record behind the JSON. Raises Refused, naming the field."""
    try:
        return msgspec.json.decode(data, type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # A validation message names types and the path of the field, never a value.
        raise Refused(
            Code.RECORD, f"The record does not fit its schema: {error}.", where, "Report it to the station's maker."
        ) from error


def check(record: Record, paths: Sequence[str], where: str) -> None:
    """Whether record and files belong together: each file is named once, each name has its file. Raises Refused."""
    named = [sample.path for sample in record.samples]
    named += [missing.photo for missing in record.exceptions if missing.photo is not None]
    named += [document.path for document in record.documents if document.path is not None]
    odd = sorted({*[path for path in paths if _FILE.fullmatch(path) is None], *_differing(named, paths)})
    if odd:
        raise Refused(
            Code.RECORD,
            f"The record and the files differ, or a name is not of the format: {', '.join(odd[:5])}.",
            where,
            "Report it to the station's maker.",
        )
    if not record.bench and any(device.bench for device in record.devices):
        raise Refused(
            Code.RECORD,
            "An emulated device took part, but the record does not say so.",
            where,
            "Do not use it; report the station to the office.",
        )


def schema() -> bytes:
    """The JSON Schema of `data/enrolment.json`, as published."""
    described = msgspec.json.schema(Record)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT}
    return json.dumps(head | described, indent=1, ensure_ascii=False).encode() + b"\n"


def _differing(named: Sequence[str], paths: Sequence[str]) -> set[str]:
    twice = {path for listed in (named, paths) for path in listed if listed.count(path) > 1}
    return (set(named) ^ set(paths)) | twice
