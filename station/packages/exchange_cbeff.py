"""An opened package as one CBEFF record: a parent that holds one record for each sample."""

from __future__ import annotations

from typing import Final

from station.biometrics.records import cbeff
from station.biometrics.records.cbeff import BdbInfo, Bir, BirInfo, Entry, Version
from station.biometrics.samples import LEFT_FOUR, RIGHT_FOUR, Position
from station.packages.exchange import Exchanged, iso_records, quality_of
from station.packages.verify import Opened

_VERSION: Final = Version(1, 0)
_CBEFF_VERSION: Final = Version(2, 0)
"""ISO/IEC 19785-1:2006."""
_DIGITS: Final = {
    "thumb": "Thumb", "index": "IndexFinger", "middle": "MiddleFinger", "ring": "RingFinger", "little": "LittleFinger",
}  # fmt: skip
_FOUR: Final = ("IndexFinger", "MiddleFinger", "RingFinger", "LittleFinger")


def cbeff_record(opened: Opened) -> bytes:
    """The document. Whether a bench made it, and what could not be taken, stand among the parent's own entries."""
    about = opened.record
    children = tuple(_bir(exchanged) for exchanged in iso_records(opened))
    others = [Entry("package", about.id), Entry("bench", "true" if about.bench else "false")]
    others += [Entry(f"exception {gone.position}", gone.reason) for gone in about.exceptions]
    info = BirInfo(integrity=False, creator=about.station.software, created=cbeff.moment(about.sealed_at))
    return cbeff.write(Bir(info, _VERSION, _CBEFF_VERSION, children=children, others=tuple(others)))


def _bir(exchanged: Exchanged) -> Bir:
    sample = exchanged.sample
    at = cbeff.moment(sample.at)
    kind, format_type = _kind(sample.position)
    info = BdbInfo(
        format_owner=cbeff.SC37,
        format_type=format_type,
        encryption=False,
        created=at,
        types=(kind,),
        subtypes=_subtypes(sample.position),
        level="Raw",
        purpose="Enroll",
        quality=quality_of(sample).score,
    )
    return Bir(BirInfo(integrity=False, created=at), _VERSION, _CBEFF_VERSION, info, bdb=exchanged.record)


def _kind(position: Position) -> tuple[str, int]:
    if position is Position.FACE:
        return "Face", cbeff.FACE_IMAGE
    if position is Position.SIGNATURE:
        return "SignatureSign", cbeff.SIGNATURE_FULL
    if position in (Position.RIGHT_IRIS, Position.LEFT_IRIS):
        return "Iris", cbeff.IRIS_IMAGE
    return "Finger", cbeff.FINGER_IMAGE


def _subtypes(position: Position) -> tuple[str, ...] | None:
    if position in (Position.FACE, Position.SIGNATURE):
        return None
    if position is Position.THUMBS:
        return ("Left", "Right", "Thumb")
    side, _, which = position.partition("-")
    hand = "Right" if side == "right" else "Left"
    if position in (Position.RIGHT_FOUR, Position.LEFT_FOUR):
        return (hand, *_FOUR)
    return (hand, _DIGITS[which]) if position in (*RIGHT_FOUR, *LEFT_FOUR) or which == "thumb" else (hand,)
