"""From the check-in touch to the last ticket byte, measured from outside: the robot's finger and the printer's paper.

The robot notes the moment before it sends the touch; the printer's file carries the moment of its writing, which
comes after the last byte was taken. So the figure is never too small.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec

NOTES: Final = "check-ins.jsonl"


class CheckIn(msgspec.Struct, frozen=True):
    """One check-in as the robot saw it."""

    number: int
    touched_at: float
    """Seconds since 1970 by this machine's clock."""


def note(folder: Path, number: int, touched_at: float) -> None:
    """Keep one check-in."""
    with (folder / "bench" / NOTES).open("ab") as notes:
        notes.write(msgspec.json.encode(CheckIn(number, touched_at)) + b"\n")


def ticket_milliseconds(folder: Path) -> list[float]:
    """For each check-in whose ticket is found on paper: milliseconds from touch to paper."""
    path = folder / "bench" / NOTES
    if not path.exists():
        return []
    papers = [(paper.stat().st_mtime, paper.read_bytes()) for paper in sorted((folder / "tickets").glob("*.bin"))]
    found = []
    for check_in in msgspec.json.Decoder(CheckIn).decode_lines(path.read_bytes()):
        shown = re.compile(rb"(?<!\d)%03d(?!\d)" % check_in.number)
        written = [at for at, data in papers if at >= check_in.touched_at and shown.search(data)]
        if written:
            found.append((min(written) - check_in.touched_at) * 1000)
    return found
