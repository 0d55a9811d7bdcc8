"""What commands print for programs."""

from __future__ import annotations

from typing import Any

import msgspec
import typer

from station.files import printable


def print_json(value: Any, indent: int | None = None) -> None:
    """Print a value as JSON; a file's name that is no text is told with its bytes as ``\\xff``."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(printable(msgspec.to_builtins(value)))
    typer.echo(encoded if indent is None else msgspec.json.format(encoded, indent=indent))
