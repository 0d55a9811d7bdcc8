"""python-escpos, imported so that it leaves nothing behind.

Its `escpos.capabilities` makes a folder with a pickle of 200 kB among the system's temporary files each time that it is
imported, and deletes neither, whatever the environment says. Here it gets a folder of its own for the import. What a
kill in the middle of it leaves, the next import takes away.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PREFIX: Final = "station-escpos-"
"""How the names of the folders begin; the id of the process that imports follows."""


@contextmanager
def _room() -> Iterator[None]:
    """Temporary files have a folder of their own, which is gone afterwards."""
    _sweep()
    usual = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-") as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = usual


def _sweep() -> None:
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        process = left.name.removeprefix(PREFIX).partition("-")[0]
        if process.isdecimal() and not Path("/proc", process).exists():
            shutil.rmtree(left, ignore_errors=True)


with _room():
    from escpos.printer import Dummy

__all__ = ["Dummy"]
