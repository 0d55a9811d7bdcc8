"""sqlite-utils and its migrations, without the numpy that it would load beside itself.

sqlite-utils imports numpy and pandas where they are installed, only to know their number types as
column types. No table here has such a column, and numpy costs every `station` command 0.2 s and 20 MB.
So it is hidden for the moment of the import, which is at the start of a process, before its threads.
Modules that need sqlite-utils take it from here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    # None in sys.modules makes an import fail as if the module were not installed (reference, 5.3.1).
    modules = cast("dict[str, Any]", sys.modules)
    absent = [name for name in names if name not in modules]
    modules.update(dict.fromkeys(absent))
    try:
        yield
    finally:
        for name in absent:
            del modules[name]


with _hidden("numpy", "pandas"):
    from sqlite_utils import Database
    from sqlite_utils import Migrations as _Migrations


class Migrations(_Migrations):
    """A room's recorded steps, in order."""

    def steps(self) -> tuple[str, ...]:
        """The names of all steps that this version of the station knows."""
        return tuple(step.name for step in self._migrations)


__all__ = ["Database", "Migrations"]
