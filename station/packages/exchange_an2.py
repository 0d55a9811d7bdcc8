"""An opened package as one ANSI/NIST-ITL 1-2011 (update 2015) transaction.

Type-1; one Type-2 with as little of the student as a search needs; a Type-14 for each finger and slap, and
for each finger that could not be taken (without image, AMP says why); Type-10 for the face; Type-17 for each
iris, and for a missing one. The signature is not exported in this format: its Type-8 knows bitmaps only.

Dates (1.005, capture dates) are those of the station's own time zone, as the standard asks for; 1.014 is the moment
in UTC. A package from before its zone was kept is dated by the default zone of `config.toml`.

The domain of the Type-2 fields is `KTP-EL-STATION`, version 1.0:

    2.003  package id                2.006  sex: M or F
    2.004  NIK                       2.007  date of birth, YYYYMMDD
    2.005  name                      2.008  place of birth
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from station.biometrics.records import an2
from station.biometrics.records.an2 import Made, Value
from station.biometrics.records.an2_fields import OWN_DOMAIN
from station.biometrics.records.iris import EYE_CODES
from station.biometrics.records.positions import POSITION_CODES
from station.biometrics.samples import FINGERS, IRISES, SLAPS, Position
from station.config import StationSettings
from station.packages.exchange import PRINT_PPI, Shot, missing_fingers, quality_of, shots
from station.packages.problems import Code, Refused
from station.packages.record import Record
from station.packages.verify import Opened

VERSION: Final = "0502"
_TRANSACTION: Final = "ENROL"
_BENCH_TRANSACTION: Final = "BENCH"
"""The type of transaction where an emulated device took part: no receiver takes it for an enrolment."""
_DESTINATION: Final = "DUKCAPIL"
_NO_TYPE_4: Final = "00.00"
_LIVE_SCAN_PLAIN: Final = "0"
_PPI: Final = "1"
_NO_SCALE: Final = "0"
_SQUARE: Final = "1"
_AMPUTATED: Final = "XX"
_UNPRINTABLE: Final = "UP"
_MISSING_EYE: Final = "MA"
_UNCAPTURED_EYE: Final = "UC"
_SAP_UNKNOWN: Final = "0"
_FULL_FRONTAL: Final = "F"
_VGA: Final = "2"
_UNCROPPED: Final = "1"


class Taken(msgspec.Struct, frozen=True):
    """What every image says of where it was taken."""

    source: str
    """The source agency."""
    zone: tzinfo

    def on(self, at: datetime) -> str:
        """The local date of a moment, as fields of dates have it."""
        return f"{at.astimezone(self.zone):%Y%m%d}"


def an2_file(opened: Opened) -> bytes:
    """The transaction. Raises Refused for a picture that is not what its name says, and for an unknown time zone."""
    about = opened.record
    taken = Taken(_ascii(about.station.id), _zone(about))
    records = [Made(2, _demographics(about))]
    found = {shot.sample.position: shot for shot in shots(opened)}
    records += [_print(found[position], about, taken) for position in (*FINGERS, *SLAPS) if position in found]
    records += [
        _no_print(code, reason, about, taken)
        for code, reason in missing_fingers(about)
        if FINGERS[code - 1] not in found
    ]
    if Position.FACE in found:
        records.append(_face(found[Position.FACE], taken))
    records += [_iris(found[position], taken) for position in IRISES if position in found]
    for gone in about.exceptions:
        if gone.position in IRISES and gone.position not in found:
            records.append(_no_iris(gone.position, gone.reason, gone.at, taken))
    return an2.make(_header(about, taken), records)


def _header(about: Record, taken: Taken) -> dict[int, Value]:
    return {
        2: VERSION,
        4: _BENCH_TRANSACTION if about.bench else _TRANSACTION,
        5: taken.on(about.sealed_at),
        7: _ascii(about.station.name) or _DESTINATION,
        8: taken.source,
        9: about.id,
        11: _NO_TYPE_4,
        12: _NO_TYPE_4,
        13: [list(OWN_DOMAIN)],
        14: f"{about.sealed_at.astimezone(UTC):%Y%m%d%H%M%SZ}",
        15: [["3", "UTF-8"]],
    }


def _demographics(about: Record) -> dict[int, Value]:
    student = about.biographic
    born = student.birth_date
    values = {
        3: about.id,
        4: student.nik or "",
        5: student.name,
        6: {"male": "M", "female": "F"}.get(student.sex or "", ""),
        7: f"{born:%Y%m%d}" if born is not None else "",
        8: student.birth_place,
    }
    return {number: _plain(value) for number, value in values.items() if value}


def _print(shot: Shot, about: Record, taken: Taken) -> Made:
    sample, picture = shot.sample, shot.picture
    scale = str(sample.ppi or PRINT_PPI)
    code = str(POSITION_CODES[sample.position])
    values = _finger_head(code, sample.at, taken) | {
        6: str(picture.width),
        7: str(picture.height),
        8: _PPI,
        9: scale,
        10: scale,
        11: "WSQ20",
        12: "8",
    }
    gone = missing_fingers(about, sample.position) if sample.position in SLAPS else ()
    if gone:
        values[18] = [[str(number), _why(reason)] for number, reason in gone]
    if sample.position in FINGERS:
        quality = quality_of(sample)
        values[24] = [[code, str(quality.score), f"{quality.vendor:04X}", str(quality.algorithm)]]
    return Made(14, values, shot.data)


def _no_print(code: int, reason: str, about: Record, taken: Taken) -> Made:
    at = next(gone.at for gone in about.exceptions if gone.position == FINGERS[code - 1])
    return Made(14, _finger_head(str(code), at, taken) | {18: [[str(code), _why(reason)]]})


def _finger_head(code: str, at: datetime, taken: Taken) -> dict[int, Value]:
    return {3: _LIVE_SCAN_PLAIN, 4: taken.source, 5: taken.on(at), 13: code}


def _face(shot: Shot, taken: Taken) -> Made:
    quality = quality_of(shot.sample)
    values: dict[int, Value] = {
        3: "FACE",
        4: taken.source,
        5: taken.on(shot.sample.at),
        **_picture_values(shot),
        11: "JP2",
        12: "GRAY" if shot.picture.channels == 1 else "SRGB",
        13: _SAP_UNKNOWN,
        20: _FULL_FRONTAL,
        24: [[str(quality.score), f"{quality.vendor:04X}", str(quality.algorithm)]],
    }
    return Made(10, values, shot.data)


def _iris(shot: Shot, taken: Taken) -> Made:
    quality = quality_of(shot.sample)
    vga = (shot.picture.width, shot.picture.height) == (640, 480)
    values: dict[int, Value] = {
        3: str(EYE_CODES[shot.sample.position]),
        4: taken.source,
        5: taken.on(shot.sample.at),
        **_picture_values(shot),
        11: "JP2L",
        12: "8",
        13: "GRAY",
        24: [[str(quality.score), f"{quality.vendor:04X}", str(quality.algorithm)]],
        32: _VGA if vga else _UNCROPPED,
    }
    return Made(17, values, shot.data)


def _no_iris(position: Position, reason: str, at: datetime, taken: Taken) -> Made:
    why = _MISSING_EYE if reason == "amputated" else _UNCAPTURED_EYE
    return Made(17, {3: str(EYE_CODES[position]), 4: taken.source, 5: taken.on(at), 28: why})


def _picture_values(shot: Shot) -> dict[int, Value]:
    """Size and aspect of an image without a scale."""
    return {6: str(shot.picture.width), 7: str(shot.picture.height), 8: _NO_SCALE, 9: _SQUARE, 10: _SQUARE}


def _why(reason: str) -> str:
    return _AMPUTATED if reason == "amputated" else _UNPRINTABLE


def _zone(about: Record) -> tzinfo:
    name = about.station.time_zone or StationSettings().time_zone
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Refused(
            Code.RECORD,
            f"Its time zone {name!a} is not known here, so its local dates are not.",
            "data/enrolment.json",
            "Install the system's newest tzdata, or report it to the station's maker.",
        ) from error


def _ascii(text: str) -> str:
    return _plain(text).encode("ascii", "replace").decode()


def _plain(text: str) -> str:
    """Without control characters, which are separators here."""
    return "".join(char if ord(char) >= 0x20 else " " for char in text)
