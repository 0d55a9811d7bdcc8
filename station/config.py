"""config.toml -> typed settings.

A room declares the settings it needs as a frozen struct and asks for its section by that type; the
file explains every setting beside its default. Read in this order, later over earlier: the
config.toml that ships with the station, /etc/station/config.toml, and config.toml in the data
folder. An unknown section or setting, and one that is ill-typed or out of its bounds, is an error
that names the file, the line and the cause: a station that silently ran on a default would look set up.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from station.errors import StationError
from station.files import read_file
from station.toml_lines import Place, line_of

SHIPPED: Final = Path(__file__).resolve().parent.parent / "config.toml"
MACHINE: Final = Path("/etc/station/config.toml")

T = TypeVar("T")

Positive = Annotated[int, msgspec.Meta(ge=1)]
"""A setting that counts something of which there must be one."""
Lasting = Annotated[float, msgspec.Meta(gt=0)]
"""A setting that is a time, in the unit of its name: of none at all, something would go on without a pause."""
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Score = Annotated[float, msgspec.Meta(ge=0, le=100)]
"""A setting on a scale from 0 to 100."""

LARGEST: Final = 1e9
"""Of anything that is set here; what waits for longer than 30 years waits for ever, and some clocks cannot count it."""
STATION_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
"""Who signs packages, as `allowed_signers` of OpenSSH can list it by itself: no space, comma, quote or pattern."""
LONGEST_OFFICE: Final = 120
"""Characters: three lines of a ticket."""


class ConfigError(StationError):
    """A configuration file cannot be used; the message names file, setting and what is expected."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all settings structs.

    A check in a `__post_init__` names the settings that it is about in front of a colon, so that the error can name the
    file that sets them: `ValueError("first, second: 20 is above 5")`.
    """


class StationSettings(Settings, frozen=True, kw_only=True):
    """[station]: who this station is."""

    id: str = "station-1"
    office: str = "Disdukcapil Kabupaten Balangan"
    time_zone: str = "Asia/Makassar"
    language: Literal["id", "en"] = "id"

    def __post_init__(self) -> None:
        if not STATION_ID.fullmatch(self.id):
            raise ValueError(
                f"id: {self.id!r} cannot be listed at the office; use letters, digits and . _ @ -, at most 64 of them"
            )
        if not (self.office.strip() and self.office.isprintable() and len(self.office) <= LONGEST_OFFICE):
            raise ValueError(
                f"office: {self.office!r} cannot be printed; give 1 to {LONGEST_OFFICE} characters of a line"
            )
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"time_zone: {self.time_zone!r} is not known; one is 'Asia/Makassar'") from error


class Layer(msgspec.Struct, frozen=True):
    """One file that was read."""

    path: Path
    text: str
    document: dict[str, Any]

    def at(self, place: Place) -> str:
        """The file and the line of a setting, for a message."""
        line = line_of(self.text, place)
        return str(self.path) if line is None else f"{self.path}, line {line}"

    def holds(self, place: Place) -> bool:
        """Does this file say anything about the place?"""
        value: Any = self.document
        for part in place:
            try:
                value = value[part]
            except (KeyError, IndexError):
                return False
            except TypeError:
                return not isinstance(value, dict | list)
        return True


class Config:
    """The merged configuration; hands out typed sections."""

    def __init__(self, document: dict[str, Any], layers: tuple[Layer, ...]) -> None:
        """`layers` in the order in which they were read."""
        self._document = document
        self._layers = layers

    @property
    def sources(self) -> tuple[Path, ...]:
        """The files that were read."""
        return tuple(layer.path for layer in self._layers)

    def section(self, name: str, settings: type[T]) -> T:
        """The section `name` (dots for nesting) as `settings`. Raises ConfigError."""
        table: Any = self._document
        for part in name.split("."):
            table = table.get(part, {}) if isinstance(table, dict) else table
        try:
            section = msgspec.convert(table, settings, strict=True)
            _hold_bounds_in_order(section)
        except msgspec.ValidationError as error:
            raise self._unusable(name.split("."), str(error)) from error
        return section

    @property
    def station(self) -> StationSettings:
        return self.section("station", StationSettings)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all top-level sections."""
        return tuple(self._document)

    def _unusable(self, section: Sequence[str], said: str) -> ConfigError:
        """The error about what msgspec (or a struct's own check) says, with the file that set it."""
        found = _SAID.fullmatch(said)
        cause, path = (found[1], found[2] or "") if found else (said, "")
        inner: list[str | int] = [int(index) if index else key for key, index in _PART.findall(path)]
        if unknown := _UNKNOWN.search(cause):
            inner.append(unknown[1])
            cause = "there is no such setting"
        named = found[1].split(", ") if (found := _NAMED.match(cause)) else []
        places = [[*section, *inner, name] for name in named] or [[*section, *inner]]
        layer, place = next(
            ((layer, place) for layer in reversed(self._layers) for place in places if layer.holds(place)),
            (self._layers[-1], section),
        )
        where = layer.at(place)
        setting = f"{_spelt(inner)}: " if inner else ""
        hint = "" if layer.path == SHIPPED else f" See the comments in {SHIPPED}."
        return ConfigError(f"[{'.'.join(section)}] in {where}, cannot be used: {setting}{cause}.{hint}")


_SAID: Final = re.compile(r"(.*?)(?: - at `\$([^`]*)`)?", re.DOTALL)
"""A message of msgspec: what is wrong, and where in the table."""
_PART: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_NAMED: Final = re.compile(r"(\w+(?:, \w+)*): ")
_UNKNOWN: Final = re.compile(r"unknown field `([^`]*)`")


def _spelt(place: Place) -> str:
    """`face.max_yaw`, `match[1].kind`: positions counted from 1, as people do."""
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def _hold_bounds_in_order(section: Any, path: str = "$") -> None:
    """Of settings called min_x and max_x, the first may not exceed the second: nothing lies between. Raises
    ValidationError."""
    if not isinstance(section, msgspec.Struct):
        return
    for name in section.__struct_fields__:
        value = getattr(section, name)
        _hold_bounds_in_order(value, f"{path}.{name}")
        if not name.startswith("min_"):
            continue
        above = f"max_{name.removeprefix('min_')}"
        limit = getattr(section, above, None)
        if limit is not None and value > limit:
            raise msgspec.ValidationError(f"{name}, {above}: {value:g} is above {limit:g} - at `{path}`")


def load(folder: Path | None = None) -> Config:
    """Read the shipped, the machine's and the data folder's configuration. Raises ConfigError."""
    shipped = _read(SHIPPED)
    document = shipped.document
    layers = [shipped]
    for path in (MACHINE, *([folder / "config.toml"] if folder else [])):
        if not (path.exists() or path.is_symlink()):
            continue
        over = _read(path)
        for name in over.document:
            if name not in document:
                known = ", ".join(f"[{section}]" for section in document)
                raise ConfigError(
                    f"{over.at([name])} has [{name}], which is no section of the station. Known are {known}."
                )
        document = _merged(document, over.document)
        layers.append(over)
    return Config(document, tuple(layers))


def _read(path: Path) -> Layer:
    try:
        # Notepad puts a byte order mark in front.
        text = read_file(path).decode("utf-8-sig")
        layer = Layer(path, text, tomllib.loads(text))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}. Put a file there, or remove it.") from error
    for place, number in _numbers(layer.document):
        if not 0 <= number <= LARGEST:  # nan neither
            raise ConfigError(
                f"{layer.at(place)} has {_spelt(place)} = {number}; no setting is below 0 or above {LARGEST:.0f}."
            )
    return layer


def _numbers(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], int | float]]:
    """Every number of a document with its place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _numbers(inner, (*place, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _numbers(inner, (*place, position))
    elif isinstance(value, int | float):
        yield place, value


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        known = merged.get(key)
        merged[key] = _merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged
