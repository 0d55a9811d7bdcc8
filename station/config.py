"""config.toml -> typed settings.

A room declares the settings it needs as a frozen struct and asks for its section by that type; the
file explains every setting beside its default. Read in this order, later over earlier: the
config.toml that ships with the station, /etc/station/config.toml, and config.toml in the data
folder. An unknown or ill-typed setting is an error that names the file, the place and the cause.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from station.errors import StationError

SHIPPED: Final = Path(__file__).resolve().parent.parent / "config.toml"
MACHINE: Final = Path("/etc/station/config.toml")

T = TypeVar("T")


class ConfigError(StationError):
    """A configuration file cannot be used; the message names file, setting and what is expected."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all settings structs."""


class StationSettings(Settings, frozen=True, kw_only=True):
    """[station]: who this station is."""

    id: str = "station-1"
    office: str = "Disdukcapil Kabupaten Balangan"
    time_zone: str = "Asia/Makassar"
    language: str = "id"


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
    candidates = [SHIPPED, MACHINE, *([folder / "config.toml"] if folder else [])]
    present = tuple(path for path in candidates if path.is_file())
    document: dict[str, Any] = {}
    for path in present:
        document = _merged(document, _read(path))
    return Config(document, present)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        known = merged.get(key)
        merged[key] = _merged(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged
