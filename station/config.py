"""config.toml -> typed settings.

A room declares the settings it needs as a frozen struct and asks for its section by that type; the
file explains every setting beside its default. Read in this order, later over earlier: the
config.toml that ships with the station, /etc/station/config.toml, and config.toml in the data
folder. An unknown section or setting, and one that is ill-typed or out of its bounds, is an error
that names the file, the place and the cause: a station that silently ran on a default would look set up.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from station.errors import StationError

SHIPPED: Final = Path(__file__).resolve().parent.parent / "config.toml"
MACHINE: Final = Path("/etc/station/config.toml")

T = TypeVar("T")

Positive = Annotated[int, msgspec.Meta(ge=1)]
"""A setting that counts something of which there must be one."""
Lasting = Annotated[float, msgspec.Meta(gt=0)]
"""A setting that is a time, in the unit of its name: of none at all, something would go on without a pause."""


class ConfigError(StationError):
    """A configuration file cannot be used; the message names file, setting and what is expected."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all settings structs."""


class StationSettings(Settings, frozen=True, kw_only=True):
    """[station]: who this station is."""

    id: str = "station-1"
    office: str = "Disdukcapil Kabupaten Balangan"
    time_zone: str = "Asia/Makassar"
    language: Literal["id", "en"] = "id"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"time_zone {self.time_zone!r} is not known; one is 'Asia/Makassar'") from error


class Config:
    """The merged configuration; hands out typed sections."""

    def __init__(self, document: dict[str, Any], sources: tuple[Path, ...]) -> None:
        self._document = document
        self.sources = sources

    def section(self, name: str, settings: type[T]) -> T:
        """The section `name` (dots for nesting) as `settings`. Raises ConfigError."""
        table: Any = self._document
        for part in name.split("."):
            table = table.get(part, {}) if isinstance(table, dict) else table
        try:
            return msgspec.convert(table, settings, strict=True)
        except msgspec.ValidationError as error:
            where = ", ".join(str(source) for source in self.sources)
            raise ConfigError(f"[{name}] in {where} cannot be used: {error}. See the comments in {SHIPPED}.") from error

    @property
    def station(self) -> StationSettings:
        return self.section("station", StationSettings)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all top-level sections."""
        return tuple(self._document)


def load(folder: Path | None = None) -> Config:
    """Read the shipped, the machine's and the data folder's configuration. Raises ConfigError."""
    document = _read(SHIPPED)
    sources = [SHIPPED]
    for path in (MACHINE, *([folder / "config.toml"] if folder else [])):
        if not (path.exists() or path.is_symlink()):
            continue
        over = _read(path)
        for name in over:
            if name not in document:
                known = ", ".join(f"[{section}]" for section in document)
                raise ConfigError(f"{path} has [{name}], which is no section of the station. Known are {known}.")
        document = _merged(document, over)
        sources.append(path)
    return Config(document, tuple(sources))


def _read(path: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}. Put a file there, or remove it.") from error
    for place, number in _numbers(document):
        if not (math.isfinite(number) and number >= 0):
            raise ConfigError(f"{path} has {place} = {number}; no setting is below 0 or without end.")
    return document


def _numbers(value: Any, place: str = "") -> Iterator[tuple[str, int | float]]:
    """Every number of a document with its dotted name."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _numbers(inner, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for position, inner in enumerate(value, start=1):
            yield from _numbers(inner, f"{place}[{position}]")
    elif isinstance(value, int | float):
        yield place, value


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        known = merged.get(key)
        merged[key] = _merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged
