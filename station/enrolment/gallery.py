"""Whom this visit has recorded: prints to search among, and a small face to show, until the visit is closed.

What is sealed cannot be read here any more, so finding the same person twice needs something that can: minutiae,
which are no pictures, and a face as small as a passport's. It lies encrypted like the spool, in a folder a visit under
a key of its own, and closing the visit destroys key and folder.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

import msgspec

from station.biometrics.match import Template
from station.enrolment.spool import Spool, SpoolDamaged

FOLDER: Final = "gallery"
"""Its place in the data folder."""


class Likeness(msgspec.Struct, frozen=True):
    """One student's prints and face."""

    enrolment: str
    student: str
    templates: tuple[Template, ...]
    face: bytes = b""
    """JPEG, or empty where there is no portrait."""


class Gallery:
    """The likenesses of the visits that are open."""

    def __init__(self, data: Path) -> None:
        self._spool = Spool(data / FOLDER)

    def put(self, visit: str, likeness: Likeness) -> None:
        """Keep or replace a student's likeness, durably. Raises DiskTrouble."""
        self._spool.put(visit, likeness.enrolment, msgspec.msgpack.encode(likeness))

    def get(self, visit: str, enrolment: str) -> Likeness | None:
        """One likeness; None where there is none, or none that can be read any more. Raises OSError as `Spool.get`."""
        try:
            return msgspec.msgpack.decode(self._spool.get(visit, enrolment), type=Likeness)
        except (SpoolDamaged, msgspec.MsgspecError):
            return None

    def others(self, visit: str, student: str) -> list[Likeness]:
        """Everybody of the visit but this student."""
        found = (self.get(visit, enrolment) for enrolment in self._spool.samples(visit))
        return [likeness for likeness in found if likeness is not None and likeness.student != student]

    def forget_but(self, visits: Collection[str]) -> int:
        """Destroy the likenesses of all other visits; returns how many visits that were."""
        gone = [visit for visit in self._spool.enrolments() if visit not in visits]
        for visit in gone:
            self._spool.destroy(visit)
        return len(gone)
