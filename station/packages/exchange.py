"""An opened package's samples as ISO/IEC 19794 records: -4 fingers and slaps, -5 face, -6 irises, -7 signatures.

The images go into the records as they are in the package, byte for byte; sizes come from the pictures'
own headers. NFIQ 2 is named as the quality algorithm where it is the score (ISO/IEC JTC 1/SC 37, product
0x39: NFIQ 2.3); other scores are the station's own, their algorithm is given as unspecified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from station.biometrics.nbis import UnusableImage
from station.biometrics.records import face, finger, iris, pictures, signature
from station.biometrics.records.blocks import Quality
from station.biometrics.records.extended import ANNOTATION, ExtendedBlock
from station.biometrics.records.pictures import Picture
from station.biometrics.records.positions import POSITION_CODES
from station.biometrics.records.signature import Report
from station.biometrics.samples import FINGERS, IRISES, SLAPS, ImageFormat, Position
from station.biometrics.signature import TimeSeries, check_meaning
from station.packages.problems import Code, Refused
from station.packages.record import Record, Sample, path_of
from station.packages.verify import Opened

PRINT_PPI: Final = 500
"""Pixels per inch of a package's prints, where the sample does not repeat it: the format has no other."""
NFIQ2_VENDOR: Final = 0x0101
NFIQ2_ALGORITHM: Final = 0x0039
_AMPUTATED: Final = 1
_UNPRINTABLE: Final = 2
_LOOKS: Final = {ImageFormat.WSQ: "WSQ", ImageFormat.JPEG2000: "JPEG 2000", ImageFormat.PNG: "PNG"}
_REMEDY: Final = "Report it to the station's maker; the package itself can be opened with `station packages open`."
_SUFFIXES: Final = {Position.FACE: "fac", Position.RIGHT_IRIS: "iir", Position.LEFT_IRIS: "iir"}


class Exchanged(msgspec.Struct, frozen=True):
    """One sample as a record."""

    name: str
    """File name: position (or `approval`) and the record's kind."""
    sample: Sample
    record: bytes


class Shot(msgspec.Struct, frozen=True):
    """A sample with its bytes and what its picture says of itself."""

    sample: Sample
    data: bytes
    picture: Picture


def iso_records(opened: Opened) -> tuple[Exchanged, ...]:
    """Every sample that the parts of 19794 can hold, in the order of the package's record. Raises Refused."""
    about = opened.record
    makers: dict[Position, Callable[[Shot, Record], bytes]] = dict.fromkeys((*FINGERS, *SLAPS), _finger)
    makers |= dict.fromkeys(IRISES, _iris)
    makers[Position.FACE] = _face
    found = []
    for shot in shots(opened):
        position = shot.sample.position
        name = f"{position}.{_SUFFIXES.get(position, 'fir')}"
        found.append(Exchanged(name, shot.sample, makers[position](shot, about)))
    for sample in about.samples:
        if sample.format is ImageFormat.JSON:
            name = f"{sample.path.rpartition('.')[0]}.sdi"
            found.append(Exchanged(name, sample, _signature(sample, opened.files)))
    return tuple(found)


def shots(opened: Opened) -> tuple[Shot, ...]:
    """Fingers, slaps, face and irises with their pictures. Raises Refused for one that is not what its name says.

    A position's sample is the one at its own path; the face's untouched original stays out.
    """
    found = []
    for sample in opened.record.samples:
        if sample.position in (Position.SIGNATURE, Position.FACE_ORIGINAL) or sample.path != path_of(
            sample.position, sample.format
        ):
            continue
        data = opened.files[f"data/{sample.path}"]
        picture = pictures.look(data)
        if picture.format != _LOOKS.get(sample.format) or not picture.width or not picture.height:
            raise _unusable(sample, f"is no {_LOOKS.get(sample.format, sample.format)} picture")
        if max(picture.width, picture.height) > 0xFFFF:
            raise _unusable(sample, f"has {picture.width} x {picture.height} pixels, more than the formats hold")
        found.append(Shot(sample, data, picture))
    return tuple(found)


def quality_of(sample: Sample) -> Quality:
    """The sample's score, and NFIQ 2 as its algorithm where it is that."""
    if "nfiq2" in sample.measures and sample.position in FINGERS:
        return Quality(min(max(round(sample.measures["nfiq2"]), 0), 100), NFIQ2_VENDOR, NFIQ2_ALGORITHM)
    return Quality(min(max(sample.score, 0), 100))


def missing_fingers(about: Record, slap: Position | None = None) -> tuple[tuple[int, str], ...]:
    """Position code and reason of each finger that could not be taken; of one slap, or of all."""
    among = SLAPS[slap] if slap is not None else FINGERS
    return tuple((POSITION_CODES[gone.position], gone.reason) for gone in about.exceptions if gone.position in among)


def _finger(shot: Shot, about: Record) -> bytes:
    sample, picture = shot.sample, shot.picture
    size = finger.Size(picture.width, picture.height, sample.ppi or PRINT_PPI)
    made = finger.of_image(shot.data, sample.position, finger.WSQ, size, sample.at, quality_of(sample))
    gone = missing_fingers(about, sample.position) if sample.position in SLAPS else ()
    if gone:
        codes = [(code, _AMPUTATED if reason == "amputated" else _UNPRINTABLE) for code, reason in gone]
        notes = bytes([len(codes), *[byte for pair in codes for byte in pair]])
        (only,) = made.representations
        only = msgspec.structs.replace(only, extended=(ExtendedBlock(ANNOTATION, notes),))
        made = msgspec.structs.replace(made, representations=(only,))
    return finger.write(made)


def _face(shot: Shot, about: Record) -> bytes:
    picture = shot.picture
    gender = {"male": face.MALE, "female": face.FEMALE}.get(about.biographic.sex or "", 0)
    # The head of a portrait by 19794-5 is at least half as wide as the image.
    level = face.sampling_level(picture.width // 2)
    colours = face.RGB_24 if picture.channels == 3 else face.GREY_8 if picture.channels == 1 else 0
    information = face.ImageInformation(
        face.FULL_FRONTAL,
        face.JPEG2000_LOSSY,
        picture.width,
        picture.height,
        level,
        # A portrait is cut from the camera's picture, its eyes levelled.
        face.ROTATED | face.CROPPED | face.INTERPOLATED,
        0,
        colours,
    )
    facial = face.FacialInformation(gender=gender)
    return face.write(face.of_image(shot.data, facial, information, shot.sample.at, quality_of(shot.sample)))


def _iris(shot: Shot, _about: Record) -> bytes:
    header = iris.grey_header(shot.sample.position, shot.picture.width, shot.picture.height)
    return iris.write(iris.of_image(shot.data, header, shot.sample.at, quality_of(shot.sample)))


def _signature(sample: Sample, files: Mapping[str, bytes]) -> bytes:
    try:
        series = msgspec.json.decode(files[f"data/{sample.path}"], type=TimeSeries)
        check_meaning(series)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _unusable(sample, f"is no time series of a signature ({error})") from error
    except UnusableImage as error:
        raise _unusable(sample, f"cannot be understood ({error})") from error
    return signature.write(signature.of_reports([Report(*point) for point in series.points]))


def _unusable(sample: Sample, why: str) -> Refused:
    return Refused(Code.RECORD, f"It {why}, so it cannot be exported.", f"data/{sample.path}", _REMEDY)
