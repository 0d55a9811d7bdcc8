"""The console script's own `main`, in this process: starting a Python for each command would cost half a second."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from station import cli


class Done(msgspec.Struct, frozen=True):
    """How a command ended and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run_on(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[[Path], Run]:
    """Gives, for a data folder, what runs commands on it; `entered` is what is typed."""

    def on(data: Path) -> Run:
        monkeypatch.setenv("STATION_DATA", str(data))
        monkeypatch.setenv("COLUMNS", "200")

        def command(*arguments: str | Path, entered: str = "") -> Done:
            monkeypatch.setattr(sys, "argv", ["station", *map(str, arguments)])
            monkeypatch.setattr(sys, "stdin", io.StringIO(entered))
            capfd.readouterr()
            code: str | int | None = 0
            try:
                cli.main()
            except SystemExit as left:
                code = left.code
            said = capfd.readouterr()
            return Done(int(code or 0), said.out, said.err)

        return command

    return on
