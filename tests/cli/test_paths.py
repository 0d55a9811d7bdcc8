"""Paths that are missing, of the wrong kind, or not to be read: told as an error, to programs too, by every command."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Run

FOR_FILES = [
    ("roster", "import"),
    ("packages", "show"),
    ("packages", "verify"),
    ("packages", "verify", "x", "--allowed-signers"),
    ("packages", "verify", "x", "--identity"),
    ("records", "show"),
    ("journal", "verify", "--db"),
    ("keys", "install", "recipients.txt"),
]
FOR_FOLDERS = [
    ("office", "take-in", "--store", "store", "--dir"),
    ("office", "take-in", "--dir", "office", "--store"),
    ("day", "--bench", "--out"),
    *(
        (*command.split(), "--data")
        for command in (
            "status", "visit show", "roster due", "operators list", "packages list", "packages verify",
            "journal verify", "keys show", "keys init",
        )
    ),
]  # fmt: skip


@pytest.fixture
def run(tmp_path: Path, run_on: Callable[[Path], Run], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    for name in ("file", "recipients.txt"):
        Path(name).write_text("nothing of use\n")
    return run_on(tmp_path / "data")


def told(run: Run, *arguments: str) -> str:
    """The code of the error, told in the same words to people and to programs."""
    done = run(*arguments)
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, done.stderr.startswith("Error: "), "Usage:" in done.stderr) == (1, True, False)
    assert error["message"].split() == done.stderr.removeprefix("Error: ").split()
    return str(error["code"])


@pytest.mark.parametrize("command", FOR_FILES, ids=" ".join)
@pytest.mark.parametrize("path", ["folder", "nothing", "file/below"])
def test_where_a_file_is_meant(run: Run, command: Sequence[str], path: str) -> None:
    code = told(run, *command, path, "--json")
    own_words = command in (("roster", "import"), ("packages", "show"), ("packages", "verify"))
    assert (code == "path-is-folder") == (path == "folder" and not own_words)


@pytest.mark.parametrize("command", FOR_FOLDERS, ids=" ".join)
def test_where_a_folder_is_meant(run: Run, command: Sequence[str]) -> None:
    assert told(run, *command, "file", "--json") == ("store-away" if command[-1] == "--store" else "path-is-file")


def test_the_data_folder_before_the_command(run: Run) -> None:
    assert told(run, "--data", "file", "status", "--json") == "path-is-file"


def test_without_json_it_is_told_in_words_alone(run: Run) -> None:
    done = run("records", "show", "folder")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Error: folder: A folder stands where a file should be (Is a directory).\n"
        "Name another file, or move that folder away.\n"
    )


@pytest.mark.parametrize("command", FOR_FILES, ids=" ".join)
def test_whether_a_file_may_be_read_is_found_out_by_reading_it(
    run: Run, command: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("file").chmod(0)
    monkeypatch.setattr(os, "access", lambda *_, **__: False)  # which root is told nothing by
    assert told(run, *command, "file", "--json")


def test_one_picture_that_may_not_be_read_loses_no_verdict_on_the_others(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    done = run("quality", "face", "file", "folder", "nothing", "--json")
    assert (done.returncode, len(json.loads(done.stdout))) == (1, 3)


def test_a_mistyped_command_still_ends_with_2(run: Run) -> None:
    assert run("records", "show", "--json").returncode == 2
