"""python-escpos, imported so that it leaves nothing behind.

Its `escpos.capabilities` makes a folder with a pickle of 200 kB among the system's temporary files each time that it is
imported, and deletes neither, whatever the environment says. Here it gets a folder of its own for the import. What a
kill in the middle of it leaves, the next import takes away. The pickle is laid there ready made: without it the table
of printers, a JSON file, is read as YAML, which took a third of the time in which the process of the devices starts.
"""

from __future__ import annotations

import json
import os
import pickle
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Final

PREFIX: Final = "station-escpos-"
"""How the names of the folders begin; the id of the process that imports follows."""
PICKLES: Final = "ESCPOS_CAPABILITIES_PICKLE_DIR"
"""The environment's name for the folder in which python-escpos looks for its pickle."""


@contextmanager
def _room() -> Iterator[None]:
    """Temporary files have a folder of their own, which is gone afterwards."""
    _sweep()
    usual = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-") as folder:
        told = os.environ.get(PICKLES)
        tempfile.tempdir = os.environ[PICKLES] = folder
        try:
            _lay_ready(Path(folder))
            yield
        finally:
            tempfile.tempdir = usual
            if told is None:
                del os.environ[PICKLES]
            else:
                os.environ[PICKLES] = told


def _lay_ready(folder: Path) -> None:
    table = json.loads(resources.files("escpos").joinpath("capabilities.json").read_bytes())
    (folder / f"{platform.python_version()}.capabilities.pickle").write_bytes(pickle.dumps(table))


def _sweep() -> None:
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        process = left.name.removeprefix(PREFIX).partition("-")[0]
        if process.isdecimal() and not Path("/proc", process).exists():
            shutil.rmtree(left, ignore_errors=True)


with _room():
    from escpos.printer import Dummy

__all__ = ["Dummy"]
