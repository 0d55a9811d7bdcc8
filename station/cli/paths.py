"""Files and folders that a command is given: one that is of the wrong kind is refused like every other bad input.

Typer's own checks end with the code of a command that was typed wrong, and tell programs nothing. These end with 1,
in words that say what to do, and with --json in JSON. Whether a file may be read is found out by reading it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from typer.models import TyperPath

from station import files
from station.errors import StationError

_CODES: Final = {errno.EISDIR: "path-is-folder", errno.ENOTDIR: "path-is-file"}


class WrongPath(StationError):
    """A folder was named where a file is meant, or the other way round. `code` is stable."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.code = code


class _Named(TyperPath):
    """The type of a parameter that names a file or a folder."""

    def __init__(self, declared: TyperPath) -> None:
        super().__init__(declared.exists, declared.file_okay, declared.dir_okay, readable=False)

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """The path as it was given. Raises WrongPath."""
        try:
            is_folder = stat.S_ISDIR(Path(value).stat().st_mode)
        except OSError:
            return value  # whoever needs it says what is wrong with it
        if is_folder and not self.dir_okay:
            raise _wrong(errno.EISDIR, value)
        if not is_folder and not self.file_okay:
            raise _wrong(errno.ENOTDIR, value)
        return value


def judge_paths(parameters: Iterable[Any]) -> None:
    """Have the parameters that name files and folders checked here."""
    for parameter in parameters:
        if isinstance(parameter.type, TyperPath):
            parameter.type = _Named(parameter.type)


def _wrong(number: int, path: Any) -> WrongPath:
    told = files.explained(OSError(number, os.strerror(number), os.fspath(path)))
    assert told is not None  # both are among what the kernel refuses a path with
    return WrongPath(_CODES[number], str(told), told.hint)
