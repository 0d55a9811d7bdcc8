"""Looks through what a station leaves behind for what must not be readable in it: people's names, numbers, samples.

Words are looked for as programs write them: in any case, as UTF-8, UTF-16, hex or base64. Of samples every window of
WINDOW bytes is looked for at every place. What is compressed or encrypted is not opened: it is not readable either.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

PRIVATE: Final = ("store", "logs", "spool", "gallery", "packages", "keys", "tickets")
"""What a thief of the station, the disk or a log finds, beside the files at the top: journal.db, its WAL, the report.
DIR/office is the office's own, DIR/bench holds the people in front of the devices, DIR/screens what they saw."""

WINDOW: Final = 64
"""Bytes of a sample that count as readable: any copied run of twice as many holds such a window whole."""

LIVELY: Final = 16
"""Different bytes that a window has at least: a header's zeros and a blank patch are nobody's."""

SHORTEST: Final = 8
"""Letters of a word that is looked for: a name like Siti stands in some megabytes of random bytes by chance."""


class Leaks:
    """Looks through bytes for people: names and numbers as text, and pieces of what was taken of them."""

    def __init__(self, words: Iterable[str], samples: Iterable[bytes]) -> None:
        """`words`: names and numbers; `samples`: the files whose bytes nobody may read."""
        self._words = [form for word in words for form in _forms(word)]
        pieces = [piece for sample in samples for piece in _pieces(sample)]
        self._pieces = frozenset(pieces)
        self._heads = np.unique(np.frombuffer(b"".join(piece[:8] for piece in pieces), "<u8"))

    @property
    def size(self) -> tuple[int, int]:
        """How many words and pieces are looked for."""
        return len(self._words), len(self._pieces)

    def within(self, data: bytes) -> list[str]:
        """What is readable in the data, said without repeating it."""
        low = data.lower()
        found = [f"text at {low.index(word)}" for word in self._words if word in low]
        for shift in range(8 if len(data) >= WINDOW else 0):
            # Every run of eight bytes as one number: among those that begin a piece, the whole piece is compared.
            values = np.frombuffer(data, "<u8", count=(len(data) - shift) // 8, offset=shift)
            for place in np.flatnonzero(np.isin(values, self._heads)):
                at = int(place) * 8 + shift
                if data[at : at + WINDOW] in self._pieces:
                    found.append(f"sample bytes at {at}")
        return found

    def under(self, folder: Path) -> dict[str, list[str]]:
        """What is readable in the files that the station leaves in a folder, by file."""
        paths = [path for path in folder.iterdir() if path.is_file()]
        paths += [path for name in PRIVATE for path in (folder / name).rglob("*") if path.is_file()]
        searched = {str(path.relative_to(folder)): self.within(path.read_bytes()) for path in paths}
        return {name: found for name, found in searched.items() if found}


def _forms(word: str) -> Iterator[bytes]:
    """A word as programs write words."""
    if len(word) < SHORTEST:
        return
    plain = word.encode()
    yield plain.lower()
    yield plain.replace(b" ", b"_").lower()
    yield word.encode("utf-16-le").lower()
    yield plain.hex().encode()
    yield plain.upper().hex().encode()
    for spelt in (plain, plain.upper()):
        for before in range(3):
            # Base64 depends on where the word begins; what the neighbours share in is cut off.
            coded = base64.b64encode(b"\0" * before + spelt)
            yield coded[(0, 2, 3)[before] : len(coded) // 4 * 4 - 4].lower()


def _pieces(data: bytes) -> Iterator[bytes]:
    """Windows side by side."""
    for start in range(0, len(data) - WINDOW + 1, WINDOW):
        piece = data[start : start + WINDOW]
        if len(set(piece)) >= LIVELY:
            yield piece
