"""Tables of fields, as the standards print them: one table reads, writes and tells a header.

A `Layout` belongs to a frozen struct whose fields are numbers, in the order of the table. `Told` is
what `station records show` prints of a part: named values with their units, and the parts inside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Generic, TypeVar

import msgspec

from station.biometrics.records.cursor import Reader, Writer

T = TypeVar("T", bound=msgspec.Struct)

UNDEFINED: Final = "not defined by the standard"


class Field(msgspec.Struct, frozen=True, omit_defaults=True):
    """One value with its name in the words of the standard."""

    name: str
    value: int | float | str
    unit: str = ""
    meaning: str = ""


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a record, told."""

    title: str
    fields: tuple[Field, ...] = ()
    parts: tuple[Told, ...] = ()
    remarks: tuple[str, ...] = ()
    """What a reader should know: where the record departs from its standard or from its own picture."""


class Slot(msgspec.Struct, frozen=True):
    """One line of a table: how many bytes, what it is called, in which unit, and what its codes mean."""

    size: int
    name: str
    unit: str = ""
    codes: Mapping[int, str] = {}
    listed: bool = False
    """Whether `codes` lists every value that the standard defines; otherwise it names special ones."""


class Layout(Generic[T]):
    """A header of fixed size."""

    def __init__(self, kind: Callable[..., T], *slots: Slot) -> None:
        self._kind = kind
        self._slots = slots
        self.size = sum(slot.size for slot in slots)

    def read(self, reader: Reader) -> T:
        """Take the header off the reader."""
        return self._kind(*[reader.number(slot.size, slot.name) for slot in self._slots])

    def write(self, writer: Writer, header: T) -> None:
        """Append the header."""
        for slot, value in zip(self._slots, msgspec.structs.astuple(header), strict=True):
            writer.number(value, slot.size, slot.name)

    def tell(self, header: T) -> tuple[Field, ...]:
        """Every field of the header."""
        values = msgspec.structs.astuple(header)
        return tuple(_field(slot, value) for slot, value in zip(self._slots, values, strict=True))


def code(size: int, name: str, codes: Mapping[int, str]) -> Slot:
    """A field that is a code out of a list."""
    return Slot(size, name, codes=codes, listed=True)


def bits_set(value: int, names: Mapping[int, str]) -> str:
    """The names of the bits that are set (bit 0 is the least), or that none is."""
    found = [names.get(bit, f"bit {bit}") for bit in range(value.bit_length()) if value >> bit & 1]
    return ", ".join(found) or "none"


def _field(slot: Slot, value: int) -> Field:
    meaning = slot.codes.get(value, UNDEFINED if slot.listed else "")
    return Field(slot.name, value, "" if meaning else slot.unit, meaning)
