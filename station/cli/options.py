"""Options that commands share, so that they are spelt and explained the same everywhere.

`DataDir` brings its own default, so it stands before the parameters that have one in the signature:
``def due(data: DataDir, as_json: JsonOut = False)``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

DATA_VARIABLE: Final = "STATION_DATA"
MACHINE_DATA: Final = Path("/var/lib/station")
"""Where an installed station keeps its data (FHS 3.0, 5.8: state of one program)."""

_HELP: Final = "The station's data folder, for any command."

GivenDataDir = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", envvar=DATA_VARIABLE, file_okay=False, help=_HELP)
]
"""`--data` before the command's name."""


def default_data_dir() -> Path:
    """`/var/lib/station` where this user may write there, else `station` in the user's data folder (XDG)."""
    if os.access(MACHINE_DATA, os.W_OK | os.X_OK):
        return MACHINE_DATA
    return _user_data() / "station"


def bench_data_dir() -> Path:
    """Where somebody tries the station on the bench: `station-bench` in the user's data folder (XDG)."""
    return _user_data() / "station-bench"


def _user_data() -> Path:
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")


def _not_given() -> None:
    return None


def _resolve(context: typer.Context, given: Path | None) -> Path:
    before = context.find_root().params.get("data")  # absent when a command runs by itself, as in tests
    chosen = given or before or os.environ.get(DATA_VARIABLE)
    return Path(chosen) if chosen else default_data_dir()


DataDir = Annotated[
    Path,
    typer.Option(
        "--data",
        metavar="DIR",
        file_okay=False,
        default_factory=_not_given,
        callback=_resolve,
        show_default=f"${DATA_VARIABLE}, {MACHINE_DATA} or the user's data folder",
        help=_HELP,
    ),
]
"""`--data` after the command's name; it wins over `--data` before it, and that over the environment."""

JsonOut = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
